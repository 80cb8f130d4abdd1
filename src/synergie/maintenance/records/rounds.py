"""Rounds of crews: who goes where in which order, at what hour, with what.

A problem covers some days of some crews; the day, the week and a running day that is planned
anew are the same problem.
"""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.park.records.crew import Minutes, PartCount, Task
from synergie.park.records.park import Severity
from synergie.schemas.assets.cabinet import NetworkMix
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import MemberId, Phrase, Plan
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, Instant, LongText, Many, Sha256, Text, TimeZone

type Seconds = Annotated[int, Field(ge=0, le=10_000_000, json_schema_extra={"unit": "s"})]
type Distance = Annotated[int, Field(ge=0, le=100_000_000, json_schema_extra={"unit": "m"})]


class RoundPlace(Wire):
    """A place that rounds go through."""

    id: Key
    """The place."""
    location: Location
    """Where it is."""
    name: Text | None = None
    """What people call it. Null: no name."""


class RoadMatrix(Wire):
    """Times and lengths between all places, row by row in the order of `places`, as OSRM tells."""

    durations_s: Many[Many[Seconds]]
    """Seconds from row to column."""
    distances_m: Many[Many[Distance]]
    """Metres from row to column."""


class CrewShift(Wire):
    """One crew on one day."""

    crew: Key
    """The crew."""
    organisation: MemberId
    """Whose it is."""
    day: CivilDate
    """The day."""
    start_place: Key
    """Where it starts."""
    end_place: Key
    """Where it ends."""
    starts_at: Instant
    """Earliest departure."""
    ends_at: Instant
    """Latest return, overtime left aside."""
    break_minutes: Minutes = 0
    """Length of the break, min. 0: none."""
    break_from: Instant | None = None
    """Earliest start of the break. Null: none."""
    break_to: Instant | None = None
    """Latest end of the break. Null: none."""
    skills: Annotated[Many[Key], Field(max_length=50)] = ()
    """What it may do beside."""
    network_mixes: Many[NetworkMix] = ("separate", "shared_supports", "shared_neutral")
    """Networks it is authorised for (NF C 18-510)."""
    carries: Annotated[Many[PartCount], Field(max_length=1000)] = ()
    """Most pieces of a part in its vehicle. A part left out is not counted."""
    hour_eur: Euros
    """An hour away from the depot, EUR."""
    km_eur: Euros
    """A kilometre, EUR."""
    overtime_minutes: Minutes = 0
    """Most overtime, min."""
    overtime_hour_eur: Euros | None = None
    """An hour of overtime, EUR. Null: as the others."""
    left_at: Instant | None = None
    """When it left, of a running day. Null: just in time for what it did first."""
    break_at: Instant | None = None
    """When its break began, of a running day. Null: not yet, or not known."""


class TimeWindow(Wire):
    """When work at a stop may begin; several are alternatives."""

    opens_at: Instant
    """From this moment."""
    closes_at: Instant
    """Until this moment."""


class RoundStop(Wire):
    """One piece of work at one place."""

    id: Key
    """The stop, unique in the problem."""
    organisation: MemberId
    """Who answers for the asset."""
    place: Key
    """Where."""
    task: Task
    """What is done."""
    asset: Text
    """Cabinet or light point, as its owner names it."""
    insee_code: Text | None = None
    """Commune (INSEE). Null: not known."""
    minutes: Annotated[Minutes, Field(ge=1)]
    """Time on site, crew minutes."""
    windows: Annotated[Many[TimeWindow], Field(max_length=60)] = ()
    """When the work may begin. Empty: whenever a crew is there."""
    due_at: Instant | None = None
    """Until when its contract wants a danger begun; later is told, never refused. Null: no such
    time."""
    skills: Annotated[Many[Key], Field(max_length=50)] = ()
    """Skills it asks for."""
    network_mix: NetworkMix | None = None
    """Network that a crew must be authorised for. Null: any crew."""
    parts: Annotated[Many[PartCount], Field(max_length=100)] = ()
    """Parts it takes."""
    skip_eur: Euros | None = None
    """What it costs to leave it for later, EUR. Null: it must be done."""
    severity: Severity | None = None
    """Severity of the fault. Null: planned work."""
    ticket: Text | None = None
    """The ticket it answers. Null: planned work."""
    instructions: LongText | None = None
    """What the crew must know: access, what to bring. Null: nothing."""
    crew: Key | None = None
    """The crew that must do it. Null: any that may."""


