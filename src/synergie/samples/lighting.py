"""Cabinets and light points of one commune, drawn inside its bounding area.

No street, no address, no person: a cabinet stands at a drawn place and its light points stand
around it. 8 % of the points hang on cabinets that cannot be programmed [assumed].
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt

from synergie.samples.communes import Commune
from synergie.samples.draw import Draw
from synergie.samples.lamps import Lamp
from synergie.schemas.assets.cabinet import CabinetRecord, ControlType, NetworkMix
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location

SMALLEST, LARGEST = 18, 55
"""Light points of a cabinet: the bounds of real parks (Écluzelles 18, Douai 55)."""

_NOT_PROGRAMMABLE = 0.08
_SPREAD = 0.0016
_MIXES: tuple[NetworkMix, ...] = ("separate", "shared_supports", "shared_neutral")
_CONTROLS: tuple[ControlType, ...] = ("astronomical_clock", "clock", "remote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The area in which the places of a commune are drawn; degrees (WGS 84)."""

    longitude: float
    latitude: float
    half_width: float
    half_height: float

    def place(self, draw: Draw) -> Location:
        """A place inside the area."""
        return Location(
            longitude=_round_degrees(self.longitude + self.half_width * draw.between(-1, 1)),
            latitude=_round_degrees(self.latitude + self.half_height * draw.between(-1, 1)),
        )


def compute_built_area(commune: Commune) -> Box:
    """The bounding area of the built-up part of *commune*; it grows with its light points."""
    half = 0.003 + 0.0085 * sqrt(commune.light_points / 1225)
    return Box(
        longitude=commune.longitude,
        latitude=commune.latitude,
        half_width=1.4 * half,
        half_height=half,
    )


def draw_cabinet_sizes(commune: Commune, draw: Draw) -> list[int]:
    """Light points of each cabinet: they sum to the commune's, each within the real bounds."""
    share, rest = divmod(commune.light_points, commune.cabinets)
    out = [share + (i < rest) for i in range(commune.cabinets)]
    for i in range(len(out) - 1):
        room = min(out[i] - SMALLEST, LARGEST - out[i + 1], 9)
        moved = draw.draw_integer(0, max(room, 0))
        out[i], out[i + 1] = out[i] - moved, out[i + 1] + moved
    return out


def cabinet_id(commune: Commune, number: int) -> str:
    """The owner's identifier of a cabinet. Example: `A-54430-07`."""
    return f"A-{commune.insee_code}-{number:02d}"


def fixed_cabinets(counts: Mapping[str, int], seed: int) -> frozenset[str]:
    """The cabinets that cannot be programmed: about 8 % of the points of *counts*."""
    wanted, out, total = _NOT_PROGRAMMABLE * sum(counts.values()), set[str](), 0
    for cabinet in Draw(seed, "not programmable").shuffled(sorted(counts)):
        if total + counts[cabinet] <= wanted + LARGEST / 2:
            out.add(cabinet)
            total += counts[cabinet]
    return frozenset(out)


def light_points(
    commune: Commune, counts: Iterable[tuple[str, int]], lamps: Iterator[Lamp], seed: int
) -> list[LightPointRecord]:
    """The light points of *commune*, cabinet by cabinet; *lamps* is consumed in order."""
    draw, place = Draw(seed, f"{commune.insee_code} light points"), compute_built_area(commune)
    out: list[LightPointRecord] = []
    for cabinet, count in counts:
        centre = place.place(draw)
        for _ in range(count):
            number = len(out) + 1
            out.append(
                _light_point(commune, cabinet, number, lamp=next(lamps), centre=centre, draw=draw)
            )
    return out


def cabinet(
    commune: Commune, number: int, points: list[LightPointRecord], *, prm: str, fixed: bool
) -> CabinetRecord:
    """The cabinet that feeds *points*: it stands in their middle."""
    draw = Draw(len(points), f"{cabinet_id(commune, number)} cabinet")
    return CabinetRecord(
        external_id=cabinet_id(commune, number),
        name=f"Armoire {number:02d}, {commune.name}",
        insee_code=commune.insee_code,
        location=_compute_points_middle(points),
        supply_point=f"prm:{prm}",
        control_type="photocell" if fixed else draw.choose(_CONTROLS),
        programmable=not fixed,
        network_mix=draw.choose(_MIXES),
        subscribed_power_kva=float(subscribed_kva(points)),
        inspected_on=date(draw.draw_integer(2021, 2025), draw.draw_integer(1, 12), 1),
        provenance="synthetic",
    )


def subscribed_kva(points: Iterable[LightPointRecord]) -> int:
    """Subscribed power, whole kVA: the power of the points and a fifth more."""
    return max(3, ceil(1.2 * sum(point.power_w or 0 for point in points) / 1000))


def _light_point(
    commune: Commune, cabinet: str, number: int, *, lamp: Lamp, centre: Location, draw: Draw
) -> LightPointRecord:
    return LightPointRecord(
        external_id=f"PL-{commune.insee_code}-{number:04d}",
        cabinet=cabinet,
        insee_code=commune.insee_code,
        location=_draw_near_location(centre, draw),
        source_type=lamp.source_type,
        power_w=lamp.power_w,
        flux_lm=lamp.flux_lm,
        cct_k=lamp.cct_k,
        ulr_installed=lamp.ulr,
        height_m=draw.draw_integer(8, 18) / 2,
        installed_on=date(draw.draw_integer(*lamp.years), draw.draw_integer(1, 12), 1),
        provenance="synthetic",
    )


def _draw_near_location(centre: Location, draw: Draw) -> Location:
    return Location(
        longitude=_round_degrees(centre.longitude + 1.4 * _SPREAD * draw.between(-1, 1)),
        latitude=_round_degrees(centre.latitude + _SPREAD * draw.between(-1, 1)),
    )


def _compute_points_middle(points: list[LightPointRecord]) -> Location:
    places = [point.location for point in points if point.location is not None]
    return Location(
        longitude=_round_degrees(sum(place.longitude for place in places) / len(places)),
        latitude=_round_degrees(sum(place.latitude for place in places) / len(places)),
    )


def _round_degrees(degrees: float) -> float:
    return round(degrees, 6)
