"""A map that needs no network: marks of different shapes and inks, lines of different dashes.

North is up, a kilometre is as long both ways in the middle, a bar tells how long it is. The legend
stands in words beside the drawing; the table under it is the accessible form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap
from math import cos, radians

from markupsafe import Markup

from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_number
from synergie.schemas.assets.location import Location

_WIDTH, _MARGIN = 640, 30
_SIZES = ((60, 6.0), (300, 4.4), (1500, 3.2))
"""Up to how many marks, how large they are, pixels; of more they are 2.2."""
_TALLEST = 900
_KM_A_DEGREE = 111.2
_LETTER, _LINE = 10.6, 17
_CROWD = 30
"""Up to how many names stand side by side; of more, some are written."""
_FARTHEST = 40
"""How far a name is moved down to cover no other, pixels."""
_BAR = 160
"""Most pixels of the scale."""

KINDS = 6
"""How many kinds are told apart at once."""
_SHAPES: tuple[Pair, ...] = (
    ("disque", "disc"), ("carré", "square"), ("triangle", "triangle"), ("losange", "diamond"),
    ("croix", "cross"), ("étoile", "star"),
)  # fmt: skip
_DASHES: tuple[Pair, ...] = (
    ("trait plein", "full line"), ("tirets", "dashes"), ("points", "dots"),
    ("tirets et points", "dashes and dots"), ("longs tirets", "long dashes"),
    ("traits serrés", "short dashes"),
)  # fmt: skip

_SVG = Markup(
    '<svg class="map" role="img" width="100%" viewBox="0 0 {width} {height}" '
    'aria-label="{title}">{body}</svg>'
)
_MARK = Markup('<path class="ink-{kind}" d="{d}"><title>{title}</title></path>')
_WAY = Markup(
    '<polyline class="way way-{kind}" points="{points}"><title>{title}</title></polyline>'
)
_NAME = Markup('<text class="place" x="{x}" y="{y}">{text}</text>')
_HOME = Markup(
    '<path class="home" d="M{x0} {y1}V{y}L{x} {y0}L{x1} {y}V{y1}Z"><title>{title}</title></path>'
)
_OUTLINE = Markup('<path class="outline" d="{d}"><title>{title}</title></path>')
_SCALE = Markup(
    '<path class="scale" d="M{x0} {y}v6h{length}v-6"/><text class="tick" x="{x0}" y="{ty}">'
    "{text}</text>"
)
_KEY = Markup(
    '<li><svg class="key" width="38" height="16" viewBox="0 0 38 16" aria-hidden="true">{body}'
    "</svg> {text}</li>"
)
_LEGEND = Markup('<ul class="legend">{items}</ul>')


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing on the map; *kind* 0 to 5 gives its shape and ink."""

    place: Location
    kind: int
    title: str
    """What a pointer reads."""


@dataclass(frozen=True, slots=True)
class Way:
    """One line on the map; *kind* gives its dash and ink."""

    places: tuple[Location, ...]
    kind: int
    title: str


@dataclass(frozen=True, slots=True)
class MapArea:
    """One area behind all marks, such as a commune: its rings and its name."""

    rings: tuple[tuple[Location, ...], ...]
    title: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name written at a place; *home*: a house is drawn there, too."""

    place: Location
    text: str
    home: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend: a kind, in words."""

    kind: int
    text: str
    mark: bool = True
    line: bool = False


def describe_mark_shape(kind: int) -> str:
    """The shape of the marks of *kind*, in words."""
    return choose_text(*_SHAPES[kind % KINDS])


def describe_line_dash(kind: int) -> str:
    """The dash of the lines of *kind*, in words."""
    return choose_text(*_DASHES[kind % KINDS])


def drawn_map(
    title: str,
    *,
    spots: Sequence[Spot] = (),
    ways: Sequence[Way] = (),
    names: Sequence[Name] = (),
    legend: Sequence[Key] = (),
    areas: Sequence[MapArea] = (),
) -> Markup:
    """Lines under marks under names, and the legend. Nothing to draw: an empty drawing.

    *areas* lie under all of it; they reach beyond the paper where the marks stand in a part.
    """
    places = [s.place for s in spots] + [p for w in ways for p in w.places] + [
        n.place for n in names
    ]  # fmt: skip
    if not places:
        return Markup()
    plane = _Plane(places)
    size = next((size for most, size in _SIZES if len(spots) <= most), 2.2)
    body = Markup()
    for one in areas:
        body += _OUTLINE.format(d="".join(plane.trace(ring) for ring in one.rings), title=one.title)
    for way in ways:
        points = " ".join(f"{x},{y}" for x, y in map(plane.at, way.places))
        body += _WAY.format(kind=way.kind % KINDS + 1, points=points, title=way.title)
    for spot in spots:
        d = render_mark_path(spot.kind, *plane.at(spot.place), size)
        body += _MARK.format(kind=spot.kind % KINDS + 1, d=d, title=spot.title)
    body += Markup().join(_render_home_mark(name, plane) for name in names if name.home)
    body += Markup().join(starmap(_render_name, _place_labels(names, plane)))
    body += plane.scale()
    return _SVG.format(width=_WIDTH, height=plane.height, title=title, body=body) + _render_legend(
        legend
    )


