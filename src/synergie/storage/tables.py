"""The private tables. Rows are built from validated wire records only; nothing here travels."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as text_of
from sqlmodel import Field, SQLModel

from synergie.policy.readings.source_priority import MIDDLE
from synergie.storage.columns import BLOB, INTEGER, TEXT, Flag
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_integer,
    maybe_moment,
    maybe_number,
    maybe_text,
)


class Row(SQLModel):
    """The base of every table."""

    __table_args__: ClassVar[Any] = {"sqlite_strict": True}


class HeadRow(Row, table=True):
    """One row: the counter of all changes, and the epoch that a restore changes."""

    __tablename__ = "head"
    id: int = Field(primary_key=True, sa_type=INTEGER)
    n: int = define_integer()
    epoch: str = define_text()
    secret: bytes = Field(sa_type=BLOB)
    """Key of opaque ids and cursors; made once with the store."""
    place: str | None = maybe_text()
    """PostgreSQL: system identifier and timeline of the cluster that wrote it. Null: not yet."""


class EpochRow(Row, table=True):
    """One life of the store: a restore begins another, for its numbers come a second time."""

    __tablename__ = "epoch"
    number: int = Field(primary_key=True, sa_type=INTEGER)
    """1 for the first, one more for each restore."""
    id: str = define_text(index=True)
    """What `head.epoch` and cursors name."""
    since_seq: int = define_integer()
    """The last change that it has in common with the epoch before."""
    at: datetime = define_moment()
    why: str = define_text()
    """`created`, `restored`, `accepted`, `moved`."""


class ClockMarkRow(Row, table=True):
    """One row: the latest moment at which the store was in use."""

    __tablename__ = "clock_mark"
    id: int = Field(primary_key=True, sa_type=INTEGER)
    at: datetime = define_moment()


class OrganisationRow(Row, table=True):
    """The directory: public to every partner."""

    __tablename__ = "organisation"
    id: str = key()
    body: str = define_text()
    """OrganisationRecord as JSON."""
    updated_at: datetime = define_moment()


class OrganisationKeyRow(Row, table=True):
    """Public keys with which an organisation signs; kept for ever, so that old proofs verify."""

    __tablename__ = "organisation_key"
    organisation: str = key()
    kid: str = key()
    jwk: str = define_text()
    valid_from: datetime = define_moment()
    valid_until: datetime | None = maybe_moment()
    request: str | None = maybe_text()
    """The signed request it was added from (JWS): whoever made it held the key. Null: none."""


class _Owned(Row):
    """What an organisation declares: looked up by its own identifier, read as JSON."""

    id: str = key()
    owner: str = define_text(index=True)
    external_id: str = define_text()
    body: str = define_text()
    """The record as its owner declared it, JSON; what is null may be left out."""
    digest: str = define_text()
    """SHA-256 of the record as JSON, nulls told: the same again is no change."""
    updated_at: datetime = define_moment()
    batch: str = define_text()
    removed_at: datetime | None = maybe_moment()
    """When an undo took it away: reads of a moment before that still see it."""


class _Placed(_Owned):
    """What stands somewhere: its place is in the body, and here so that a map finds it."""

    longitude: float | None = maybe_number()
    """Degrees east (WGS 84). Null: the body tells no place."""
    latitude: float | None = maybe_number()
    """Degrees north."""


def _by_place(table: str) -> tuple[Any, ...]:
    """One identifier an owner; whoever looks at a map finds what is there by its place."""
    return (
        UniqueConstraint("owner", "external_id"),
        Index(f"{table}_by_place", "owner", "longitude", "latitude", "removed_at"),
        Index(f"{table}_in_order", "owner", "id", "removed_at"),
        {"sqlite_strict": True},
    )


class SiteRow(_Placed, table=True):
    """A site."""

    __tablename__ = "site"
    __table_args__ = _by_place("site")


class SupplyPointRow(_Owned, table=True):
    """A delivery point; `site` is the id of its site here."""

    __tablename__ = "supply_point"
    __table_args__ = (
        UniqueConstraint("owner", "external_id"),
        Index("supply_point_by_number", "external_id"),
        {"sqlite_strict": True},
    )
    site: str | None = maybe_text(index=True)


class SharedPointRow(Row, table=True):
    """A delivery point that a second body declared: told to its first holder, and the operator."""

    __tablename__ = "shared_point"
    point: str = key()
    """The first holder's, by its identifier here."""
    other: str = key()
    """The second's."""
    owner: str = define_text(index=True)
    """The first holder."""
    noted_at: datetime = define_moment()


