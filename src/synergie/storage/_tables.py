"""The private tables. Rows are built from validated wire records only; nothing here travels."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from synergie.storage._columns import BLOB, INTEGER, TEXT, Flag, Instant


class Row(SQLModel):
    """The base of every table."""

    __table_args__: ClassVar[Any] = {"sqlite_strict": True}


def _id() -> Any:
    return Field(primary_key=True, sa_type=TEXT)


def _text(*, index: bool = False) -> Any:
    return Field(sa_type=TEXT, index=index)


def _maybe_text() -> Any:
    return Field(default=None, sa_type=TEXT, nullable=True)


def _int() -> Any:
    return Field(sa_type=INTEGER)


def _maybe_int() -> Any:
    return Field(default=None, sa_type=INTEGER, nullable=True)


def _time() -> Any:
    return Field(sa_type=Instant)


def _maybe_time() -> Any:
    return Field(default=None, sa_type=Instant, nullable=True)


class HeadRow(Row, table=True):
    """One row: the counter of all changes, and the epoch that a restore changes."""

    __tablename__ = "head"
    id: int = Field(primary_key=True, sa_type=INTEGER)
    n: int = _int()
    epoch: str = _text()
    secret: bytes = Field(sa_type=BLOB)
    """Key of opaque ids and cursors; made once with the store."""


class OrganisationRow(Row, table=True):
    """The directory: public to every partner."""

    __tablename__ = "organisation"
    id: str = _id()
    body: str = _text()
    """OrganisationRecord as JSON."""
    updated_at: datetime = _time()


class OrganisationKeyRow(Row, table=True):
    """Public keys with which an organisation signs; kept for ever, so that old proofs verify."""

    __tablename__ = "organisation_key"
    organisation: str = _id()
    kid: str = _id()
    jwk: str = _text()
    valid_from: datetime = _time()
    valid_until: datetime | None = _maybe_time()


class _Owned(Row):
    """What an organisation declares: looked up by its own identifier, read as JSON."""

    id: str = _id()
    owner: str = _text(index=True)
    external_id: str = _text()
    body: str = _text()
    """The record as its owner declared it, JSON."""
    digest: str = _text()
    """SHA-256 of the body: the same again is no change."""
    updated_at: datetime = _time()
    batch: str = _text()


class SiteRow(_Owned, table=True):
    """A site."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("owner", "external_id"), {"sqlite_strict": True})


class SupplyPointRow(_Owned, table=True):
    """A delivery point; `site` is the id of its site here."""

    __tablename__ = "supply_point"
    __table_args__ = (UniqueConstraint("owner", "external_id"), {"sqlite_strict": True})
    site: str | None = Field(default=None, sa_type=TEXT, nullable=True, index=True)


class SeriesRow(_Owned, table=True):
    """A series; `last_end` is the end of its newest reading."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("owner", "external_id"), {"sqlite_strict": True})
    supply_point: str = Field(sa_type=TEXT, index=True)
    unit: str = _text()
    decimals: int = _int()
    time_zone: str = _text()
    last_end: datetime | None = _maybe_time()
    last_received: datetime | None = _maybe_time()


class CabinetRow(_Owned, table=True):
    """A lighting cabinet; `supply_point` is the id of its delivery point here."""

    __tablename__ = "cabinet"
    __table_args__ = (UniqueConstraint("owner", "external_id"), {"sqlite_strict": True})
    supply_point: str | None = Field(default=None, sa_type=TEXT, nullable=True, index=True)


class LightPointRow(_Owned, table=True):
    """A light point; `cabinet` is the id of its cabinet here."""

    __tablename__ = "light_point"
    __table_args__ = (UniqueConstraint("owner", "external_id"), {"sqlite_strict": True})
    cabinet: str | None = Field(default=None, sa_type=TEXT, nullable=True, index=True)


class SegmentRow(Row, table=True):
    """One run of equal steps of one series, coded. Append only; a correction has a higher `seq`."""

    __tablename__ = "segment"
    __table_args__ = (
        Index("segment_by_time", "series", "start_s", "end_s"),
        {"sqlite_strict": True, "postgresql_partition_by": "HASH (series)"},
    )
    series: str = _id()
    seq: int = Field(primary_key=True, sa_type=INTEGER)
    """Order of arrival: the later covers the earlier where they overlap."""
    start_s: int = Field(primary_key=True, sa_type=INTEGER)
    """Start of the first step, seconds since 1970 UTC."""
    end_s: int = _int()
    """End of the last step."""
    step: str = _text()
    n: int = _int()
    revision: int = _int()
    """0 where nothing was known before, else one more than the highest it covers."""
    received_at: datetime = _time()
    batch: str = _text()
    codec: int = _int()
    total: int = _int()
    """Sum of the scaled values."""
    least: int | None = _maybe_int()
    most: int | None = _maybe_int()
    n_missing: int = _int()
    quality: bytes | None = Field(default=None, sa_type=BLOB, nullable=True)
    """Run-length quality; null: measured, and missing where the value is."""
    data: bytes = Field(sa_type=BLOB)
    compacted: bool = Field(default=False, primary_key=True, sa_type=Flag)
    """True: made by the compactor from older ones, which stay for `as_of` reads."""
    superseded_at: int | None = _maybe_int()
    """Number of the newest change when a compaction replaced it for present reads."""


class BatchRow(Row, table=True):
    """A batch that was stored, and its receipt."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("owner", "digest"), {"sqlite_strict": True})
    id: str = _id()
    owner: str = _text()
    kind: str = _text()
    digest: str = _text()
    subject: str | None = Field(default=None, sa_type=TEXT, nullable=True, index=True)
    """The series of a curve."""
    seq: int = _int()
    received_at: datetime = _time()
    client: str = _text()
    receipt: str = _text()
    """The receipt as JSON."""
    superseded_by: str | None = _maybe_text()


