"""A file report as a person reads it: what it is, what is in it, what was left out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number
from synergie.errors import BadInput
from synergie.formats.checks import CHECKS
from synergie.schemas.readings.file_report import (
    AssetSummary,
    FileReport,
    RefusedLine,
    SeriesSummary,
)

if TYPE_CHECKING:
    from synergie.formats.tables.propose import Proposal

KINDS = {
    "supply_point": N_("delivery points"),
    "supply_terms": N_("terms of delivery points"),
    "site": N_("sites"),
    "register_reading": N_("index readings"),
    "interval_reading": N_("readings over an interval"),
    "period_energy": N_("energies of a period"),
    "invoice_line": N_("invoice lines"),
    "support": N_("supports"),
    "circuit": N_("circuits"),
    "night_profile": N_("night profiles"),
    "dimming_range": N_("dimming ranges"),
    "work_order": N_("works and tickets"),
    "perimeter_row": N_("rows of a perimeter"),
    "offer_row": N_("prices of offers"),
    "group_row": N_("rows of a purchase group"),
    "crew_row": N_("rows of a crew book"),
    "rule_row": N_("rules of a plan"),
}
"""Kinds of record that are told by their number only, and their words."""
_GRAVE = {"block": N_("in doubt, nothing is stored: {}"), "warning": N_("look at: {}")}
_NUMBERED = re.compile(r"(record|line) (\d+)", re.ASCII)
_PLACES = {"record": N_("record {}"), "line": N_("line {}")}
"""What stands before the number of an item, as readers write it."""
MOST = 50
"""Refused lines that are told one by one; `--json` has them all."""


def print_file_report(
    report: FileReport, *, as_json: bool, table: "Proposal | None" = None
) -> None:
    """The report on stdout; refused lines on stderr, so that a pipe keeps them apart.

    *table*: how a table that nobody confirmed was read; its columns are told beside.
    """
    if as_json:
        told = {} if table is None else _dump_proposal(table)
        print_json({**report.model_dump(mode="json"), **told})
        return
    for line in _describe_file_report(report):
        typer.echo(line)
    for refused in report.refused[:MOST]:
        typer.echo(_describe_refused_line(refused), err=True)
    for code in dict.fromkeys(refused.code for refused in report.refused):
        check = CHECKS.get(code)
        if check is not None and check.action:
            typer.echo(_("  to do: {}").format(_(check.action)), err=True)
    if len(report.refused) > MOST:
        more = len(report.refused) - MOST
        typer.echo(_("… and {} more; --json lists them all").format(format_number(more)), err=True)


def print_open(table: "Proposal") -> None:
    """A table that asks, as one JSON document: nothing of it was read yet."""
    print_json({"format": "table", "records": 0, **_dump_proposal(table)})


@contextmanager
def tell_refusal(*, as_json: bool) -> Iterator[None]:
    """A file refused outright, as one JSON document: where, what was found, what was expected."""
    try:
        yield
    except BadInput as fault:
        if as_json:
            told = {name: str(getattr(fault, name)) for name in ("where", "found", "expected")}
            print_json({"records": 0, "error": {"code": fault.check, **told}})
        raise


def _dump_proposal(table: "Proposal") -> dict[str, Any]:
    return {
        "columns": [one._asdict() for one in table.told],
        "questions": [
            {
                "name": one.field,
                "choices": list(one.choices),
                "why": " ".join(part for part in (_(one.text), one.why) if part),
                "answers": list(one.lines),
            }
            for one in table.questions
        ],
    }


def _describe_file_report(report: FileReport) -> Iterator[str]:
    yield _("format: {}").format(report.format)
    counts = format_number(report.records), format_number(report.rejected)
    yield _("{} records kept, {} refused").format(*counts)
    for series in report.series:
        yield from _of_series(series)
    if report.assets.light_points:
        yield from _of_assets(report.assets)
    others = {kind: n for kind, n in report.kinds.items() if kind in KINDS}
    for kind, n in others.items():
        yield f"{_(KINDS[kind])}{_(': ')}{format_number(n)}"
    yield from _of_findings(report)


def _of_findings(report: FileReport) -> Iterator[str]:
    """What the checks found, gravest first, each with what to do; then the other remarks."""
    told = tuple(one.text for one in report.findings)
    for one in report.findings:
        line = _(_GRAVE.get(one.severity, "note: {}"))
        often = "" if one.times == 1 else f" (× {format_number(one.times)})"
        parts = ", ".join(map(_describe_place_part, (one.place or "").split(", ")))
        place = _(", first at {}").format(parts) if parts else ""
        yield f"{line.format(one.text)}{often}{place}"
        if one.action:
            yield _("  to do: {}").format(one.action)
    for warning in report.warnings:
        if not warning.startswith(told):
            yield _("note: {}").format(_(warning))


def _of_series(series: SeriesSummary) -> Iterator[str]:
    yield f"{series.id}"
    yield _("  from {} to {}").format(
        _format_moment_or_day(series.first), _format_moment_or_day(series.last)
    )
    steps = ", ".join(f"{run.step} × {format_number(run.n)}" for run in series.steps)
    yield _("  steps: {}").format(steps)
    yield _("  {} readings, {} missing, {} incomplete days").format(
        format_number(series.readings),
        format_number(series.missing),
        format_number(series.civil_days_off),
    )
    if series.energy_kwh is not None:
        yield _("  energy: {} kWh").format(format_number(series.energy_kwh, 3))
    if len(series.by_year) > 1:
        years = (f"{year}{_(': ')}{format_number(kwh, 3)}" for year, kwh in series.by_year.items())
        yield _("  by year, kWh: {}").format("; ".join(years))
    if series.stored_by_year:
        years = (f"{y}{_(': ')}{format_number(kwh, 3)}" for y, kwh in series.stored_by_year.items())
        yield _("  stored before, by year, kWh: {}").format("; ".join(years))


def _format_moment_or_day(moment: datetime | date) -> str:
    """A civil date, or an instant with its offset as the clocks of mainland France showed it."""
    if isinstance(moment, datetime):
        return moment.astimezone(ZoneInfo("Europe/Paris")).isoformat(" ", "minutes")
    return moment.isoformat()


def _of_assets(assets: AssetSummary) -> Iterator[str]:
    yield _("{} light points, {} cabinets").format(
        format_number(assets.light_points), format_number(assets.cabinets)
    )
    yield _("  without cabinet: {}; without a place: {}").format(
        format_number(assets.without_cabinet), format_number(assets.without_location)
    )
    power = assets.power
    yield _("  power: {} points, {} kW; written otherwise: {}, {} kW; unknown: {}").format(
        format_number(power.numbers),
        format_number(power.numbers_w / 1000, 3),
        format_number(power.texts),
        format_number(power.texts_w / 1000, 3),
        format_number(power.unknown),
    )


def _describe_refused_line(refused: RefusedLine) -> str:
    if refused.line:
        column = _("column {}").format(refused.column) if refused.column else ""
        places = [_("line {}").format(refused.line), column]
    else:
        places = [_describe_place_part(part) for part in (refused.column or "").split(", ")]
    place = ", ".join(filter(None, places)) or _("the file")
    return _("{}: found {!r}, expected {}").format(place, refused.value, _(refused.reason))


def _describe_place_part(part: str) -> str:
    """One part of the place of an item without a line: `record 12`, `/Valeur`, a JSON pointer."""
    found = _NUMBERED.fullmatch(part)
    if found is not None:
        return _(_PLACES[found[1]]).format(found[2])
    name = part.removeprefix("/")
    return part if "/" in name or name == part else _("column {}").format(name)
