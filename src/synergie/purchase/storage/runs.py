"""Plans of purchases as they were kept, and the part of each member with its answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from synergie.policy import Permit
from synergie.purchase.policy.rounding import Rates
from synergie.purchase.records.member_view import GroupTotals, MemberView
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.run import PartAnswer, PurchaseRun
from synergie.purchase.storage._tables import PurchasePartRow, PurchaseRunRow
from synergie.purchase.storage.rates import rates_text
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write, scoped_select
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
    exact: MemberView | None = None
    """With exact running costs, to be kept until the award; never read back before."""


def save_run(
    permit: Permit,
    session: Session,
    run: PurchaseRun,
    *,
    frame: PurchaseProblem,
    parts: Iterable[Part],
    rates: Rates,
) -> None:
    """Keep a new plan of the bearer's own, and its parts, rounded by *rates*."""
    own_write(permit)
    if run.plan is None:
        raise TypeError("a plan is kept with what it says")
    session.add(
        PurchaseRunRow(
            id=run.id,
            purchase=run.purchase,
            owner=permit.owner,
            body=run.model_copy(update={"plan": None}).model_dump_json(),
            plan=build_canonical_bytes(run.plan).decode(),
            frame=frame.model_dump_json(),
            rates=rates_text(rates),
        )
    )
    for part in parts:
        row = PurchasePartRow(
            plan=run.id,
            member=part.member,
            purchase=run.purchase,
            owner=permit.owner,
            body=part.view.model_dump_json(),
            exact=None if part.exact is None else part.exact.model_dump_json(),
            sha256=part.sha256,
            needs_version=part.needs_version,
        )
        session.add(row)


def load_run(permit: Permit, session: Session, purchase: str, plan: str) -> PurchaseRun | None:
    """One plan of a purchase of the bearer's own, or None."""
    row = _load_run_row(permit, session, purchase, plan)
    if row is None:
        return None
    told = PurchasePlan.model_validate_json(row.plan)
    return PurchaseRun.model_validate_json(row.body).model_copy(update={"plan": told})


def is_kept(permit: Permit, session: Session, purchase: str, plan: str) -> bool:
    """Whether it is a plan of a purchase of the bearer's own: of thousands of points, unread."""
    row = PurchaseRunRow
    query = (
        scoped_select(permit, row)
        .where(col(row.id) == plan, col(row.purchase) == purchase)
        .with_only_columns(col(row.id))
    )
    return session.connection().execute(query).first() is not None


def load_problem_frame(
    permit: Permit, session: Session, purchase: str, plan: str
) -> PurchaseProblem | None:
    """The problem of a plan without points, members and known costs, or None."""
    row = _load_run_row(permit, session, purchase, plan)
    return None if row is None else PurchaseProblem.model_validate_json(row.frame)


def list_runs(
    permit: Permit, session: Session, purchase: str, *, after: str, limit: int
) -> list[PurchaseRun]:
    """Plans of a purchase of the bearer's own by id, after *after*, without what they say."""
    row = PurchaseRunRow
    of_it = col(row.purchase) == purchase
    found = _shared_plan.column(
        permit, session, row, of_it, of=row.body, by=row.id, after=after, limit=limit
    )
    return [PurchaseRun.model_validate_json(body) for body in found]


def part(permit: Permit, session: Session, plan: str, member: str) -> Part | None:
    """The part of one member, for the coordinator; for the member once it was told; or None."""
    row = PurchasePartRow
    found = _shared_plan.find_shared_row(
        permit, session, row, col(row.plan) == plan, col(row.member) == member
    )
    return None if found is None else _build_part(found)


def list_parts(
    permit: Permit, session: Session, plan: str, *, after: str, limit: int
) -> list[Part]:
    """Parts of a plan of the bearer's own by member, after *after*."""
    row = PurchasePartRow
    of_it = col(row.plan) == plan, col(row.owner) == permit.bearer
    found = _shared_plan.list_shared_rows(
        permit, session, row, *of_it, by=row.member, after=after, limit=limit
    )
    return [_build_part(one) for one in found]


