"""Releases: what was published in sums, and the frozen year that each belongs to."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import batched
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.publication.releases import Member
from synergie.schemas.publication.release import Energy, Release
from synergie.storage._sql import json_item, json_lines, match_any_of
from synergie.storage.publication.aggregate_tables import (
    AggregateMemberRow,
    AggregateYearRow,
    ReleaseRow,
)
from synergie.storage.readings.once import insert_each_once, insert_once
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session

_CHUNK, _PART = 25_000, 1_000


@dataclass(frozen=True, slots=True)
class YearKey:
    """One calendar year of one kind of energy under one scheme."""

    scheme: str
    energy: Energy
    year: int


class Frozen(NamedTuple):
    """A member of a year, and the agreement that opened it; None: the publisher's own."""

    member: Member
    agreement: str | None


def frozen_version(permit: Permit, session: Session, year: YearKey) -> int | None:
    """The version of the scheme that *year* has, or None before its first release."""
    own_write(permit)
    row = session.get(AggregateYearRow, (year.scheme, year.energy, year.year))
    return None if row is None else row.version


def freeze_year(
    permit: Permit, session: Session, year: YearKey, version: int, *, now: datetime
) -> None:
    """Give *year* its version, for ever."""
    own_write(permit)
    insert_once(
        session,
        AggregateYearRow,
        scheme=year.scheme,
        energy=year.energy,
        year=year.year,
        version=version,
        frozen_at=now,
    )


def list_year_members(
    permit: Permit, session: Session, year: YearKey, *, leaves: Collection[str] | None = None
) -> list[Frozen]:
    """Every member of *year* (with *leaves*: of these), by point: for sums only."""
    own_write(permit)
    query = (
        scoped_select(permit, AggregateMemberRow)
        .where(
            col(AggregateMemberRow.scheme) == year.scheme,
            col(AggregateMemberRow.energy) == year.energy,
            col(AggregateMemberRow.year) == year.year,
        )
        .order_by(col(AggregateMemberRow.point))
    )
    if leaves is not None:
        query = query.where(match_any_of(col(AggregateMemberRow.leaf), leaves))
    columns = (col(getattr(AggregateMemberRow, name)) for name in _MEMBER)
    rows: Any = session.connection().execute(query.with_only_columns(*columns))
    return [one for some in rows.partitions(_PART) for one in _iterate_frozen_members(some)]


def join(
    permit: Permit, session: Session, year: YearKey, joining: Iterable[Frozen]
) -> Frozen | None:
    """Add members; the first that is in another scheme of that year already, or None.

    The key is the point: of two schemes that want it at once, one waits and finds it taken.
    """
    own_write(permit)
    some = sorted(joining, key=lambda one: one.member.point)  # no two wait for each other
    rows = [{"owner": permit.owner, **_build_member_row(year, one)} for one in some]
    there = insert_each_once(session, AggregateMemberRow, rows, key="point")
    return next((one for one in some if one.member.point not in there), None)


def find_taken(
    permit: Permit, session: Session, year: YearKey, joining: Iterable[Frozen]
) -> Frozen | None:
    """What `join` would answer, and nothing is added."""
    own_write(permit)
    some = sorted(joining, key=lambda one: one.member.point)
    row, taken = AggregateMemberRow, set[str]()
    for chunk in batched((one.member.point for one in some), _CHUNK):
        query = select(col(row.point)).where(
            match_any_of(col(row.point), chunk),
            col(row.energy) == year.energy,
            col(row.year) == year.year,
        )
        taken.update(session.connection().execute(query).scalars())
    return next((one for one in some if one.member.point in taken), None)


def save_member_counts(
    permit: Permit, session: Session, year: YearKey, counted: Iterable[Frozen]
) -> None:
    """Keep what is counted of members that are there."""
    own_write(permit)
    row = AggregateMemberRow
    for some in batched(counted, _CHUNK):
        rows = [
            (one.member.point, one.member.energies, _format_known_to(one.member.known_to))
            for one in some
        ]
        told = json_lines(json.dumps(rows, separators=(",", ":")))
        query = (
            update(row)
            .where(
                col(row.owner) == permit.owner,
                col(row.scheme).concat("") == year.scheme,  # by key, not by leaf: 20,000 times all
                col(row.energy) == year.energy,
                col(row.year) == year.year,
                col(row.point) == json_item(told.c.value, 0),
            )
            .values(energies=json_item(told.c.value, 1), known_to=json_item(told.c.value, 2))
        )
        session.connection().execute(query)
        session.expire_all()


