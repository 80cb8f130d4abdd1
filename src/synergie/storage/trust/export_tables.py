"""The private table of exports: what was made, its manifest, and the receipt of who took it."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import Instant
from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_moment, define_text, key, maybe_moment, maybe_text


class ExportRow(Row, table=True):
    """An export; its files are in the data folder until `removed_at`, its proofs for ever."""

    __tablename__ = "export"
    id: str = key()
    recipient: str = define_text(index=True)
    owner: str = define_text(index=True)
    agreement: str | None = maybe_text()
    """The agreement's id, without version."""
    client: str = define_text()
    made_at: datetime = define_moment()
    kept_until: datetime = Field(sa_type=Instant, index=True)
    removed_at: datetime | None = maybe_moment()
    body: str = define_text()
    """Export as JSON."""
    subjects: str = define_text()
    """Identifiers of what it holds by dataset, as JSON."""
    grants: str = define_text()
    """By dataset, the fingerprint of the permit it was made with, as JSON."""
    manifest: str = define_text()
    tree_head: str | None = maybe_text()
    receipt: str | None = maybe_text()
    """ExportReceipt as JSON."""
