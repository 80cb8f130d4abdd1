"""What comes into a purchase: the needs that a member publishes, the offers of the suppliers."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key, Offer
from synergie.purchase.records.criteria import Note
from synergie.purchase.records.purchase import AloneCost, PurchasePoint
from synergie.schemas.wire import Wire, is_empty
from synergie.units import CivilDate, Id, Instant, Many, OrganisationId, Sha256, Text

MAX_POINTS = 20_000
MAX_OFFERS = 2_000
MAX_NOTES = 20_000


class NeedsRecord(Wire):
    """What one member needs in a purchase, and the mandate that it gives."""

    mandate: Text
    """Reference of its decision and mandate. Example: `Délibération 2026-041 du 2 juin 2026`."""
    mandate_until: CivilDate | None = None
    """Day after the last one of its mandate. Null: to the end of the group."""
    may_leave: bool | None = None
    """Whether it may stay out of a lot. Null: as the purchase says for all."""
    points: Annotated[Many[PurchasePoint], Field(min_length=1, max_length=MAX_POINTS)]
    """Its delivery points; `member` of each is the organisation that publishes."""
    alone: Annotated[Many[AloneCost], Field(max_length=200)] = ()
    """What it pays or would pay alone, where it knows it. Empty: the offers tell."""


class Needs(Wire):
    """Needs as the server holds them, in one version; a version never changes."""

    purchase: Id
    """The purchase they are for."""
    member: OrganisationId
    """Whose they are."""
    version: Annotated[int, Field(ge=1)]
    """Counts what the member published and withdrew."""
    sha256: Sha256 | None
    """SHA-256 of the record (RFC 8785). Null: withdrawn."""
    at: Instant
    """When they were published, or withdrawn."""
    record: NeedsRecord | None
    """What is needed. Null: withdrawn."""


class OffersRecord(Wire):
    """All offers that came in, as their coordinator opened them."""

    offers: Annotated[Many[Offer], Field(max_length=MAX_OFFERS)]
    """The offers; the whole list each time. After the deadline one may be taken out, and none may
    be added or changed."""
    notes: Annotated[Many[Note], Field(max_length=MAX_NOTES, exclude_if=is_empty)] = ()
    """What the jury noted, by offer and published criterion; it may come after the deadline."""
    drawn: Annotated[Many[Key], Field(max_length=MAX_OFFERS, exclude_if=is_empty)] = ()
    """Offers that the criteria leave equal, in the order in which they were drawn by lot."""


class Offers(Wire):
    """The offers as the server holds them, for the coordinator alone."""

    purchase: Id
    """The purchase they answer."""
    version: Annotated[int, Field(ge=0)]
    """Counts the lists that were kept. 0: none yet."""
    sha256: Sha256
    """SHA-256 of the list (RFC 8785)."""
    at: Instant | None
    """When this list was kept. Null: none yet."""
    offers: Many[Offer]
    """The offers."""
    notes: Annotated[Many[Note], Field(max_length=MAX_NOTES, exclude_if=is_empty)] = ()
    """What the jury noted."""
    drawn: Annotated[Many[Key], Field(max_length=MAX_OFFERS, exclude_if=is_empty)] = ()
    """Offers that were drawn by lot, in that order."""
