"""A place that consumes: a building, a lighting cabinet, a pumping station."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.assets.location import Location
from synergie.schemas.wire import Wire
from synergie.units import ExternalId, Id, InseeCode, Instant, OrganisationId, Provenance, Text

type SiteKind = Literal["building", "public_lighting", "water", "charging", "other"]


class SiteRecord(Wire):
    """A site as its owner declares it."""

    external_id: ExternalId
    """The owner's identifier, unique within the organisation. Example: `EP-54430-003`."""
    name: Text
    """Name people know it by. Example: "École du centre"."""
    kind: SiteKind
    """What it is used for."""
    insee_code: InseeCode | None = None
    """Commune where it stands (INSEE). Null: not known."""
    location: Location | None = None
    """Where it stands. Null: not known."""
    floor_area_m2: Annotated[
        float | None, Field(gt=0, le=10_000_000, json_schema_extra={"unit": "m2"})
    ] = None
    """Floor area, m². Null: not known, or not a building."""
    provenance: Provenance
    """`synthetic` for demonstration records."""


class Site(SiteRecord):
    """A site as the server holds it."""

    id: Id
    """Opaque identifier given by the server."""
    owner: OrganisationId
    """The organisation that declares it and decides who sees it."""
    updated_at: Instant
    """When its owner last changed it here."""
