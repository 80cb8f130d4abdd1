"""The private tables of who calls: programs, tokens, used proofs, and answers already given."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import Flag, Instant
from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_moment,
    maybe_text,
)


class IdempotencyRow(Row, table=True):
    """The answer already given to a client's key (24 h)."""

    __tablename__ = "idempotency"
    client: str = key()
    key: str = key()
    request: str = define_text()
    """Method and path."""
    body_sha256: str = define_text()
    status: int = define_integer()
    answer: str = define_text()
    created_at: datetime = Field(sa_type=Instant, index=True)


class OAuthClientRow(Row, table=True):
    """A partner's program: its keys and what it may ask for."""

    __tablename__ = "oauth_client"
    id: str = key()
    organisation: str = define_text(index=True)
    name: str = define_text()
    jwks: str = define_text()
    scopes: str = define_text()
    enabled: bool = Field(default=True, sa_type=Flag)
    created_at: datetime = define_moment()
    jwks_uri: str | None = maybe_text()
    """Where it publishes its keys; `jwks` is then what was there last."""
    jwks_read_at: datetime | None = maybe_moment()
    """When `jwks` was read there."""
    jwks_tried_at: datetime | None = maybe_moment()
    """When it was last tried: workers share one try a minute."""
    request: str | None = maybe_text()
    """The signed request it was registered from (JWS)."""
    introspects_since: datetime | None = maybe_moment()
    """Since when it may ask about the tokens of others: a resource server. Null: it may not."""


class InvitationRow(Row, table=True):
    """A word given to a partner, with which it may ask once to be registered."""

    __tablename__ = "invitation"
    word: str = key()
    """SHA-256 of the word."""
    organisation: str = define_text()
    expires_at: datetime = Field(sa_type=Instant, index=True)
    used_at: datetime | None = maybe_moment()


class AccessTokenRow(Row, table=True):
    """An access token that was issued: looked up at every request."""

    __tablename__ = "access_token"
    jti: str = key()
    client: str = define_text(index=True)
    jkt: str = define_text()
    expires_at: datetime = Field(sa_type=Instant, index=True)
    revoked_at: datetime | None = maybe_moment()


class DpopReplayRow(Row, table=True):
    """A DPoP proof that was used (RFC 9449 §11.1)."""

    __tablename__ = "dpop_replay"
    jkt: str = key()
    jti: str = key()
    expires_at: datetime = Field(sa_type=Instant, index=True)


class AssertionReplayRow(Row, table=True):
    """A client assertion that was used (RFC 7523)."""

    __tablename__ = "assertion_replay"
    client: str = key()
    jti: str = key()
    expires_at: datetime = Field(sa_type=Instant, index=True)
