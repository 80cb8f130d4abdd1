"""What is reported, planned and done on a lighting asset: fault tickets and interventions."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.assets.location import Location
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, ExternalId, InseeCode, Instant, Provenance, Text

type WorkKind = Literal["report", "repair", "preventive", "inspection", "other"]
"""`report`: somebody saw a fault; `repair`: it is mended; `preventive`: before it fails."""
type AssetKind = Literal["light_point", "cabinet", "support", "circuit", "unknown"]


class WorkOrder(Wire):
    """One ticket or intervention; unknown is null."""

    external_id: ExternalId
    """The owner's number of it."""
    kind: WorkKind
    """What it is."""
    asset_kind: AssetKind = "unknown"
    """What it is about."""
    asset: ExternalId | None = None
    """The owner's identifier of the asset. Null: the ticket names none."""
    insee_code: InseeCode | None = None
    """Commune (INSEE). Null: not told."""
    location: Location | None = None
    """Where. Null: not told, or the asset tells."""
    reported_at: Instant | CivilDate | None = None
    """When it was reported. Null: not told."""
    planned_at: Instant | CivilDate | None = None
    """When it is planned. Null: not planned."""
    done_at: Instant | CivilDate | None = None
    """When it was done. Null: not done, or not told."""
    fault_type: Text | None = None
    """What fails, as the source writes it. Null: not told."""
    cause: Text | None = None
    """Why, as the source writes it. Null: not told."""
    crew: Text | None = None
    """The crew or means, never a person's name. Null: not told."""
    contract: Text | None = None
    """Reference of the maintenance contract. Null: none."""
    raw: Annotated[dict[str, str] | None, Field(max_length=64)] = None
    """The row as it came, for its owner only. Null: not kept."""
    provenance: Provenance
    """`synthetic` for demonstration records."""