class SeriesRow(_Owned, table=True):
    """A series; `last_end` is the end of its newest reading."""

    __tablename__ = "series"
    __table_args__ = (
        UniqueConstraint("owner", "external_id"),
        Index(
            "series_by_morning",
            "owner", "removed_at", "fed_by", "told_by", "time_zone", "last_end",
        ),
        {"sqlite_strict": True},
    )  # fmt: skip
    supply_point: str = Field(sa_type=TEXT, index=True)
    unit: str = define_text()
    decimals: int = define_integer()
    time_zone: str = define_text()
    last_end: datetime | None = maybe_moment()
    last_received: datetime | None = maybe_moment()
    fed_by: str | None = maybe_text()
    """Name of the format of its newest batch, `api` for a program's. Null: none ever came."""
    told_by: str | None = maybe_text()
    """Name of the format that brought its newest reading. Null: there is none."""
    known_end_s: int | None = maybe_integer()
    """Where the latest step that ever came ends, whatever became of it, seconds since 1970 UTC:
    from there on nothing is known. Null: nothing came."""
    longest_s: int | None = maybe_integer()
    """Seconds of its longest segment, whatever became of it: a read looks back no further. Null:
    nothing came, or it is not known: a read looks back a year."""


class CabinetRow(_Placed, table=True):
    """A lighting cabinet; `supply_point` is the id of its delivery point here."""

    __tablename__ = "cabinet"
    __table_args__ = _by_place("cabinet")
    supply_point: str | None = maybe_text(index=True)


class LightPointRow(_Placed, table=True):
    """A light point; `cabinet` is the id of its cabinet here."""

    __tablename__ = "light_point"
    __table_args__ = _by_place("light_point")
    cabinet: str | None = maybe_text(index=True)


class SegmentRow(Row, table=True):
    """One run of equal steps of one series, coded. Append only; a correction has a higher `seq`."""

    __tablename__ = "segment"
    __table_args__ = (
        Index("segment_by_time", "series", "start_s", "end_s"),
        {"sqlite_strict": True, "postgresql_partition_by": "HASH (series)"},
    )
    series: str = key()
    seq: int = Field(primary_key=True, sa_type=INTEGER)
    """Order of arrival: the later covers the earlier where they overlap."""
    start_s: int = Field(primary_key=True, sa_type=INTEGER)
    """Start of the first step, seconds since 1970 UTC."""
    end_s: int = define_integer()
    """End of the last step."""
    step: str = define_text()
    n: int = define_integer()
    revision: int = define_integer()
    """0 where nothing was known before, else one more than the highest it covers."""
    received_at: datetime = define_moment()
    batch: str = define_text()
    codec: int = define_integer()
    total: int = define_integer()
    """Sum of the scaled values."""
    least: int | None = maybe_integer()
    most: int | None = maybe_integer()
    n_missing: int = define_integer()
    quality: bytes | None = Field(default=None, sa_type=BLOB, nullable=True)
    """Run-length quality; null: measured, and missing where the value is."""
    data: bytes = Field(sa_type=BLOB)
    compacted: bool = Field(default=False, primary_key=True, sa_type=Flag)
    """True: made by the compactor from older ones, which stay for `as_of` reads."""
    superseded_at: int | None = maybe_integer()
    """Number of the newest change when a compaction replaced it for present reads."""
    priority: int = Field(
        default=MIDDLE, sa_type=INTEGER, sa_column_kwargs={"server_default": str(MIDDLE)}
    )
    """Of its source as it came (`policy.readings.source_priority`): the higher covers the lower."""
    undone_at: datetime | None = maybe_moment()
    """When its batch was undone: reads of a moment before that still see it."""


