"""What an asset can reach: figures beyond it are told, many of them or one far beyond stop."""

from collections.abc import Iterator
from typing import NamedTuple

from synergie.formats import checks
from synergie.formats._format import Record
from synergie.formats._report import Report
from synergie.schemas.cabinet import CabinetRecord
from synergie.schemas.light_point import LightPointRecord
from synergie.schemas.lighting_network import SupportRecord
from synergie.schemas.site import SiteRecord
from synergie.schemas.supply_point import SupplyPointRecord

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


_LIGHT = Reach("W", 2_000, 30_000)
"""The largest floodlights of stadiums are of 2,000 W, a mast of twelve of them draws 24,000."""
_EFFICACY = Reach("lm/W", 250, 1_000)
"""The best LED give some 220."""
_WASTE = Reach("W/lm", 0.5, 5)
"""An incandescent lamp needs a tenth."""
_HEIGHT = Reach("m", 50, 100)
_FLOOR = Reach("m²", 100_000, 1_000_000)
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
        self._open: list[str] = []
        """Powers of lights that give no watts, as they are written."""

    def add(self, record: Record) -> None:
        """One more record."""
        if isinstance(record, LightPointRecord) and record.power_w is None and record.power_text:
            self._open.append(record.power_text)
        for reach, figure in _figures(record):
            self._told[reach] = self._told.get(reach, 0) + 1
            if figure > reach.usual:
                times, most, name = self._beyond.get(reach, (0, 0.0, ""))
                if figure > most:
                    most, name = figure, _name(record)
                self._beyond[reach] = times + 1, most, name

    def tell(self, report: Report) -> None:
        """What all of them show, and their readers did not tell already."""
        if self._open and checks.WATTS_OPEN.code not in report.findings:
            report.find(checks.WATTS_OPEN, self._open[0], times=len(self._open))
        weighed = {checks.OVER_POSSIBLE.code, checks.UNDER_THE_USUAL.code} & report.findings.keys()
        for reach, (times, most, name) in self._beyond.items():
            if weighed and reach in (_USE, _REST):
                continue
            figure, usual = f"{most:.6g} {reach.unit}", f"{reach.usual:.6g} {reach.unit}"
            if most > reach.never or times > reach.many * self._told[reach]:
                report.find(checks.BEYOND_REACH, name, figure, usual, times=times)
            else:
                report.find(checks.ABSURD_VALUE, f"{name}: {figure}", usual, times=times)


def _figures(record: Record) -> Iterator[tuple[Reach, float]]:
    """Each figure that a record tells, and how far it may go."""
    match record:
        case LightPointRecord(power_w=watts, flux_lm=lumens, height_m=height):
            yield from _known((_LIGHT, watts), (_HEIGHT, height))
            if watts and lumens:
                yield from ((_EFFICACY, lumens / watts), (_WASTE, watts / lumens))
        case SupportRecord(height_m=height):
            yield from _known((_HEIGHT, height))
        case CabinetRecord(subscribed_power_kva=kva):
            yield from _known((_CABINET, kva))
        case SiteRecord(floor_area_m2=area):
            yield from _known((_FLOOR, area))
        case SupplyPointRecord(subscribed_power_kva=kva, annual_kwh=energy):
            yield from _known((_segment(record), kva))
            if kva and energy:
                yield from ((_USE, energy / kva), (_REST, kva / energy))
        case _:
            pass


def _name(record: Record) -> str:
    """What tells it, with both figures where one is held against the other."""
    match record:
        case SupplyPointRecord(subscribed_power_kva=kva, annual_kwh=energy) if kva and energy:
            return f"{record.code} ({kva:.6g} kVA, {energy:.9g} kWh)"
        case LightPointRecord(power_w=watts, flux_lm=lumens) if watts and lumens:
            return f"{record.external_id} ({watts} W, {lumens} lm)"
        case _:
            return record.external_id


def _known(*figures: tuple[Reach, float | None]) -> Iterator[tuple[Reach, float]]:
    return ((reach, figure) for reach, figure in figures if figure is not None)


def _segment(point: SupplyPointRecord) -> Reach:
    """What a point may subscribe, by its segment or its network tariff option."""
    option = point.tariff_code or ""
    told = next((name for start, name in _OPTIONS.items() if option.startswith(start)), "")
    return _SEGMENTS.get(point.market_segment or told, _POINT)
