"""What an asset can reach: figures beyond it are told, many of them or one far beyond stop."""

from collections import Counter
from collections.abc import Iterator
from math import floor
from statistics import median
from typing import NamedTuple

from synergie.formats import checks
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.park.records.crew import Crew
from synergie.park.records.crew_row import CrewRow
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.france import is_in_part_of
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import SupportRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord

_FEW, _MANY = 3, 10
_FAR, _FEW_OF = 2, 0.1
"""Degrees from the others, and the share of places that may be so far."""
_YEAR = 365
"""Days."""
_HOURS = 8760
"""Hours of a year."""


class Reach(NamedTuple):
    """How far one figure of a kind of assets goes."""

    unit: str
    usual: float
    """Hardly any goes further: more are told."""
    never: float
    """None goes further: one that does stops."""
    many: float = 0.05
    """Share of the figures from which on those beyond `usual` stop."""


_STREET_W = 400
"""Half of the lights of an inventory have less."""
_LIGHT = Reach("W", 2_000, 30_000)
"""The largest floodlights of stadiums are of 2,000 W, a mast of twelve of them draws 24,000."""
_EFFICACY = Reach("lm/W", 250, 1_000)
"""The best LED give some 220."""
_WASTE = Reach("W/lm", 3, 30)
"""An incandescent lamp needs a tenth."""
_HEIGHT = Reach("m", 50, 100)
_FLOOR = Reach("m²", 100_000, 1_000_000)
_HOUR = Reach("€/h", 500, 2_000)
"""Of a crew with its vehicle."""
_KM = Reach("€/km", 5, 50)
_CABINET = Reach("kVA", 250, 1_000)
_POINT = Reach("kVA", 2_999, 10_000)
"""A point of which nothing else is known: 3 kVA told in VA is 3,000."""
_USE = Reach("kWh/kVA", 1.5 * _HOURS, 100 * _HOURS)
_REST = Reach("kVA/kWh", 200 / _HOURS, float("inf"), 0.5)
"""Most points take more than a two-hundredth of what they may."""
_MEDIUM = Reach("kVA", 10_000, 40_000)
_SEGMENTS = {
    "C5": Reach("kVA", 36, 360),
    "C4": Reach("kVA", 250, 2_500),
    "C3": _MEDIUM,
    "C2": _MEDIUM,
    "C1": _MEDIUM,
}
_OPTIONS = {"BTINF": "C5", "BTSUP": "C4", "HTA": "C3"}
"""How network tariff options begin, and the segment that they are of at most."""


class Figures:
    """The figures of the assets of one file, each held against what its kind reaches."""

    def __init__(self) -> None:
        self._told: dict[Reach, int] = {}
        self._beyond: dict[Reach, tuple[int, float, str]] = {}
        """How many, the furthest, and of which asset."""
        self._watts = Counter[int]()
        self._open: list[str] = []
        """Powers of lights that give no watts, as they are written."""
        self._feeds: list[str] = []
        """The delivery points of cabinets."""
        self._spots: dict[tuple[int, int], tuple[str, Location]] = {}
        """The first asset of each square degree."""
        self._squares, self._lights = Counter[tuple[int, int]](), Counter[Location]()
        """Assets of each square degree; lights of each place, of the first of them."""
        self._placed, self._away = 0, list[tuple[str, str]]()
        """Places with their commune; those elsewhere."""

    def add(self, record: Record) -> None:
        """One more record."""
        if isinstance(record, LightPointRecord):
            self._light(record)
        if isinstance(record, CabinetRecord) and record.supply_point:
            self._feeds.append(record.supply_point)
        if isinstance(record, LightPointRecord | CabinetRecord | SiteRecord | SupportRecord):
            self._place(record.external_id, record.insee_code, record.location)
        for reach, figure in _iterate_figures(record):
            self._told[reach] = self._told.get(reach, 0) + 1
            if figure > reach.usual:
                times, most, name = self._beyond.get(reach, (0, 0.0, ""))
                if figure > most:
                    most, name = figure, _describe_figures(record)
                self._beyond[reach] = times + 1, most, name

    def _light(self, light: LightPointRecord) -> None:
        if light.power_w is None and light.power_text:
            self._open.append(light.power_text)
        if light.power_w:
            self._watts[light.power_w] += 1
        if light.location and len(self._lights) < _FEW:
            self._lights[light.location] += 1

    def _place(self, name: str, insee_code: str | None, there: Location | None) -> None:
        if there is None:
            return
        square = floor(there.longitude), floor(there.latitude)
        self._squares[square] += 1
        self._spots.setdefault(square, (name, there))
        if insee_code is None:
            return
        self._placed += 1
        if not is_in_part_of(insee_code, there.longitude, there.latitude):
            self._away.append((name, f"{there.longitude:g}, {there.latitude:g}"))

    def tell(self, report: Report) -> None:
        """What all of them show, and their readers did not tell already."""
        if self._open and checks.WATTS_OPEN.code not in report.findings:
            report.find(checks.WATTS_OPEN, self._open[0], times=len(self._open))
        exchanged = checks.PLACES_EXCHANGED.code in report.findings
        if self._away and not exchanged and checks.PLACES_ABROAD.code not in report.findings:
            report.find(checks.PLACES_ABROAD, len(self._away), self._placed, *self._away[0])
        if len(self._feeds) > _FEW and len(set(self._feeds)) == 1:
            report.find(checks.ONE_POINT, len(self._feeds), self._feeds[0])
        self._tell_places(report)
        self._tell_reach(report)

    def _tell_places(self, report: Report) -> None:
        """All lights at one place; one far from the others, which may be right of a few."""
        if len(self._lights) == 1 and (n := self._lights.total()) >= _MANY:
            (there,) = self._lights
            report.find(checks.ONE_PLACE, n, f"{there.longitude:g}, {there.latitude:g}")
        if self._squares.total() < _MANY or checks.PLACES_ABROAD.code in report.findings:
            return
        (west, south), _ = self._squares.most_common(1)[0]
        far = {(x, y): n for (x, y), n in self._squares.items()
               if abs(x - west) > _FAR or abs(y - south) > _FAR}  # fmt: skip
        if far and sum(far.values()) <= _FEW_OF * self._squares.total():
            name, there = self._spots[next(iter(far))]
            ends = f"{there.longitude:g}, {there.latitude:g}"
            report.find(checks.PLACE_FAR, name, ends, times=sum(far.values()))

    def _tell_reach(self, report: Report) -> None:
        if self._watts.total() >= _MANY and (half := median(self._watts.elements())) > _STREET_W:
            report.find(checks.WATTS_UNUSUAL, f"{half:g}", _STREET_W)
        weighed = {checks.OVER_POSSIBLE.code, checks.UNDER_THE_USUAL.code} & report.findings.keys()
        for reach, (times, most, name) in self._beyond.items():
            if weighed and reach in (_USE, _REST):
                continue
            figure, usual = f"{most:.6g} {reach.unit}", f"{reach.usual:.6g} {reach.unit}"
            if most > reach.never or times > reach.many * self._told[reach]:
                report.find(checks.BEYOND_REACH, name, figure, usual, times=times)
            else:
                report.find(checks.ABSURD_VALUE, f"{name}: {figure}", usual, times=times)


