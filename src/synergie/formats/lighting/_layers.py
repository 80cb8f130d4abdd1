"""Which layer of a file with several is the inventory."""

from collections.abc import Mapping

from synergie.errors import BadInput
from synergie.formats.lighting._columns import count_lighting_columns
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name
from synergie.schemas.readings.profile import Profile

_HINTS = ("luminaire", "pointlum", "pointslum", "foyer", "lampadaire", "streetlight", "lightpoint")
_ONE = "one layer that tells of light points, or its name declared in the mapping (layer)"


def inventory_layer(layers: Mapping[str, list[str]], profile: Profile, report: Report) -> str:
    """The name of the layer that tells of light points, of *layers* by name with their columns.

    The only one; else the one declared; else the only one whose columns tell of lighting, or, of
    several such, whose name does. BadInput that names them all otherwise. The others are told.
    """
    chosen = _find_declared_layer(layers, profile) or _find_only_layer(layers)
    if chosen is None:
        raise BadInput("layers", ", ".join(layers), _ONE)
    for name in layers:
        if name != chosen:
            report.note("layer {} is not read", name)
    return chosen


def _find_declared_layer(layers: Mapping[str, list[str]], profile: Profile) -> str | None:
    layer = profile.mapping.layer if profile.mapping else None
    if layer is not None and layer not in layers:
        raise BadInput("layers", ", ".join(layers), "the layer that the mapping names")
    return layer


def _find_only_layer(layers: Mapping[str, list[str]]) -> str | None:
    if len(layers) == 1:
        return next(iter(layers))
    told = [name for name, columns in layers.items() if count_lighting_columns(columns)]
    hinted = [name for name in told if any(hint in normalize_column_name(name) for hint in _HINTS)]
    for names in (told, hinted):
        if len(names) == 1:
            return names[0]
    return None
