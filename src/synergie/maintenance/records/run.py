"""A joint maintenance plan with what it was made from, and each body's part and answer."""

from typing import Annotated

from pydantic import Field

from synergie.maintenance.records.campaign import CampaignState
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.view import CampaignView
from synergie.schemas.shared_plan import BodyMissing, PartAnswer
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId, Sha256, Text

type Count = Annotated[int, Field(ge=0)]


class AssetsOpened(Wire):
    """The assets of one body that a plan may be made from."""

    body: OrganisationId
    """The body."""
    agreements: Many[Text]
    """The agreements, each with its version, that open them: `agr_x/2`. Empty: the coordinator's
    own."""
    cabinets: Count
    """How many cabinets."""
    light_points: Count
    """How many light points."""
    assets_sha256: Sha256
    """Digest of them in their state now, keyed by the server: the same while none of them
    changes."""
    work_orders: bool
    """Whether its work orders are open, too: progress can be told."""


class CampaignInputs(Wire):
    """What a plan may be made from now, body by body; the assets are read by their own routes."""

    campaign: Id
    """The campaign."""
    opened: Many[AssetsOpened]
    """Bodies whose assets are open, by body."""
    missing: Many[BodyMissing]
    """Bodies whose assets are not, by body."""


class CampaignPlanRequest(Wire):
    """A plan that the coordinator computed, with the problem it solves, to be kept."""

    problem: MaintenanceProblem
    """What was solved: `Visit.organisation` is a body, `Visit.cabinet` its cabinet as it names it,
    `starts_on` a Monday."""
    plan: MaintenancePlan
    """The plan; the server adds each amount again before it keeps it."""


class CampaignRun(Wire):
    """A plan as it is kept, with the digests of what it stands on. For the coordinator alone."""

    id: Id
    """Identifier given by the server."""
    campaign: Id
    """The campaign it is for."""
    kept_at: Instant
    """When it was kept."""
    solver: Text
    """What it was computed with. Example: `HiGHS 1.16.0, PuLP 4.2.0`."""
    problem_sha256: Sha256
    """SHA-256 of the problem (RFC 8785)."""
    plan_sha256: Sha256
    """SHA-256 of the plan (RFC 8785) with `run.seconds` zero: the same problem gives it again."""
    nonce: Text
    """The number that seals of parts hold: with it an auditor checks them."""
    seal: Sha256
    """SHA-256 of `nonce`, `problem_sha256` and `plan_sha256` (RFC 8785), as parts tell it."""
    replaces: Id | None
    """The plan in force that it is to replace. Null: a first plan."""
    opened: Many[AssetsOpened]
    """The assets that were open when it was kept, by body."""
    missing: Many[BodyMissing]
    """Bodies whose assets were not, and why."""
    plan: MaintenancePlan | None = None
    """The plan, `run.seconds` zero. Null in lists."""


class CampaignProblem(Wire):
    """The problem that a plan solves, to the byte: solved again it gives the same plan."""

    campaign: Id
    """The campaign."""
    plan: Id
    """The plan."""
    problem: MaintenanceProblem
    """What was solved."""
    problem_sha256: Sha256
    """SHA-256 of the problem (RFC 8785)."""


class CampaignPart(Wire):
    """What one body may see of a plan: its own part. For that body, and the coordinator."""

    campaign: Id
    """The campaign."""
    plan: Id
    """The plan."""
    body: OrganisationId
    """Whose part it is."""
    state: CampaignState
    """Where the campaign stands."""
    in_force: bool
    """Whether this plan is the one in force."""
    view: CampaignView
    """The part. `totals` is null until a first plan is adopted, and in every later one: the sums of
    two plans that differ by one body would tell that body's. In the coordinator's list of all parts
    no visit stands: those are of assets, read under an agreement; and its costs are exact."""
    sha256: Sha256
    """SHA-256 of the part as its body reads it (RFC 8785), without the sums: what an answer
    names."""
    answer: PartAnswer | None = None
    """The body's answer. Null: none yet, or withdrawn."""
