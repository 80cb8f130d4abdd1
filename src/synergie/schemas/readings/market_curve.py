"""A public series of the power system: load of a zone, price of a market."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.schemas.wire import Wire
from synergie.units import STEP_SECONDS, Instant, Provenance, Step, Text, decimal_text

type MarketQuantity = Literal["actual_load", "forecast_load", "day_ahead_price"]

MAX_VALUES = 110_000

MarketValue = Annotated[Decimal, Strict(False), decimal_text, Field(max_digits=18)]


class MarketCurve(Wire):
    """One run of equal steps: value i covers [start + i·step, start + (i+1)·step)."""

    zone: Text
    """Bidding zone or country. Example: `FR`."""
    quantity: MarketQuantity
    """What it is: load in MW, or price in EUR/MWh."""
    unit: Literal["MW", "EUR/MWh"]
    """Unit of every value."""
    start: Instant
    """Start of the first step, UTC."""
    step: Step
    """Length of each step. P1D, P1M and P1Y are civil periods of `time_zone`."""
    time_zone: Text = "UTC"
    """Zone of civil steps. `UTC` where the source counts so."""
    values: Annotated[list[MarketValue | None], Field(min_length=1, max_length=MAX_VALUES)]
    """One number a step, exact; null where the source has none (never zero)."""
    source: Text
    """Name of the format it came by. Example: `entsoe-load`."""
    provenance: Provenance = "public"
    """`public` for published series."""

    @model_validator(mode="after")
    def _unit(self) -> Self:
        if (self.unit == "EUR/MWh") != (self.quantity == "day_ahead_price"):
            raise ValueError("MW for a load, EUR/MWh for a price")
        return self

    @property
    def external_id(self) -> str:
        """The business key: a run of a series from a moment on."""
        return f"{self.zone}/{self.quantity}/{self.step}/{self.start.isoformat()}"

    @property
    def step_s(self) -> int | None:
        """Seconds of each step. Null for civil steps."""
        return STEP_SECONDS.get(self.step)

    def moment(self, index: int) -> datetime | None:
        """Start of step *index*, for fixed steps."""
        from datetime import timedelta  # noqa: PLC0415 (rare)

        seconds = self.step_s
        return None if seconds is None else self.start + timedelta(seconds=seconds * index)
