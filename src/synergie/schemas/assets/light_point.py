"""A light point: one luminaire with its lamp, as its owner declares it (CNIG EclExt v1.1)."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.assets.lighting_network import SupportType
from synergie.schemas.assets.location import Location
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Degrees,
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

type LightUsage = Literal[
    "A", "B1", "B2", "B3", "B4", "C", "D", "E", "F", "G", "PU", "IN", "AU", "XX"
]
"""EclExt usage: the letters follow the categories of the arrêté of 27/12/2018."""
type Structure = Literal[
    "APP", "BOR", "BL", "COL", "EN", "LANT", "PROJ", "REGL", "TUBE", "VASQ", "AU", "XX"
]
"""EclExt structure: LANT lantern, PROJ floodlight, EN recessed, BOR bollard."""
type AdaptiveKind = Literal["AV", "CO", "EN", "TG", "AU", "XX"]
"""EclExt eclairageAdaptatif."""


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
    support: ExternalId | None = None
    """The owner's identifier of what carries it. Null: not known."""
    circuit: ExternalId | None = None
    """The owner's identifier of the circuit that feeds it. Null: not known."""
    status: Text | None = None
    """State of use (EclExt statut, INSPIRE code). Null: not known."""
    is_public: bool | None = None
    """Whether it is public lighting (EclExt eclairagePublic). Null: not known."""
    usage: LightUsage | None = None
    """Category of the arrêté of 27/12/2018 (EclExt usage). Null: not known."""
    structure: Structure | None = None
    """Shape of the luminaire (EclExt structure). Null: not known."""
    support_type: SupportType | None = None
    """Kind of support (EclExt support). Null: not known."""
    manufacturer: Text | None = None
    """Maker (EclExt fabricant). Null: not known, or within `luminaire_model`."""
    photometry: Text | None = None
    """Photometric file or class (EclExt photometrie). Null: not known."""
    source_flux_lm: Lumens | None = None
    """Luminous flux of the source, lm (EclExt fluxSource). Null: not known."""
    cie3: Share | None = None
    """CIE flux code 3: share of flux below 75.5 degrees (EclExt cie3). Null: not known."""
    ulr_nominal: Share | None = None
    """Upward light ratio of the luminaire level, 0 to 1 (EclExt ulrNominal). Null: not known."""
    tilt_max_deg: Degrees | None = None
    """Greatest tilt it allows, degrees (EclExt inclinaisonMax). Null: not known."""
    tilt_installed_deg: Degrees | None = None
    """Tilt as installed, degrees (EclExt inclinaisonInstallee). Null: not known."""
    night_off: bool | None = None
    """Whether it is off for part of the night (EclExt extinctionNuit). Null: not known."""
    is_adaptive: bool | None = None
    """Whether it adapts by itself (EclExt estAdaptatif). Null: not known."""
    adaptive_kind: AdaptiveKind | None = None
    """How it adapts (EclExt eclairageAdaptatif). Null: not known."""
    night_profile: ExternalId | None = None
    """Name of its night profile (EclExt profilNocturne). Null: none known."""
    valid_from: CivilDate | None = None
    """First day this description holds (EclExt valideDe). Null: not told."""
    valid_to: CivilDate | None = None
    """Last day it holds (EclExt valideJusque). Null: it still does."""
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
