"""The private tables beside agreements: consents, named perimeters, faults that were found."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import INTEGER
from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_moment, define_text, key, maybe_moment


class ConsentRow(Row, table=True):
    """A consent; only its withdrawal is ever added to it."""

    __tablename__ = "consent"
    id: str = key()
    owner: str = define_text(index=True)
    body: str = define_text()
    """ConsentRecord as JSON."""
    recorded_at: datetime = define_moment()
    withdrawn_at: datetime | None = maybe_moment()


class NamedPerimeterRow(Row, table=True):
    """A named perimeter in one version; a version never changes."""

    __tablename__ = "named_perimeter"
    id: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text(index=True)
    body: str = define_text()
    """NamedPerimeterRecord as JSON."""
    saved_at: datetime = define_moment()


class AgreementFaultRow(Row, table=True):
    """A version of an agreement that was found to be no longer what was signed."""

    __tablename__ = "agreement_fault"
    agreement: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text(index=True)
    recipient: str = define_text(index=True)
    fault: str = define_text()
    """AgreementFault."""
    found_at: datetime = define_moment()
