"""The private table of exports: what was made, its manifest, and the receipt of who took it."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import Instant
from synergie.storage.tables import Row
from synergie.storage.trust.fields import key, maybe_moment, maybe_text, moment, text


class ExportRow(Row, table=True):
    """An export; its files are in the data folder until `removed_at`, its proofs for ever."""

    __tablename__ = "export"
    id: str = key()
    recipient: str = text(index=True)
    owner: str = text(index=True)
    agreement: str | None = maybe_text()
    """The agreement's id, without version."""
    client: str = text()
    made_at: datetime = moment()
    kept_until: datetime = Field(sa_type=Instant, index=True)
    removed_at: datetime | None = maybe_moment()
    body: str = text()
    """Export as JSON."""
    subjects: str = text()
    """Identifiers of what it holds by dataset, as JSON."""
    grants: str = text()
    """By dataset, the fingerprint of the permit it was made with, as JSON."""
    manifest: str = text()
    tree_head: str | None = maybe_text()
    receipt: str | None = maybe_text()
    """ExportReceipt as JSON."""
