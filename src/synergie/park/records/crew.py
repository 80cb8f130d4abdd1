"""Who does the work and under which rules: depots, crews, calendars, orders, targets, tasks.

One record, the `CrewBook`, is what a technical department fills once and keeps: the year plan, the
week and the day are all made from it.
"""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.park.records.park import Severity
from synergie.schemas.assets.cabinet import NetworkMix
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import MemberId
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, Hours, InseeCode, LongText, Many, Share, Text, TimeZone

type LocalTime = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["07:30"])
]
"""A time of the civil day, hours and minutes."""
type Weekday = Annotated[int, Field(ge=1, le=7)]
"""Day of the week: 1 Monday to 7 Sunday (ISO 8601)."""
type Minutes = Annotated[int, Field(ge=0, le=10_080, json_schema_extra={"unit": "min"})]
type Task = Literal[
    "repair",
    "inspection",
    "group_relamping",
    "cleaning",
    "led_conversion",
    "cabinet_visit",
    "other",
]
"""What is done on site. `repair`: a fault is mended. `inspection`: the legal electrical check.
`group_relamping`: all lamps of a cabinet at once."""


class PartCount(Wire):
    """So many pieces of a part: what a task takes, a van carries, a depot holds."""

    part: Key
    """The part. Example: `lamp-SHP-100`."""
    count: Annotated[int, Field(ge=1, le=1_000_000)]
    """Pieces."""


class WorkDepot(Wire):
    """Where crews start from, and what it holds."""

    id: Key
    """The depot."""
    organisation: MemberId
    """Whose it is."""
    name: Text
    """What people call it."""
    location: Location
    """Where it stands."""
    stock: Annotated[Many[PartCount], Field(max_length=1000)] = ()
    """Parts at hand. Empty: not counted."""


class Crew(Wire):
    """A crew with its vehicle: never the name of a person."""

    id: Key
    """The crew. Example: `nacelle-2`."""
    organisation: MemberId
    """Whose it is."""
    depot: Key
    """Where it starts from and comes back to."""
    people: Annotated[int, Field(ge=1, le=50)] = 2
    """How many work in it."""
    skills: Annotated[Many[Key], Field(max_length=50)] = ()
    """What it may do beside: `platform` for an aerial platform (CACES R486)."""
    network_mixes: Many[NetworkMix] = ("separate", "shared_supports", "shared_neutral")
    """Networks it is authorised for (NF C 18-510)."""
    carries: Annotated[Many[PartCount], Field(max_length=1000)] = ()
    """Most pieces of a part in its vehicle. Empty: not counted."""
    weekdays: Many[Weekday] = (1, 2, 3, 4, 5)
    """Days it works."""
    starts_at: LocalTime = "07:30"
    """When it leaves the depot."""
    ends_at: LocalTime = "16:00"
    """When it is back."""
    break_minutes: Minutes = 60
    """Length of its break, min. 0: none."""
    break_from: LocalTime = "11:30"
    """Earliest start of the break."""
    break_to: LocalTime = "13:30"
    """Latest end of the break."""
    days_off: Annotated[Many[CivilDate], Field(max_length=366)] = ()
    """Days it does not work beside public holidays."""
    hour_eur: Euros
    """An hour of the crew with its vehicle, EUR excluding VAT."""
    km_eur: Euros
    """A kilometre, EUR excluding VAT."""
    overtime_minutes: Minutes = 0
    """Most overtime a day, min."""
    overtime_hour_eur: Euros | None = None
    """An hour of overtime, EUR. Null: as the others."""


class RoadOrder(Wire):
    """A traffic order (arrêté de circulation): when work at a place is allowed, or is not."""

    id: Key
    """Its number."""
    insee_code: InseeCode | None = None
    """The commune it holds for. Null: see `cabinets`."""
    cabinets: Annotated[Many[Key], Field(max_length=5000)] = ()
    """The cabinets it holds for. Empty: the whole commune."""
    rule: Literal["only", "never"]
    """`only`: work is allowed in these days and hours alone. `never`: it is not in them."""
    from_day: CivilDate
    """First day."""
    to_day: CivilDate
    """Last day, included."""
    from_time: LocalTime | None = None
    """From this hour. Null: the whole day."""
    to_time: LocalTime | None = None
    """Until this hour. Null: the whole day."""


