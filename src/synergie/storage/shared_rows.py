"""The rows of one kind of shared plan: the plan, those invited, what was computed, their parts.

Every kind keeps them alike; a kind says its records, its tables and the columns that name things.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, update
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.shared_plan import (
    count_shared_rows,
    find_invitations,
    find_shared_row,
    invite,
    list_shared_rows,
    read_shared_column,
)
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan[RecordT: BaseModel, StateT, StepT: BaseModel]:
    """A shared plan as it is stored; a kind adds what it names (a plan in force, one proposed)."""

    id: str
    owner: str
    version: int
    state: StateT
    record: RecordT
    history: tuple[StepT, ...]
    n_invited: int
    """How many were invited."""


_PAGE = 500
_SHARED = frozenset(one.name for one in fields(StoredPlan))


@dataclass(frozen=True, slots=True)
class PlanRows[PlanT: StoredPlan[Any, Any, Any]]:
    """How one kind is stored. Its table has a column for each field that the kind adds."""

    stored: type[PlanT]
    record: type[BaseModel]
    step: type[BaseModel]
    table: Any
    invitations: Any
    item: Any
    """The column of the invitations that names the plan."""
    who: Any
    """The column of the invitations that names who was invited."""

    def load(
        self, permit: Permit, session: Session, item_id: str, /, *, for_update: bool = False
    ) -> PlanT | None:
        """The one that the bearer coordinates or was invited to, or None.

        With *for_update* other transactions wait to change it (PostgreSQL; SQLite has one writer).
        """
        where = col(self.table.id) == item_id
        row = find_shared_row(permit, session, self.table, where, for_update=for_update)
        return None if row is None else self._build_stored_plan(session, row)

    def list_page(
        self, permit: Permit, session: Session, *, after: str = "", limit: int | None = None
    ) -> list[PlanT]:
        """Those that the bearer coordinates or was invited to, by id, after *after*."""
        table = self.table
        rows = list_shared_rows(permit, session, table, by=table.id, after=after, limit=limit)
        return [self._build_stored_plan(session, row) for row in rows]

    def save(self, permit: Permit, session: Session, body: PlanT, *, now: datetime) -> None:
        """Write one of the bearer's own, new or in the place of what it was."""
        own_write(permit)
        if body.owner != permit.owner:
            raise TypeError("a shared plan is its coordinator's")
        row = self.table(
            id=body.id,
            owner=body.owner,
            version=body.version,
            state=body.state,
            body=body.record.model_dump_json(),
            history=json.dumps([step.model_dump(mode="json") for step in body.history]),
            changed_at=now,
            **{name: getattr(body, name) for name in self._list_added_fields()},
        )
        session.merge(row)

    def list_invitations(
        self, permit: Permit, session: Session, item_id: str, /
    ) -> dict[str, datetime]:
        """Who was invited and when, by name: all to the coordinator, else oneself."""
        where = col(self.item) == item_id
        return find_invitations(permit, session, self.invitations, where, who=self.who)

    def invite(
        self, permit: Permit, session: Session, item_id: str, names: Iterable[str], *, now: datetime
    ) -> list[str]:
        """Add *names* to one of the bearer's own; those who are new."""
        table, named = self.invitations, self.item
        return invite(
            permit, session, table, named=named, to=item_id, who=self.who, names=names, now=now
        )

    def _list_added_fields(self) -> list[str]:
        return [one.name for one in fields(self.stored) if one.name not in _SHARED]

    def _build_stored_plan(self, session: Session, row: Any) -> PlanT:
        to_it = col(self.item) == row.id
        return self.stored(
            id=row.id,
            owner=row.owner,
            version=row.version,
            state=row.state,
            record=self.record.model_validate_json(row.body),
            history=tuple(self.step.model_validate(one) for one in json.loads(row.history)),
            n_invited=count_shared_rows(session, self.invitations, to_it),
            **{name: getattr(row, name) for name in self._list_added_fields()},
        )


@dataclass(frozen=True, slots=True)
class RunRows[RunT: BaseModel]:
    """How what was computed of one kind is stored: its digests, and beside them what it says."""

    run: type[RunT]
    table: Any
    item: Any
    """The column that names the shared plan."""
    content: str
    """The field, and the column, of what it says."""
    content_record: type[BaseModel]

    def load_row(self, permit: Permit, session: Session, item: str, run: str) -> Any:
        """The row of one of the bearer's own, or None."""
        return find_shared_row(permit, session, self.table, *self._where(item, run))

    def load(self, permit: Permit, session: Session, item: str, run: str) -> RunT | None:
        """One of the bearer's own with what it says, or None."""
        row = self.load_row(permit, session, item, run)
        if row is None:
            return None
        content = self.content_record.model_validate_json(getattr(row, self.content))
        return self.run.model_validate_json(row.body).model_copy(update={self.content: content})

    def load_summary(self, permit: Permit, session: Session, item: str, run: str) -> RunT | None:
        """One of the bearer's own without what it says, or None."""
        of, by, where = self.table.body, self.table.id, self._where(item, run)
        found = read_shared_column(
            permit, session, self.table, *where, of=of, by=by, after="", limit=1
        )
        return next(map(self.run.model_validate_json, found), None)

    def is_kept(self, permit: Permit, session: Session, item: str, run: str) -> bool:
        """Whether it is one of the bearer's own: of thousands of points, unread."""
        by, where = self.table.id, self._where(item, run)
        found = read_shared_column(
            permit, session, self.table, *where, of=by, by=by, after="", limit=1
        )
        return any(True for _ in found)

    def list_page(
        self, permit: Permit, session: Session, item: str, *, after: str, limit: int
    ) -> list[RunT]:
        """Those of one of the bearer's own by id, after *after*, without what they say."""
        of, by, where = self.table.body, self.table.id, col(self.item) == item
        found = read_shared_column(
            permit, session, self.table, where, of=of, by=by, after=after, limit=limit
        )
        return [self.run.model_validate_json(body) for body in found]

    def _where(self, item: str, run: str) -> tuple[ColumnElement[bool], ...]:
        return col(self.table.id) == run, col(self.item) == item


