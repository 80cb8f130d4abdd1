"""The report of a joint maintenance: its answers are those of the plan, its map has its list."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from synergie.maintenance.records.study import CrewDayWorth, FairnessPoint, MaintenanceStudy
from synergie.maintenance.reports.answers import answers
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.reasons import reason_rows
from synergie.maintenance.reports.report import maintenance_document
from synergie.reports.document import Answers, Document, Figure, Items, Note, Section, Table
from synergie.reports.french import format_euros, format_number
from synergie.reports.page import html
from synergie.reports.pdf import render_pdf
from synergie.schemas.plan import Phrase
from tests.reports.maintained import CREWS, NAMES, NOW, kept
from tests.reports.purchases import amounts


@pytest.fixture(scope="module")
def brief() -> MaintenanceBrief:
    return kept()


@pytest.fixture(scope="module")
def document(brief: MaintenanceBrief) -> Document:
    return maintenance_document(brief)


def section(document: Document, anchor: str) -> Section:
    return next(one for one in document.sections if one.anchor == anchor)


def tables(document: Document) -> dict[str, Table]:
    """Every table by its caption, those of drawings too."""
    blocks = [block for one in document.sections for block in one.blocks]
    own = [block for block in blocks if isinstance(block, Table)]
    drawn = [block.table for block in blocks if isinstance(block, Figure)]
    return {table.caption: table for table in own + drawn}


def answer(brief: MaintenanceBrief, question: str) -> str:
    """The whole answer to the question that begins so."""
    told = [one for one in answers(brief).answers if one.question.startswith(question)]
    assert len(told) == 1
    return f"{told[0].answer} {told[0].more}".strip()


def test_the_first_page_answers_what_an_elected_official_asks(brief: MaintenanceBrief) -> None:
    plan = brief.plan
    assert plan is not None and plan.baseline_eur is not None and plan.bound_eur is not None
    assert answer(brief, "Combien").startswith(
        f"{format_euros(plan.objective_eur)} hors taxes, 8 jours"
    )
    assert "4 organismes, 4 communes" in answer(brief, "Pour qui")
    assert "24 visites de 24 armoires, 192 points lumineux" in answer(brief, "Pour qui")
    told = answer(brief, "Contre quoi")
    gain = plan.baseline_eur - plan.objective_eur
    assert amounts(told)[:2] == [plan.baseline_eur, gain]
    assert f"{NAMES['ville-de-frouard']} gagne le moins" in told
    assert format_euros(plan.bound_eur) in answer(brief, "Quelle certitude")


def test_service_is_never_below_alone_or_the_report_says_who_waits(
    brief: MaintenanceBrief, document: Document
) -> None:
    assert answer(brief, "Quel service").startswith("Aucune commune n'attend plus que seule.")
    assert section(document, "service").blocks[0] == Note(
        "ok", "Jamais moins que seule.",
        "Aucune commune n'attend plus que seule. C'est une exigence du plan.",
    )  # fmt: skip
    plan = brief.plan
    assert plan is not None
    zones = tuple(one.model_copy(update={"late": 61}) for one in plan.zones[:1]) + plan.zones[1:]
    worse = replace(brief, plan=plan.model_copy(update={"zones": zones}))
    assert answer(worse, "Quel service").startswith("Attendent plus que seules : Pompey.")
    note = section(maintenance_document(worse), "service").blocks[0]
    assert isinstance(note, Note) and note.tone == "late" and "Pompey" in note.text


def test_what_to_decide_follows_from_the_plan(brief: MaintenanceBrief) -> None:
    plan = brief.plan
    assert plan is not None and plan.baseline_eur is not None and plan.bound_eur is not None
    told = answer(brief, "Que décider")
    assert told.startswith("Faire ensemble, par convention entre ")
    assert amounts(told)[0] == plan.baseline_eur - plan.objective_eur
    assert all(name in told for name in NAMES.values())
    assert "Communauté de communes 4, Syndicat d'énergie 4" in told
    assert "64 points : lampes à stocker avant le 24/02/2027" in told
    late = plan.zones[0].model_copy(update={"late": 61})
    changed: dict[str, dict[str, object]] = {
        "Rien à signer": {"baseline_eur": plan.objective_eur},
        "Ne pas signer en l'état : Pompey": {"zones": (late, *plan.zones[1:])},
        "Ne pas signer sans compensation : Communauté": {"members": (
            plan.members[0].model_copy(update={"gain_eur": Decimal(-1)}), *plan.members[1:])},
        "Faire ensemble ou non": {"baseline_eur": None},
        "Retenir ce programme": {"members": plan.members[:1]},
    }  # fmt: skip
    for begins, update in changed.items():
        other = replace(brief, plan=plan.model_copy(update=update))
        assert answer(other, "Que décider").startswith(begins)
    rest = plan.model_copy(update={"status": "feasible"})
    more = answer(replace(brief, plan=rest), "Que décider")
    assert f"encore trouver jusqu'à {format_euros(plan.objective_eur - plan.bound_eur)}." in more


def test_lamps_that_are_no_longer_sold_are_to_be_decided_on(brief: MaintenanceBrief) -> None:
    later = replace(brief, made_at=NOW + timedelta(days=200))
    assert "64 points ont des lampes qui ne se vendent plus" in answer(later, "Que décider")


def test_the_first_page_says_what_each_commune_receives(
    brief: MaintenanceBrief, document: Document
) -> None:
    found = section(document, "essentiel").blocks[1]
    assert isinstance(found, Table) and brief.plan is not None
    assert [row[0] for row in found.rows] == [brief.commune(z.zone) for z in brief.plan.zones]
    assert sum(int(row[1]) for row in found.rows) == len(brief.plan.visits)
    assert sum(int(row[2]) for row in found.rows) == sum(
        v.late_weeks > 0 for v in brief.plan.visits
    )
    many = tuple(brief.plan.zones[0].model_copy(update={"zone": f"{n}"}) for n in range(16))
    wide = replace(brief, plan=brief.plan.model_copy(update={"zones": many}))
    assert len(section(maintenance_document(wide), "essentiel").blocks) == 1


def test_what_can_not_be_met_is_on_the_first_page(brief: MaintenanceBrief) -> None:
    told = answer(brief, "Qu'est-ce qui ne peut pas")
    for wanted in ("4 travaux laissés", "6 visites après leur échéance", "1 signalement au délai",
                   "2 lignes mises de côté"):  # fmt: skip
        assert wanted in told
    assert brief.park is not None and brief.plan is not None and brief.problem is not None
    calm = replace(
        brief, weeks=(), set_aside=(), made_at=NOW - timedelta(days=9),
        park=brief.park.model_copy(update={"set_aside": ()}),
        plan=brief.plan.model_copy(update={"visits": tuple(
            one.model_copy(update={"late_weeks": 0}) for one in brief.plan.visits)}),
    )  # fmt: skip
    assert answer(calm, "Qu'est-ce qui ne peut pas") == "Rien de ce qui est demandé n'est laissé."
    assert "Toutes les visites se font à temps." in answer(calm, "Quel service")


def test_the_age_of_the_data_is_told_with_its_reason(
    brief: MaintenanceBrief, document: Document
) -> None:
    told = answer(brief, "De quand")
    assert "mercredi 25 novembre 2026" in told and "8 mois (armoires.csv)" in told
    assert "la personne chargée du patrimoine" in told
    row = tables(document)["Les fichiers et leur âge"].rows[0]
    assert row[:4] == ("armoires.csv", "armoires", "02/03/2026", "8 mois")
    assert document.dated.startswith("Calcul du jeudi 26 novembre 2026, parc au mercredi 25")
    bare = replace(brief, park=None, sources=())
    assert answer(bare, "De quand") == "La date des données n'est pas connue."


def test_each_map_has_a_mark_a_thing_and_the_same_rows_in_its_list(
    brief: MaintenanceBrief, document: Document
) -> None:
    maps = [
        block
        for one in document.sections
        for block in one.blocks
        if isinstance(block, Figure) and 'class="map"' in block.svg
    ]
    assert [len(block.table.rows) for block in maps] == [24, 20]
    marks = [len(re.findall(r'<path class="ink-\d" d="[^"]*"><title>\w', b.svg)) for b in maps]
    assert marks == [24, 20]
    assert maps[1].svg.count("<polyline") == len(CREWS) + 3  # and the legend
    for block in maps:
        assert "http" not in block.svg.replace('role="img"', "")
        assert '<ul class="legend">' in block.svg
    assert "le nord en haut" in maps[0].summary


def test_the_tables_add_up_to_the_plan(brief: MaintenanceBrief, document: Document) -> None:
    plan, found = brief.plan, tables(document)
    assert plan is not None
    weeks = found["Jours d'équipe par semaine"]
    assert weeks.total is not None
    assert sum(int(cell) for cell in weeks.total[1:]) == plan.crew_days == 8
    communes = found["Visites par commune"]
    assert sum(int(row[1]) for row in communes.rows) == len(plan.visits)
    rounds = found["Les tournées du 30 novembre au 1er décembre 2026"]
    assert rounds.total is not None
    cost = sum((one.cost_eur for one in brief.weeks[0].rounds), Decimal(0))
    assert rounds.total[-1] == format_euros(cost)
    assert amounts(" ".join(row[-1] for row in rounds.rows)) == [Decimal("1020.16")] * 4


def test_rows_set_aside_and_work_left_out_have_their_reason(document: Document) -> None:
    found = tables(document)
    assert found["Lignes mises de côté"].rows == (
        ("armoires.csv, ligne 12", "aucun lieu", "un lieu"),
        ("signalements.csv, ligne 4", "T-1 deux fois", "une fois"),
    )
    left = found["Ce qui n'est pas fait ces jours-là"].rows
    assert len(left) == 4 and all(row[3] == "Aucune équipe n'a le temps." for row in left)


def test_reasons_say_week_and_what_binds_in_french(brief: MaintenanceBrief) -> None:
    plan = brief.plan
    assert plan is not None
    bindings = ("whole crew-days in 54430", "crew-days of week 7", "closed weeks",
                "the week told before", "lateness of 54215")  # fmt: skip
    lines = tuple(
        line.model_copy(update={"binding": binding, "difference_eur": Decimal(100 - rank)})
        for rank, (line, binding) in enumerate(zip(plan.lines, bindings, strict=False))
    )
    made = replace(brief, plan=plan.model_copy(update={"lines": lines}))
    told = reason_rows(made)
    assert [one.binding for one in told] == [
        "journées entières d'équipe à Pompey", "jours d'équipe de la semaine 7",
        "semaines fermées", "semaine annoncée", "retard permis à Frouard",
    ]  # fmt: skip
    rows = tables(maintenance_document(made))["Pourquoi ces semaines"].rows
    assert sum(int(row[1]) for row in rows) == len(told) == 5
    assert all(re.fullmatch(r"\d+", row[3]) for row in rows)


def test_visits_of_one_reason_are_one_row(brief: MaintenanceBrief, document: Document) -> None:
    rows = tables(document)["Pourquoi ces semaines"].rows
    assert brief.plan is not None
    assert sum(int(row[1]) for row in rows) == len(brief.plan.lines) == 24
    assert len(rows) == 8  # two weeks in each of four communes


def test_the_runs_of_weeks_on_the_map_hold_about_as_many_visits_each(
    brief: MaintenanceBrief, document: Document
) -> None:
    drawing = section(document, "annee").blocks[1]
    assert isinstance(drawing, Figure)
    spans = re.findall(r"semaines? (\d+)(?: à (\d+))? : ", drawing.svg)
    whole = [week for a, b in spans for week in range(int(a), int(b or a) + 1)]
    assert whole == list(range(1, len(whole) + 1))
    assert brief.plan is not None
    for a, b in spans:
        inside = [v for v in brief.plan.visits if int(a) <= v.week <= int(b or a)]
        assert 3 <= len(inside) <= 6


def test_a_study_tells_what_a_crew_day_is_worth(brief: MaintenanceBrief) -> None:
    study = MaintenanceStudy(
        inputs_digest="ab" * 32, cost_eur=Decimal(7636), fairness=(
            FairnessPoint(most_late=1.5, zone="54430", cost_eur=Decimal(7700), late=40,
                          proved=True),
        ),
        crew_days=(
            CrewDayWorth(depot="ctm-pompey", week=3, days=1, cost_eur=Decimal(7500),
                         saves_eur=Decimal(136), late=30, proved=True),
            CrewDayWorth(depot="base-liverdun", week=None, days=-1, cost_eur=None, saves_eur=None,
                         late=None, proved=True),
        ),
        sharing=None, said=(Phrase(text="a day more saves"),), assumptions=(),
    )  # fmt: skip
    rows = tables(maintenance_document(replace(brief, study=study)))[
        "Ce que vaut un jour d'équipe de plus ou de moins"
    ].rows
    assert rows[0][2:5] == ("+1", format_euros(7500), format_euros(136))
    assert rows[1][1:4] == ("chaque semaine", f"\u2212{format_number(1)}", "aucun plan possible")


def test_a_week_alone_and_a_year_alone_are_reports_too(brief: MaintenanceBrief) -> None:
    week = maintenance_document(replace(brief, problem=None, plan=None))
    anchors = [one.anchor for one in week.sections]
    assert "tournees-1" in anchors and "annee" not in anchors
    first = week.sections[0].blocks[0]
    assert isinstance(first, Answers)
    told = [one.question for one in first.answers]
    assert "Quelle certitude ?" in told and "Combien ?" not in told
    year = maintenance_document(replace(brief, weeks=()))
    assert "tournees-1" not in [one.anchor for one in year.sections]
    nothing = maintenance_document(MaintenanceBrief(made_at=NOW, tell=str))
    assert html(nothing).count("<h1>") == 1


def test_a_plan_without_comparison_or_places_says_so(brief: MaintenanceBrief) -> None:
    plan = brief.plan
    assert plan is not None
    members = tuple(
        one.model_copy(update={"alone_eur": None, "gain_eur": None}) for one in plan.members
    )
    alone = plan.model_copy(update={"baseline_eur": None, "members": members, "least_gain": None,
                                    "crew_days_alone": None, "zones": (), "bound_eur": None,
                                    "gap": None})  # fmt: skip
    made = replace(brief, plan=alone, park=None)
    assert answer(made, "Contre quoi").startswith("Sans comparaison")
    assert answer(made, "Quelle certitude").startswith("Sans preuve")
    assert "annee" in [one.anchor for one in maintenance_document(made).sections]
    assert html(maintenance_document(made)).count('class="map"') == 1  # the rounds, not the year


def test_assumptions_come_once_and_the_command_is_told(document: Document) -> None:
    told = section(document, "hypotheses").blocks[0]
    assert isinstance(told, Items)
    assert told.items == ("Durées supposées.", "Rounded.", "Each alone.")
    again = section(document, "refaire").blocks[0]
    assert isinstance(again, Items) and any("--out DOSSIER" in one for one in again.items)


def test_a_week_number_is_never_taken_for_a_zone(brief: MaintenanceBrief) -> None:
    named = replace(brief, communes={"7": "Septville"})
    assert (
        named.say_phrase(Phrase(text="week {} in {}", values=("7", "54430"))) == "week 7 in Pompey"
    )


def test_a_moment_in_a_sentence_is_that_of_the_place(brief: MaintenanceBrief) -> None:
    told = brief.say_phrase(Phrase(text="not before {}", values=("2026-11-24T13:30:00+00:00",)))
    assert told == f"not before {brief.when(datetime(2026, 11, 24, 13, 30, tzinfo=UTC))}"
    assert "14" in told and "T" not in told


def test_the_page_is_whole_and_the_same_each_time(document: Document) -> None:
    page = html(document)
    assert page == html(maintenance_document(kept()))
    assert "http://" not in page and "https://" not in page and "<script" not in page
    assert len(page) < 200_000


def test_it_is_a_tagged_pdf_too(document: Document) -> None:
    packed = render_pdf(document, day=NOW.date())
    assert packed.startswith(b"%PDF-") and b"StructTreeRoot" in packed


def test_rounds_that_prove_a_bound_say_it(brief: MaintenanceBrief) -> None:
    week = brief.weeks[0]
    plan = week.plan.model_copy(update={"bound_eur": Decimal(4000), "baseline_eur": Decimal(5000)})
    made = replace(brief, problem=None, plan=None, weeks=(Week(problem=week.problem, plan=plan),))
    assert format_euros(4000) in answer(made, "Quelle certitude")
    assert format_euros(5000) in answer(made, "Contre quoi")