class OtherWorks(Wire):
    """Works of another body at the same place: to come then saves a trench, a closed lane."""

    id: Key
    """Their number."""
    insee_code: InseeCode | None = None
    """The commune. Null: see `cabinets`."""
    cabinets: Annotated[Many[Key], Field(max_length=5000)] = ()
    """The cabinets concerned. Empty: the whole commune."""
    by: Text
    """Whose works. Example: `Syndicat des eaux`."""
    from_day: CivilDate
    """First day."""
    to_day: CivilDate
    """Last day, included."""
    saves_eur: Euros
    """What each visit saves when it is made in these days, EUR."""


class ServiceTarget(Wire):
    """How soon a fault of a severity must be mended, as a contract says."""

    severity: Severity
    """The severity."""
    contract: Text | None = None
    """The contract. Null: all."""
    max_delay_hours: Hours
    """Longest time from the report to the repair, h."""
    penalty_eur_day: Euros
    """What each day beyond costs, EUR."""
    source: LongText
    """Where it is written, or `assumed`."""


class TaskRule(Wire):
    """How often a task comes back, and how long it takes."""

    task: Task
    """The task."""
    every_months: Annotated[int, Field(ge=1, le=600)] | None
    """Its period, months. Null: when needed only."""
    minutes_cabinet: Minutes
    """On site for each cabinet, crew minutes."""
    minutes_light_point: Minutes = 0
    """On site for each light point of it that is concerned, crew minutes."""
    skills: Annotated[Many[Key], Field(max_length=50)] = ()
    """Skills it asks for."""
    months: Annotated[Many[Annotated[int, Field(ge=1, le=12)]], Field(max_length=12)] = ()
    """Months in which it may be done. Empty: all."""
    source: LongText
    """The law, the contract or the practice it comes from, or `assumed`."""


class CrewBook(Wire):
    """Who works, from where, when, and what must be done how often."""

    time_zone: TimeZone = "Europe/Paris"
    """The zone of all days and hours."""
    holidays: Literal["metropole", "alsace-moselle"] = "metropole"
    """Public holidays (code du travail L3133-1; L3134-13 for Moselle, Bas-Rhin, Haut-Rhin)."""
    school_zone: Literal["A", "B", "C"] | None = None
    """Zone of school holidays. Null: they do not matter."""
    school_work: Literal["any", "only_holidays", "never_holidays"] = "any"
    """Whether work waits for school holidays (near schools), or avoids them (tourism)."""
    depots: Annotated[Many[WorkDepot], Field(max_length=1000)]
    """The depots."""
    crews: Annotated[Many[Crew], Field(max_length=5000)]
    """The crews."""
    road_orders: Annotated[Many[RoadOrder], Field(max_length=10_000)] = ()
    """The traffic orders."""
    other_works: Annotated[Many[OtherWorks], Field(max_length=10_000)] = ()
    """Works of others to group with."""
    targets: Annotated[Many[ServiceTarget], Field(max_length=1000)] = ()
    """How soon faults must be mended. Empty: the assumed ones."""
    rules: Annotated[Many[TaskRule], Field(max_length=100)] = ()
    """What must be done how often. Empty: the assumed ones."""
    speed_km_h: Annotated[float, Field(gt=0, le=130, json_schema_extra={"unit": "km/h"})] = 30
    """Speed of vehicles where no matrix of roads is given, km/h."""
    detour: Annotated[float, Field(ge=1, le=5, json_schema_extra={"unit": "1"})] = 1.3
    """Road length over straight length where no matrix is given."""
    late_share: Share = 0
    """Share of a crew's time kept free for urgent faults."""
    on_call: Text | None = None
    """Whom crews call in an emergency: a service and its number, never a person. Null: not
    told."""
