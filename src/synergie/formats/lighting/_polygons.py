"""Polygons out of the geometries of a GeoPackage (OGC 12-128r19, 2.1.3; WKB of OGC 06-103r4)."""

import struct

from synergie.errors import BadInput

_AREA = "a Polygon or MultiPolygon"
_ENVELOPES = (0, 32, 48, 48, 64)
_POLYGON, _MULTIPOLYGON = 3, 6
_EMPTY = 0x10
_EWKB_Z, _EWKB_M = 0x80000000, 0x40000000

type Polygons = list[list[list[object]]]
"""Rings of positions (x, y), polygon by polygon."""


def parse_polygons(blob: object) -> Polygons | None:
    """The polygons of a stored geometry; None for a null or empty one.

    BadInput for another geometry; struct.error or IndexError when it is cut.
    """
    if blob is None:
        return None
    if not isinstance(blob, bytes) or not blob.startswith(b"GP"):
        raise BadInput("row", blob if not isinstance(blob, bytes) else blob[:4].hex(), _AREA)
    flags = blob[3]
    envelope = flags >> 1 & 7
    if envelope >= len(_ENVELOPES):
        raise BadInput("row", blob[:4].hex(), _AREA)
    if flags & _EMPTY:
        return None
    return _Wkb(blob, 8 + _ENVELOPES[envelope]).areas() or None


class _Wkb:
    """Reads one geometry of *blob* from *at* on."""

    def __init__(self, blob: bytes, at: int) -> None:
        self._blob, self._at = blob, at

    def areas(self) -> Polygons:
        """The polygons of a Polygon or MultiPolygon."""
        order, kind, width = self._head()
        if kind == _POLYGON:
            return [self._rings(order, width)]
        if kind != _MULTIPOLYGON:
            raise BadInput("row", f"WKB {kind}", _AREA)
        return [one for _ in range(self._count(order)) for one in self.areas()]

    def _head(self) -> tuple[str, int, int]:
        """Byte order, kind, and numbers of a position."""
        order = "<" if self._blob[self._at] else ">"
        (told,) = struct.unpack_from(f"{order}I", self._blob, self._at + 1)
        self._at += 5
        dimensions, kind = divmod(told & 0x0FFFFFFF, 1000)
        more = {0: 0, 1: 1, 2: 1, 3: 2}.get(dimensions, 0)
        more += bool(told & _EWKB_Z) + bool(told & _EWKB_M)
        return order, kind, 2 + more

    def _count(self, order: str) -> int:
        (n,) = struct.unpack_from(f"{order}I", self._blob, self._at)
        self._at += 4
        return int(n)

    def _rings(self, order: str, width: int) -> list[list[object]]:
        return [self._ring(order, width) for _ in range(self._count(order))]

    def _ring(self, order: str, width: int) -> list[object]:
        n = self._count(order)
        end = self._at + 8 * width * n
        if end > len(self._blob):
            raise IndexError
        told = struct.unpack_from(f"{order}{width * n}d", self._blob, self._at)
        self._at = end
        return list(zip(told[::width], told[1::width], strict=True))
