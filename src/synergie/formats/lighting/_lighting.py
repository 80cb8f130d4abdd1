"""Rows of a lighting inventory turned into light points and the cabinets they name."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats._projection import to_degrees
from synergie.formats._report import Place, Report
from synergie.formats._text import plain
from synergie.schemas.cabinet import CabinetRecord
from synergie.schemas.faults import faults
from synergie.schemas.light_point import LightPointRecord, SourceType
from synergie.schemas.lighting_mapping import LightField, LightingMapping
from synergie.schemas.location import Location
from synergie.units import Provenance

MAX_RAW = 64
"""Columns kept in `raw`."""
MAX_WATTS = 10_000_000

LAMPS: dict[str, SourceType] = {
    "led": "LED", "leds": "LED",
    "shp": "SHP", "hps": "SHP", "sodiumhautepression": "SHP", "sodiumhp": "SHP",
    "highpressuresodium": "SHP",
    "sbp": "SBP", "lps": "SBP", "sodiumbassepression": "SBP", "lowpressuresodium": "SBP",
    "im": "IM", "mh": "IM", "iodure": "IM", "ioduresmetalliques": "IM", "metalhalide": "IM",
    "vm": "VM", "bf": "VM", "ballonfluo": "VM", "ballonfluorescent": "VM",
    "vapeurdemercure": "VM", "mercuryvapor": "VM",
    "ind": "IND", "induction": "IND",
    "fluo": "FLUO", "fluorescent": "FLUO", "fluocompact": "FLUO", "tubefluorescent": "FLUO",
    "hal": "HAL", "halogene": "HAL", "halogen": "HAL",
    "inc": "INC", "incandescent": "INC", "incandescence": "INC",
    "xen": "XEN", "xenon": "XEN",
    "au": "AU", "autre": "AU", "other": "AU",
    "xx": "XX", "inconnu": "XX", "unknown": "XX",
}  # fmt: skip
"""Usual words for lamps, as `plain` writes them, and the EclExt code of each."""

_LAMP_OF_POWER = r"(\d{1,8})\s*(?:W|\([A-Za-z]{2,12}\))?"
_ONE = re.compile(_LAMP_OF_POWER, re.ASCII)
_SEVERAL = re.compile(rf"{_LAMP_OF_POWER}(?:\s*[/+]\s*{_LAMP_OF_POWER})+", re.ASCII)
_WHOLE = re.compile(r"(\d{1,8})(?:[.,]0{1,6})?", re.ASCII)
_TENTHS = re.compile(r"\d{1,8}[.,]\d{1,6}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,400})?", re.ASCII)
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3})")
_DATE = re.compile(
    r"(?:(?P<y>\d{4})[-/](?P<m>\d{2})[-/](?P<d>\d{2})|(?P<d2>\d{2})/(?P<m2>\d{2})/(?P<y2>\d{4}))"
    r"(?:[T ][0-9:.+Z-]{4,20})?",
    re.ASCII,
)

_COLUMNS = "as many cells as the header has columns"
_COMMA = "a number with a decimal comma"
_DOT = "a number with a dot"

type Light = LightPointRecord | CabinetRecord


class Item(NamedTuple):
    """One row: its cells in the order of the header, and its place when the format has geometry."""

    cells: list[str]
    xy: tuple[float, float] | None = None


def power(cell: str) -> tuple[int | None, str | None]:
    """Watts and the text to keep: (70, None), (286, "286(LED)"), (None, "250/85").

    Two lamps on one pole are not added up: which burns when is not known. BadInput for what is
    no power: a negative number, NaN, a word, more than 10 MW.
    """
    if whole := _WHOLE.fullmatch(cell):
        return _watts(whole[1], cell), None
    if one := _ONE.fullmatch(cell):
        return _watts(one[1], cell), cell
    if _SEVERAL.fullmatch(cell) or _TENTHS.fullmatch(cell):
        return None, cell
    raise BadInput("/power", cell, "a power in watts, 0 to 10,000,000 (example: 70)")


def _watts(digits: str, cell: str) -> int:
    watts = int(digits)
    if watts > MAX_WATTS:
        raise BadInput("/power", cell, "a power in watts, 0 to 10,000,000 (example: 70)")
    return watts


def number(cell: str, decimal: str) -> float:
    """The number in *cell*, whose mark is *decimal*; spaces between thousands are passed over."""
    text = _THOUSANDS.sub("", cell)
    if decimal == ",":
        text = text.replace(",", ".") if "." not in text else ""
    if not _NUMBER.fullmatch(text):
        raise BadInput("/number", cell, _COMMA if decimal == "," else _DOT)
    return float(text)


def _whole(cell: str, decimal: str) -> int:
    value = number(cell, decimal)
    if not value.is_integer():
        raise BadInput("/number", cell, "a whole number")
    return int(value)


def civil_date(cell: str) -> str:
    """A date of *cell* as ISO 8601; forms 2026-11-25, 2026/11/25, 25/11/2026, an hour after it."""
    found = _DATE.fullmatch(cell)
    if found is None:
        raise BadInput("/date", cell, "a date as 2026-11-25 or 25/11/2026")
    part = found.groupdict()
    year, month, day = (part[k] or part[f"{k}2"] for k in ("y", "m", "d"))
    return f"{year}-{month}-{day}"


class Inventory:
    """Reads the rows of one inventory through a mapping; remembers the ids it has seen."""

    def __init__(
        self,
        header: list[str],
        mapping: LightingMapping,
        report: Report,
        *,
        epsg: int | None = None,
        provenance: Provenance | None = None,
    ) -> None:
        self.header, self.mapping, self.report = header, mapping, report
        self.epsg = epsg or mapping.epsg
        self.provenance = provenance
        self.column_of = {field: column for column, field in mapping.columns.items()}
        self._at = [(header.index(c), f) for c, f in mapping.columns.items()]
        self._blanks = {blank.strip().casefold() for blank in mapping.blanks} | {""}
        self._lamps = {plain(word): code for word, code in (mapping.lamps or {}).items()}
        self._ids: set[str] = set()
        if "external_id" not in self.column_of:
            report.note("no column identifies the light points: their places do")

    def records(self, rows: Iterable[tuple[Place, Item]]) -> Iterator[Light]:
        """Light points in file order, each cabinet just before the first point that names it."""
        return with_cabinets(self.report.keep(self._point, rows))

    def _point(self, item: Item) -> LightPointRecord:
        if len(item.cells) != len(self.header):
            raise BadInput("row", f"{len(item.cells)} cells", _COLUMNS)
        values = self._values(item)
        try:
            point = LightPointRecord.model_validate(values)
        except ValidationError as error:
            raise self._told(faults(error)[0]) from error
        try:
            return once(point, self._ids)
        except BadInput as fault:
            raise self._told(fault) from fault

    def _values(self, item: Item) -> dict[str, object]:
        values: dict[str, object] = {"provenance": self._provenance(item)}
        xy: dict[str, float] = {}
        for index, field in self._at:
            cell = item.cells[index].strip()
            if cell.casefold() in self._blanks:
                continue
            try:
                self._read(field, cell, values, xy)
            except BadInput as fault:
                raise BadInput(f"/{self.header[index]}", fault.found, fault.expected) from fault
        place = item.xy or ((xy["x"], xy["y"]) if len(xy) == 2 else None)  # noqa: PLR2004 (x, y)
        if place is not None:
            values["location"] = self._location(place)
        if "external_id" not in self.column_of and place is not None:
            values["external_id"] = self._id_from(place)
        values["raw"] = dict(list(zip(self.header, item.cells, strict=True))[:MAX_RAW])
        return values

    def _provenance(self, item: Item) -> str:
        """What is declared, else what the row says of itself, else `partner`."""
        if self.provenance is None and "provenance" in self.header:
            told = item.cells[self.header.index("provenance")]
            return told or "partner"
        return self.provenance or "partner"

    def _read(
        self, field: LightField, cell: str, values: dict[str, object], xy: dict[str, float]
    ) -> None:
        decimal = self.mapping.decimal
        if field in ("x", "y"):
            xy[field] = number(cell, decimal)
        elif field == "power":
            values["power_w"], values["power_text"] = power(cell)
        elif field == "source_type":
            values["source_type"] = self._lamp(cell)
        elif field in _CONVERT:
            values[field] = _CONVERT[field](cell, decimal)
        else:
            values[field] = cell

    def _lamp(self, cell: str) -> SourceType | None:
        word = plain(cell)
        code = self._lamps.get(word) or LAMPS.get(word)
        if code is None:
            self.report.note("lamp {!r} is not in the list; kept as written in raw", cell)
        return code

    def _location(self, place: tuple[float, float]) -> Location:
        if self.epsg is None:
            raise BadInput("row", place, "a reference system for the coordinates (epsg)")
        try:
            longitude, latitude = to_degrees(self.epsg, *place)
        except BadInput as fault:
            raise self._told(fault) from fault
        return Location(longitude=longitude, latitude=latitude)

    def _id_from(self, place: tuple[float, float]) -> str:
        """An id from the place, to the centimetre (1e-7 degree); `#2` for the second there."""
        digits = 7 if self.epsg == 4326 else 2  # noqa: PLR2004 (EPSG code, decimals)
        base = f"{place[0]:.{digits}f} {place[1]:.{digits}f}"
        name, n = base, 1
        while name in self._ids:
            n += 1
            name = f"{base} #{n}"
        return name

    def _told(self, fault: BadInput) -> BadInput:
        """The same fault with the inventory's own name of the column."""
        field = fault.where.removeprefix("/").split("/")[0]
        for known, column in self.column_of.items():
            if known == field:
                return BadInput(f"/{column}", fault.found, fault.expected)
        return BadInput("row" if field == "x" else fault.where, fault.found, fault.expected)


def once(point: LightPointRecord, known: set[str]) -> LightPointRecord:
    """*point*, whose identifier joins *known*; BadInput when it was there."""
    if point.external_id in known:
        raise BadInput("/external_id", point.external_id, "an identifier used once in the file")
    known.add(point.external_id)
    return point


def with_cabinets(points: Iterable[LightPointRecord]) -> Iterator[Light]:
    """*points* in their order, each cabinet just before the first point that names it."""
    known: set[str] = set()
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


_CONVERT: dict[LightField, Callable[[str, str], object]] = {
    "flux_lm": _whole,
    "cct_k": _whole,
    "ulr_installed": number,
    "height_m": number,
    "installed_on": lambda cell, _: civil_date(cell),
}
