"""Plans of purchases as they were kept, and the part of each member with its answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col

from synergie.policy import Permit
from synergie.purchase.policy.rounding import Rates
from synergie.purchase.records.member_view import GroupTotals, MemberView
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.run import PurchaseRun
from synergie.purchase.storage._tables import PurchasePartRow, PurchaseRunRow
from synergie.purchase.storage.rates import rates_text
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.schemas.shared_plan import PartAnswer
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.shared_rows import PartRows, RunRows
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


def load_problem_frame(
    permit: Permit, session: Session, purchase: str, plan: str
) -> PurchaseProblem | None:
    """The problem of a plan without points, members and known costs, or None."""
    row = RUNS.load_row(permit, session, purchase, plan)
    return None if row is None else PurchaseProblem.model_validate_json(row.frame)


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
        answer=PARTS.parse_answer(row.answer),
    )


RUNS = RunRows(PurchaseRun, PurchaseRunRow, PurchaseRunRow.purchase, "plan", PurchasePlan)
PARTS = PartRows(
    PurchasePartRow,
    run=PurchasePartRow.plan,
    item=PurchasePartRow.purchase,
    who=PurchasePartRow.member,
    build=_build_part,
    build_whole=_build_part,
    answer=PartAnswer,
)
