"""The private tables of the journal: records, the tree over them, and who is concerned."""

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field

from synergie.storage.columns import BLOB, INTEGER, TEXT, Flag, Instant
from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_integer, define_moment


class JournalRow(Row, table=True):
    """One record; never changed, but for the erasure of its salt and content."""

    __tablename__ = "journal"
    seq: int = Field(primary_key=True, sa_type=INTEGER)
    """Its place, without holes."""
    at: datetime = define_moment()
    salt: bytes | None = Field(default=None, sa_type=BLOB, nullable=True)
    """16 random bytes, so that nobody guesses an erased record from its hash. Null: erased."""
    record: bytes | None = Field(default=None, sa_type=BLOB, nullable=True)
    """The JournalRecord as RFC 8785 writes it. Null: erased."""
    leaf: bytes = Field(sa_type=BLOB)
    """SHA-256 of 0, salt and record; it stays when they go."""
    nodes: bytes = Field(sa_type=BLOB)
    """The subtrees that this record completes, 32 bytes each, level 1 first: one on average."""


class JournalBundleRow(Row, table=True):
    """Old records of deposits of one range of the journal, instead of their rows and parties."""

    __tablename__ = "journal_bundle"
    first_seq: int = Field(primary_key=True, sa_type=INTEGER)
    """Where the range begins: a multiple of its width."""
    present: bytes = Field(sa_type=BLOB)
    """A bit a record of the range, the lowest first; not set: it has a row of its own."""
    salts: bytes = Field(sa_type=BLOB)
    """For each its 16 bytes of salt."""
    leaves: bytes = Field(sa_type=BLOB)
    """For each its hash."""
    records: bytes = Field(sa_type=BLOB)
    """The records as they were hashed, a line each, under zstd."""
    nodes: bytes = Field(sa_type=BLOB)
    """What the last of the range completes, when it is here; all below follows from the leaves."""


class JournalHeadRow(Row, table=True):
    """One row: the size of the tree and its widest complete subtrees."""

    __tablename__ = "journal_head"
    id: int = Field(primary_key=True, sa_type=INTEGER)
    size: int = define_integer()
    peaks: bytes = Field(sa_type=BLOB)
    """32 bytes a bit of the size, widest first."""


class JournalPartyRow(Row, table=True):
    """One organisation that a record concerns: who acted, and whose data."""

    __tablename__ = "journal_party"
    __table_args__: ClassVar[Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
    party: str = Field(primary_key=True, sa_type=TEXT)
    access: bool = Field(primary_key=True, sa_type=Flag)
    """Whether one saw, or tried to see, the data of another."""
    at: datetime = Field(primary_key=True, sa_type=Instant)
    """When; of the key, so that the newest are read first, and those since a moment alone."""
    seq: int = Field(primary_key=True, sa_type=INTEGER)


class JournalSubjectRow(Row, table=True):
    """One thing that a record touched."""

    __tablename__ = "journal_subject"
    __table_args__: ClassVar[Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
    subject: str = Field(primary_key=True, sa_type=TEXT)
    seq: int = Field(primary_key=True, sa_type=INTEGER)
