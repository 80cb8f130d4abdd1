"""A year's statement: adjustments, savings of each point, each member's part, what is due."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.contract.records.contract import ContractEnergy, ContractSpan, IndexValue
from synergie.contract.records.mv_plan import ContractWeather, MvPlan, PartySignature, PointEnergies
from synergie.energy.records.power import DimmedSpan
from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    EurosPerMWh,
    ExternalId,
    KilogramsCo2,
    KilowattHours,
    LongText,
    Many,
    Sha256,
)

type AdjustmentKind = Literal["lamps", "schedule", "outage", "energy", "excluded", "meter"]
"""Lamps added or removed; a schedule that the owner changed; dark lamps; an agreed energy a day;
days left out of both sides; a meter that was replaced."""
type GuaranteeState = Literal["reached", "missed", "unsure", "unproved"]
"""For sure reached or missed; within the interval; too little known to say."""


class ContractAdjustment(Wire):
    """A change that is not routine: a dated fact, and who agreed to it."""

    id: ExternalId
    """Its number."""
    point: SupplyPointKey
    """Where."""
    kind: AdjustmentKind
    """What changed."""
    span: ContractSpan
    """On which days."""
    reason: LongText
    """What happened."""
    agreed_by: Many[MemberId]
    """Who agreed; it counts once operator and client did."""
    agreed_on: CivilDate | None = None
    """When. Null: still discussed."""
    lamps: ExternalId | None = None
    """Which lamps of the point. Null: not about lamps."""
    count: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    """Lamps added (below zero: removed), or dark. Null: not about a number."""
    dimmed: Many[DimmedSpan] | None = None
    """The schedule of these days. Null: not about it."""
    kwh_day: KilowattHours | None = None
    """Energy added to the baseline each day, kWh; negative takes off. Null: not about it."""
    meter: SupplyPointKey | None = None
    """Key of the readings from the last of these days on, all left out. Null: no new meter."""

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        needed = {
            "lamps": (self.lamps, self.count),
            "schedule": (self.lamps, self.dimmed),
            "outage": (self.lamps, self.count),
            "energy": (self.kwh_day,),
            "excluded": (),
            "meter": (self.meter,),
        }[self.kind]
        if any(one is None for one in needed):
            raise ValueError("what its kind needs: lamps and count, dimmed, kwh_day or meter")
        return self


class PriceOfYear(Wire):
    """What a price clause needs of the year."""

    energy: ContractEnergy
    """Of which energy."""
    eur_per_mwh: EurosPerMWh | None = None
    """The price of the year. Null: the clause does not need it."""
    index: IndexValue | None = None
    """The value of the index. Null: the clause does not need it."""


class StatementInputs(Wire):
    """All that a statement is computed from."""

    plan: MvPlan
    """The plan of measurement, as it was signed."""
    year: ContractSpan
    """The days reported."""
    energies: Many[PointEnergies]
    """What was measured; one a key of readings."""
    weather: ContractWeather | None = None
    """The weather of these days. Null: only lighting."""
    adjustments: Many[ContractAdjustment] = ()
    """What was not routine."""
    prices: Many[PriceOfYear] = ()
    """Prices and indexes of the year."""


class PointSaving(Wire):
    """What one point saved."""

    point: SupplyPointKey
    """The point."""
    member: MemberId
    """Who pays for it."""
    known_days: int
    """Days that count: with all that they need, and not left out."""
    days: int
    """Days reported."""
    baseline_kwh: KilowattHours
    """Baseline under the conditions of the days that count, without adjustments, kWh."""
    adjustment_kwh: KilowattHours
    """What the agreed adjustments change of it, kWh."""
    measured_kwh: KilowattHours
    """What was measured on the days that count, kWh."""
    saved_kwh: KilowattHours
    """Baseline and adjustments less measured, kWh; negative when more was used."""
    half_width_kwh: KilowattHours | None
    """Half the interval of the saving, kWh. Null: both sides are measured or agreed."""
    eur_per_mwh: EurosPerMWh
    """The price that holds."""
    saved_eur: Euros
    """What the saving is worth, EUR."""
    saved_kgco2: KilogramsCo2
    """Emissions saved, kgCO2."""
    proved: bool
    """Enough days, and an interval of at most half the saving at 68 %."""
    remarks: Many[Phrase] = ()
    """What a reader must know."""


class ContractMemberPart(Wire):
    """What one member sees of it: the sums of its points."""

    member: MemberId
    """The member."""
    saved_kwh: KilowattHours
    """What its points saved, kWh."""
    saved_eur: Euros
    """What that is worth, EUR."""
    saved_kgco2: KilogramsCo2
    """Emissions saved, kgCO2."""
    due_eur: Euros
    """What the operator owes it (below zero: what it owes), EUR."""


class SavingsReport(Wire):
    """The statement of a year; every figure comes out of `inputs` again."""

    inputs: StatementInputs
    """What it was computed from."""
    points: Many[PointSaving]
    """One a point."""
    members: Many[ContractMemberPart]
    """One a member."""
    saved_kwh: KilowattHours
    """Saving, kWh."""
    half_width_kwh: KilowattHours | None
    """Half its interval, kWh. Null: it has none."""
    guaranteed_kwh: KilowattHours
    """The guarantee, for the days that count, kWh."""
    guaranteed_eur: Euros
    """What that is worth, EUR."""
    guaranteed_kgco2: KilogramsCo2
    """The same in emissions, kgCO2."""
    state: GuaranteeState
    """Whether the guarantee holds."""
    saved_eur: Euros
    """What was saved, EUR."""
    half_width_eur: Euros | None
    """Half its interval, EUR, prices as they are. Null: it has none."""
    saved_kgco2: KilogramsCo2
    """Emissions saved, kgCO2."""
    half_width_kgco2: KilogramsCo2 | None
    """Half its interval, kgCO2, factors as they are. Null: it has none."""
    due_kwh: KilowattHours
    """Energy that is settled: what is short of the guarantee; below zero the operator's share of
    what is beyond, kWh."""
    due_kgco2: KilogramsCo2
    """The same in emissions, kgCO2."""
    shortfall_eur: Euros
    """What the operator owes, EUR."""
    bonus_eur: Euros
    """What the operator gets, EUR."""
    discussed: int
    """Adjustments that one party has not agreed to: they do not count."""
    digest: Sha256
    """SHA-256 of all above as canonical JSON."""
    signatures: Many[PartySignature] = ()
    """Of the operator and of the client; none yet in a draft."""


class YearFacts(Wire):
    """What people tell of a year, for its statement."""

    adjustments: Many[ContractAdjustment] = ()
    """What was not routine."""
    prices: Many[PriceOfYear] = ()
    """Prices and indexes of the year."""


class MemberStatement(Wire):
    """What one member is handed of a statement: its own points, and nothing of the others."""

    contract: ExternalId
    """Number of the contract."""
    operator: MemberId
    """Who guarantees."""
    year: ContractSpan
    """The days reported."""
    part: ContractMemberPart
    """Its sums, and what is due to it."""
    points: Many[PointSaving]
    """Its points."""
    state: GuaranteeState
    """Whether the guarantee of the whole holds."""
    statement: Sha256
    """Digest of the statement that both parties sign."""
