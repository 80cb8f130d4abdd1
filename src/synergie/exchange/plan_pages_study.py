"""One body's part of a comparison of lighting scenarios as a document: of its own view alone.

It is made of a `StudyView` and of what is told to every body (the weighing), so that it can hold
nothing of another body.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from synergie.reports.document import Block, Document, Fact, Items, Note, Paragraph, Section, Table
from synergie.reports.language import teller
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_communes import communes_section
from synergie.reports.lighting_notes import Notes
from synergie.reports.lighting_table import criteria_section, label, table_section
from synergie.reports.lighting_weights import weights_sections
from synergie.reports.lighting_words import UNKNOWN, bare, cell, every, named, unit
from synergie.reports.purchase_words import PARIS, count
from synergie.reports.written import euros, long_date, number
from synergie.schemas.lighting_effects import (
    CriterionTold,
    LightingComparison,
    ScenarioEffects,
)
from synergie.schemas.lighting_part import PartScenario, StudyPart, StudyView
from synergie.schemas.lighting_study import LightingScenario, LightingStudy, StudyCommune
from synergie.schemas.lighting_voice import KeptWeighing, VoiceTold
from synergie.schemas.lighting_weighing import GroupVoice, LightingVoices

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
    study, comparison = LightingStudy.model_construct(**told), _comparison(view)
    return LightingBrief(
        made_at=made_at,
        tell=teller(),
        study=study,
        comparison=comparison,
        weighing=None if weighing is None else weighing.weighing,
        voices=None if weighing is None else voices_of(weighing),
    )


def _comparison(view: StudyView) -> LightingComparison:
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
    groups = tuple(_voice(one) for one in weighing.groups)
    return LightingVoices(bounds=weighing.weighing.bounds, groups=groups) if groups else None


def part_document(part: StudyPart, brief: LightingBrief, *, name: str) -> Document:
    """The part of one body, ready to print."""
    view = part.view
    day = long_date(brief.made_at.astimezone(PARIS).date())
    return Document(
        title=view.name,
        lead=f"{name} : ce que chaque scénario fait chez nous, sans note d'ensemble.",
        banner=None,
        dated=f"Proposé le {day}, comparaison {view.seal[:12]}.",
        facts=(
            Fact(label="Scénarios comparés", value=number(len(view.scenarios))),
            Fact(label="Collectivités dans l'étude", value=number(view.bodies)),
            Fact(label="Retenu", value=_retained(part, brief)),
        ),
        sections=tuple(_sections(part, brief)),
    )


def _retained(part: StudyPart, brief: LightingBrief) -> str:
    return "aucun" if part.retained is None else brief.full(part.retained)


def _sections(part: StudyPart, brief: LightingBrief) -> Iterator[Section]:
    view = part.view
    yield Section(
        "criteres", "Tous les effets chez nous, côte à côte", tuple(_effects(brief, view))
    )
    yield Section("argent", "Ce que nous payons", (_paid(view),))
    if view.totals:
        whole = table_section(brief)
        yield Section("ensemble", "Les effets sur l'ensemble", whole.blocks)
    else:
        yield Section("ensemble", "Les effets sur l'ensemble", (_withheld(),))
    yield communes_section(brief)
    yield from _shared(view)
    yield from weights_sections(brief)
    if view.bounds:
        yield Section("echelles", "Ce qui est pesé", (_bounds(view),))
    yield from _not_done(view, brief)
    assumed = brief.sentences(view.assumptions)
    if assumed:
        yield Section("hypotheses", "Ce qui est supposé", (Items("Hypothèses", assumed),))
    yield criteria_section(brief)


def _effects(brief: LightingBrief, view: StudyView) -> Iterator[Block]:
    """A table a commune: criteria by scenarios, with ranges and what is unknown."""
    yield Paragraph(
        "Chaque ligne est un effet, chaque colonne un scénario. Entre crochets : l'intervalle où "
        "la valeur peut se trouver. Il n'y a pas de note d'ensemble : elle demanderait des poids, "
        "et les poids appartiennent à quelqu'un."
    )
    out = [brief.full(one.scenario) for one in view.scenarios if one.excluded]
    if out:
        text = f"{every(out)} : une règle à respecter ne l'est pas, quelque part dans l'étude."
        yield Note("refused", "Écarté.", text)
    notes = Notes(brief.said)
    for code in list(brief.communes)[:_MOST_COMMUNES]:
        for group in _groups(view.scenarios):
            yield _commune_table(brief, code, group, notes)
    yield from notes.items("Pourquoi c'est inconnu")
    if not brief.communes:
        yield Paragraph("Aucun effet ne se dit d'une commune que nous éclairons seuls.")
    left = len(brief.communes) - _MOST_COMMUNES
    if left > 0:
        yield Paragraph(f"{number(left)} autres communes sont dans le fichier à télécharger.")


def _groups(scenarios: Sequence[PartScenario]) -> Iterator[Sequence[PartScenario]]:
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
            label(told),
            *(cell(held.get((one.scenario, told.criterion)), notes.number) for one in group),
        )
        for told in brief.comparison.criteria
        if any((one.scenario, told.criterion) in held for one in group)
    )
    marks = tuple(brief.mark(one.scenario) for one in group)
    return Table(f"{brief.communes[code]} : effets de {every(marks)}", ("Critère", *marks), rows)


def _paid(view: StudyView) -> Table:
    first = view.scenarios[0]
    rows = tuple(
        (
            one.name,
            _euros(one.investment_eur),
            _euros(one.bill_eur),
            "référence" if one is first else _gap(first.bill_eur, one.bill_eur),
        )
        for one in view.scenarios
    )
    heads = ("Scénario", "Travaux", "Facture d'une année", "Contre aujourd'hui")
    return Table("En euros hors taxes", heads, rows, frozenset({1, 2, 3}))


def _euros(amount: Decimal | None) -> str:
    return UNKNOWN if amount is None else euros(amount)


def _gap(before: Decimal | None, after: Decimal | None) -> str:
    if before is None or after is None:
        return UNKNOWN
    if before == after:
        return "= pareil"
    word = "▼ moins" if after < before else "▲ plus"
    return f"{word} : {euros(abs(after - before))}"


def _withheld() -> Note:
    return Note(
        "plain",
        "Pas dit.",
        "Les sommes de tous ne se disent pas ici : elles diraient la part d'un autre.",
    )


def _shared(view: StudyView) -> Iterator[Section]:
    if view.shared:
        text = f"D'autres y ont aussi des lumières, donc rien n'en est dit : {every(view.shared)}."
        yield Section("partagees", "Communes éclairées à plusieurs", (Paragraph(text),))


def _bounds(view: StudyView) -> Table:
    told: dict[str, CriterionTold] = {one.criterion: one for one in view.criteria}
    rows = tuple(
        (
            named(one.criterion),
            unit(told[one.criterion]) if one.criterion in told else "",
            bare(one.criterion, one.worst),
            bare(one.criterion, one.best),
            one.source,
        )
        for one in view.bounds
    )
    heads = ("Critère", "Unité", "Vaut 0", "Vaut 1", "Qui l'a fixé")
    return Table("Échelles fixées d'avance", heads, rows, frozenset({2, 3}))


def _not_done(view: StudyView, brief: LightingBrief) -> Iterator[Section]:
    rows = tuple(
        (one.name, each.subject, number(each.count), brief.said(each.reason))
        for one in view.scenarios
        for each in one.not_done
    )
    if rows:
        heads = ("Scénario", "Où", "Luminaires", "Pourquoi")
        many = count(len(rows), "ordre")
        table = Table(f"{many} qui ne peuvent pas être suivis", heads, rows, frozenset({2}))
        yield Section("pasfait", "Ce qui ne peut pas se faire", (table,))


def _voice(one: VoiceTold) -> GroupVoice:
    return GroupVoice(
        group=one.group,
        kind=one.kind,
        name=one.name,
        insee_code=one.insee_code,
        respondents=one.respondents,
        source="weighing",
    )
