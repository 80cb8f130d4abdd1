"""What carries and feeds lamps: supports (poles, walls) and circuits (departures of a cabinet)."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.assets.location import Location
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, ExternalId, InseeCode, Metres, Provenance, Text

type SupportType = Literal[
    "BUS", "CAT", "ENS", "MAT", "MUR", "OUV", "PAN", "POT", "SOL", "AU", "XX"
]
"""EclExt support: MAT mast, POT pole, MUR wall, CAT catenary, XX unknown."""


class SupportRecord(Wire):
    """What lamps are fixed to; one support may carry several light points."""

    external_id: ExternalId
    """The owner's identifier."""
    support_type: SupportType | None = None
    """Kind (EclExt support). Null: not told."""
    material: Text | None = None
    """What it is made of, as the source writes it. Null: not told."""
    height_m: Metres | None = None
    """Height, m. Null: not told (a coded class is not a height)."""
    insee_code: InseeCode | None = None
    """Commune (INSEE). Null: not told."""
    location: Location | None = None
    """Where it stands. Null: not told."""
    installed_on: CivilDate | None = None
    """When it was put up. Null: not told."""
    raw: Annotated[dict[str, str] | None, Field(max_length=64)] = None
    """The row as it came, for its owner only. Null: not kept."""
    provenance: Provenance
    """`synthetic` for demonstration records."""


class CircuitRecord(Wire):
    """A departure of a cabinet: the light points behind one breaker."""

    external_id: ExternalId
    """The owner's identifier."""
    cabinet: ExternalId | None = None
    """The owner's identifier of its cabinet. Null: not told."""
    name: Text | None = None
    """What people call it. Null: none."""
    protection: Text | None = None
    """Rating of its breaker, as the source writes it. Example: `16 A`. Null: not told."""
    raw: Annotated[dict[str, str] | None, Field(max_length=64)] = None
    """The row as it came, for its owner only. Null: not kept."""
    provenance: Provenance
    """`synthetic` for demonstration records."""
