"""A curve: what travels of a series, as compact as it can be and still be read by eye."""

from typing import Annotated

from pydantic import Field

from synergie.schemas.freshness import Freshness
from synergie.schemas.readings.quality import QualityRun
from synergie.schemas.series import Unit
from synergie.schemas.trust.agreement import Granularity
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, Step, Text, TimeZone

type Value = int | float | None

MAX_VALUES = 110_000
"""Values of one curve: two years of ten-minute steps."""


class Curve(Wire):
    """Equal steps of one series: value i covers [start + i·step, start + (i+1)·step).

    On the wire the times are UTC instants; a value that is null was not measured (never zero).
    """

    series: Id
    """The series, as the server names it."""
    start: Instant
    """Start of the first step; whole steps of the hour in UTC, or a civil midnight from P1D on."""
    step: Step
    """Length of each step, ISO 8601. P1D, P1M and P1Y are civil periods of the zone."""
    unit: Unit
    """Unit of each value; it must be the series' own."""
    values: Annotated[list[Value], Field(min_length=1, max_length=MAX_VALUES)]
    """One number a step, in order; null where there is no measure."""
    quality: Many[QualityRun] | None = None
    """Runs that cover all values in order. Null: `measured`, and `missing` where it is null."""
    supersedes: Id | None = None
    """Receipt of the batch this one means to replace, to bring back values replaced before.
    Null: an ordinary batch."""


class CurveRun(Wire):
    """One run of equal steps inside an extract."""

    start: Instant
    """Start of the first step."""
    step: Step
    """Length of each step."""
    values: list[Value]
    """One number a step; null where there is no measure."""
    quality: Many[QualityRun] | None = None
    """As in Curve. Null under a granularity that does not open it."""


class PublishedState(Wire):
    """Which published state of another's series was read: below raw there is one a civil month."""

    number: Annotated[int, Field(ge=197_001, le=220_012, examples=[202_611])]
    """Its civil month in the series' zone, year and month: 202611. Two answers of one number differ
    only by periods that were null and have a value now, or were undone and are null now."""
    at: Instant
    """The start of that month: corrections that came later are in a later state."""


class CurveExtract(Wire):
    """What you may see of a series over a period, at the granularity that was decided."""

    series: Id
    """The series."""
    unit: Unit
    """Unit of each value. Energy in Wh for days and months of a power series."""
    granularity: Granularity
    """`raw` gives the steps as received; `day` and `month` give energy of whole civil periods."""
    time_zone: TimeZone
    """Zone that cut the days and months."""
    start: Instant
    """Start of what is given: the asked start, snapped to whole periods inside what is granted."""
    end: Instant
    """End of what is given, half-open."""
    as_of: Instant | None
    """The past moment it was asked as of. Null: as known now."""
    state: PublishedState | None = None
    """The published state that was read, of `as_of` or of now. Null: your own data, or raw."""
    agreement: Text | None
    """The agreement that opens it, with its version: `agr_x/2`. Null: your own data."""
    runs: Many[CurveRun]
    """Runs in order of time; a step change starts a new one."""
    freshness: Freshness
    """How old the newest reading is, and why."""
