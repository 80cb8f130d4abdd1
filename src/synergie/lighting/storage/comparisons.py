"""Comparisons of joint lighting studies as they were kept, and the part of each body."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import update
from sqlmodel import col, select

from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.kept import KeptComparison
from synergie.lighting.records.part import ScenarioTotals, StudyAnswer, StudyView
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.storage._tables import LightingComparisonRow, LightingPartRow
from synergie.policy import Permit
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session

_CHUNK = 500
_TOTALS = TypeAdapter(tuple[ScenarioTotals, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of one body in a comparison, with the totals once they may be told."""

    comparison: str
    study: str
    body: str
    view: StudyView
    sha256: str
    totals: tuple[ScenarioTotals, ...] = ()
    """What may be told of all; stands in `view` once it is."""
    answer: StudyAnswer | None = None


def save_comparison(
    permit: Permit,
    session: Session,
    made: KeptComparison,
    *,
    problem: LightingStudy,
    parts: Iterable[Part],
) -> None:
    """Keep a new comparison of the bearer's own, its problem (RFC 8785), and its parts."""
    own_write(permit)
    if made.comparison is None:
        raise TypeError("a comparison is kept with what it says")
    session.add(
        LightingComparisonRow(
            id=made.id,
            study=made.study,
            owner=permit.owner,
            body=made.model_copy(update={"comparison": None}).model_dump_json(),
            problem=build_canonical_bytes(problem).decode(),
            comparison=build_canonical_bytes(made.comparison).decode(),
        )
    )
    for part in parts:
        row = LightingPartRow(
            comparison=made.id,
            body=part.body,
            study=made.study,
            owner=permit.owner,
            view=part.view.model_dump_json(),
            sha256=part.sha256,
            totals=_TOTALS.dump_json(part.totals).decode() if part.totals else None,
        )
        session.add(row)


def load_comparison(
    permit: Permit, session: Session, study: str, comparison_id: str
) -> KeptComparison | None:
    """One comparison of a study of the bearer's own, or None."""
    row = _load_comparison_row(permit, session, study, comparison_id)
    if row is None:
        return None
    told = LightingComparison.model_validate_json(row.comparison)
    return KeptComparison.model_validate_json(row.body).model_copy(update={"comparison": told})


def load_comparison_problem(
    permit: Permit, session: Session, study: str, comparison_id: str
) -> LightingStudy | None:
    """What a comparison of the bearer's own is of, or None."""
    row = _load_comparison_row(permit, session, study, comparison_id)
    return None if row is None else LightingStudy.model_validate_json(row.problem)


def is_kept(permit: Permit, session: Session, study: str, comparison_id: str) -> bool:
    """Whether it is one of a study of the bearer's own."""
    query = scoped_select(permit, LightingComparisonRow).where(
        col(LightingComparisonRow.id) == comparison_id, col(LightingComparisonRow.study) == study
    )
    found = session.connection().execute(query.with_only_columns(col(LightingComparisonRow.id)))
    return found.first() is not None


def list_comparisons(
    permit: Permit, session: Session, study: str, *, after: str, limit: int
) -> list[KeptComparison]:
    """Comparisons of a study of the bearer's own by id, without what they say."""
    table = LightingComparisonRow
    found = _shared_plan.column(
        permit,
        session,
        table,
        col(table.study) == study,
        of=table.body,
        by=table.id,
        after=after,
        limit=limit,
    )
    return [KeptComparison.model_validate_json(body) for body in found]


def part(permit: Permit, session: Session, comparison_id: str, body: str) -> Part | None:
    """The part of one body, for the coordinator; for the body once it was told; or None."""
    where = col(LightingPartRow.comparison) == comparison_id, col(LightingPartRow.body) == body
    row = _shared_plan.find_shared_row(permit, session, LightingPartRow, *where)
    return None if row is None else _build_part(row)


