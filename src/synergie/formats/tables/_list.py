"""Lists of delivery points: what each is, and the terms it is served under."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.tables._cells import Cell, amount, blank, civil
from synergie.formats.tables._head import place_of
from synergie.formats.tables._row import RowReader, made
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._totals import Data
from synergie.formats.tables._words import words
from synergie.schemas.supply_point import SupplyPointRecord
from synergie.schemas.supply_terms import SupplyTerms
from synergie.schemas.table_profile import ENERGIES, TableColumn, TableField, TableUnit

_TO_KWH = {"Wh": Decimal("0.001"), "kWh": Decimal(1), "MWh": Decimal(1000)}
_ONCE = "a delivery point not yet in the list"
_SEGMENT = "a segment C1 to C5 or P1 to P4"
_POWER = "a power in kVA or kW"
_YEARLY = "an energy in Wh, kWh or MWh"
_NO_DATE = "the table does not say from when its terms hold: the points were read without terms"
_NO_KVA = "powers in kW are kept with the terms of a point alone: its power in kVA is not known"
_NO_CODE = "tariff options that are no code (such as BTINFCU4) were not kept"
_COLUMN_OF: dict[str, TableField] = {
    "code": "supply_point", "tariff_code": "tariff_code", "holder_siret": "holder_siret",
    "supplier": "supplier", "contract_end": "contract_end", "valid_from": "valid_from",
    "subscribed_powers": "subscribed_power", "annual_energy": "annual_energy",
    "subscribed_power_kva": "subscribed_power", "annual_kwh": "annual_energy",
}  # fmt: skip
_USAGES = (
    ("eclairage", "public_lighting"),
    ("lighting", "public_lighting"),
    ("eau", "water"),
    ("pompage", "water"),
    ("borne", "charging"),
    ("irve", "charging"),
    ("batiment", "building"),
    ("building", "building"),
)


def points(
    table: Iterator[TableRow], reader: RowReader
) -> Iterator[SupplyPointRecord | SupplyTerms]:
    """Each point, and its terms when a day from which they hold is known."""
    known: dict[str, tuple[object, ...]] = {}
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
        yield from records


def _of_row(reader: RowReader, cells: Sequence[Cell]) -> list[SupplyPointRecord | SupplyTerms]:
    key = reader.key(cells)
    scheme, _, code = key.partition(":")
    segment, option = _segment(reader, cells), _option(reader, cells)
    powers, years = _powers(reader, cells), _years(reader, cells)
    usage = _usage(reader.text(cells, "usage"))

    def where(field: str) -> str:
        return reader.where(_COLUMN_OF.get(field, cast("TableField", field)))

    found: list[SupplyPointRecord | SupplyTerms] = [
        made(
            SupplyPointRecord,
            where,
            scheme=scheme,
            code=code,
            market_segment=segment,
            tariff_code=option,
            subscribed_power_kva=_highest(powers),
            annual_kwh=_all_together(years),
            usage=usage,
            personal_data="none" if usage == "public_lighting" else "possible",
            provenance=reader.provenance(key),
        )
    ]
    if powers and _highest(powers) is None:
        reader.report.note(_NO_KVA)
    valid_from = _date(reader, cells, "valid_from") or reader.table.valid_from
    if valid_from is None:
        reader.report.note(_NO_DATE)
        _tell_unkept(reader, powers)
        return found
    terms = made(
        SupplyTerms,
        where,
        supply_point=key,
        valid_from=valid_from,
        market_segment=segment,
        tariff_code=option,
        subscribed_powers=[
            {"tariff_class": name, "value": value, "unit": unit} for name, value, unit in powers
        ],
        annual_energy=[
            {"tariff_class": name, "kwh": value, "method": "declared"} for name, value in years
        ],
        offpeak_hours=reader.text(cells, "offpeak_hours"),
        supplier=reader.text(cells, "supplier"),
        holder_siret=_digits(reader.text(cells, "holder_siret")),
        contract_end=_date(reader, cells, "contract_end"),
        source=reader.source,
        provenance=reader.provenance(key),
    )
    return [*found, terms]


def _date(reader: RowReader, cells: Sequence[Cell], what: TableField) -> date | None:
    cell = reader.cell(cells, what)
    return None if cell is None else civil(cell, reader.where(what), reader.table)


def _digits(text: str | None) -> str | None:
    return None if text is None else text.replace(" ", "")


def _segment(reader: RowReader, cells: Sequence[Cell]) -> str | None:
    told = reader.text(cells, "market_segment")
    if told is None:
        return None
    found = re.search(r"\b(C[1-5]|P[1-4])\b", told.upper())
    if found is None:
        raise BadInput(reader.where("market_segment"), told, _SEGMENT)
    return found[1]


def _option(reader: RowReader, cells: Sequence[Cell]) -> str | None:
    """The code of the tariff option; a label is not one, and is never turned into one."""
    told = reader.text(cells, "tariff_code")
    if told is None:
        return None
    if re.fullmatch(r"[A-Z0-9]{2,20}", told):
        return told
    reader.report.note(_NO_CODE)
    return None


def _columns(reader: RowReader, what: TableField) -> Iterator[tuple[TableColumn, int]]:
    for column in reader.table.columns:
        if column.field == what:
            yield column, place_of(column, reader.head.names)


def _powers(reader: RowReader, cells: Sequence[Cell]) -> list[tuple[str | None, Decimal, str]]:
    found = []
    for column, place in _columns(reader, "subscribed_power"):
        if blank(cells[place], reader.table):
            continue
        unit = column.unit or reader.table.unit
        if unit not in {"kVA", "kW"}:
            raise BadInput(f"/{column.name}", unit or "", _POWER, checks.UNIT_UNKNOWN.code)
        where = f"/{column.name}"
        value = amount(cells[place], where, reader.table, unit=unit, lost=reader.lost)
        found.append((column.tariff_class, value, str(unit)))
    return found


def _years(reader: RowReader, cells: Sequence[Cell]) -> list[tuple[str | None, Decimal]]:
    found = []
    for column, place in _columns(reader, "annual_energy"):
        if blank(cells[place], reader.table):
            continue
        unit: TableUnit | None = column.unit or reader.table.unit
        if unit is None or unit not in ENERGIES:
            raise BadInput(f"/{column.name}", unit or "", _YEARLY, checks.UNIT_UNKNOWN.code)
        where = f"/{column.name}"
        value = amount(cells[place], where, reader.table, unit=unit, lost=reader.lost)
        found.append((column.tariff_class, (value * _TO_KWH[unit]).quantize(Decimal("0.000001"))))
    return found


def _tell_unkept(reader: RowReader, powers: Sequence[tuple[str | None, Decimal, str]]) -> None:
    """A doubt over powers in kW: without terms a point keeps those in kVA alone."""
    if any(value > 0 and unit == "kW" for _, value, unit in powers) and _highest(powers) is None:
        column = next(one for one, _ in _columns(reader, "subscribed_power"))
        reader.report.find(checks.POWER_NOT_KEPT, column.name)


def _highest(powers: Sequence[tuple[str | None, Decimal, str]]) -> float | None:
    kva = [float(value) for _, value, unit in powers if unit == "kVA" and value > 0]
    return max(kva, default=None)


def _all_together(years: Sequence[tuple[str | None, Decimal]]) -> float | None:
    whole = [value for name, value in years if name is None]
    if whole:
        return float(whole[0])
    return float(sum(value for _, value in years)) if years else None


def _usage(told: str | None) -> str | None:
    if told is None:
        return None
    plain = words(told)
    return next((usage for word, usage in _USAGES if word in plain), "other")
