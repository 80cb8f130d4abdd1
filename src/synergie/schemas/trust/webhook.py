"""Webhooks: who is told that something changed, where, and what became of it.

What travels to a receiver is thin: identifiers only. Whoever reads it must still ask for the thing
with a token of their own, so that a message that leaks gives nothing away.
"""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.change import ChangeKind
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId, Text

type SignatureKind = Literal["v1a", "v1"]
"""`v1a`: Ed25519, the receiver knows a public key. `v1`: HMAC-SHA-256, both know a secret."""

type WebhookState = Literal["active", "disabled"]
type Disabled = Literal["gone", "failing", "client_closed", "key_lost", "restored"]
"""Why a webhook is sent nothing any more. `gone`: the receiver answered 410. `failing`: the last
try of a message failed. `client_closed`: the program that registered it may follow changes no
more. `key_lost`: the server's secret is another one than when it was registered. `restored`: the
server was restored from a backup, and its operator has not resumed it yet."""

type DeliveryState = Literal["waiting", "delivered", "failed", "dropped"]
type DeliveryProblem = Literal["status", "unreachable", "address", "not_open"]
"""`status`: an answer other than 2xx, redirects included. `unreachable`: no answer in time.
`address`: the operator's rules no longer let this address be called. `not_open`: no agreement opens
any more what it would tell."""

EventType = Annotated[
    str,
    Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", max_length=80, examples=["agreement.revoked"]),
]
"""What happened: the kind of thing, a dot, and the act in the past."""


class WebhookRecord(Wire):
    """What its owner registers."""

    url: Annotated[
        str, Field(min_length=9, max_length=2048, examples=["https://partner.example/h"])
    ]
    """Where messages go: https, no user, no fragment. Before it is registered it must answer
    `GET url?echo=<value>` with 200 and that value, alone, as its body."""
    signature: SignatureKind = "v1a"
    """How messages are signed. `v1` only when the receiver cannot verify Ed25519."""
    kinds: Many[ChangeKind] = ()
    """Which kinds of change are told. Empty: all."""


class Webhook(Wire):
    """A registered webhook."""

    id: Id
    """Given by the server."""
    url: Annotated[str, Field(min_length=9, max_length=2048)]
    """Where messages go."""
    signature: SignatureKind
    """How messages are signed."""
    kinds: Many[ChangeKind]
    """Which kinds of change are told. Empty: all."""
    state: WebhookState
    """`disabled`: nothing is sent; register the same address again to go on."""
    reason: Disabled | None = None
    """Why it is disabled. Null: it is active."""
    key: Text | None = None
    """The public key that verifies messages, `whpk_…`. Null for `v1`, which has none."""
    secret: Text | None = None
    """For `v1` the shared secret, `whsec_…`: told once, when it is made. Null otherwise."""
    previous_until: Instant | None = None
    """Until when messages are signed with the key before, too. Null: by this one alone."""
    created_at: Instant
    """When it was registered."""


class Delivery(Wire):
    """One message, and what became of it. What the receiver answered is kept by nobody."""

    id: Id
    """Its `webhook-id`: the same each time it is sent."""
    type: EventType
    """What it tells."""
    state: DeliveryState
    """`failed`: given up after the last try, or when the webhook was disabled. `dropped`: what it
    would tell was closed before it was sent, or sent again."""
    attempts: Annotated[int, Field(ge=0)]
    """How often it was tried."""
    status: Annotated[int, Field(ge=100, le=999)] | None = None
    """Status of the last answer. Null: there was none."""
    problem: DeliveryProblem | None = None
    """What was wrong with the last try. Null: nothing, or it was not tried yet."""
    created_at: Instant
    """When it was written."""
    last_at: Instant | None = None
    """When it was last tried. Null: not yet."""
    next_at: Instant | None = None
    """When it will be tried again. Null: it will not."""


class WebhookSubject(Wire):
    """What a message is about: identifiers only."""

    id: Id
    """The batch for one's own data, the series for a curve of a partner's, the agreement, or the
    release of sums."""
    version: Annotated[int, Field(ge=1)] | None = None
    """Version of the agreement that changed. Null: of another thing."""
    changed: ChangeKind | Literal["webhook"]
    """The kind of thing that changed."""
    owner: OrganisationId
    """Whose it is."""
    seq: Annotated[int, Field(ge=1)] | None = None
    """Place in the order of all changes (`GET /v1/changes`). Null: a test."""


class WebhookEpoch(Wire):
    """One life of the server: each restore from a backup begins another."""

    id: Id
    """Its name."""
    since_seq: Annotated[int, Field(ge=0)]
    """The last change in common with the one before; numbers above it came a second time."""


class WebhookEvent(Wire):
    """The body of a message."""

    type: EventType
    """What happened."""
    timestamp: Instant
    """When it happened."""
    data: WebhookSubject
    """To what."""
    epochs: Many[WebhookEpoch] = ()
    """The latest lives of the server, at most 8, the present one last. When you know another as the
    last one, the server was restored: forget what came with a `seq` above the least `since_seq` of
    those you do not know. Empty: sent by an earlier version."""
