"""The private tables of what is opened to everybody: publications, and agreements to be named."""

from datetime import datetime

from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_moment, define_text, key


class PublicationRow(Row, table=True):
    """What an organisation opens to everybody, under terms it signed."""

    __tablename__ = "publication"
    id: str = key()
    owner: str = define_text(index=True)
    state: str = define_text()
    body: str = define_text()
    """The Publication as JSON."""
    changed_at: datetime = define_moment()


class PublicNamingRow(Row, table=True):
    """One party agrees that an agreement is named in public."""

    __tablename__ = "public_naming"
    agreement: str = key()
    owner: str = key()
    """The party."""
    said_at: datetime = define_moment()
