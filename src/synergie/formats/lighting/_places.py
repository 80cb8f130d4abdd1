"""Which columns hold the places of an inventory, and in which reference system they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from synergie.errors import BadInput
from synergie.formats._projection import Reference
from synergie.formats.checks import N_
from synergie.formats.lighting._columns import NAMES
from synergie.formats.lighting._degrees import parse_coordinate
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name
from synergie.schemas.assets.lighting_mapping import LightField

type Box = tuple[float, float, float, float]
"""West, south, east, north."""

_BOXES: dict[int, Box] = {
    4326: (-180, -90, 180, 90),
    2154: (0, 6_000_000, 1_300_000, 7_200_000),
    3857: (-20_037_509, -20_048_967, 20_037_509, 20_048_967),
}
_WGS84, _MERCATOR = 4326, 3857
_UTM_FRANCE: Box = (166_000, 4_560_000, 834_000, 5_680_000)
"""Metropolitan France in UTM 30, 31 and 32 North."""
_MERCATOR_FRANCE: Box = (0, 5_000_000, 1_080_000, 6_650_000)
_FRANCE: dict[int, tuple[Box, ...]] = {
    2154: (
        (560_000, 6_040_000, 1_250_000, 6_140_000),
        (310_000, 6_140_000, 1_250_000, 6_350_000),
        (355_000, 6_350_000, 1_250_000, 6_600_000),
        (90_000, 6_600_000, 1_090_000, 7_130_000),
    ),
    3857: (
        (-210_000, 5_050_000, 1_080_000, 5_350_000),
        (-575_000, 5_350_000, 860_000, 6_000_000),
        (-575_000, 6_000_000, 920_000, 6_260_000),
        (-215_000, 6_260_000, 920_000, 6_370_000),
        (10_000, 6_370_000, 560_000, 6_500_000),
        (170_000, 6_500_000, 480_000, 6_650_000),
    ),
}
"""Metropolitan France, in a few rectangles from south to north."""
_FRENCH = (
    "puissance",
    "lampe",
    "armoire",
    "commune",
    "insee",
    "hauteur",
    "foyer",
    "voie",
    "depart",
)
"""Words of names of columns in French."""
_SWAPPED_FRANCE: Box = (41.0, -5.5, 51.5, 10.0)
"""Where metropolitan France comes to lie when latitude is read as longitude: off Somalia."""
_FIRST_ZONE, _LAST_ZONE = 42, 50
_ZONE_HALF_M = 180_000


_SWAPPED = (
    "longitudes and latitudes in their order: these would put France off Somalia; exchange them, or"
    " declare which is which in the mapping of a profile"
)
_GRIDS = N_("coordinates left out: {} and {} fit EPSG:3857 and national grids; declare epsg")


@dataclass(slots=True)
class Places:
    """The box of all coordinates."""

    decimal: Literal[".", ","] = "."
    box: Box | None = None
    unread: bool = False

    def add(self, x: str, y: str) -> None:
        """One more place; blanks are passed over."""
        if not (x and y):
            return
        try:
            east, north = parse_coordinate(x, self.decimal), parse_coordinate(y, self.decimal)
        except BadInput:
            self.unread = True
            return
        self.stretch((east, north))

    def stretch(self, ends: tuple[float, float] | None) -> None:
        """One more place, read."""
        if ends is None:
            return
        east, north = ends
        a, b, c, d = self.box or (east, north, east, north)
        self.box = (min(a, east), min(b, north), max(c, east), max(d, north))


@dataclass(frozen=True, slots=True)
class Ends:
    """The columns of x and y."""

    x: str
    y: str


def find_coordinate_columns(found: dict[LightField, list[str]]) -> Ends | None:
    """The columns of x and y: the first pair whose names go together."""
    for x in found.get("x", ()):
        for y in found.get("y", ()):
            if normalize_column_name(y) in _list_partner_names(normalize_column_name(x)):
                return Ends(x, y)
    return None


def _list_partner_names(x: str) -> set[str]:
    """Names that the column of y may bear beside *x*."""
    turned = {
        x.replace(old, new, 1)
        for old, new in (
            ("longitudex", "latitudey"), ("longitude", "latitude"), ("long", "lat"),
            ("lon", "lat"), ("lng", "lat"), ("easting", "northing"), ("east", "north"),
            ("x", "y"), ("lengtegraad", "breedtegraad"), ("lange", "breite"), ("laenge", "breite"),
        )
        if old in x
    }  # fmt: skip
    turned |= {f"{x[:-1]}y"} if x.endswith("x") else set()
    return turned & set(NAMES["y"])


def choose_reference(
    pair: Ends | None,
    places: Places,
    report: Report,
    *,
    national: bool = False,
    french: bool = False,
) -> int | None:
    """The reference system of the coordinates. None, with a remark, when it cannot be told.

    *national*: Mercator is none of those that it may be. *french*: neither Lambert-93 nor Mercator
    is when it would put the points off metropolitan France.
    """
    if pair is None or places.box is None:
        return None
    told = _find_epsg_by_name(normalize_column_name(pair.x))
    if told is not None and _is_box_within(places.box, _find_extent(told)):
        check_degree_order(pair, places.box, told)
        return told
    fits = [] if places.unread else _list_fitting_systems(places.box)
    fits = [epsg for epsg in fits if not (national and epsg == _MERCATOR)]
    if french:
        fits = [epsg for epsg in fits if _in_france(epsg, places.box)] or fits
    if fits == [_MERCATOR] and not _is_mercator(pair, places.box):
        report.note(_GRIDS, pair.x, pair.y)
        return None
    if len(fits) == 1:
        report.note("coordinates of {} and {} can only be EPSG:{}", pair.x, pair.y, fits[0])
        check_degree_order(pair, places.box, fits[0])
        return fits[0]
    systems = ", ".join(f"EPSG:{epsg}" for epsg in fits) or "no known system"
    report.note("coordinates left out: {} and {} fit {}; declare epsg", pair.x, pair.y, systems)
    return None


def is_french(header: Iterable[str]) -> bool:
    """Whether the names of columns are French."""
    return any(word in normalize_column_name(column) for column in header for word in _FRENCH)


def _in_france(epsg: int, box: Box) -> bool:
    """Whether the corners of *box* are over metropolitan France; true for systems without zones."""
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    zones = _FRANCE.get(epsg)
    return zones is None or all(
        any(_is_box_within((x, y, x, y), zone) for zone in zones) for x, y in corners
    )


def _is_mercator(pair: Ends, box: Box) -> bool:
    """Whether *box* can be in Mercator, and not just as well in a national grid.

    Grids of a country (British, Swiss, old Lambert, UTM) have positive coordinates, and name them
    eastings: over metropolitan France, or west or south of 0, Mercator is not mistaken for them.
    """
    if normalize_column_name(pair.x).startswith("east") or _is_box_within(box, _UTM_FRANCE):
        return False
    return box[0] < 0 or box[1] < 0 or _is_box_within(box, _MERCATOR_FRANCE)


def check_degree_order(pair: Ends, box: Box, epsg: Reference) -> None:
    """BadInput for degrees that only make sense the other way round."""
    if epsg == _WGS84 and _is_box_within(box, _SWAPPED_FRANCE):
        raise BadInput("line 1", f"{pair.x}, {pair.y}", _SWAPPED)


def _find_epsg_by_name(x: str) -> int | None:
    if x.endswith(("93", "2154")) or x.startswith(("lambert93", "l93")):
        return 2154
    if x.startswith(("longitude", "lon", "lng", "gps")) or x.endswith("wgs84"):
        return 4326
    if zone := re.search(r"(?:cc|39)(4[2-9]|50)$", x):
        return 3900 + int(zone[1])
    return 3857 if x.endswith("3857") else None


def _list_fitting_systems(box: Box) -> list[int]:
    """The systems whose extent holds the whole *box*."""
    if _is_box_within(box, _BOXES[4326]):
        return [4326]
    zones = (3900 + zone for zone in range(_FIRST_ZONE, _LAST_ZONE + 1))
    return [epsg for epsg in (*_BOXES, *zones) if _is_box_within(box, _find_extent(epsg))]


def _find_extent(epsg: int) -> Box:
    if epsg in _BOXES:
        return _BOXES[epsg]
    centre = (epsg - 3941) * 1_000_000 + 200_000
    return (1_080_000, centre - _ZONE_HALF_M, 2_400_000, centre + _ZONE_HALF_M)


def _is_box_within(box: Box, extent: Box) -> bool:
    return (
        extent[0] <= box[0] and extent[1] <= box[1] and box[2] <= extent[2] and box[3] <= extent[3]
    )