@dataclass(frozen=True, slots=True)
class PartRows[PartT, AnswerT: BaseModel]:
    """How the parts of one kind are stored: one a run and a name."""

    table: Any
    run: Any
    """The column that names the run; a stored part has a field of that name."""
    item: Any
    """The column that names the shared plan; as `run`."""
    who: Any
    """The column that names whose part it is; as `run`."""
    build: Callable[[Any], PartT]
    """A part of its row, as it is told."""
    build_whole: Callable[[Any], PartT]
    """The same for the coordinator."""
    answer: type[AnswerT]

    def load(self, permit: Permit, session: Session, run: str, name: str) -> PartT | None:
        """The part of *name*, for the coordinator; for itself once it was told; or None."""
        where = col(self.run) == run, col(self.who) == name
        row = find_shared_row(permit, session, self.table, *where)
        return None if row is None else self.build(row)

    def list_page(
        self, permit: Permit, session: Session, run: str, *, after: str, limit: int
    ) -> list[PartT]:
        """Parts of a run of the bearer's own by name, after *after*."""
        where = col(self.run) == run, col(self.table.owner) == permit.bearer
        rows = list_shared_rows(
            permit, session, self.table, *where, by=self.who, after=after, limit=limit
        )
        return [self.build_whole(row) for row in rows]

    def iterate(self, permit: Permit, session: Session, run: str) -> Iterator[PartT]:
        """All parts of a run of the bearer's own, by name, page by page."""
        after = ""
        while some := self.list_page(permit, session, run, after=after, limit=_PAGE):
            yield from some
            after = self.get_name(some[-1])

    def get_name(self, part: PartT) -> str:
        """Whose part it is."""
        return str(getattr(part, self.who.key))

    def get_run(self, part: PartT) -> str:
        """Of which run it is a part."""
        return str(getattr(part, self.run.key))

    def get_item(self, part: PartT) -> str:
        """Of which shared plan it is a part."""
        return str(getattr(part, self.item.key))

    def list_answers(self, permit: Permit, session: Session, run: str) -> dict[str, AnswerT | None]:
        """By name, what was answered to a run of the bearer's own; the parts are not read."""
        query = (
            scoped_select(permit, self.table)
            .where(col(self.run) == run, col(self.table.owner) == permit.bearer)
            .with_only_columns(col(self.who), col(self.table.answer))
        )
        return {name: self.parse_answer(t) for name, t in session.connection().execute(query)}

    def parse_answer(self, text: str | None) -> AnswerT | None:
        """The answer in a row of a part."""
        return None if text is None else self.answer.model_validate_json(text)

    def tell(self, permit: Permit, session: Session, run: str, *, now: datetime) -> None:
        """Let each one read its part of a run of the bearer's own, from now on."""
        self.stamp(permit, session, run, self.table.told_at, now=now)

    def stamp(
        self, permit: Permit, session: Session, run: str, column: Any, *, now: datetime
    ) -> None:
        """Put *now* where *column* is empty in the parts of a run of the bearer's own."""
        own_write(permit)
        rows = update(self.table).where(
            col(self.run) == run, col(self.table.owner) == permit.owner, col(column).is_(None)
        )
        session.connection().execute(rows.values({column.key: now}))

    def tell_totals(
        self, permit: Permit, session: Session, run: str, totals: Mapping[str, BaseModel]
    ) -> None:
        """Keep, by name, the sums that each one may see."""
        own_write(permit)
        for row in session.exec(scoped_select(permit, self.table).where(col(self.run) == run)):
            mine = totals.get(getattr(row, self.who.key))
            if mine is not None:
                row.totals = mine.model_dump_json()
                session.add(row)

    def save_answer(
        self, permit: Permit, session: Session, part: PartT, answer: AnswerT | None
    ) -> None:
        """Keep the answer of the bearer itself to its *part*; None: withdrawn."""
        name, run = self.get_name(part), self.get_run(part)
        if permit.scope != "party" or permit.action != "write" or permit.bearer != name:
            raise TypeError("an answer is one's own")
        where = col(self.run) == run, col(self.who) == name
        row = session.exec(scoped_select(permit, self.table).where(*where)).one()
        row.answer = None if answer is None else answer.model_dump_json()
        session.add(row)
