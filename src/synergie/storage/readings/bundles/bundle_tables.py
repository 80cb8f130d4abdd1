"""The table of bundles: what came alone and is old, of one series, many batches a row."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from synergie.storage.columns import BLOB, INTEGER
from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_integer, define_moment, define_text, key


class BundleRow(Row, table=True):
    """The rows of batches, of their changes and of their segments, instead of them."""

    __tablename__ = "bundle"
    __table_args__ = (
        Index("bundle_by_number", "owner", "last_seq", "first_seq"),
        Index("bundle_in_order", "owner", "first_seq", "last_seq"),
        {"sqlite_strict": True},
    )
    series: str = key()
    first_seq: int = Field(primary_key=True, sa_type=INTEGER)
    """Number of its first change; of other bundles of the series some may lie between."""
    last_seq: int = define_integer()
    owner: str = define_text()
    start_s: int = define_integer()
    """Start of its first step, seconds since 1970 UTC."""
    end_s: int = define_integer()
    """End of its last step."""
    last_at: datetime = define_moment()
    """When the newest of its batches came."""
    n: int = define_integer()
    """Batches."""
    seqs: bytes = Field(sa_type=BLOB)
    """Their numbers in order, coded as the values of a segment."""
    keys: bytes = Field(sa_type=BLOB)
    """For each the last 5 bytes of its identifier and the 32 of its digest."""
    rest: bytes = Field(sa_type=BLOB)
    """What else their rows held: a list a column, as JSON under zstd."""
