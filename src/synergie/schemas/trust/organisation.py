"""A body that owns or receives data."""

from typing import Literal

from synergie.schemas.wire import Wire
from synergie.units import InseeCode, OrganisationId, Provenance, Siren, Text

type OrganisationKind = Literal[
    "commune", "epci", "energy_syndicate", "lighting_syndicate", "department", "supplier",
    "operator", "company",
]  # fmt: skip


class Organisation(Wire):
    """A public body or company known to this server: the directory every partner may read."""

    id: OrganisationId
    """Chosen by the server's operator. Example: `cc-bassin-de-pompey`."""
    name: Text
    """Official name. Example: "Communauté de communes du Bassin de Pompey"."""
    kind: OrganisationKind
    """What kind of body it is; `epci` is a grouping of communes (CGCT L.5210-1-1 A)."""
    siren: Siren | None
    """SIREN, 9 digits (INSEE). Null: not registered in France, or fictional."""
    insee_code: InseeCode | None
    """Commune code, for a commune. Null: the body is not a commune."""
    parent: OrganisationId | None
    """The grouping it belongs to. Null: none known here."""
    provenance: Provenance
    """`synthetic` for demonstration records."""
