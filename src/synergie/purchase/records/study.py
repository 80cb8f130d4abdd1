"""What would become of a purchase plan: members that leave, other volumes, prices and offers."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key, Offer
from synergie.purchase.records.purchase import PurchasePoint
from synergie.schemas.assets.supply_point import Usage
from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.wire import Wire
from synergie.units import Euros, EurosPerMWh, Instant, Many, MegawattHours, Sha256, Text

type CaseKind = Literal[
    "volumes", "prices", "member_out", "member_in", "supplier_out", "offers_at", "late_offers"
]
type Percent = Annotated[
    Decimal, Field(strict=False, json_schema_extra={"unit": "%"}, max_digits=9, allow_inf_nan=False)
]


class PurchaseCase(Wire):
    """One thing that turns out otherwise than the problem says."""

    kind: CaseKind
    """`volumes`, `prices`: all change by `percent`. `member_out`: `member` leaves. `member_in`:
    `points` come in. `supplier_out`: `supplier` withdraws its offers. `offers_at`: the award is
    decided `at` that moment, with the offers valid then. `late_offers`: `offers` come in."""
    percent: Percent = Decimal(0)
    """By how much volumes or prices change, %. Example: -10."""
    member: MemberId | None = None
    """Whose volumes change, or who leaves. Null: all members."""
    usage: Usage | None = None
    """The usage whose volumes change. Null: all."""
    supplier: Text | None = None
    """Whose prices change, or who withdraws. Null: all suppliers."""
    at: Instant | None = None
    """The moment of the award."""
    points: Many[PurchasePoint] = ()
    """Points that come in."""
    offers: Many[Offer] = ()
    """Offers that come in; one with the id of an offer of the problem replaces it."""


class MemberDifference(Wire):
    """What a member pays in the plan and in the case."""

    member: MemberId
    """The member."""
    planned_eur: Euros
    """What it pays in the plan, EUR."""
    then_eur: Euros
    """What it pays in the best plan of the case, EUR."""
    difference_eur: Euros
    """`then_eur - planned_eur`: above zero, it pays more."""


class LotChange(Wire):
    """A lot whose offer or tier is another in the case.

    In a lot of several offers, each one that is taken no more or newly taken is a change.
    """

    lot: Key
    """The lot."""
    planned_offer: Key | None
    """The offer taken in the plan. Null: none."""
    planned_tier: Annotated[int, Field(ge=1)] | None
    """Its tier, counted from 1. Null: none."""
    offer: Key | None
    """The offer taken in the case. Null: none."""
    tier: Annotated[int, Field(ge=1)] | None
    """Its tier, counted from 1. Null: none."""


class Cliff(Wire):
    """How near a lot is to the floor of its tier, and what one member weighs in it."""

    lot: Key
    """The lot."""
    offer: Key
    """The offer that is taken."""
    tier: Annotated[int, Field(ge=1)]
    """Its tier, counted from 1."""
    volume_mwh: MegawattHours
    """What the member needs in the lot, MWh a year."""
    above_floor_mwh: MegawattHours
    """How far the lot is above the floor of its tier, MWh a year: what may leave."""
    falls: bool
    """Whether the lot falls under the floor when the member leaves."""


class MemberLeaving(Wire):
    """The plan when one member leaves the group."""

    member: MemberId
    """Who leaves."""
    cliffs: Many[Cliff]
    """The lots it is in, and whether each holds its tier without it."""
    others_planned_eur: Euros
    """What the others pay in the plan, EUR."""
    others_then_eur: Euros | None
    """What the others pay in their best plan without it, EUR. Null: there is no plan."""
    difference_eur: Euros | None
    """What the departure costs the others in all, EUR; below zero, they gain. Null: no plan."""
    proved: bool
    """Whether that best plan is proved, or that there is none."""
    lots: Many[LotChange]
    """The lots whose offer or tier changes."""
    others: Many[MemberDifference]
    """Each other member, by id. Empty: there is no plan."""
    pay_more: Annotated[int, Field(ge=0)]
    """How many of the others pay more."""
    paid_more_eur: Euros
    """What those pay more in all, EUR."""
    conflicts: Many[Phrase] = ()
    """When there is no plan: the requirements that cannot hold together."""


class CaseAnswer(Wire):
    """The plan decided now under one case, against the best plan of that case."""

    case: PurchaseCase
    """The case."""
    said: Phrase
    """The case in words."""
    kept_eur: Euros | None
    """Cost of the plan decided now when the case comes true, priced anew, EUR. Null: it cannot be
    kept, `breaks` says why."""
    best_eur: Euros | None
    """Cost of the best plan for the case, EUR. Null: there is none, `conflicts` says why."""
    regret_eur: Annotated[Euros, Field(ge=0)] | None
    """What the plan decided now costs more than the best, EUR. Zero too when it costs less, as a
    volume clause or a dropped requirement allows. Null: one of the two is not known."""
    proved: bool
    """Whether the best plan is proved, or that there is none."""
    lots: Many[LotChange]
    """The lots whose offer or tier the best plan changes."""
    breaks: Many[Phrase] = ()
    """What no longer holds when the plan is kept."""
    conflicts: Many[Phrase] = ()
    """When there is no plan: the requirements that cannot hold together."""


class Flip(Wire):
    """How far prices and volumes are from another award of a lot."""

    lot: Key
    """The lot."""
    offer: Key
    """The offer that is taken."""
    rival: Key | None
    """What the best plan without it takes in the lot. Null: nothing new, or there is no plan."""
    rival_costs_more_eur: Euros | None
    """What the best plan without it costs more, EUR. Null: there is none."""
    may_rise_eur_per_mwh: EurosPerMWh | None
    """The least rise of all its prices, in whole cents, with which a plan without it costs no
    more; a cent less, every plan without it does. Null: none up to 1,000 EUR/MWh."""
    rival_must_fall_eur_per_mwh: EurosPerMWh | None
    """The least fall of all prices of the rival, in whole cents, with which a plan without the
    offer costs no more. Null: no fall does, or there is no rival."""
    fewer_mwh: MegawattHours | None
    """The greatest volume under that of the plan, MWh a year, at which another offer costs these
    members less. Null: none."""
    more_mwh: MegawattHours | None
    """The least volume over that of the plan at which another offer costs less. Null: none."""


class Stability(Wire):
    """How well the plan decided now stands what may come."""

    cases: Annotated[int, Field(ge=0)]
    """How many cases were looked at."""
    worst_regret_eur: Euros | None
    """The greatest regret, EUR. Null: no case could be compared."""
    worst: Phrase | None
    """The case of the greatest regret. Null: no case, or no regret."""
    changes: Annotated[int, Field(ge=0)]
    """In how many cases another award would have been best."""
    cannot_keep: Annotated[int, Field(ge=0)]
    """In how many cases the plan cannot be kept."""
    said: Many[Phrase]
    """The same in sentences."""


class PurchaseStudy(Wire):
    """What would become of a plan."""

    inputs_digest: Sha256
    """Digest of the problem, as the plan gives it."""
    objective_eur: Euros
    """Cost of the plan, EUR."""
    departures: Many[MemberLeaving]
    """Each member leaving, by id."""
    cases: Many[CaseAnswer]
    """Each case, in the order given."""
    flips: Many[Flip]
    """Each award: which prices and volumes would change it."""
    stability: Stability
    """The whole in short."""
