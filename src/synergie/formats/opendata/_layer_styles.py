"""Styles of layers that QGIS applies by itself: a mark or a stroke for each value of a column."""

from collections.abc import Sequence
from typing import Literal
from xml.sax.saxutils import quoteattr

_SHAPES = ("circle", "square", "triangle", "diamond", "pentagon", "star")
_COLOURS = ("31,95,168", "180,83,9", "11,107,83", "107,63,160", "163,36,43")
"""Five inks against six shapes and four dashes: the first twenty differ in both."""
_DASHES = ("solid", "dash", "dot", "dash dot")


def render_category_style(
    shape: Literal["POINT", "LINESTRING"], by: str, values: Sequence[tuple[str, str]]
) -> str:
    """The style of a layer by the *values* of the column *by*, each with what the legend calls it.

    Never colour alone (QML, symbology only).
    """
    symbol = _render_marker if shape == "POINT" else _render_line
    told = "".join(
        f'<category render="true" type="string" symbol="{at}" value={quoteattr(value)}'
        f" label={quoteattr(label)}/>"
        for at, (value, label) in enumerate(values)
    )
    symbols = "".join(symbol(at) for at in range(len(values)))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.40.6" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(by)} symbollevels="0"'
        ' enableorderby="0" forceraster="0">'
        f"<categories>{told}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _render_marker(at: int) -> str:
    options = {
        "name": _SHAPES[at % len(_SHAPES)],
        "color": f"{_COLOURS[at % len(_COLOURS)]},255",
        "outline_color": "255,255,255,255",
        "outline_style": "solid",
        "outline_width": "0.2",
        "outline_width_unit": "MM",
        "size": "3.6",
        "size_unit": "MM",
    }
    return _render_symbol(at, "marker", "SimpleMarker", options)


def _render_line(at: int) -> str:
    options = {
        "line_color": f"{_COLOURS[at % len(_COLOURS)]},255",
        "line_style": _DASHES[at % len(_DASHES)],
        "line_width": "0.7",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }
    return _render_symbol(at, "line", "SimpleLine", options)


def _render_symbol(at: int, kind: str, layer: str, options: dict[str, str]) -> str:
    told = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="{kind}" name="{at}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )
