"""Bars to both sides of a line: what falls to the left, what rises to the right, each in words."""

from collections.abc import Sequence
from textwrap import wrap

from markupsafe import Markup

from synergie.reports.bars import Bar

_ROW, _BAR, _TEXT, _GAP, _LINE = 20, 10, 13, 12, 16
_LONGEST = 24

_RECT = Markup('<rect class="{ink}" x="{x}%" y="{y}" width="{width}%" height="{height}"/>')
_LABEL = Markup('<text class="label" x="0" y="{y}">{text}</text>')
_VALUE = Markup('<text class="value" x="100%" y="{y}">{text}</text>')
_ZERO = Markup('<line class="grid" x1="50%" x2="50%" y1="0" y2="{y}"/>')
_SVG = Markup(
    '<svg class="bars" role="img" width="100%" height="{height}" aria-label="{title}">{body}</svg>'
)


def both_sides(title: str, rows: Sequence[Bar]) -> Markup:
    """The rows on one scale around zero; the text of each says which way it goes."""
    top = max((abs(row.value) for row in rows), default=0)
    body, y = Markup(), 0
    for row in rows:
        half = 50 * abs(row.value) / top if top else 0
        first, *more = wrap(row.label, _LONGEST) or [""]
        body += _LABEL.format(y=y + _TEXT, text=first)
        for line in more:
            y += _LINE
            body += _LABEL.format(y=y + _TEXT, text=line)
        body += _VALUE.format(y=y + _TEXT, text=row.text)
        left = row.value < 0
        x = round(50 - half if left else 50, 2)
        ink = "ink-1" if left else "ink-2"
        body += _RECT.format(ink=ink, x=x, y=y + _ROW, width=round(half, 2), height=_BAR)
        y += _ROW + _BAR + _GAP
    return _SVG.format(height=max(y, 1), title=title, body=_ZERO.format(y=max(y, 1)) + body)
