"""A daily flow that stopped a few days ago, and the file that makes it whole again.

R50 as Enedis sends it (guide GUI.0497): mean powers of half-hours in W, times of their ends with
offset, one file for several days. The readings are drawn, the points begin with 99.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.samples import EPCI, Territory, year_curves

POINTS = 6
"""Delivery points of the flow."""
BEFORE, MISSING = 14, 4
"""Days that came, and days that did not, until yesterday."""

_STEP = timedelta(minutes=30)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_PARIS = load_time_zone("Europe/Paris")


def write_flow(
    folder: Path, missing: Path, whole: Territory, *, now: datetime
) -> tuple[Path, Path]:
    """The file that came, in *folder*, and the one that did not, in *missing*.

    The newest day that came is the fifth before that of *now*; the missing file ends yesterday.
    """
    today = day_of(now, _PARIS)
    days = [today - timedelta(days=back) for back in range(BEFORE + MISSING, 0, -1)]
    came, did_not = days[:BEFORE], days[BEFORE:]
    readings = _Readings(whole)
    paths = []
    for place, told in ((folder, came), (missing, did_not)):
        path = place / f"ENEDIS_R50_P_{told[0]:%Y%m%d}_{told[-1]:%Y%m%d}.xml"
        path.write_text("".join(readings.file(told)), "utf-8")
        paths.append(path)
    return paths[0], paths[1]


class _Readings:
    """The half-hours of the first points of the community, in any year."""

    def __init__(self, whole: Territory) -> None:
        self._whole = whole
        self._chosen = [
            point.external_id
            for point in whole.holding(EPCI).supply_points
            if point.market_segment == "C5" and point.scheme == "prm"
        ][:POINTS]
        self._years: dict[int, dict[str, tuple[datetime, Sequence[int]]]] = {}

    def file(self, days: Iterable[date]) -> Iterator[str]:
        """An R50 of *days*."""
        told = list(days)
        yield f"{_HEAD}\n<R50><En_Tete_Flux><Identifiant_Flux>R50</Identifiant_Flux>"
        yield "<Version_XSD>1.1.0</Version_XSD><Pas_Publication>30</Pas_Publication>"
        yield "</En_Tete_Flux>\n"
        for key in self._chosen:
            yield f"<PRM><Id_PRM>{key.partition(':')[2]}</Id_PRM>\n"
            for day in told:
                yield from self._day(key, day)
            yield "</PRM>\n"
        yield "</R50>\n"

    def _day(self, key: str, day: date) -> Iterator[str]:
        start, end = day_bounds(day, _PARIS)
        yield f"<Donnees_Releve><Date_Releve>{day}</Date_Releve><Id_Affaire>M0000000</Id_Affaire>\n"
        first, values = self._year(day.year)[key]
        skipped = (start - first) // _STEP
        for i in range((end - start) // _STEP):
            at = (start + (i + 1) * _STEP).astimezone(_PARIS).isoformat()
            yield f"<PDC><H>{at}</H><V>{values[skipped + i]}</V><IV>0</IV></PDC>\n"
        yield "</Donnees_Releve>\n"

    def _year(self, year: int) -> dict[str, tuple[datetime, Sequence[int]]]:
        if year not in self._years:
            self._years[year] = {
                curve.supply_point: (curve.start, curve.values)
                for curve in year_curves(self._whole, EPCI, year=year)
                if curve.supply_point in self._chosen
            }
        return self._years[year]
