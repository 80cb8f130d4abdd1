"""Where the parts of France lie, in rectangles of degrees (WGS 84)."""

from typing import NamedTuple


class Box(NamedTuple):
    """An area, degrees or metres."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.west <= x <= self.east and self.south <= y <= self.north


METROPOLE = Box(-5.6, 41.0, 9.9, 51.3)
"""Metropolitan France with Corsica, and the seas and neighbours between, degrees."""
OVERSEAS: dict[str, Box] = {
    "971": Box(-61.9, 15.7, -60.9, 16.6),
    "972": Box(-61.3, 14.3, -60.7, 15.0),
    "973": Box(-54.7, 2.0, -51.5, 5.9),
    "974": Box(55.1, -21.5, 55.9, -20.8),
    "975": Box(-56.6, 46.6, -56.0, 47.3),
    "976": Box(44.9, -13.1, 45.4, -12.5),
    "977": Box(-63.0, 17.8, -62.7, 18.0),
    "978": Box(-63.2, 18.0, -62.9, 18.2),
}
"""The other departments and territories, by the first digits of the INSEE code, degrees."""
PACIFIC: tuple[Box, ...] = (
    Box(158.0, -24.0, 172.5, -15.0),
    Box(-155.0, -28.0, -134.0, -7.5),
    Box(-178.4, -14.6, -176.0, -13.0),
)
"""New Caledonia, French Polynesia, Wallis and Futuna, degrees."""


def is_exchanged(longitude: float, latitude: float) -> bool:
    """Whether the place would lie in metropolitan France with its two figures exchanged.

    As it stands it is off Somalia, where no French place is.
    """
    return METROPOLE.holds(latitude, longitude)


def is_in_france(longitude: float, latitude: float) -> bool:
    """Whether the place lies in the rectangle of one of the parts of France, degrees."""
    parts = (METROPOLE, *OVERSEAS.values(), *PACIFIC)
    return any(part.holds(longitude, latitude) for part in parts)


def is_in_part_of(insee_code: str, longitude: float, latitude: float) -> bool:
    """Whether the place lies in the part of France that the commune of *insee_code* is in."""
    if insee_code.startswith("98"):
        return any(part.holds(longitude, latitude) for part in PACIFIC)
    return OVERSEAS.get(insee_code[:3], METROPOLE).holds(longitude, latitude)