class BatchRow(Row, table=True):
    """A batch that was stored, and its receipt."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("owner", "digest"),
        Index("batch_by_subject", "subject", "received_at"),
        Index(
            "batch_sent",
            "owner",
            "received_at",
            sqlite_where=text_of("deposit IS NULL AND kind = 'curve'"),
            postgresql_where=text_of("deposit IS NULL AND kind = 'curve'"),
        ),
        Index(
            "batch_by_deposit",
            "deposit",
            sqlite_where=text_of("deposit IS NOT NULL"),
            postgresql_where=text_of("deposit IS NOT NULL"),
        ),
        {"sqlite_strict": True},
    )
    id: str = key()
    owner: str = define_text()
    kind: str = define_text()
    digest: str = define_text()
    """Of the content; once undone its id stands behind, so that the content may come again."""
    subject: str | None = maybe_text()
    """The series of a curve."""
    seq: int = define_integer()
    received_at: datetime = define_moment()
    client: str = define_text()
    receipt: str = define_text()
    """What the other columns do not hold of the receipt, as JSON; of earlier versions all."""
    superseded_by: str | None = maybe_text()
    deposit: str | None = maybe_text()
    """The deposit that brought it. Null: it came by itself."""
    source: str | None = maybe_text()
    """Name of the format it came by. Null: it came by the API."""
    undone_at: datetime | None = maybe_moment()
    undone_by: str | None = maybe_text()
    """The undo that took it back: of this batch, or of its deposit."""


class DepositRow(Row, table=True):
    """A file that was deposited."""

    __tablename__ = "deposit"
    __table_args__ = (
        UniqueConstraint("owner", "digest"),
        Index("deposit_by_owner", "owner", "received_at"),
        {"sqlite_strict": True},
    )
    id: str = key()
    owner: str = define_text()
    digest: str = define_text()
    """Of the file, its format and its profile; once (partly) undone its id stands behind."""
    sha256: str = define_text()
    """Of the file as it is."""
    name: str = define_text()
    format: str = define_text()
    profile: str = define_text()
    """What the sender declared, the Profile as JSON."""
    client: str = define_text()
    received_at: datetime = define_moment()
    n_in: int | None = maybe_integer()
    """Rows or items of the file. Null, like what follows: the deposit is not finished."""
    n_kept: int | None = maybe_integer()
    n_rejected: int | None = maybe_integer()
    report: str | None = maybe_text()
    """The DepositReport as JSON."""
    undone_at: datetime | None = maybe_moment()


class ProfileRow(Row, table=True):
    """A profile that an organisation saved under a name."""

    __tablename__ = "profile"
    __table_args__ = (Index("profile_by_head", "owner", "fingerprint"), {"sqlite_strict": True})
    owner: str = key()
    name: str = key()
    version: int = define_integer()
    fingerprint: str | None = maybe_text()
    """The head of the tables it reads."""
    body: str = define_text()
    """SavedProfileRecord as JSON."""
    updated_at: datetime = define_moment()


class RelianceRow(Row, table=True):
    """What stands on an older batch, which cannot be undone before it. The undone leave this."""

    __tablename__ = "reliance"
    later: str = key()
    """The later batch, or the deposit that brought the older batch again."""
    older: str = Field(primary_key=True, sa_type=TEXT, index=True)
    owner: str = define_text()
    replaces: bool = Field(sa_type=Flag)
    """Whether the later one replaced something; else it found its own content there."""


class UndoRow(Row, table=True):
    """An undo and its answer, under the batch or deposit that was named."""

    __tablename__ = "undo"
    id: str = key()
    owner: str = define_text()
    at: datetime = define_moment()
    client: str = define_text()
    report: str = define_text()
    """The Undone as JSON."""


class OwnedHistoryRow(Row, table=True):
    """A declared body that was replaced, or undone; append only."""

    __tablename__ = "owned_history"
    noun: str = key()
    """Prefix of the identifiers of its shelf."""
    id: str = key()
    """The thing."""
    seq: int = Field(primary_key=True, sa_type=INTEGER)
    """Number of the change that replaced or undid it."""
    owner: str = define_text()
    batch: str = define_text(index=True)
    """The batch that had brought it."""
    replaced_by: str | None = maybe_text(index=True)
    """The batch that replaced it. Null: it was undone."""
    body: str = define_text()
    digest: str = define_text()
    links: str = define_text()
    """The columns beside the body, JSON."""
    updated_at: datetime = define_moment()


class FactRow(Row, table=True):
    """A record that no shelf holds, append only: of a key's rows, the highest (priority, seq)."""

    __tablename__ = "fact"
    __table_args__ = (Index("fact_by_subject", "owner", "kind", "subject"), {"sqlite_strict": True})
    owner: str = key()
    kind: str = key()
    key: str = Field(primary_key=True, sa_type=TEXT)
    """The business key: the record's `external_id`."""
    seq: int = Field(primary_key=True, sa_type=INTEGER)
    revision: int = define_integer()
    """0 for the first content of its key, one more for each other content since."""
    batch: str = define_text(index=True)
    source: str = define_text()
    """Name of the format it came by."""
    priority: int = define_integer()
    """Of its source when it came (`policy.readings.source_priority`)."""
    digest: str = define_text()
    """SHA-256 of the body without its source: the same again is no change."""
    body: str = define_text()
    """The record as JSON."""
    subject: str | None = maybe_text()
    """Key of the delivery point, or identifier of the asset, or zone. Null: it is of no other."""
    supply_point: str | None = maybe_text(index=True)
    """Id of its delivery point here."""
    at: datetime | None = maybe_moment()
    """The moment, or the start of the interval, or of the first civil day in UTC."""
    received_at: datetime = define_moment()
    undone_at: datetime | None = maybe_moment()


