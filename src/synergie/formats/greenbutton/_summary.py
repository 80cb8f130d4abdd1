"""The summaries of a feed against its readings: told when they differ, never read as energy."""

from array import array
from dataclasses import dataclass, field
from decimal import Decimal

from synergie.formats import checks
from synergie.formats._points import Head, Number
from synergie.formats.greenbutton._feed import Entry, Feed, Links
from synergie.formats.greenbutton._readings import Readings
from synergie.formats.report import Report

MAX_COUNTED = 400_000
"""Readings remembered for the comparison; a larger feed is not compared."""
MAX_SUMMARIES = 10_000

_WATT_HOURS = "72"
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class _Summary:
    links: Links
    tag: str
    start: int
    end: int
    total: Decimal
    unit: Decimal
    """Least figure of the total: a summary in kWh cannot tell watt-hours."""


@dataclass(slots=True)
class Summaries:
    """Energies drawn, by point, and what the feed says they add up to."""

    _told: list[_Summary] = field(default_factory=list)
    _counted: dict[str, tuple["array[int]", "array[int]", list[Number]]] = field(
        default_factory=dict
    )
    _n: int = 0

    def add(self, entry: Entry) -> None:
        """A summary; one without a billing period or a total in Wh tells nothing to compare."""
        payload = entry.payload
        start = _parse_short_int(payload.findtext("billingPeriod/start"))
        length = _parse_short_int(payload.findtext("billingPeriod/duration"))
        overall = payload.find("overallConsumptionLastPeriod")
        if overall is None or start is None or length is None:
            return
        power = _parse_short_int(overall.findtext("powerOfTenMultiplier") or "0")
        total = _parse_short_int(overall.findtext("value"))
        told = total is not None and power is not None and -12 <= power <= 12  # noqa: PLR2004
        if told and (overall.findtext("uom") or "").strip() == _WATT_HOURS:
            unit = Decimal(1).scaleb(power or 0)
            one = _Summary(
                entry.links, payload.tag, start, start + length, (total or 0) * unit, unit
            )
            self._told.append(one)
            del self._told[MAX_SUMMARIES:]

    def count(self, head: Head, held: Readings, numbers: list[Number]) -> None:
        """Remember energy drawn; other quantities are in no summary."""
        self._n += len(numbers)
        if head.quantity != "active_energy" or head.direction != "import":
            return
        if self._n > MAX_COUNTED:
            self._counted.clear()
            return
        columns = self._counted.setdefault(head.supply_point, (array("q"), array("q"), []))
        columns[0].extend(start or 0 for start in held.starts)
        columns[1].extend(duration or 0 for duration in held.durations)
        columns[2].extend(numbers)

    def compare(self, feed: Feed, report: Report) -> None:
        """Tells each summary that the readings within its billing period contradict."""
        for one in self._told:
            point = feed.point(one.links.parent(one.tag), one.links.own)
            if point is None or point.key not in self._counted:
                continue
            some = [
                Decimal(number or 0)
                for start, length, number in zip(*self._counted[point.key], strict=True)
                if one.start <= start and start + length <= one.end
            ]
            found = sum(some, Decimal(0))
            if some and abs(found - one.total) >= one.unit:
                told, added = (f"{value.normalize():f} Wh" for value in (one.total, found))
                report.find(checks.SUMMARY_DIFFERS, told, added)


def _parse_short_int(text: str | None) -> int | None:
    plain = (text or "").strip()
    digits = plain.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS:
        return int(plain)
    return None
