"""Maintenance campaigns from a program: plans, parts, answers, progress; `client.campaigns`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

from synergie.client.calls import AsyncCall, Listed, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.errors import BadInput
from synergie.maintenance.client import _calls as calls
from synergie.maintenance.records.campaign import Campaign, CampaignRecord
from synergie.maintenance.records.campaign_rounds import (
    CampaignRounds,
    CampaignRoundsPart,
    CampaignRoundsRequest,
)
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.progress import CampaignProgress
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.maintenance.records.run import (
    CampaignInputs,
    CampaignPart,
    CampaignPlanRequest,
    CampaignProblem,
    CampaignRun,
)
from synergie.schemas.plan_bytes import digest, drop_solve_seconds

type Solve = Callable[[MaintenanceProblem], MaintenancePlan]
"""What computes a plan on your machine: `synergie.maintenance.plan.year.solve`."""


class Campaigns:
    """Campaigns that you coordinate, or were invited to; iterate it for all of them.

    made = client.campaigns.create(CampaignRecord(name=…, reference=…))
    client.campaigns.invite(made.id, ["cc-bassin-de-pompey"])
    run = client.campaigns.compute(made.id, problem, synergie.maintenance.plan.year.solve)
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[Campaign]:
        yield from self.all()

    def all(self) -> Pages[Campaign]:
        """Those you coordinate or were invited to, by id, without bodies."""
        return self._pages(calls.CAMPAIGNS.listed(None))

    def plans(self, campaign: str) -> Pages[CampaignRun]:
        """Plans that were kept, by id, without what they say."""
        return self._pages(calls.build_plans_call(campaign))

    def rounds(self, campaign: str) -> Pages[CampaignRounds]:
        """Rounds that were kept, by id, without what they say: yours, or those you are in."""
        return self._pages(calls.rounds(campaign))

    def parts(self, campaign: str, plan: str) -> Pages[CampaignPart]:
        """The part of each body with its answer, for the coordinator."""
        return self._pages(calls.build_parts_call(campaign, plan))

    def create(self, record: CampaignRecord, *, key: str | None = None) -> Campaign:
        """Announce a campaign that you coordinate."""
        return self._call(calls.create(record, key))

    def change(self, campaign: str, record: CampaignRecord) -> Campaign:
        """Say anew what is maintained together."""
        return self._call(calls.build_change_call(campaign, record))

    def invite(self, campaign: str, bodies: Iterable[str]) -> Campaign:
        """Invite organisations; each joins by an agreement that opens its `assets` to you."""
        return self._call(calls.invite(campaign, bodies))

    def get(self, campaign: str) -> Campaign:
        """One campaign, with the bodies that you may see."""
        return self._call(calls.CAMPAIGNS.get(campaign))

    def propose(self, campaign: str, plan: str) -> Campaign:
        """Let each body read its part of a plan, and answer; over one in force, a revision."""
        return self._call(calls.build_step_call(campaign, "propose", plan))

    def withdraw(self, campaign: str) -> Campaign:
        """Take the plan back that is proposed; the one in force stays."""
        return self._call(calls.build_step_call(campaign, "withdraw"))

    def adopt(self, campaign: str, plan: str) -> Campaign:
        """Put a plan in force that each body has accepted."""
        return self._call(calls.build_step_call(campaign, "adopt", plan))

    def close(self, campaign: str) -> Campaign:
        """End a campaign."""
        return self._call(calls.build_step_call(campaign, "close"))

    def inputs(self, campaign: str) -> CampaignInputs:
        """Whose assets are open to you now, how many and in which state; and who is missing."""
        return self._call(calls.inputs(campaign))

    def plan(self, campaign: str, plan: str) -> CampaignRun:
        """One plan, with its digests."""
        return self._call(calls.build_plan_call(campaign, plan))

    def problem(self, campaign: str, plan: str) -> CampaignProblem:
        """The problem that a plan solves, to the byte."""
        return self._call(calls.build_problem_call(campaign, plan))

    def part(self, campaign: str, plan: str) -> CampaignPart:
        """Your part of a plan that was proposed."""
        return self._call(calls.part(campaign, plan))

    def accept(self, part: CampaignPart, *, reason: str | None = None) -> CampaignPart:
        """Accept the part that you read, and no other."""
        return self._call(calls.answer(part, "accept", reason))

    def decline(self, part: CampaignPart, *, reason: str | None = None) -> CampaignPart:
        """Decline the part that you read."""
        return self._call(calls.answer(part, "decline", reason))

    def withdraw_answer(self, part: CampaignPart) -> CampaignPart:
        """Take your answer back, while the plan is not adopted."""
        return self._call(calls.withdraw_answer(part))

    def rounds_whole(self, campaign: str, rounds: str) -> CampaignRounds:
        """Rounds with their problem, for the coordinator."""
        return self._call(calls.rounds_whole(campaign, rounds))

    def rounds_part(self, campaign: str, rounds: str) -> CampaignRoundsPart:
        """Your part of rounds: when who comes to your assets, and the days of your crews."""
        return self._call(calls.rounds_part(campaign, rounds))

    def progress(self, campaign: str) -> CampaignProgress:
        """How far the plan in force is, as you may see."""
        return self._call(calls.progress(campaign))

    def keep(
        self,
        campaign: str,
        problem: MaintenanceProblem,
        plan: MaintenancePlan,
        *,
        key: str | None = None,
    ) -> CampaignRun:
        """Keep a plan of *problem*; the server adds each amount again."""
        request = CampaignPlanRequest(problem=problem, plan=plan)
        return self._call(calls.keep(campaign, request, key))

    def keep_rounds(
        self, campaign: str, problem: RoundsProblem, rounds: RoundsPlan, *, key: str | None = None
    ) -> CampaignRounds:
        """Keep rounds that you computed, and tell each body its part; a plan is in force."""
        request = CampaignRoundsRequest(problem=problem, rounds=rounds)
        return self._call(calls.keep_rounds(campaign, request, key))

    def compute(
        self, campaign: str, problem: MaintenanceProblem, solve: Solve, *, key: str | None = None
    ) -> CampaignRun:
        """Compute a plan of *problem* on this machine by *solve*, and keep it.

        BadInput when it names a cabinet that no agreement opens to you now.
        """
        return self.keep(campaign, problem, solve(problem), key=key)

    def reproduced(self, campaign: str, plan: str, solve: Solve) -> bool:
        """Whether the stored problem of a plan gives it again to the byte, but for the seconds.

        NotAllowed when an agreement does not open its assets any more.
        """
        kept = self.plan(campaign, plan)
        told = self.problem(campaign, plan)
        solved = solve(_check_problem_digest(told))
        return digest(drop_solve_seconds(solved)) == kept.plan_sha256


