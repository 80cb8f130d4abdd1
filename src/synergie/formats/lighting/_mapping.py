"""Proposing how an inventory's columns are read, from their names and one pass over the rows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from synergie.errors import BadInput
from synergie.formats._report import Report
from synergie.formats._text import plain
from synergie.formats.lighting._lighting import number
from synergie.schemas.lighting_mapping import Epsg, LightField, LightingMapping

NAMES: dict[LightField, tuple[str, ...]] = {
    "external_id": (
        "externalid", "identifiant", "idpointlumineux", "idpl", "idluminaire", "idfoyer",
        "numeropointlumineux", "numpl", "numero", "reference", "facilityid", "assetid",
        "streetlightid", "poleid", "id", "globalid", "uuid", "guid", "objectid", "fid", "gid",
    ),
    "cabinet": (
        "cabinet", "armoire", "idarmoire", "numarmoire", "numeroarmoire", "refarmoire",
        "codearmoire", "nomarmoire", "coffret", "cabinetid", "controllerid",
    ),
    "insee_code": ("inseecode", "insee", "codeinsee", "codecommuneinsee", "codeinseecommune"),
    "x": (
        "longitude", "lon", "lng", "x", "xl93", "xlambert93", "x2154", "coordx", "coordonneex",
        *(f"xcc{z}" for z in range(42, 51)), *(f"x39{z}" for z in range(42, 51)), "x3857",
    ),
    "y": (
        "latitude", "lat", "y", "yl93", "ylambert93", "y2154", "coordy", "coordonneey",
        *(f"ycc{z}" for z in range(42, 51)), *(f"y39{z}" for z in range(42, 51)), "y3857",
    ),
    "source_type": (
        "sourcetype", "typesource", "typelampe", "tylampe", "typedelampe", "lamptype", "lampe",
        "technologie",
    ),
    "power": (
        "powerw", "puissance", "puissancew", "puissancelampe", "puissanceluminaire", "puislam",
        "lampwattage", "wattage", "watts",
    ),
    "flux_lm": ("fluxlm", "fluxluminaire", "luminairefluxlm"),
    "cct_k": ("cctk", "temperaturecouleur", "cct"),
    "ulr_installed": ("ulrinstalled", "ulrinstalle"),
    "height_m": ("heightm", "hauteurfeu", "hautfeu"),
    "installed_on": (
        "installedon", "datepremiereinstallation", "dateinstallation", "datepose", "installdate",
    ),
    "luminaire_model": ("luminairemodel", "modele", "modeleluminaire", "model"),
}  # fmt: skip
"""Names of columns as `plain` writes them, best first: EclExt v1.1, usual French and English."""

TELLING: tuple[LightField, ...] = ("source_type", "power", "cabinet", "flux_lm", "cct_k")
"""Fields that make a table a lighting inventory; a name and a place could be anything."""

_BOXES: dict[Epsg, tuple[float, float, float, float]] = {
    4326: (-180, -90, 180, 90),
    2154: (0, 6_000_000, 1_300_000, 7_200_000),
    3857: (-20_037_509, -20_048_967, 20_037_509, 20_048_967),
}
_ZONES: tuple[Epsg, ...] = (3942, 3943, 3944, 3945, 3946, 3947, 3948, 3949, 3950)
_ZONE_HALF_M = 180_000
_FAULTY = "column {} has {} blanks and {} repeats: another identifier is looked for"


@dataclass(slots=True)
class _Column:
    """What one pass tells of a column that may identify the light points."""

    rows: int = 0
    blanks: int = 0
    repeats: int = 0
    seen: set[int] = field(default_factory=set)

    def add(self, cell: str) -> None:
        self.rows += 1
        key = hash(cell)
        if not cell:
            self.blanks += 1
        elif key in self.seen:
            self.repeats += 1
        else:
            self.seen.add(key)

    @property
    def faults(self) -> int:
        """Rows that it would leave without an identifier of their own."""
        return self.blanks + self.repeats


@dataclass(slots=True)
class _Places:
    """The box of all coordinates, and the decimal mark they use."""

    decimal: Literal[".", ","] = "."
    box: list[float] = field(default_factory=list)
    unread: bool = False

    def add(self, x: str, y: str) -> None:
        if not (x and y):
            return
        if "," in x or "," in y:
            self.decimal = ","
        try:
            east, north = (number(cell, "," if "," in cell else ".") for cell in (x, y))
        except BadInput:
            self.unread = True
            return
        a, b, c, d = self.box or (east, north, east, north)
        self.box = [min(a, east), min(b, north), max(c, east), max(d, north)]


def matches(header: Iterable[str]) -> dict[LightField, list[str]]:
    """The columns whose names stand for each field, best first; fields without any left out."""
    names = {plain(column): column for column in reversed(list(header))}
    found = {f: [names[n] for n in known if n in names] for f, known in NAMES.items()}
    return {f: columns for f, columns in found.items() if columns}


def propose(
    header: list[str], rows: Iterable[list[str]], report: Report, *, placed: bool = False
) -> LightingMapping:
    """A mapping for the inventory; what was chosen is remarked on in *report*.

    The identifier is the first known column whose every cell is filled and unique, else the one
    with the fewest faults (those rows are then refused), else the places. The reference
    system is what the column's name says, or the only one whose extent holds every point; when
    two would, the coordinates are left out. *placed*: the format itself gives the places. Reads
    every row once; memory grows with the rows, 60 bytes an identifier column.
    """
    found = matches(header)
    ids = {column: _Column() for column in found.pop("external_id", [])}
    ends = _ends(found, placed=placed)
    places = _Places()
    at = {column: header.index(column) for column in (*ids, *(ends or ()))}
    for row in rows:
        if len(row) == len(header):
            for column, seen in ids.items():
                seen.add(row[at[column]].strip())
            if ends:
                places.add(row[at[ends[0]]].strip(), row[at[ends[1]]].strip())
    columns: dict[str, LightField] = {}
    if (chosen := _identifier(ids, report)) is not None:
        columns[chosen] = "external_id"
    columns |= {names[0]: f for f, names in found.items() if f not in ("x", "y")}
    epsg = _reference(ends, places, report)
    if ends and epsg:
        columns |= {ends[0]: "x", ends[1]: "y"}
    for column, what in columns.items():
        report.note("column {} is read as {}", column, what)
    return LightingMapping(name="proposed", columns=columns, epsg=epsg, decimal=places.decimal)


def _ends(found: dict[LightField, list[str]], *, placed: bool) -> tuple[str, str] | None:
    """The columns of x and y: the first pair whose names go together."""
    if placed:
        return None
    for x in found.get("x", ()):
        rank = NAMES["x"].index(plain(x))
        for y in found.get("y", ()):
            if _twin(NAMES["x"][rank]) == plain(y):
                return x, y
    return None


def _twin(x: str) -> str:
    return {"longitude": "latitude", "lon": "lat", "lng": "lat", "coordx": "coordy"}.get(
        x, "coordonneey" if x == "coordonneex" else "y" + x[1:]
    )


def _identifier(ids: dict[str, _Column], report: Report) -> str | None:
    """The first column without fault; else the one with fewest, unless that is most rows."""
    for column, seen in ids.items():
        if not seen.faults:
            return column
        report.note(_FAULTY, column, seen.blanks, seen.repeats)
    best = min(ids, key=lambda column: ids[column].faults, default=None)
    if best is None or 2 * ids[best].faults > ids[best].rows:
        return None
    return best


def _reference(ends: tuple[str, str] | None, places: _Places, report: Report) -> Epsg | None:
    """The reference system of the coordinates. None, with a remark, when it cannot be told."""
    if ends is None or not places.box:
        return None
    told = _named(plain(ends[0]))
    if told is not None:
        return told
    fits = [] if places.unread else _fitting(places.box)
    if len(fits) == 1:
        report.note("coordinates of {} and {} can only be EPSG:{}", *ends, fits[0])
        return fits[0]
    systems = ", ".join(f"EPSG:{epsg}" for epsg in fits) or "no known system"
    report.note("coordinates left out: {} and {} fit {}; declare epsg", *ends, systems)
    return None


def _named(x: str) -> Epsg | None:
    if x in ("longitude", "lon", "lng"):
        return 4326
    if x.endswith(("l93", "lambert93", "2154")):
        return 2154
    if zone := re.search(r"(?:cc|39)(4[2-9]|50)$", x):
        return _ZONES[int(zone[1]) - 42]
    return 3857 if x.endswith("3857") else None


def _fitting(box: list[float]) -> list[Epsg]:
    """The systems whose extent holds the whole *box* (west, south, east, north)."""
    if _within(box, _BOXES[4326]):
        return [4326]
    fits: list[Epsg] = [epsg for epsg, extent in _BOXES.items() if _within(box, extent)]
    for zone, epsg in enumerate(_ZONES, start=1):
        centre = zone * 1_000_000 + 200_000
        extent = (1_000_000, centre - _ZONE_HALF_M, 2_400_000, centre + _ZONE_HALF_M)
        if _within(box, extent):
            fits.append(epsg)
    return fits


def _within(box: list[float], extent: tuple[float, float, float, float]) -> bool:
    return (
        extent[0] <= box[0] and extent[1] <= box[1] and box[2] <= extent[2] and box[3] <= extent[3]
    )
