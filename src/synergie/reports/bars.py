"""Horizontal bars as SVG: one a row, readable at any width and in grey print."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

_ROW, _BAR, _TEXT, _GAP, _LINE = 20, 10, 13, 12, 16
_LONGEST = 24
"""Letters of a line of a label: it leaves room for the value on a screen of 320 px."""

_RECT = Markup('<rect class="bar" x="0" y="{y}" width="{width}%" height="{height}"/>')
_LABEL = Markup('<text class="label" x="0" y="{y}">{text}</text>')
_VALUE = Markup('<text class="value" x="100%" y="{y}">{text}</text>')
_SVG = Markup(
    '<svg class="bars" role="img" width="100%" height="{height}" aria-label="{title}">{body}</svg>'
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its label, its value (drawn from zero; a negative one has no length), its text."""

    label: str
    value: float
    text: str


def render_bars(title: str, rows: Sequence[Bar]) -> Markup:
    """The rows as bars on one scale from zero to the largest value."""
    top = max((row.value for row in rows), default=0)
    body, y = Markup(), 0
    for row in rows:
        share = max(row.value, 0) / top if top > 0 else 0
        first, *more = wrap(row.label, _LONGEST) or [""]
        body += _LABEL.format(y=y + _TEXT, text=first)
        for line in more:
            y += _LINE
            body += _LABEL.format(y=y + _TEXT, text=line)
        body += _VALUE.format(y=y + _TEXT, text=row.text)
        body += _RECT.format(y=y + _ROW, width=round(100 * share, 2), height=_BAR)
        y += _ROW + _BAR + _GAP
    return _SVG.format(height=max(y, 1), title=title, body=body)
