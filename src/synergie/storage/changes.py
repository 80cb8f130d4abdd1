"""Changes in their one total order."""

from sqlmodel import col, or_, select

from synergie.policy import Permit
from synergie.schemas.change import Change
from synergie.storage._scope import covered, items, scoped_select
from synergie.storage._tables import ChangeRow, SeriesRow
from synergie.storage.store import Session


def changes(permit: Permit, session: Session, *, after: int, limit: int) -> list[Change]:
    """Changes of the bearer's things and agreements that come after number *after*, in order."""
    query = (
        scoped_select(permit, ChangeRow)
        .where(col(ChangeRow.seq) > after)
        .order_by(col(ChangeRow.seq))
        .limit(limit)
    )
    return [_wire(row) for row in session.exec(query)]


def changes_through(permit: Permit, session: Session, *, after: int, limit: int) -> list[Change]:
    """New curves of the series that an agreement opens, in order; the id told is the series."""
    if permit.scope != "agreement" or "consumption" not in permit.datasets:
        return []
    query = (
        select(ChangeRow)
        .join(SeriesRow, col(SeriesRow.id) == col(ChangeRow.covers))
        .where(col(ChangeRow.owner) == permit.owner, covered(SeriesRow, items(permit)))
        .where(or_(col(ChangeRow.kind) == "curve", col(ChangeRow.kind) == "series"))
        .where(col(ChangeRow.seq) > after)
        .order_by(col(ChangeRow.seq))
        .limit(limit)
    )
    return [_wire(row, subject=row.covers) for row in session.exec(query)]


def _wire(row: ChangeRow, *, subject: str | None = None) -> Change:
    return Change.model_validate(
        {
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "id": subject or row.subject,
            "owner": row.owner,
            "act": row.act,
        }
    )