class ChangeRow(Row, table=True):
    """One committed change, numbered without holes."""

    __tablename__ = "change"
    seq: int = Field(primary_key=True, sa_type=INTEGER)
    at: datetime = define_moment()
    owner: str = define_text(index=True)
    other: str | None = maybe_text()
    """The other party, for agreements."""
    kind: str = define_text()
    subject: str = define_text()
    """The batch, the agreement, or the release."""
    covers: str | None = maybe_text()
    """For a curve: the series, so that recipients can be told. For an agreement: its version."""
    act: str = define_text()


class AgreementRow(Row, table=True):
    """An agreement; its terms never change within a version."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("agreement_by_recipient", "recipient", "state"),
        {"sqlite_strict": True},
    )
    id: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text(index=True)
    recipient: str = define_text()
    author: str = define_text()
    """Who drafted it: a draft is seen by its author only."""
    state: str = define_text()
    valid_from: datetime = define_moment()
    valid_until: datetime = define_moment()
    terms: str = define_text()
    terms_sha256: str = define_text()
    signatures: str = define_text()
    history: str = define_text()
    perimeter: str | None = maybe_text()
    """`per_x/3`: the perimeter it names, once its owner has signed it. Null: none, or not yet."""
    changed_at: datetime | None = maybe_moment()
    """When its state last changed. Null: never since it is kept."""


class AgreementItemRow(Row, table=True):
    """One thing that an agreement's selector names: the perimeter is a join, never a list."""

    __tablename__ = "agreement_item"
    agreement: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    subject: str = Field(primary_key=True, sa_type=TEXT, index=True)
