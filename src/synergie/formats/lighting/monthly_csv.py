"""Monthly consumption of public lighting by delivery point, as French open data publishes it."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.formats.tables.energies import iterate_energies_once
from synergie.formats.text import (
    detect_encoding,
    normalize_column_name,
    read_csv_rows,
    separator_of,
)
from synergie.schemas.faults import faults
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

NAME = "lighting-consumption-csv"
COLUMNS = (
    "Region", "Departement", "Ville", "CP", "BatimentOuRue", "Date", "Consommation", "Cout",
    "Emission",
)  # fmt: skip
"""kWh, euros (the table does not say with or without VAT) and kgCO2 of a civil month."""

_PLAIN = [normalize_column_name(name) for name in COLUMNS]
_FIELD_COLUMN = {"name": "BatimentOuRue", "commune": "Ville", "from_date": "Date"}
_AMOUNT = re.compile(r"-?\d{1,9}(?:\.\d{1,20})?", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}-01", re.ASCII)
_MICRO = Decimal("0.000001")
_NOISE = Decimal("0.000000001")


def sniff(sample: Sample) -> float:
    """1.0 for the header, whatever its separator."""
    first = next(iter(sample.lines(1)), "")
    return (
        1.0
        if [normalize_column_name(name) for name in first.split(separator_of(first))] == _PLAIN
        else 0.0
    )


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[PeriodEnergy], Report]:
    """One record a point and month, in file order; runs of spaces in names become one.

    BadInput when the header is not COLUMNS between commas. The rules are those of any table
    (`tables.energies`): a month that comes twice for a point is ignored when it says the same,
    refused otherwise. Memory grows with the rows kept.
    """
    report = Report()
    table = read_csv_rows(source, detect_encoding(source, report), separator=",", report=report)
    line, header = next(table, (1, []))
    if [normalize_column_name(name) for name in header] != _PLAIN:
        raise BadInput(f"line {line}", ",".join(header), ",".join(COLUMNS))
    return iterate_energies_once(
        table, report, lambda cells: _parse_month_energy(cells, profile, report)
    ), report


def _parse_month_energy(cells: list[str], profile: Profile, report: Report) -> PeriodEnergy:
    if len(cells) != len(COLUMNS):
        raise BadInput("row", f"{len(cells)} cells", "9 cells, one a column")
    row = dict(zip(COLUMNS, cells, strict=True))
    name = " ".join(row["BatimentOuRue"].split())
    if name != row["BatimentOuRue"]:
        report.note("repeated spaces in a name were made one")
    first = _parse_month_start(row["Date"])
    try:
        return PeriodEnergy(
            name=name,
            commune=row["Ville"].strip() or None,
            from_date=first,
            to_date=date(first.year + first.month // 12, first.month % 12 + 1, 1),
            energy_kwh=_parse_month_amount("Consommation", row["Consommation"]),
            cost_eur=_parse_month_amount("Cout", row["Cout"]),
            emissions_kg=_parse_month_amount("Emission", row["Emission"]),
            provenance=profile.provenance or "partner",
        )
    except ValidationError as error:
        fault = faults(error)[0]
        column = _FIELD_COLUMN.get(fault.where.removeprefix("/"), "row")
        where = column if column == "row" else f"/{column}"
        raise BadInput(where, fault.found, fault.expected) from error


def _parse_month_start(cell: str) -> date:
    try:
        if _MONTH.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass  # month 13: told below like any other text
    raise BadInput("/Date", cell, "the first day of a month, as 2017-01-01")


def _parse_month_amount(column: str, cell: str) -> Decimal | None:
    """None for a blank, which is not zero. Binary noise far after the sixth decimal is dropped."""
    if not cell.strip():
        return None
    if not _AMOUNT.fullmatch(cell):
        raise BadInput(f"/{column}", cell, "a number with a dot")
    exact = Decimal(cell)
    rounded = exact.quantize(_MICRO)
    if abs(exact - rounded) > _NOISE:
        raise BadInput(f"/{column}", cell, "a number with at most 6 decimals")
    return rounded


FORMAT = Format(name=NAME, title="Monthly lighting consumption (CSV)", sniff=sniff, read=read)
