"""Places in cells: two degrees in one, or one of them, decimal or in minutes and seconds."""

import re

from synergie.errors import BadInput
from synergie.formats.lighting._cells import parse_decimal
from synergie.formats.text import normalize_column_name

_DEGREES = r"(-?\d{1,3}(?:\.\d{1,20})?)"
_BETWEEN = r"(?:\s*[,;]\s*|\s+(?=\S*\.))"
_PLACE = re.compile(rf"([\[(])?\s*{_DEGREES}{_BETWEEN}{_DEGREES}\s*[\])]?", re.ASCII)
_COMMAS = re.compile(r"(-?\d{1,3}),(\d{2,20})(?:\s*;\s*|,?\s+)(-?\d{1,3}),(\d{2,20})", re.ASCII)
_WKT = re.compile(
    rf"(?:SRID=4326;)?\s*POINT\s*Z?\s*\(\s*{_DEGREES}\s+{_DEGREES}(?:\s+-?[\d.]{{1,20}})?\s*\)",
    re.ASCII | re.IGNORECASE,
)
_SHAPE = re.compile(rf'"coordinates"\s*:\s*\[\s*{_DEGREES}\s*,\s*{_DEGREES}\s*[,\]]', re.ASCII)
_LINK = re.compile(
    rf"https?://\S{{1,200}}?(?:[?&](?:q|query|ll)=|@){_DEGREES}(?:,|%2C){_DEGREES}\b"
)
_PART = r"(\d{1,3})\s*[°º]\s*(\d{1,2})\s*['′’]\s*(?:(\d{1,2}(?:[.,]\d{1,10})?)\s*(?:[\"″”]|'')?)?"
_SEXAGESIMAL = re.compile(rf"{_PART}\s*([NSEWO])", re.IGNORECASE)
_LONGITUDE_FIRST = re.compile(r"lon(?:g(?:itude)?)?(?:et)?lat(?:itude)?")
_EXPECTED = "latitude, then longitude, as 48.77, 6.13"
MAYBE = re.compile(r"\D*\d{1,3}[.,°]\s*\d{2,}\D.*?\d{1,3}[.,°]\s*\d{2,}.*", re.ASCII | re.DOTALL)
"""Cells that look like a place, however it is written."""


def place(cell: str, column: str = "") -> tuple[float, float]:
    """Longitude and latitude of a cell, as portals and people write them.

    `48.77, 6.13`, `48,77; 6,13`, `48°46'12"N 6°7'48"E` and links to maps: latitude first, unless
    the name of the *column* says `lon, lat`; `[6.13, 48.77]`, `POINT (6.13 48.77)` and
    `{"type": "Point", "coordinates": [6.13, 48.77]}`: longitude first. BadInput for another form.
    """
    shape = _SHAPE.search(cell) if '"Point"' in cell else _WKT.fullmatch(cell)
    if shape is not None:
        return float(shape[1]), float(shape[2])
    if link := _LINK.match(cell):
        return float(link[2]), float(link[1])
    if len(parts := list(_SEXAGESIMAL.finditer(cell))) == 2:  # noqa: PLR2004 (two axes)
        return _of_parts(cell, parts)
    if commas := _COMMAS.fullmatch(cell):
        ends = "", f"{commas[1]}.{commas[2]}", f"{commas[3]}.{commas[4]}"
    elif found := _PLACE.fullmatch(cell):
        ends = found[1], found[2], found[3]
    else:
        raise BadInput("/place", cell, _EXPECTED)
    first, second = float(ends[1]), float(ends[2])
    turned = ends[0] == "[" or _LONGITUDE_FIRST.fullmatch(normalize_column_name(column))
    return (first, second) if turned else (second, first)


def parse_coordinate(cell: str, decimal: str) -> float:
    """One coordinate: a number, or degrees with minutes and seconds. BadInput for another form."""
    found = _SEXAGESIMAL.fullmatch(cell) if cell[-1:].isalpha() else None
    return parse_decimal(cell, decimal) if found is None else _compute_degrees(found)


def _of_parts(cell: str, parts: list[re.Match[str]]) -> tuple[float, float]:
    of = {"NS" if part[4] in "NSns" else "EW": _compute_degrees(part) for part in parts}
    if len(of) != len(parts):
        raise BadInput("/place", cell, _EXPECTED)
    return of["EW"], of["NS"]


def _compute_degrees(part: re.Match[str]) -> float:
    minutes = int(part[2]) + float((part[3] or "0").replace(",", ".")) / 60
    degrees = round(int(part[1]) + minutes / 60, 8)
    return -degrees if part[4] in "SWOswo" else degrees
