"""A budget asked for, foreseen and explained."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.energy.records.power import LightingUse
from synergie.schemas.plan import MemberId
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, EurosPerMWh, KilowattHours, Many, Text, decimal_text

type PointUse = Literal["building", "process", "lighting", "season"]
"""`building`: heated, follows the weather; `process`: follows the calendar alone (pumps, signals);
`lighting`: lamps that follow the sun; `season`: the waves of its own past years, whatever it is,
where no weather is known."""

Year = Annotated[int, Field(ge=2000, le=2100)]
_RemainingShare = Annotated[
    Decimal, Strict(False), decimal_text, Field(ge=0, le=5, max_digits=6, examples=["0.45"])
]


class EnergyPrice(Wire):
    """What energy costs from a day on, until the next price."""

    from_date: CivilDate
    """First day it holds: a new contract, a switch of supplier, a new tariff."""
    eur_per_mwh: EurosPerMWh
    """All that goes with the energy: supply, network, taxes; VAT as `vat_included` says."""
    eur_per_year: Euros = Decimal(0)
    """All that does not: subscriptions, metering."""


class BudgetWork(Wire):
    """A change of use that is decided: works, a scenario adopted, a building closed."""

    from_date: CivilDate
    """First day with it."""
    name: Text
    """What it is."""
    remaining_share: _RemainingShare
    """Energy after it, as a share of that before: 0.45 for LEDs that save 55 %."""


class BudgetPoint(Wire):
    """One delivery point of the budget."""

    point: SupplyPointKey
    """The point."""
    member: MemberId
    """Who pays."""
    name: Text
    """Its site."""
    service: Text
    """The service of the budget it counts for. Example: `Écoles`."""
    use: PointUse
    """What its energy follows."""
    lighting: LightingUse | None = None
    """Place and schedule of its lamps. Null: no lamps."""
    prices: Many[EnergyPrice] = ()
    """In the order of their days. Empty: not known, and no euros are foreseen."""
    works: Many[BudgetWork] = ()
    """In the order of their days."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.use == "lighting") != (self.lighting is not None):
            raise ValueError("place and schedule for lighting, and for nothing else")
        for dated in (self.prices, self.works):
            days = [one.from_date for one in dated]
            if sorted(set(days)) != days:
                raise ValueError("prices, and works, one a day in the order of their days")
        return self


class BudgetVote(Wire):
    """What was voted for a member's service in a year."""

    member: MemberId
    """Who voted."""
    service: Text
    """For which service."""
    year: Year
    """The budget year, a civil year."""
    eur: Euros
    """What was voted for the year."""


class BudgetRequest(Wire):
    """Points of one or several members, their prices and works."""

    title: Text
    """What people call it."""
    vat_included: bool
    """Whether the prices include VAT."""
    station: Text | None = None
    """Number of the weather station. Null: no point follows the weather."""
    points: Annotated[Many[BudgetPoint], Field(min_length=1)]
    """The points, each once."""
    votes: Many[BudgetVote] = ()
    """Budgets that were voted, to compare with. Empty: not known."""

    @model_validator(mode="after")
    def _check_points(self) -> Self:
        keys = [one.point for one in self.points]
        if len(set(keys)) != len(keys):
            raise ValueError("each point once")
        return self


class KwhRange(Wire):
    """Energy: one chance in ten to lie below the first, or above the last."""

    p10: KilowattHours
    """One chance in ten to lie below."""
    p50: KilowattHours
    """As likely above as below."""
    p90: KilowattHours
    """One chance in ten to lie above."""


class EurosRange(Wire):
    """The same of a cost."""

    p10: Euros
    """One chance in ten to lie below."""
    p50: Euros
    """As likely above as below."""
    p90: Euros
    """One chance in ten to lie above."""


class BudgetRow(Wire):
    """A month, or a year, of one point, a service of a member, or all."""

    member: MemberId | None = None
    """Null: all members."""
    service: Text | None = None
    """Null: all services of the member."""
    point: SupplyPointKey | None = None
    """Null: all points of the service."""
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    """Null: the year."""
    kwh: KwhRange
    """Energy."""
    eur: EurosRange | None
    """Cost, of the points whose price is known. Null: of none."""
    partial: bool = False
    """Whether a point of it is left out of the energy or the euros: they are at least that."""


class BudgetOmission(Wire):
    """A point that is not foreseen, or not in euros."""

    point: SupplyPointKey
    """The point."""
    what: Literal["energy", "euros"]
    """What is not foreseen."""
    place: str
    """Where it is missing."""
    found: str
    """What was found."""
    expected: str
    """What was expected."""


class BudgetEffects(Wire):
    """Why the year foreseen costs other than the twelve months known last, euros."""

    reference_eur: Euros
    """Cost of these months, of the points that are known in both."""
    weather: Euros
    """Other weather, and use that goes on as the model says."""
    works: Euros
    """Works that are decided."""
    price: Euros
    """Other prices, and the rest: the sum is exact."""


class BudgetForecast(Wire):
    """Next year, by point, service, member and month, with its interval."""

    title: Text
    """Of the request."""
    year: Year
    """The civil year foreseen."""
    known_until: CivilDate
    """The day after the last one with energy: what is older than that is known."""
    station: Text | None
    """The weather station. Null: none was needed."""
    weather_years: Many[int]
    """Years of the weather that were taken."""
    estimated_days: Annotated[int, Field(ge=0)] = 0
    """Days of them that were not measured: each is the mean of that day in the other years."""
    vat_included: bool
    """Whether euros include VAT."""
    price_change: Decimal = Field(default=Decimal(0), strict=False)
    """Change of all prices of energy that was asked for, a share (0.10 for 10 % more)."""
    total: BudgetRow
    """All points that could be foreseen."""
    rows: Many[BudgetRow]
    """Members and services, then points; each the year and its months."""
    effects: BudgetEffects | None
    """Against the twelve months known last. Null: they are not known."""
    votes: Many[BudgetVote]
    """Budgets voted for the year before, or this one."""
    left_out: Many[BudgetOmission]
    """What is not in it."""
    waiting: Annotated[int, Field(ge=0)] = 0
    """Years of curves that the server has not counted yet: the forecast is without them."""


class CostEffects(Wire):
    """Why a year cost other than one before, of one point or of all: the parts add up."""

    point: SupplyPointKey | None
    """Null: all."""
    before_eur: Euros
    """Cost of the first year."""
    after_eur: Euros
    """Cost of the second."""
    weather: Euros
    """Other weather."""
    use: Euros
    """Other use, with works in it."""
    price: Euros
    """Other prices."""
    perimeter: Euros
    """Points that are in one of the years only."""


class CostExplanation(Wire):
    """Two years of the same points, and why they differ."""

    title: Text
    before: Year
    after: Year
    total: CostEffects
    points: Many[CostEffects]
    left_out: Many[BudgetOmission]


def sum_effects(parts: Iterable[CostEffects]) -> CostEffects:
    """All *parts* together."""
    every = tuple(parts)
    names = ("before_eur", "after_eur", "weather", "use", "price", "perimeter")
    sums = {name: sum((getattr(one, name) for one in every), Decimal(0)) for name in names}
    return CostEffects(point=None, **sums)
