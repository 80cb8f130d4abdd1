"""A joint maintenance year: cabinets to visit, weeks, crews of several depots, and the plan."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.maintenance.records.rule import MaintenanceRules
from synergie.park.records.crew import Task
from synergie.schemas.assets.cabinet import NetworkMix
from synergie.schemas.plan import MemberId, Phrase, Plan
from synergie.schemas.rule import RuleOutcome, RulePrice
from synergie.schemas.wire import Wire, is_empty, is_none
from synergie.units import CivilDate, Euros, Hours, Many, Text

type Week = Annotated[int, Field(ge=1, le=53)]
type Days = Annotated[int, Field(ge=0, le=10_000)]
type AllDays = Annotated[int, Field(ge=0, le=100_000_000)]


class Zone(Wire):
    """A commune, or a part of one: a crew that is sent there works there all day."""

    id: Key
    """The zone. Example: an INSEE code."""
    name: Text
    """Its name."""
    most_late: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """Most light-point-weeks late of its visits, all together. Null: no limit."""


class Neighbours(Wire):
    """Two zones that one crew may serve on the same day."""

    first: Key
    """A zone."""
    second: Key
    """Another zone."""
    travel_hours: Hours
    """Crew-hours lost between the two on such a day, h."""


class DayCost(Wire):
    """What one crew-day from a depot costs when spent in a zone, travel included."""

    zone: Key
    """The zone."""
    eur: Euros
    """EUR for each crew-day, excluding VAT."""


class Depot(Wire):
    """Where crews start from, and how many crew-days it has."""

    id: Key
    """The depot."""
    organisation: MemberId
    """Whose crews they are."""
    crew_days: Many[Days]
    """Crew-days it can give in each week, one number a week of the problem."""
    day_costs: Many[DayCost]
    """Zones its crews can serve, at what cost. A zone left out is not served."""
    network_mixes: Many[NetworkMix] = ("separate", "shared_supports", "shared_neutral")
    """Networks its crews are authorised for (NF C 18-510)."""
    skills: Annotated[Many[Key], Field(max_length=50)] = ()
    """What its crews may do beside. Example: `platform` (CACES R486)."""


class Visit(Wire):
    """One visit to make to a cabinet, once, in one of the weeks of its window."""

    id: Key | None = None
    """The visit, unique in the problem. Null: named by its cabinet, which is then unique."""
    cabinet: Key
    """The cabinet."""
    task: Task = "cabinet_visit"
    """What is done."""
    organisation: MemberId
    """Who answers for it and pays the visit."""
    zone: Key
    """Where it stands."""
    hours: Hours
    """Crew-hours on site, h. Quarter-days make plans that are proved fast: see `quarter_days`."""
    first_week: Week
    """First week of the window."""
    last_week: Week
    """Last week of the window, included."""
    costs_eur: Many[Euros]
    """What the choice of the week costs, EUR, one amount a week of the window: failures to
    expect before a late visit, lamp life lost by an early one. Excludes the crew."""
    network_mix: NetworkMix | None = None
    """Restricts which crews may act. Null: any."""
    skills: Annotated[Many[Key], Field(max_length=50)] = ()
    """Skills it asks for."""
    closed_weeks: Many[Week] = ()
    """Weeks of the window in which it may not be made: traffic orders, school holidays."""
    due_week: Week | None = None
    """The week it is due: each week after it is late. Null: it is never late."""
    light_points: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Light points it serves: the weight of its lateness."""


class Promised(Wire):
    """The week of a visit in the plan that was told before."""

    visit: Key
    """The visit (its `id`, or its cabinet)."""
    week: Week
    """The week."""
    move_eur: Annotated[Euros | None, Field(exclude_if=is_none)] = None
    """What it costs to move this visit, EUR: less the more notice is left. Null, and then not
    written: as the problem says (`move_eur`)."""


