"""A light point: one luminaire with its lamp, as its owner declares it (CNIG EclExt v1.1)."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas._wire import Wire
from synergie.schemas.location import Location
from synergie.units import (
    CivilDate,
    ExternalId,
    Id,
    InseeCode,
    Instant,
    Kelvins,
    Lumens,
    Metres,
    OrganisationId,
    Provenance,
    Share,
    Text,
    Watts,
)

type SourceType = Literal[
    "FLUO", "HAL", "IM", "INC", "IND", "LED", "SBP", "SHP", "VM", "XEN", "AU", "XX"
]
"""EclExt typeSource: SHP high-pressure sodium, IM metal halide, VM mercury, XX unknown."""


class LightPointRecord(Wire):
    """One luminaire with its lamp (EclExt v1.1, PointLumineux); unknown is null."""

    external_id: ExternalId
    """The owner's identifier, unique within the organisation."""
    cabinet: ExternalId | None = None
    """The owner's identifier of the cabinet that feeds and switches it. Null: not known."""
    insee_code: InseeCode | None = None
    """Commune where it stands (INSEE). Null: not known."""
    location: Location | None = None
    """Where it stands. Null: not known."""
    source_type: SourceType | None = None
    """Kind of lamp (EclExt typeSource). Null: the inventory leaves it blank."""
    power_w: Watts | None = None
    """Lamp and control gear together, W. Null: blank or not readable; 0 means none."""
    power_text: Text | None = None
    """Power as the inventory writes it, kept when it is not a plain number. Example: `250/85`."""
    flux_lm: Lumens | None = None
    """Luminous flux of the luminaire, lm. Null: not known."""
    cct_k: Kelvins | None = None
    """Correlated colour temperature, K; 3000 at most for new ones (arrêté of 27/12/2018)."""
    ulr_installed: Share | None = None
    """Upward light ratio once installed, 0 to 1; new ones 0.04 at most (arrêté of 27/12/2018)."""
    height_m: Metres | None = None
    """Height of the light source, m. Null: not known (a coded class is not a height)."""
    installed_on: CivilDate | None = None
    """Date of first installation. Null: not known."""
    luminaire_model: Text | None = None
    """Maker and model. Null: not known."""
    raw: Annotated[dict[str, str] | None, Field(max_length=64)] = None
    """The inventory's row as it came, for its owner only. Null: not kept, or not yours."""
    provenance: Provenance
    """`synthetic` for demonstration records."""


class LightPoint(LightPointRecord):
    """A light point as the server holds it."""

    id: Id
    """Opaque identifier given by the server."""
    owner: OrganisationId
    """The organisation that declares it and decides who sees it."""
    updated_at: Instant
    """When its owner last changed it here; the age a reader sees is counted from here."""
