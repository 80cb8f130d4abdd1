"""Joint lighting studies, their bodies and published options."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from synergie.lighting.records.exchange import JointStudyRecord, JointStudyState, JointStudyStep
from synergie.lighting.records.options import OptionsRecord, StudyOptions
from synergie.lighting.storage._tables import LightingBodyRow, LightingOptionsRow, LightingStudyRow
from synergie.policy import Permit
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySnapshot:
    """A joint study as it is stored, and how many were invited."""

    id: str
    owner: str
    version: int
    state: JointStudyState
    comparison: str | None
    scenario: str | None
    proposed: str | None
    record: JointStudyRecord
    history: tuple[JointStudyStep, ...]
    n_bodies: int


def study(
    permit: Permit, session: Session, study_id: str, *, for_update: bool = False
) -> StudySnapshot | None:
    """One joint study that the bearer coordinates or was invited to, or None.

    With *for_update* other transactions wait to change it.
    """
    where = col(LightingStudyRow.id) == study_id
    row = _shared_plan.find_shared_row(
        permit, session, LightingStudyRow, where, for_update=for_update
    )
    return None if row is None else _build_study_snapshot(session, row)


def list_studies(
    permit: Permit, session: Session, *, after: str, limit: int
) -> list[StudySnapshot]:
    """Joint studies that the bearer coordinates or was invited to, by id, after *after*."""
    table = LightingStudyRow
    rows = _shared_plan.list_shared_rows(
        permit, session, table, by=table.id, after=after, limit=limit
    )
    return [_build_study_snapshot(session, row) for row in rows]


def save_study(permit: Permit, session: Session, body: StudySnapshot, *, now: datetime) -> None:
    """Write a joint study of the bearer's own, new or in the place of what it was."""
    own_write(permit)
    if body.owner != permit.owner:
        raise TypeError("a joint study is its coordinator's")
    steps = [step.model_dump(mode="json") for step in body.history]
    session.merge(
        LightingStudyRow(
            id=body.id,
            owner=body.owner,
            version=body.version,
            state=body.state,
            comparison=body.comparison,
            scenario=body.scenario,
            proposed=body.proposed,
            body=body.record.model_dump_json(),
            history=json.dumps(steps),
            changed_at=now,
        )
    )


def taking_part(permit: Permit, session: Session, study_id: str) -> dict[str, datetime]:
    """Who was invited and when, by body: all to the coordinator, else oneself."""
    table = LightingBodyRow
    where = col(table.study) == study_id
    return _shared_plan.find_invitations(permit, session, table, where, who=table.body)


def invite(
    permit: Permit, session: Session, study_id: str, bodies: Iterable[str], *, now: datetime
) -> list[str]:
    """Add *bodies* to a joint study of the bearer's own; those who are new."""
    table = LightingBodyRow
    return _shared_plan.invite(
        permit,
        session,
        table,
        named=table.study,
        to=study_id,
        who=table.body,
        names=bodies,
        now=now,
    )


def save_options(permit: Permit, session: Session, made: StudyOptions) -> None:
    """Keep a new version of options of the bearer's own."""
    own_write(permit)
    if made.record is None:
        raise TypeError("options are kept with what they say")
    session.add(
        LightingOptionsRow(
            id=made.id,
            study=made.study,
            owner=permit.owner,
            version=made.version,
            published_at=made.published_at,
            sha256=made.sha256,
            body=build_canonical_bytes(made.record).decode(),
        )
    )


def every_options(
    permit: Permit, session: Session, study_id: str, *, after: str, limit: int
) -> list[StudyOptions]:
    """Versions of options of a study that the bearer takes part in, by id, without content."""
    table, where = LightingOptionsRow, col(LightingOptionsRow.study) == study_id
    rows = _shared_plan.list_shared_rows(
        permit, session, table, where, by=table.id, after=after, limit=limit
    )
    return [_build_study_options(row).model_copy(update={"record": None}) for row in rows]


def options(
    permit: Permit, session: Session, study_id: str, options_id: str
) -> StudyOptions | None:
    """One version of options of a study that the bearer takes part in, or None."""
    where = col(LightingOptionsRow.study) == study_id, col(LightingOptionsRow.id) == options_id
    row = _shared_plan.find_shared_row(permit, session, LightingOptionsRow, *where)
    return None if row is None else _build_study_options(row)


def last_options(permit: Permit, session: Session, study_id: str) -> StudyOptions | None:
    """The latest options of a study that the bearer takes part in, or None."""
    query = (
        scoped_select(permit, LightingOptionsRow)
        .where(col(LightingOptionsRow.study) == study_id)
        .order_by(col(LightingOptionsRow.version).desc())
        .limit(1)
    )
    row = session.exec(query).first()
    return None if row is None else _build_study_options(row)


def _build_study_options(row: LightingOptionsRow) -> StudyOptions:
    return StudyOptions(
        id=row.id,
        study=row.study,
        version=row.version,
        published_at=row.published_at,
        sha256=row.sha256,
        record=OptionsRecord.model_validate_json(row.body),
    )


def _build_study_snapshot(session: Session, row: LightingStudyRow) -> StudySnapshot:
    state: JointStudyState = row.state  # type: ignore[assignment]  # written from a state only
    return StudySnapshot(
        id=row.id,
        owner=row.owner,
        version=row.version,
        state=state,
        comparison=row.comparison,
        scenario=row.scenario,
        proposed=row.proposed,
        record=JointStudyRecord.model_validate_json(row.body),
        history=tuple(JointStudyStep.model_validate(one) for one in json.loads(row.history)),
        n_bodies=_shared_plan.count_shared_rows(
            session, LightingBodyRow, col(LightingBodyRow.study) == row.id
        ),
    )
