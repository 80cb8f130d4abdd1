"""The calls of maintenance campaigns; see `calls`."""

from collections.abc import Callable, Iterable

from synergie.client.calls import Call, Noun
from synergie.client.plan_calls import after_of, got, made, post, put
from synergie.maintenance.records.campaign import (
    BodiesRequest,
    Campaign,
    CampaignAct,
    CampaignActRequest,
    CampaignRecord,
)
from synergie.maintenance.records.campaign_rounds import (
    CampaignRounds,
    CampaignRoundsPart,
    CampaignRoundsRequest,
)
from synergie.maintenance.records.progress import CampaignProgress
from synergie.maintenance.records.run import (
    CampaignInputs,
    CampaignPart,
    CampaignPlanRequest,
    CampaignProblem,
    CampaignRun,
)
from synergie.purchase.records.run import Answer, PartRequest
from synergie.schemas.page import Page

CAMPAIGNS = Noun("campaigns", Campaign, Page[Campaign])
_PLANS = Noun("plans", CampaignRun, Page[CampaignRun])
_ROUNDS = Noun("rounds", CampaignRounds, Page[CampaignRounds])


def create(record: CampaignRecord, key: str | None) -> Call[Campaign]:
    """Announce a campaign."""
    return made("/v1/campaigns", record, key, Campaign)


def change(campaign: str, record: CampaignRecord) -> Call[Campaign]:
    """Say anew what is maintained."""
    return put(_path(campaign), record, Campaign)


def invite(campaign: str, bodies: Iterable[str]) -> Call[Campaign]:
    """Invite organisations."""
    body = BodiesRequest(bodies=tuple(bodies))
    return put(f"{_path(campaign)}/bodies", body, Campaign)


def act(campaign: str, name: CampaignAct, plan: str | None = None) -> Call[Campaign]:
    """Take one step; the key only marks it as repeatable, which it is by itself."""
    return post(f"{_path(campaign)}/{name}", CampaignActRequest(plan=plan), Campaign)


def inputs(campaign: str) -> Call[CampaignInputs]:
    """Whose assets are open now."""
    return got(f"{_path(campaign)}/inputs", CampaignInputs)


def keep(campaign: str, request: CampaignPlanRequest, key: str | None) -> Call[CampaignRun]:
    """Keep a plan."""
    return made(f"{_path(campaign)}/plans", request, key, CampaignRun)


def plans(campaign: str) -> Callable[[str | None], Call[Page[CampaignRun]]]:
    """From a cursor to the call of that page of plans."""
    return lambda after: got(f"{_path(campaign)}/plans", Page[CampaignRun], after_of(after))


def plan(campaign: str, plan_id: str) -> Call[CampaignRun]:
    """One plan."""
    return got(_plan(campaign, plan_id), CampaignRun)


def problem(campaign: str, plan_id: str) -> Call[CampaignProblem]:
    """What a plan solves."""
    return got(f"{_plan(campaign, plan_id)}/problem", CampaignProblem)


def parts(campaign: str, plan_id: str) -> Callable[[str | None], Call[Page[CampaignPart]]]:
    """From a cursor to the call of that page of parts."""
    path = f"{_plan(campaign, plan_id)}/parts"
    return lambda after: got(path, Page[CampaignPart], after_of(after))


def part(campaign: str, plan_id: str) -> Call[CampaignPart]:
    """One's part of a plan."""
    return got(f"{_plan(campaign, plan_id)}/part", CampaignPart)


def answer(part: CampaignPart, said: Answer, reason: str | None) -> Call[CampaignPart]:
    """Answer the part that was read, and no other."""
    body = PartRequest(answer=said, part_sha256=part.sha256, reason=reason)
    return post(f"{_plan(part.campaign, part.plan)}/answer", body, CampaignPart)


def withdraw_answer(part: CampaignPart) -> Call[CampaignPart]:
    """Take one's answer back."""
    return post(f"{_plan(part.campaign, part.plan)}/answer/withdraw", None, CampaignPart)


def keep_rounds(
    campaign: str, request: CampaignRoundsRequest, key: str | None
) -> Call[CampaignRounds]:
    """Keep rounds."""
    return made(f"{_path(campaign)}/rounds", request, key, CampaignRounds)


def rounds(campaign: str) -> Callable[[str | None], Call[Page[CampaignRounds]]]:
    """From a cursor to the call of that page of rounds."""
    path = f"{_path(campaign)}/rounds"
    return lambda after: got(path, Page[CampaignRounds], after_of(after))


def rounds_whole(campaign: str, rounds_id: str) -> Call[CampaignRounds]:
    """Rounds with their problem."""
    return got(_rounds(campaign, rounds_id), CampaignRounds)


def rounds_part(campaign: str, rounds_id: str) -> Call[CampaignRoundsPart]:
    """One's part of rounds."""
    return got(f"{_rounds(campaign, rounds_id)}/part", CampaignRoundsPart)


def progress(campaign: str) -> Call[CampaignProgress]:
    """How far the plan in force is."""
    return got(f"{_path(campaign)}/progress", CampaignProgress)


def _path(campaign: str) -> str:
    return CAMPAIGNS.one(campaign).path


def _rounds(campaign: str, rounds_id: str) -> str:
    return f"{_path(campaign)}/rounds/{_ROUNDS.one(rounds_id).path.rpartition('/')[2]}"


def _plan(campaign: str, plan_id: str) -> str:
    return f"{_path(campaign)}/plans/{_PLANS.one(plan_id).path.rpartition('/')[2]}"
