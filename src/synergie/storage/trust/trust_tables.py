"""The private tables of what people entrust to the server: a signing key, a need they say."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import BLOB
from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_moment, define_text, key, maybe_moment, maybe_text


class KeyCustodyRow(Row, table=True):
    """The private signing key of an organisation that asked the server to hold it: sealed."""

    __tablename__ = "held_key"
    owner: str = key()
    kid: str = define_text()
    sealed: bytes = Field(sa_type=BLOB)
    """The private JWK under AES-256-GCM; its key is made from the server's secret, never stored."""
    origin: str = define_text()
    """`made` here, or `brought`."""
    held_at: datetime = define_moment()
    held_by: str = define_text()
    """The account that asked for it."""


class NeedRow(Row, table=True):
    """What somebody without an account would like to read, and why; removed after a year."""

    __tablename__ = "asked_need"
    id: str = key()
    owner: str = define_text(index=True)
    """The organisation that it is asked of."""
    body: str = define_text()
    """AskedNeed as JSON."""
    digest: str = define_text()
    """SHA-256 of the body: the same sent twice is kept once."""
    state: str = define_text()
    agreement: str | None = maybe_text()
    received_at: datetime = define_moment()
    answered_at: datetime | None = maybe_moment()
