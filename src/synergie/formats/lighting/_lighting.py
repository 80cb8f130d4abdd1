"""Rows of a lighting inventory turned into light points and the cabinets they name."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import getitem, itemgetter
from typing import Any

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._projection import Reference, ToDegrees, degrees_from
from synergie.formats.checks import N_
from synergie.formats.lighting._assemble import (
    build_assembler,
    build_location,
    check_values,
    is_plain_id,
)
from synergie.formats.lighting._cells import (
    CellFields,
    count_in,
    lamps,
    parse_field_cell,
    parse_power_text,
)
from synergie.formats.lighting._degrees import parse_coordinate, place
from synergie.formats.lighting._no_lights import NoLights
from synergie.formats.lighting._overview import Overview
from synergie.formats.lighting._people import is_person_in_inventory
from synergie.formats.lighting._powers import NO_DOUBLES, Doubles
from synergie.formats.report import Report
from synergie.formats.values import SAME_AS_ABOVE, WRITTEN_OUT
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_mapping import LightField, LightingMapping
from synergie.schemas.assets.location import Location
from synergie.schemas.faults import EXPECTED
from synergie.units import Provenance

MAX_RAW = 64
"""Columns kept in `raw`."""
MOST_LAMPS = 12
"""Lamps of one light; more are those of a street, or of a cabinet."""
MAX_KNOWN = 20_000
"""Different cells of one column whose meaning is remembered at a time."""
MAX_TOLD = 200
"""Different words outside the lists that are remarked on one by one."""

_COLUMNS = "as many cells as the header has columns"
_WGS84 = 4326

type Light = LightPointRecord | CabinetRecord

_TOLD: dict[LightField, tuple[str, ...]] = {
    "power": ("power_w", "power_text"),
    "power_kw": ("power_w", "power_text"),
}
"""Fields of the record that a column gives, when they are not just the one of its name."""


type Item = tuple[list[str], tuple[float, float] | None]
"""One row: its cells in the order of the header, and its place when the format has geometry."""


class _Memory(dict[str, Any]):
    """What each cell of one column gives to one field of the record; validated once."""

    def __init__(self, field: LightField, target: str, index: int, inventory: "Inventory") -> None:
        super().__init__()
        self._field, self._target, self._index = field, target, index
        self._inventory = inventory

    def __missing__(self, cell: str) -> Any:
        found = self._inventory.learned(self._index, self._field, cell)
        if len(self) >= MAX_KNOWN:
            self.clear()
        value = found.values.get(self._target)
        self[cell] = value
        return value


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
        doubles: Doubles = NO_DOUBLES,
    ) -> None:
        """*doubles*: identifiers of two powers, whose rows are refused; those of sums."""
        self.header, self.mapping, self.report = header, mapping, report
        placed = "place" in mapping.columns.values() and "x" not in mapping.columns.values()
        self._reference = reference or (_WGS84 if placed else mapping.epsg)
        self._degrees: ToDegrees | None = None
        at = {field: header.index(column) for column, field in mapping.columns.items()}
        self._id, self._place = at.pop("external_id", None), at.pop("place", None)
        self._x, self._y = at.pop("x", None), at.pop("y", None)
        self._lamp = at.get("source_type")
        self._lamps, self._counts = at.pop("lamps", None), dict[str, int]()
        self._group = ""
        self._second, self._doubles = at.pop("power_2", None), doubles
        self._gear = at.pop("power_gear", None)
        if self._x is not None:
            self._place = None
        self._said_by = header.index("provenance") if "provenance" in header else None
        self._declared = provenance or (None if self._said_by is not None else "partner")
        self._no_lights = NoLights(header, mapping.columns)
        self._plan(at)
        self._keep_raw()
        self._blanks = {blank.strip().casefold() for blank in mapping.blanks} | {""}
        self._ids, self._there = set[str](), dict[str, int]()
        self._remarks, self._told = dict[tuple[int, str], tuple[str, ...]](), set[tuple[str, ...]]()
        if self._id is None:
            report.note("no column identifies the light points: their places do")

    def _plan(self, at: dict[LightField, int]) -> None:
        """Choose which cell gives which field of the record."""
        plan = [
            (index, target, _Memory(field, target, index, self))
            for field, index in at.items()
            for target in _TOLD.get(field, (field,))
        ]
        self._at = [index for index, _, _ in plan]
        self._targets = [target for _, target, _ in plan]
        self._memories = [memory for _, _, memory in plan]
        self._told_by = _build_cell_picker(self._at)
        wordy = () if at.keys() & {"power", "power_kw"} else map(at.get, _WORDY)
        self._worded = [index for index in wordy if index is not None]
        own = ["external_id", "location", "raw", "provenance"]
        own += ["power_w", "power_text"] if self._worded else []
        self._assembled = build_assembler(LightPointRecord, (*self._targets, *own))

    def _keep_raw(self) -> None:
        """Choose what `raw` keeps of a row: the first columns, but those that name a person."""
        people = [i for i, name in enumerate(self.header) if is_person_in_inventory(name)]
        if people:
            self.report.find(checks.PERSONAL_DATA_DROPPED)
        kept = [i for i in range(len(self.header)) if i not in people][:MAX_RAW]
        self._kept = [self.header[i] for i in kept]
        self._kept_of = _build_cell_picker(kept) if people else _return_all_cells

    def records(self, rows: Iterable[tuple[int, Item]], place: str = "") -> Iterator[Light]:
        """Light points in file order, each cabinet just before the first point that names it.

        *place* makes the place of a row from its number, as `record {}`; empty: its line.
        """
        return with_cabinets(self._points(rows, place))

    def _points(self, rows: Iterable[tuple[int, Item]], place: str) -> Iterator[LightPointRecord]:
        report = self.report
        overview = Overview(self.header)
        for row, item in rows:
            where = place.format(row) if place else row
            if self._is_total(item):
                report.find(checks.TOTAL_ROW, place=where)
                continue
            if len(item[0]) == len(self.header) and (
                told := self._no_lights.find_exclusion_words(item[0])
            ):
                report.find(checks.NO_LIGHT, told, place=where)
                continue
            if self._is_group(item):
                report.note(_GROUP, self._group)
                continue
            try:
                point = self._point(item)
            except BadInput as fault:
                report.refuse(where, fault)
                continue
            if overview.is_sum(point):
                report.find(checks.TOTAL_ROW, place=where)
                continue
            overview.add(point, where)
            report.kept += 1
            yield point
        overview.close(report)
        self._no_lights.close(report, self._ids)

    def _is_total(self, item: Item) -> bool:
        """Whether a row sums others: it is called so, and stands nowhere."""
        cells, xy = item
        if xy is not None or len(cells) != len(self.header):
            return False
        named = cells[self._id].strip() if self._id is not None else ""
        if named in self._doubles.sums:
            return True
        label = named or next(filter(None, map(str.strip, cells)), "")
        ends = () if self._x is None or self._y is None else (cells[self._x], cells[self._y])
        return _TOTAL.match(label) is not None and not any(map(str.strip, ends))

    def _is_group(self, item: Item) -> bool:
        """Whether a row only names the cabinet of the lights below, where no column does."""
        cells, xy = item
        if xy is not None or "cabinet" in self._targets or len(cells) != len(self.header):
            return False
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) != 1 or _CABINET.match(filled[0]) is None:
            return False
        self._group = filled[0]
        return True

    def _point(self, item: Item) -> LightPointRecord:
        cells, xy = item
        if len(cells) != len(self.header):
            raise BadInput("row", f"{len(cells)} cells", _COLUMNS)
        told = self._told_by(cells)
        values: dict[str, Any] = dict(
            zip(self._targets, map(getitem, self._memories, told), strict=False)
        )
        if self._remarks:
            self._remark(told)
        xy = xy or self._xy(cells)
        if xy is not None:
            values["location"] = self._location(xy)
        values["external_id"] = self._identifier(cells, xy)
        if self._second is not None and not self._blank(cells[self._second]):
            self._add(values, self._second, cells[self._second])
        if self._gear is not None and values.get("power_w") and not self._blank(cells[self._gear]):
            gear = self.learned(self._gear, "power", cells[self._gear]).values.get("power_w")
            values |= check_values(LightPointRecord, {"power_w": values["power_w"] + (gear or 0)})
        self._look_at_watts(values, cells)
        values["raw"] = dict(zip(self._kept, self._kept_of(cells), strict=False))
        values["provenance"] = self._declared or self._provenance(cells)
        point = self._assembled(values)
        return point.model_copy(update={"cabinet": self._group}) if self._group else point

    def _add(self, values: dict[str, Any], at: int, cell: str) -> None:
        """A second lamp: alone it is the power; two are kept as the text, as `250/85` is."""
        second = self.learned(at, "power", cell).values
        watts, text = second.get("power_w"), second.get("power_text")
        if watts == 0:
            return
        if not values.get("power_w") and not values.get("power_text"):
            values |= {"power_w": watts, "power_text": text}
            return
        both = f"{values['power_text'] or values['power_w']}/{text or watts}"
        values |= check_values(LightPointRecord, {"power_w": None, "power_text": both})

    def _look_at_watts(self, values: dict[str, Any], cells: Sequence[str]) -> None:
        """The watts of the whole light; one that tells a power and no watts is counted."""
        if self._worded:
            self._find_watts(values, cells)
            return
        watts = values.get("power_w")
        if watts is None:
            if values.get("power_text"):
                self.report.find(checks.WATTS_OPEN, values["power_text"])
            return
        if self._lamps is not None:
            self._multiply(values, watts, cells[self._lamps])
        elif self._lamp is not None:
            named = cells[self._lamp].strip()
            if count_in(named) > 1 and count_in(values["power_text"] or "") == 1:
                self.report.find(checks.LAMPS_UNUSED, named, watts)

    def _find_watts(self, values: dict[str, Any], cells: Sequence[str]) -> None:
        """The watts in the words for the lamp, where no column is of watts: `SHP 70 W`."""
        for at in self._worded:
            told = {*_IN_WORDS.findall(cells[at])}
            if len(told) > 1:
                self.report.find(checks.WATTS_OPEN, cells[at])
                return
            if not told:
                continue
            watts, text = parse_power_text(f"{told.pop()} W")
            several = count_in(cells[at].strip())
            if watts and several > count_in(text or ""):
                watts, text = watts * several, f"{several} x {watts}"
            values |= check_values(LightPointRecord, {"power_w": watts, "power_text": text})
            if watts and self._lamps is not None:
                self._multiply(values, watts, cells[self._lamps])
            self.report.note(_FROM_WORDS, self.header[at])
            return

    def _multiply(self, values: dict[str, Any], watts: int, cell: str) -> None:
        """The watts of all lamps; of several, what was multiplied is kept as the text."""
        count = self._counts.get(cell)
        if count is None:
            count = self._count(cell)
            if len(self._counts) < MAX_KNOWN:
                self._counts[cell] = count
        own = count_in(values["power_text"] or "")
        if count > MOST_LAMPS:
            self.report.find(checks.MANY_LAMPS, self.header[self._lamps or 0], count)
        if own not in {1, count}:
            fault = BadInput("/lamps", cell, _ONE_COUNT)
            raise self._at_column(self._lamps or 0, fault)
        if count > own:
            told = check_values(
                LightPointRecord,
                {
                    "power_w": watts * count,
                    "power_text": f"{count} x {values['power_text'] or watts}",
                },
            )
            values |= told

    def _count(self, cell: str) -> int:
        """How many lamps *cell* says; one when it is blank."""
        if self._blank(cell):
            return 1
        try:
            return lamps(cell.strip())
        except BadInput as fault:
            raise self._at_column(self._lamps or 0, fault) from fault

    def learned(self, index: int, field: LightField, cell: str) -> CellFields:
        """What *cell* says of *field*, validated; BadInput at the column when it says nothing."""
        text = cell.strip()
        if text.casefold() in self._blanks:
            return CellFields()
        if SAME_AS_ABOVE.fullmatch(text):
            raise self._at_column(index, BadInput("/", text, WRITTEN_OUT))
        try:
            found = parse_field_cell(field, text, self.mapping)
            found = found._replace(values=check_values(LightPointRecord, found.values))
        except BadInput as fault:
            raise self._at_column(index, fault) from fault
        if found.remark and len(self._remarks) < MAX_KNOWN:
            self._remarks[index, cell] = found.remark
        return found

    def _remark(self, told: Sequence[str]) -> None:
        """Tell what the cells of a row call for; of many different remarks, the first."""
        for index, cell in dict.fromkeys(zip(self._at, told, strict=True)):
            remark = self._remarks.get((index, cell))
            if remark is None:
                continue
            text, *args = remark
            if len(args) > 1:
                args[0] = self.header[index]
            if remark not in self._told and len(self._told) >= MAX_TOLD:
                self.report.note("other words that are not in the list; kept as written in raw")
            else:
                self._told.add(remark)
                self.report.note(text, *args)

    def _provenance(self, cells: list[str]) -> str:
        """What the row says of itself, else `partner`."""
        if self._said_by is None or not cells[self._said_by]:
            return "partner"
        try:
            told = {"provenance": cells[self._said_by]}
            return str(check_values(LightPointRecord, told)["provenance"])
        except BadInput as fault:
            raise self._at_column(self._said_by, fault) from fault

    def _xy(self, cells: list[str]) -> tuple[float, float] | None:
        """The place that the row's own columns tell."""
        if self._x is not None and self._y is not None:
            x, y = self._end(self._x, cells), self._end(self._y, cells)
            if x is not None and y is not None:
                return x, y
        if self._place is not None and not self._blank(cells[self._place]):
            try:
                return place(cells[self._place].strip(), self.header[self._place])
            except BadInput as fault:
                raise self._at_column(self._place, fault) from fault
        return None

    def _end(self, index: int, cells: list[str]) -> float | None:
        cell = cells[index].strip()
        if self._blank(cell):
            return None
        try:
            return parse_coordinate(cell, self.mapping.decimal)
        except BadInput as fault:
            raise self._at_column(index, fault) from fault

    def _blank(self, cell: str) -> bool:
        return cell.strip().casefold() in self._blanks

    def _location(self, xy: tuple[float, float]) -> Location:
        if self._degrees is None:
            if self._reference is None:
                raise BadInput("row", xy, "a reference system for the coordinates (epsg)")
            self._degrees = degrees_from(self._reference)
        try:
            longitude, latitude = self._degrees(*xy)
        except BadInput as fault:
            where = "row" if self._x is None else f"/{self.header[self._x]}"
            raise BadInput(where, fault.found, fault.expected) from fault
        return build_location(longitude, latitude)

    def _identifier(self, cells: list[str], xy: tuple[float, float] | None) -> str:
        """The row's identifier, or its place, used by no row before."""
        if self._id is None:
            name = None if xy is None else self._id_from(xy)
        else:
            name = cells[self._id].strip()
            if name.casefold() in self._blanks:
                name = None
        if name is None:
            raise self._at_id(BadInput("/", Words("nothing"), EXPECTED["missing"]))
        if not is_plain_id(name):
            try:
                name = str(check_values(LightPointRecord, {"external_id": name})["external_id"])
            except BadInput as fault:
                raise self._at_id(fault) from fault
        if name in self._doubles.contested or SAME_AS_ABOVE.fullmatch(name):
            expected = WRITTEN_OUT if SAME_AS_ABOVE.fullmatch(name) else _ONE_POWER
            raise self._at_id(BadInput("/", name, expected))
        if name in self._ids:
            raise self._at_id(BadInput("/", name, _ONCE))
        self._ids.add(name)
        return name

    def _at_id(self, fault: BadInput) -> BadInput:
        where = "/external_id" if self._id is None else f"/{self.header[self._id]}"
        return BadInput(where, fault.found, fault.expected)

    def _id_from(self, xy: tuple[float, float]) -> str:
        """An id from the place, to the centimetre (1e-7 degree); `#2` for the second there."""
        digits = 7 if self._reference == _WGS84 else 2  # decimals
        base = f"{xy[0]:.{digits}f} {xy[1]:.{digits}f}"
        name = base
        while name in self._ids:
            self._there[base] = self._there.get(base, 1) + 1
            name = f"{base} #{self._there[base]}"
        return name

    def _at_column(self, index: int, fault: BadInput) -> BadInput:
        """The same fault with the inventory's own name of the column."""
        return BadInput(f"/{self.header[index]}", fault.found, fault.expected)


