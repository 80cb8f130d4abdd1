"""A map without tiles: places as marks of different shapes, names of areas as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from markupsafe import Markup

_WIDTH, _MARGIN = 640, 36
_LETTER, _LINE = 10, 17

_SVG = Markup(
    '<svg class="map" role="img" width="100%" viewBox="0 0 {width} {height}" '
    'aria-label="{title}">{body}</svg>'
)
_NAME = Markup('<text class="place" x="{x}" y="{y}">{text}</text>')
_MARKS = (
    Markup('<circle class="mark-1" cx="{x}" cy="{y}" r="{r}"><title>{title}</title></circle>'),
    Markup(
        '<rect class="mark-2" x="{x0}" y="{y0}" width="{d}" height="{d}">'
        "<title>{title}</title></rect>"
    ),
    Markup('<path class="mark-3" d="M{x} {y0}L{x1} {y1}L{x0} {y1}Z"><title>{title}</title></path>'),
)

KINDS = len(_MARKS)
"""How many kinds of mark there are: a disc, a square, a triangle."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on the map; *kind* 0 to 2 gives its shape and ink."""

    longitude: float
    latitude: float
    kind: int
    title: str
    """What a pointer reads."""


@dataclass(frozen=True, slots=True)
class Area:
    """The name of an area, written at its centre."""

    name: str
    longitude: float
    latitude: float


def render_places(title: str, marks: Sequence[Mark], areas: Sequence[Area]) -> Markup:
    """The marks and names in one drawing, north up, equal scale both ways (local cylinder)."""
    project, height = _build_projection([*marks, *areas])
    body = Markup()
    for mark in marks:
        x, y = project(mark.longitude, mark.latitude)
        r = 3.2
        body += _MARKS[mark.kind].format(
            x=x, y=y, r=r, d=2 * r, title=mark.title,
            x0=round(x - r, 1), y0=round(y - r, 1), x1=round(x + r, 1), y1=round(y + r, 1),
        )  # fmt: skip
    for name, x, y in _place_labels(areas, project):
        body += _NAME.format(x=x, y=y, text=name)
    return _SVG.format(width=_WIDTH, height=height, title=title, body=body)


def _place_labels(areas: Sequence[Area], project: "_Projection") -> list[tuple[str, float, float]]:
    """Each name near its area, inside the drawing, moved up or down until it covers no other."""
    placed: list[tuple[str, float, float]] = []
    for area in sorted(areas, key=lambda area: (-area.latitude, area.longitude)):
        x, y = project(area.longitude, area.latitude)
        half = _LETTER * len(area.name) / 2
        x = min(max(x, half + 2), _WIDTH - half - 2)
        while any(_has_label_overlap((area.name, x, y), other) for other in placed):
            y += 2
        placed.append((area.name, round(x, 1), y))
    return placed


def _has_label_overlap(one: tuple[str, float, float], other: tuple[str, float, float]) -> bool:
    near = _LETTER * (len(one[0]) + len(other[0])) / 2
    return abs(one[1] - other[1]) < near and abs(one[2] - other[2]) < _LINE


class _Projection:
    """Degrees to pixels, so that a kilometre is as long both ways in the middle of the map."""

    def __init__(self, points: Sequence[Mark | Area]) -> None:
        longitudes, latitudes = [p.longitude for p in points], [p.latitude for p in points]
        self._west, self._north = min(longitudes), max(latitudes)
        self._shrink = cos(radians((min(latitudes) + max(latitudes)) / 2))
        span = (max(longitudes) - self._west) * self._shrink or 0.01
        self._scale = (_WIDTH - 2 * _MARGIN) / span
        self.height = round((self._north - min(latitudes)) * self._scale + 2 * _MARGIN)

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self._west) * self._shrink * self._scale + _MARGIN
        y = (self._north - latitude) * self._scale + _MARGIN
        return round(x, 1), round(y, 1)


def _build_projection(points: Sequence[Mark | Area]) -> tuple[_Projection, int]:
    projection = _Projection(points)
    return projection, projection.height
