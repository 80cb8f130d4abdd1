"""The private tables of what is opened to all: publications, agreements to be named, embeds."""

from datetime import datetime

from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_moment, define_text, key, maybe_moment


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


class EmbedRow(Row, table=True):
    """The figure of an open dataset that its publisher shows on its own site."""

    __tablename__ = "embed"
    id: str = key()
    owner: str = define_text(index=True)
    client: str = define_text()
    """Who published it."""
    dataset: str = define_text()
    sites: str = define_text()
    """Origins of the pages that may frame it, a space between them."""
    lang: str = define_text()
    published_at: datetime = define_moment()
    revoked_at: datetime | None = maybe_moment()
