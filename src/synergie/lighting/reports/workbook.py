"""A comparison of lighting as a workbook: everything behind the report, cell by cell."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from synergie.lighting.records.effects import Indicator
from synergie.lighting.reports.actions import describe_actions
from synergie.lighting.reports.answers import answers
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.communes import changes, format_stakes
from synergie.lighting.reports.money import year_total
from synergie.lighting.reports.weights import group_name, select_report_groups
from synergie.lighting.reports.words import (
    describe_criterion,
    describe_direction,
    describe_stake,
    file_kind,
    format_indicator_unit,
)
from synergie.lighting.reports.workbook_law import (
    build_compliance_sheet,
    build_law_sheet,
    build_road_light_sheet,
    build_unfit_sheet,
)
from synergie.lighting.reports.workbook_words import SHEETS, column, format_yes_no, sheet_name
from synergie.reports.language import choose_text
from synergie.reports.sheets import Column, Sheet, Value, write
from synergie.reports.workbook import aside_sheet, assumed_sheet, read_me


def write_lighting(brief: LightingBrief, sink: BinaryIO) -> None:
    """The workbook of *brief* into *sink*. MissingExtra("frames")."""
    write(build_workbook_sheets(brief), sink, brief.tz)


def build_workbook_sheets(brief: LightingBrief) -> tuple[Sheet, ...]:
    """Its sheets, in order."""
    return (
        _read_me(brief),
        _build_scenario_sheet(brief),
        _build_criteria_sheet(brief),
        _build_effect_sheet(brief),
        _build_commune_sheet(brief),
        _build_verdict_sheet(brief),
        _build_cabinet_sheet(brief),
        _build_hour_sheet(brief),
        _build_year_sheet(brief),
        _build_body_sheet(brief),
        build_law_sheet(brief),
        build_compliance_sheet(brief),
        build_road_light_sheet(brief),
        build_unfit_sheet(brief),
        _build_not_done_sheet(brief),
        _build_group_sheet(brief),
        _build_frontier_sheet(brief),
        aside_sheet(brief.asides()),
        _build_assumption_sheet(brief),
    )


def _read_me(brief: LightingBrief) -> Sheet:
    digest = choose_text("Empreinte de l'étude", "Digest of the study")
    return read_me(
        brief.title,
        answers(brief),
        units=choose_text(
            "Montants en euros hors taxes ; heures locales.",
            "Amounts in euros excluding VAT; local times.",
        ),
        about=SHEETS,
        made_of=((digest, brief.comparison.study_digest),),
        files=[(one, file_kind(one.what)) for one in brief.sources],
        banner=brief.banner,
    )


def _build_scenario_sheet(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Nom"), column("Ce qu'il fait", "long"), column("Écarté"),
        column("Battu par"),
    )  # fmt: skip
    by = {one.scenario: one.by for one in brief.comparison.dominated}
    rows = [
        (
            one.scenario, brief.name(one.scenario),
            describe_actions(brief, brief.scenarios[one.scenario])
            if one.scenario in brief.scenarios else None,
            format_yes_no(one.scenario in brief.comparison.excluded),
            by.get(one.scenario),
        )
        for one in brief.comparison.scenarios
    ]  # fmt: skip
    return Sheet(sheet_name("Scénarios"), columns, rows)


def _build_criteria_sheet(brief: LightingBrief) -> Sheet:
    keys = [one.scenario for one in brief.comparison.scenarios]
    columns = (
        column("Critère"), column("Enjeu"), column("Unité"), column("Sens"),
        *(Column(brief.full(key), "price") for key in keys),
    )  # fmt: skip
    rows = [
        (
            describe_criterion(told.criterion),
            describe_stake(told.stake),
            format_indicator_unit(told),
            describe_direction(told),
            *(brief.value(key, told.criterion) for key in keys),
        )
        for told in brief.comparison.criteria
    ]
    return Sheet(sheet_name("Critères"), columns, rows)


def _build_effect_sheet(brief: LightingBrief) -> Sheet:
    columns = (column("Scénario"), *_of_effect())
    rows = (
        (one.scenario, *_build_effect_cells(brief, each))
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


def _build_effect_cells(brief: LightingBrief, one: Indicator) -> Sequence[Value]:
    told = brief.criteria.get(one.criterion)
    return (
        describe_criterion(one.criterion),
        format_indicator_unit(told) if told is not None else None,
        one.value,
        one.low,
        one.high,
        one.known,
        None if one.unknown is None else brief.say_phrase(one.unknown),
        brief.say_phrase(one.source),
    )


def _build_commune_sheet(brief: LightingBrief) -> Sheet:
    columns = (column("Scénario"), column("INSEE"), column("Commune"), *_of_effect())
    rows = (
        (one.scenario, commune.insee_code, brief.communes.get(commune.insee_code),
         *_build_effect_cells(brief, each))
        for one in brief.comparison.scenarios
        for commune in one.communes
        for each in commune.indicators
    )  # fmt: skip
    return Sheet(sheet_name("Communes"), columns, rows)


def _build_verdict_sheet(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("INSEE"), column("Commune"), column("Verdict"),
        column("Mieux", "long"), column("Moins bien", "long"), column("Les deux", "long"),
        column("Inconnu", "long"),
    )  # fmt: skip
    return Sheet(sheet_name("Gagnants"), columns, _winner_rows(brief))


def _winner_rows(brief: LightingBrief) -> Iterator[Sequence[Value]]:
    for scenario in brief.comparison.scenarios[1:]:
        for one in changes(brief, scenario.scenario):
            words = (
                format_stakes(each) for each in (one.better, one.worse, one.mixed, one.unknown)
            )
            yield (scenario.scenario, one.commune, brief.communes[one.commune], one.verdict, *words)


def _build_cabinet_sheet(brief: LightingBrief) -> Sheet:
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


def _build_hour_sheet(brief: LightingBrief) -> Sheet:
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


def _build_year_sheet(brief: LightingBrief) -> Sheet:
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


def _build_body_sheet(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Organisme"), column("Travaux (€)", "euros"),
        column("Facture (€)", "euros"),
    )  # fmt: skip
    rows = [
        (one.scenario, brief.body(one.body), one.investment_eur, one.bill_eur)
        for one in brief.comparison.bodies
    ]
    return Sheet(sheet_name("Qui paie"), columns, rows)


def _build_not_done_sheet(brief: LightingBrief) -> Sheet:
    columns = (
        column("Scénario"), column("Quoi"), column("Luminaires", "whole"),
        column("Pourquoi", "long"),
    )  # fmt: skip
    rows: list[Sequence[Value]] = []
    for one in brief.comparison.scenarios:
        rows += [
            (one.scenario, c.subject, c.count, brief.say_phrase(c.reason)) for c in one.not_done
        ]
        rows += [(one.scenario, "budget", None, brief.say_phrase(told)) for told in one.over_budget]
    return Sheet(sheet_name("Impossible"), columns, rows)


def _build_group_sheet(brief: LightingBrief) -> Sheet:
    columns = (
        column("Groupe"), column("Scénario"), column("Rang", "whole"),
        column("Part des tirages", "share"),
    )  # fmt: skip
    rows = [
        (group_name(brief, one.group), ranked.scenario, rank, share)
        for one in select_report_groups(brief)
        for ranked in one.ranks
        for rank, share in enumerate(ranked.ranks, start=1)
    ]
    return Sheet(sheet_name("Groupes"), columns, rows)


def _build_frontier_sheet(brief: LightingBrief) -> Sheet:
    found = brief.frontier
    criteria = found.criteria if found is not None else ()
    columns = (
        column("Plan"),
        *(Column(describe_criterion(one), "price") for one in criteria),
        column("Coude"),
        column("Écart à la borne", "share"),
    )
    rows = []
    for point in found.points if found is not None else ():
        values = {one.criterion: one.value for one in point.values}
        rows.append(
            (
                point.id, *(values.get(one) for one in criteria), format_yes_no(point.is_knee),
                point.gap,
            )
        )  # fmt: skip
    return Sheet(sheet_name("Frontière"), columns, rows)


def _build_assumption_sheet(brief: LightingBrief) -> Sheet:
    return assumed_sheet(brief.sentences([*brief.notes, *brief.comparison.assumptions]))