def render_mark_path(kind: int, x: float, y: float, r: float) -> str:
    """The path of a mark of *kind* around a place."""
    if kind % KINDS == 0:
        return f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z"
    corners = [(x + r * dx, y + r * dy) for dx, dy in _CORNERS[kind % KINDS - 1]]
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in corners) + "Z"


_CORNERS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0, -1.15), (1.1, 0.9), (-1.1, 0.9)),
    ((0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)),
    ((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
     (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
    ((0, -1.4), (0.4, -0.45), (1.35, -0.4), (0.6, 0.2), (0.85, 1.15), (0, 0.6), (-0.85, 1.15),
     (-0.6, 0.2), (-1.35, -0.4), (-0.4, -0.45)),
)  # fmt: skip
"""Corners of a square, a triangle, a diamond, a cross and a star around 0, 0."""


def _render_legend(legend: Sequence[Key]) -> Markup:
    if not legend:
        return Markup()
    return _LEGEND.format(items=Markup().join(map(_render_legend_key, legend)))


def _render_legend_key(one: Key) -> Markup:
    body = Markup()
    if one.line:
        body += _WAY.format(kind=one.kind % KINDS + 1, points="2,8 36,8", title="")
    if one.mark:
        body += _MARK.format(
            kind=one.kind % KINDS + 1, d=render_mark_path(one.kind, 19, 8, 5), title=""
        )
    return _KEY.format(body=body, text=one.text)


def _render_home_mark(name: Name, plane: "_Plane") -> Markup:
    x, y = plane.at(name.place)
    return _HOME.format(x=x, y=y, x0=x - 7, x1=x + 7, y0=y - 8, y1=y + 7, title=name.text)


def _render_name(text: str, x: float, y: float) -> Markup:
    return _NAME.format(x=x, y=y, text=text)


def _place_labels(names: Sequence[Name], plane: "_Plane") -> list[tuple[str, float, float]]:
    """Each name near its place and inside the drawing, where it covers no other; else none.

    Of many names some are written, apart from one another: marks stay in sight.
    """
    apart = max(1.0, (len(names) / _CROWD) ** 0.5)
    placed: list[tuple[str, float, float]] = []
    for name in sorted(names, key=lambda one: (-one.place.latitude, one.place.longitude, one.text)):
        x, y = plane.at(name.place)
        half = _LETTER * len(name.text) / 2
        x = min(max(x, half + 2), _WIDTH - half - 2)
        y = max(y - (12 if name.home else 0), _LINE)
        for down in range(0, _FARTHEST, 3):
            one = (name.text, round(x, 1), round(y + down, 1))
            if one[2] < plane.height and not any(
                _has_label_overlap(one, other, apart) for other in placed
            ):
                placed.append(one)
                break
    return placed


def _has_label_overlap(
    one: tuple[str, float, float], other: tuple[str, float, float], apart: float
) -> bool:
    near = _LETTER * (len(one[0]) + len(other[0])) / 2 * apart
    return abs(one[1] - other[1]) < near and abs(one[2] - other[2]) < _LINE * apart


class _Plane:
    """Degrees to pixels on a local cylinder, so that a kilometre is as long both ways."""

    def __init__(self, places: Sequence[Location]) -> None:
        longitudes, latitudes = [p.longitude for p in places], [p.latitude for p in places]
        self._west, self._north = min(longitudes), max(latitudes)
        self._shrink = cos(radians((min(latitudes) + max(latitudes)) / 2))
        wide = (max(longitudes) - self._west) * self._shrink
        tall = self._north - min(latitudes)
        inside = _WIDTH - 2 * _MARGIN
        self._scale = min(inside / (wide or 1e-9), (_TALLEST - 2 * _MARGIN) / (tall or 1e-9), 1e6)
        self._left = (_WIDTH - wide * self._scale) / 2
        self.height = round(tall * self._scale + 2 * _MARGIN + 24)

    def at(self, place: Location) -> tuple[float, float]:
        """Pixels of a place, from the left and from the top."""
        x = (place.longitude - self._west) * self._shrink * self._scale + self._left
        y = (self._north - place.latitude) * self._scale + _MARGIN
        return round(x, 1), round(y, 1)

    def trace(self, ring: Sequence[Location]) -> str:
        """The path of a closed line."""
        return "M" + "L".join(f"{x} {y}" for x, y in map(self.at, ring)) + "Z"

    def scale(self) -> Markup:
        """A bar of a round length, and its length in words."""
        pixels = self._scale / _KM_A_DEGREE
        lengths = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
        km = max((one for one in lengths if one * pixels <= _BAR), default=lengths[0])
        text = f"{format_number(km)} km" if km >= 1 else f"{format_number(km * 1000)} m"
        y = self.height - 12
        return _SCALE.format(x0=10, y=y, ty=y - 2, length=round(km * pixels, 1), text=text)
