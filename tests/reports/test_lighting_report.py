"""The comparison of lighting: its answers are those of the figures; the unknown is no nought."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.lighting.records.effects import CommuneEffects, LightingComparison, ScenarioEffects
from synergie.lighting.reports import maps
from synergie.lighting.reports.answers import _describe_end_scenarios, answers
from synergie.lighting.reports.changes import iterate_change_figures
from synergie.lighting.reports.communes import changes
from synergie.lighting.reports.pair import the_pair
from synergie.lighting.reports.report import lighting_document
from synergie.lighting.reports.weights import group_name
from synergie.reports.document import Answers, Document, Figure, Items, Note, Section, Table
from synergie.reports.french import FIXED, MINUS
from synergie.reports.page import html
from tests.reports.lighted import (
    COMMUNES,
    FIGURES,
    beaten,
    brief,
    comparison,
    effects,
    frontier,
    indicator,
    study,
    voices,
    whole,
)
from tests.reports.lighted_cases import many


@pytest.fixture(scope="module")
def document() -> Document:
    return lighting_document(whole())


def section(document: Document, anchor: str) -> Section:
    return next(one for one in document.sections if one.anchor == anchor)


def tables(document: Document, anchor: str) -> dict[str, Table]:
    """The tables of a section by caption, those of drawings too."""
    found: dict[str, Table] = {}
    for block in section(document, anchor).blocks:
        if isinstance(block, Figure):
            found[block.table.caption] = block.table
        elif isinstance(block, Table):
            found[block.caption] = block
    return found


def words(document: Document, anchor: str) -> str:
    """All texts of a section."""
    parts: list[str] = []
    for block in section(document, anchor).blocks:
        match block:
            case Items():
                parts += [block.title, *block.items]
            case Note():
                parts += [block.word, block.text]
            case Answers():
                parts += [f"{one.question} {one.answer} {one.more}" for one in block.answers]
            case Figure():
                parts.append(block.summary)
            case _:
                parts.append(str(getattr(block, "text", "")))
    return "\n".join(parts)


def test_the_first_sheet_asks_to_choose_and_does_not_choose(document: Document) -> None:
    told = words(document, "essentiel")
    assert "Choisir entre S0 (rester comme aujourd'hui), S4 et S5" in told
    assert "ne choisit pas" in told
    assert section(document, "essentiel").sheet


def test_what_each_option_does_beyond_money_is_told_in_figures(document: Document) -> None:
    told = words(document, "essentiel")
    assert f"l'énergie {MINUS}84{FIXED}%" in told
    assert f"les heures noires 1\u202f825{FIXED}h/an de plus" in told
    assert f"les lieux prioritaires 2\u202f001{FIXED}h/an de moins" in told
    assert f"la force de la lumière aux lieux prioritaires {MINUS}49{FIXED}%" in told


def test_excluded_and_beaten_scenarios_leave_the_choice() -> None:
    told = {one.question: one for one in answers(brief(comparison=beaten())).answers}
    first = told["Que décider ?"]
    assert first.answer.startswith("Retenir S4 LED")
    assert "Écartés d'office : S5" in first.more
    assert "Battus par un autre : S0" in first.more


def thin() -> LightingComparison:
    """Where only the works are known of all."""
    return comparison(
        scenarios=tuple(
            one.model_copy(
                update={
                    "indicators": tuple(
                        each
                        if each.criterion == "investment"
                        else each.model_copy(update={"value": None, "low": None, "high": None})
                        for each in one.indicators
                    )
                }
            )
            for one in map(effects, range(3))
        ),
        dominated=beaten().dominated,
    )


def test_where_too_little_is_known_nothing_is_beaten_for_good() -> None:
    made = brief(comparison=thin())
    told = next(one for one in answers(made).answers if one.question == "Que décider ?")
    assert told.answer.startswith("Compléter les fichiers avant de choisir")
    assert told.answer.endswith("que 1 effet sur 14.")
    assert "s0" in made.scenario_choices
    assert "Battus" not in told.more


def test_every_criterion_is_a_row_and_every_scenario_a_column(document: Document) -> None:
    (table,) = tables(document, "criteres").values()
    assert table.heads == ("Critère", "S0", "S4", "S5")
    assert len(table.rows) == len(FIGURES)
    energy = table.rows[0]
    assert energy[0].startswith("Énergie consommée (MWh/an) ↓ moins, c'est mieux")
    assert energy[1:] == (
        "400,0 [360,0 à 440,0]", "62,9 [56,6 à 69,1]", "63,2 [56,9 à 69,6]",
    )  # fmt: skip


def test_an_unknown_is_never_a_figure_and_its_reason_stands_below(document: Document) -> None:
    (table,) = tables(document, "criteres").values()
    felt = next(row for row in table.rows if row[0].startswith("Sentiment"))
    assert felt[1:] == ("6,1", f"inconnu (note{FIXED}1)", f"inconnu (note{FIXED}1)")
    told = words(document, "criteres")
    assert "Note 1 : nobody asked the people of Pompey" in told
    assert "Sentiment de sécurité (enquête) : connu de certains scénarios seulement" in told
    rows = tables(document, "inconnu")["Ce qu'on ne sait pas"].rows
    assert [(row[0], row[1]) for row in rows] == [("Sentiment de sécurité (enquête)", "S4, S5")]


def test_each_choice_is_drawn_with_what_gets_worse_as_with_what_gets_better() -> None:
    (figure,) = iterate_change_figures(brief())
    assert figure.table.heads == ("Effet", "S4", "S5")
    rows = {name: cells for name, *cells in figure.table.rows}
    assert rows["l'énergie"] == ["\u221284\u00a0%, mieux", "\u221284\u00a0%, mieux"]
    assert rows["les lieux prioritaires"] == ["pareil", "\u221249\u00a0%, pire"]
    assert rows["les heures noires"] == ["pareil", "mieux"], "0 hours have no percentage"
    assert not [name for name in rows if "sécurité" in name], "of a survey nobody made"
    assert 'class="s1"' in figure.svg and 'class="s2"' in figure.svg
    assert "S4 " in figure.svg and "Même échelle partout" in figure.svg


def test_what_is_worse_on_one_commune_is_drawn_of_it_alone() -> None:
    told = brief()
    code = next(iter(told.communes))
    (figure,) = iterate_change_figures(told, code)
    assert figure.table.caption.startswith(told.communes[code])
    whole = next(iter(iterate_change_figures(told)))
    assert len(figure.table.rows) < len(whole.table.rows)


def test_the_pair_of_equal_energy_is_told_apart_by_the_night(document: Document) -> None:
    assert the_pair(whole()) == ("s4", "s5")
    told = words(document, "face")
    assert "consomment la même énergie" in told
    (table,) = tables(document, "face").values()
    best = {row[0]: row[4] for row in table.rows}
    assert best["Énergie consommée"] == "presque pareil"
    assert best["Heures noires, de 23 h à 5 h"] == "S5"
    assert best["Éclairage des lieux prioritaires"] == "S4"
    assert best["Force de la lumière aux lieux prioritaires (100 : pleine)"] == "S5"
    assert best["Sentiment de sécurité (enquête)"] == "inconnu"
    assert best["Communes qui perdent par rapport à aujourd'hui"] == "S4"
    assert best["Points conformes à l'arrêté du 27/12/2018"] == "pareil"


def test_a_pair_that_is_asked_for_is_the_one_that_is_told() -> None:
    made = lighting_document(brief(pair=("s0", "s5")))
    (table,) = tables(made, "face").values()
    assert table.heads[1:3] == ("S0", "S5")


def test_gains_and_losses_by_commune_are_those_of_the_figures(document: Document) -> None:
    verdicts = {one.commune: one.verdict for one in changes(whole(), "s5")}
    assert verdicts == {"54430": "gagne et perd", "54215": "gagne et perd", "54318": "perd"}
    assert {one.verdict for one in changes(whole(), "s4")} == {"gagne"}
    found = tables(document, "communes")
    rows = found["Chaque commune sous S5 LED, extinction de 0\u00a0h à 5\u00a0h\u00a030, "
                 "contre aujourd'hui"].rows  # fmt: skip
    liverdun = next(row for row in rows if row[0] == "Liverdun")
    assert liverdun[2] == f"1\u202f000 (+5,0{FIXED}%)".replace("1\u202f000", "+1\u202f000")
    assert liverdun[4:] == ("rien", "argent public et service", "rien", "sentiment de sécurité")
    told = words(document, "communes")
    assert "perdent sans rien gagner : Liverdun" in told


def test_drawings_of_gains_and_losses_say_each_way_in_words(document: Document) -> None:
    drawn = [one for one in section(document, "communes").blocks if isinstance(one, Figure)]
    assert [one.image.count("<rect") for one in drawn] == [3, 3]
    assert "de plus" in drawn[1].svg and "de moins" in drawn[1].svg
    assert 'class="s1"' in drawn[1].image and 'class="s2"' in drawn[1].image
    ticks = [re.findall(r'class="q"[^>]*>([^<]*)<', one.image) for one in drawn]
    assert ticks[0] == ticks[1], "one scale for both scenarios"


def test_each_scenario_has_a_map_whose_shapes_are_in_the_legend(document: Document) -> None:
    figures = [one for one in section(document, "cartes").blocks if isinstance(one, Figure)]
    assert len(figures) == 3
    marks = [
        len(re.findall(r'<path class="ink-\d" d="[^"]*"><title>A-', one.svg)) for one in figures
    ]
    assert marks == [12, 12, 12]
    shown = [one.svg.unescape() for one in figures]
    assert "lumière toute la nuit, lampes d'aujourd'hui : 12" in shown[0]
    assert "abaissée une partie de la nuit, lampes remplacées : 12" in shown[1]
    assert "éteinte une partie de la nuit, lampes remplacées : 9" in shown[2]
    assert "toute la nuit, lampes remplacées : 3" in shown[2]
    for one in figures:
        assert sum(int(row[-1]) for row in one.table.rows) == 12


def test_a_map_of_many_communes_has_each_of_them_in_its_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(maps, "MOST_MARKS", 0)
    communes = study().communes
    more = tuple(
        communes[0].model_copy(update={"insee_code": f"88{i:03}", "name": f"Commune {i}"})
        for i in range(100, 170)
    )
    made = brief(study=study(communes=communes + more))
    drawn = [one for one in maps.maps_section(made).blocks if isinstance(one, Figure)]
    assert len(drawn) == 3
    for one in drawn:
        assert [row[0] for row in one.table.rows] == [each.name for each in communes + more]


def test_without_places_there_is_no_map_and_it_says_so() -> None:
    bare = tuple(one.model_copy(update={"location": None}) for one in study().cabinets)
    made = lighting_document(brief(study=study(cabinets=bare)))
    assert "pas de carte" in words(made, "cartes")
    assert not [one for one in section(made, "cartes").blocks if isinstance(one, Figure)]


def test_the_night_stands_in_the_middle_of_each_profile(document: Document) -> None:
    drawn = [one for one in section(document, "nuits").blocks if isinstance(one, Figure)]
    assert len(drawn) == 3
    table = drawn[1].table
    assert [row[0] for row in table.rows][:2] == ["12\u00a0h à 13\u00a0h", "13\u00a0h à 14\u00a0h"]
    assert len(table.rows) == 24 and table.heads[-1] == "Aujourd'hui (kW)"
    assert table.rows[12] == ("0\u00a0h à 1\u00a0h", "48,0", "156,0")


def test_an_unknown_profile_is_said_and_not_drawn_as_nought() -> None:
    one = effects(1).model_copy(update={"profile_kw": ()})
    made = brief(comparison=comparison(scenarios=(effects(0), one, effects(2))))
    told = words(lighting_document(made), "nuits")
    assert "S4 LED, 30\u00a0% de 22\u00a0h à 6\u00a0h : profil inconnu" in told


def test_energy_falls_and_the_bill_falls_less(document: Document) -> None:
    rows = tables(document, "argent")["Énergie et facture, contre aujourd'hui"].rows
    assert rows[0][1] == f"{MINUS}84{FIXED}%"
    assert rows[0][2].endswith(f"({MINUS}74{FIXED}%)")
    assert rows[0][3].endswith(f"({MINUS}79{FIXED}%)")
    assert rows[0][4] == f"480{FIXED}€"
    assert rows[0][5] == "12 sur 12"


def test_a_year_with_an_unknown_part_has_no_sum(document: Document) -> None:
    table = tables(document, "argent")["Dépense de chaque année, en euros d'aujourd'hui hors taxes"]
    by_year = {row[0]: row[1:] for row in table.rows}
    assert by_year["2027"] == ("61\u202f000", "450\u202f600", "450\u202f680")
    assert by_year["2027, dont travaux"] == ("0", "438\u202f000", "438\u202f000")
    assert by_year["2028"] == ("61\u202f000", "12\u202f600", "inconnu")
    payers = tables(document, "argent")["Qui paie quoi, hors taxes"].rows
    assert payers[0][1:] == ("Communauté de communes", f"438\u202f000{FIXED}€", "inconnu")


def test_each_breach_has_its_article_and_its_scenarios(document: Document) -> None:
    rows = tables(document, "loi")["Règles non respectées, avec leur article"].rows
    assert [(row[0], row[5], row[6]) for row in rows] == [
        ("arrêté du 27 décembre 2018, article 3", "déjà là aujourd'hui", "S0"),
        ("arrêté du 27 décembre 2018, article 3", "apporté par le scénario", "S4"),
    ]
    assert "Non sans correction pour S4" in words(document, "essentiel")


def test_what_could_not_be_done_is_told_with_its_reason(document: Document) -> None:
    (table,) = tables(document, "impossible").values()
    assert table.rows == (("S5", "cannot be programmed", "20", "A-54430-0 et A-54215-0"),)
    assert "Budget dépassé : S4" in words(document, "impossible")
    assert "S5 : 20 luminaires" in words(document, "essentiel")


def test_groups_stand_side_by_side_and_nothing_is_averaged(document: Document) -> None:
    found = tables(document, "poids")
    rows = found["Part des tirages où chaque scénario est premier, par groupe"].rows
    assert rows == (
        ("Conseil communautaire (élus)", "12", "S4", f"80{FIXED}% (± 0,8{FIXED}%)",
         f"20{FIXED}% (± 0,8{FIXED}%)"),
        ("Association Nuit (naturalistes)", "pas dit", "S5", "veto", f"100{FIXED}%"),
    )  # fmt: skip
    pairs = found["Où les groupes s'accordent, les plus opposés d'abord"].rows
    assert pairs[0][2:] == ("opposé", f"{MINUS}1,00", "non")
    flips = found["Ce qui ferait basculer le choix"].rows
    assert flips[0][1:] == ("les heures noires", f"30{FIXED}%", f"55{FIXED}%", "S5")
    told = words(document, "poids")
    assert "Association Nuit (naturalistes) écarte S4." in told
    assert "Pas de choix qui tienne pour tous." in told
    shown = found["Votes sur des projets, montrés et non pesés : budget participatif 2025 "
                  "(412 votants)"]  # fmt: skip
    assert shown.rows == (("Nature", "230", "4"),)


def test_fewer_than_ten_inhabitants_are_not_shown_apart() -> None:
    known = voices()
    few = known.groups[0].model_copy(update={"kind": "citizens", "respondents": 9})
    made = whole()
    told = replace(made, voices=known.model_copy(update={"groups": (few, known.groups[1])}))
    page = html(lighting_document(told))
    assert "Conseil communautaire" not in page
    assert "1 groupe de moins de 10 habitants" in page
    assert "Association Nuit" in page
    ten = few.model_copy(update={"respondents": 10})
    told = replace(made, voices=known.model_copy(update={"groups": (ten, known.groups[1])}))
    assert "Conseil communautaire" in html(lighting_document(told))


def test_there_is_no_score_anywhere(document: Document) -> None:
    page = html(document).casefold()
    assert not re.search(r"\bscore\b|note globale|note sur|classement général", page)


def test_the_frontier_marks_its_knee_and_what_weights_would_miss(document: Document) -> None:
    (drawn,) = [one for one in section(document, "frontiere").blocks if isinstance(one, Figure)]
    assert drawn.image.count("data-k=") == len(drawn.table.rows) == 5
    assert re.findall(r'class="t"[^>]*>([^<]*)<', drawn.image) == ["coude"]
    marks = [row[3] for row in drawn.table.rows]
    assert marks == ["trouvé par une somme pondérée"] * 2 + [
        "coude", "manqué par toute somme pondérée", "trouvé par une somme pondérée",
    ]  # fmt: skip
    assert "Borne du solveur atteinte." in words(document, "frontiere")
    rows = tables(document, "frontiere")["Ce que font les bouts et le coude"].rows
    assert {row[0] for row in rows} == {"p2", "p0", "p4"}


def test_without_groups_and_frontier_their_sections_are_not_there() -> None:
    anchors = {one.anchor for one in lighting_document(brief()).sections}
    assert not anchors & {"poids", "frontiere"}


def test_age_of_the_inventory_is_on_every_page(document: Document) -> None:
    assert "inventaire modifié le 02/03/2026" in document.dated
    assert "hypothèses à la fin" in document.dated
    bare = lighting_document(brief(sources=()))
    assert "date de l'inventaire non connue" in bare.dated


def test_rows_set_aside_and_assumptions_are_told(document: Document) -> None:
    found = tables(document, "inconnu")["Lignes et valeurs mises de côté (1)"]
    assert found.rows == (("foyers.csv, ligne 12, L-9", "0", "a power"),)
    told = words(document, "hypotheses")
    assert "3 of 120 luminaires have no known flux." in told
    assert "Power goes with light." in told
    assert "mix moyen : 52 kgCO2e/MWh (essai)" in told


def test_names_are_escaped_in_the_page(document: Document) -> None:
    page = html(document)
    assert "&lt;le Bassin&gt;" in page and "<le Bassin>" not in page
    assert "LED 40" in page and "<b>" not in page
    assert not re.search(r"(?:src|href)=.?(?:https?:|//)|url[(]|@import", page)


@pytest.mark.parametrize("many", [1, 2, 7, 40])
def test_many_scenarios_keep_tables_that_fit_a_sheet(many: int) -> None:
    keys = [f"x{i}" for i in range(many)]
    found = [_named(i) for i in range(many)]
    plain = study().scenarios[1]
    scenarios = tuple(plain.model_copy(update={"id": key, "name": key}) for key in keys)
    made = lighting_document(
        brief(study=study(scenarios=scenarios), comparison=comparison(scenarios=tuple(found)))
    )
    for table in tables(made, "criteres").values():
        assert len(table.heads) <= 7
        assert table.heads[1] == "X0"
    told = {head for table in tables(made, "criteres").values() for head in table.heads[1:]}
    assert len(told) == min(many, 24)
    assert ("autres scénarios sont dans le classeur" in words(made, "scenarios")) == (many > 24)
    assert html(made)


def _named(place: int) -> ScenarioEffects:
    return effects(min(place, 2)).model_copy(update={"scenario": f"x{place}"})


def test_a_study_without_communes_says_that_nothing_is_compared() -> None:
    bare = [one.model_copy(update={"communes": ()}) for one in map(effects, range(3))]
    made = lighting_document(
        brief(study=study(communes=()), comparison=comparison(scenarios=tuple(bare)))
    )
    assert "rien n'est comparé" in words(made, "communes")
    assert "aucun fichier ne dit la commune" in words(made, "essentiel")


def test_the_same_brief_gives_the_same_page() -> None:
    first = html(lighting_document(whole()))
    assert html(lighting_document(replace(whole()))) == first
    assert all(name in first for name in COMMUNES.values())


def test_groups_of_a_commune_bear_its_name_once() -> None:
    known = voices()
    here = known.groups[0].model_copy(
        update={"kind": "citizens", "insee_code": "54430", "name": "Habitants (54430)"}
    )
    told = replace(whole(), voices=known.model_copy(update={"groups": (here, known.groups[1])}))
    assert group_name(told, "elus") == "Habitants (Pompey)"
    assert group_name(told, "absent") == "absent"


def test_of_many_communes_those_that_lose_are_told_and_the_others_counted() -> None:
    codes = [f"54{i:03d}" for i in range(1, 201)]
    plain = study().communes[0]
    many = tuple(plain.model_copy(update={"insee_code": c, "name": f"Ville {c}"}) for c in codes)

    def told(place: int) -> ScenarioEffects:
        losing = {"54150", "54199"}
        return effects(place).model_copy(
            update={
                "communes": tuple(
                    CommuneEffects(
                        insee_code=code,
                        indicators=(indicator("bill", 9.0 if code in losing and place else 5.0),),
                    )
                    for code in codes
                )
            }
        )

    made = lighting_document(
        brief(
            study=study(communes=many), comparison=comparison(scenarios=tuple(map(told, range(3))))
        )
    )
    (summary, *_more) = tables(made, "communes").values()
    names = [row[0] for row in summary.rows]
    assert len(names) == 60 and {"Ville 54150", "Ville 54199"} <= set(names)
    assert "140 autres communes sont dans le classeur" in words(made, "communes")


@settings(max_examples=12)
@given(data=st.data())
def test_whatever_is_unknown_no_python_word_reaches_the_page(data: st.DataObject) -> None:
    figure = st.none() | st.floats(-1e9, 1e9, allow_nan=False)
    three = st.tuples(figure, figure, figure)

    def some(place: int) -> ScenarioEffects:
        told = tuple(
            one.model_copy(
                update=dict(zip(("value", "low", "high"), data.draw(three), strict=True))
                | {"known": data.draw(st.floats(0, 1))}
            )
            for one in effects(place).indicators
        )  # fmt: skip
        kept = data.draw(st.sampled_from(["communes", "cabinets", "profile_kw", "years", ""]))
        bare: dict[str, Any] = {"indicators": told, **({kept: ()} if kept else {})}
        return effects(place).model_copy(update=bare)

    made = brief(comparison=comparison(scenarios=tuple(map(some, range(3)))))
    page = re.sub(r"<style>.*?</style>", "", html(lighting_document(made)), flags=re.DOTALL)
    assert not re.search(r"\b(None|nan|inf|True|False)\b", page)


@pytest.mark.parametrize(("many", "says"), [(0, "Aucun plan"), (1, "Un seul plan"), (2, "2 plans")])
def test_a_frontier_of_few_points_says_so(many: int, says: str) -> None:
    found = frontier()
    made = replace(whole(), frontier=found.model_copy(update={"points": found.points[:many]}))
    told = lighting_document(made)
    assert says in words(told, "frontiere")
    drawn = [one for one in section(told, "frontiere").blocks if isinstance(one, Figure)]
    assert len(drawn) == (many > 1)


def test_scenarios_that_reach_an_end_are_a_range_only_where_none_between_is_left_out() -> None:
    brief = many(6, 2)
    apart = [(1.0, "x0"), (9.0, "x1"), (1.0, "x2"), (1.0, "x3")]
    assert _describe_end_scenarios(brief, apart, 1.0) == "X0, X2 et X3"
    assert _describe_end_scenarios(brief, apart[2:], 1.0) == "X2 et X3"
    beside = [(1.0, "x1"), (1.0, "x2"), (1.0, "x3"), (9.0, "x4")]
    assert _describe_end_scenarios(brief, beside, 1.0) == "X1 à X3"
