"""The calls of pooled purchases; see `calls`."""

from collections.abc import Callable, Iterable

from synergie.client.calls import Call, Noun
from synergie.client.plan_calls import after_of, got, made, post, put
from synergie.purchase.records.group import (
    MembersRequest,
    Purchase,
    PurchaseAct,
    PurchaseActRequest,
    PurchaseRecord,
)
from synergie.purchase.records.needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.purchase.records.run import (
    Answer,
    PartRequest,
    PlanRequest,
    PurchaseInputs,
    PurchasePart,
    PurchaseRun,
)
from synergie.schemas.page import Page

PURCHASES = Noun("purchases", Purchase, Page[Purchase])
_PLANS = Noun("plans", PurchaseRun, Page[PurchaseRun])


def create(record: PurchaseRecord, key: str | None) -> Call[Purchase]:
    """Announce a purchase."""
    return made("/v1/purchases", record, key, Purchase)


def change(purchase: str, record: PurchaseRecord) -> Call[Purchase]:
    """Say anew what is bought."""
    return put(_path(purchase), record, Purchase)


def invite(purchase: str, members: Iterable[str]) -> Call[Purchase]:
    """Invite organisations."""
    body = MembersRequest(members=tuple(members))
    return put(f"{_path(purchase)}/members", body, Purchase)


def act(purchase: str, name: PurchaseAct, plan: str | None = None) -> Call[Purchase]:
    """Take one step; the key only marks it as repeatable, which it is by itself."""
    return post(f"{_path(purchase)}/{name}", PurchaseActRequest(plan=plan), Purchase)


def publish(purchase: str, record: NeedsRecord) -> Call[Needs]:
    """Publish one's needs."""
    return put(f"{_path(purchase)}/needs", record, Needs)


def needs(purchase: str, agreement: str | None) -> Call[Needs]:
    """One's needs, or those that an agreement opens."""
    params = () if agreement is None else (("agreement", agreement),)
    return got(f"{_path(purchase)}/needs", Needs, params)


def withdraw_needs(purchase: str) -> Call[Needs]:
    """Withdraw one's needs."""
    return post(f"{_path(purchase)}/needs/withdraw", None, Needs)


def save_offers(purchase: str, record: OffersRecord) -> Call[Offers]:
    """Keep the offers that came in."""
    return put(f"{_path(purchase)}/offers", record, Offers)


def offers(purchase: str) -> Call[Offers]:
    """The offers."""
    return got(f"{_path(purchase)}/offers", Offers)


def inputs(purchase: str, plan: str | None = None) -> Call[PurchaseInputs]:
    """What a plan is computed from now; or what an earlier one was computed from."""
    place = _path(purchase) if plan is None else _plan(purchase, plan)
    return got(f"{place}/inputs", PurchaseInputs)


def keep(purchase: str, request: PlanRequest, key: str | None) -> Call[PurchaseRun]:
    """Keep a plan."""
    return made(f"{_path(purchase)}/plans", request, key, PurchaseRun)


def plans(purchase: str) -> Callable[[str | None], Call[Page[PurchaseRun]]]:
    """From a cursor to the call of that page of plans."""
    return lambda after: got(f"{_path(purchase)}/plans", Page[PurchaseRun], after_of(after))


def plan(purchase: str, plan_id: str) -> Call[PurchaseRun]:
    """One plan."""
    return got(_plan(purchase, plan_id), PurchaseRun)


def parts(purchase: str, plan_id: str) -> Callable[[str | None], Call[Page[PurchasePart]]]:
    """From a cursor to the call of that page of parts."""
    path = f"{_plan(purchase, plan_id)}/parts"
    return lambda after: got(path, Page[PurchasePart], after_of(after))


def part(purchase: str, plan_id: str) -> Call[PurchasePart]:
    """One's part of a plan."""
    return got(f"{_plan(purchase, plan_id)}/part", PurchasePart)


def answer(part: PurchasePart, said: Answer, reason: str | None) -> Call[PurchasePart]:
    """Answer the part that was read, and no other."""
    body = PartRequest(answer=said, part_sha256=part.sha256, reason=reason)
    return post(f"{_plan(part.purchase, part.plan)}/answer", body, PurchasePart)


def withdraw_answer(part: PurchasePart) -> Call[PurchasePart]:
    """Take one's answer back."""
    return post(f"{_plan(part.purchase, part.plan)}/answer/withdraw", None, PurchasePart)


def _path(purchase: str) -> str:
    return PURCHASES.one(purchase).path


def _plan(purchase: str, plan_id: str) -> str:
    return f"{_path(purchase)}/plans/{_PLANS.one(plan_id).path.rpartition('/')[2]}"
