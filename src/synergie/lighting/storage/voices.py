"""Voices of bodies, their weighing, and results of consultations of joint lighting studies."""

from sqlalchemy import delete
from sqlmodel import col

from synergie.lighting.records.voice import (
    ConsultationRecord,
    KeptWeighing,
    PublishedConsultation,
    StudyVoice,
)
from synergie.lighting.storage._tables import (
    LightingConsultationRow,
    LightingVoiceRow,
    LightingWeighingRow,
)
from synergie.policy import Permit
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session


def load_voice(permit: Permit, session: Session, comparison: str, body: str) -> StudyVoice | None:
    """What one body says: to the coordinator, and to that body; or None."""
    where = (col(LightingVoiceRow.comparison) == comparison, col(LightingVoiceRow.body) == body)
    row = _shared_plan.find_shared_row(permit, session, LightingVoiceRow, *where)
    return None if row is None else StudyVoice.model_validate_json(row.voice)


def voices(permit: Permit, session: Session, comparison: str) -> list[StudyVoice]:
    """What all bodies say, by body: to the coordinator."""
    query = (
        scoped_select(permit, LightingVoiceRow)
        .where(col(LightingVoiceRow.comparison) == comparison)
        .order_by(col(LightingVoiceRow.body))
    )
    return [StudyVoice.model_validate_json(row.voice) for row in session.exec(query)]


def save_voice(permit: Permit, session: Session, said: StudyVoice, *, owner: str) -> None:
    """Keep what the bearer itself says, in the place of what it said; *owner* coordinates."""
    _check_own_permit(permit, said.body)
    session.merge(
        LightingVoiceRow(
            comparison=said.comparison,
            body=said.body,
            study=said.study,
            owner=owner,
            voice=said.model_dump_json(),
        )
    )


def forget_voice(permit: Permit, session: Session, comparison: str) -> None:
    """Take back what the bearer itself said: nothing of it stays."""
    _check_own_permit(permit, permit.bearer)
    session.connection().execute(
        delete(LightingVoiceRow).where(
            col(LightingVoiceRow.comparison) == comparison,
            col(LightingVoiceRow.body) == permit.bearer,
        )
    )


def load_weighing(
    permit: Permit, session: Session, study: str, comparison: str
) -> KeptWeighing | None:
    """The weighing of a comparison of a study that the bearer takes part in, or None."""
    where = (
        col(LightingWeighingRow.comparison) == comparison,
        col(LightingWeighingRow.study) == study,
    )
    row = _shared_plan.find_shared_row(permit, session, LightingWeighingRow, *where)
    return None if row is None else KeptWeighing.model_validate_json(row.body)


def save_weighing(permit: Permit, session: Session, made: KeptWeighing) -> None:
    """Keep the weighing of a comparison of the bearer's own, in the place of an earlier one."""
    own_write(permit)
    session.merge(
        LightingWeighingRow(
            comparison=made.comparison,
            study=made.study,
            owner=permit.owner,
            body=made.model_dump_json(),
        )
    )


def forget_weighing(permit: Permit, session: Session, comparison: str) -> None:
    """Drop the weighing of a comparison of the bearer's own: voices are taken anew."""
    own_write(permit)
    session.connection().execute(
        delete(LightingWeighingRow).where(
            col(LightingWeighingRow.comparison) == comparison,
            col(LightingWeighingRow.owner) == permit.owner,
        )
    )


def save_consultation(
    permit: Permit, session: Session, made: PublishedConsultation, *, owner: str
) -> None:
    """Keep a result that the bearer itself publishes; *owner* coordinates."""
    _check_own_permit(permit, made.body)
    if made.record is None:
        raise TypeError("a result is kept with what it says")
    session.add(
        LightingConsultationRow(
            id=made.id,
            study=made.study,
            body=made.body,
            name=made.record.consultation.id,
            owner=owner,
            published_at=made.published_at,
            sha256=made.sha256,
            record=build_canonical_bytes(made.record).decode(),
        )
    )


def load_published_result(
    permit: Permit, session: Session, study: str, *, body: str, name: str
) -> PublishedConsultation | None:
    """The result that *body* published of its consultation *name*, or None."""
    where = (
        col(LightingConsultationRow.study) == study,
        col(LightingConsultationRow.body) == body,
        col(LightingConsultationRow.name) == name,
    )
    row = _shared_plan.find_shared_row(permit, session, LightingConsultationRow, *where)
    return None if row is None else _build_published_consultation(row)


def consultation(
    permit: Permit, session: Session, study: str, consultation_id: str
) -> PublishedConsultation | None:
    """One result of a study that the bearer takes part in, or None."""
    where = (
        col(LightingConsultationRow.study) == study,
        col(LightingConsultationRow.id) == consultation_id,
    )
    row = _shared_plan.find_shared_row(permit, session, LightingConsultationRow, *where)
    return None if row is None else _build_published_consultation(row)


def list_consultations(
    permit: Permit, session: Session, study: str, *, after: str, limit: int
) -> list[PublishedConsultation]:
    """Results of a study that the bearer takes part in, by id, without what they say."""
    table, where = LightingConsultationRow, col(LightingConsultationRow.study) == study
    rows = _shared_plan.list_shared_rows(
        permit, session, table, where, by=table.id, after=after, limit=limit
    )
    return [_build_published_consultation(one).model_copy(update={"record": None}) for one in rows]


def _check_own_permit(permit: Permit, body: str) -> None:
    if permit.scope != "party" or permit.action != "write" or permit.bearer != body:
        raise TypeError("what is said is the body's own")


def _build_published_consultation(row: LightingConsultationRow) -> PublishedConsultation:
    return PublishedConsultation(
        id=row.id,
        study=row.study,
        body=row.body,
        published_at=row.published_at,
        sha256=row.sha256,
        record=ConsultationRecord.model_validate_json(row.record),
    )
