"""A pooled purchase: members and their mandates, delivery points, lots, offers, fees."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from synergie.energy.records.offer import ClassName, Key, Offer, TariffCode
from synergie.purchase.records.criteria import Scoring
from synergie.purchase.records.rule import PurchaseRules
from synergie.schemas.assets.supply_point import MarketSegment, Usage
from synergie.schemas.plan import MemberId
from synergie.schemas.wire import Wire, is_empty, is_none
from synergie.units import CivilDate, Euros, EurosPerMWh, Instant, Many, MegawattHours, Share, Text

type Reservation = Literal["L2113-12", "L2113-13", "L2113-13-1"]
"""Reserved lots, by the article of the code de la commande publique: workers with disabilities;
disadvantaged workers; activities in prisons. (L2113-15 is for health and social services.)"""


class DeliveryPeriod(Wire):
    """Civil days of a delivery, half-open."""

    starts: CivilDate
    """First day."""
    ends: CivilDate
    """The day after the last one."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.starts >= self.ends:
            raise ValueError("a period that ends after it begins")
        return self


class ClassEnergy(Wire):
    """Energy of one time class over a year."""

    time_class: ClassName
    """Time class of the tariff option: HPH, HCH, HPB, HCB, HP, HC or BASE."""
    mwh: MegawattHours
    """Energy, MWh a year."""


class PurchasePoint(Wire):
    """A delivery point of the needs survey (recensement)."""

    id: Key
    """The point, unique in the problem. Example: a PRM."""
    member: MemberId
    """The member that pays for it."""
    market_segment: MarketSegment
    """C1 to C5, of gas T1 to T4, TP: decides which lot takes it."""
    usage: Usage
    """What it feeds: decides which lot takes it."""
    tariff_code: TariffCode
    """FTA, the network tariff option; prices are given for each. Example: `BTINFMU4`. Of gas the
    option of its segment: `T2`."""
    energy: Many[ClassEnergy]
    """Energy by time class, MWh a year. A class left out is zero."""
    entry: CivilDate | None = None
    """First day it is bought for. Null: from the start of the delivery."""
    exit: CivilDate | None = None
    """The day after the last one it is bought for. Null: to the end of the delivery."""
    green_share: Share = 0
    """Share of its energy that must have guarantees of origin (option verte 0, 50 or 100 %)."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.entry and self.exit and self.entry >= self.exit:
            raise ValueError("a point that leaves after it enters")
        return self


class PurchaseMember(Wire):
    """Who buys in the group, and the mandate it gave to the coordinator."""

    id: MemberId
    """The member, as its points name it."""
    mandate: Text | None = None
    """Reference of its decision and mandate (délibération, convention constitutive). Null: none is
    known, and nothing is bought for it."""
    mandate_until: CivilDate | None = None
    """Day after the last one of its mandate. Null: to the end of the group."""
    may_leave: bool | None = None
    """Whether it may stay out of a lot. Null: as the problem says for all."""


class AloneCost(Wire):
    """What a member would pay by itself in a lot, when that is known."""

    member: MemberId
    """The member."""
    lot: Key
    """The lot."""
    eur: Euros
    """Its whole cost alone, EUR a year (or over the delivery), running cost included."""
    source: Text
    """Where the amount comes from. Example: `contrat en cours, 2026`."""


class CoordinatorFees(Wire):
    """What the coordinator asks of each member, EUR a year."""

    fee_fixed: Euros = Decimal(0)
    """For each member that buys in the group."""
    fee_per_pdl: Euros = Decimal(0)
    """For each of its delivery points that is bought for."""
    fee_per_mwh: EurosPerMWh = Decimal(0)
    """For each MWh bought for it."""
    cap: Euros | None = None
    """Most that one member pays in a year. Null: no cap."""


class Lot(Wire):
    """Points bought together by one market (code de la commande publique: award is by lot)."""

    id: Key
    """The lot. Example: `lot-1`."""
    name: Text
    """Its name. Example: `Éclairage public ≤ 36 kVA`."""
    market_segments: Many[MarketSegment]
    """Segments it takes, all of one energy."""
    usages: Many[Usage]
    """Usages it takes. A point enters the one lot that takes both its segment and its usage."""
    max_awards: Annotated[int | None, Field(ge=1, le=10_000)] = 1
    """How many offers may be taken: 1 for an award after opening (the law). Null, before the
    tender only: the offers are estimated curves of candidate lots that divide the members."""
    running_alone_eur: Euros | None = None
    """What running this market alone costs a member, EUR a year. Null: as much as the fixed cost
    of the offer."""
    min_awards: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Fewest offers to be taken when the lot is awarded: 2 or more for a framework of several
    awardees (accord-cadre multi-attributaire, CCP R2162-1). 0: as many as is cheapest."""
    green_share: Share = 0
    """Least share of green energy for each point of the lot; what the prices do not hold of it is
    bought at the price of the green option (`green_eur_per_mwh`)."""
    reserved: Reservation | None = None
    """Whom the lot is reserved for (marché réservé): only suppliers that qualify may be taken.
    Null: open to all."""