class DoneStop(Wire):
    """A stop of a running day that is done or under way: it stays where it is."""

    stop: Key
    """The stop."""
    crew: Key
    """Who does it."""
    day: CivilDate
    """The day."""
    starts_at: Instant
    """When it began."""
    ends_at: Instant
    """When it ended, or will."""
    arrived_at: Instant | None = None
    """When the crew arrived. Null: when the work began."""


class RoundsProblem(Wire):
    """Crews, days, places and work."""

    time_zone: TimeZone = "Europe/Paris"
    """The zone of all days."""
    places: Annotated[Many[RoundPlace], Field(max_length=20_000)]
    """Places of depots and stops."""
    matrix: RoadMatrix | None = None
    """Road times. Null: straight lines at `speed_km_h`, lengthened by `detour`."""
    speed_km_h: Annotated[float, Field(gt=0, le=130, json_schema_extra={"unit": "km/h"})] = 30
    """Speed where no matrix is given, km/h."""
    detour: Annotated[float, Field(ge=1, le=5, json_schema_extra={"unit": "1"})] = 1.3
    """Road length over straight length where no matrix is given."""
    shifts: Annotated[Many[CrewShift], Field(max_length=5000)]
    """Crews and days."""
    stops: Annotated[Many[RoundStop], Field(max_length=20_000)]
    """The work."""
    done: Annotated[Many[DoneStop], Field(max_length=20_000)] = ()
    """What is done already, of a running day."""
    now: Instant | None = None
    """The moment of a running day: nothing new begins before. Null: the days are still to come."""


class PlannedStop(Wire):
    """A stop in a round."""

    stop: Key
    """The stop."""
    arrives_at: Instant
    """Arrival."""
    starts_at: Instant
    """Start of the work, after a wait or a break."""
    ends_at: Instant
    """End of the work."""
    drive_minutes: Minutes
    """Drive from the place before, min, rounded up."""
    drive_m: Distance
    """Drive from the place before, m."""
    fixed: bool = False
    """Whether it is done or under way already."""


class Round(Wire):
    """The day of one crew."""

    crew: Key
    """The crew."""
    organisation: MemberId
    """Whose it is."""
    day: CivilDate
    """The day."""
    leaves_at: Instant
    """Departure."""
    returns_at: Instant
    """Return."""
    break_at: Instant | None
    """Start of the break. Null: none."""
    stops: Many[PlannedStop]
    """In order."""
    distance_m: Distance
    """Length of the round, m."""
    work_minutes: Minutes
    """On site, min."""
    cost_eur: Euros
    """Hours, kilometres, overtime, EUR."""
    parts: Many[PartCount] = ()
    """What to bring."""
    drive_minutes: Minutes = 0
    """On the road, the way back included, min, rounded up."""
    overtime_minutes: Minutes = 0
    """After the end of the shift, min, rounded up."""


class LeftOut(Wire):
    """A stop that no round takes."""

    stop: Key
    """The stop."""
    reason: Phrase
    """Why, and what would change it."""
    skip_eur: Euros
    """What that costs, EUR."""


class RoundsPlan(Plan):
    """The rounds. `bound_eur` is null: a heuristic search finds them, and the plan says so."""

    rounds: Many[Round]
    """By day and crew; a crew that stays home has none."""
    left_out: Many[LeftOut]
    """Work that is not done in these days."""
    replaced_digest: Sha256 | None = None
    """Digest of the plan that this one changes as little as it can. Null: a first plan."""
    moved: Many[Key] = ()
    """Stops whose crew, day or order changed against it."""
