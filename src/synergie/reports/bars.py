"""Horizontal bars as SVG: one or two bars a row, readable at any width and in grey print."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_ROW, _BAR, _TEXT = 20, 10, 13

_RECT = Markup(
    '<rect class="{ink}" x="0" y="{y}" width="{width}%" height="{height}">'
    "<title>{title}</title></rect>"
)
_LABEL = Markup('<text class="label" x="0" y="{y}">{text}</text>')
_VALUE = Markup('<text class="value" x="100%" y="{y}">{text}</text>')
_SVG = Markup(
    '<svg class="bars" role="img" width="100%" height="{height}" aria-label="{title}">{body}</svg>'
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its label, a value for each series (at least 0), and the text to read."""

    label: str
    values: tuple[float, ...]
    text: str


def bars(title: str, rows: Sequence[Bar], *, series: Sequence[str] = ("",)) -> Markup:
    """The rows as bars on one scale from zero. *series* names the bars of a row, at most two.

    The first series is full, the second hatched: the two differ without colour.
    """
    top = max((value for row in rows for value in row.values), default=0) or 1
    body, y = Markup(), 0
    for row in rows:
        body += _LABEL.format(y=y + _TEXT, text=row.label)
        body += _VALUE.format(y=y + _TEXT, text=row.text)
        y += _ROW
        for i, value in enumerate(row.values):
            body += _RECT.format(
                ink=f"serie-{i + 1}",
                y=y,
                width=round(100 * value / top, 2),
                height=_BAR,
                title=f"{row.label} {series[i]}".strip(),
            )
            y += _BAR + 2
        y += _BAR
    return _SVG.format(height=max(y, 1), title=title, body=body)


def legend(series: Sequence[str]) -> Markup:
    """The names of the series beside their inks."""
    swatch = Markup(
        '<span><svg class="swatch" width="14" height="10" aria-hidden="true">'
        '<rect class="serie-{n}" width="14" height="10"/></svg> {name}</span> '
    )
    return Markup('<p class="legend">{}</p>').format(
        Markup().join(swatch.format(n=i + 1, name=name) for i, name in enumerate(series))
    )
