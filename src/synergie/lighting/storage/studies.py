"""Joint lighting studies, their bodies and published options."""

from dataclasses import dataclass

from sqlmodel import col

from synergie.lighting.records.exchange import JointStudyRecord, JointStudyState, JointStudyStep
from synergie.lighting.records.options import OptionsRecord, StudyOptions
from synergie.lighting.storage._tables import LightingBodyRow, LightingOptionsRow, LightingStudyRow
from synergie.policy import Permit
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.shared_rows import PlanRows, StoredPlan
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySnapshot(StoredPlan[JointStudyRecord, JointStudyState, JointStudyStep]):
    """A joint study as it is stored, and how many were invited."""

    comparison: str | None
    scenario: str | None
    proposed: str | None


STUDIES = PlanRows(
    StudySnapshot,
    JointStudyRecord,
    JointStudyStep,
    LightingStudyRow,
    LightingBodyRow,
    item=LightingBodyRow.study,
    who=LightingBodyRow.body,
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
