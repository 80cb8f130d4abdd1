"""What changed, in one total order that a reader can follow without missing anything."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId, Text

type ChangeKind = Literal[
    "organisation", "site", "supply_point", "series", "curve", "cabinet", "light_point",
    "agreement", "consent", "perimeter", "release", "purchase", "campaign",
    "lighting_study", "alert", "contract",
    "register_reading", "interval_reading", "period_energy", "supply_terms", "invoice_line",
    "market_curve", "support", "circuit", "night_profile", "dimming_range", "work_order",
    "perimeter_row",
]  # fmt: skip


class Change(Wire):
    """One committed change; read the thing itself for its content."""

    seq: Annotated[int, Field(ge=1)]
    """Place in the order of all changes; holes are changes that are not yours to see."""
    at: Instant
    """When it was committed; order comes from `seq`, not from here."""
    kind: ChangeKind
    """What kind of thing changed."""
    id: Id
    """The batch for data (`GET /v1/batches/{id}` for the owner), the agreement for agreements, the
    release for sums, the purchase, the campaign or the joint study for what happens in one."""
    version: Annotated[int, Field(ge=1)] | None = None
    """Version of the agreement that changed. Null: of another thing."""
    owner: OrganisationId
    """Whose it is."""
    act: Text
    """What happened. Examples: `published`, `undone`, `accept`, `revoke`, `released`; of curves
    also `closed` (days declared final) and, below raw, `restated` (a new published state)."""


class ChangePage(Wire):
    """Changes after a cursor."""

    items: Many[Change]
    """In order of `seq`."""
    next: Text
    """Cursor to go on from; always given, also when there is nothing yet."""
    more: bool
    """True: more is there already. False: you are up to date."""