def list_parts(
    permit: Permit, session: Session, comparison_id: str, *, after: str, limit: int
) -> list[Part]:
    """Parts of a comparison of the bearer's own by body, after *after*."""
    table = LightingPartRow
    where = col(table.comparison) == comparison_id, col(table.owner) == permit.bearer
    rows = _shared_plan.list_shared_rows(
        permit, session, table, *where, by=table.body, after=after, limit=limit
    )
    return [_build_part(row) for row in rows]


def every_part(permit: Permit, session: Session, comparison_id: str) -> Iterator[Part]:
    """All parts of a comparison of the bearer's own, by body."""
    yield from _shared_plan.iterate_all_pages(
        lambda after, limit: list_parts(permit, session, comparison_id, after=after, limit=limit),
        lambda one: one.body,
    )


def tell_parts(permit: Permit, session: Session, comparison_id: str, *, now: datetime) -> None:
    """Let each body of a comparison of the bearer's own read its part from now on."""
    _stamp_part_column(permit, session, comparison_id, col(LightingPartRow.told_at), now=now)


def tell_totals(permit: Permit, session: Session, comparison_id: str, *, now: datetime) -> None:
    """Let each body see the totals that it may, from now on."""
    _stamp_part_column(permit, session, comparison_id, col(LightingPartRow.summed_at), now=now)


def has_earlier_totals(
    permit: Permit, session: Session, comparison_id: str, *, bodies: Sequence[str]
) -> bool:
    """Whether totals of one of *bodies* were told in another comparison, whoever's: no row is told.

    What is as today is the same in both, whichever coordinator compares.
    """
    own_write(permit)
    row = LightingPartRow
    query = select(col(row.body)).where(
        col(row.summed_at).is_not(None), col(row.comparison) != comparison_id
    )
    return any(
        session.exec(query.where(col(row.body).in_(some)).limit(1)).first() is not None
        for some in batched(bodies, _CHUNK)
    )


def save_answer(permit: Permit, session: Session, body: Part, answer: StudyAnswer | None) -> None:
    """Keep the bearer's own answer to its part; None: withdrawn."""
    if permit.scope != "party" or permit.action != "write" or permit.bearer != body.body:
        raise TypeError("an answer is the body's own")
    query = scoped_select(permit, LightingPartRow).where(
        col(LightingPartRow.comparison) == body.comparison, col(LightingPartRow.body) == body.body
    )
    row = session.exec(query).one()
    row.answer = None if answer is None else answer.model_dump_json()
    session.add(row)


def forget_answers(permit: Permit, session: Session, comparison_id: str) -> None:
    """Take all answers to a comparison of the bearer's own back: it is spoken of anew."""
    own_write(permit)
    rows = update(LightingPartRow).where(
        col(LightingPartRow.comparison) == comparison_id,
        col(LightingPartRow.owner) == permit.owner,
    )
    session.connection().execute(rows.values(answer=None))


def _stamp_part_column(
    permit: Permit, session: Session, comparison_id: str, column: Any, *, now: datetime
) -> None:
    own_write(permit)
    rows = update(LightingPartRow).where(
        col(LightingPartRow.comparison) == comparison_id,
        col(LightingPartRow.owner) == permit.owner,
        column.is_(None),
    )
    session.connection().execute(rows.values({column: now}))


def _load_comparison_row(
    permit: Permit, session: Session, study: str, comparison_id: str
) -> LightingComparisonRow | None:
    table = LightingComparisonRow
    where = col(table.id) == comparison_id, col(table.study) == study
    return _shared_plan.find_shared_row(permit, session, table, *where)


def _build_part(row: LightingPartRow) -> Part:
    view = StudyView.model_validate_json(row.view)
    totals = () if row.totals is None else _TOTALS.validate_json(row.totals)
    if row.summed_at is not None:
        view = view.model_copy(update={"totals": totals})
    return Part(
        comparison=row.comparison,
        study=row.study,
        body=row.body,
        view=view,
        sha256=row.sha256,
        totals=totals,
        answer=None if row.answer is None else StudyAnswer.model_validate_json(row.answer),
    )