def releases_of(permit: Permit, session: Session, year: YearKey) -> list[Release]:
    """The newest release of each period of *year*, by period."""
    query = (
        scoped_select(permit, ReleaseRow)
        .where(col(ReleaseRow.scheme) == year.scheme, col(ReleaseRow.energy) == year.energy)
        .where(col(ReleaseRow.period).startswith(str(year.year)))
        .order_by(col(ReleaseRow.period), col(ReleaseRow.version))
    )
    newest = {row.period: row for row in session.exec(query)}
    return [_load_release(row) for row in newest.values()]


def save_release(
    permit: Permit, session: Session, body: Release, *, onward: bool, candidate: bool = False
) -> None:
    """Write a release; it never changes. *onward*: whether partners may be given it.

    *candidate*: its publisher alone reads it, until `open_release`.
    """
    own_write(permit)
    session.add(
        ReleaseRow(
            id=body.id,
            owner=body.owner,
            scheme=body.scheme,
            energy=body.energy,
            period=body.period,
            version=body.version,
            is_open=body.open_data and not candidate,
            onward=onward and not candidate,
            released_at=body.released_at,
            body=body.model_dump_json(),
        )
    )
    session.flush()


def is_candidate(permit: Permit, session: Session, body: Release) -> bool:
    """Whether *body*, of the bearer's, was computed for everybody and waits for a signature."""
    query = (
        scoped_select(permit, ReleaseRow)
        .with_only_columns(col(ReleaseRow.is_open))
        .where(col(ReleaseRow.id) == body.id)
    )
    return body.open_data and not session.connection().execute(query).scalar_one()


def open_release(permit: Permit, session: Session, body: Release) -> None:
    """Let everybody and partners read *body*, which every agreement that it stands on allows."""
    own_write(permit)
    query = scoped_select(permit, ReleaseRow).where(col(ReleaseRow.id) == body.id)
    row = session.exec(query).one()
    row.is_open = row.onward = True
    session.add(row)
    session.flush()


def find_release(permit: Permit, session: Session, release_id: str) -> Release | None:
    """One release inside the permit, or None."""
    query = scoped_select(permit, ReleaseRow).where(col(ReleaseRow.id) == release_id)
    row = session.exec(query).first()
    return None if row is None else _load_release(row)


def list_releases(permit: Permit, session: Session, *, after: str, limit: int) -> list[Release]:
    """Releases inside the permit by id, after *after*."""
    query = (
        scoped_select(permit, ReleaseRow)
        .where(col(ReleaseRow.id) > after)
        .order_by(col(ReleaseRow.id))
        .limit(limit)
    )
    return [_load_release(row) for row in session.exec(query)]


def _build_member_row(year: YearKey, one: Frozen) -> dict[str, object]:
    member = one.member
    return {
        "point": member.point,
        "energy": year.energy,
        "year": year.year,
        "scheme": year.scheme,
        "leaf": member.leaf,
        "holder": member.holder,
        "category": member.category,
        "moves": member.moves,
        "known_to": _format_known_to(member.known_to),
        "agreement": one.agreement,
        "energies": _format_energies(one),
    }


_MEMBER = (
    "point", "leaf", "holder", "category", "moves", "known_to", "agreement", "energies",
)  # fmt: skip
"""Columns of a member that are read: 20,000 of them as objects cost a second."""


def _iterate_frozen_members(rows: Sequence[Any]) -> Iterator[Frozen]:
    """Members of *rows*; their energies are read as one text, five times as fast as each."""
    energies = json.loads(f"[{','.join(row.energies for row in rows)}]")
    for (point, leaf, holder, category, moves, known_to, agreement, _), wh in zip(
        rows, energies, strict=True
    ):
        known = _parse_known_to(known_to)
        member = Member(point, leaf, holder, category, tuple(wh), moves=moves, known_to=known)
        yield Frozen(member, agreement)


def _format_energies(one: Frozen) -> str:
    """As JSON, which is of whole numbers and null: three times as fast as a writer of anything."""
    return f"[{', '.join(['null' if wh is None else str(wh) for wh in one.member.energies])}]"


@lru_cache(maxsize=4096)
def _format_known_to(known_to: frozenset[str]) -> str:
    """As it is stored; the points of a member are mostly known to the same."""
    return json.dumps(sorted(known_to))


@lru_cache(maxsize=4096)
def _parse_known_to(listed: str) -> frozenset[str]:
    return frozenset(json.loads(listed))


def _load_release(row: ReleaseRow) -> Release:
    return Release.model_validate_json(row.body)
