"""How a lighting inventory's columns are read: a saved, named mapping."""

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.schemas._wire import Wire
from synergie.schemas.light_point import SourceType
from synergie.units import Many, Text

type LightField = Literal[
    "external_id", "cabinet", "insee_code", "x", "y", "source_type", "power", "flux_lm", "cct_k",
    "ulr_installed", "height_m", "installed_on", "luminaire_model",
]  # fmt: skip

type Epsg = Literal[4326, 3857, 2154, 3942, 3943, 3944, 3945, 3946, 3947, 3948, 3949, 3950]
"""WGS 84, web Mercator, Lambert-93, and the nine conic conformal zones of France."""


class LightingMapping(Wire):
    """Which column of an inventory is which field, and how its cells are written."""

    name: Text
    """Name it is saved under. Example: `Champaign streetlights`."""
    columns: Annotated[dict[str, LightField], Field(max_length=64)]
    """Column of the inventory to field of ours; a field is given by one column at most."""
    epsg: Epsg | None = None
    """Reference system of x and y. Null: the inventory has no coordinates, or its file says it."""
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
