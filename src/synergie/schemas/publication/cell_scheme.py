"""A cell scheme: the fixed tree of groups of points whose sums may be published."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from synergie.schemas.wire import Wire
from synergie.units import Id, InseeCode, Instant, Many, OrganisationId, Sha256, Text

type Category = Literal["residential", "professional", "public_body"]
"""`residential`: the point tells, or may tell, of a person. `professional`: of a legal person.
`public_body`: a public body's own lighting and buildings, as that body attests (FR-OWN)."""

CellId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""Name of a cell within its scheme. Example: `54430-residential`."""

MAX_CELLS = 5_000


class Cell(Wire):
    """One group of points, within the group above it.

    A point is in a cell when it is in the cell above and none of `insee_code`, `category`,
    `movements` says otherwise.
    """

    id: CellId
    """Its name within the scheme; what a release calls it."""
    name: Text
    """What people call it. Example: "Custines, logements"."""
    parent: CellId | None = None
    """The cell above. Null: the one at the top."""
    insee_code: InseeCode | None = None
    """Points of this commune. Null: of any that the cell above holds."""
    category: Category | None = None
    """Points of this category. Null: of any that the cell above holds."""
    movements: bool | None = None
    """True: points that join or leave in the calendar year. False: those that stay. Null: both."""


class CellSchemeRecord(Wire):
    """A cell scheme as an organisation defines it, before any value is seen."""

    title: Text
    """What people call it. Example: "Communes du bassin, par catégorie"."""
    cells: Annotated[Many[Cell], Field(min_length=1, max_length=MAX_CELLS)]
    """The tree, in any order. Each point of a commune that it names falls in exactly one leaf."""
    own_points: bool = False
    """You attest that the lighting and buildings you declare are your own: they are then counted
    as `public_body`, without threshold (FR-OWN). Other organisations attest by the legal basis
    `own_data` of their agreement."""


class CellScheme(CellSchemeRecord):
    """A cell scheme as the server holds it; anyone who is asked to sign may read it."""

    id: Id
    """Identifier given by the server: what an agreement's `cell_scheme` names."""
    owner: OrganisationId
    """The organisation that defined it and publishes its sums."""
    name: Id
    """The owner's name for it, in its own address."""
    version: Annotated[int, Field(ge=1)]
    """Counts up with each other tree. A calendar year keeps the version of its first release."""
    sha256: Sha256
    """Of the RFC 8785 bytes of what was defined, so that a copy can be compared."""
    updated_at: Instant
    """When this version was defined."""
