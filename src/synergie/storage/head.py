"""The head: one counter of all changes, without holes, so that a cursor never skips one.

A sequence is not a cursor: its values are taken before the commit and committed in another order
(with eight writers a reader of `seq > last` missed 38-42 % of the rows). One row, updated as the
last act of a transaction, serialises the commits and nothing else.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import update
from sqlmodel import Session, col, select

from synergie.storage.tables import ChangeRow, HeadRow

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the store is: number of changes, epoch (a restore changes it), and its secret."""

    n: int
    epoch: str
    secret: bytes


def head(session: Session) -> Head:
    """The head as this session sees it."""
    row = session.exec(select(HeadRow)).one()
    return Head(row.n, row.epoch, row.secret)


def read_store_secret(session: Session) -> bytes:
    """The store's secret alone: what sealing a cursor needs."""
    return session.exec(select(col(HeadRow.secret))).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One change to be told.

    *subject*: the batch, the agreement or the release; *covers*: a curve's series, or an
    agreement's version.
    """

    owner: str
    kind: str
    subject: str
    act: str
    covers: str | None = None
    other: str | None = None


def take_sequence_numbers(session: Session, n: int = 1) -> int:
    """The first of the next *n* numbers; other writers wait from here to the commit."""
    session.flush()
    query = update(HeadRow).values(n=col(HeadRow.n) + n).returning(col(HeadRow.n))
    return int(session.connection().execute(query).scalar_one()) - n + 1


def tell(session: Session, seq: int, news: News, *, now: datetime) -> None:
    """Record the change that bears number *seq*."""
    session.add(
        ChangeRow(
            seq=seq,
            at=now,
            owner=news.owner,
            other=news.other,
            kind=news.kind,
            subject=news.subject,
            covers=news.covers,
            act=news.act,
        )
    )


@lru_cache(maxsize=65536)
def opaque_id(secret: bytes, kind: str, owner: str, external_id: str) -> str:
    """The server's identifier of a thing: the same each time, and it tells nothing of the PRM.

    HMAC-SHA-256 of owner and external identifier under the store's secret, 20 characters of 30
    letters and digits (98 bits), after the kind's short name.
    """
    text = f"{kind}\x1f{owner}\x1f{external_id}".encode()
    number = int.from_bytes(hmac.digest(secret, text, sha256)[:16])
    letters = []
    for _ in range(20):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return f"{kind}_{''.join(letters)}"