class AsyncCampaigns:
    """The same for asyncio; see `Campaigns`. A plan is computed in a thread of its own."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def __aiter__(self) -> AsyncIterator[Campaign]:
        async for one in self.all():
            yield one

    def all(self) -> AsyncPages[Campaign]:
        """Those you coordinate or were invited to, by id, without bodies."""
        return self._pages(calls.CAMPAIGNS.listed(None))

    def plans(self, campaign: str) -> AsyncPages[CampaignRun]:
        """Plans that were kept, by id, without what they say."""
        return self._pages(calls.build_plans_call(campaign))

    def rounds(self, campaign: str) -> AsyncPages[CampaignRounds]:
        """Rounds that were kept, by id, without what they say: yours, or those you are in."""
        return self._pages(calls.rounds(campaign))

    def parts(self, campaign: str, plan: str) -> AsyncPages[CampaignPart]:
        """The part of each body with its answer, for the coordinator."""
        return self._pages(calls.build_parts_call(campaign, plan))

    async def create(self, record: CampaignRecord, *, key: str | None = None) -> Campaign:
        """Announce a campaign that you coordinate."""
        return await self._call(calls.create(record, key))

    async def change(self, campaign: str, record: CampaignRecord) -> Campaign:
        """Say anew what is maintained together."""
        return await self._call(calls.build_change_call(campaign, record))

    async def invite(self, campaign: str, bodies: Iterable[str]) -> Campaign:
        """Invite organisations; each joins by an agreement that opens its `assets` to you."""
        return await self._call(calls.invite(campaign, bodies))

    async def get(self, campaign: str) -> Campaign:
        """One campaign, with the bodies that you may see."""
        return await self._call(calls.CAMPAIGNS.get(campaign))

    async def propose(self, campaign: str, plan: str) -> Campaign:
        """Let each body read its part of a plan, and answer; over one in force, a revision."""
        return await self._call(calls.build_step_call(campaign, "propose", plan))

    async def withdraw(self, campaign: str) -> Campaign:
        """Take the plan back that is proposed; the one in force stays."""
        return await self._call(calls.build_step_call(campaign, "withdraw"))

    async def adopt(self, campaign: str, plan: str) -> Campaign:
        """Put a plan in force that each body has accepted."""
        return await self._call(calls.build_step_call(campaign, "adopt", plan))

    async def close(self, campaign: str) -> Campaign:
        """End a campaign."""
        return await self._call(calls.build_step_call(campaign, "close"))

    async def inputs(self, campaign: str) -> CampaignInputs:
        """Whose assets are open to you now, how many and in which state; and who is missing."""
        return await self._call(calls.inputs(campaign))

    async def plan(self, campaign: str, plan: str) -> CampaignRun:
        """One plan, with its digests."""
        return await self._call(calls.build_plan_call(campaign, plan))

    async def problem(self, campaign: str, plan: str) -> CampaignProblem:
        """The problem that a plan solves, to the byte."""
        return await self._call(calls.build_problem_call(campaign, plan))

    async def part(self, campaign: str, plan: str) -> CampaignPart:
        """Your part of a plan that was proposed."""
        return await self._call(calls.part(campaign, plan))

    async def accept(self, part: CampaignPart, *, reason: str | None = None) -> CampaignPart:
        """Accept the part that you read, and no other."""
        return await self._call(calls.answer(part, "accept", reason))

    async def decline(self, part: CampaignPart, *, reason: str | None = None) -> CampaignPart:
        """Decline the part that you read."""
        return await self._call(calls.answer(part, "decline", reason))

    async def withdraw_answer(self, part: CampaignPart) -> CampaignPart:
        """Take your answer back, while the plan is not adopted."""
        return await self._call(calls.withdraw_answer(part))

    async def rounds_whole(self, campaign: str, rounds: str) -> CampaignRounds:
        """Rounds with their problem, for the coordinator."""
        return await self._call(calls.rounds_whole(campaign, rounds))

    async def rounds_part(self, campaign: str, rounds: str) -> CampaignRoundsPart:
        """Your part of rounds: when who comes to your assets, and the days of your crews."""
        return await self._call(calls.rounds_part(campaign, rounds))

    async def progress(self, campaign: str) -> CampaignProgress:
        """How far the plan in force is, as you may see."""
        return await self._call(calls.progress(campaign))

    async def keep(
        self,
        campaign: str,
        problem: MaintenanceProblem,
        plan: MaintenancePlan,
        *,
        key: str | None = None,
    ) -> CampaignRun:
        """Keep a plan of *problem*; the server adds each amount again."""
        request = CampaignPlanRequest(problem=problem, plan=plan)
        return await self._call(calls.keep(campaign, request, key))

    async def keep_rounds(
        self, campaign: str, problem: RoundsProblem, rounds: RoundsPlan, *, key: str | None = None
    ) -> CampaignRounds:
        """Keep rounds that you computed, and tell each body its part; a plan is in force."""
        request = CampaignRoundsRequest(problem=problem, rounds=rounds)
        return await self._call(calls.keep_rounds(campaign, request, key))

    async def compute(
        self, campaign: str, problem: MaintenanceProblem, solve: Solve, *, key: str | None = None
    ) -> CampaignRun:
        """Compute a plan of *problem* on this machine by *solve*, and keep it.

        BadInput when it names a cabinet that no agreement opens to you now.
        """
        return await self.keep(campaign, problem, await asyncio.to_thread(solve, problem), key=key)

    async def reproduced(self, campaign: str, plan: str, solve: Solve) -> bool:
        """Whether the stored problem of a plan gives it again to the byte, but for the seconds.

        NotAllowed when an agreement does not open its assets any more.
        """
        kept = await self.plan(campaign, plan)
        told = await self.problem(campaign, plan)
        solved = await asyncio.to_thread(solve, _check_problem_digest(told))
        return digest(drop_solve_seconds(solved)) == kept.plan_sha256


def _check_problem_digest(told: CampaignProblem) -> MaintenanceProblem:
    """The problem, which is the one that its digest tells."""
    found = digest(told.problem)
    if found != told.problem_sha256:
        raise BadInput("answer of the server", found, "the digest of the problem")
    return told.problem
