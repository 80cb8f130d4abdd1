"""Points over two axes as SVG: marks told apart by shape, named where a name fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from synergie.reports.assets.map import render_mark_path
from synergie.reports.language import choose_text

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 14, 24, 34, 46
_LETTER = 8.6

_SVG = Markup(
    '<svg class="map" role="img" width="100%" viewBox="0 0 {width} {height}" '
    'aria-label="{title}">{body}</svg>'
)
_MARK = Markup('<path class="ink-{kind}" d="{d}"><title>{title}</title></path>')
_GRID = Markup('<line class="grid" x1="{x0}" x2="{x1}" y1="{y0}" y2="{y1}"/>')
_TICK = Markup('<text class="tick" x="{x}" y="{y}">{text}</text>')
_END = Markup('<text class="tick value" x="{x}" y="{y}">{text}</text>')
_NAME = Markup('<text class="place" x="{x}" y="{y}">{text}</text>')
_LINE = Markup('<polyline class="way way-6" points="{points}"/>')


@dataclass(frozen=True, slots=True)
class Dot:
    """One point; *kind* gives its shape."""

    x: float
    y: float
    kind: int
    title: str
    """What a pointer reads."""
    name: str = ""
    """What is written beside it; "": nothing."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis says: its name, and its two ends in words."""

    name: str
    least: str
    most: str


def render_scatter(title: str, dots: Sequence[Dot], across: Axis, up: Axis) -> Markup:
    """The dots joined in the order of the first axis; both axes from their least to their most."""
    if not dots:
        return Markup()
    place = _Place(dots)
    body = _render_axes_frame(across, up)
    ordered = sorted(dots, key=lambda one: (one.x, one.y))
    points = " ".join(f"{x},{y}" for x, y in map(place.at, ordered))
    body += _LINE.format(points=points)
    for one in ordered:
        body += _MARK.format(kind=one.kind + 1, d=render_mark_path(one.kind, *place.at(one), 5.5),
                             title=one.title)  # fmt: skip
    for one in ordered:
        if one.name:
            x, y = place.at(one)
            half = _LETTER * len(one.name) / 2 + 4
            x = min(max(x, half), _WIDTH - half)
            body += _NAME.format(x=x, y=y - 9, text=one.name)
    return _SVG.format(width=_WIDTH, height=_HEIGHT, title=title, body=body)


class _Place:
    """Values to pixels."""

    def __init__(self, dots: Sequence[Dot]) -> None:
        xs, ys = [one.x for one in dots], [one.y for one in dots]
        self._x, self._y = min(xs), min(ys)
        self._wide, self._tall = (max(xs) - self._x) or 1.0, (max(ys) - self._y) or 1.0

    def at(self, one: Dot) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        x = _LEFT + 20 + (one.x - self._x) / self._wide * (_WIDTH - _LEFT - _RIGHT - 40)
        y = float(_HEIGHT - _BOTTOM - 20)
        y -= (one.y - self._y) / self._tall * (_HEIGHT - _TOP - _BOTTOM - 40)
        return round(x, 1), round(y, 1)


def _render_axes_frame(across: Axis, up: Axis) -> Markup:
    floor, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    body = _GRID.format(x0=_LEFT, x1=right, y0=floor, y1=floor)
    body += _GRID.format(x0=_LEFT, x1=_LEFT, y0=_TOP, y1=floor)
    body += _TICK.format(x=_LEFT, y=floor + 17, text=across.least)
    body += _END.format(x=right, y=floor + 17, text=across.most)
    body += _TICK.format(x=_LEFT, y=floor + 36, text=f"→ {across.name}")
    body += _TICK.format(x=_LEFT, y=16, text=f"↑ {up.name}, {_up_to(up.most)}")
    body += _TICK.format(x=_LEFT + 6, y=floor - 6, text=up.least)
    return body


def _up_to(most: str) -> str:
    return choose_text(f"jusqu'à {most}", f"up to {most}")
