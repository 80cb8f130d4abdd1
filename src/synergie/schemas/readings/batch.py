"""A batch of records that entered, its report, and its receipt."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import ExternalId, Id, Instant, LongText, Many, OrganisationId, Sha256, Text

type BatchKind = Literal[
    "sites", "supply_points", "series", "curve", "cabinets", "light_points",
    "register_reading", "interval_reading", "period_energy", "supply_terms", "invoice_line",
    "market_curve", "support", "circuit", "night_profile", "dimming_range", "work_order",
    "perimeter_row",
]  # fmt: skip


class Refusal(Wire):
    """One row or item that was left out, and what it takes to mend it."""

    where: Text
    """Where: `line 12, /value_w`, or a JSON pointer (RFC 6901)."""
    found: Annotated[str, Field(max_length=80)]
    """What was found, cut at 80 characters."""
    expected: LongText
    """What was expected."""
    code: Text
    """Stable code of the fault. Example: `bad-input`."""


class Named(Wire):
    """An identifier of yours and the one the server gave it."""

    external_id: ExternalId
    """The owner's identifier."""
    id: Id
    """The server's identifier."""


class Receipt(Wire):
    """Proof that a batch is stored: given after the commit, the same at each repetition.

    `received = kept + unchanged + refused`.
    """

    id: Id
    """Identifier of the receipt, and of the batch."""
    owner: OrganisationId
    """Whose data it holds."""
    kind: BatchKind
    """What it holds."""
    digest: Sha256
    """SHA-256 of the content (RFC 8785), whatever its form on the wire; of facts, of the kind, the
    source and the digest of each."""
    seq: Annotated[int, Field(ge=1)]
    """Its place in the order of all changes of this server."""
    received_at: Instant
    """When it was stored."""
    received: Annotated[int, Field(ge=0)]
    """Items or readings that came in."""
    kept: Annotated[int, Field(ge=0)]
    """New or changed ones that were stored."""
    unchanged: Annotated[int, Field(ge=0)]
    """Those already known with the same content: nothing was written for them."""
    refused: Annotated[int, Field(ge=0)]
    """Those left out, or kept aside because a better source holds; each is in `refusals`."""
    refusals: Many[Refusal] = ()
    """Why, one by one (the first 1,000)."""
    items: Many[Named] = ()
    """The identifiers given, in the order of the batch; empty for curves and facts."""
    replayed: bool = False
    """True: this content was stored before; the first receipt is given again."""
    superseded_by: Id | None = None
    """For a replay: the receipt of the newer batch that holds now. Null: this one holds."""
    undone_at: Instant | None = None
    """When it was undone: it does not hold any more. Null: it was not."""
    sent_by: OrganisationId | None = None
    """Who sent it in the owner's name. Null: the owner itself."""
    agreement: Text | None = None
    """Under which agreement, with its version: `agr_x/2`. Null: the owner itself."""


class HeldReceipt(Wire):
    """Of a receipt that its holder kept: what the batch is looked for by."""

    id: Id
    """The batch."""
    digest: Sha256
    """Its digest: the same content, sent again, may bear another id."""


class HeldReceipts(Wire):
    """Receipts to be held against what the server has, after a restore."""

    receipts: Annotated[Many[HeldReceipt], Field(min_length=1, max_length=1000)]
    """Those with a `seq` above `common_seq`."""


class UnknownBatches(Wire):
    """Of receipts that were asked about, the batches that are not here."""

    unknown: Many[Id]
    """Neither by their id nor by their content, in the order asked: to be sent again."""
