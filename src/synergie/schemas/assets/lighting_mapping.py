"""How a lighting inventory's columns are read: a saved, named mapping."""

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.wire import Wire
from synergie.units import Many, Text

type LightField = Literal[
    "external_id", "cabinet", "circuit", "support", "insee_code", "x", "y", "place",
    "source_type", "power", "power_2", "power_gear", "power_kw", "lamps",
    "flux_lm", "source_flux_lm", "cct_k", "ulr_installed", "ulr_nominal",
    "cie3", "height_m", "tilt_max_deg", "tilt_installed_deg", "installed_on", "luminaire_model",
    "manufacturer", "photometry", "status", "is_public", "usage", "structure", "support_type",
    "night_off", "night_profile", "is_adaptive", "adaptive_kind", "valid_from", "valid_to",
]  # fmt: skip
"""Fields of a light point; `power` in watts, `power_2` that of a second lamp, `power_gear` that of
its control gear, which is added, `power_kw` in kilowatts, `lamps` how many of that power it has;
`x` and `y` its place in two columns, `place` in one, as `48.77, 6.13` (latitude first),
`[6.13, 48.77]`, `POINT (6.13 48.77)` or a GeoJSON point."""

Epsg = Annotated[int, Field(ge=1024, le=1_000_000, examples=[2154])]
"""EPSG code of a reference system: 4326 WGS 84, 2154 Lambert-93, 3942 to 3950 the conic zones."""


class LightingMapping(Wire):
    """Which column of an inventory is which field, and how its cells are written."""

    name: Text
    """Name it is saved under. Example: `Champaign streetlights`."""
    columns: Annotated[dict[str, LightField], Field(max_length=64)]
    """Column of the inventory to field of ours; a field is given by one column at most."""
    epsg: Epsg | None = None
    """Reference system of x and y. Null: the inventory has no coordinates, or its file says it."""
    layer: Text | None = None
    """Layer that is read of a file with several. Null: the one that tells of light points."""
    decimal: Literal[".", ","] = "."
    """Decimal mark of its numbers."""
    blanks: Many[str] = ("",)
    """Cells that mean "not known", compared without the spaces around. Example: `["", "NC"]`."""
    lamps: Annotated[dict[str, SourceType] | None, Field(max_length=200)] = None
    """Its words for lamps, before the usual ones. Null: none. Example: `{"Cosmo": "IM"}`."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        used = Counter(self.columns.values())
        if any(times > 1 for times in used.values()):
            raise ValueError("a field given by one column at most")
        if ("x" in used) != ("y" in used):
            raise ValueError("x and y together")
        if "x" in used and self.epsg is None:
            raise ValueError("the reference system (epsg) of x and y")
        return self
