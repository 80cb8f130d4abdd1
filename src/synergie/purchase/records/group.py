"""A pooled purchase as its sides share it: what is bought, who takes part, where it stands.

A groupement de commandes of the code de la commande publique, L2113-6 to L2113-8.
"""

from typing import Annotated, Literal

from pydantic import Field

from synergie.purchase.records.criteria import PublishedCriteria
from synergie.purchase.records.purchase import (
    CoordinatorFees,
    DeliveryPeriod,
    Lot,
    SupplierLimit,
    follow_may_leave,
)
from synergie.purchase.records.rule import PurchaseRules
from synergie.schemas.wire import Wire, is_empty, is_none
from synergie.units import Id, Instant, LongText, Many, OrganisationId, Share, Text

MAX_MEMBERS = 5_000

type PurchaseState = Literal["survey_open", "survey_closed", "proposed", "awarded", "closed"]
"""`survey_open`: members publish needs. `survey_closed`: needs stand, offers come, plans are made.
`proposed`: members read their part of one plan and answer. `awarded`: it is decided, for good.
`closed`: over, with or without award (déclaration sans suite, CCP R2185-1)."""
type PurchaseAct = Literal["open_survey", "close_survey", "propose", "award", "close"]
"""What its coordinator does with a purchase."""
type Standing = Literal["invited", "joined", "left"]
"""`invited`: no agreement opens its needs yet. `joined`: one does. `left`: the agreement ended, or
is suspended."""


class PurchaseRecord(Wire):
    """What is bought together, as its coordinator announces it to the members."""

    name: Text
    """What people call it. Example: `Électricité 2028-2029`."""
    reference: LongText
    """The text it rests on: convention constitutive, délibération. Example:
    `Convention constitutive du 12 mars 2026, CCP L2113-6`."""
    lots: Annotated[Many[Lot], Field(min_length=1, max_length=200)]
    """The lots."""
    limits: Annotated[Many[SupplierLimit], Field(max_length=500)] = ()
    """What the tender, or its capacity, allows a supplier to win. Empty: no limit; and always to a
    member: they name who bids."""
    delivery: DeliveryPeriod | None = None
    """What is bought. Null: one year, amounts a year."""
    fees: CoordinatorFees | None = None
    """What the coordinator asks of each member. Null: nothing."""
    needs_until: Instant | None = None
    """Until when needs may be published. Null: until the survey is closed."""
    offers_until: Instant | None = None
    """Until when offers may come in: a later one is not taken (CCP R2151-5). Null: no deadline."""
    award_at: Instant | None = None
    """When the award is decided: an offer that is not valid then is refused. Null: validity is not
    looked at."""
    may_leave: bool = False
    """Whether a member may stay out of a lot and buy alone. False, the default: needs are firm;
    once offers are there and the survey is closed nobody comes in and nobody leaves."""
    nobody_pays_more: bool = Field(default_factory=follow_may_leave)
    """Whether it is required that no member pays more in a lot than alone (individual
    rationality). Left out: as `may_leave`; who may not leave is told what it pays more."""
    alone_tier: Literal["own_volume", "first"] = "own_volume"
    """Prices of a member alone: the tier that its own volume reaches, or always the first."""
    green_share: Share = 0
    """Least share of all the energy bought together with guarantees of origin."""
    criteria: Annotated[PublishedCriteria | None, Field(exclude_if=is_none)] = None
    """The criteria of the choice as the consultation publishes them (CCP R2152-7, R2152-12); they
    stand from the first offer on. Null: none is published here, the least cost is proposed."""
    rules: Annotated[PurchaseRules, Field(exclude_if=is_empty)] = ()
    """Rules of the coordinator's own. Empty: none, and then not written; and always to a member:
    they name who bids and what others ask."""


class PurchaseMembership(Wire):
    """One member of a purchase: told to the coordinator, and to that member."""

    member: OrganisationId
    """The member."""
    standing: Standing
    """Whether its needs are open to the coordinator now."""
    reason: Text | None = None
    """Why they are not, a code: `no_agreement`, `signature`, `not_started`, `suspended`,
    `ended`. Null: they are."""
    agreement: Id | None = None
    """The agreement that opens them, or the last one that did. Null: there was none, or the member
    is the coordinator itself."""
    invited_at: Instant
    """When it was invited."""


class PurchaseStep(Wire):
    """One step of a purchase."""

    act: Literal["create", "open_survey", "close_survey", "propose", "award", "close"]
    """What was done."""
    at: Instant
    """When."""
    state: PurchaseState
    """The state it led to."""
    plan: Id | None = None
    """The plan that was proposed or awarded. Null: for every other act."""


class Purchase(Wire):
    """A purchase as the server holds it. A member sees its own membership, and no other's."""

    id: Id
    """Identifier given by the server."""
    owner: OrganisationId
    """The coordinator (coordonnateur du groupement)."""
    version: Annotated[int, Field(ge=1)]
    """Counts the changes of the record."""
    record: PurchaseRecord
    """What is bought."""
    state: PurchaseState
    """Where it stands."""
    plan: Id | None = None
    """The plan that is proposed or awarded. Null: none is."""
    n_members: Annotated[int, Field(ge=0)]
    """How many organisations were invited."""
    members: Many[PurchaseMembership] = ()
    """Every member, for the coordinator; for a member, itself alone. Empty in lists."""
    history: Many[PurchaseStep]
    """Its steps, oldest first."""


class MembersRequest(Wire):
    """Whom a coordinator invites; those who are invited already stay."""

    members: Annotated[Many[OrganisationId], Field(min_length=1, max_length=MAX_MEMBERS)]
    """Organisations of the directory; the coordinator itself may be one."""


class PurchaseActRequest(Wire):
    """What goes with an act on a purchase."""

    plan: Id | None = None
    """For `propose` and `award`: the plan. Null for every other act."""
