"""A comparison of lighting on the terminal: what was read, the table of effects, no score."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import describe_phrase
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import _, format_number, speaks_french

if TYPE_CHECKING:
    from synergie.lighting.commands._lighting import Inputs
    from synergie.lighting.records.effects import (
        CriterionTold,
        Indicator,
        LightingComparison,
        LightingCriterion,
        ScenarioEffects,
    )
    from synergie.lighting.records.frontier import LightingFrontier
    from synergie.lighting.records.study import LightingStudy
    from synergie.lighting.records.weighing import Weighing
    from synergie.park.records.park import SetAside

MOST = 20
"""Lines of a kind on the terminal; the folder and `--json` have all."""
_COLUMNS = 8
_LINE = re.compile(r"\bline (\d+)", re.ASCII)


def tell_read(read: "Inputs") -> None:
    """What the files gave, what is not known, what is assumed."""
    for file in read.files:
        typer.echo(
            _("{}: {} rows read, {} set aside ({})").format(
                file.name, format_number(file.kept), format_number(file.refused), file.format
            )
        )
    for phrase in read.notes:
        typer.echo(f"  {describe_phrase(phrase)}")


def tell_comparison(study: "LightingStudy", found: "LightingComparison") -> None:
    """The table of effects, then what is excluded, beaten or could not be done."""
    names = _list_scenario_names(study)
    shown = found.scenarios[:_COLUMNS]
    for one in shown:
        typer.echo(f"{one.scenario}: {names.get(one.scenario, one.scenario)}")
    typer.echo()
    heads = ("", *(one.scenario for one in shown))
    rows = [_build_indicator_row(criterion, shown) for criterion in found.criteria]
    print_aligned_rows([heads, *rows])
    if len(found.scenarios) > _COLUMNS:
        left = format_number(len(found.scenarios) - _COLUMNS)
        typer.echo(_("… and {} more; the folder has them all").format(left))
    typer.echo()
    _tell_state(found)


def _list_scenario_names(study: "LightingStudy") -> dict[str, str]:
    """What people call each scenario; those of the house in the language of the line."""
    from synergie.lighting.reports.house import scenario_name
    from synergie.reports.language import use_language

    with use_language("fr" if speaks_french() else "en"):
        return {one.id: scenario_name(one.id, one.name) for one in study.scenarios}


def _build_indicator_row(
    criterion: "CriterionTold", shown: Sequence["ScenarioEffects"]
) -> tuple[str, ...]:
    values = (
        next((each for each in one.indicators if each.criterion == criterion.criterion), None)
        for one in shown
    )
    return _format_indicator_label(criterion), *(_format_indicator_cell(one) for one in values)


def _format_indicator_label(criterion: "CriterionTold") -> str:
    """The indicator, its unit and what is better."""
    signs = {"min": "↓", "max": "↑", "constraint": "="}
    of = criterion.unit
    if speaks_french():
        from synergie.lighting.reports.words import format_indicator_unit

        of = format_indicator_unit(criterion)
    return f"{signs[criterion.direction]} {_describe_criterion_name(criterion.criterion)} ({of})"


def _describe_criterion_name(criterion: "LightingCriterion") -> str:
    """What people call a criterion."""
    if not speaks_french():
        return criterion.replace("_", " ")
    from synergie.lighting.reports.words import describe_criterion

    return describe_criterion(criterion)


def _format_indicator_cell(one: "Indicator | None") -> str:
    if one is None:
        return "-"
    if one.value is None:
        return _("unknown")
    from synergie.lighting.reports.words import NAMES

    value = format_number(one.value, NAMES[one.criterion].decimals)
    return f"{value} *" if one.known < 1 else value


def _tell_state(found: "LightingComparison") -> None:
    if any(i.value is not None and i.known < 1 for one in found.scenarios for i in one.indicators):
        typer.echo(_("* known for a part of the luminaires only"))
    if found.excluded:
        typer.echo(_("Excluded by a hard rule: {}").format(", ".join(found.excluded)))
    for one in found.dominated:
        typer.echo(_("{} is beaten by {} on all that is known").format(one.scenario, one.by))
    if found.not_compared:
        names = ", ".join(map(_describe_criterion_name, found.not_compared))
        typer.echo(_("Not compared, unknown for some scenarios: {}").format(names))
    _tell_unjudged(found.scenarios[:_COLUMNS])
    _tell_sizing(found.scenarios[:_COLUMNS])
    for effects in found.scenarios[:_COLUMNS]:
        many = sum(change.count for change in effects.not_done)
        if many:
            text = _("{}: {} luminaires could not be done as told: {}")
            first = describe_phrase(effects.not_done[0].reason)
            typer.echo(text.format(effects.scenario, format_number(many), first))
        for phrase in effects.over_budget:
            typer.echo(f"{effects.scenario}: {describe_phrase(phrase)}")
    typer.echo(_("No score is given: weights belong to somebody (--voices)."))


def _tell_unjudged(shown: Sequence["ScenarioEffects"]) -> None:
    """Luminaires of which the law could not be judged, and for want of what."""
    from synergie.lighting.reports.law import describe_missing_fields
    from synergie.lighting.reports.names import LAW_SUBJECTS
    from synergie.reports.language import choose_text, use_language

    told: dict[tuple[str, ...], list[str]] = {}
    with use_language("fr" if speaks_french() else "en"):
        for one in shown:
            for tally in one.law:
                if tally.unjudged:
                    counts = map(format_number, (tally.kept, tally.broken, tally.unjudged))
                    subject = choose_text(*LAW_SUBJECTS[tally.subject])
                    cells = (subject, *counts, describe_missing_fields(tally))
                    told.setdefault(cells, []).append(one.scenario)
    _tell_alike(_("{}, law, {}: {} luminaires comply, {} do not, {} are not judged: {}"), told)


def _tell_sizing(shown: Sequence["ScenarioEffects"]) -> None:
    """How much light roads get for that of before, and how many luminaires stay for want of it."""
    told: dict[tuple[str, ...], list[str]] = {}
    for one in shown:
        if one.sizing is not None:
            ratios = (one.sizing.ratio_min, one.sizing.ratio_median, one.sizing.ratio_max)
            cells = ("-" if ratio is None else format_number(100 * ratio) for ratio in ratios)
            counts = (one.sizing.compared, len(one.sizing.without_fit))
            told.setdefault((*cells, *map(format_number, counts)), []).append(one.scenario)
    text = _(
        "{}, light on the road after for before: {} % at least, median {} %, {} % at most, of {} "
        "luminaires; {} stay without a fit"
    )
    _tell_alike(text, told)


def _tell_alike(text: str, told: Mapping[tuple[str, ...], Sequence[str]]) -> None:
    """One line for the scenarios of which the same is told."""
    for cells, scenarios in told.items():
        typer.echo(text.format(", ".join(scenarios), *cells))


def tell_weighing(found: "Weighing | None") -> None:
    """Groups side by side."""
    if found is None:
        return
    typer.echo(_("Most often first, by group, over {} draws of weights:").format(
        format_number(found.samples)))  # fmt: skip
    rows = []
    for group in found.groups:
        shares = {one.scenario: one.ranks[0] for one in group.ranks if one.ranks}
        first = "-" if group.first is None else group.first
        parts = (f"{key} {format_number(100 * share)} %" for key, share in shares.items() if share)
        rows.append((f"  {group.group}", first, ", ".join(parts)))
    if rows:
        print_aligned_rows(rows)
    robust = ", ".join(found.robust)
    typer.echo(_("First for every group: {}").format(robust or _("none")))


def tell_frontier(found: "LightingFrontier | None") -> None:
    """The points, the knee named."""
    if found is None:
        return
    from synergie.lighting.reports.words import NAMES

    typer.echo(
        _("Frontier, plans that no other beats: {}").format(format_number(len(found.points)))
    )
    rows = [("  ", *map(_describe_criterion_name, found.criteria), "")]
    for point in found.points[:MOST]:
        values = {one.criterion: one.value for one in point.values}
        cells = (
            format_number(values[one], NAMES[one].decimals) if one in values else "-"
            for one in found.criteria
        )  # fmt: skip
        rows.append((f"  {point.id}", *cells, _("knee") if point.is_knee else ""))
    print_aligned_rows(rows)
    if len(found.points) > MOST:
        left = format_number(len(found.points) - MOST)
        typer.echo(_("… and {} more; the folder has them all").format(left))


def tell_aside(rows: Sequence["SetAside"]) -> None:
    """Rows that could not be used, with the reason, on the error output."""
    for one in rows[:MOST]:
        where = _LINE.sub(lambda at: f"{_('line')} {at[1]}", one.where)
        typer.echo(_("{}: found {!r}, expected {}").format(where, one.found, _(one.expected)),
                   err=True)  # fmt: skip
    if len(rows) > MOST:
        typer.echo(_("… and {} more; --json lists them all").format(len(rows) - MOST), err=True)
