"""Lines over equal steps as SVG: up to four series, told apart by dash as well as by colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_HEIGHT, _TOP, _BOTTOM, _EDGE = 240, 18, 22, 2.5

_SVG = Markup(
    '<svg class="lines" role="img" width="100%" height="{height}" aria-label="{title}">{body}</svg>'
)
_PLOT = Markup(
    '<svg x="2.5%" y="{top}" width="95%" height="{inner}" viewBox="0 0 100 100" '
    'preserveAspectRatio="none">{body}</svg>'
)
_PATH = Markup('<polyline class="line-{n}" points="{points}"/>')
_GRID = Markup('<line class="grid" x1="0" x2="100" y1="{y}" y2="{y}"/>')
_TICK = Markup('<text class="tick" x="0" y="{y}">{text}</text>')
_STEP = Markup('<text class="step" x="{x}%" y="{y}">{text}</text>')


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its name and one value a step, at least 0; None where nothing was measured."""

    name: str
    values: tuple[float | None, ...]


def render_lines(
    title: str, steps: Sequence[str], series: Sequence[Line], ticks: Sequence[str]
) -> Markup:
    """The series over *steps*, on one scale from zero to the largest value.

    *ticks*: the texts of zero, half and top. A gap stays a gap: it is not joined.
    """
    top = max((v for line in series for v in line.values if v is not None), default=0) or 1
    inner = _HEIGHT - _TOP - _BOTTOM
    plot = Markup().join(_GRID.format(y=y) for y in (0, 50, 100))
    for n, line in enumerate(series, start=1):
        for run in _split_line_runs(line.values, top):
            plot += _PATH.format(n=n, points=" ".join(f"{x:.2f},{y:.2f}" for x, y in run))
    body = _PLOT.format(top=_TOP, inner=inner, body=plot)
    for share, text in zip((1, 0.5, 0), ticks, strict=True):
        body += _TICK.format(y=round(_TOP + share * inner - 3), text=text)
    for i, step in enumerate(steps):
        x = _EDGE + (100 - 2 * _EDGE) * i / max(len(steps) - 1, 1)
        body += _STEP.format(x=round(x, 2), y=_HEIGHT - 6, text=step)
    return _SVG.format(height=_HEIGHT, title=title, body=body)


def _split_line_runs(values: Sequence[float | None], top: float) -> list[list[tuple[float, float]]]:
    """The measured stretches as points of a plot of 100 by 100."""
    runs: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((100 * i / max(len(values) - 1, 1), 100 - 100 * value / top))
    return [run for run in runs if run]
