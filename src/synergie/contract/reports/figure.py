"""The picture of a statement: measured bars, the adjusted line with its band, what has added up."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_HEIGHT, _TOP, _BOTTOM = 240, 18, 22

_SVG = Markup(
    '<svg class="lines" role="img" width="100%" height="{height}" aria-label="{title}">{body}</svg>'
)
_PLOT = Markup(
    '<svg x="0" y="{top}" width="100%" height="{inner}" viewBox="0 0 100 100" '
    'preserveAspectRatio="none">{body}</svg>'
)
_RECT = Markup('<rect class="bar" x="{x}" y="{y}" width="{width}" height="{height}"/>')
_BAND = Markup('<polygon class="bar" fill-opacity="0.25" points="{points}"/>')
_LINE = Markup('<polyline class="line-{n}" points="{points}"/>')
_ZERO = Markup('<line class="grid" x1="0" x2="100" y1="{y}" y2="{y}"/>')
_TEXT = Markup('<text class="{kind}" x="{x}%" y="{y}">{text}</text>')


@dataclass(frozen=True, slots=True)
class FigureMonth:
    """One month; None where it is not known."""

    label: str
    bar: float | None
    line: float | None
    half: float = 0.0
    """Half the band around the line."""
    second: float | None = None
    """Another line, dashed."""


def render_months(
    title: str, months: Sequence[FigureMonth], top_text: str, low_text: str
) -> Markup:
    """Bars and lines on one scale that holds zero; what is not known stays open."""
    scale = _Scale(months)
    body = _ZERO.format(y=scale.y(0))
    width = 100 / max(len(months), 1)
    for i, one in enumerate(months):
        if one.bar is not None:
            high, low = sorted((scale.y(one.bar), scale.y(0)))
            body += _RECT.format(
                x=round((i + 0.2) * width, 2), y=high, width=round(0.6 * width, 2),
                height=round(low - high, 2),
            )  # fmt: skip
    for run in _split_runs(months):
        edges = [(i, one.line or 0.0, one.half) for i, one in run]
        up = [(i, value + half) for i, value, half in edges]
        down = [(i, value - half) for i, value, half in reversed(edges)]
        if any(half for _, _, half in edges):
            body += _BAND.format(points=scale.join([*up, *down], width))
        body += _LINE.format(n=2, points=scale.join([(i, v) for i, v, _ in edges], width))
    second = [(i, one.second) for i, one in enumerate(months) if one.second is not None]
    if second:
        body += _LINE.format(n=3, points=scale.join(second, width))
    inner = _HEIGHT - _TOP - _BOTTOM
    drawn = _PLOT.format(top=_TOP, inner=inner, body=body)
    drawn += _TEXT.format(kind="tick", x=0, y=_TOP - 5, text=top_text)
    if scale.low < 0:
        drawn += _TEXT.format(kind="tick", x=0, y=_HEIGHT - _BOTTOM, text=low_text)
    for i, one in enumerate(months):
        x = round((i + 0.2) * width, 2)
        drawn += _TEXT.format(kind="step", x=x, y=_HEIGHT - 6, text=one.label)
    return _SVG.format(height=_HEIGHT, title=title, body=drawn)


def find_bounds(months: Sequence[FigureMonth]) -> tuple[float, float]:
    """The least (zero or below) and the most that is drawn."""
    drawn = [
        value
        for one in months
        for value in (
            one.bar,
            one.second,
            None if one.line is None else one.line + one.half,
            None if one.line is None else one.line - one.half,
        )
        if value is not None
    ]
    return min([0.0, *drawn]), max([0.0, *drawn])


class _Scale:
    """From figures to a plot of 100 by 100."""

    def __init__(self, months: Sequence[FigureMonth]) -> None:
        self.low, high = find_bounds(months)
        self.high = high if high > self.low else self.low + 1

    def y(self, value: float) -> float:
        """Its height, from the top."""
        return round(100 * (self.high - value) / (self.high - self.low), 2)

    def join(self, points: Sequence[tuple[int, float]], width: float) -> str:
        """The points of a path through the middle of the months."""
        return " ".join(f"{(i + 0.5) * width:.2f},{self.y(value)}" for i, value in points)


def _split_runs(months: Sequence[FigureMonth]) -> list[list[tuple[int, FigureMonth]]]:
    runs: list[list[tuple[int, FigureMonth]]] = [[]]
    for i, one in enumerate(months):
        if one.line is None:
            runs.append([])
        else:
            runs[-1].append((i, one))
    return [run for run in runs if run]
