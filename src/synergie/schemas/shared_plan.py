"""What travels of every shared plan: who is invited, whose data are open, what is answered."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import Instant, LongText, Many, OrganisationId, Sha256, Text

MAX_BODIES = 5_000
type Answer = Literal["accept", "decline"]
type BodyStanding = Literal["invited", "joined", "left"]
"""`invited`: no agreement opens its assets yet. `joined`: one does. `left`: it ended, or is
suspended."""


class BodiesRequest(Wire):
    """Whom a coordinator invites; those who are invited already stay."""

    bodies: Annotated[Many[OrganisationId], Field(min_length=1, max_length=MAX_BODIES)]
    """Organisations of the directory; the coordinator itself may be one."""


class BodyMissing(Wire):
    """A body whose assets are not open, and why."""

    body: OrganisationId
    """The body."""
    reason: Text
    """A code: `no_agreement`, `signature`, `not_started`, `suspended`, `ended`, `dataset`,
    `unknown_client`, `granularity_too_fine` (sums alone are open), `token_narrower`."""


class PartRequest(Wire):
    """A member's answer to its part."""

    answer: Answer
    """Whether it takes its part."""
    part_sha256: Sha256
    """The part that was read: `sha256` of it. Another one is not what you answer."""
    reason: LongText | None = None
    """Why, for the coordinator. Null: not told."""


class PartAnswer(Wire):
    """An answer as it was given."""

    answer: Answer
    """Whether the member takes its part."""
    at: Instant
    """When, by the server's clock; the journal holds it, too."""
    client: Text
    """The program that gave it."""
    reason: LongText | None
    """Why. Null: not told."""
