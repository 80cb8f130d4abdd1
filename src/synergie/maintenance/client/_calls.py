"""The calls of maintenance campaigns; see `calls`."""

from collections.abc import Callable, Iterable

from synergie.client.calls import Call, Noun
from synergie.client.plan_calls import (
    after_of,
    build_create_call,
    build_get_call,
    build_put_call,
    post,
)
from synergie.maintenance.records.campaign import (
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
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import Answer, BodiesRequest, PartRequest

CAMPAIGNS = Noun("campaigns", Campaign, Page[Campaign])
_PLANS = Noun("plans", CampaignRun, Page[CampaignRun])
_ROUNDS = Noun("rounds", CampaignRounds, Page[CampaignRounds])


def create(record: CampaignRecord, key: str | None) -> Call[Campaign]:
    """Announce a campaign."""
    return build_create_call("/v1/campaigns", record, key, Campaign)


def build_change_call(campaign: str, record: CampaignRecord) -> Call[Campaign]:
    """Say anew what is maintained."""
    return build_put_call(_format_campaign_path(campaign), record, Campaign)


def invite(campaign: str, bodies: Iterable[str]) -> Call[Campaign]:
    """Invite organisations."""
    body = BodiesRequest(bodies=tuple(bodies))
    return build_put_call(f"{_format_campaign_path(campaign)}/bodies", body, Campaign)


def build_step_call(campaign: str, name: CampaignAct, plan: str | None = None) -> Call[Campaign]:
    """Take one step; the key only marks it as repeatable, which it is by itself."""
    return post(
        f"{_format_campaign_path(campaign)}/{name}", CampaignActRequest(plan=plan), Campaign
    )


def inputs(campaign: str) -> Call[CampaignInputs]:
    """Whose assets are open now."""
    return build_get_call(f"{_format_campaign_path(campaign)}/inputs", CampaignInputs)


def keep(campaign: str, request: CampaignPlanRequest, key: str | None) -> Call[CampaignRun]:
    """Keep a plan."""
    return build_create_call(f"{_format_campaign_path(campaign)}/plans", request, key, CampaignRun)


def build_plans_call(campaign: str) -> Callable[[str | None], Call[Page[CampaignRun]]]:
    """From a cursor to the call of that page of plans."""
    return lambda after: build_get_call(
        f"{_format_campaign_path(campaign)}/plans", Page[CampaignRun], after_of(after)
    )


def build_plan_call(campaign: str, plan_id: str) -> Call[CampaignRun]:
    """One plan."""
    return build_get_call(_format_plan_path(campaign, plan_id), CampaignRun)


def build_problem_call(campaign: str, plan_id: str) -> Call[CampaignProblem]:
    """What a plan solves."""
    return build_get_call(f"{_format_plan_path(campaign, plan_id)}/problem", CampaignProblem)


def build_parts_call(
    campaign: str, plan_id: str
) -> Callable[[str | None], Call[Page[CampaignPart]]]:
    """From a cursor to the call of that page of parts."""
    path = f"{_format_plan_path(campaign, plan_id)}/parts"
    return lambda after: build_get_call(path, Page[CampaignPart], after_of(after))


def part(campaign: str, plan_id: str) -> Call[CampaignPart]:
    """One's part of a plan."""
    return build_get_call(f"{_format_plan_path(campaign, plan_id)}/part", CampaignPart)


def answer(part: CampaignPart, said: Answer, reason: str | None) -> Call[CampaignPart]:
    """Answer the part that was read, and no other."""
    body = PartRequest(answer=said, part_sha256=part.sha256, reason=reason)
    return post(f"{_format_plan_path(part.campaign, part.plan)}/answer", body, CampaignPart)


def withdraw_answer(part: CampaignPart) -> Call[CampaignPart]:
    """Take one's answer back."""
    return post(
        f"{_format_plan_path(part.campaign, part.plan)}/answer/withdraw", None, CampaignPart
    )


def keep_rounds(
    campaign: str, request: CampaignRoundsRequest, key: str | None
) -> Call[CampaignRounds]:
    """Keep rounds."""
    return build_create_call(
        f"{_format_campaign_path(campaign)}/rounds", request, key, CampaignRounds
    )


def rounds(campaign: str) -> Callable[[str | None], Call[Page[CampaignRounds]]]:
    """From a cursor to the call of that page of rounds."""
    path = f"{_format_campaign_path(campaign)}/rounds"
    return lambda after: build_get_call(path, Page[CampaignRounds], after_of(after))


def rounds_whole(campaign: str, rounds_id: str) -> Call[CampaignRounds]:
    """Rounds with their problem."""
    return build_get_call(_format_rounds_path(campaign, rounds_id), CampaignRounds)


def rounds_part(campaign: str, rounds_id: str) -> Call[CampaignRoundsPart]:
    """One's part of rounds."""
    return build_get_call(f"{_format_rounds_path(campaign, rounds_id)}/part", CampaignRoundsPart)


def progress(campaign: str) -> Call[CampaignProgress]:
    """How far the plan in force is."""
    return build_get_call(f"{_format_campaign_path(campaign)}/progress", CampaignProgress)


def _format_campaign_path(campaign: str) -> str:
    return CAMPAIGNS.get(campaign).path


def _format_rounds_path(campaign: str, rounds_id: str) -> str:
    return (
        f"{_format_campaign_path(campaign)}/rounds/{_ROUNDS.get(rounds_id).path.rpartition('/')[2]}"
    )


def _format_plan_path(campaign: str, plan_id: str) -> str:
    return f"{_format_campaign_path(campaign)}/plans/{_PLANS.get(plan_id).path.rpartition('/')[2]}"
