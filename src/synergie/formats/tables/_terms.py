"""The terms of a delivery point that rows tell: in a list of points, or beside energies."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.tables._cells import (
    Cell,
    is_blank,
    parse_amount,
    parse_civil_cell,
    strip_cell_text,
)
from synergie.formats.tables._head import place_of
from synergie.formats.tables._row import RowReader, build_row_record
from synergie.formats.tables._words import normalize_words
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.table_profile import TableColumn, TableField

_SEGMENT = "a segment C1 to C5 or P1 to P4, or T1 to T4 or TP of gas"
_POWER = "a power in kVA or kW"
_NO_CODE = "tariff options that are no code (such as BTINFCU4) were not kept"
_USAGES = (
    ("eclairage", "public_lighting"),
    ("lighting", "public_lighting"),
    ("eau", "water"),
    ("pompage", "water"),
    ("borne", "charging"),
    ("irve", "charging"),
    ("recharge", "charging"),
    ("batiment", "building"),
    ("building", "building"),
)


def read_date(reader: RowReader, cells: Sequence[Cell], what: TableField) -> date | None:
    cell = reader.cell(cells, what)
    return None if cell is None else parse_civil_cell(cell, reader.where(what), reader.table)


def _strip_spaces(text: str | None) -> str | None:
    return None if text is None else text.replace(" ", "")


def _parse_market_segment(reader: RowReader, cells: Sequence[Cell]) -> str | None:
    told = reader.text(cells, "market_segment")
    if told is None:
        return None
    found = re.search(r"\b(C[1-5]|P[1-4]|T[1-4]|TP)\b", told.upper())
    if found is None:
        raise BadInput(reader.where("market_segment"), told, _SEGMENT)
    return found[1]


def _parse_tariff_option(reader: RowReader, cells: Sequence[Cell]) -> str | None:
    """The code of the tariff option; a label is not one, and is never turned into one."""
    told = reader.text(cells, "tariff_code")
    if told is None:
        return None
    if re.fullmatch(r"[A-Z0-9]{2,20}", told):
        return told
    reader.report.note(_NO_CODE)
    return None


def columns_of(reader: RowReader, what: TableField) -> Iterator[tuple[TableColumn, int]]:
    for column in reader.table.columns:
        if column.field == what:
            yield column, place_of(column, reader.head.names)


def _read_subscribed_powers(reader: RowReader, cells: Sequence[Cell]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for column, place in columns_of(reader, "subscribed_power"):
        if is_blank(cells[place], reader.table):
            continue
        unit = column.unit or reader.table.unit
        if unit not in {"kVA", "kW"}:
            raise BadInput(f"/{column.name}", unit or "", _POWER, checks.UNIT_UNKNOWN.code)
        where = f"/{column.name}"
        value = parse_amount(cells[place], where, reader.table, unit=unit, lost=reader.lost)
        found.append({"tariff_class": column.tariff_class, "value": value, "unit": unit})
    return found


def _classify_usage(told: str | None) -> str | None:
    if told is None:
        return None
    plain = normalize_words(told)
    return next((usage for word, usage in _USAGES if word in plain), "other")


def _parse_insee_code(reader: RowReader, cells: Sequence[Cell]) -> str | None:
    """The INSEE code; a number of four digits lost the zero of the first nine departments."""
    told = reader.text(cells, "insee_code")
    if told is None:
        return None
    return f"0{told}" if re.fullmatch(r"[1-9][0-9]{3}", told) else told.upper()


_READ: Mapping[str, Callable[[RowReader, Sequence[Cell]], Any]] = {
    "market_segment": _parse_market_segment,
    "tariff_code": _parse_tariff_option,
    "subscribed_powers": _read_subscribed_powers,
    "offpeak_hours": lambda reader, cells: reader.text(cells, "offpeak_hours"),
    "supplier": lambda reader, cells: reader.text(cells, "supplier"),
    "holder_siret": lambda reader, cells: _strip_spaces(reader.text(cells, "holder_siret")),
    "contract_end": lambda reader, cells: read_date(reader, cells, "contract_end"),
    "member": lambda reader, cells: reader.text(cells, "member"),
    "site_name": lambda reader, cells: reader.text(cells, "name"),
    "insee_code": _parse_insee_code,
    "usage": lambda reader, cells: _classify_usage(reader.text(cells, "usage")),
}
"""Field of the terms → how a row tells it."""
_COLUMN_OF: dict[str, TableField] = {"subscribed_powers": "subscribed_power", "site_name": "name"}
_NAMES = frozenset({"site_name"})
"""What alone makes no terms: every table names its points."""


def read_contract_terms(reader: RowReader, cells: Sequence[Cell]) -> dict[str, Any]:
    """What a row tells of the terms, field by field. BadInput for a cell that cannot be read."""
    return {field: read(reader, cells) for field, read in _READ.items()}


class BillTerms:
    """The terms that rows of bills tell beside their energies, from the first day they hold.

    A cell that cannot be read leaves its field out and is a finding: the energy of the row stands.
    """

    def __init__(self, reader: RowReader) -> None:
        self.reader = reader
        fields = {_COLUMN_OF.get(field, field) for field in _READ}
        placed = [(one, place_of(one, reader.head.names)) for one in reader.table.columns]
        told = {one.field for one, _ in placed} & fields
        alone = told <= {_COLUMN_OF[one] for one in _NAMES}
        self._places = [] if alone else [at for one, at in placed if one.field in fields]
        self._rows: dict[str, list[tuple[date, tuple[str, ...]]]] = {}
        self._cells: dict[tuple[str, ...], Sequence[Cell]] = {}
        self._known: dict[tuple[str, tuple[str, ...]], Mapping[str, Any]] = {}

    def add(self, cells: Sequence[Cell], point: str | None, start: date) -> None:
        """One more row, whose period begins at *start*."""
        if not self._places or point is None:
            return
        raw = tuple(strip_cell_text(cells[at]) for at in self._places)
        self._cells.setdefault(raw, cells)
        self._rows.setdefault(point, []).append((start, raw))

    def records(self) -> Iterator[SupplyTerms]:
        """Of each point its terms, and anew from each period on in which they are others."""
        for point, rows in self._rows.items():
            before: Mapping[str, Any] = {}
            for start, some in groupby(sorted(rows), key=lambda one: one[0]):
                told = self._agreed(
                    [self._cached_terms(point, raw) for raw in {raw for _, raw in some}]
                )
                if told.keys() - _NAMES and told != before:
                    yield self._build_terms(point, start, told)
                before = told or before

    def _cached_terms(self, point: str, raw: tuple[str, ...]) -> Mapping[str, Any]:
        if (point, raw) not in self._known:
            self._known[point, raw] = self._terms(point, self._cells[raw])
        return self._known[point, raw]

    def _agreed(self, some: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """What rows of one period tell alike; other cells are a finding."""
        told: dict[str, Any] = {}
        for field in _READ:
            values = [one[field] for one in some if field in one]
            if values and all(one == values[0] for one in values):
                told[field] = values[0]
            elif values:
                where = self.reader.where(_COLUMN_OF.get(field, field))  # type: ignore[arg-type]
                self.reader.report.find(checks.TERM_NOT_READ, where, values[-1])
        return told

    def _terms(self, point: str, cells: Sequence[Cell]) -> dict[str, Any]:
        """What one row tells, without the cells that cannot be read: each is a finding."""
        told: dict[str, Any] = {}
        for field, read in _READ.items():
            try:
                value = read(self.reader, cells)
                if value:
                    self._build_terms(point, date.min, {field: value})
                    told[field] = value
            except BadInput as fault:
                self.reader.report.find(checks.TERM_NOT_READ, fault.where, fault.found)
        return told

    def _build_terms(self, point: str, start: date, told: Mapping[str, Any]) -> SupplyTerms:
        return build_row_record(
            SupplyTerms,
            lambda field: self.reader.where(_COLUMN_OF.get(field, field)),  # type: ignore[arg-type]
            supply_point=point,
            valid_from=start,
            source=self.reader.source,
            provenance=self.reader.provenance(point),
            **told,
        )
