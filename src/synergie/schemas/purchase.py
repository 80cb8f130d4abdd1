"""A pooled purchase: members, delivery points, lots, offers by tier, and the plan."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas._wire import Wire
from synergie.schemas.plan import MemberId, Plan
from synergie.schemas.supply_point import MarketSegment, Usage
from synergie.units import Euros, EurosPerMWh, Many, MegawattHours, Text

type Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z][\w.:-]*$")]
type TariffCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,20}$", examples=["BTINFMU4"])]
type ClassName = Annotated[str, Field(pattern=r"^[A-Z]{2,6}$", examples=["HPH"])]


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
    """C1 to C5: decides which lot takes it."""
    usage: Usage
    """What it feeds: decides which lot takes it."""
    tariff_code: TariffCode
    """FTA, the network tariff option; prices are given for each. Example: `BTINFMU4`."""
    energy: Many[ClassEnergy]
    """Energy by time class, MWh a year. A class left out is zero."""


class Lot(Wire):
    """Points bought together by one market (code de la commande publique: award is by lot)."""

    id: Key
    """The lot. Example: `lot-1`."""
    name: Text
    """Its name. Example: `Éclairage public ≤ 36 kVA`."""
    market_segments: Many[MarketSegment]
    """Segments it takes."""
    usages: Many[Usage]
    """Usages it takes. A point enters the one lot that takes both its segment and its usage."""
    max_awards: Annotated[int | None, Field(ge=1)] = 1
    """How many offers may be taken: 1 for an award after opening (the law). Null, before the
    tender only: the offers are estimated curves of candidate lots that divide the members."""
    running_alone_eur: Euros | None = None
    """What running this market alone costs a member, EUR a year. Null: as much as the fixed cost
    of the offer."""


class Price(Wire):
    """One cell of a price schedule (BPU)."""

    tariff_code: TariffCode
    """FTA it holds for."""
    time_class: ClassName
    """Time class it holds for."""
    eur_per_mwh: EurosPerMWh
    """EUR/MWh excluding VAT."""


class Subscription(Wire):
    """Yearly amount for each point of a tariff option."""

    tariff_code: TariffCode
    """FTA it holds for."""
    eur_per_point: Euros
    """EUR a year for each point, excluding VAT."""


class Tier(Wire):
    """The prices that hold when the lot's total volume is inside a window, ends included."""

    from_mwh: MegawattHours
    """Least total volume, MWh a year."""
    to_mwh: MegawattHours | None = None
    """Greatest total volume, MWh a year. Null: no limit. Under `from_mwh`: never reached."""
    prices: Many[Price]
    """Energy prices. A cell that is missing and needed makes the offer "not priced"; never zero."""
    subscriptions: Many[Subscription] = ()
    """Subscriptions. A tariff option left out has none."""


class Offer(Wire):
    """What one supplier offers for one lot. A discount across lots is not lawful (CCP L2151-1)."""

    id: Key
    """The offer, unique in the problem."""
    lot: Key
    """The lot it answers."""
    supplier: Text
    """Who offers."""
    fixed_eur: Euros = Decimal(0)
    """Cost of running the market with this offer, EUR a year, shared by the members of the lot."""
    tiers: Annotated[Many[Tier], Field(min_length=1)]
    """Its tiers, in rising order of volume; the first is what a small buyer gets."""


class SupplierLimit(Wire):
    """A cap of the tender on the lots one supplier may win (CCP R2113-1)."""

    supplier: Text
    """The supplier."""
    max_lots: Annotated[int, Field(ge=0)]
    """Most offers of it that may be taken."""


class PurchaseProblem(Wire):
    """Who buys what, and who offers what."""

    points: Many[PurchasePoint]
    """The needs survey."""
    lots: Many[Lot]
    """The lots."""
    offers: Many[Offer]
    """The offers, or the estimated curves before the tender."""
    limits: Many[SupplierLimit] = ()
    """Caps on suppliers. Empty: none."""
    may_leave: bool = True
    """Whether a member may stay out of a lot and buy alone."""
    nobody_pays_more: bool = True
    """Whether it is required that no member pays more in a lot than alone (individual
    rationality)."""
    alone_tier: Literal["own_volume", "first"] = "own_volume"
    """Prices of a member alone: the tier that its own volume reaches, or always the first."""


class Award(Wire):
    """An offer that is taken."""

    lot: Key
    """The lot."""
    offer: Key
    """The offer."""
    supplier: Text
    """Who won."""
    tier: Annotated[int, Field(ge=1)]
    """Which tier holds, counted from 1."""
    volume_mwh: MegawattHours
    """Total volume of the members that join, MWh a year."""
    above_floor_mwh: MegawattHours
    """How far the volume is above the floor of its tier: what may leave before prices rise."""
    to_next_mwh: MegawattHours | None
    """How much is missing to the next tier. Null: it is the last."""
    cost_eur: Euros
    """Energy, subscriptions and fixed cost, EUR a year."""


class Place(Wire):
    """Where one member buys what it needs in one lot."""

    member: MemberId
    """The member."""
    lot: Key
    """The lot."""
    offer: Key | None
    """The offer it buys from. Null: it stays out and buys alone."""
    volume_mwh: MegawattHours
    """Its volume in the lot, MWh a year."""
    supply_eur: Euros
    """Energy and subscriptions, EUR a year; the cost alone when it stays out."""
    fee_eur: Euros
    """Its share of the fixed cost, EUR a year: in proportion to what it saves."""
    alone_eur: Euros | None
    """The same need bought alone, EUR a year. Null: no offer prices it alone."""


class NotPriced(Wire):
    """An offer left out because a price that is needed is missing."""

    offer: Key
    """The offer."""
    tariff_code: TariffCode
    """FTA of the missing cell."""
    time_class: ClassName
    """Time class of the missing cell."""
    tier: Annotated[int, Field(ge=1)]
    """The tier, counted from 1."""


class PurchasePlan(Plan):
    """Who buys from whom, proven cheapest under the stated requirements."""

    awards: Many[Award]
    """The offers taken, by lot."""
    places: Many[Place]
    """Every member in every lot where it needs something."""
    not_priced: Many[NotPriced]
    """Missing cells; the tier of the offer was left out ("non chiffré"), never taken as zero."""
