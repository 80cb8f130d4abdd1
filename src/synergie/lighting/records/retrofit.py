"""What can be put in place of a luminaire: the catalogue of retrofits."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    Hours,
    Kelvins,
    LongText,
    Lumens,
    Many,
    Share,
    Text,
    Watts,
)

type Protocol = Literal["none", "open", "closed"]
"""How it is commanded: not at all, by a published protocol (DALI, TALQ, Zhaga D4i), by one that
only its maker has."""
type _Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Retrofit(Wire):
    """One entry of the catalogue: what one luminaire becomes. What is null is not known."""

    id: Key
    """The entry. Example: `led-40`."""
    name: Text
    """What people call it."""
    fits: Many[SourceType] = ()
    """Kinds of lamp it can replace. Empty: all."""
    source_type: SourceType | None = None
    """Kind of lamp afterwards. Null: the lamp stays what it is (a ballast, a driver is added)."""
    power_w: Watts | None = None
    """Power afterwards, control gear included, W. Null: by `power_share`, else not known."""
    power_share: Share | None = None
    """Power afterwards as a share of the present one. Null: by `power_w`."""
    flux_lm: Lumens | None = None
    """Flux of the luminaire afterwards, lm. Null: by `flux_share`, else not known."""
    flux_share: Annotated[float, Field(ge=0, le=10)] | None = None
    """Flux afterwards as a share of the present one. Null: by `flux_lm`."""
    ulr: Share | None = None
    """Upward light ratio once installed, 0 to 1 (arrêté of 27/12/2018: 0.04 at most)."""
    ulr_nominal: Share | None = None
    """Upward light ratio of the luminaire level, 0 to 1 (arrêté of 27/12/2018: 0.01 at most)."""
    cct_k: Kelvins | None = None
    """Colour temperature afterwards, K (arrêté of 27/12/2018: 3000 at most on roads)."""
    cie3: Share | None = None
    """CIE flux code 3 afterwards. Null: not known."""
    utilance: Share | None = None
    """Share of its flux that reaches what is to be lit. Null: that of its kind of lamp, assumed."""
    llmf: Share | None = None
    """Lamp lumen maintenance factor at the end of a round of care. Null: assumed by kind."""
    lmf: Share | None = None
    """Luminaire maintenance factor (dirt). Null: assumed by kind."""
    lsf: Share | None = None
    """Lamp survival factor. Null: assumed by kind."""
    is_clo: bool | None = None
    """Whether its flux is kept constant (CLO): its power rises from `llmf` of `power_w` to the
    whole, so that energy takes the mean of both. Null: no."""
    dimmable: bool | None = None
    """Whether its light can be lowered."""
    autonomous: bool | None = None
    """Whether it can follow a schedule by itself, behind a cabinet that cannot be programmed."""
    price_eur: Euros | None = None
    """Price once installed, EUR excluding VAT, one luminaire."""
    crew_hours: Hours | None = None
    """Crew-hours to put one in place."""
    life_years: Annotated[float, Field(gt=0, le=100)] | None = None
    """Years it serves."""
    failures_year: _Positive | None = None
    """Failures a year of one luminaire at 4,100 h."""
    part_eur: Euros | None = None
    """Price of the part that fails (driver, module, lamp), EUR excluding VAT."""
    cee_kwhc: _Positive | None = None
    """Energy savings certificate of one luminaire, kWh cumac (RES-EC-104: 9,300). Null: not
    known; 0: none."""
    cee_sheet: Text | None = None
    """Standard sheet of the certificate. Example: `RES-EC-104`."""
    embodied_kgco2e: _Positive | None = None
    """Emissions of making one, kgCO2e."""
    sold_until: CivilDate | None = None
    """Last day it, or its lamp, is sold (RoHS). Null: no end is known."""
    protocol: Protocol | None = None
    """How it is commanded."""
    reference: Text | None = None
    """Maker and model. Null: a class of products."""
    insertion_hours: Hours | None = None
    """Hours of work of one luminaire that the contract reserves by an insertion clause."""
    source: LongText
    """Where the figures come from, or `assumed`."""
