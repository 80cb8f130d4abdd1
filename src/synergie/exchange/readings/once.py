"""The same request sent twice acts once: Idempotency-Key (IETF draft idempotency-key-header)."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from synergie.errors import KeyReused
from synergie.storage import idempotency
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class Once:
    """A client's key and what it was used for: `request` is method and path."""

    client: str
    key: str
    request: str
    body_sha256: str


def claim_or_replay[AnswerT: BaseModel](
    session: Session, once: Once | None, answer: type[AnswerT], *, now: datetime
) -> AnswerT | None:
    """The answer already given, or None when the act is to be done (the key is then claimed).

    KeyReused when the key came with another request or another body.
    """
    if once is None:
        return None
    idempotency.delete_old_keys(session, now=now)
    row = {
        "client": once.client,
        "key": once.key,
        "request": once.request,
        "body_sha256": once.body_sha256,
    }
    if idempotency.claim_key(session, row, now=now):
        return None
    found = idempotency.find_kept_answer(session, once.client, once.key)
    if found is None or found[:2] != (once.request, once.body_sha256):
        raise KeyReused
    return answer.model_validate_json(found[2])


def find_earlier_answer[AnswerT: BaseModel](
    session: Session, once: Once | None, answer: type[AnswerT]
) -> AnswerT | None:
    """The answer already given to the same request, before anything is verified for it.

    KeyReused as `replayed` says; nothing is claimed.
    """
    found = None if once is None else idempotency.find_kept_answer(session, once.client, once.key)
    if once is None or found is None:
        return None
    if found[:2] != (once.request, once.body_sha256):
        raise KeyReused
    return answer.model_validate_json(found[2])


def store_answer(
    session: Session, once: Once | None, answer: BaseModel, *, status: int = 201
) -> None:
    """Keep *answer* under the claimed key, in the transaction of the act itself."""
    if once is not None:
        idempotency.keep(
            session, once.client, once.key, status=status, answer=answer.model_dump_json()
        )
