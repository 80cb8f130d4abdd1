"""How a park is kept for years: relamping, inspection, LED, spare parts; its simulated life."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.park.records.crew import ServiceTarget
from synergie.park.records.park import BurnHours, FailureModel, Interval, Severity
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.plan import MemberId, Phrase, Plan
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, Hours, LongText, Many, Share, Text, Watts

type Count = Annotated[int, Field(ge=0, le=10**9)]
type Days = Annotated[float, Field(ge=0, allow_inf_nan=False, json_schema_extra={"unit": "d"})]
type Figure = Annotated[float, Field(ge=0, allow_inf_nan=False)]
type Money = Annotated[Euros, Field(ge=0)]
type PeriodYears = Annotated[
    float, Field(gt=0, le=50, allow_inf_nan=False, json_schema_extra={"unit": "y"})
]
type YearNumber = Annotated[int, Field(ge=0, le=40)]
type Months = Annotated[int, Field(ge=1, le=600, json_schema_extra={"unit": "month"})]
type Criterion = Literal["cost", "out", "late", "energy", "hours", "co2"]
"""`cost`: EUR of today. `out`: light-point-days out. `late`: faults mended beyond their target.
`energy`: MWh. `hours`: crew-hours. `co2`: tonnes."""


class AgeCount(Wire):
    """So many lamps that have burned so long."""

    burned_hours: BurnHours
    """Hours burned since the lamp was new."""
    count: Annotated[int, Field(ge=1, le=10**7)]
    """How many."""


class LampGroup(Wire):
    """Light points that are kept alike: one kind of lamp of one body, or of one cabinet."""

    id: Key
    """The group."""
    organisation: MemberId
    """Who pays for it."""
    zone: Key | None = None
    """Where it stands. Null: in several zones."""
    cabinet: Key | None = None
    """The cabinet, when the group is what one cabinet feeds. Null: several cabinets."""
    cabinets: Annotated[int, Field(ge=0, le=10**6)] = 1
    """Cabinets that are counted with this group (0: they are counted with another)."""
    contract: Text | None = None
    """The contract whose targets hold. Null: those without contract."""
    technology: SourceType
    """Kind of lamp."""
    lamps: Annotated[Many[AgeCount], Field(min_length=1)]
    """The light points by hours burned; one lamp each, all lit at the start."""
    burn_hours_year: Annotated[BurnHours, Field(gt=0)]
    """Hours it burns a year."""
    power_w: Watts
    """Power of one light point, W."""
    led_power_w: Watts | None = None
    """Power of the LED luminaire that would take its place, W. Null: it is not converted."""
    lamp_eur: Money
    """Price of a new lamp (LED: of a driver or module), EUR."""
    purchasable_until: CivilDate | None = None
    """Last day the lamp is sold (RoHS). Null: no end is known."""


class UpkeepCosts(Wire):
    """What the work, the parts, the energy and the dark cost."""

    spot_eur: Money
    """A visit for one fault of one light point, crew and travel, EUR."""
    spot_hours: Hours
    """Crew-hours of it."""
    group_cabinet_eur: Money
    """Group relamping: for each cabinet, EUR."""
    group_cabinet_hours: Hours
    """Crew-hours of it."""
    group_lamp_eur: Money
    """Group relamping: for each lamp, without its price, EUR."""
    group_lamp_hours: Hours
    """Crew-hours of it."""
    cabinet_fault_eur: Money
    """A fault of a cabinet, EUR."""
    cabinet_fault_hours: Hours
    """Crew-hours of it."""
    inspection_eur: Money
    """An inspection of a cabinet, EUR."""
    inspection_hours: Hours
    """Crew-hours of it."""
    cleaning_lamp_eur: Money
    """Cleaning one luminaire, EUR."""
    cleaning_lamp_hours: Hours
    """Crew-hours of it."""
    led_eur: Money
    """A LED luminaire put in place with those of its group, EUR."""
    led_hours: Hours
    """Crew-hours of it."""
    led_alone_eur: Money
    """A LED luminaire put in place of one lamp that is sold no more, EUR."""
    led_part_eur: Money
    """A driver or module of a LED luminaire, EUR."""
    led_life_years: PeriodYears
    """Years over which a LED luminaire loses its value: what is left at the end is counted."""
    energy_eur_mwh: Money
    """Energy, EUR/MWh."""
    out_day_eur: Money
    """What a light point out costs a day: penalty of the contract, EUR. 0: none."""
    co2_kg_mwh: Annotated[float, Field(ge=0, json_schema_extra={"unit": "kg/MWh"})]
    """CO2 of the energy, kg/MWh."""
    source: LongText
    """Where the figures come from, or `assumed`."""


class DelayShare(Wire):
    """Which share of faults is mended so many days after their report."""

    days: Days
    """From the report to the repair, days."""
    share: Share
    """Share of the faults."""


class Response(Wire):
    """How soon spot work follows a fault when crews are free."""

    severity: Literal["street", "point"]
    """`street`: a cabinet is out with all it feeds. `point`: one light point."""
    delays: Annotated[Many[DelayShare], Field(min_length=1, max_length=400)]
    """The distribution; shares sum to 1."""
    unseen_days: Days = 0.0
    """Mean days from the fault to its report (exponential). 0: remote management tells at once."""
    source: LongText
    """Learned from tickets, a contract, or `assumed`."""


class Inspection(Wire):
    """The electrical inspection of cabinets: its period, and what it finds."""

    longest_months: Months
    """Longest lawful period, months."""
    choices_months: Annotated[Many[Months], Field(min_length=1, max_length=50)]
    """Periods to choose from, months; those beyond the lawful one are left out."""
    warning_months: PeriodYears
    """Mean time for which a defect shows before the cabinet fails, months."""
    finds: Share
    """Share of visible defects that an inspection finds."""
    source: LongText
    """The law or the practice, or `assumed`."""


class Cleaning(Wire):
    """Dirt on luminaires (maintenance factor)."""

    loss_year: Share
    """Light lost in a year without cleaning, share of what is left."""
    least_light: Share
    """Least light kept at the end of a period, share of a clean luminaire."""
    choices_years: Annotated[Many[PeriodYears], Field(min_length=1, max_length=50)]
    """Periods to choose from, years."""
    source: LongText
    """Where the figures come from, or `assumed`."""


class StrategyProblem(Wire):
    """A park, what keeps it costs, and between what may be chosen."""

    starts_on: CivilDate
    """First day."""
    years: Annotated[int, Field(ge=1, le=40)] = 10
    """Years looked at."""
    discount: Share = 0.03
    """Discount rate a year."""
    groups: Annotated[Many[LampGroup], Field(min_length=1, max_length=20_000)]
    """The lamps."""
    models: Many[FailureModel]
    """When lamps fail, by technology; `LED` when it may be chosen, `cabinet` for cabinets."""
    costs: UpkeepCosts
    """What it costs."""
    responses: Many[Response]
    """How soon spot work follows a fault."""
    repairs_week: Annotated[int, Field(ge=0, le=10**6)] | None = None
    """Most spot repairs that crews make a week. Null: no limit."""
    relamp_years: Annotated[Many[PeriodYears], Field(max_length=50)] = (2, 3, 4, 5, 6, 8)
    """Periods of group relamping to choose from, years; spot work alone is always a choice."""
    led_budgets_eur: Annotated[Many[Money], Field(max_length=40)] = ()
    """Most LED investment in each year, EUR. Empty: no limit."""
    inspection: Inspection | None = None
    """The inspection of cabinets. Null: left aside."""
    cleaning: Cleaning | None = None
    """Cleaning. Null: left aside."""
    targets: Many[ServiceTarget] = ()
    """How soon faults must be mended, by severity and contract."""
    most_out: Share = 0.01
    """Largest share of light points out on average, as promised."""
    most_beyond: Share | None = None
    """Largest share of faults beyond their target, as promised. Null: none is promised."""


class GroupPolicy(Wire):
    """What is decided for a group."""

    group: Key
    """The group."""
    relamp_years: PeriodYears | None = None
    """Period of group relamping, years: cabinets take turns. Null: spot work alone."""
    led_year: YearNumber | None = None
    """Year, from 0, at whose start it is converted to LED. Null: not in these years."""
    last_buy: Count = 0
    """Lamps to buy before their sale ends."""


class CabinetWeek(Wire):
    """A cabinet relamped in a week of the year, as a year plan says."""

    cabinet: Key
    """The cabinet."""
    week: Annotated[int, Field(ge=1, le=53)]
    """Week of the year, from 1."""
    every_years: PeriodYears
    """Years until it comes back."""


class BodyPolicy(Wire):
    """What is decided for all that one body has."""

    organisation: MemberId
    """The body."""
    inspection_months: Months | None = None
    """Period of inspections. Null: none is counted."""
    cleaning_years: PeriodYears | None = None
    """Period of cleaning. Null: none is counted."""


class UpkeepPolicy(Wire):
    """How the park is kept."""

    groups: Many[GroupPolicy]
    """One a group."""
    bodies: Many[BodyPolicy] = ()
    """One a body. Empty: neither inspection nor cleaning is counted."""
    weeks: Many[CabinetWeek] = ()
    """Weeks of group relamping told by a year plan; they come before the period of the group."""


class Criteria(Wire):
    """What a policy gives over all the years, as expected."""

    cost_eur: Euros
    """All costs as of the first day, EUR: work, parts, energy, penalties, investment, less what
    LED luminaires are still worth at the end."""
    out: Figure
    """Light-point-days out."""
    out_share: Share
    """Mean share of light points out."""
    late: Figure
    """Faults mended beyond their target when crews are free."""
    faults: Figure
    """Faults: of light points and of cabinets."""
    energy: Figure
    """MWh."""
    hours: Figure
    """Crew-hours."""
    co2: Figure
    """Tonnes of CO2."""


class StrategyPlan(Plan):
    """The policy that costs least of those that keep what is asked, with its proof.

    `objective_eur`, `bound_eur` and the amounts of members are EUR of the first day for all the
    years, not a year.
    """

    policy: UpkeepPolicy
    """What is decided."""
    criteria: Criteria
    """What it gives."""
    invested_eur: Many[Euros]
    """LED investment in each year, EUR of that year."""


class FrontierPoint(Wire):
    """A policy that no other beats on both criteria."""

    cost_eur: Euros
    """EUR of the first day."""
    cost_bound_eur: Euros | None
    """No policy within `limit` costs less, EUR. Null: none was proved."""
    limit: Figure | None
    """The limit on the other criterion for which it was sought. Null: none (the cheapest)."""
    criteria: Criteria
    """What it gives."""
    policy: UpkeepPolicy
    """What is decided."""
    reason: Phrase
    """What is new against the one before, in a sentence."""
    knee: bool = False
    """Whether it lies farthest from the line between the ends: a mark, not a choice."""


class StrategyFrontier(Wire):
    """Cost against another criterion: the policies among which to choose."""

    criterion: Criterion
    """The other criterion."""
    points: Many[FrontierPoint]
    """From the cheapest to the one that is best on the other criterion."""
    dropped: Count
    """Solves whose answer another point beats or equals."""
    complete: bool
    """Whether each point is proved within the tolerance."""
    assumptions: Many[Phrase]
    """What was taken for granted."""


class Estimate(Wire):
    """A figure of a simulation."""

    mean: float
    """Mean over the lives drawn."""
    interval: Interval
    """Where the mean lies (95 %)."""
    spread: Interval
    """Where 95 % of the lives lie."""


class SimulatedDelay(Wire):
    """How soon faults of a severity are mended."""

    severity: Severity
    """The severity."""
    contract: Text | None
    """The contract. Null: groups without one."""
    faults: Estimate
    """Faults a year."""
    mean_days: Estimate
    """Mean days from the report to the repair."""
    median_days: Days
    """Half are mended within, days."""
    p90_days: Days
    """Nine in ten are."""
    p95_days: Days
    """Nineteen in twenty are."""
    target_days: Days | None
    """The target, days. Null: none."""
    beyond: Estimate | None
    """Share mended beyond the target. Null: no target."""


class SimulatedYear(Wire):
    """One year of the simulated life."""

    year: YearNumber
    """From 0."""
    out_share: Estimate
    """Share of light points out, on average over the year."""
    faults: Estimate
    """Faults."""
    cost_eur: Estimate
    """Cost of the year, EUR of that year."""


class SimulatedLife(Wire):
    """The life of a park under a policy, drawn many times."""

    years: Count
    """Years drawn."""
    lives: Count
    """How many lives were drawn."""
    seed: Count
    """Seed of the draws: the same gives the same."""
    light_points: Count
    """How many."""
    out_share: Estimate
    """Share of light points out, on average."""
    points_out: Estimate
    """Light points out at a moment, on average."""
    worst_year_out_share: Estimate
    """The same in the worst year."""
    delays: Many[SimulatedDelay]
    """By severity and contract."""
    waiting: Estimate
    """Faults still open at the end."""
    visits_year: Estimate
    """Visits a year: spot work, cabinets of group relamping, inspections."""
    crew_hours_year: Estimate
    """Crew-hours a year."""
    energy_mwh_year: Estimate
    """MWh a year."""
    cost_eur: Estimate
    """All costs as of the first day, EUR, as `Criteria.cost_eur`."""
    by_year: Many[SimulatedYear]
    """Year by year."""


class PromisedFigure(Wire):
    """A figure that is promised, between two ends."""

    figure: Literal["out_share", "worst_year_out_share", "beyond", "mean_days"]
    """What: share of light points out, the same in the worst year, share of faults beyond their
    target, mean days from the report to the repair."""
    severity: Severity | None = None
    """Of which faults. Null: the figure is of light points."""
    contract: Text | None = None
    """Of which contract. Null: none."""
    expected: float
    """The mean."""
    interval: Interval
    """Where it lies for one life of the park."""
    limit: float | None
    """What contracts ask for at most. Null: nothing."""
    verdict: Literal["kept", "missed", "uncertain", "no limit"]
    """Whether the interval lies below the limit."""


class Promise(Wire):
    """What a policy promises for the years to come, each figure with its interval."""

    years: Count
    """Years."""
    figures: Many[PromisedFigure]
    """The figures."""
    basis: Phrase
    """What it stands on."""


class SpareStock(Wire):
    """How many spare parts to keep or to buy."""

    expected: Figure
    """Parts expected to be asked for."""
    buy: Count
    """Parts to buy, or to have after ordering (S)."""
    reorder_at: Annotated[int, Field(ge=-1)] | None = None
    """Order when this many or fewer are left (s). Null: bought once."""
    runs_out: Share
    """Probability that it does not suffice: once for all, or during a delivery time."""
    cost_eur: Euros
    """Expected cost, EUR: once for all, or a year."""
    reason: Phrase
    """Why, in a sentence."""


class RelampingAdvice(Wire):
    """Group against spot work for the lamps of one group, all else apart (theory, not the plan)."""

    group: Key
    """The group."""
    period_years: PeriodYears | None
    """The best period of group relamping, years. Null: never, spot work alone costs less."""
    lamp_year_eur: Annotated[float, Field(ge=0, json_schema_extra={"unit": "EUR"})]
    """Cost of work, parts and penalties with that period, EUR a lamp and year."""
    spot_year_eur: Annotated[float, Field(ge=0, json_schema_extra={"unit": "EUR"})]
    """The same with spot work alone."""


class StudiedPolicy(Wire):
    """One policy of the frontier with its simulated life."""

    point: FrontierPoint
    """The policy and what is expected of it."""
    life: SimulatedLife
    """What its lives give, crews queueing: points out, and the risk of late repairs."""


class StrategyStudy(Wire):
    """The policies to choose among, by optimisation and by simulation."""

    frontier: StrategyFrontier
    """Cost against the other criterion, proved."""
    policies: Many[StudiedPolicy]
    """Its points, each with its simulated life."""
    advice: Many[RelampingAdvice]
    """Group against spot work, group by group."""
