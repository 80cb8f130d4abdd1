"""Lists of delivery points: what each is, and the terms it is served under."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.report import Place, Report
from synergie.formats.tables._cells import Cell, is_blank, parse_amount, parse_civil_cell
from synergie.formats.tables._magnitude import find_implausible_energies
from synergie.formats.tables._point_energies import other_energy
from synergie.formats.tables._row import RowReader, build_row_record
from synergie.formats.tables._span import Span
from synergie.formats.tables._terms import columns_of, read_contract_terms, read_date
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._totals import Data
from synergie.formats.tables._words import counts_months, find_name_meaning, normalize_words
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.table_profile import ENERGIES, TableField, TableUnit

_TO_KWH = {"Wh": Decimal("0.001"), "kWh": Decimal(1), "MWh": Decimal(1000)}
_MONTHS, _YEAR = 12, range(359, 372)
"""Months and days of a year, a reading early or late."""
_OF_USE = re.compile(r"\b(?:periodes?|references?|conso\w*)\b")
_RISING = ("POINTE", "HPH", "HCH", "HPB", "HCB")
_ONCE = "a delivery point not yet in the list"
_YEARLY = "an energy in Wh, kWh or MWh"
_NO_DATE = (
    "the table does not say from when its terms hold: the points were read without terms (member,"
    " site, supplier); the answer valid_from=2026-01-01 tells the day"
)
_NO_KVA = "powers in kW are kept with the terms of a point alone: its power in kVA is not known"
_COLUMN_OF: dict[str, TableField] = {
    "code": "supply_point", "tariff_code": "tariff_code", "holder_siret": "holder_siret",
    "supplier": "supplier", "contract_end": "contract_end", "valid_from": "valid_from",
    "subscribed_powers": "subscribed_power", "annual_energy": "annual_energy",
    "subscribed_power_kva": "subscribed_power", "annual_kwh": "annual_energy",
}  # fmt: skip


def points(
    table: Iterator[TableRow], reader: RowReader
) -> Iterator[SupplyPointRecord | SupplyTerms]:
    """Each point, and its terms when a day from which they hold is known."""
    known: dict[str, tuple[object, ...]] = {}
    years = list[Span]()
    for place, cells in Data(reader, []).rows(table):
        try:
            records = _of_row(reader, cells)
            key = reader.key(cells)
            if key in known and known[key] != tuple(records):
                raise BadInput(  # noqa: TRY301 (told like any other fault of the row)
                    reader.where("supply_point"), key, _ONCE, checks.CONFLICTING_DUPLICATE.code
                )
        except BadInput as fault:
            reader.report.refuse(place, fault)
            continue
        if key in known:
            reader.report.duplicates += 1
            continue
        known[key] = tuple(records)
        reader.report.kept += 1
        years += _build_year_span(records[0], place)
        name = reader.text(cells, "name") or ""
        if key.startswith("prm:") and (told := other_energy(name, key)) is not None:
            reader.report.find(checks.POINT_OF_OTHER_ENERGY, name, told, place=place)
        _look_beside(reader.beside(cells), place, reader)
        yield from records
    find_implausible_energies([[one] for one in years], reader.report)


def _build_year_span(point: SupplyPointRecord | SupplyTerms, place: Place) -> Iterator[Span]:
    """The energy of the year of a point, to be weighed; never kept."""
    if isinstance(point, SupplyPointRecord) and point.annual_kwh:
        one = PeriodEnergy(
            name=point.code,
            from_date=date(2001, 1, 1),  # any year
            to_date=date(2002, 1, 1),
            energy_kwh=Decimal(str(point.annual_kwh)),
            provenance=point.provenance,
        )
        kva = point.subscribed_power_kva
        yield Span(one, place, None if kva is None else Decimal(str(kva)))


def _look_beside(beside: Mapping[str, str], place: Place, reader: RowReader) -> None:
    """A doubt over columns that say that the energy of a row is of less, or more, than a year."""
    ends: dict[str, tuple[str, date]] = {}
    for name, cell in beside.items():
        months = counts_months(name)
        if months and cell.isdecimal() and int(cell[:9]) != _MONTHS:
            reader.report.find(checks.COLUMN_CLAIMS, name, cell, place=place)
        told = find_name_meaning(name) if _OF_USE.search(normalize_words(name)) else None
        if told is not None and told.field in {"from_date", "to_date"} and cell:
            with suppress(BadInput):
                ends[told.field] = cell, parse_civil_cell(cell, name, reader.table)
    if len(ends) > 1:
        (_, first), (shown, last) = ends["from_date"], ends["to_date"]
        if (last - first).days not in _YEAR:
            reader.report.find(checks.COLUMN_CLAIMS, shown, f"{first} – {last}", place=place)


def _look_at_powers(powers: Sequence[Mapping[str, Any]], name: str, report: Report) -> None:
    """A doubt over powers of classes that fall: each must be no less than that of the one before.

    Source: tariff of the public networks (TURPE 7 HTA-BT), section on subscribed powers.
    """
    told = {one["tariff_class"]: one["value"] for one in powers}
    some = [told[one] for one in _RISING if one in told]
    for one, other in pairwise(some):
        if other < one:
            report.find(checks.POWERS_FALL, name, one, other)
            return


def _of_row(reader: RowReader, cells: Sequence[Cell]) -> list[SupplyPointRecord | SupplyTerms]:
    key = reader.key(cells)
    scheme, _, code = key.partition(":")
    told = read_contract_terms(reader, cells)
    powers, years = told.pop("subscribed_powers"), _read_annual_energies(reader, cells)
    _look_at_powers(powers, key, reader.report)

    def where(field: str) -> str:
        return reader.where(_COLUMN_OF.get(field, cast("TableField", field)))

    found: list[SupplyPointRecord | SupplyTerms] = [
        build_row_record(
            SupplyPointRecord,
            where,
            scheme=scheme,
            code=code,
            market_segment=told["market_segment"],
            tariff_code=told["tariff_code"],
            subscribed_power_kva=_find_highest_power(powers),
            annual_kwh=_all_together(years),
            usage=told["usage"],
            personal_data="none" if told["usage"] == "public_lighting" else "possible",
            provenance=reader.provenance(key),
        )
    ]
    if powers and _find_highest_power(powers) is None:
        reader.report.note(_NO_KVA)
    valid_from = read_date(reader, cells, "valid_from") or reader.table.valid_from
    if valid_from is None:
        reader.report.note(_NO_DATE)
        _tell_unkept(reader, powers)
        return found
    terms = build_row_record(
        SupplyTerms,
        where,
        supply_point=key,
        valid_from=valid_from,
        subscribed_powers=powers,
        annual_energy=[
            {"tariff_class": name, "kwh": value, "method": "declared"} for name, value in years
        ],
        source=reader.source,
        provenance=reader.provenance(key),
        **told,
    )
    return [*found, terms]


def _read_annual_energies(
    reader: RowReader, cells: Sequence[Cell]
) -> list[tuple[str | None, Decimal]]:
    found = []
    for column, place in columns_of(reader, "annual_energy"):
        if is_blank(cells[place], reader.table):
            continue
        unit: TableUnit | None = column.unit or reader.table.unit
        if unit is None or unit not in ENERGIES:
            raise BadInput(f"/{column.name}", unit or "", _YEARLY, checks.UNIT_UNKNOWN.code)
        where = f"/{column.name}"
        value = parse_amount(cells[place], where, reader.table, unit=unit, lost=reader.lost)
        found.append((column.tariff_class, (value * _TO_KWH[unit]).quantize(Decimal("0.000001"))))
    return found


def _tell_unkept(reader: RowReader, powers: Sequence[Mapping[str, Any]]) -> None:
    """A doubt over powers in kW: without terms a point keeps those in kVA alone."""
    in_kw = any(one["value"] > 0 and one["unit"] == "kW" for one in powers)
    if in_kw and _find_highest_power(powers) is None:
        column = next(one for one, _ in columns_of(reader, "subscribed_power"))
        reader.report.find(checks.POWER_NOT_KEPT, column.name)


def _find_highest_power(powers: Sequence[Mapping[str, Any]]) -> float | None:
    kva = [float(one["value"]) for one in powers if one["unit"] == "kVA" and one["value"] > 0]
    return max(kva, default=None)


def _all_together(years: Sequence[tuple[str | None, Decimal]]) -> float | None:
    whole = [value for name, value in years if name is None]
    if whole:
        return float(whole[0])
    return float(sum(value for _, value in years)) if years else None
