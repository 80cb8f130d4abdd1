"""Rows of a lighting inventory turned into light points and the cabinets they name."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats._projection import Reference, ToDegrees, degrees_from
from synergie.formats._report import Place, Report
from synergie.formats.lighting._assemble import assembler, checked, is_plain_id
from synergie.formats.lighting._cells import Said, number, place, said
from synergie.schemas.cabinet import CabinetRecord
from synergie.schemas.faults import EXPECTED
from synergie.schemas.light_point import LightPointRecord
from synergie.schemas.lighting_mapping import LightField, LightingMapping
from synergie.schemas.location import Location
from synergie.units import Provenance

MAX_RAW = 64
"""Columns kept in `raw`."""
MAX_KNOWN = 20_000
"""Different cells of one column whose meaning is remembered at a time."""
MAX_TOLD = 200
"""Different words outside the lists that are remarked on one by one."""

_COLUMNS = "as many cells as the header has columns"
_WGS84 = 4326

type Light = LightPointRecord | CabinetRecord

_assembled = assembler(LightPointRecord)
_located = assembler(Location)


class Item(NamedTuple):
    """One row: its cells in the order of the header, and its place when the format has geometry."""

    cells: list[str]
    xy: tuple[float, float] | None = None


class Inventory:
    """Reads the rows of one inventory through a mapping; remembers the ids it has seen."""

    def __init__(
        self,
        header: list[str],
        mapping: LightingMapping,
        report: Report,
        *,
        reference: Reference | None = None,
        provenance: Provenance | None = None,
        raw: bool = True,
    ) -> None:
        self.header, self.mapping, self.report = header, mapping, report
        self._reference = reference or mapping.epsg
        self._degrees: ToDegrees | None = None
        self.provenance, self._raw = provenance, raw
        at = {field: header.index(column) for column, field in mapping.columns.items()}
        self._id, self._place = at.pop("external_id", None), at.pop("place", None)
        self._x, self._y = at.pop("x", None), at.pop("y", None)
        if self._x is not None:
            self._place = None
        self._said_by = header.index("provenance") if "provenance" in header else None
        self._memory: list[tuple[int, LightField, dict[str, Said]]] = [
            (index, field, {}) for field, index in at.items()
        ]
        self._blanks = {blank.strip().casefold() for blank in mapping.blanks} | {""}
        self._ids: set[str] = set()
        self._there: dict[str, int] = {}
        self._told: set[tuple[str, ...]] = set()
        if self._id is None:
            report.note("no column identifies the light points: their places do")

    def records(self, rows: Iterable[tuple[Place, Item]]) -> Iterator[Light]:
        """Light points in file order, each cabinet just before the first point that names it."""
        return with_cabinets(self.report.keep(self._point, rows))

    def _point(self, item: Item) -> LightPointRecord:
        cells = item.cells
        if len(cells) != len(self.header):
            raise BadInput("row", f"{len(cells)} cells", _COLUMNS)
        values: dict[str, Any] = {"external_id": ""}
        for index, field, known in self._memory:
            found = known.get(cells[index])
            if found is None:
                found = self._learned(index, field, known, cells[index])
            values |= found.values
            if found.remark:
                self._remark(found, index)
        xy = item.xy or self._xy(cells)
        if xy is not None:
            values["location"] = self._location(xy)
        values["external_id"] = self._identifier(cells, xy)
        if self._raw:
            values["raw"] = dict(islice(zip(self.header, cells, strict=True), MAX_RAW))
        values["provenance"] = self._provenance(cells)
        return _assembled(values)

    def _learned(self, index: int, field: LightField, known: dict[str, Said], cell: str) -> Said:
        """What *cell* says, validated; remembered for the next row that says the same."""
        text = cell.strip()
        found = Said()
        if text.casefold() not in self._blanks:
            try:
                found = said(field, text, self.mapping)
                found = found._replace(values=checked(LightPointRecord, found.values))
            except BadInput as fault:
                raise self._at(index, fault) from fault
        if len(known) >= MAX_KNOWN:
            known.clear()
        known[cell] = found
        return found

    def _remark(self, found: Said, index: int) -> None:
        """Tell it, with the inventory's name of the column; of many different ones, the first."""
        text, *args = found.remark
        if len(args) > 1:
            args[0] = self.header[index]
        if found.remark not in self._told and len(self._told) >= MAX_TOLD:
            self.report.note("other words that are not in the list; kept as written in raw")
            return
        self._told.add(found.remark)
        self.report.note(text, *args)

    def _provenance(self, cells: list[str]) -> str:
        """What is declared, else what the row says of itself, else `partner`."""
        if self.provenance is not None:
            return self.provenance
        if self._said_by is None or not cells[self._said_by]:
            return "partner"
        try:
            told = {"provenance": cells[self._said_by]}
            return str(checked(LightPointRecord, told)["provenance"])
        except BadInput as fault:
            raise self._at(self._said_by, fault) from fault

    def _xy(self, cells: list[str]) -> tuple[float, float] | None:
        """The place that the row's own columns tell."""
        if self._x is not None and self._y is not None:
            x, y = self._end(self._x, cells), self._end(self._y, cells)
            if x is not None and y is not None:
                return x, y
        if self._place is not None and not self._blank(cells[self._place]):
            try:
                return place(cells[self._place].strip())
            except BadInput as fault:
                raise self._at(self._place, fault) from fault
        return None

    def _end(self, index: int, cells: list[str]) -> float | None:
        cell = cells[index].strip()
        if self._blank(cell):
            return None
        try:
            return number(cell, self.mapping.decimal)
        except BadInput as fault:
            raise self._at(index, fault) from fault

    def _blank(self, cell: str) -> bool:
        return cell.strip().casefold() in self._blanks

    def _location(self, xy: tuple[float, float]) -> Location:
        if self._degrees is None:
            if self._reference is None and self._place is None:
                raise BadInput("row", xy, "a reference system for the coordinates (epsg)")
            self._degrees = degrees_from(self._reference or _WGS84)
        try:
            longitude, latitude = self._degrees(*xy)
        except BadInput as fault:
            where = "row" if self._x is None else f"/{self.header[self._x]}"
            raise BadInput(where, fault.found, fault.expected) from fault
        return _located({"longitude": longitude, "latitude": latitude})

    def _identifier(self, cells: list[str], xy: tuple[float, float] | None) -> str:
        """The row's identifier, or its place, used by no row before."""
        if self._id is None:
            name = None if xy is None else self._id_from(xy)
        else:
            name = cells[self._id].strip()
            if self._blank(name):
                name = None
        if name is None:
            raise self._at_id(BadInput("/", Words("nothing"), EXPECTED["missing"]))
        if not is_plain_id(name):
            try:
                name = str(checked(LightPointRecord, {"external_id": name})["external_id"])
            except BadInput as fault:
                raise self._at_id(fault) from fault
        if name in self._ids:
            raise self._at_id(BadInput("/", name, _ONCE))
        self._ids.add(name)
        return name

    def _at_id(self, fault: BadInput) -> BadInput:
        where = "/external_id" if self._id is None else f"/{self.header[self._id]}"
        return BadInput(where, fault.found, fault.expected)

    def _id_from(self, xy: tuple[float, float]) -> str:
        """An id from the place, to the centimetre (1e-7 degree); `#2` for the second there."""
        digits = 7 if self._reference in (_WGS84, None) else 2
        base = f"{xy[0]:.{digits}f} {xy[1]:.{digits}f}"
        name = base
        while name in self._ids:
            self._there[base] = self._there.get(base, 1) + 1
            name = f"{base} #{self._there[base]}"
        return name

    def _at(self, index: int, fault: BadInput) -> BadInput:
        """The same fault with the inventory's own name of the column."""
        return BadInput(f"/{self.header[index]}", fault.found, fault.expected)


_ONCE = "an identifier used once in the file"


def once[T: (LightPointRecord, CabinetRecord)](record: T, known: set[str]) -> T:
    """*record*, whose identifier joins *known*; BadInput when it was there."""
    if record.external_id in known:
        raise BadInput("/external_id", record.external_id, _ONCE)
    known.add(record.external_id)
    return record


def with_cabinets(
    points: Iterable[LightPointRecord], known: set[str] | None = None
) -> Iterator[Light]:
    """*points* in their order, each cabinet not *known* just before the first that names it."""
    known = set() if known is None else known
    for point in points:
        if point.cabinet is not None and point.cabinet not in known:
            known.add(point.cabinet)
            yield CabinetRecord(external_id=point.cabinet, provenance=point.provenance)
        yield point


def bare(record: object) -> bool:
    """Whether *record* is a cabinet that reading the light points would give again."""
    return isinstance(record, CabinetRecord) and record == CabinetRecord(
        external_id=record.external_id, provenance=record.provenance
    )
