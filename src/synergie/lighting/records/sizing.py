"""How much light roads get after a change of luminaires, for that of before."""

from typing import Annotated

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import ExternalId, Many

type _Count = Annotated[int, Field(ge=0, le=10**9)]
type _Ratio = Annotated[float, Field(ge=0, allow_inf_nan=False, json_schema_extra={"unit": "1"})]


class FluxSizing(Wire):
    """Maintained flux on the road, after for before, of the luminaires that a scenario replaces."""

    replaced: _Count
    """Luminaires that are replaced."""
    compared: _Count
    """Those whose flux before and after is known; the ratios are of them."""
    estimated: _Count
    """Those of which the flux before is that of usual lamps of their kind and power."""
    by_class: _Count
    """Those whose class of road, width and spacing are known."""
    below_class: _Count
    """Those of them that do not meet their class."""
    ratio_min: _Ratio | None = None
    """Least ratio. Null: none is known."""
    ratio_median: _Ratio | None = None
    """Median ratio."""
    ratio_max: _Ratio | None = None
    """Greatest ratio."""
    less: _Count = 0
    """Those below 0.90 of the light of before, whose class is not known."""
    more: _Count = 0
    """Those above 1.25 of it, whose class is not known."""
    without_fit: Many[ExternalId] = ()
    """Luminaires that stay for want of an entry that gives their road its light."""
