"""A curve as SVG, drawn without a script: steps over time, gaps left open, one line of zero."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched

from markupsafe import Markup

_HEIGHT, _TOP, _BOTTOM = 260, 20, 24
_COLUMNS = 600
"""Places of the drawing: more values than that are told by the least and the most of each."""

_SVG = Markup(
    '<svg class="curve" role="img" width="100%" height="{height}" aria-label="{title}">{body}</svg>'
)
_PLOT = Markup(
    '<svg x="0" y="{top}" width="100%" height="{inner}" viewBox="0 0 {wide} 100" '
    'preserveAspectRatio="none">{body}</svg>'
)
_PATH = Markup('<path class="value" vector-effect="non-scaling-stroke" d="{d}"/>')
_GRID = Markup(
    '<line class="{kind}" vector-effect="non-scaling-stroke" x1="0" x2="{wide}" y1="{y}" y2="{y}"/>'
)
_TICK = Markup('<text class="tick" x="0" y="{y}">{text}</text>')
_EDGE = Markup('<text class="step" text-anchor="{anchor}" x="{x}%" y="{y}">{text}</text>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Bounds of the vertical axis, each with its text."""

    low: float
    high: float
    low_text: str
    high_text: str


def curve_figure(
    title: str, values: Sequence[float | None], scale: Scale, *, first: str, last: str
) -> Markup:
    """*values* of equal steps from the moment *first* to the moment *last*; None is a gap.

    Zero is always within the scale.
    """
    wide = max(len(values), 1)
    inner = _HEIGHT - _TOP - _BOTTOM
    at = _Axis(scale.low, scale.high)
    plot = Markup().join(
        _GRID.format(kind="zero" if y == 0 else "grid", wide=wide, y=at.y(y))
        for y in sorted({scale.low, 0.0, scale.high})
    )
    plot += Markup().join(_PATH.format(d=d) for d in _render_paths(values, at))
    body = _PLOT.format(top=_TOP, inner=inner, wide=wide, body=plot)
    body += _TICK.format(y=_TOP - 5, text=scale.high_text)
    if scale.low < 0:
        body += _TICK.format(y=_HEIGHT - _BOTTOM - 4, text=scale.low_text)
    body += _EDGE.format(anchor="start", x=0, y=_HEIGHT - 7, text=first)
    body += _EDGE.format(anchor="end", x=100, y=_HEIGHT - 7, text=last)
    return _SVG.format(height=_HEIGHT, title=title, body=body)


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float

    def y(self, value: float) -> float:
        span = self.high - self.low or 1
        return round(100 * (self.high - value) / span, 2)


def _render_paths(values: Sequence[float | None], at: _Axis) -> Iterable[str]:
    """One path a stretch without gaps: each value is as wide as its step."""
    width = -(-len(values) // _COLUMNS) or 1
    parts: list[str] = []
    for index, some in enumerate(batched(values, width)):
        there = [one for one in some if one is not None]
        if not there:
            if parts:
                yield " ".join(parts)
            parts = []
            continue
        left, right = index * width, min((index + 1) * width, len(values))
        low, high = at.y(min(there)), at.y(max(there))
        start = "L" if parts else "M"
        parts.append(f"{start}{left} {high}")
        parts.append(f"V{low}H{right}" if low != high else f"H{right}")
    if parts:
        yield " ".join(parts)
