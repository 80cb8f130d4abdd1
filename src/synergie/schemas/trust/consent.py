"""A consent that a person gave: recorded without a name, withdrawn as easily as it was given."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.schemas.trust.agreement import Granularity, Purpose
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId

SubjectRef = Annotated[str, Field(pattern=r"^[0-9a-f][0-9a-f-]{30,126}[0-9a-f]$")]
"""A reference to a person that says nothing of them: a keyed hash (HMAC-SHA-256), or a UUID.

No form that a name, an address or a number of a delivery point could have."""


class ConsentRecord(Wire):
    """A consent as its owner records it (RGPD art. 6 and 7): one person, one purpose."""

    subject: SubjectRef
    """The person, as a keyed hash or a UUID of the owner's own: 32 to 128 hexadecimal digits or
    dashes. Never a name, an address or a number of a delivery point."""
    supply_points: Annotated[Many[Id], Field(min_length=1, max_length=100)]
    """Delivery points the person spoke of, as the server names them."""
    purpose: Purpose
    """The one purpose; two purposes are two consents (CNIL)."""
    granularity: Granularity
    """The finest step the person agreed to; a coarser one is agreed to as well."""
    given_at: Instant
    """When the person agreed."""
    until: Instant | None = None
    """Until when it holds, excluded. Null: until it is withdrawn."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until <= self.given_at:
            raise ValueError("an end after it was given")
        return self


class Consent(ConsentRecord):
    """A consent as the server keeps it; seen by its owner only."""

    id: Id
    """Identifier given by the server; agreements name it."""
    owner: OrganisationId
    """The organisation that holds the consent."""
    recorded_at: Instant
    """When it was recorded here."""
    withdrawn_at: Instant | None = None
    """When it was withdrawn: from the next request on it opens nothing, for ever. Null: it holds,
    unless `until` has passed."""
