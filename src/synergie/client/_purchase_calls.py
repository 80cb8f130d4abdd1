"""The calls of pooled purchases; see `calls`."""

from collections.abc import Callable, Iterable

from pydantic import BaseModel

from synergie.client._bodies import BytesBody
from synergie.client.calls import Call, Noun, idempotency_key, model_of
from synergie.schemas.page import Page
from synergie.schemas.purchase_group import (
    MembersRequest,
    Purchase,
    PurchaseAct,
    PurchaseActRequest,
    PurchaseRecord,
)
from synergie.schemas.purchase_needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.schemas.purchase_run import (
    Answer,
    PartRequest,
    PlanRequest,
    PurchaseInputs,
    PurchasePart,
    PurchaseRun,
)

PURCHASES = Noun("purchases", Purchase, Page[Purchase])
_PLANS = Noun("plans", PurchaseRun, Page[PurchaseRun])

_JSON = "application/json"


def create(record: PurchaseRecord, key: str | None) -> Call[Purchase]:
    """Announce a purchase."""
    return Call(
        method="POST",
        path="/v1/purchases",
        body=_body(record),
        key=idempotency_key(key),
        parse=model_of(Purchase),
    )


def change(purchase: str, record: PurchaseRecord) -> Call[Purchase]:
    """Say anew what is bought."""
    return _put(_path(purchase), record, Purchase)


def invite(purchase: str, members: Iterable[str]) -> Call[Purchase]:
    """Invite organisations."""
    body = MembersRequest(members=tuple(members))
    return _put(f"{_path(purchase)}/members", body, Purchase)


def act(purchase: str, name: PurchaseAct, plan: str | None = None) -> Call[Purchase]:
    """Take one step; the key only marks it as repeatable, which it is by itself."""
    return _post(f"{_path(purchase)}/{name}", PurchaseActRequest(plan=plan), Purchase)


def publish(purchase: str, record: NeedsRecord) -> Call[Needs]:
    """Publish one's needs."""
    return _put(f"{_path(purchase)}/needs", record, Needs)


def needs(purchase: str, agreement: str | None) -> Call[Needs]:
    """One's needs, or those that an agreement opens."""
    params = () if agreement is None else (("agreement", agreement),)
    return _get(f"{_path(purchase)}/needs", Needs, params)


def withdraw_needs(purchase: str) -> Call[Needs]:
    """Withdraw one's needs."""
    return _post(f"{_path(purchase)}/needs/withdraw", None, Needs)


def save_offers(purchase: str, record: OffersRecord) -> Call[Offers]:
    """Keep the offers that came in."""
    return _put(f"{_path(purchase)}/offers", record, Offers)


def offers(purchase: str) -> Call[Offers]:
    """The offers."""
    return _get(f"{_path(purchase)}/offers", Offers)


def inputs(purchase: str, plan: str | None = None) -> Call[PurchaseInputs]:
    """What a plan is computed from now; or what an earlier one was computed from."""
    place = _path(purchase) if plan is None else _plan(purchase, plan)
    return _get(f"{place}/inputs", PurchaseInputs)


def keep(purchase: str, request: PlanRequest, key: str | None) -> Call[PurchaseRun]:
    """Keep a plan."""
    return Call(
        method="POST",
        path=f"{_path(purchase)}/plans",
        body=_body(request),
        key=idempotency_key(key),
        parse=model_of(PurchaseRun),
    )


def plans(purchase: str) -> Callable[[str | None], Call[Page[PurchaseRun]]]:
    """From a cursor to the call of that page of plans."""
    return lambda after: _get(f"{_path(purchase)}/plans", Page[PurchaseRun], _after(after))


def plan(purchase: str, plan_id: str) -> Call[PurchaseRun]:
    """One plan."""
    return _get(_plan(purchase, plan_id), PurchaseRun)


def parts(purchase: str, plan_id: str) -> Callable[[str | None], Call[Page[PurchasePart]]]:
    """From a cursor to the call of that page of parts."""
    path = f"{_plan(purchase, plan_id)}/parts"
    return lambda after: _get(path, Page[PurchasePart], _after(after))


def part(purchase: str, plan_id: str) -> Call[PurchasePart]:
    """One's part of a plan."""
    return _get(f"{_plan(purchase, plan_id)}/part", PurchasePart)


def answer(part: PurchasePart, said: Answer, reason: str | None) -> Call[PurchasePart]:
    """Answer the part that was read, and no other."""
    body = PartRequest(answer=said, part_sha256=part.sha256, reason=reason)
    return _post(f"{_plan(part.purchase, part.plan)}/answer", body, PurchasePart)


def withdraw_answer(part: PurchasePart) -> Call[PurchasePart]:
    """Take one's answer back."""
    return _post(f"{_plan(part.purchase, part.plan)}/answer/withdraw", None, PurchasePart)


def _path(purchase: str) -> str:
    return PURCHASES.one(purchase).path


def _plan(purchase: str, plan_id: str) -> str:
    return f"{_path(purchase)}/plans/{_PLANS.one(plan_id).path.rpartition('/')[2]}"


def _get[M: BaseModel](
    path: str, kind: type[M], params: tuple[tuple[str, str], ...] = ()
) -> Call[M]:
    return Call(method="GET", path=path, params=params, parse=model_of(kind))


def _put[M: BaseModel](path: str, body: BaseModel, kind: type[M]) -> Call[M]:
    return Call(method="PUT", path=path, body=_body(body), parse=model_of(kind))


def _post[M: BaseModel](path: str, body: BaseModel | None, kind: type[M]) -> Call[M]:
    return Call(
        method="POST",
        path=path,
        body=None if body is None else _body(body),
        key=idempotency_key(None),
        parse=model_of(kind),
    )


def _body(record: BaseModel) -> BytesBody:
    return BytesBody(record.model_dump_json().encode(), _JSON)


def _after(after: str | None) -> tuple[tuple[str, str], ...]:
    return () if after is None else (("after", after),)
