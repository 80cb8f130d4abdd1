"""The same request sent twice acts once: Idempotency-Key (IETF draft idempotency-key-header)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from synergie.errors import KeyReused
from synergie.storage import idempotency
from synergie.storage.store import Session, Store


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
    if idempotency.claim_key(session, _build_key_row(once), now=now):
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


class KeyTaken(Exception):
    """Another request kept an answer under one of the keys meanwhile: begin again, it is found."""


def find_answers[AnswerT: BaseModel](
    session: Session, onces: Iterable[Once | None], answer: type[AnswerT], *, now: datetime
) -> dict[Once, AnswerT | KeyReused]:
    """Of those of *onces* that were used before: the answer given, or that it was to another."""
    asked = [one for one in onces if one is not None]
    found: dict[Once, AnswerT | KeyReused] = {}
    for client in sorted({one.client for one in asked}):
        mine = [one for one in asked if one.client == client]
        kept = idempotency.find_kept_answers(session, client, (one.key for one in mine), now=now)
        for one in mine:
            if one.key in kept:
                *request, told = kept[one.key]
                same = request == [one.request, one.body_sha256]
                found[one] = answer.model_validate_json(told) if same else KeyReused()
    return found


def store_answers(
    session: Session, answers: Sequence[tuple[Once, BaseModel]], *, now: datetime, status: int = 201
) -> None:
    """Keep *answers* of one transaction, as its last act; KeyTaken when one was kept meanwhile."""
    rows = [
        {**_build_key_row(once), "answer": answer.model_dump_json()}
        for once, answer in sorted(answers, key=lambda one: (one[0].client, one[0].key))
    ]
    if not idempotency.keep_all(session, rows, status=status, now=now):
        raise KeyTaken


def delete_old_answers(store: Store, *, now: datetime) -> None:
    """Drop what is kept under keys that are older than a day."""
    with store.write() as session:
        idempotency.delete_old_keys(session, now=now)


def _build_key_row(once: Once) -> dict[str, str]:
    return {
        "client": once.client,
        "key": once.key,
        "request": once.request,
        "body_sha256": once.body_sha256,
    }