class SupplierLimit(Wire):
    """What the tender, or a supplier's own capacity, allows it to win (CCP R2113-1 for lots)."""

    supplier: Text
    """The supplier."""
    max_lots: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Most offers of it that may be taken. Null: no limit."""
    max_mwh: MegawattHours | None = None
    """Most energy it can supply over all lots, MWh a year. Null: no limit."""
    min_mwh: MegawattHours | None = None
    """Least energy it wants over all lots if it wins any, MWh a year. Null: none."""
    qualifies: Many[Reservation] = ()
    """Reserved lots that it may win, as it proved. Empty: none."""


def follow_may_leave(known: dict[str, Any]) -> bool:
    """The usual value of `nobody_pays_more`, from the fields before it."""
    return bool(known.get("may_leave"))


class PurchaseProblem(Wire):
    """Who buys what, and who offers what."""

    points: Many[PurchasePoint]
    """The needs survey."""
    lots: Many[Lot]
    """The lots."""
    offers: Many[Offer]
    """The offers, or the estimated curves before the tender."""
    limits: Many[SupplierLimit] = ()
    """Limits of suppliers. Empty: none."""
    may_leave: bool = False
    """Whether a member may stay out of a lot and buy alone. By default needs are firm once offers
    are opened: they were defined before the tender (CCP L2111-1, L2113-6 to L2113-8)."""
    nobody_pays_more: bool = Field(default_factory=follow_may_leave)
    """Whether it is required that no member pays more in a lot than alone (individual
    rationality). Left out: as `may_leave`; who may not leave is told what it pays more."""
    alone_tier: Literal["own_volume", "first"] = "own_volume"
    """Prices of a member alone: the tier that its own volume reaches, or always the first."""
    members: Many[PurchaseMember] = ()
    """Who takes part, with its mandate. Empty: every member that has points, without a check."""
    fees: CoordinatorFees | None = None
    """What the coordinator asks. Null: nothing."""
    alone: Many[AloneCost] = ()
    """Known costs alone; elsewhere the cost alone follows from the offers."""
    delivery: DeliveryPeriod | None = None
    """What is bought: amounts are then for the whole of it. Null: one year, amounts a year."""
    award_at: Instant | None = None
    """When the award is decided: an offer that is not valid then is refused. Null: validity is
    not looked at."""
    green_share: Share = 0
    """Least share of all the energy bought together with guarantees of origin; greener offers of
    one lot count for another."""
    rules: Annotated[PurchaseRules, Field(exclude_if=is_empty)] = ()
    """Rules of one's own, in the order of preference. Empty: none, and then not written."""
    scoring: Annotated[Scoring | None, Field(exclude_if=is_none)] = None
    """The published criteria with the notes of the jury: they alone choose the offer of each lot,
    by a rule `criteria-<lot>` (`plan.offers.criteria.apply_criteria`). Null: the least cost."""
    nonce: Text | None = None
    """Text that nobody guesses, of whoever keeps the problem: its digest, which each member is
    told, then confirms no guess of the needs of another. Null: none. Nothing else looks at it."""