class MaintenanceProblem(Wire):
    """Who has what to visit, and who has crews."""

    weeks: Annotated[int, Field(ge=1, le=53)]
    """Weeks of the plan, numbered from 1."""
    crew_day_hours: Annotated[Hours, Field(gt=0)]
    """Crew-hours of one crew-day, h."""
    zones: Many[Zone]
    """The zones."""
    neighbours: Many[Neighbours] = ()
    """Pairs of zones that may share a crew-day. Empty: a crew-day goes whole to one zone."""
    depots: Many[Depot]
    """The depots."""
    visits: Many[Visit]
    """The visits."""
    starts_on: CivilDate | None = None
    """Monday of week 1. Null: weeks have numbers only."""
    never_later_than_alone: bool = False
    """Whether no zone may be later, in light-point-weeks, than with its own organisations alone."""
    promised: Many[Promised] = ()
    """The plan told before. Empty: a first plan."""
    move_eur: Euros = Decimal(0)
    """What it costs to move a promised visit to another week, EUR: replanning with little news
    changes little."""
    rules: Annotated[MaintenanceRules, Field(exclude_if=is_empty)] = ()
    """Rules of one's own, in the order of preference. Empty: none, and then not written."""


class PlannedVisit(Wire):
    """In which week a cabinet is visited."""

    id: Key | None = None
    """The visit. Null: named by its cabinet."""
    cabinet: Key
    """The cabinet."""
    task: Task = "cabinet_visit"
    """What is done."""
    late_weeks: Annotated[int, Field(ge=0, le=53)] = 0
    """Weeks after the one it is due."""
    zone: Key
    """Where it stands."""
    week: Week
    """The week."""
    cost_eur: Euros
    """Cost of that choice of week, EUR."""
    cheapest_week: Week
    """The week that would cost least for this cabinet alone."""


class CrewDays(Wire):
    """Crew-days sent from a depot to a zone, or to two neighbours, in a week."""

    depot: Key
    """The depot."""
    week: Week
    """The week."""
    zone: Key
    """The zone."""
    other_zone: Key | None
    """The neighbour served on the same days. Null: whole days in one zone."""
    days: Days
    """How many crew-days."""
    hours: Hours
    """Crew-hours for the zone on each of these days, h."""
    other_hours: Hours | None
    """Crew-hours for the neighbour on each of these days, h. Null: none."""
    cost_eur: Euros
    """Cost of these days, EUR."""


class ZoneService(Wire):
    """What a zone gets."""

    zone: Key
    """The zone."""
    late: Annotated[int, Field(ge=0, le=10**9)]
    """Light-point-weeks late of its visits in this plan."""
    late_alone: Annotated[int, Field(ge=0, le=10**9)] | None
    """The same with each organisation alone. Null: at least one of them cannot."""


class MaintenancePlan(Plan):
    """Which cabinet in which week, with whose crews, proven cheapest."""

    visits: Many[PlannedVisit]
    """Every visit, by cabinet."""
    crews: Many[CrewDays]
    """Every crew-day, by week."""
    crew_days: AllDays
    """Crew-days in all."""
    crew_days_alone: AllDays | None
    """Crew-days of all organisations alone. Null: at least one cannot."""
    zones: Many[ZoneService] = ()
    """Service, zone by zone."""
    moved: Many[Key] = ()
    """Promised visits that are in another week."""
    binding: Annotated[Many[Phrase], Field(exclude_if=is_empty)] = ()
    """What rules cost, which of them are not kept, and which select nothing. Empty: there were
    none, and it is not written."""
    rules: Annotated[Many[RuleOutcome], Field(exclude_if=is_empty)] = ()
    """What became of each rule of one's own, in the order of the problem. `objective_eur` has
    nothing of what soft rules weigh, and `bound_eur` is of plans that miss them no more than this
    one. Empty: there were none, and it is not written."""
    rules_price: Annotated[RulePrice | None, Field(exclude_if=is_none)] = None
    """What all rules together cost; prices of single rules do not add up. Null: not asked."""
