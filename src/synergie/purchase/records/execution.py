"""The execution of a market of energy: its terms, what entered and left, what it was billed.

Code de la commande publique: R2112-13 (a revised price has a formula with date zero, index and
period), L2125-1 (a framework agreement lasts four years at most), R2162-4 (and has a maximum),
R2194-1 and following (changes of a contract).
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.energy.records.offer import Key, VolumeTunnel
from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, EurosPerMWh, Many, MegawattHours, Share, Text

type IndexValue = Annotated[Decimal, Field(gt=0, json_schema_extra={"unit": "1"})]
type Days = Annotated[int, Field(ge=0, le=3650)]
type TunnelState = Literal["inside", "alert", "outside", "no_tunnel"]
"""`alert`: from 80 % of the tunnel on. `outside`: what is beyond is paid for, or an amendment."""
type Step = Literal["request", "switch", "index", "first_bill", "done"]


class PriceRevision(Wire):
    """How a price is revised: P = P0 x (fixed + (1 - fixed) x I / I0), rounded halves up."""

    base_eur_per_mwh: EurosPerMWh
    """P0, the price at date zero, EUR/MWh."""
    date_zero: CivilDate
    """The date of P0 and I0, as the contract says."""
    index: Text
    """The index. Example: `EEX Power FR Cal-27 Base`."""
    base_index: IndexValue
    """I0, its value at date zero."""
    fixed_share: Share
    """The part that does not move."""
    months: Annotated[int, Field(ge=1, le=12)]
    """Months between two revisions."""
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    """Decimals that a revised price is rounded to."""


class MarketTerms(Wire):
    """What a contract of one lot says."""

    lot: Key
    """The lot."""
    supplier: Text
    """Who supplies."""
    starts: CivilDate
    """First day of supply."""
    ends: CivilDate
    """The day after the last one."""
    framework_starts: CivilDate | None = None
    """First day of the framework agreement (accord-cadre) it follows from. Null: none."""
    framework_ends: CivilDate | None = None
    """The day after its last one. Null: none."""
    maximum_mwh: MegawattHours | None = None
    """Most that may be bought under the framework agreement in all, MWh. Null: none is told."""
    volume_mwh: MegawattHours
    """The volume of the contract, MWh a year."""
    tunnel: VolumeTunnel | None = None
    """How far the volume may move without anything due. Null: no such clause."""
    notice_days: Days = 0
    """Days before an entry or an exit at which the supplier must be told."""
    revision: PriceRevision | None = None
    """How its price is revised. Null: it is firm."""

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.starts >= self.ends:
            raise ValueError("a supply that ends after it starts")
        framework = self.framework_starts, self.framework_ends
        if (framework[0] is None) != (framework[1] is None):
            raise ValueError("both ends of the framework agreement, or none")
        if framework[0] and framework[1] and framework[0] >= framework[1]:
            raise ValueError("a framework agreement that ends after it starts")
        return self


class SiteMove(Wire):
    """A delivery point that enters or leaves, with the steps of its switch that are done."""

    point: Key
    """The point."""
    kind: Literal["entry", "exit"]
    """`entry` or `exit`."""
    day: CivilDate
    """First day it is supplied, or no longer."""
    mwh: MegawattHours
    """Its energy, MWh a year."""
    requested: CivilDate | None = None
    """When the supplier was asked. Null: not yet."""
    switched: CivilDate | None = None
    """The day on which the grid operator made it. Null: not yet."""
    index_known: bool = False
    """Whether the reading of that day is known."""
    first_bill: CivilDate | None = None
    """The date of its first bill, or of its last one when it leaves. Null: not yet."""


class RevisedPrice(Wire):
    """A price that was billed from a day on."""

    starts: CivilDate
    """First day."""
    index_value: IndexValue
    """The value of the index that it follows from."""
    eur_per_mwh: EurosPerMWh
    """The price as it is billed, EUR/MWh."""


class MarketExecution(Wire):
    """One contract as it goes."""

    terms: MarketTerms
    """Its terms."""
    moves: Many[SiteMove] = ()
    """What entered and left."""
    prices: Many[RevisedPrice] = ()
    """Prices as they were billed."""
    bought_mwh: MegawattHours = Decimal(0)
    """What was bought under the framework agreement so far, all contracts, MWh."""


class TunnelUse(Wire):
    """How far the volume has moved from that of the contract."""

    mwh: MegawattHours
    """The volume now, MWh a year."""
    share: float | None
    """The part of the tunnel that is used, of 1, on the side where it moved. Null: no tunnel."""
    state: TunnelState
    """Where that is."""
    due_eur: Annotated[Decimal, Field(ge=0, json_schema_extra={"unit": "EUR"})]
    """What a year of that volume costs beside its price, EUR."""


class SwitchStep(Wire):
    """What comes next for a point that enters or leaves."""

    point: Key
    """The point."""
    step: Step
    """What is to be done; `done`: nothing."""
    by: CivilDate | None
    """Until when. Null: no day is set."""
    late: bool
    """Whether that day has passed."""


class PriceCheck(Wire):
    """A billed price beside that of the formula."""

    starts: CivilDate
    """First day."""
    expected_eur_per_mwh: EurosPerMWh
    """By the formula, EUR/MWh."""
    eur_per_mwh: EurosPerMWh
    """As billed, EUR/MWh."""


class ExecutionReport(Wire):
    """How a contract stands on a day."""

    on: CivilDate
    """The day."""
    volume: TunnelUse
    """Entries and exits of all its term, counted."""
    switches: Many[SwitchStep]
    """What comes next, in the order of the moves; none of those that are done."""
    prices: Many[PriceCheck]
    """Billed prices that are not those of the formula."""
    remarks: Many[Phrase]
    """What else is to be known: bounds of the framework agreement, revisions that were not made."""
