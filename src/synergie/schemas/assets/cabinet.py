"""A lighting cabinet (armoire): it feeds, meters and switches light points."""

from typing import Literal

from synergie.schemas.assets.location import Location
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    ExternalId,
    Id,
    InseeCode,
    Instant,
    KilovoltAmperes,
    OrganisationId,
    Provenance,
    Text,
)

type ControlType = Literal["photocell", "astronomical_clock", "clock", "remote"]
type NetworkMix = Literal["separate", "shared_supports", "shared_neutral"]


class CabinetRecord(Wire):
    """A cabinet as its owner declares it; it, and not the light point, switches."""

    external_id: ExternalId
    """The owner's identifier, unique within the organisation. Example: `A-54430-07`."""
    name: Text | None = None
    """Name people know it by. Null: none."""
    insee_code: InseeCode | None = None
    """Commune where it stands (INSEE). Null: not known."""
    location: Location | None = None
    """Where it stands. Null: not known."""
    supply_point: SupplyPointKey | None = None
    """The delivery point that feeds it, for its owner. Null: not known, or not yours."""
    control_type: ControlType | None = None
    """What switches it. Null: not known."""
    programmable: bool | None = None
    """Whether its hours can be set. Null: not known, so no part-night schedule may be assumed."""
    network_mix: NetworkMix | None = None
    """How its network is mixed with the public grid: restricts which crew may act (NF C 18-510)."""
    subscribed_power_kva: KilovoltAmperes | None = None
    """Subscribed power, kVA. Null: not known."""
    inspected_on: CivilDate | None = None
    """Last electrical inspection (décret 2010-1016). Null: not known."""
    provenance: Provenance
    """`synthetic` for demonstration records."""


class Cabinet(CabinetRecord):
    """A cabinet as the server holds it."""

    id: Id
    """Opaque identifier given by the server."""
    owner: OrganisationId
    """The organisation that declares it and decides who sees it."""
    updated_at: Instant
    """When its owner last changed it here; the age a reader sees is counted from here."""
