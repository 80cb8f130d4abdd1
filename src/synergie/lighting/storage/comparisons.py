"""Comparisons of joint lighting studies as they were kept, and the part of each body."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

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
from synergie.storage.scope import own_write
from synergie.storage.shared_rows import PartRows, RunRows
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


def load_comparison_problem(
    permit: Permit, session: Session, study: str, comparison_id: str
) -> LightingStudy | None:
    """What a comparison of the bearer's own is of, or None."""
    row = COMPARISONS.load_row(permit, session, study, comparison_id)
    return None if row is None else LightingStudy.model_validate_json(row.problem)


def tell_totals(permit: Permit, session: Session, comparison_id: str, *, now: datetime) -> None:
    """Let each body see the totals that it may, from now on."""
    PARTS.stamp(permit, session, comparison_id, LightingPartRow.summed_at, now=now)


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


def forget_answers(permit: Permit, session: Session, comparison_id: str) -> None:
    """Take all answers to a comparison of the bearer's own back: it is spoken of anew."""
    own_write(permit)
    rows = update(LightingPartRow).where(
        col(LightingPartRow.comparison) == comparison_id, col(LightingPartRow.owner) == permit.owner
    )
    session.connection().execute(rows.values(answer=None))


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
        answer=PARTS.parse_answer(row.answer),
    )


COMPARISONS = RunRows(
    KeptComparison,
    LightingComparisonRow,
    LightingComparisonRow.study,
    "comparison",
    LightingComparison,
)
PARTS = PartRows(
    LightingPartRow,
    run=LightingPartRow.comparison,
    item=LightingPartRow.study,
    who=LightingPartRow.body,
    build=_build_part,
    build_whole=_build_part,
    answer=StudyAnswer,
)
