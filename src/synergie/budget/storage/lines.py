"""Lines of budgets that were voted: those of a member and year are replaced together."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, or_
from sqlmodel import col

from synergie.budget.records.line import BudgetLine, StoredBudgetLine
from synergie.budget.storage._tables import BudgetLineRow
from synergie.policy import Permit
from synergie.storage import head
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.shared_plan import list_shared_rows
from synergie.storage.store import Session


def replace_lines(
    permit: Permit, session: Session, lines: Iterable[BudgetLine], *, now: datetime
) -> list[StoredBudgetLine]:
    """Store *lines* in the place of all of the bearer's of the same members and years."""
    own_write(permit)
    stored = [_build_stored_line(session, permit.owner, one) for one in lines]
    row = BudgetLineRow
    for member, year in sorted({(one.member, one.year) for one in stored}):
        session.connection().execute(
            delete(row).where(
                and_(col(row.owner) == permit.owner, col(row.member) == member),
                col(row.year) == year,
            )
        )
    rows = [
        {"id": one.id, "owner": permit.owner, "member": one.member, "year": one.year,
         "body": one.model_dump_json(), "changed_at": now}
        for one in stored
    ]  # fmt: skip
    session.connection().execute(insert(row), rows)
    return stored


def _build_stored_line(session: Session, owner: str, line: BudgetLine) -> StoredBudgetLine:
    of = (line.member, line.service, line.point, line.year, line.month)
    told = "\x1f".join("" if one is None else str(one) for one in of)
    found = head.opaque_id(head.read_store_secret(session), "bdl", owner, told)
    return StoredBudgetLine(id=found, **dict(line))


def list_votes(permit: Permit, session: Session) -> set[tuple[int, str]]:
    """Years and members that lines inside the permit are of."""
    row = BudgetLineRow
    query = scoped_select(permit, row).with_only_columns(col(row.year), col(row.member)).distinct()
    return {(year, member) for year, member in session.connection().execute(query)}


def list_lines(
    permit: Permit,
    session: Session,
    *,
    years: tuple[int, ...] = (),
    member: str | None = None,
    after: str = "",
    limit: int | None = None,
) -> list[StoredBudgetLine]:
    """Lines inside the permit by id, after *after*; of *years* and *member* alone when named."""
    where: list[ColumnElement[bool]] = []
    if years:
        where.append(or_(*(col(BudgetLineRow.year) == one for one in years)))
    if member is not None:
        where.append(col(BudgetLineRow.member) == member)
    rows = list_shared_rows(
        permit, session, BudgetLineRow, *where, by=BudgetLineRow.id, after=after, limit=limit
    )
    return [StoredBudgetLine.model_validate_json(row.body) for row in rows]
