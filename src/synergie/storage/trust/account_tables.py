"""The private tables of people who log in: accounts, links, sittings, passkeys, saved views."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import BLOB, TEXT, Flag, Instant
from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_moment,
    maybe_text,
)


class AccountRow(Row, table=True):
    """Somebody of an organisation who may log in, told by a function."""

    __tablename__ = "account"
    id: str = key()
    organisation: str = define_text(index=True)
    label: str = define_text()
    role: str = define_text()
    created_at: datetime = define_moment()
    created_by: str = define_text()
    """`operator`, or the account of a keeper."""
    closed_at: datetime | None = maybe_moment()
    entered_at: datetime | None = maybe_moment()
    mail: str | None = Field(default=None, sa_type=TEXT, index=True)
    """Gone when the account is closed."""
    weekly_lang: str | None = maybe_text()
    """Of whom the week is sent to."""
    weekly_due: datetime | None = Field(default=None, sa_type=Instant, index=True)


class EntryLinkRow(Row, table=True):
    """A link by which one may log in once."""

    __tablename__ = "entry_link"
    token: str = key()
    """SHA-256 of its 256 random bits."""
    account: str = define_text(index=True)
    made_by: str = define_text()
    expires_at: datetime = Field(sa_type=Instant, index=True)
    used_at: datetime | None = maybe_moment()


class SittingRow(Row, table=True):
    """One log-in and what follows, until it ends."""

    __tablename__ = "sitting"
    token: str = key()
    """SHA-256 of the 256 random bits of the cookie."""
    id: str = define_text(index=True)
    account: str = define_text(index=True)
    how: str = define_text()
    browser: str | None = maybe_text()
    began_at: datetime = define_moment()
    seen_at: datetime = define_moment()
    expires_at: datetime = Field(sa_type=Instant, index=True)
    ended_at: datetime | None = maybe_moment()
    acts_until: datetime | None = maybe_moment()
    """Of a device that is trusted; after it the sitting reads."""


class PasskeyRow(Row, table=True):
    """The public half of a passkey (WebAuthn §4, credential record)."""

    __tablename__ = "passkey"
    credential: str = key()
    """Its credential id, base64url."""
    id: str = define_text(index=True)
    account: str = define_text(index=True)
    name: str = define_text()
    public_key: bytes = Field(sa_type=BLOB)
    """COSE_Key (RFC 9052), as the authenticator gave it."""
    sign_count: int = define_integer()
    created_at: datetime = define_moment()
    used_at: datetime | None = maybe_moment()


class LoginMailRow(Row, table=True):
    """A link that somebody asked for at an address, known or not, until it is sent."""

    __tablename__ = "login_mail"
    address: str = key()
    lang: str = define_text()
    path: str = define_text()
    """Where the person was going."""
    asked_at: datetime = define_moment()
    due_at: datetime = Field(sa_type=Instant, index=True)
    """When it is sent, or tried again."""
    tries: int = define_integer()


class SavedViewRow(Row, table=True):
    """The address of a page, by the name that somebody gave it: it opens nothing by itself."""

    __tablename__ = "saved_view"
    id: str = key()
    owner: str = define_text(index=True)
    client: str = define_text()
    """Who saved it."""
    is_shared: bool = Field(sa_type=Flag)
    """Whether all accounts of the owner see it."""
    name: str = define_text()
    address: str = define_text()
    """Path and query, of this server."""
    saved_at: datetime = define_moment()
