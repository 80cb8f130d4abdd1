"""The people of an organisation: an account bears a function, never a name, and one role."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.scopes import SCOPES
from synergie.schemas.wire import Wire
from synergie.units import Instant, OrganisationId, Text

type Role = Literal["reader", "agent", "signer", "keeper"]
"""What a person may do; each does all that the one before does."""

ROLES: tuple[Role, ...] = ("reader", "agent", "signer", "keeper")
"""From the least to the most."""

ACCOUNTS = "accounts:write"
"""To see and change the accounts of one's organisation. No program can have it: no token does."""

AccountLabel = Annotated[Text, Field(max_length=120)]
"""A function in the words of the organisation. Example: "la personne chargée de l'énergie"."""

_MAIL = r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$"
MailAddress = Annotated[str, Field(max_length=254, pattern=_MAIL)]
"""An address of mail (RFC 5321, the form of HTML forms), in lower case. Example:
"energie@commune.example"."""

_READ = frozenset(scope for scope in SCOPES if scope.endswith(":read"))
_AGENT = frozenset({
    "sites:write", "supply-points:write", "series:write", "curves:write", "cabinets:write",
    "light-points:write", "profiles:write", "deposits:write", "exports:write", "purchases:write",
    "campaigns:write", "lighting-studies:write", "alerts:write", "budget:write",
})  # fmt: skip
_SIGNER = frozenset({
    "agreements:write", "consents:write", "perimeters:write", "aggregates:write", "contracts:write",
})  # fmt: skip
_KEEPER = frozenset({"webhooks:write", ACCOUNTS})

_OPENS: dict[Role, frozenset[str]] = {
    "reader": _READ,
    "agent": _READ | _AGENT,
    "signer": _READ | _AGENT | _SIGNER,
    "keeper": _READ | _AGENT | _SIGNER | _KEEPER,
}


def scopes_of(role: Role) -> frozenset[str]:
    """The scopes that *role* opens: those of programs, and `ACCOUNTS` for the keeper."""
    return _OPENS[role]


def least_role(*scopes: str) -> Role | None:
    """The least role that opens all of *scopes*; None when none does."""
    return next((role for role in ROLES if _OPENS[role].issuperset(scopes)), None)


class Account(Wire):
    """Somebody of an organisation who may log in, told by a function."""

    id: Text
    """Given by the server."""
    organisation: OrganisationId
    """For whom the person acts."""
    label: AccountLabel
    """What the person is in charge of; no name is needed."""
    role: Role
    """What the person may do."""
    created_at: Instant
    """When it was opened."""
    closed_at: Instant | None
    """When it was closed. Null: it is open."""
    entered_at: Instant | None
    """The last log-in. Null: none yet."""
    mail: MailAddress | None = None
    """Where links to log in may be sent; that of a function serves, too. Null: nowhere."""


class Sitting(Wire):
    """One log-in and what follows, until it ends: the person's own list of them."""

    id: Text
    """Given by the server; it opens nothing."""
    began_at: Instant
    """The log-in."""
    seen_at: Instant
    """The last request, to two minutes."""
    until: Instant
    """When it ends at the latest."""
    acts_until: Instant | None = None
    """On a device that is trusted: until when it acts; after that it reads. Null: to its end."""
    how: Literal["link", "passkey"]
    """By what the person logged in."""
    browser: Text | None
    """What the browser said it is, in two words. Null: it said nothing that we know."""


class Passkey(Wire):
    """A passkey (WebAuthn) of an account: its public half is here."""

    id: Text
    """Given by the server."""
    name: Text
    """What the person calls it."""
    created_at: Instant
    """When it was added."""
    used_at: Instant | None
    """The last log-in by it. Null: none yet."""
