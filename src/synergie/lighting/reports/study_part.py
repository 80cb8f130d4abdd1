"""One body's part of a comparison of lighting scenarios as a document: of its own view alone.

It is made of a `StudyView` and of what is told to every body (the weighing), so that it can hold
nothing of another body.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from synergie.lighting.records.effects import CriterionTold, LightingComparison, ScenarioEffects
from synergie.lighting.records.part import PartScenario, StudyPart, StudyView
from synergie.lighting.records.study import LightingScenario, LightingStudy, StudyCommune
from synergie.lighting.records.voice import KeptWeighing, VoiceTold
from synergie.lighting.records.weighing import GroupVoice, LightingVoices
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.changes import iterate_change_figures
from synergie.lighting.reports.communes import communes_section
from synergie.lighting.reports.house import scenario_name
from synergie.lighting.reports.notes import Notes
from synergie.lighting.reports.table import (
    criteria_section,
    format_criterion_label,
    how_to_read,
    table_section,
    who_is_who,
)
from synergie.lighting.reports.weights import scales_table, weights_sections
from synergie.lighting.reports.words import (
    describe_criterion,
    format_bare_value,
    format_indicator_cell,
    format_indicator_unit,
    format_name_list,
    select_column_heads,
    unknown,
)
from synergie.reports.document import Block, Document, Fact, Items, Note, Paragraph, Section, Table
from synergie.reports.language import choose_text
from synergie.reports.teller import build_translator
from synergie.reports.written import PARIS, format_count, format_euros, format_number, long_date

_MOST_COMMUNES = 6
"""Most communes whose own table the page holds; the file has all of them."""
_ABREAST = 6


def part_brief(
    part: StudyPart,
    weighing: KeptWeighing | None,
    *,
    communes: Mapping[str, str],
    made_at: datetime,
) -> LightingBrief:
    """What reports are made of, from one part alone. *communes*: names by code, where known.

    The study holds names only: what is not in the part is not in it.
    """
    view = part.view
    codes = dict.fromkeys(c.insee_code for one in view.scenarios for c in one.communes)
    told: dict[str, Any] = {
        "name": view.name,
        "communes": tuple(
            StudyCommune(insee_code=code, name=communes.get(code, code)) for code in codes
        ),
        "cabinets": (),
        "lights": (),
        "schedules": (),
        "retrofits": (),
        "scenarios": tuple(
            LightingScenario(id=one.scenario, name=one.name, summary=one.summary)
            for one in view.scenarios
        ),
    }
    study, comparison = LightingStudy.model_construct(**told), _build_part_comparison(view)
    return LightingBrief(
        made_at=made_at,
        tell=build_translator(),
        study=study,
        comparison=comparison,
        weighing=None if weighing is None else weighing.weighing,
        voices=None if weighing is None else voices_of(weighing),
    )


def _build_part_comparison(view: StudyView) -> LightingComparison:
    """The effects that a part tells: sums of all where they are told, and its own communes."""
    totals = {one.scenario: one.indicators for one in view.totals}
    told: dict[str, Any] = {
        "study": view.name,
        "study_digest": view.seal,
        "criteria": view.criteria,
        "scenarios": tuple(
            ScenarioEffects(
                scenario=one.scenario,
                indicators=totals.get(one.scenario, ()),
                communes=one.communes,
                cabinets=one.cabinets,
                not_done=one.not_done,
            )
            for one in view.scenarios
        ),
        "excluded": tuple(one.scenario for one in view.scenarios if one.excluded),
        "assumptions": view.assumptions,
    }
    return LightingComparison.model_construct(**told)


def voices_of(weighing: KeptWeighing) -> LightingVoices | None:
    """Who the groups of a weighing are, as every body is told: not what each of them said."""
    groups = tuple(_build_group_voice(one) for one in weighing.groups)
    return LightingVoices(bounds=weighing.weighing.bounds, groups=groups) if groups else None


def part_document(part: StudyPart, brief: LightingBrief, *, name: str) -> Document:
    """The part of one body, ready to print."""
    view = part.view
    day, seal = long_date(brief.made_at.astimezone(PARIS).date()), view.seal[:12]
    return Document(
        title=brief.title,
        lead=choose_text(
            f"{name} : ce que chaque scénario fait chez nous, sans note d'ensemble.",
            f"{name}: what each scenario does to us, without overall score.",
        ),
        banner=None,
        dated=choose_text(
            f"Proposé le {day}, comparaison {seal}.", f"Proposed on {day}, comparison {seal}."
        ),
        facts=_list_study_facts(part, brief),
        sections=tuple(_iterate_study_sections(part, brief)),
    )


def _list_study_facts(part: StudyPart, brief: LightingBrief) -> tuple[Fact, ...]:
    view = part.view
    scenarios, bodies = format_number(len(view.scenarios)), format_number(view.bodies)
    return (
        Fact(label=choose_text("Scénarios comparés", "Scenarios compared"), value=scenarios),
        Fact(label=choose_text("Collectivités dans l'étude", "Bodies in the study"), value=bodies),
        Fact(
            label=choose_text("Retenu", "Retained"), value=_describe_retained_scenario(part, brief)
        ),
    )


def _describe_retained_scenario(part: StudyPart, brief: LightingBrief) -> str:
    return choose_text("aucun", "none") if part.retained is None else brief.full(part.retained)


def _iterate_study_sections(part: StudyPart, brief: LightingBrief) -> Iterator[Section]:
    view = part.view
    title = choose_text("Tous les effets chez nous, côte à côte", "All effects on us, side by side")
    yield Section("criteres", title, tuple(_iterate_effect_tables(brief, view)))
    yield Section(
        "argent", choose_text("Ce que nous payons", "What we pay"), (_build_cost_table(view),)
    )
    whole: tuple[Block, ...] = (_build_withheld_note(),)
    if view.totals:
        whole = (*iterate_change_figures(brief), *table_section(brief).blocks)
    yield Section(
        "ensemble", choose_text("Les effets sur l'ensemble", "The effects on the whole"), whole
    )
    yield communes_section(brief)
    yield from _describe_shared_communes(view)
    yield from weights_sections(brief)
    if view.bounds:
        yield Section(
            "echelles",
            choose_text("Ce qui est pesé", "What is weighed"),
            (_build_bounds_table(view),),
        )
    yield from _not_done(view, brief)
    yield from _iterate_assumption_sections(view, brief)
    yield criteria_section(brief)


def _iterate_assumption_sections(view: StudyView, brief: LightingBrief) -> Iterator[Section]:
    assumed = brief.sentences(view.assumptions)
    if assumed:
        items = Items(choose_text("Hypothèses", "Assumptions"), assumed)
        yield Section("hypotheses", choose_text("Ce qui est supposé", "What is assumed"), (items,))


def _iterate_effect_tables(brief: LightingBrief, view: StudyView) -> Iterator[Block]:
    """A table a commune: criteria by scenarios, with ranges and what is unknown."""
    yield how_to_read()
    yield from who_is_who(brief, [one.scenario for one in view.scenarios])
    yield from _iterate_exclusion_notes(
        [brief.full(one.scenario) for one in view.scenarios if one.excluded]
    )
    notes = Notes(brief.say_phrase)
    for code in list(brief.communes)[:_MOST_COMMUNES]:
        yield from iterate_change_figures(brief, code)
        for group in _group_scenarios_by_six(view.scenarios):
            yield _commune_table(brief, code, group, notes)
    yield from notes.items(choose_text("Pourquoi c'est inconnu", "Why it is unknown"))
    yield from _describe_omitted_communes(len(brief.communes))


def _iterate_exclusion_notes(out: Sequence[str]) -> Iterator[Note]:
    if out:
        names = format_name_list(out)
        text = choose_text(
            f"{names} : une règle à respecter ne l'est pas, quelque part dans l'étude.",
            f"{names}: a rule that must be met is not, somewhere in the study.",
        )
        yield Note("refused", choose_text("Écarté.", "Excluded."), text)


def _describe_omitted_communes(communes: int) -> Iterator[Paragraph]:
    """What the tables do not hold of so many communes."""
    if not communes:
        none = choose_text(
            "Aucun effet ne se dit d'une commune que nous éclairons seuls.",
            "No effect is told of any commune that we alone light.",
        )
        yield Paragraph(none)
    left = communes - _MOST_COMMUNES
    if left > 0:
        more = format_count(
            left,
            choose_text("autre commune est", "more commune is"),
            choose_text("autres communes sont", "more communes are"),
        )
        told = choose_text(
            f"{more} dans le fichier à télécharger.", f"{more} in the file to download."
        )
        yield Paragraph(told)


def _group_scenarios_by_six(scenarios: Sequence[PartScenario]) -> Iterator[Sequence[PartScenario]]:
    """The scenarios by sixes, the first in each."""
    first, others = scenarios[:1], scenarios[1:]
    if not others:
        yield first
    for at in range(0, len(others), _ABREAST - 1):
        yield (*first, *others[at : at + _ABREAST - 1])


def _commune_table(
    brief: LightingBrief, code: str, group: Sequence[PartScenario], notes: Notes
) -> Table:
    held = {
        (one.scenario, each.criterion): each
        for one in group
        for commune in one.communes
        if commune.insee_code == code
        for each in commune.indicators
    }
    rows = tuple(
        (
            format_criterion_label(told),
            *(
                format_indicator_cell(held.get((one.scenario, told.criterion)), notes.number)
                for one in group
            ),
        )
        for told in brief.comparison.criteria
        if any((one.scenario, told.criterion) in held for one in group)
    )
    marks = tuple(brief.mark(one.scenario) for one in group)
    name, which = brief.communes[code], format_name_list(marks)
    caption = choose_text(f"{name} : effets de {which}", f"{name}: effects of {which}")
    return Table(caption, (choose_text("Critère", "Criterion"), *marks), rows)


def _build_cost_table(view: StudyView) -> Table:
    first, reference = view.scenarios[0], choose_text("référence", "reference")
    rows = tuple(
        (
            scenario_name(one.scenario, one.name),
            _format_known_euros(one.investment_eur),
            _format_known_euros(one.bill_eur),
            reference if one is first else _describe_cost_gap(first.bill_eur, one.bill_eur),
        )
        for one in view.scenarios
    )
    columns = select_column_heads(
        ("Scénario", "Travaux", "Facture d'une année", "Contre aujourd'hui"),
        ("Scenario", "Works", "Annual bill", "Compared with today"),
    )
    caption = choose_text("En euros hors taxes", "In euros excluding VAT")
    return Table(caption, columns, rows, frozenset({1, 2, 3}))


def _format_known_euros(amount: Decimal | None) -> str:
    return unknown() if amount is None else format_euros(amount)


def _describe_cost_gap(before: Decimal | None, after: Decimal | None) -> str:
    if before is None or after is None:
        return unknown()
    if before == after:
        return choose_text("= pareil", "= same")
    word = (
        choose_text("▼ moins : ", "▼ less: ")
        if after < before
        else choose_text("▲ plus : ", "▲ more: ")
    )
    return f"{word}{format_euros(abs(after - before))}"


def _build_withheld_note() -> Note:
    return Note(
        "plain",
        choose_text("Pas dit.", "Not told."),
        choose_text(
            "Les sommes de tous ne se disent pas ici : elles diraient la part d'un autre.",
            "The sums of all are not told here: they would tell the part of another.",
        ),
    )


def _describe_shared_communes(view: StudyView) -> Iterator[Section]:
    if view.shared:
        codes = format_name_list(view.shared)
        text = choose_text(
            f"D'autres y ont aussi des lumières, donc rien n'en est dit : {codes}.",
            f"Others have lights there, too, so nothing is told of them: {codes}.",
        )
        title = choose_text("Communes éclairées à plusieurs", "Communes lit by several bodies")
        yield Section("partagees", title, (Paragraph(text),))


def _build_bounds_table(view: StudyView) -> Table:
    told: dict[str, CriterionTold] = {one.criterion: one for one in view.criteria}
    rows = tuple(
        (
            describe_criterion(one.criterion),
            format_indicator_unit(told[one.criterion]) if one.criterion in told else "",
            format_bare_value(one.criterion, one.worst),
            format_bare_value(one.criterion, one.best),
            one.source,
        )
        for one in view.bounds
    )
    return scales_table(rows)


def _not_done(view: StudyView, brief: LightingBrief) -> Iterator[Section]:
    rows = tuple(
        (
            scenario_name(one.scenario, one.name),
            each.subject,
            format_number(each.count),
            brief.say_phrase(each.reason),
        )
        for one in view.scenarios
        for each in one.not_done
    )
    if rows:
        columns = select_column_heads(
            ("Scénario", "Où", "Luminaires", "Pourquoi"), ("Scenario", "Where", "Luminaires", "Why")
        )
        many = format_count(
            len(rows),
            choose_text("ordre qui ne peut pas être suivi", "order"),
            choose_text("ordres qui ne peuvent pas être suivis", "orders"),
        )
        caption = choose_text(many, f"{many} that cannot be followed")
        title = choose_text("Ce qui ne peut pas se faire", "What cannot be done")
        yield Section("pasfait", title, (Table(caption, columns, rows, frozenset({2})),))


def _build_group_voice(one: VoiceTold) -> GroupVoice:
    return GroupVoice(
        group=one.group,
        kind=one.kind,
        name=one.name,
        insee_code=one.insee_code,
        respondents=one.respondents,
        source="weighing",
    )
