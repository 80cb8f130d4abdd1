"""The journal: what was done with whose data, one record an act."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas._wire import Wire
from synergie.schemas.agreement import Dataset, Grant
from synergie.units import Instant, Many, OrganisationId, Text

type JournalEvent = Literal[
    "data.read", "data.exported", "data.written", "data.undone", "access.refused",
    "agreement.draft", "agreement.propose", "agreement.withdraw", "agreement.accept",
    "agreement.suspend", "agreement.resume", "agreement.revoke", "agreement.terminate",
    "agreement.replace", "consent.given", "consent.withdrawn", "perimeter.saved",
    "client.registered", "client.changed", "client.disabled", "client.enabled",
    "organisation.saved", "organisation.key_added", "organisation.key_retired", "key.rotated",
    "export.made", "export.received", "webhook.registered", "webhook.disabled",
    "aggregate.released", "record.erased",
]  # fmt: skip
"""Closed list: what a record of the journal may be about."""


class JournalRecord(Wire):
    """One act, as it is hashed into the tree (RFC 8785 bytes): identifiers only, never readings."""

    seq: Annotated[int, Field(ge=0)]
    """Its place in the journal, without holes."""
    at: Instant
    """When."""
    event: JournalEvent
    """What was done."""
    by: Text
    """The organisation that did it, or `operator`."""
    client: Text | None = None
    """Its program. Null: the command line."""
    owner: OrganisationId | None = None
    """Whose data. Null: of nobody's."""
    agreement: Text | None = None
    """Under which agreement, with its version: `agr_x/2`. Null: one's own."""
    subjects: Many[Text] = ()
    """Opaque identifiers of what it touched: sites, delivery points, series, agreements…"""
    dataset: Dataset | None = None
    """Which kind of data."""
    granularity: Grant | None = None
    """How fine."""
    start: Instant | None = None
    """Start of the period read."""
    end: Instant | None = None
    """End of the period read, excluded."""
    rows: Annotated[int, Field(ge=0)] | None = None
    """How many records or values. Null: not counted."""
    reason: Text | None = None
    """Why it was refused, a code; or a code that says more of the act."""