class ChangeRow(Row, table=True):
    """One committed change, numbered without holes."""

    __tablename__ = "change"
    seq: int = Field(primary_key=True, sa_type=INTEGER)
    at: datetime = _time()
    owner: str = _text(index=True)
    other: str | None = _maybe_text()
    """The other party, for agreements."""
    kind: str = _text()
    subject: str = _text()
    """The batch, or the agreement."""
    covers: str | None = _maybe_text()
    """For a curve: the series, so that recipients can be told."""
    act: str = _text()


class AgreementRow(Row, table=True):
    """An agreement; its terms never change within a version."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("agreement_by_recipient", "recipient", "state"),
        {"sqlite_strict": True},
    )
    id: str = _id()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = _text(index=True)
    recipient: str = _text()
    author: str = _text()
    """Who drafted it: a draft is seen by its author only."""
    state: str = _text()
    valid_from: datetime = _time()
    valid_until: datetime = _time()
    terms: str = _text()
    terms_sha256: str = _text()
    signatures: str = _text()
    history: str = _text()


class AgreementItemRow(Row, table=True):
    """One thing that an agreement's selector names: the perimeter is a join, never a list."""

    __tablename__ = "agreement_item"
    agreement: str = _id()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    subject: str = Field(primary_key=True, sa_type=TEXT, index=True)


class IdempotencyRow(Row, table=True):
    """The answer already given to a client's key (24 h)."""

    __tablename__ = "idempotency"
    client: str = _id()
    key: str = _id()
    request: str = _text()
    """Method and path."""
    body_sha256: str = _text()
    status: int = _int()
    answer: str = _text()
    created_at: datetime = Field(sa_type=Instant, index=True)


class OAuthClientRow(Row, table=True):
    """A partner's program: its keys and what it may ask for."""

    __tablename__ = "oauth_client"
    id: str = _id()
    organisation: str = _text(index=True)
    name: str = _text()
    jwks: str = _text()
    scopes: str = _text()
    enabled: bool = Field(default=True, sa_type=Flag)
    created_at: datetime = _time()


class AccessTokenRow(Row, table=True):
    """An access token that was issued: looked up at every request."""

    __tablename__ = "access_token"
    jti: str = _id()
    client: str = _text(index=True)
    jkt: str = _text()
    expires_at: datetime = Field(sa_type=Instant, index=True)
    revoked_at: datetime | None = _maybe_time()


class DpopReplayRow(Row, table=True):
    """A DPoP proof that was used (RFC 9449 §11.1)."""

    __tablename__ = "dpop_replay"
    jkt: str = _id()
    jti: str = _id()
    expires_at: datetime = Field(sa_type=Instant, index=True)


class AssertionReplayRow(Row, table=True):
    """A client assertion that was used (RFC 7523)."""

    __tablename__ = "assertion_replay"
    client: str = _id()
    jti: str = _id()
    expires_at: datetime = Field(sa_type=Instant, index=True)
