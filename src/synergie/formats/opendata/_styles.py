"""Styles that QGIS applies by itself: shape and colour of each kind of thing (QML, symbology only).

Never colour alone: each lamp has its shape, too; colours are the house's palette.
"""

from collections.abc import Iterable
from typing import NamedTuple
from xml.sax.saxutils import quoteattr


class Mark(NamedTuple):
    """How one kind is drawn."""

    label: str
    shape: str
    colour: str
    size: float = 2.4


LAMPS: dict[str, Mark] = {
    "LED": Mark("LED", "circle", "31,95,168"),
    "SHP": Mark("Sodium haute pression", "diamond", "180,83,9"),
    "SBP": Mark("Sodium basse pression", "diamond", "163,36,43"),
    "IM": Mark("Iodures métalliques", "triangle", "107,63,160"),
    "VM": Mark("Vapeur de mercure", "cross_fill", "163,36,43"),
    "FLUO": Mark("Fluorescence", "pentagon", "11,107,83"),
    "HAL": Mark("Halogène", "star", "180,83,9"),
    "INC": Mark("Incandescence", "star", "163,36,43"),
    "IND": Mark("Induction", "hexagon", "11,107,83"),
    "XEN": Mark("Xénon", "star", "107,63,160"),
}
"""Technologies of EclExt; AU, XX and none are drawn as not known."""
UNKNOWN = Mark("Lampe inconnue", "circle", "91,100,112", 1.8)

PLAIN: dict[str, Mark] = {
    "cabinets": Mark("Armoire", "square", "27,31,36", 4.0),
    "supports": Mark("Support", "cross", "91,100,112", 1.6),
    "sites": Mark("Site", "equilateral_triangle", "11,107,83", 3.6),
    "work_orders": Mark("Intervention", "arrowhead", "163,36,43", 3.0),
}


def render_layer_style(table: str) -> str:
    """The style of the layer *table*; light points by lamp, the others by one mark."""
    if table == "light_points":
        marks = [*LAMPS.items(), ("", UNKNOWN)]
        categories = "".join(
            f'<category render="true" type="string" symbol="{at}" value={quoteattr(value)}'
            f" label={quoteattr(mark.label)}/>"
            for at, (value, mark) in enumerate(marks)
        )
        body = (
            '<renderer-v2 type="categorizedSymbol" attr="source_type" symbollevels="0"'
            ' enableorderby="0" forceraster="0">'
            f"<categories>{categories}</categories>{_render_symbols(mark for _, mark in marks)}"
        )
    else:
        body = (
            '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
            f"{_render_symbols([PLAIN[table]])}"
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.40.6" styleCategories="Symbology">{body}</renderer-v2></qgis>'
    )


def _render_symbols(marks: Iterable[Mark]) -> str:
    return (
        f"<symbols>{''.join(_render_mark_symbol(at, mark) for at, mark in enumerate(marks))}"
        "</symbols>"
    )


def _render_mark_symbol(at: int, mark: Mark) -> str:
    options = {
        "name": mark.shape,
        "color": f"{mark.colour},255",
        "outline_color": "255,255,255,255" if mark.shape != "cross" else f"{mark.colour},255",
        "outline_style": "solid",
        "outline_width": "0.2" if mark.shape != "cross" else "0.4",
        "outline_width_unit": "MM",
        "size": str(mark.size),
        "size_unit": "MM",
    }
    told = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="marker" name="{at}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="SimpleMarker" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )
