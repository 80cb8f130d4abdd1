"""Outlines of communes, from a file of the operator's: where things and sums stand on a map."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from synergie.errors import BadInput, Misconfigured
from synergie.formats.lighting import areas
from synergie.formats.lighting.areas import Rings
from synergie.storage.assets.places import Box


class Outline(NamedTuple):
    """Where a commune is."""

    name: str
    """Its name; its code where the file tells none."""

    polygons: tuple[Rings, ...]
    """Longitude and latitude, degrees."""
    box: Box


@dataclass(frozen=True, slots=True)
class Communes:
    """Outlines by INSEE code; empty where the operator gave none."""

    outlines: Mapping[str, Outline] = field(default_factory=dict)
    source: str = ""
    """Whose outlines they are, and of when: shown where they are drawn."""

    @classmethod
    def of(cls, path: Path | None, source: str = "") -> Self:
        """Those of a file. Misconfigured when it cannot be read, or names no commune."""
        if path is None:
            return cls()
        try:
            with path.open("rb") as file:
                found = {
                    area.code: Outline(
                        area.name or area.code,
                        area.polygons,
                        _compute_commune_box(area.polygons),
                    )
                    for area in areas.read(file)
                    if area.code is not None and area.polygons
                }
        except (OSError, BadInput) as error:
            raise Misconfigured("the outlines of communes cannot be read: {}", error) from error
        if not found:
            raise Misconfigured("the outlines of communes tell no INSEE code: {}", path.name)
        return cls(found, source)

    def name(self, code: str) -> str:
        """The name of a commune; its code where no outline of it is known."""
        return self.outlines[code].name if code in self.outlines else code

    def around(self, codes: Iterable[str | None]) -> Box | None:
        """The box around communes; None where no outline of them is known."""
        boxes = [
            self.outlines[one].box for one in codes if one is not None and one in self.outlines
        ]
        if not boxes:
            return None
        return Box(
            min(one.west for one in boxes),
            min(one.south for one in boxes),
            max(one.east for one in boxes),
            max(one.north for one in boxes),
        )


def _compute_commune_box(polygons: tuple[Rings, ...]) -> Box:
    """Around the outer rings. No commune spans the antimeridian."""
    places = [place for rings in polygons for place in rings[0]]
    longitudes, latitudes = zip(*places, strict=True)
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))
