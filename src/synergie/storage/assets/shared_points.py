"""Delivery points that a second body declares: noted for who declared them first.

Nothing of it is ever told to the second, nor does its own answer, its changes or the journal's
size say it: whether a number is known here is nobody's to find out.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._sql import match_any_of
from synergie.storage.readings.once import insert_once
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SharedPointRow, SupplyPointRow


class SharedPoint(NamedTuple):
    """A delivery point in two hands. `number`: as its first holder declares it (`prm:…`)."""

    number: str
    owner: str
    other: str
    noted_at: datetime


def note_shared(permit: Permit, session: Session, points: Collection[str]) -> None:
    """Note for each first holder that *points*, which the bearer declares anew, are declared twice.

    Inside the turn of what changes who knows a sum: of two at once the later sees the earlier.
    """
    own_write(permit)
    mine, first = aliased(SupplyPointRow), aliased(SupplyPointRow)
    query = (
        select(col(first.id), col(first.owner), col(mine.id))
        .join(mine, col(mine.external_id) == col(first.external_id))
        .where(match_any_of(col(mine.id), points), col(mine.owner) == permit.owner)
        .where(col(first.owner) != permit.owner, col(first.removed_at).is_(None))
    )
    for point, owner, other in [*session.connection().execute(query)]:
        insert_once(
            session,
            SharedPointRow,
            point=point,
            other=other,
            owner=owner,
            noted_at=permit.decided_at,
        )


def shared_points(permit: Permit, session: Session) -> list[SharedPoint]:
    """Those that are so still, the newest first: to their first holder its own, the operator all.

    `other` names the second body to the operator alone; it is empty to the first holder.
    """
    first, second = aliased(SupplyPointRow), aliased(SupplyPointRow)
    row = SharedPointRow
    query = (
        scoped_select(permit, row)
        .join(first, col(first.id) == col(row.point))
        .join(second, col(second.id) == col(row.other))
        .where(col(first.removed_at).is_(None), col(second.removed_at).is_(None))
        .order_by(col(row.noted_at).desc(), col(row.point), col(row.other))
        .with_only_columns(
            col(first.external_id), col(row.owner), col(second.owner), col(row.noted_at)
        )
    )
    named = permit.scope == "operator"
    return [
        SharedPoint(number, owner, other if named else "", noted_at)
        for number, owner, other, noted_at in session.connection().execute(query)
    ]
