"""The private tables beside agreements: consents, named perimeters, faults that were found."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import INTEGER
from synergie.storage.tables import Row
from synergie.storage.trust.fields import key, maybe_moment, moment, text


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


class AgreementFaultRow(Row, table=True):
    """A version of an agreement that was found to be no longer what was signed."""

    __tablename__ = "agreement_fault"
    agreement: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = text(index=True)
    recipient: str = text(index=True)
    fault: str = text()
    """AgreementFault."""
    found_at: datetime = moment()
