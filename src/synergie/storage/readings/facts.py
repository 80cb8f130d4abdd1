"""Facts: records of files that no shelf holds, append only; of a key the best source holds."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, insert, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.policy.trust.fields import Noun, redact_fields
from synergie.schemas.readings.fact import Fact
from synergie.storage import head
from synergie.storage._veil import persons_among
from synergie.storage.readings._weighing import Entry, FactVersion, Weighed
from synergie.storage.readings.morning import note_facts, renote_facts
from synergie.storage.readings.sums.point_years import forget_point_years
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import FactRow

__all__ = [
    "Entry",
    "FactQuery",
    "Keyed",
    "Weighed",
    "holding_facts",
    "keyed_facts",
    "list_facts",
    "save_facts",
    "undo_facts",
    "weigh_facts",
]

_PREFIXES = {"cabinet": "cab", "light_point": "lp"}
_CHUNK = 500
"""Keys of one statement."""


def weigh_facts(
    permit: Permit, session: Session, kind: str, entries: Sequence[Entry], *, own: frozenset[str]
) -> Weighed:
    """What *entries*, all of one source, change of what holds; *own*: batches of their deposit.

    A second, other record of one key and source in one deposit is no correction: it is left out.
    """
    own_write(permit)
    held = _find_live_versions(permit, session, kind, [one.key for one in entries])
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
        note_facts(permit, session, kind, (one for one, _ in weighed.rows))
        forget_point_years(permit, session, kind, (row["supply_point"] for row in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactQuery:
    """Which facts are asked for. `since`: of this moment or later. `as_of` None: as known now."""

    kind: str
    subject: str | None = None
    since: datetime | None = None
    as_of: datetime | None = None


def list_facts(
    permit: Permit, session: Session, wanted: FactQuery, *, after: str, limit: int | None
) -> list[Fact]:
    """The facts that hold, by their key, after *after*: one's own, or what an agreement opens."""
    return [one.fact for one in keyed_facts(permit, session, wanted, after=after, limit=limit)]


class Keyed(NamedTuple):
    """A fact with what a recipient may not see of it."""

    key: str
    """What it is ordered by: the owner's own key."""
    about: str | None
    """The server's identifier of what it is about, for the journal."""
    fact: Fact


def keyed_facts(
    permit: Permit, session: Session, wanted: FactQuery, *, after: str, limit: int | None
) -> list[Keyed]:
    """As `facts`, each with its key and what it is about."""
    query = scoped_select(permit, FactRow).where(
        col(FactRow.kind) == wanted.kind,
        col(FactRow.key) > after,
        _match_stored_at(FactRow, wanted.as_of),
        ~_build_beaten_condition(wanted.as_of),
    )
    if permit.scope == "agreement":
        query = query.where(col(FactRow.undone_at).is_(None))
    if wanted.subject is not None:
        query = query.where(_match_fact_subject(permit, wanted.subject))
    if wanted.since is not None:
        query = query.where(col(FactRow.at) >= wanted.since)
    rows = list(session.exec(query.order_by(col(FactRow.key)).limit(limit)))
    persons = persons_among(permit, session, [row.supply_point for row in rows])
    secret = head.head(session).secret
    return [
        Keyed(
            row.key,
            _get_fact_subject(row, secret),
            _build_fact(permit, row, persons.get(row.supply_point or "")),
        )
        for row in rows
    ]


def _get_fact_subject(row: FactRow, secret: bytes) -> str | None:
    if row.supply_point is not None or row.subject is None:
        return row.supply_point
    prefix = _PREFIXES.get(json.loads(row.body).get("asset_kind"))
    return None if prefix is None else head.opaque_id(secret, prefix, row.owner, row.subject)


def _match_fact_subject(permit: Permit, subject: str) -> ColumnElement[bool]:
    """Of one thing.

    To a recipient a delivery point is known by the server's identifier only: its number would be
    found by trying.
    """
    same: ColumnElement[bool] = col(FactRow.subject) == subject
    if permit.scope == "own":
        return same
    point = col(FactRow.supply_point)
    return or_(point == subject, and_(point.is_(None), same))


