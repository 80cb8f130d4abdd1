"""The private tables of what is published in sums: schemes, frozen members, releases."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from synergie.storage.columns import INTEGER, Flag
from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_text,
)


class CellSchemeRow(Row, table=True):
    """A cell scheme in one version, which never changes."""

    __tablename__ = "cell_scheme"
    __table_args__ = (Index("cell_scheme_by_name", "owner", "name"), {"sqlite_strict": True})
    id: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text()
    name: str = define_text()
    body: str = define_text()
    """CellSchemeRecord as JSON."""
    sha256: str = define_text()
    updated_at: datetime = define_moment()


class AggregateYearRow(Row, table=True):
    """The version that a scheme has for one kind of energy and one calendar year."""

    __tablename__ = "aggregate_year"
    scheme: str = key()
    energy: str = key()
    year: int = Field(primary_key=True, sa_type=INTEGER)
    version: int = define_integer()
    frozen_at: datetime = define_moment()


class AggregateMemberRow(Row, table=True):
    """A point of a year, and what was counted of it: a point is in one scheme of a year only.

    Under a name that is the same whoever declares the point. What was counted is kept as it was
    summed, so that a year is the sum of its months; it never leaves but in sums.
    """

    __tablename__ = "aggregate_member"
    __table_args__ = (
        Index("aggregate_member_by_leaf", "scheme", "energy", "year", "leaf"),
        {"sqlite_strict": True},
    )
    point: str = key()
    energy: str = key()
    year: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text()
    """Who publishes."""
    scheme: str = define_text()
    leaf: str = define_text()
    holder: str = define_text()
    """Of a household or an enterprise, as an opaque name."""
    category: str = define_text()
    moves: bool = Field(sa_type=Flag)
    known_to: str = define_text()
    """The organisations that declare it, as JSON."""
    agreement: str | None = maybe_text()
    """The agreement that opened it. Null: it is the publisher's own."""
    energies: str = define_text()
    """Wh of the twelve months as JSON; null: not counted."""


class ReleaseRow(Row, table=True):
    """What was published."""

    __tablename__ = "aggregate_release"
    __table_args__ = (
        UniqueConstraint("scheme", "energy", "period", "version"),
        {"sqlite_strict": True},
    )
    id: str = key()
    owner: str = define_text(index=True)
    scheme: str = define_text()
    energy: str = define_text()
    period: str = define_text()
    version: int = define_integer()
    is_open: bool = Field(sa_type=Flag, index=True)
    """Whether it was published for the public."""
    onward: bool = Field(sa_type=Flag)
    """Whether all it stands on may be passed on, to partners of the publisher."""
    released_at: datetime = define_moment()
    body: str = define_text()
    """The Release as JSON."""


class OpenFileRow(Row, table=True):
    """Length and digest of a file of open sums, which never change; the file is made when asked."""

    __tablename__ = "open_file"
    id: str = key()
    """SHA-256 of what decides its bytes: its kind, what writes it, the releases in it."""
    owner: str = define_text(index=True)
    """Who publishes."""
    size: int = define_integer()
    """Bytes."""
    sha256: str = define_text()