_FROM_WORDS = N_("no column is of watts: they are those that {} names")
_WORDY: tuple[LightField, ...] = ("source_type", "luminaire_model", "structure")
_IN_WORDS = re.compile(
    r"(?<![\w.,])((?:\d{1,2}\s*[xX*\u00d7]\s*)?\d{1,4})\s*[Ww](?:atts?)?\b", re.ASCII
)
_ONCE = "an identifier used once in the file"
_ONE_COUNT = "the number of lamps that the cell of the power has itself"
_ONE_POWER = N_("one power for one identifier: the file gives it several")
_GROUP = N_("a row that names {} alone: the lights below are of that cabinet")
_CABINET = re.compile(
    r"(?:armoire|coffret|poste|cabinet|schaltschrank|cuadro|quadro)\b", re.IGNORECASE
)
_TOTAL = re.compile(
    r"(?:sous[\s-]*)?tota(?:l|ux)\b|grand total\b|s/t\b"
    r"|(?:somme|moyenne|ensemble|cumul|dont)\b",
    re.IGNORECASE,
)


def _build_cell_picker(at: list[int]) -> Callable[[list[str]], Sequence[str]]:
    """Takes the cells at those places of a row."""
    if len(at) > 1:
        return itemgetter(*at)  # twice as fast as the loop
    return lambda cells: [cells[i] for i in at]


def _return_all_cells(cells: list[str]) -> Sequence[str]:
    return cells


def check_unique_record[T: (LightPointRecord, CabinetRecord)](record: T, known: set[str]) -> T:
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


def is_bare_cabinet(record: object) -> bool:
    """Whether *record* is a cabinet that reading the light points would give again."""
    return isinstance(record, CabinetRecord) and record == CabinetRecord(
        external_id=record.external_id, provenance=record.provenance
    )