def undo_facts(permit: Permit, session: Session, batch: str, *, now: datetime) -> None:
    """Take the facts of one batch out of present reads."""
    own_write(permit)
    session.connection().execute(
        update(FactRow)
        .where(col(FactRow.owner) == permit.owner, col(FactRow.batch) == batch)
        .values(undone_at=now)
    )
    renote_facts(permit, session, batch)
    query = scoped_select(permit, FactRow).where(col(FactRow.batch) == batch)
    told = query.with_only_columns(col(FactRow.kind), col(FactRow.supply_point)).distinct()
    for kind, some in groupby(
        sorted(session.connection().execute(told), key=_get_row_kind), key=_get_row_kind
    ):
        forget_point_years(permit, session, kind, (point for _, point in some))


def holding_facts(
    permit: Permit,
    session: Session,
    kinds: Sequence[str],
    points: Sequence[str],
    *,
    since: datetime | None = None,
) -> Iterator[tuple[str, str, str, str]]:
    """Point, kind, record as JSON and batch of the facts of *kinds* about *points* that hold.

    In the order in which they came: of two that contradict each other the later may count.
    *since*: only those of this moment or later.
    """
    row = FactRow
    what = col(row.supply_point), col(row.kind), col(row.body), col(row.batch)
    query = (
        scoped_select(permit, row)
        .with_only_columns(*what)
        .where(col(row.supply_point).in_(points), col(row.kind).in_(kinds))
        .where(_match_stored_at(row, None), ~_build_beaten_condition(None))
        .where(*([] if since is None else [col(row.at) >= since]))
        .order_by(col(row.seq), col(row.kind), col(row.key))
    )
    for point, *told in session.connection().execute(query):
        kind, body, batch = told
        yield str(point), kind, body, batch


def _get_row_kind(row: Any) -> str:
    return str(row[0])


def _find_live_versions(
    permit: Permit, session: Session, kind: str, keys: Iterable[str]
) -> dict[str, list[FactVersion]]:
    """The rows of *keys* that are not undone."""
    found: dict[str, list[FactVersion]] = {}
    names = ("key", *FactVersion.__slots__)
    for some in batched(sorted(set(keys)), _CHUNK):
        query = (
            scoped_select(permit, FactRow)
            .with_only_columns(*(col(getattr(FactRow, name)) for name in names))
            .where(col(FactRow.kind) == kind, col(FactRow.key).in_(some))
            .where(col(FactRow.undone_at).is_(None))
        )
        for key, *known in session.connection().execute(query):
            found.setdefault(key, []).append(FactVersion(*known))
    return found


def _build_beaten_condition(as_of: datetime | None) -> Any:
    """Whether another row of the same key holds instead of this one."""
    better = aliased(FactRow)
    same = [col(getattr(better, n)) == col(getattr(FactRow, n)) for n in ("owner", "kind", "key")]
    higher = col(better.priority) > col(FactRow.priority)
    later = and_(col(better.priority) == col(FactRow.priority), col(better.seq) > col(FactRow.seq))
    return (
        select(better.key)
        .where(*same, _match_stored_at(better, as_of), or_(higher, later))
        .exists()
    )


def _match_stored_at(table: Any, as_of: datetime | None) -> ColumnElement[bool]:
    """Whether a row was stored and not undone at *as_of*; None: now."""
    undone: Any = table.undone_at
    if as_of is None:
        now: ColumnElement[bool] = undone.is_(None)
        return now
    return and_(table.received_at <= as_of, or_(undone.is_(None), undone > as_of))


def _build_fact(permit: Permit, row: FactRow, person: str | None) -> Fact:
    told = {"kind": row.kind, "revision": row.revision, "record": json.loads(row.body)}
    if permit.scope == "own":
        mine = {"source": row.source, "batch": row.batch, "received_at": row.received_at}
        return Fact.model_validate(told | {"external_id": row.key} | mine)
    noun: Noun = row.kind  # type: ignore[assignment]  # the scope admits no other
    told["record"] |= redact_fields(permit, noun, person=person)
    fact = Fact.model_validate(told | {"external_id": "-"})
    return fact.model_copy(update={"external_id": fact.record.external_id})
