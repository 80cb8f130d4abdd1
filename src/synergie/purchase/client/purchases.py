"""Pooled purchases from a program: needs, plans, parts and answers; `client.purchases`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any, Protocol

from synergie.client.calls import Call
from synergie.client.pages import AsyncPages, Pages
from synergie.energy.records.offer import Offer
from synergie.errors import BadInput
from synergie.purchase.client import _calls as calls
from synergie.purchase.records.group import Purchase, PurchaseRecord
from synergie.purchase.records.market import Forward, ForwardRecord, Market, MarketRecord
from synergie.purchase.records.needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.run import PlanRequest, PurchaseInputs, PurchasePart, PurchaseRun
from synergie.schemas.plan_bytes import digest, drop_solve_seconds

type Solve = Callable[[PurchaseProblem], PurchasePlan]
"""What computes a plan on your machine: `synergie.purchase.plan.award.solve`, and options."""
type _Listed = Callable[[str | None], Call[Any]]


class _Call(Protocol):
    def __call__[T](self, call: Call[T], /) -> T: ...


class _AsyncCall(Protocol):
    def __call__[T](self, call: Call[T], /) -> Awaitable[T]: ...


class Purchases:
    """Purchases that you coordinate, or were invited to; iterate it for all of them.

    made = client.purchases.create(PurchaseRecord(name=…, reference=…, lots=(…,)))
    client.purchases.invite(made.id, ["cc-bassin-de-pompey"])
    run = client.purchases.compute(made.id, synergie.purchase.plan.award.solve)
    """

    def __init__(self, call: _Call, pages: Callable[[_Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[Purchase]:
        yield from self.all()

    def all(self) -> Pages[Purchase]:
        """Those you coordinate or were invited to, by id, without members."""
        return self._pages(calls.PURCHASES.listed(None))

    def plans(self, purchase: str) -> Pages[PurchaseRun]:
        """Plans that were kept, by id, without what they say."""
        return self._pages(calls.build_plans_call(purchase))

    def parts(self, purchase: str, plan: str) -> Pages[PurchasePart]:
        """The part of each member with its answer, for the coordinator."""
        return self._pages(calls.build_parts_call(purchase, plan))

    def create(self, record: PurchaseRecord, *, key: str | None = None) -> Purchase:
        """Announce a purchase that you coordinate."""
        return self._call(calls.create(record, key))

    def change(self, purchase: str, record: PurchaseRecord) -> Purchase:
        """Say anew what is bought together."""
        return self._call(calls.build_change_call(purchase, record))

    def invite(self, purchase: str, members: Iterable[str]) -> Purchase:
        """Invite organisations; each joins by an agreement that opens its `needs` to you."""
        return self._call(calls.invite(purchase, members))

    def get(self, purchase: str) -> Purchase:
        """One purchase, with the members that you may see."""
        return self._call(calls.PURCHASES.get(purchase))

    def close_survey(self, purchase: str) -> Purchase:
        """Needs stand from now on."""
        return self._call(calls.build_step_call(purchase, "close_survey"))

    def open_survey(self, purchase: str) -> Purchase:
        """Let members publish again; a plan that was proposed no longer is."""
        return self._call(calls.build_step_call(purchase, "open_survey"))

    def propose(self, purchase: str, plan: str) -> Purchase:
        """Let each member read its part of a plan, and answer."""
        return self._call(calls.build_step_call(purchase, "propose", plan))

    def award(self, purchase: str, plan: str) -> Purchase:
        """Decide a plan that everybody who buys in it has accepted; for good."""
        return self._call(calls.build_step_call(purchase, "award", plan))

    def close(self, purchase: str) -> Purchase:
        """End a purchase, awarded or not."""
        return self._call(calls.build_step_call(purchase, "close"))

    def publish_needs(self, purchase: str, needs: NeedsRecord) -> Needs:
        """Publish your needs, in the place of those before."""
        return self._call(calls.build_needs_call(purchase, needs))

    def needs(self, purchase: str, *, agreement: str | None = None) -> Needs:
        """Your needs; with *agreement*, those of its owner."""
        return self._call(calls.needs(purchase, agreement))

    def withdraw_needs(self, purchase: str) -> Needs:
        """Withdraw your needs: no later plan has them."""
        return self._call(calls.withdraw_needs(purchase))

    def save_offers(self, purchase: str, offers: OffersRecord | Iterable[Offer]) -> Offers:
        """Keep the offers that came in, the whole list each time; a record has notes, too."""
        return self._call(calls.save_offers(purchase, offers))

    def offers(self, purchase: str) -> Offers:
        """The offers that you keep; no member sees them."""
        return self._call(calls.build_offers_call(purchase))

    def save_market(self, purchase: str, record: MarketRecord) -> Market:
        """Keep the contracts of a purchase as they go, the whole list each time."""
        return self._call(calls.build_market_call(purchase, record))

    def market(self, purchase: str) -> Market:
        """How the contracts stand today: whole to the coordinator, else your own part."""
        return self._call(calls.build_market_call(purchase))

    def save_forward(self, purchase: str, record: ForwardRecord) -> Forward:
        """Keep a forward curve with the load of the group; the server values the offers on it."""
        return self._call(calls.build_forward_call(purchase, record))

    def forward(self, purchase: str) -> Forward:
        """The forward curve: with the offers to the coordinator, the curve alone to a member."""
        return self._call(calls.build_forward_call(purchase))

    def inputs(self, purchase: str, *, plan: str | None = None) -> PurchaseInputs:
        """What a plan is computed from now; with *plan*, what that one was computed from."""
        return self._call(calls.inputs(purchase, plan))

    def plan(self, purchase: str, plan: str) -> PurchaseRun:
        """One plan, with the digests of its inputs."""
        return self._call(calls.build_plan_call(purchase, plan))

    def part(self, purchase: str, plan: str) -> PurchasePart:
        """Your part of a plan that was proposed."""
        return self._call(calls.part(purchase, plan))

    def accept(self, part: PurchasePart, *, reason: str | None = None) -> PurchasePart:
        """Accept the part that you read, and no other."""
        return self._call(calls.answer(part, "accept", reason))

    def decline(self, part: PurchasePart, *, reason: str | None = None) -> PurchasePart:
        """Decline the part that you read."""
        return self._call(calls.answer(part, "decline", reason))

    def withdraw_answer(self, part: PurchasePart) -> PurchasePart:
        """Take your answer back, while the plan is not awarded."""
        return self._call(calls.withdraw_answer(part))

    def keep(
        self, inputs: PurchaseInputs, plan: PurchasePlan, *, key: str | None = None
    ) -> PurchaseRun:
        """Keep a plan that you computed from *inputs*; the server adds each amount again."""
        request = PlanRequest(problem_sha256=inputs.problem_sha256, plan=plan)
        return self._call(calls.keep(inputs.purchase, request, key))

    def compute(self, purchase: str, solve: Solve, *, key: str | None = None) -> PurchaseRun:
        """Read the inputs as they are, compute a plan on this machine by *solve*, and keep it.

        Conflict when the inputs changed meanwhile: compute again.
        """
        told = self.inputs(purchase)
        return self.keep(told, solve(_verify_problem_digest(told)), key=key)

    def reproduced(self, purchase: str, plan: str, solve: Solve) -> bool:
        """Whether the stored inputs of a plan give it again to the byte, but for the seconds.

        NotAllowed when an agreement does not open its needs any more.
        """
        kept = self.plan(purchase, plan)
        told = self.inputs(purchase, plan=plan)
        return digest(drop_solve_seconds(solve(_verify_problem_digest(told)))) == kept.plan_sha256


class AsyncPurchases:
    """The same for asyncio; see `Purchases`. A plan is computed in a thread of its own."""

    def __init__(self, call: _AsyncCall, pages: Callable[[_Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def __aiter__(self) -> AsyncIterator[Purchase]:
        async for one in self.all():
            yield one

    def all(self) -> AsyncPages[Purchase]:
        """Those you coordinate or were invited to, by id, without members."""
        return self._pages(calls.PURCHASES.listed(None))

    def plans(self, purchase: str) -> AsyncPages[PurchaseRun]:
        """Plans that were kept, by id, without what they say."""
        return self._pages(calls.build_plans_call(purchase))

    def parts(self, purchase: str, plan: str) -> AsyncPages[PurchasePart]:
        """The part of each member with its answer, for the coordinator."""
        return self._pages(calls.build_parts_call(purchase, plan))

    async def create(self, record: PurchaseRecord, *, key: str | None = None) -> Purchase:
        """Announce a purchase that you coordinate."""
        return await self._call(calls.create(record, key))

    async def change(self, purchase: str, record: PurchaseRecord) -> Purchase:
        """Say anew what is bought together."""
        return await self._call(calls.build_change_call(purchase, record))

    async def invite(self, purchase: str, members: Iterable[str]) -> Purchase:
        """Invite organisations; each joins by an agreement that opens its `needs` to you."""
        return await self._call(calls.invite(purchase, members))

    async def get(self, purchase: str) -> Purchase:
        """One purchase, with the members that you may see."""
        return await self._call(calls.PURCHASES.get(purchase))

    async def close_survey(self, purchase: str) -> Purchase:
        """Needs stand from now on."""
        return await self._call(calls.build_step_call(purchase, "close_survey"))

    async def open_survey(self, purchase: str) -> Purchase:
        """Let members publish again; a plan that was proposed no longer is."""
        return await self._call(calls.build_step_call(purchase, "open_survey"))

    async def propose(self, purchase: str, plan: str) -> Purchase:
        """Let each member read its part of a plan, and answer."""
        return await self._call(calls.build_step_call(purchase, "propose", plan))

    async def award(self, purchase: str, plan: str) -> Purchase:
        """Decide a plan that everybody who buys in it has accepted; for good."""
        return await self._call(calls.build_step_call(purchase, "award", plan))

    async def close(self, purchase: str) -> Purchase:
        """End a purchase, awarded or not."""
        return await self._call(calls.build_step_call(purchase, "close"))

    async def publish_needs(self, purchase: str, needs: NeedsRecord) -> Needs:
        """Publish your needs, in the place of those before."""
        return await self._call(calls.build_needs_call(purchase, needs))

    async def needs(self, purchase: str, *, agreement: str | None = None) -> Needs:
        """Your needs; with *agreement*, those of its owner."""
        return await self._call(calls.needs(purchase, agreement))

    async def withdraw_needs(self, purchase: str) -> Needs:
        """Withdraw your needs: no later plan has them."""
        return await self._call(calls.withdraw_needs(purchase))

    async def save_offers(self, purchase: str, offers: OffersRecord | Iterable[Offer]) -> Offers:
        """Keep the offers that came in, the whole list each time; a record has notes, too."""
        return await self._call(calls.save_offers(purchase, offers))

    async def offers(self, purchase: str) -> Offers:
        """The offers that you keep; no member sees them."""
        return await self._call(calls.build_offers_call(purchase))

    async def save_market(self, purchase: str, record: MarketRecord) -> Market:
        """Keep the contracts of a purchase as they go, the whole list each time."""
        return await self._call(calls.build_market_call(purchase, record))

    async def market(self, purchase: str) -> Market:
        """How the contracts stand today: whole to the coordinator, else your own part."""
        return await self._call(calls.build_market_call(purchase))

    async def save_forward(self, purchase: str, record: ForwardRecord) -> Forward:
        """Keep a forward curve with the load of the group; the server values the offers on it."""
        return await self._call(calls.build_forward_call(purchase, record))

    async def forward(self, purchase: str) -> Forward:
        """The forward curve: with the offers to the coordinator, the curve alone to a member."""
        return await self._call(calls.build_forward_call(purchase))

    async def inputs(self, purchase: str, *, plan: str | None = None) -> PurchaseInputs:
        """What a plan is computed from now; with *plan*, what that one was computed from."""
        return await self._call(calls.inputs(purchase, plan))

    async def plan(self, purchase: str, plan: str) -> PurchaseRun:
        """One plan, with the digests of its inputs."""
        return await self._call(calls.build_plan_call(purchase, plan))

    async def part(self, purchase: str, plan: str) -> PurchasePart:
        """Your part of a plan that was proposed."""
        return await self._call(calls.part(purchase, plan))

    async def accept(self, part: PurchasePart, *, reason: str | None = None) -> PurchasePart:
        """Accept the part that you read, and no other."""
        return await self._call(calls.answer(part, "accept", reason))

    async def decline(self, part: PurchasePart, *, reason: str | None = None) -> PurchasePart:
        """Decline the part that you read."""
        return await self._call(calls.answer(part, "decline", reason))

    async def withdraw_answer(self, part: PurchasePart) -> PurchasePart:
        """Take your answer back, while the plan is not awarded."""
        return await self._call(calls.withdraw_answer(part))

    async def keep(
        self, inputs: PurchaseInputs, plan: PurchasePlan, *, key: str | None = None
    ) -> PurchaseRun:
        """Keep a plan that you computed from *inputs*; the server adds each amount again."""
        request = PlanRequest(problem_sha256=inputs.problem_sha256, plan=plan)
        return await self._call(calls.keep(inputs.purchase, request, key))

    async def compute(self, purchase: str, solve: Solve, *, key: str | None = None) -> PurchaseRun:
        """Read the inputs as they are, compute a plan on this machine by *solve*, and keep it.

        Conflict when the inputs changed meanwhile: compute again.
        """
        told = await self.inputs(purchase)
        return await self.keep(
            told, await asyncio.to_thread(solve, _verify_problem_digest(told)), key=key
        )

    async def reproduced(self, purchase: str, plan: str, solve: Solve) -> bool:
        """Whether the stored inputs of a plan give it again to the byte, but for the seconds.

        NotAllowed when an agreement does not open its needs any more.
        """
        kept = await self.plan(purchase, plan)
        told = await self.inputs(purchase, plan=plan)
        return (
            digest(drop_solve_seconds(await asyncio.to_thread(solve, _verify_problem_digest(told))))
            == kept.plan_sha256
        )


def _verify_problem_digest(inputs: PurchaseInputs) -> PurchaseProblem:
    """The problem, which is the one that its digest tells."""
    found = digest(inputs.problem)
    if found != inputs.problem_sha256:
        raise BadInput("answer of the server", found, "the digest of the problem")
    return inputs.problem
