"""A curve as a meter's file tells it: keyed by the delivery point, not yet by our series."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.schemas.readings.curve import MAX_VALUES, Curve, Value
from synergie.schemas.readings.quality import QualityRun
from synergie.schemas.series import Direction, Form, Quantity, SeriesRecord, SupplyPointKey, Unit
from synergie.schemas.wire import Wire
from synergie.units import STEP_SECONDS, Id, Instant, Many, Provenance, Step


class MeterCurve(Wire):
    """One run of equal steps: value i covers [start + i·step, start + (i+1)·step)."""

    supply_point: SupplyPointKey
    """The delivery point. Example: `prm:99000000000017`."""
    quantity: Quantity
    """What is measured."""
    form: Form
    """How: mean power over the step, or energy of the step."""
    direction: Direction
    """`import` is drawn from the grid, `export` is fed into it."""
    unit: Unit
    """Unit of every value, from the file or the declared profile. Example: `W`."""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    """Decimals of the values, as the file writes them; 0 for watts."""
    start: Instant
    """Start of the first step, whatever side the file stamps."""
    step: Step
    """Length of each step, ISO 8601. A step change starts another run."""
    values: Annotated[list[Value], Field(min_length=1, max_length=MAX_VALUES)]
    """One number a step, in order; null where there is no measure (never zero)."""
    quality: Many[QualityRun] | None = None
    """Runs that cover all values in order. Null: `measured`, and `missing` where it is null."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @model_validator(mode="after")
    def _covered(self) -> Self:
        if self.quality is not None and sum(run.n for run in self.quality) != len(self.values):
            raise ValueError("quality runs that cover every value once")
        return self

    @property
    def external_id(self) -> str:
        """The key of its series within the owner."""
        return self.series().external_id

    @property
    def step_s(self) -> int | None:
        """Seconds of each step. Null for civil steps (from P1D on), which have no fixed length."""
        return STEP_SECONDS.get(self.step)

    @property
    def end(self) -> datetime | None:
        """End of the last step, half-open. Null for civil steps: it depends on the zone."""
        if self.step_s is None:
            return None
        return self.start + timedelta(seconds=self.step_s * len(self.values))

    def series(self) -> SeriesRecord:
        """The series it belongs to, as its owner would declare it."""
        return SeriesRecord(
            supply_point=self.supply_point,
            quantity=self.quantity,
            form=self.form,
            direction=self.direction,
            unit=self.unit,
            decimals=self.decimals,
            provenance=self.provenance,
        )

    def curve(self, series: Id) -> Curve:
        """The same run as it travels, under the *series* identifier the server gave."""
        return Curve(
            series=series,
            start=self.start,
            step=self.step,
            unit=self.unit,
            values=self.values,
            quality=self.quality,
        )
