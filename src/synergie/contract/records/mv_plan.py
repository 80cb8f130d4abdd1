"""The plan of measurement: the baseline of each point, frozen and signed by both parties."""

from typing import Annotated

from pydantic import Field

from synergie.contract.records.contract import ModelShape, PerformanceContract
from synergie.schemas.plan import MemberId
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, KilowattHours, Many, Sha256, Text

DailyEnergies = Annotated[list[KilowattHours | None], Field(min_length=1, max_length=20_000)]
type DailyTemperatures = Annotated[
    list[Annotated[float, Field(ge=-90, le=60)] | None], Field(min_length=1, max_length=20_000)
]


class PointEnergies(Wire):
    """Energy of each day of one point, one after another."""

    point: SupplyPointKey
    """The point."""
    first_day: CivilDate
    """The day of the first value."""
    values: DailyEnergies
    """kWh of each civil day. Null: not known, never zero."""


class ContractWeather(Wire):
    """Mean temperature of each day at the station of the contract."""

    station: Text
    """Number and name of the station."""
    first_day: CivilDate
    """The day of the first value."""
    values: DailyTemperatures
    """Degrees Celsius. Null: not known."""


class FittedModel(Wire):
    """Energy of a day of a building from its weather and calendar, and how well it fits."""

    shape: ModelShape
    """What the weather drives; `flat` also where no base temperature made sense."""
    base_kwh: float
    """kWh of a day without heating and cooling."""
    heating: float
    """kWh a degree day; 0 without heating."""
    below: float | None
    """Base temperature of heating, degrees Celsius. Null: no heating."""
    cooling: float
    """kWh a degree day; 0 without cooling."""
    above: float | None
    """Base temperature of cooling, degrees Celsius. Null: no cooling."""
    terms: Many[tuple[str, float]]
    """Further drivers, kWh a day each."""
    days: int
    """Days fitted."""
    parameters: int
    """Numbers fitted."""
    mean_kwh: float
    """Mean of what was measured, kWh a day."""
    cv_rmse: float
    """Spread of the residuals over the mean."""
    autocorrelation: float
    """Of residuals of days that follow each other."""


class StaticFactor(Wire):
    """What is taken as it was in the baseline: its change needs an adjustment."""

    point: SupplyPointKey
    """The point."""
    name: Text = Field(examples=["heated area"])
    """What it is."""
    value: Text = Field(examples=["1240 m²"])
    """How it was."""


class PointBaseline(Wire):
    """What one point is measured against."""

    point: SupplyPointKey
    """The point."""
    energies: PointEnergies | None
    """What was measured in the baseline. Null: lamps, by their inventory."""
    model: FittedModel | None
    """Of a building. Null: lamps."""


class PartySignature(Wire):
    """One party's signature of a document of the contract."""

    party: MemberId
    """Who signed."""
    jws: Annotated[str, Field(min_length=20, max_length=4096)]
    """Compact JWS over the contract's number, the digest and the party."""


class MvPlan(Wire):
    """Contract, baselines and what they stand on: nothing of it changes once both signed."""

    contract: PerformanceContract
    """The contract."""
    made_on: CivilDate
    """When it was made."""
    baselines: Many[PointBaseline]
    """One a point, in the order of the contract."""
    weather: ContractWeather | None
    """Of the days of the baseline. Null: only lighting."""
    static_factors: Many[StaticFactor] = ()
    """What must stay as it is."""
    digest: Sha256
    """SHA-256 of all above as canonical JSON."""
    signatures: Many[PartySignature] = ()
    """Of the operator and of the client; none yet in a draft."""
