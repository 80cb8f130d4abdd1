"""The private tables of what agreements stand on: consents, and named perimeters."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage._columns import INTEGER
from synergie.storage._fields import key, maybe_moment, moment, text
from synergie.storage._tables import Row


class ConsentRow(Row, table=True):
    """A consent; only its withdrawal is ever added to it."""

    __tablename__ = "consent"
    id: str = key()
    owner: str = text(index=True)
    body: str = text()
    """ConsentRecord as JSON."""
    recorded_at: datetime = moment()
    withdrawn_at: datetime | None = maybe_moment()


class NamedPerimeterRow(Row, table=True):
    """A named perimeter in one version; a version never changes."""

    __tablename__ = "named_perimeter"
    id: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = text(index=True)
    body: str = text()
    """NamedPerimeterRecord as JSON."""
    saved_at: datetime = moment()
