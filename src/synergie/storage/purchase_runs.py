"""Plans of purchases as they were kept, and the part of each member with its answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.member_view import GroupTotals, MemberView
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_bytes import canonical
from synergie.schemas.purchase_plan import PurchasePlan
from synergie.schemas.purchase_run import PartAnswer, PurchaseRun
from synergie.storage._purchase_tables import PurchasePartRow, PurchaseRunRow
from synergie.storage._scope import own_write, scoped_select
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of one member in a plan, with the sums of the group once they may be told."""

    plan: str
    purchase: str
    member: str
    view: MemberView
    sha256: str
    needs_version: int
    answer: PartAnswer | None = None


def save_run(
    permit: Permit,
    session: Session,
    run: PurchaseRun,
    *,
    frame: PurchaseProblem,
    parts: Iterable[Part],
) -> None:
    """Keep a new plan of the bearer's own, and its parts."""
    own_write(permit)
    if run.plan is None:
        raise TypeError("a plan is kept with what it says")
    session.add(
        PurchaseRunRow(
            id=run.id,
            purchase=run.purchase,
            owner=permit.owner,
            body=run.model_copy(update={"plan": None}).model_dump_json(),
            plan=canonical(run.plan).decode(),
            frame=frame.model_dump_json(),
        )
    )
    for part in parts:
        row = PurchasePartRow(
            plan=run.id,
            member=part.member,
            purchase=run.purchase,
            owner=permit.owner,
            body=part.view.model_dump_json(),
            sha256=part.sha256,
            needs_version=part.needs_version,
        )
        session.add(row)


def run(permit: Permit, session: Session, purchase: str, plan: str) -> PurchaseRun | None:
    """One plan of a purchase of the bearer's own, or None."""
    row = _row(permit, session, purchase, plan)
    if row is None:
        return None
    told = PurchasePlan.model_validate_json(row.plan)
    return PurchaseRun.model_validate_json(row.body).model_copy(update={"plan": told})


def frame(permit: Permit, session: Session, purchase: str, plan: str) -> PurchaseProblem | None:
    """The problem of a plan without points, members and known costs, or None."""
    row = _row(permit, session, purchase, plan)
    return None if row is None else PurchaseProblem.model_validate_json(row.frame)


def runs(
    permit: Permit, session: Session, purchase: str, *, after: str, limit: int
) -> list[PurchaseRun]:
    """Plans of a purchase of the bearer's own by id, after *after*, without what they say."""
    query = (
        scoped_select(permit, PurchaseRunRow)
        .where(col(PurchaseRunRow.purchase) == purchase, col(PurchaseRunRow.id) > after)
        .order_by(col(PurchaseRunRow.id))
        .limit(limit)
    )
    return [PurchaseRun.model_validate_json(row.body) for row in session.exec(query)]


def part(
    permit: Permit, session: Session, plan: str, member: str, *, for_update: bool = False
) -> Part | None:
    """The part of one member, for the coordinator; for the member once it was told; or None."""
    query = scoped_select(permit, PurchasePartRow).where(
        col(PurchasePartRow.plan) == plan, col(PurchasePartRow.member) == member
    )
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else _part(row)


def parts(permit: Permit, session: Session, plan: str, *, after: str, limit: int) -> list[Part]:
    """Parts of a plan of the bearer's own by member, after *after*."""
    query = (
        scoped_select(permit, PurchasePartRow)
        .where(col(PurchasePartRow.plan) == plan, col(PurchasePartRow.owner) == permit.bearer)
        .where(col(PurchasePartRow.member) > after)
        .order_by(col(PurchasePartRow.member))
        .limit(limit)
    )
    return [_part(row) for row in session.exec(query)]


def tell_parts(permit: Permit, session: Session, plan: str, *, now: datetime) -> None:
    """Let each member of a plan of the bearer's own read its part from now on."""
    own_write(permit)
    rows = update(PurchasePartRow).where(
        col(PurchasePartRow.plan) == plan,
        col(PurchasePartRow.owner) == permit.owner,
        col(PurchasePartRow.told_at).is_(None),
    )
    session.connection().execute(rows.values(told_at=now))


def tell_totals(
    permit: Permit, session: Session, plan: str, totals: Mapping[str, GroupTotals]
) -> None:
    """Keep, by member, the sums of the group that it may see."""
    own_write(permit)
    query = scoped_select(permit, PurchasePartRow).where(col(PurchasePartRow.plan) == plan)
    for row in session.exec(query):
        if row.member in totals:
            row.totals = totals[row.member].model_dump_json()
            session.add(row)


def save_answer(permit: Permit, session: Session, body: Part, answer: PartAnswer | None) -> None:
    """Keep the bearer's own answer to its part; None: withdrawn."""
    if permit.scope != "party" or permit.action != "write" or permit.bearer != body.member:
        raise TypeError("an answer is the member's own")
    query = scoped_select(permit, PurchasePartRow).where(
        col(PurchasePartRow.plan) == body.plan, col(PurchasePartRow.member) == body.member
    )
    row = session.exec(query).one()
    row.answer = None if answer is None else answer.model_dump_json()
    session.add(row)


def _row(permit: Permit, session: Session, purchase: str, plan: str) -> PurchaseRunRow | None:
    query = scoped_select(permit, PurchaseRunRow).where(
        col(PurchaseRunRow.id) == plan, col(PurchaseRunRow.purchase) == purchase
    )
    return session.exec(query).first()


def _part(row: PurchasePartRow) -> Part:
    view = MemberView.model_validate_json(row.body)
    if row.totals is not None:
        sums = GroupTotals.model_validate_json(row.totals)
        view = view.model_copy(update={"group": sums})
    return Part(
        plan=row.plan,
        purchase=row.purchase,
        member=row.member,
        view=view,
        sha256=row.sha256,
        needs_version=row.needs_version,
        answer=None if row.answer is None else PartAnswer.model_validate_json(row.answer),
    )
