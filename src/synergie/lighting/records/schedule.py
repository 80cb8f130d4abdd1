"""When and how much street lights shine: full night, part night, dimming steps, presence."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.energy.records.power import ClockTime
from synergie.schemas.wire import Wire
from synergie.units import LongText, Many, Share, Text

type Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
type MonthDay = Annotated[
    str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", examples=["11-01"])
]
"""A day of any year, MM-DD."""
type Executor = Literal["none", "cabinet", "luminaire"]
"""What must be able to carry a schedule out: nothing but the sun (`none`), the clock or the remote
management of the cabinet (`cabinet`), a driver inside each luminaire (`luminaire`)."""


class ScheduleSpan(Wire):
    """A stretch of the night with less light, or none."""

    starts: ClockTime
    """Local time at which it begins."""
    ends: ClockTime
    """Local time at which it ends, half-open; it may pass midnight."""
    light_share: Share = 0.0
    """Light that remains, as a share of full light; 0: off."""
    power_share: Share | None = None
    """Power that remains. Null: taken proportional to the light, which leaves out the fixed loss of
    a driver, and said so."""
    presence_share: Share | None = None
    """Share of the span in which somebody is detected and light is full: an expectation. Null: no
    detection."""
    evenings: Annotated[Many[Weekday], Field(max_length=7)] = ()
    """Evenings on which the nights begin that it holds for. Empty: all."""
    from_day: MonthDay | None = None
    """First evening of the year it holds for. Null: all year."""
    to_day: MonthDay | None = None
    """Last evening of the year it holds for, may lie before `from_day`. Null: all year."""


class LightingSchedule(Wire):
    """How a night goes for the lights that follow it. Where spans overlap, the darkest holds."""

    id: Key
    """The schedule. Example: `off-0000-0530`."""
    name: Text
    """What people call it. Example: `Extinction de 0 h à 5 h 30`."""
    executor: Executor
    """What must be able to carry it out."""
    lit_below_deg: Annotated[float, Field(ge=-18, le=6, json_schema_extra={"unit": "deg"})] = -3.0
    """Lit while the sun is lower: the threshold of the photocell or of the astronomical clock."""
    on_at: ClockTime | None = None
    """Local time before which a plain clock gives no light in the evening. Null: with the sun."""
    off_at: ClockTime | None = None
    """Local time after which a plain clock gives no light in the morning. Null: with the sun."""
    spans: Annotated[Many[ScheduleSpan], Field(max_length=48)] = ()
    """Stretches with less light. Empty: full light all night."""
    source: LongText
    """Where it comes from: an order of the mayor, a proposal, or `assumed`."""
