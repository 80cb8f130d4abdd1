"""A comparison of lighting as a workbook: everything behind the report, cell by cell."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from synergie.lighting.records.effects import Indicator
from synergie.lighting.reports.actions import actions
from synergie.lighting.reports.answers import answers
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.communes import changes, stakes
from synergie.lighting.reports.money import year_total
from synergie.lighting.reports.weights import group_name, shown_groups
from synergie.lighting.reports.words import direction, file_kind, named, stake, unit
from synergie.lighting.reports.workbook_words import SHEETS, column, sheet_name
from synergie.reports.language import say
from synergie.reports.sheets import Column, Sheet, Value, write
from synergie.reports.workbook import aside_sheet, assumed_sheet, read_me


def write_lighting(brief: LightingBrief, sink: BinaryIO) -> None:
    """The workbook of *brief* into *sink*. MissingExtra("frames")."""
    write(sheets(brief), sink, brief.tz)


def sheets(brief: LightingBrief) -> tuple[Sheet, ...]:
    """Its sheets, in order."""
    return (
        _read_me(brief), _scenarios(brief), _criteria(brief), _effects(brief), _communes(brief),
        _winners(brief), _cabinets(brief), _hours(brief), _years(brief), _bodies(brief),
        _law(brief), _impossible(brief), _groups(brief), _frontier(brief),
        aside_sheet(brief.asides()), _assumed(brief),
    )  # fmt: skip


def _read_me(brief: LightingBrief) -> Sheet:
    digest = say("Empreinte de l'étude", "Digest of the study")
    return read_me(
        brief.title,
        answers(brief),
        units=say(
            "Montants en euros hors taxes ; heures locales.",
            "Amounts in euros excluding VAT; local times.",
        ),
        about=SHEETS,
        made_of=((digest, brief.comparison.study_digest),),
        files=[(one, file_kind(one.what)) for one in brief.sources],
        banner=brief.banner,
    )


def _yes(holds: bool) -> str:  # noqa: FBT001 (a cell)
    return say("oui", "yes") if holds else say("non", "no")


def _scenarios(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Nom"), column("Ce qu'il fait", "long"), column("Écarté"),
        column("Battu par"),
    )  # fmt: skip
    by = {one.scenario: one.by for one in brief.comparison.dominated}
    rows = [
        (
            one.scenario, brief.name(one.scenario),
            actions(brief, brief.scenarios[one.scenario])
            if one.scenario in brief.scenarios else None,
            _yes(one.scenario in brief.comparison.excluded),
            by.get(one.scenario),
        )
        for one in brief.comparison.scenarios
    ]  # fmt: skip
    return Sheet(sheet_name("Scénarios"), columns, rows)


def _criteria(brief: LightingBrief) -> Sheet:
    keys = [one.scenario for one in brief.comparison.scenarios]
    columns = (
        column("Critère"), column("Enjeu"), column("Unité"), column("Sens"),
        *(Column(brief.full(key), "price") for key in keys),
    )  # fmt: skip
    rows = [
        (
            named(told.criterion), stake(told.stake), unit(told), direction(told),
            *(brief.value(key, told.criterion) for key in keys),
        )
        for told in brief.comparison.criteria
    ]  # fmt: skip
    return Sheet(sheet_name("Critères"), columns, rows)


def _effects(brief: LightingBrief) -> Sheet:
    columns = (column("Scénario"), *_of_effect())
    rows = (
        (one.scenario, *_effect(brief, each))
        for one in brief.comparison.scenarios
        for each in one.indicators
    )
    return Sheet(sheet_name("Effets"), columns, rows)


def _of_effect() -> tuple[Column, ...]:
    return (
        column("Critère"), column("Unité"), column("Valeur", "price"), column("Au moins", "price"),
        column("Au plus", "price"), column("Part connue", "share"), column("Inconnu", "long"),
        column("Source", "long"),
    )  # fmt: skip


def _effect(brief: LightingBrief, one: Indicator) -> Sequence[Value]:
    told = brief.criteria.get(one.criterion)
    return (
        named(one.criterion), unit(told) if told is not None else None, one.value, one.low,
        one.high, one.known, None if one.unknown is None else brief.said(one.unknown),
        brief.said(one.source),
    )  # fmt: skip


def _communes(brief: LightingBrief) -> Sheet:
    columns = (column("Scénario"), column("INSEE"), column("Commune"), *_of_effect())
    rows = (
        (one.scenario, commune.insee_code, brief.communes.get(commune.insee_code),
         *_effect(brief, each))
        for one in brief.comparison.scenarios
        for commune in one.communes
        for each in commune.indicators
    )  # fmt: skip
    return Sheet(sheet_name("Communes"), columns, rows)


def _winners(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("INSEE"), column("Commune"), column("Verdict"),
        column("Mieux", "long"), column("Moins bien", "long"), column("Les deux", "long"),
        column("Inconnu", "long"),
    )  # fmt: skip
    return Sheet(sheet_name("Gagnants"), columns, _winner_rows(brief))


def _winner_rows(brief: LightingBrief) -> Iterator[Sequence[Value]]:
    for scenario in brief.comparison.scenarios[1:]:
        for one in changes(brief, scenario.scenario):
            words = (stakes(each) for each in (one.better, one.worse, one.mixed, one.unknown))
            yield (scenario.scenario, one.commune, brief.communes[one.commune], one.verdict, *words)


def _cabinets(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Armoire"), column("Horaire"), column("Puissance (W)", "whole"),
        column("Énergie (kWh)", "energy"), column("Option tarifaire"),
        column("Puissance souscrite (kVA)", "price"), column("Facture ajustée (€)", "euros"),
        column("Facture, option et puissance inchangées (€)", "euros"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, each.cabinet, each.schedule, each.power_w,
            sum(part.kwh for part in each.energy) if each.energy else None, each.tariff_code,
            each.subscribed_kva, each.bill_eur, each.bill_as_subscribed_eur,
        )
        for one in brief.comparison.scenarios
        for each in one.cabinets
    )  # fmt: skip
    return Sheet(sheet_name("Armoires"), columns, rows)


def _hours(brief: LightingBrief) -> Sheet:
    known = [one for one in brief.comparison.scenarios if one.profile_kw]
    columns = (
        column("Heure locale", "whole"),
        *(Column(f"{one.scenario} (kW)", "energy") for one in known),
    )
    rows = [
        (hour, *(one.profile_kw[hour] if hour < len(one.profile_kw) else None for one in known))
        for hour in range(24)
    ]
    return Sheet(sheet_name("Heures"), columns, rows)


def _years(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Année", "year"), column("Travaux (€)", "euros"),
        column("Facture (€)", "euros"), column("Entretien (€)", "euros"),
        column("En tout (€)", "euros"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, each.year, each.investment_eur, each.bill_eur, each.upkeep_eur,
            year_total(each),
        )
        for one in brief.comparison.scenarios
        for each in one.years
    )  # fmt: skip
    return Sheet(sheet_name("Années"), columns, rows)


def _bodies(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Organisme"), column("Travaux (€)", "euros"),
        column("Facture (€)", "euros"),
    )  # fmt: skip
    rows = [
        (one.scenario, brief.body(one.body), one.investment_eur, one.bill_eur)
        for one in brief.comparison.bodies
    ]
    return Sheet(sheet_name("Qui paie"), columns, rows)


def _law(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Règle"), column("Texte", "long"), column("Quoi"),
        column("Luminaires", "whole"), column("Trouvé"), column("Demandé", "long"),
        column("Apporté par le scénario"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, each.rule, each.article, each.subject, each.count, each.found,
            brief.said(each.expected), _yes(each.is_new),
        )
        for one in brief.comparison.scenarios
        for each in one.breaches
    )  # fmt: skip
    return Sheet(sheet_name("Loi"), columns, rows)


def _impossible(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Quoi"), column("Luminaires", "whole"),
        column("Pourquoi", "long"),
    )  # fmt: skip
    rows: list[Sequence[Value]] = []
    for one in brief.comparison.scenarios:
        rows += [(one.scenario, c.subject, c.count, brief.said(c.reason)) for c in one.not_done]
        rows += [(one.scenario, "budget", None, brief.said(told)) for told in one.over_budget]
    return Sheet(sheet_name("Impossible"), columns, rows)


def _groups(brief: LightingBrief) -> Sheet:
    columns = (
        column("Groupe"), column("Scénario"), column("Rang", "whole"),
        column("Part des tirages", "share"),
    )  # fmt: skip
    rows = [
        (group_name(brief, one.group), ranked.scenario, rank, share)
        for one in shown_groups(brief)
        for ranked in one.ranks
        for rank, share in enumerate(ranked.ranks, start=1)
    ]
    return Sheet(sheet_name("Groupes"), columns, rows)


def _frontier(brief: LightingBrief) -> Sheet:
    found = brief.frontier
    criteria = found.criteria if found is not None else ()
    columns = (
        column("Plan"), *(Column(named(one), "price") for one in criteria), column("Coude"),
        column("Écart prouvé", "share"),
    )  # fmt: skip
    rows = []
    for point in found.points if found is not None else ():
        values = {one.criterion: one.value for one in point.values}
        rows.append(
            (
                point.id, *(values.get(one) for one in criteria), _yes(point.is_knee),
                point.gap,
            )
        )  # fmt: skip
    return Sheet(sheet_name("Frontière"), columns, rows)


def _assumed(brief: LightingBrief) -> Sheet:
    return assumed_sheet(brief.sentences([*brief.notes, *brief.comparison.assumptions]))
