"""A proposed profile as a person reads it: which column is what, and the first rows as read."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli.texts import N_, _, format_number
from synergie.formats.tables.wording import FIELDS, LAYOUTS

if TYPE_CHECKING:
    from synergie.formats.tables.propose import Proposal
    from synergie.schemas.readings.table_profile import TableColumn

SHOWN = 3
"""Rows shown as they will be read."""

_SAID = {
    "dmy": N_("dates: day, month, year"),
    "mdy": N_("dates: month, day, year"),
    "ymd": N_("dates: year, month, day"),
    "included": N_("the end of a period is its last day"),
    "excluded": N_("the end of a period is the day after its last"),
    "import": N_("energy drawn from the grid"),
    "export": N_("energy fed into the grid"),
    "start": N_("times mark the start of the step"),
    "end": N_("times mark the end of the step"),
}


def describe_proposal(proposal: "Proposal") -> Iterator[str]:
    """What the table is taken for, column by column, and what is still to be said."""
    table = proposal.table
    yield _("{}: {}").format(table.name, _(LAYOUTS[table.layout]))
    width = max(len(column.name) for column in table.columns)
    for column in table.columns:
        yield f"  {column.name.ljust(width)}  {_describe_column(proposal, column)}"
    if proposal.passed_over:
        yield _("not read: {}").format(", ".join(proposal.passed_over))
    told = [table.dates, table.last_day, table.direction, proposal.profile.stamp]
    yield from (_(_SAID[one]) for one in told if one)
    yield _("decimal mark: {}").format(table.decimal)


def _describe_column(proposal: "Proposal", column: "TableColumn") -> str:
    named = [_(FIELDS[column.field]), column.tariff_class]
    unit = column.unit or (proposal.table.unit if column.field in _MEASURED else None)
    return ", ".join(part for part in (*named, unit) if part)


_MEASURED = frozenset({"value", "subscribed_power", "annual_energy"})


def as_read(file: Path | bytes, proposal: "Proposal") -> Iterator[str]:
    """The first rows as the proposed profile reads them, the energy in all, and the totals."""
    from synergie.formats import read
    from synergie.formats.check import check
    from synergie.formats.tables.propose import table_format

    form = table_format(file)
    with read(file, format=form, profile=proposal.profile) as result:
        some = list(islice(result.records, SHOWN))
    yield _("first rows, as they will be read:")
    for record in some:
        yield f"  {_describe_record(record)}"
    report = check(file, format=form, profile=proposal.profile)
    totals = sum(one.times for one in report.findings if one.code == "total-row")
    if totals:
        yield _("rows of totals, passed over: {}").format(format_number(totals))
    energy = _sum_table_energy(file, form, proposal)
    if energy is not None:
        yield _("in all: {} kWh").format(format_number(float(energy), 3))
    yield _("{} rows kept, {} refused").format(
        format_number(report.records), format_number(len(report.refused))
    )


def _sum_table_energy(file: Path | bytes, form: str, proposal: "Proposal") -> Decimal | None:
    """All energy, kWh: the totals of rows that have one, else their classes; never both."""
    from synergie.formats import read
    from synergie.formats.check import check
    from synergie.schemas.readings.period_energy import PeriodEnergy

    if proposal.table.layout in {"curve", "points"}:
        report = check(file, format=form, profile=proposal.profile)
        each = [one.energy_kwh for one in report.series if one.energy_kwh is not None]
        return Decimal(repr(sum(each))) if each else None
    whole = classes = Decimal(0)
    with read(file, format=form, profile=proposal.profile) as result:
        for record in result.records:
            if isinstance(record, PeriodEnergy) and record.energy_kwh is not None:
                if record.tariff_class is None:
                    whole += record.energy_kwh
                else:
                    classes += record.energy_kwh
    return whole or classes


def _describe_record(record: object) -> str:
    """One record in a line; what it has of a name, a time and a number."""
    from synergie.schemas.readings.meter_curve import MeterCurve
    from synergie.schemas.readings.period_energy import PeriodEnergy
    from synergie.schemas.readings.register_reading import RegisterReading

    parts: tuple[str | None, ...]
    match record:
        case PeriodEnergy():
            energy, cost = (
                _format_amount(record.energy_kwh, 3, "kWh"),
                _format_amount(record.cost_eur, 2, "€"),
            )
            when = _("from {} to {} (excluded)").format(record.from_date, record.to_date)
            key = (record.supply_point or "").partition(":")[2]
            name = "" if record.name == key else record.name
            parts = (key, name, record.tariff_class, when, energy or _("no measure"), cost)
        case MeterCurve():
            some = record.values[:SHOWN]
            values = ", ".join(
                "-" if v is None else format_number(v, record.decimals) for v in some
            )
            when = _("from {}, step {}").format(record.start.isoformat(" ", "minutes"), record.step)
            parts = (record.supply_point, when, f"{values}… {record.unit}")
        case RegisterReading():
            when = record.instant.isoformat(" ", "minutes")
            parts = (record.subject, record.register_class, when, f"{record.value} {record.unit}")
        case _:
            parts = (getattr(record, "external_id", ""),)
    return "  ".join(part for part in parts if part)


def _format_amount(value: Decimal | None, decimals: int, unit: str) -> str:
    return "" if value is None else f"{format_number(float(value), decimals)} {unit}"
