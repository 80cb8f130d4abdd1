"""What all rows of an inventory tell together: that one is the sum of the others, or abroad."""

import re

from synergie.formats import checks
from synergie.formats.lighting._places import is_french
from synergie.formats.report import Place, Report
from synergie.formats.text import normalize_column_name
from synergie.formats.values import read_number
from synergie.schemas.assets.france import is_in_france
from synergie.schemas.assets.light_point import LightPointRecord

_PRODUCT = re.compile(r"\d+ x (\d+)")
_LEAST_ROWS = 3
_LEAST_READ = 5
"""Rows of an inventory that stops where most of them are refused."""
_FEW_ROWS = 2
_METER = re.compile(
    r"(?:n(?:umero|o)?|num|ref(?:erence)?|code|id)?(?:du|de)?"
    r"(?:prm|pdl|pce|rae|pointdelivraison|compteur)|(?:meter|mpan)(?:id|no|number)?|cups"
)
"""Heads, as `plain` writes them, of delivery points: cabinets have them, lights share them."""
_FEW_CELLS = 3
"""Filled cells of a row that only names a sum: its label, its watts, a number of lights."""


class _Apart:
    """Whether a column names another thing in each row."""

    def __init__(self) -> None:
        self._seen: set[str] | None = set()

    def add(self, name: str) -> None:
        """One more row; what repeats, or is blank, ends the look."""
        if self._seen is None:
            return
        if not name or name in self._seen:
            self._seen = None
        else:
            self._seen.add(name)

    def occurs_in(self, least: int) -> bool:
        """Whether it does, in *least* rows or more."""
        return self._seen is not None and len(self._seen) >= least


class Overview:
    """Watts and places of the lights so far. An inventory with French heads is one of France."""

    def __init__(self, header: list[str]) -> None:
        self._is_french = is_french(header)
        self._meter = next(
            (name for name in header if _METER.fullmatch(normalize_column_name(name))), None
        )
        self._cabinets, self._meters = _Apart(), _Apart()
        self._lights = self._watts = self._located = self._abroad = 0
        self._powered = False
        self._first: tuple[str, str, Place] | None = None

    def is_sum(self, point: LightPointRecord) -> bool:
        """Whether *point* has the watts of all lights before it, and says nothing else."""
        watts = _PRODUCT.fullmatch(point.power_text or "")
        one = point.power_w if watts is None else int(watts[1])  # a sum is not multiplied
        kilo = read_number(point.power_text or "") if one is None else None
        is_all = self._watts in (one, None if kilo is None else kilo * 1000)
        is_total = self._lights >= _LEAST_ROWS and self._watts > 0 and is_all
        if not is_total or point.location is not None:
            return False
        return sum(bool(cell.strip()) for cell in (point.raw or {}).values()) <= _FEW_CELLS

    def add(self, point: LightPointRecord, place: Place) -> None:
        """One more light, of the row at *place*."""
        self._lights += 1
        self._watts += point.power_w or 0
        self._powered = self._powered or point.power_w is not None
        self._cabinets.add(point.cabinet or "")
        self._meters.add((point.raw or {}).get(self._meter or "", "").strip())
        there = point.location
        if there is None or not self._is_french:
            return
        self._located += 1
        if not is_in_france(there.longitude, there.latitude):
            self._abroad += 1
            ends = f"{there.longitude:g}, {there.latitude:g}"
            self._first = self._first or (point.external_id, ends, place)

    def close(self, report: Report) -> None:
        """Say of the whole inventory that it has no watts, is abroad in part, or was refused."""
        rows = self._lights + report.refusals
        if rows >= _LEAST_READ and 2 * report.refusals > rows:
            report.find(checks.MANY_REFUSED, report.refusals, rows)
        if self._lights and not self._powered:
            report.find(checks.NO_WATTS)
        if self._meters.occurs_in(_FEW_ROWS) or self._cabinets.occurs_in(_LEAST_READ):
            report.find(checks.CABINET_ROWS)
        if self._first is not None:
            name, ends, place = self._first
            report.find(checks.PLACES_ABROAD, self._abroad, self._located, name, ends, place=place)
