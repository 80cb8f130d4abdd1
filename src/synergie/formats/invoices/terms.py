"""Dated terms of delivery points in a table: option, powers, activity and its reason, by days."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO, Literal, NamedTuple

from synergie.errors import BadInput
from synergie.formats.cells import Cell, prove_marks, read_amount, read_day, unquote_cell
from synergie.formats.columns import index_heads
from synergie.formats.invoices._columns import TABLES
from synergie.formats.invoices._sheets import read_invoice_sheets
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name
from synergie.formats.values import point_fault, read_point

_BY_HEAD = index_heads(TABLES["terms"])
_DATE = "a date as 25/11/2026 or 2026-11-25"
_HEAD = "a head with PRM or PCE, FTA, and what is dated (du, au)"
_DAY = timedelta(days=1)
_CLASSES = ("", "POINTE", "HPH", "HCH", "HPB", "HCB")
_ACTIVITIES: Mapping[str, Literal["economic", "non_economic", "unknown"]] = {
    "economique": "economic", "economic": "economic",
    "noneconomique": "non_economic", "noneconomic": "non_economic",
    "": "unknown", "inconnue": "unknown", "unknown": "unknown",
}  # fmt: skip
_CONTRACTS: Mapping[str, Literal["single", "card"] | None] = {
    "": None, "unique": "single", "single": "single", "card": "card",
}  # fmt: skip
_SEGMENTS: Mapping[str, str] = {"C5": "BTINF", "C4": "BTSUP", "C2": "HTA", "C1": "HTA"}
"""Beginnings of the options of each segment; C3 is void since 2023."""


class TermsRow(NamedTuple):
    """What one delivery point is served under from a day to another."""

    supply_point: str
    valid_from: date
    valid_to: date
    """The day after the last one."""
    tariff_code: str
    powers: tuple[tuple[str | None, Decimal], ...]
    """By class, kVA (kW in HTA); one without a class is that of all."""
    activity: Literal["economic", "non_economic", "unknown"]
    contract: Literal["single", "card"] | None
    """Which management fee is due. None: not told."""
    supplier: str | None
    """Who supplies it: a name, or a SIREN. None: not told."""


def read_terms(source: BinaryIO, name: str) -> list[TermsRow]:
    """The terms of the first table with a point and an option; a blank day is open.

    BadInput, with its line: no such table, a point, a day, a power or an activity that is none,
    and an activity that is told without its reason.
    """
    for _sheet, rows in read_invoice_sheets(source, Report()):
        some = list(rows)
        for n, (_, cells) in enumerate(some[:30]):
            at = _find_columns([unquote_cell(cell) for cell in cells])
            if "tariff_code" in at and ("point" in at or "gas_point" in at):
                return [_build_row(at, row, f"{name}, line {line}") for line, row in some[n + 1 :]
                        if any(unquote_cell(cell) for cell in row)]  # fmt: skip
    raise BadInput(name, "", _HEAD)


def _find_columns(head: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, name in enumerate(head):
        for column in _BY_HEAD.get(normalize_column_name(name.partition("(")[0]), ()):
            found.setdefault(column.name, place)
    return found


def _build_row(at: Mapping[str, int], row: list[Cell], where: str) -> TermsRow:
    cells = {field: row[place] for field, place in at.items() if place < len(row)}
    texts = {field: unquote_cell(cell) for field, cell in cells.items()}
    begins = _read_day(cells.get("from_date", ""), f"{where}, /du") or date.min
    last = _read_day(cells.get("to_date", ""), f"{where}, /au")
    ends = date.max if last is None else last + _DAY
    if begins >= ends:
        raise BadInput(f"{where}, /au", str(last), "a day that is not before the first one")
    activity = _read_word(texts.get("activity", ""), _ACTIVITIES, f"{where}, /activite")
    if activity != "unknown" and not texts.get("reason"):
        raise BadInput(f"{where}, /raison", "", "why the activity is that one")
    tariff_code = texts.get("tariff_code", "").upper()
    _check_segment(texts.get("segment", "").upper(), tariff_code, f"{where}, /segment")
    return TermsRow(
        supply_point=_read_supply_point(texts, where),
        valid_from=begins,
        valid_to=ends,
        tariff_code=tariff_code,
        powers=tuple(_read_powers(cells, where)),
        activity=activity,
        contract=_read_word(texts.get("contract", ""), _CONTRACTS, f"{where}, /contrat"),
        supplier=texts.get("supplier") or None,
    )


def _check_segment(told: str, tariff_code: str, where: str) -> None:
    """BadInput: no segment, one that is void, or not that of the option."""
    if told and not tariff_code.startswith(_SEGMENTS.get(told, "-")):
        expected = "the segment of its option: C5 (BTINF), C4 (BTSUP), C2 or C1 (HTA)"
        raise BadInput(where, told, expected)


def _read_supply_point(texts: Mapping[str, str], where: str) -> str:
    for field, scheme in (("point", "prm"), ("gas_point", "pce")):
        told = texts.get(field, "")
        if told:
            found = read_point(told, scheme)
            if found is None:
                raise point_fault(f"{where}, /{scheme}", told, scheme)
            return found
    raise BadInput(f"{where}, /prm", "", "a delivery point")


def _read_powers(cells: Mapping[str, Cell], where: str) -> list[tuple[str | None, Decimal]]:
    found: list[tuple[str | None, Decimal]] = []
    for name in _CLASSES:
        field = f"power_{name}".rstrip("_")
        cell = cells.get(field, "")
        value = read_amount(cell, f"{where}, /{field}", proved=prove_marks([cell]))
        if value is None:
            continue
        if value <= 0:
            raise BadInput(f"{where}, /{field}", value, "a power above zero")
        found.append((name or None, value))
    return found


def _read_word[T](told: str, words: Mapping[str, T], where: str) -> T:
    key = normalize_column_name(told)
    if key not in words:
        raise BadInput(where, told, ", ".join(one for one in words if one))
    return words[key]


def _read_day(cell: Cell, where: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    text = unquote_cell(cell)
    return read_day(text, where, _DATE, exists="a date that exists", loose=True) if text else None
