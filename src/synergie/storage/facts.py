"""Facts: records of files that no shelf holds, append only; of a key the best source holds."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.fact import Fact
from synergie.storage import head
from synergie.storage._scope import own_write, scoped_select
from synergie.storage._tables import FactRow
from synergie.storage._weighing import Entry, Known, Weighed
from synergie.storage.store import Session

__all__ = ["Entry", "Wanted", "Weighed", "facts", "save_facts", "undo_facts", "weigh_facts"]

_CHUNK = 500
"""Keys of one statement."""


def weigh_facts(
    permit: Permit, session: Session, kind: str, entries: Sequence[Entry], *, own: frozenset[str]
) -> Weighed:
    """What *entries*, all of one source, change of what holds; *own*: batches of their deposit.

    A second, other record of one key and source in one deposit is no correction: it is left out.
    """
    own_write(permit)
    held = _held(permit, session, kind, [one.key for one in entries])
    done = Weighed(own)
    for place, one in enumerate(entries):
        done.weigh(place, one, held.setdefault(one.key, []))
    return done


def save_facts(
    permit: Permit,
    session: Session,
    kind: str,
    weighed: Weighed,
    *,
    batch: str,
    seq: int,
    now: datetime,
) -> None:
    """Append what was weighed, as the change number *seq*."""
    own_write(permit)
    secret = head.head(session).secret
    common = {"owner": permit.owner, "kind": kind, "seq": seq, "batch": batch, "received_at": now}
    rows = []
    for one, revision in weighed.rows:
        row: dict[str, Any] = {name: getattr(one, name) for name in Entry.__slots__}
        point = row.pop("point")
        of = None if point is None else head.opaque_id(secret, "sp", permit.owner, point)
        rows.append({**row, **common, "revision": revision, "supply_point": of})
    if rows:
        session.connection().execute(insert(FactRow), rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which facts are asked for. `since`: of this moment or later. `as_of` None: as known now."""

    kind: str
    subject: str | None = None
    since: datetime | None = None
    as_of: datetime | None = None


def facts(
    permit: Permit, session: Session, wanted: Wanted, *, after: str, limit: int
) -> list[Fact]:
    """The facts that hold, by their key, after *after*; only of the bearer's own."""
    query = scoped_select(permit, FactRow).where(
        col(FactRow.kind) == wanted.kind,
        col(FactRow.key) > after,
        _there(FactRow, wanted.as_of),
        ~_beaten(wanted.as_of),
    )
    if wanted.subject is not None:
        query = query.where(col(FactRow.subject) == wanted.subject)
    if wanted.since is not None:
        query = query.where(col(FactRow.at) >= wanted.since)
    return [_wire(row) for row in session.exec(query.order_by(col(FactRow.key)).limit(limit))]


def undo_facts(permit: Permit, session: Session, batch: str, *, now: datetime) -> None:
    """Take the facts of one batch out of present reads."""
    own_write(permit)
    session.connection().execute(
        update(FactRow)
        .where(col(FactRow.owner) == permit.owner, col(FactRow.batch) == batch)
        .values(undone_at=now)
    )


def _held(
    permit: Permit, session: Session, kind: str, keys: Iterable[str]
) -> dict[str, list[Known]]:
    """The rows of *keys* that are not undone."""
    found: dict[str, list[Known]] = {}
    names = ("key", *Known.__slots__)
    for some in batched(sorted(set(keys)), _CHUNK):
        query = (
            scoped_select(permit, FactRow)
            .with_only_columns(*(col(getattr(FactRow, name)) for name in names))
            .where(col(FactRow.kind) == kind, col(FactRow.key).in_(some))
            .where(col(FactRow.undone_at).is_(None))
        )
        for key, *known in session.connection().execute(query):
            found.setdefault(key, []).append(Known(*known))
    return found


def _beaten(as_of: datetime | None) -> Any:
    """Whether another row of the same key holds instead of this one."""
    better = aliased(FactRow)
    same = [col(getattr(better, n)) == col(getattr(FactRow, n)) for n in ("owner", "kind", "key")]
    higher = col(better.priority) > col(FactRow.priority)
    later = and_(col(better.priority) == col(FactRow.priority), col(better.seq) > col(FactRow.seq))
    return select(better.key).where(*same, _there(better, as_of), or_(higher, later)).exists()


def _there(table: Any, as_of: datetime | None) -> ColumnElement[bool]:
    """Whether a row was stored and not undone at *as_of*; None: now."""
    undone: Any = table.undone_at
    if as_of is None:
        now: ColumnElement[bool] = undone.is_(None)
        return now
    return and_(table.received_at <= as_of, or_(undone.is_(None), undone > as_of))


def _wire(row: FactRow) -> Fact:
    return Fact.model_validate(
        {
            "kind": row.kind,
            "external_id": row.key,
            "revision": row.revision,
            "source": row.source,
            "batch": row.batch,
            "received_at": row.received_at,
            "record": json.loads(row.body),
        }
    )
