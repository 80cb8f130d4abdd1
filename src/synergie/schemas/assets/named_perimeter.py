"""A list of things under a name, in versions: what an agreement may name instead of each thing."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.schemas.trust.agreement import MAX_ITEMS
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId, Text


class NamedPerimeterRecord(Wire):
    """A perimeter as its owner saves it: another list of things is another version."""

    name: Text
    """What it is called; the same name is the same perimeter. Example: "Écoles du centre"."""
    sites: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Sites, with their delivery points."""
    supply_points: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Delivery points, with their series."""
    cabinets: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Cabinets, with their light points."""
    series: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Single series."""
    light_points: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Single light points."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.ids():
            raise ValueError("at least one site, delivery point, cabinet, series or light point")
        return self

    def ids(self) -> frozenset[str]:
        """Every identifier in it."""
        named = self.sites, self.supply_points, self.cabinets, self.series, self.light_points
        return frozenset(one for some in named for one in some)


class NamedPerimeter(NamedPerimeterRecord):
    """A perimeter in one of its versions; a version never changes."""

    id: Id
    """Identifier given by the server; the same in every version."""
    version: Annotated[int, Field(ge=1)]
    """1 for the first list, one more for each other list since."""
    owner: OrganisationId
    """Whose things they are."""
    saved_at: Instant
    """When this version was saved."""
