"""The rows of a plan that is shared, whatever is planned: those invited, plans, parts, answers.

Each table of a kind has the columns named here beside its own; the column of those who take part
is called after them (`member`, `body`), and is given as *who*.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from synergie.policy import Permit
from synergie.storage.readings.once import insert_once
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import Row


def find_shared_row[RowT: Row](
    permit: Permit,
    session: Session,
    table: type[RowT],
    *where: ColumnElement[bool],
    for_update: bool = False,
) -> RowT | None:
    """The row of *table* that the permit opens, or None.

    With *for_update* other transactions wait to change it (PostgreSQL; SQLite has one writer).
    """
    query = scoped_select(permit, table).where(*where)
    return session.exec(query.with_for_update() if for_update else query).first()


def list_shared_rows[RowT: Row](
    permit: Permit,
    session: Session,
    table: type[RowT],
    *where: ColumnElement[bool],
    by: Any,
    after: str,
    limit: int | None,
) -> Sequence[RowT]:
    """Rows of *table* that the permit opens in the order of the column *by*, after *after*.

    *limit* None: all of them.
    """
    query = (
        scoped_select(permit, table)
        .where(*where)
        .where(col(by) > after)
        .order_by(col(by))
        .limit(limit)
    )
    return session.exec(query).all()


def read_shared_column(
    permit: Permit,
    session: Session,
    table: Any,
    *where: ColumnElement[bool],
    of: Any,
    by: Any,
    after: str,
    limit: int | None,
) -> Iterable[str]:
    """The column *of* alone, as `page` orders it: what is large beside it is not read."""
    query = (
        scoped_select(permit, table)
        .where(*where)
        .where(col(by) > after)
        .order_by(col(by))
        .limit(limit)
        .with_only_columns(col(of))
    )
    return session.connection().execute(query).scalars()


def find_invitations(
    permit: Permit, session: Session, table: Any, where: ColumnElement[bool], *, who: Any
) -> dict[str, datetime]:
    """Who was invited and when, by name: all to the coordinator, else oneself."""
    query = scoped_select(permit, table).where(where).order_by(col(who))
    return {getattr(row, who.key): row.invited_at for row in session.exec(query)}


def invite(
    permit: Permit,
    session: Session,
    table: type[Row],
    *,
    named: Any,
    to: str,
    who: Any,
    names: Iterable[str],
    now: datetime,
) -> list[str]:
    """Invite *names* to what the column *named* says is *to*, the bearer's own; those new."""
    own_write(permit)
    fixed = {named.key: to, "owner": permit.owner, "invited_at": now}
    return [
        one
        for one in dict.fromkeys(names)
        if insert_once(session, table, **{who.key: one}, **fixed)
    ]


def count_shared_rows(session: Session, table: Any, where: ColumnElement[bool]) -> int:
    """How many rows there are, whoever asks: a number, and no row, is told."""
    return int(session.exec(select(func.count()).select_from(table).where(where)).one())
