"""A plan of a purchase with what it was made from, and each member's part and answer."""

from typing import Annotated

from pydantic import Field

from synergie.purchase.records.group import PurchaseState
from synergie.purchase.records.member_view import MemberView
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.shared_plan import PartAnswer
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId, Sha256, Text


class NeedsUsed(Wire):
    """The needs of one member that a plan stands on."""

    member: OrganisationId
    """The member."""
    version: Annotated[int, Field(ge=1)]
    """The version of its needs."""
    sha256: Sha256
    """SHA-256 of them (RFC 8785)."""
    agreement: Text | None
    """The agreement, with its version, that opened them: `agr_x/2`. Null: the coordinator's own."""


class NeedsMissing(Wire):
    """A member that is not in a plan, and why."""

    member: OrganisationId
    """The member."""
    reason: Text
    """A code: `no_needs` (none published, or withdrawn), or why no agreement opens them:
    `no_agreement`, `signature`, `not_started`, `suspended`, `ended`, `unknown_client`,
    `token_narrower`; `late`: it joined after the offers were opened, and needs are firm."""


class PurchaseInputs(Wire):
    """What a plan is computed from: the whole problem, and where each part of it comes from."""

    purchase: Id
    """The purchase."""
    problem: PurchaseProblem
    """What to solve."""
    problem_sha256: Sha256
    """SHA-256 of the problem (RFC 8785), as the plan names it in `inputs_digest`."""
    needs: Many[NeedsUsed]
    """The needs that are in it, by member."""
    missing: Many[NeedsMissing]
    """Members that are not in it, by member."""
    offers_version: Annotated[int, Field(ge=0)]
    """The version of the offers that are in it. 0: none."""
    offers_sha256: Sha256
    """SHA-256 of the offers (RFC 8785)."""


class PlanRequest(Wire):
    """A plan that the coordinator computed, to be kept."""

    problem_sha256: Sha256
    """The inputs it was computed from: they must be the inputs as they are now."""
    plan: PurchasePlan
    """The plan; the server adds each amount again before it keeps it."""


class PurchaseRun(Wire):
    """A plan as it is kept, with the digests of its inputs. For the coordinator alone."""

    id: Id
    """Identifier given by the server."""
    purchase: Id
    """The purchase it is for."""
    kept_at: Instant
    """When it was kept."""
    solver: Text
    """What it was computed with. Example: `HiGHS 1.16.0, PuLP 4.2.0`."""
    problem_sha256: Sha256
    """SHA-256 of the problem (RFC 8785)."""
    plan_sha256: Sha256
    """SHA-256 of the plan (RFC 8785) with `run.seconds` zero: the same inputs give it again."""
    needs: Many[NeedsUsed]
    """The needs that are in it, by member."""
    missing: Many[NeedsMissing]
    """Members that are not in it, and why."""
    offers_version: Annotated[int, Field(ge=0)]
    """The version of the offers that are in it."""
    offers_sha256: Sha256
    """SHA-256 of the offers (RFC 8785)."""
    plan: PurchasePlan | None = None
    """The plan, `run.seconds` zero. Null in lists."""


class PurchasePart(Wire):
    """What one member may see of a plan: its own part. For that member, and the coordinator."""

    purchase: Id
    """The purchase."""
    plan: Id
    """The plan."""
    member: OrganisationId
    """Whose part it is."""
    state: PurchaseState
    """Where the purchase stands."""
    view: MemberView
    """The part. `group` is null until the award: the sums of two plans that differ by one member
    would tell that member's. In the coordinator's list of all parts nothing stands that only needs
    say (points and how many, mandate, green share, prices of the cells in use): those it reads as
    inputs, under an agreement."""
    sha256: Sha256
    """SHA-256 of the part (RFC 8785) as it was proposed, its running costs rounded up, without the
    sums of the group: what an answer names."""
    needs_version: Annotated[int, Field(ge=1)]
    """The version of the member's needs that it was computed from."""
    needs_are_current: bool | None
    """Whether the member has published nothing later, and withdrawn nothing. Null: that is told to
    the member alone."""
    answer: PartAnswer | None = None
    """The member's answer. Null: none yet, or withdrawn."""
