"""What a member sees of a plan, its own part, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import Conflict
from synergie.exchange.shared_parts import PartKind, SharedParts, build_part_answer, is_same_answer
from synergie.policy import Permit, Principal, permit_own_data
from synergie.purchase.exchange.side import SIDES
from synergie.purchase.records.run import PurchasePart
from synergie.purchase.storage.needs import needs_stamp
from synergie.purchase.storage.purchases import PurchaseSnapshot
from synergie.purchase.storage.runs import PARTS, RUNS, Part
from synergie.schemas.shared_plan import PartAnswer, PartRequest
from synergie.storage.store import Session


def _check_answerable(found: PurchaseSnapshot, plan: str) -> None:
    if found.state != "proposed" or found.plan != plan:
        raise Conflict(found.state, "the plan that is proposed")


def _build_answer(part: Part, body: PartRequest, caller: Principal, now: datetime) -> PartAnswer:
    """While the offers are valid."""
    given = build_part_answer(part, body, caller, now)
    if part.view.decide_before is not None and part.view.decide_before <= now:
        raise Conflict("expired", "an answer while the offers are still valid")
    return given


def _build_own_purchase_part(
    session: Session, caller: Principal, found: PurchaseSnapshot, part: Part, *, now: datetime
) -> PurchasePart:
    stamp = needs_stamp(permit_own_data(caller, action="read", now=now), session, found.id)
    return _build_purchase_part(
        found, part, current=stamp is not None and stamp.version == part.needs_version
    )


def _without_needs(part: PurchasePart) -> PurchasePart:
    """*part* without what only its member's needs say; which cells they use is of them, too."""
    lots = tuple(
        lot.model_copy(update={"prices": (), "subscriptions": (), "points": 0})
        for lot in part.view.lots
    )
    left = {"points": (), "lots": lots, "mandate": None, "mandate_until": None, "green_share": 0}
    return part.model_copy(update={"view": part.view.model_copy(update=left)})


def _build_page(
    permit: Permit, session: Session, found: PurchaseSnapshot, some: list[Part]
) -> tuple[PurchasePart, ...]:
    """Without points, prices and mandates: those are needs."""
    del permit, session
    return tuple(_without_needs(_build_purchase_part(found, one, current=None)) for one in some)


def _build_purchase_part(
    found: PurchaseSnapshot, part: Part, *, current: bool | None
) -> PurchasePart:
    return PurchasePart(
        purchase=found.id,
        plan=part.plan,
        member=part.member,
        state=found.state,
        view=part.view,
        sha256=part.sha256,
        needs_version=part.needs_version,
        needs_are_current=current,
        answer=part.answer,
    )


@dataclass(frozen=True, slots=True)
class PurchaseParts(SharedParts[PurchaseSnapshot, Part, PartRequest, PurchasePart]):
    """The caller's own part; every part, for the coordinator."""

    kind = PartKind(
        sides=SIDES,
        runs=RUNS,
        rows=PARTS,
        noun="parts",
        check_answerable=_check_answerable,
        is_same=is_same_answer,
        answer=_build_answer,
        build=_build_own_purchase_part,
        build_page=_build_page,
    )