def every_part(permit: Permit, session: Session, plan: str) -> Iterator[Part]:
    """All parts of a plan of the bearer's own, by member."""
    return _shared_plan.iterate_all_pages(
        lambda after, limit: list_parts(permit, session, plan, after=after, limit=limit),
        lambda one: one.member,
    )


def answers(permit: Permit, session: Session, plan: str) -> dict[str, PartAnswer | None]:
    """By member, what it answered to a plan of the bearer's own; the parts are not read."""
    row = PurchasePartRow
    query = (
        scoped_select(permit, row)
        .where(col(row.plan) == plan, col(row.owner) == permit.bearer)
        .with_only_columns(col(row.member), col(row.answer))
    )
    told = session.connection().execute(query)
    return {
        member: None if said is None else PartAnswer.model_validate_json(said)
        for member, said in told
    }


def tell_parts(permit: Permit, session: Session, plan: str, *, now: datetime) -> None:
    """Let each member of a plan of the bearer's own read its part from now on."""
    _shared_plan.tell_parts(permit, session, PurchasePartRow, plan, now=now)


def tell_exact(permit: Permit, session: Session, plan: str) -> None:
    """Put exact running costs into the parts of an awarded plan of the bearer's own, for good."""
    own_write(permit)
    row = PurchasePartRow
    rows = update(row).where(
        col(row.plan) == plan, col(row.owner) == permit.owner, col(row.exact).is_not(None)
    )
    session.connection().execute(rows.values(body=col(row.exact), exact=None))


def is_rounded(permit: Permit, session: Session, plan: str) -> bool:
    """Whether each part of a plan of the bearer's own can be told: none has exact shares."""
    row = PurchasePartRow
    query = (
        scoped_select(permit, row)
        .where(col(row.plan) == plan, col(row.exact).is_(None))
        .with_only_columns(col(row.member))
    )
    return session.connection().execute(query.limit(1)).first() is None


def versions_told(permit: Permit, session: Session, purchase: str) -> frozenset[int]:
    """The versions of the bearer's own needs of which it was told a part in a purchase."""
    row = PurchasePartRow
    query = (
        scoped_select(permit, row)
        .where(col(row.purchase) == purchase, col(row.member) == permit.bearer)
        .where(col(row.told_at).is_not(None))
        .with_only_columns(col(row.needs_version))
    )
    return frozenset(session.connection().execute(query).scalars())


def tell_totals(
    permit: Permit, session: Session, plan: str, totals: Mapping[str, GroupTotals]
) -> None:
    """Keep, by member, the sums of the group that it may see."""
    row = PurchasePartRow
    _shared_plan.tell_totals(permit, session, row, plan, who=row.member, totals=totals)


def plans_with_sums(permit: Permit, session: Session) -> list[str]:
    """The plans of the bearer's own, of all its purchases, whose sums a member may see."""
    row = PurchasePartRow
    query = (
        scoped_select(permit, row)
        .where(col(row.owner) == permit.owner, col(row.totals).is_not(None))
        .with_only_columns(col(row.plan))
        .distinct()
    )
    return list(session.connection().execute(query).scalars())


def save_answer(permit: Permit, session: Session, body: Part, answer: PartAnswer | None) -> None:
    """Keep the bearer's own answer to its part; None: withdrawn."""
    row = PurchasePartRow
    _shared_plan.save_answer(
        permit, session, row, body.plan, who=row.member, name=body.member, answer=answer
    )


def _load_run_row(
    permit: Permit, session: Session, purchase: str, plan: str
) -> PurchaseRunRow | None:
    row = PurchaseRunRow
    return _shared_plan.find_shared_row(
        permit, session, row, col(row.id) == plan, col(row.purchase) == purchase
    )


def _build_part(row: PurchasePartRow) -> Part:
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
        answer=_shared_plan.answer_of(row),
    )
