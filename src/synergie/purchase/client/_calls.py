"""The calls of pooled purchases; see `calls`."""

from collections.abc import Callable, Iterable

from synergie.client.calls import Call, Noun
from synergie.client.plan_calls import (
    after_of,
    build_create_call,
    build_get_call,
    build_put_call,
    post,
)
from synergie.energy.records.offer import Offer
from synergie.purchase.records.group import (
    MembersRequest,
    Purchase,
    PurchaseAct,
    PurchaseActRequest,
    PurchaseRecord,
)
from synergie.purchase.records.market import Forward, ForwardRecord, Market, MarketRecord
from synergie.purchase.records.needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.purchase.records.run import PlanRequest, PurchaseInputs, PurchasePart, PurchaseRun
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import Answer, PartRequest

PURCHASES = Noun("purchases", Purchase, Page[Purchase])
_PLANS = Noun("plans", PurchaseRun, Page[PurchaseRun])


def create(record: PurchaseRecord, key: str | None) -> Call[Purchase]:
    """Announce a purchase."""
    return build_create_call("/v1/purchases", record, key, Purchase)


def build_change_call(purchase: str, record: PurchaseRecord) -> Call[Purchase]:
    """Say anew what is bought."""
    return build_put_call(_format_purchase_path(purchase), record, Purchase)


def invite(purchase: str, members: Iterable[str]) -> Call[Purchase]:
    """Invite organisations."""
    body = MembersRequest(members=tuple(members))
    return build_put_call(f"{_format_purchase_path(purchase)}/members", body, Purchase)


def build_step_call(purchase: str, name: PurchaseAct, plan: str | None = None) -> Call[Purchase]:
    """Take one step; the key only marks it as repeatable, which it is by itself."""
    return post(
        f"{_format_purchase_path(purchase)}/{name}", PurchaseActRequest(plan=plan), Purchase
    )


def build_needs_call(purchase: str, record: NeedsRecord) -> Call[Needs]:
    """Publish one's needs."""
    return build_put_call(f"{_format_purchase_path(purchase)}/needs", record, Needs)


def needs(purchase: str, agreement: str | None) -> Call[Needs]:
    """One's needs, or those that an agreement opens."""
    params = () if agreement is None else (("agreement", agreement),)
    return build_get_call(f"{_format_purchase_path(purchase)}/needs", Needs, params)


def withdraw_needs(purchase: str) -> Call[Needs]:
    """Withdraw one's needs."""
    return post(f"{_format_purchase_path(purchase)}/needs/withdraw", None, Needs)


def save_offers(purchase: str, offers: OffersRecord | Iterable[Offer]) -> Call[Offers]:
    """Keep the offers that came in."""
    record = offers if isinstance(offers, OffersRecord) else OffersRecord(offers=tuple(offers))
    return build_put_call(f"{_format_purchase_path(purchase)}/offers", record, Offers)


def build_offers_call(purchase: str) -> Call[Offers]:
    """The offers."""
    return build_get_call(f"{_format_purchase_path(purchase)}/offers", Offers)


def build_market_call(purchase: str, record: MarketRecord | None = None) -> Call[Market]:
    """The life of the contracts: kept when *record* is there, else read."""
    path = f"{_format_purchase_path(purchase)}/market"
    return build_get_call(path, Market) if record is None else build_put_call(path, record, Market)


def build_forward_call(purchase: str, record: ForwardRecord | None = None) -> Call[Forward]:
    """The forward curve: kept when *record* is there, else read."""
    path = f"{_format_purchase_path(purchase)}/forward"
    if record is None:
        return build_get_call(path, Forward)
    return build_put_call(path, record, Forward)


def inputs(purchase: str, plan: str | None = None) -> Call[PurchaseInputs]:
    """What a plan is computed from now; or what an earlier one was computed from."""
    place = _format_purchase_path(purchase) if plan is None else _format_plan_path(purchase, plan)
    return build_get_call(f"{place}/inputs", PurchaseInputs)


def keep(purchase: str, request: PlanRequest, key: str | None) -> Call[PurchaseRun]:
    """Keep a plan."""
    return build_create_call(f"{_format_purchase_path(purchase)}/plans", request, key, PurchaseRun)


def build_plans_call(purchase: str) -> Callable[[str | None], Call[Page[PurchaseRun]]]:
    """From a cursor to the call of that page of plans."""
    return lambda after: build_get_call(
        f"{_format_purchase_path(purchase)}/plans", Page[PurchaseRun], after_of(after)
    )


def build_plan_call(purchase: str, plan_id: str) -> Call[PurchaseRun]:
    """One plan."""
    return build_get_call(_format_plan_path(purchase, plan_id), PurchaseRun)


def build_parts_call(
    purchase: str, plan_id: str
) -> Callable[[str | None], Call[Page[PurchasePart]]]:
    """From a cursor to the call of that page of parts."""
    path = f"{_format_plan_path(purchase, plan_id)}/parts"
    return lambda after: build_get_call(path, Page[PurchasePart], after_of(after))


def part(purchase: str, plan_id: str) -> Call[PurchasePart]:
    """One's part of a plan."""
    return build_get_call(f"{_format_plan_path(purchase, plan_id)}/part", PurchasePart)


def answer(part: PurchasePart, said: Answer, reason: str | None) -> Call[PurchasePart]:
    """Answer the part that was read, and no other."""
    body = PartRequest(answer=said, part_sha256=part.sha256, reason=reason)
    return post(f"{_format_plan_path(part.purchase, part.plan)}/answer", body, PurchasePart)


def withdraw_answer(part: PurchasePart) -> Call[PurchasePart]:
    """Take one's answer back."""
    return post(
        f"{_format_plan_path(part.purchase, part.plan)}/answer/withdraw", None, PurchasePart
    )


def _format_purchase_path(purchase: str) -> str:
    return PURCHASES.get(purchase).path


def _format_plan_path(purchase: str, plan_id: str) -> str:
    return f"{_format_purchase_path(purchase)}/plans/{_PLANS.get(plan_id).path.rpartition('/')[2]}"
