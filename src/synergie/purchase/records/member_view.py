"""What one member may see of a pooled purchase: its own part, and sums that tell of nobody else."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key, Price, Pricing, Subscription
from synergie.purchase.records.purchase import DeliveryPeriod, PurchasePoint
from synergie.schemas.plan import MemberId, Phrase, Status
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, Instant, Many, MegawattHours, Sha256, Share, Text


class MemberLot(Wire):
    """What one member buys in one lot, from whom, at which prices, and what it would pay alone."""

    lot: Key
    """The lot."""
    name: Text
    """Its name, as the tender publishes it."""
    supplier: Text | None
    """Who supplies. Null: the member stays out of the lot and buys alone."""
    offer: Key | None
    """The offer that is taken. Null: the member buys alone."""
    pricing: Pricing | None
    """How the prices move. Null: the member buys alone."""
    index: Text | None
    """What an indexed price follows. Null: fixed, or the member buys alone."""
    prices: Many[Price]
    """The prices that its own points use, EUR/MWh excluding VAT. Empty: it buys alone."""
    subscriptions: Many[Subscription]
    """The subscriptions that its own points pay. Empty: none, or it buys alone."""
    points: Annotated[int, Field(ge=0)]
    """How many delivery points it has in the lot."""
    volume_mwh: MegawattHours
    """Its volume in the lot, MWh a year."""
    supply_eur: Euros
    """Energy and subscriptions, EUR; the cost alone when it stays out."""
    fee_eur: Euros
    """Its share of the cost of running the lot's market, EUR. Rounded up until the award."""
    coordinator_eur: Euros
    """What it pays the coordinator for this lot, EUR."""
    alone_eur: Euros | None
    """The same need bought alone, EUR. Null: no offer prices it alone."""
    gain_eur: Euros | None
    """What it saves in this lot, EUR. Null: no comparison."""
    expires_at: Instant | None
    """Before when the offer has to be taken. Null: not told, or it buys alone."""


class GroupTotals(Wire):
    """Sums over all members, told only when nobody's part follows from them."""

    volume_mwh: MegawattHours
    """Volume of all, MWh a year."""
    cost_eur: Euros
    """What all pay in the plan, EUR."""
    alone_eur: Euros
    """What all would pay alone, EUR."""
    gain_eur: Euros
    """What all save, EUR."""


class MemberView(Wire):
    """The part of one member in a purchase plan; nothing of another member is in it."""

    member: MemberId
    """The member."""
    mandate: Text | None
    """Reference of its decision and mandate. Null: none is known."""
    mandate_until: CivilDate | None
    """Day after the last one of its mandate. Null: not told."""
    delivery: DeliveryPeriod | None
    """What the amounts are for. Null: one year."""
    status: Status
    """How sure the whole plan is: `proved`, `feasible` or `cancelled`."""
    gap: Annotated[float, Field(ge=0, json_schema_extra={"unit": "1"})] | None
    """The whole plan is at most this share above the best one. Null: no bound."""
    decide_before: Instant | None
    """The first moment at which an offer that this member buys from expires. Null: none tells."""
    cost_eur: Euros
    """What it pays in the plan, EUR excluding VAT."""
    alone_eur: Euros | None
    """What it would pay alone, EUR. Null: it cannot."""
    gain_eur: Euros | None
    """What it saves, EUR. Null: no comparison."""
    running_costs: Literal["exact", "at_most"] = "exact"
    """`at_most`: until the award its shares of running costs are told at a rate, a part of what it
    saves rounded up to 1, 2, 5, 10, 20 or 50 %… in the first plan with that offer; in a plan in
    which more is due, as all that it saves. Where nobody saves or has a cost alone, the rate is EUR
    a MWh, the next of these steps above twice what is due. Its cost is at most, its gain at least
    what stands here: exact shares of several needs of its own would tell what the others save."""
    nobody_pays_more: bool
    """Whether the plan was asked to let no member pay more than alone."""
    lots: Many[MemberLot]
    """Its lots."""
    points: Many[PurchasePoint]
    """Its own delivery points, as they were counted."""
    volume_mwh: MegawattHours
    """Energy of its points, MWh a year."""
    green_share: Share
    """Share of its energy that it asked with guarantees of origin."""
    group_members: Annotated[int, Field(ge=1)]
    """How many members the purchase has."""
    group: GroupTotals | None
    """Sums over all members. Null: withheld, they would tell of another member."""
    assumptions: Many[Phrase]
    """What the plan takes for granted; sentences that hold amounts of the group are left out."""
    inputs_digest: Sha256
    """SHA-256 of the problem that was solved (RFC 8785)."""

    @property
    def coordinator_eur(self) -> Decimal:
        """What it pays the coordinator over all its lots, EUR."""
        return sum((lot.coordinator_eur for lot in self.lots), Decimal(0))

    @property
    def fee_eur(self) -> Decimal:
        """Its share of the costs of running the markets, EUR."""
        return sum((lot.fee_eur for lot in self.lots), Decimal(0))
