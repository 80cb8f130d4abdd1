"""What one body may see of a joint maintenance plan: its own part, and sums that tell of nobody."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.maintenance.records.maintenance import Days, Week
from synergie.park.records.crew import Task
from synergie.schemas.plan import MemberId, Phrase, Status
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, Hours, Many, Sha256, Text

type Late = Annotated[int, Field(ge=0, le=10**9)]


class PartVisit(Wire):
    """A visit to a cabinet of the body's own."""

    id: Key | None
    """The visit. Null: named by its cabinet."""
    cabinet: Key
    """The cabinet, as its owner names it."""
    task: Task
    """What is done."""
    zone: Key
    """Where it stands."""
    week: Week
    """The week."""
    first_week: Week
    """First week in which it may be made."""
    last_week: Week
    """Last week in which it may be made."""
    late_weeks: Annotated[int, Field(ge=0, le=53)]
    """Weeks after the one it is due."""
    light_points: Annotated[int, Field(ge=0, le=1_000_000)]
    """Light points it serves."""
    cost_eur: Euros
    """Cost of that choice of week, EUR, the crew left aside."""
    cheapest_week: Week
    """The week that would cost least for this cabinet alone."""


class PartMove(Wire):
    """A visit of the body's own that a revision makes in another week, adds or leaves out."""

    visit: Key
    """The visit (its `id`, or its cabinet)."""
    cabinet: Key
    """The cabinet."""
    from_week: Week | None
    """The week in the plan in force. Null: it is new."""
    to_week: Week | None
    """The week in this plan. Null: it is left out."""


class PartCrew(Wire):
    """Crews that come to a zone of the body's in a week."""

    organisation: MemberId
    """Whose crews they are."""
    zone: Key
    """The zone."""
    week: Week
    """The week."""
    days: Days | None
    """How many crew-days, whole or shared. Null: another body has visits in the zone, too."""
    hours: Hours | None
    """Crew-hours for the zone, all days together, h. Null: as above."""


class CrewsGiven(Wire):
    """Crew-days that the body's own depots give, wherever they are spent."""

    depot: Key
    """The depot."""
    week: Week
    """The week."""
    days: Days
    """How many crew-days."""


class PartZone(Wire):
    """What the body's own visits in a zone get."""

    zone: Key
    """The zone."""
    name: Text
    """Its name."""
    visits: Annotated[int, Field(ge=0)]
    """How many visits of its own."""
    late: Late
    """Light-point-weeks late of its own visits."""
    late_alone: Late | None
    """The same alone. Null: it cannot alone, or another body has visits in the zone, too."""


class CampaignTotals(Wire):
    """Sums over all bodies, told only when nobody's part follows from them."""

    visits: Annotated[int, Field(ge=0)]
    """Visits of all."""
    cost_eur: Euros
    """What all pay in the plan, EUR."""
    alone_eur: Euros
    """What all would pay alone, EUR."""
    gain_eur: Euros
    """What all save, EUR."""


class CampaignView(Wire):
    """The part of one body in a joint maintenance plan; nothing of another body is in it."""

    body: MemberId
    """The body."""
    starts_on: CivilDate
    """Monday of week 1."""
    weeks: Week
    """Weeks of the plan."""
    status: Status
    """How sure the whole plan is: `proved`, `feasible` or `cancelled`."""
    gap: Annotated[float, Field(ge=0, json_schema_extra={"unit": "1"})] | None
    """The whole plan is at most this share above the best one. Null: no bound."""
    cost_eur: Euros
    """What it pays in the plan, EUR excluding VAT."""
    alone_eur: Euros | None
    """What it would pay alone, EUR. Null: it cannot."""
    gain_eur: Euros | None
    """What it saves, EUR. Null: no comparison."""
    costs: Literal["exact", "at_most"] = "exact"
    """`at_most`: it pays what stands here or less, and saves that or more. On a crew-day that it
    shares, each visit of another counts with the next power of two below its hours: its exact part
    would tell their hours."""
    never_later_than_alone: bool
    """Whether the plan was asked to make no zone later than alone."""
    visits: Many[PartVisit]
    """Its own visits, by week, then cabinet."""
    crews: Many[PartCrew]
    """Crews that come to the zones of its visits."""
    given: Many[CrewsGiven]
    """What its own depots give."""
    zones: Many[PartZone]
    """Service of its own visits, zone by zone."""
    replaces: Sha256 | None
    """Seal of the plan in force that this one is to replace. Null: a first plan."""
    moves: Many[PartMove]
    """What changes for its own visits against that plan. Empty: nothing, or a first plan."""
    bodies: Annotated[int, Field(ge=1)]
    """How many bodies the plan is for."""
    totals: CampaignTotals | None
    """Sums over all bodies. Null: withheld, they would tell of another body."""
    assumptions: Many[Phrase]
    """What the plan takes for granted; sentences that hold amounts or names are left out."""
    seal: Sha256
    """SHA-256 of the plan's digests with a number that bodies do not know: it tells two plans
    apart, and confirms no guess of what is in one."""
