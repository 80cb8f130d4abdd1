"""Outlines of communes, from a file of the operator's: where things and sums stand on a map."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from synergie.errors import BadInput, Misconfigured
from synergie.formats.lighting import areas
from synergie.formats.lighting.areas import Rings
from synergie.storage.assets.places import Box

IMPORTED = "communes.geojson"
"""The file of the data folder that `synergie map import` writes."""
_MAINLAND = Box(-5.2, 41.3, 9.7, 51.2)
"""Around metropolitan France, Corsica included, degrees."""
_OVERSEAS = ("97", "98")
_PLACE = "longitude -5.2 to 9.7 and latitude 41.3 to 51.2, degrees: that of metropolitan France"
_DIGITS = 6  # a decimetre


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
                found, _ = read_outlines(file)
        except (OSError, BadInput) as error:
            raise Misconfigured("the outlines of communes cannot be read: {}", error) from error
        if not found:
            raise Misconfigured("the outlines of communes tell no INSEE code: {}", path.name)
        return cls(found, source)

    @classmethod
    def load_imported(cls, folder: Path) -> Self:
        """Those that were imported into the data *folder*, with their source; empty: none were."""
        path = folder / IMPORTED
        if not path.exists():
            return cls()
        try:
            source = str(json.loads(path.read_bytes())["source"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Misconfigured("the outlines of communes cannot be read: {}", error) from error
        return cls.of(path, source)

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


def read_outlines(file: BinaryIO, only: Collection[str] = ()) -> tuple[dict[str, Outline], int]:
    """The communes of *file* by INSEE code, and how many shapes tell no code.

    *only*: codes, or how they begin (`54`, a department); empty: all. Shapes of one code are parts
    of one commune. BadInput for a file that is no layer of areas, for a system that is not known,
    and for a commune of metropolitan France that lies elsewhere, as with swapped coordinates.
    """
    found: dict[str, Outline] = {}
    without = 0
    for area in areas.read(file):
        code = area.code
        if code is None or not area.polygons:
            without += 1
        elif not only or code.startswith(tuple(only)):
            _check_place(code, area.polygons, area.where)
            before = found[code].polygons if code in found else ()
            parts = before + area.polygons
            found[code] = Outline(area.name or code, parts, _compute_commune_box(parts))
    return found, without


def write_outlines(communes: Communes) -> str:
    """*communes* as GeoJSON (RFC 7946) with a member `source`; degrees of six decimals."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "nom": one.name},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[round(x, _DIGITS), round(y, _DIGITS)] for x, y in ring] for ring in rings]
                    for rings in one.polygons
                ],
            },
        }
        for code, one in sorted(communes.outlines.items())
    ]
    whole = {"type": "FeatureCollection", "source": communes.source, "features": features}
    return json.dumps(whole, ensure_ascii=False)


def _check_place(code: str, polygons: tuple[Rings, ...], where: str) -> None:
    box = _MAINLAND
    if code.startswith(_OVERSEAS):
        return
    for x, y in (place for rings in polygons for ring in rings for place in ring):
        if not (box.west <= x <= box.east and box.south <= y <= box.north):
            raise BadInput(f"{where}/geometry", f"{x:.6g}, {y:.6g} ({code})", _PLACE)


def _compute_commune_box(polygons: tuple[Rings, ...]) -> Box:
    """Around the outer rings. No commune spans the antimeridian."""
    places = [place for rings in polygons for place in rings[0]]
    longitudes, latitudes = zip(*places, strict=True)
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))
