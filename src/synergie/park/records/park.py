"""The state of a lighting park: ages, burn hours, failures to expect, faults open now."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.assets.cabinet import NetworkMix
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    ExternalId,
    Hours,
    InseeCode,
    Instant,
    LongText,
    Many,
    Share,
    Text,
    Watts,
)

type Severity = Literal["danger", "street", "point", "minor"]
"""`danger`: to make safe at once. `street`: a cabinet or a whole street is out. `point`: one light
point is out. `minor`: it works, something is to be mended."""
type Rate = Annotated[float, Field(ge=0, allow_inf_nan=False, json_schema_extra={"unit": "1/y"})]
type BurnHours = Annotated[float, Field(ge=0, allow_inf_nan=False, json_schema_extra={"unit": "h"})]
type Years = Annotated[float, Field(ge=0, allow_inf_nan=False, json_schema_extra={"unit": "y"})]


class Interval(Wire):
    """Between what and what a figure lies."""

    low: float
    """Lower end, in the unit of the figure."""
    high: float
    """Upper end, in the unit of the figure."""
    level: Share = 0.95
    """How sure, 0 to 1."""


class FailureModel(Wire):
    """When lamps or drivers of one technology fail, by hours burned (Weibull; exponential: 1)."""

    technology: SourceType | Literal["cabinet"]
    """What fails."""
    shape: Annotated[float, Field(gt=0, le=50)]
    """Weibull shape: 1 has no memory, above 1 wears out."""
    scale_hours: Annotated[float, Field(gt=0, json_schema_extra={"unit": "h"})]
    """Weibull scale: hours burned by which 63.2 % have failed. For `cabinet`: calendar hours."""
    shape_interval: Interval | None = None
    """Where the shape lies. Null: it is assumed."""
    scale_interval: Interval | None = None
    """Where the scale lies, h. Null: it is assumed."""
    failures: Annotated[int, Field(ge=0)] | None = None
    """Tickets it was learned from. Null: assumed, not learned."""
    failures_missing: Annotated[int, Field(ge=0)] | None = None
    """Failures still to come before it can be learned. Null: learned, or tickets were not asked."""
    source: LongText
    """Where it comes from: a text, or `learned from tickets`."""


class LampState(Wire):
    """One light point as it stands; unknown is null, never a guess."""

    light_point: ExternalId
    """The owner's identifier."""
    source_type: SourceType | None
    """Kind of lamp. Null: unknown."""
    power_w: Watts | None
    """Power, W. Null: unknown."""
    location: Location | None
    """Where it stands. Null: unknown."""
    age_years: Years | None
    """Since the lamp was last changed, or else installed, y. Null: unknown."""
    age_of_lamp: bool = True
    """Whether it is the age of the lamp: its change is recorded, or it was put up since tickets are
    kept. False: of the luminaire, whose lamps may have been changed since."""
    burn_hours_year: BurnHours
    """Hours it burns a year: sun, switch-off, dimming left aside."""
    burned_hours: BurnHours | None
    """Hours burned since then. Null: unknown age."""
    failures_year: Rate | None
    """Failures to expect in the next year. Null: unknown."""
    purchasable_until: CivilDate | None
    """Last day its lamp is sold (RoHS). Null: no end is known."""
    is_out: bool
    """Whether an open ticket says it is out."""


class CabinetState(Wire):
    """One cabinet with its light points."""

    cabinet: ExternalId
    """The owner's identifier."""
    organisation: MemberId
    """Who answers for it."""
    insee_code: InseeCode
    """Commune where it stands."""
    location: Location
    """Where it stands: told, or the middle of its light points."""
    location_told: bool
    """Whether the owner told the place."""
    network_mix: NetworkMix | None
    """How its network is mixed with the public grid. Null: unknown: only crews that are authorised
    for every kind may act."""
    inspected_on: CivilDate | None
    """Last electrical inspection. Null: unknown: to be done first."""
    failures_year: Rate | None
    """Failures of the cabinet itself to expect in the next year. Null: unknown."""
    lamps: Many[LampState]
    """Its light points, by identifier."""


class FaultReport(Wire):
    """One open fault."""

    ticket: ExternalId
    """The owner's number of it."""
    organisation: MemberId
    """Who answers for it."""
    cabinet: ExternalId
    """The cabinet it hangs on."""
    light_point: ExternalId | None
    """The light point. Null: the cabinet, or none is named."""
    location: Location
    """Where."""
    severity: Severity
    """How bad."""
    severity_told: bool
    """False: assumed from the text, or from what is out."""
    reported_at: Instant
    """When it was reported; the start of the day when only that is known."""
    due_at: Instant
    """When it must be mended (the target of its severity)."""
    fault: Text | None
    """What fails, as written. Null: not told."""
    contract: Text | None = None
    """The contract it falls under. Null: none told."""


class SetAside(Wire):
    """A row that could not be planned; the rest is."""

    where: Text
    """File and row, or identifier."""
    found: LongText
    """What was found."""
    expected: LongText
    """What was expected."""


class Technology(Wire):
    """Light points of one kind."""

    source_type: SourceType | None
    """The kind. Null: unknown."""
    count: Annotated[int, Field(ge=0)]
    """How many."""
    out: Annotated[int, Field(ge=0)]
    """How many are out now."""
    mean_age_years: Years | None
    """Mean age of those whose age is known, y. Null: none."""
    age_known: Annotated[int, Field(ge=0)]
    """How many have a known age."""
    failures_year: Rate | None
    """Failures to expect in a year, all together. Null: unknown."""
    purchasable_until: CivilDate | None
    """Last day its lamps are sold. Null: no end is known."""


class ParkState(Wire):
    """A park at a moment."""

    as_of: Instant
    """The moment."""
    cabinets: Many[CabinetState]
    """The cabinets with their light points, by owner and identifier."""
    tickets: Many[FaultReport]
    """Faults open then, the first due first."""
    technologies: Many[Technology]
    """The park by kind of lamp."""
    models: Many[FailureModel]
    """The failure models in use, by technology."""
    out_share: Share | None
    """Share of light points out. Null: no light point."""
    burn_hours_source: Phrase
    """What the burn hours stand on."""
    set_aside: Many[SetAside]
    """Rows that could not be used, with the reason."""
    notes: Many[Phrase]
    """What was taken for granted, and what is not known."""
    repair_hours: Hours | None = None
    """Median time from report to repair of closed tickets, h. Null: none is known."""