_PLAIN: tuple[tuple[type[Record], str, Reach], ...] = (
    (LightPointRecord, "power_w", _LIGHT), (LightPointRecord, "height_m", _HEIGHT),
    (SupportRecord, "height_m", _HEIGHT), (CabinetRecord, "subscribed_power_kva", _CABINET),
    (SiteRecord, "floor_area_m2", _FLOOR),
)  # fmt: skip
"""Figures that stand for themselves."""


def _iterate_figures(record: Record) -> Iterator[tuple[Reach, float]]:
    """Each figure that a record tells, and how far it may go."""
    for kind, field, reach in _PLAIN:
        if isinstance(record, kind) and (figure := getattr(record, field)) is not None:
            yield reach, figure
    match record:
        case LightPointRecord(power_w=watts, flux_lm=lumens) if watts and lumens:
            yield from ((_EFFICACY, lumens / watts), (_WASTE, watts / lumens))
        case CrewRow(crew=Crew(hour_eur=hour, km_eur=km)):
            yield from ((_HOUR, float(hour)), (_KM, float(km)))
        case SupplyPointRecord() | PerimeterRow():
            yield from _of_point(record)
        case _:
            pass


def _of_point(point: SupplyPointRecord | PerimeterRow) -> Iterator[tuple[Reach, float]]:
    kva, energy = _power_and_year(point)
    if kva is not None:
        yield _find_segment_reach(point), kva
    if kva and energy:
        yield from ((_USE, energy / kva), (_REST, kva / energy))


def _power_and_year(point: SupplyPointRecord | PerimeterRow) -> tuple[float | None, float | None]:
    """Its highest subscribed power, kVA, and the energy of its year, kWh."""
    if isinstance(point, SupplyPointRecord):
        return point.subscribed_power_kva, point.annual_kwh
    powers = [float(one.value) for one in point.subscribed_powers]
    year = point.reference
    is_whole = year is not None and (year.days or _YEAR) >= _YEAR
    return max(powers, default=None), float(year.total_kwh) if year and is_whole else None


def _describe_figures(record: Record) -> str:
    """What tells it, with both figures where one is held against the other."""
    match record:
        case SupplyPointRecord() | PerimeterRow():
            kva, energy = _power_and_year(record)
            both = f" ({kva:.6g} kVA, {energy:.9g} kWh)" if kva and energy else ""
            return f"{record.external_id}{both}"
        case LightPointRecord(power_w=watts, flux_lm=lumens) if watts and lumens:
            return f"{record.external_id} ({watts} W, {lumens} lm)"
        case _:
            return record.external_id


def _find_segment_reach(point: SupplyPointRecord | PerimeterRow) -> Reach:
    """What a point may subscribe, by its segment or its network tariff option."""
    option = point.tariff_code or ""
    told = next((name for start, name in _OPTIONS.items() if option.startswith(start)), "")
    return _SEGMENTS.get(point.market_segment or told, _POINT)
