"""CIM validated historical data (EDDIE VHD v1.04 and v0.82, after IEC 62325), in and out.

A point is a position within an interval of UTC, so that a clock change takes nothing away; one
TimeSeries may hold a single point, and its neighbours the next ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO
from xml.etree.ElementTree import Element

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import (
    Days,
    Head,
    Points,
    build_daily_curves,
    build_stamped_curves,
    continue_curves,
)
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.cim import _codes as codes
from synergie.formats.cim._meaning import head_of
from synergie.formats.cim._series import (
    PERIODS,
    POSITION,
    Length,
    Period,
    Value,
    period_of,
    value_of,
)
from synergie.formats.cim._writing import NAME, write
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.profile import Profile
from synergie.units import STEP_NAMES

MAX_HELD = 300_000
"""Points held before they are given out; a longer series comes in several runs."""

_PLAIN = ("measured", "missing")
_ONCE = "the value already given for this time, or another time"

_ROOTS = {
    "VHD_Envelope": 1.0,
    "ValidatedHistoricalData_Envelope": 1.0,
    "ValidatedHistoricalData_MarketDocument": 1.0,
    "ValidatedHistoricalDataMarketDocument": 1.0,
    "ValidatedHistoricalDataMarketDocuments": 1.0,
}


def sniff(sample: Sample) -> float:
    """1.0 for the envelope of a validated historical data document, or that document alone."""
    root, _ = root_of(sample)
    return _ROOTS.get(root, 0.0)


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Curves of equal steps, of civil days of *profile*'s zone; single intervals; the report.

    The points of neighbouring series that are of the same thing make one curve. A point that
    cannot be read is refused, and each point of a series or period that cannot. BadInput: no
    TimeSeries.
    """
    report = Report()
    return _Reading(source, profile, report).records(), report


@dataclass(slots=True)
class _SeriesPoints:
    """Points of one series, as they come by."""

    head: Head
    points: Points = field(default_factory=Points)
    steps: list[int] = field(default_factory=list)
    days: Days = field(default_factory=Days)
    others: dict[tuple[datetime, datetime], IntervalReading] = field(default_factory=dict)


class _Reading:
    """One reading of one document."""

    def __init__(self, source: BinaryIO, profile: Profile, report: Report) -> None:
        self._source, self._profile, self._report = source, profile, report
        self._held: dict[Head, _SeriesPoints] = {}
        self._ends: dict[str, datetime] = {}
        self._tz = load_time_zone(profile.time_zone)
        self._n = self._since = 0

    def records(self) -> Iterator[Record]:
        """The records, in order of the first point of each series."""
        some = False
        for series in iterate_elements(self._source, "TimeSeries"):
            some = True
            self._series(series)
            if self._since > MAX_HELD:
                yield from self._emit_records()
        if not some:
            raise BadInput(
                "document", Words("no TimeSeries"), "a validated historical data document"
            )
        yield from self._emit_records()

    def _series(self, series: Element) -> None:
        periods = [node for node in series.iter() if node.tag in PERIODS]
        if empty := [node for node in periods or [series] if node.find(".//Point") is None]:
            self._report.find(checks.SERIES_EMPTY, empty[0].tag, times=len(empty))
        try:
            head, measure = head_of(series, self._profile, self._report)
        except BadInput as fault:
            for node in periods:
                self._refused(node, fault)
            return
        into = self._held.setdefault(head, _SeriesPoints(head))
        for node in periods:
            try:
                period = period_of(node)
            except BadInput as fault:
                self._refused(node, fault)
                continue
            self._period(node, period, measure.factor, into)

    def _refused(self, period: Element, fault: BadInput) -> None:
        """Each point of a period that cannot be read, for the reason that holds for all."""
        for _ in period.iter("Point"):
            self._n += 1
            self._report.refuse(f"record {self._n}", fault)

    def _period(self, node: Element, period: Period, factor: int, into: _SeriesPoints) -> None:
        """The points of one period, on its grid of steps when it has one."""
        seconds = period.length.seconds
        base, end = int(period.start.timestamp()), int(period.end.timestamp())
        even = seconds in STEP_NAMES and base % seconds == 0
        for point in node.iter("Point"):
            self._n += 1
            self._since += 1
            place = f"record {self._n}"
            try:
                value = value_of(point, factor)
                if not even:
                    self._point(value, period, into)
            except BadInput as fault:
                self._report.refuse(place, fault)
                continue
            stamp = base + (value.position - 1) * seconds
            if even and stamp >= end:
                self._report.refuse(place, BadInput("/position", value.position, POSITION))
                continue
            if even:
                into.points.add(stamp, value.number, value.quality, place)
                into.steps.append(seconds)
            if value.quality not in _PLAIN or value.code not in codes.QUALITIES:
                self._qualified(value)

    def _point(self, value: Value, period: Period, into: _SeriesPoints) -> None:
        """One point that is on no grid of steps: on a civil day, or alone."""
        start, end, day = self._interval(value.position, period)
        if day is not None:
            into.days.add(day, value.number, value.quality, f"record {self._n}")
        else:
            self._alone(value, into, (start, end))

    def _qualified(self, value: Value) -> None:
        if value.code and value.code not in codes.QUALITIES:
            self._report.note("quality {} is not in the list of VHD; taken as measured", value.code)
        if value.quality in {"estimated", "reconstructed"}:
            self._report.find(checks.ESTIMATED)

    def _interval(self, position: int, period: Period) -> tuple[datetime, datetime, date | None]:
        """Start and end of a position, and the civil day it begins if it is one."""
        length, day = period.length, None
        try:
            if length.seconds:
                start = period.start + timedelta(seconds=length.seconds * (position - 1))
                end = start + timedelta(seconds=length.seconds)
                day = self._civil_day(start, end)
            else:
                start, end, day = self._civil(position, period)
        except (OverflowError, ValueError) as error:
            raise BadInput("/position", position, POSITION) from error
        if start >= period.end:
            raise BadInput("/position", position, POSITION)
        return start, end, day

    def _civil(self, position: int, period: Period) -> tuple[datetime, datetime, date | None]:
        """Days and months of the declared zone when the period begins at its midnight, else UTC."""
        tz = self._tz
        first = day_of(period.start, tz)
        civil = day_bounds(first, tz)[0] == period.start
        if not civil:
            tz = load_time_zone("UTC")
            first = day_of(period.start, tz)
        before = period.start - day_bounds(first, tz)[0]
        low, high = (_add_lengths(first, period.length, n) for n in (position - 1, position))
        start, end = (day_bounds(one, tz)[0] + before for one in (low, high))
        return start, end, low if civil and period.length.days == 1 else None

    def _civil_day(self, start: datetime, end: datetime) -> date | None:
        """The civil day that the interval is, exactly; None: it is none."""
        if end - start != timedelta(days=1):
            return None
        day = day_of(start, self._tz)
        return day if day_bounds(day, self._tz) == (start, end) else None

    def _alone(
        self, value: Value, into: _SeriesPoints, interval: tuple[datetime, datetime]
    ) -> None:
        head, known = into.head, into.others.get(interval)
        number = None if value.number is None else Decimal(value.number)
        if known is not None and known.value == number:
            self._report.duplicates += 1
            return
        if known is not None:
            code = checks.CONFLICTING_DUPLICATE.code
            found = Words("blank") if number is None else number
            raise BadInput("/energy_Quantity.quantity", found, _ONCE, code)
        into.others[interval] = IntervalReading(
            supply_point=head.supply_point,
            quantity=head.quantity,
            direction=head.direction,
            unit=head.unit,
            start=interval[0].astimezone(UTC),
            end=interval[1].astimezone(UTC),
            value=number,
            quality=value.quality,
            source_quality=value.code or None,
            source=NAME,
            provenance=head.provenance,
        )
        self._report.kept += 1

    def _emit_records(self) -> Iterator[Record]:
        """What is held, as records."""
        held, self._held, self._since = self._held, {}, 0
        for head, one in held.items():
            if one.points.stamps:
                part = build_stamped_curves(
                    head, one.points, side="start", steps=one.steps, report=self._report
                )
                yield from continue_curves(head, part, self._ends, self._report)
            zone_name = self._profile.time_zone
            yield from build_daily_curves(head, one.days, time_zone=zone_name, report=self._report)
            yield from one.others.values()


def _add_lengths(day: date, length: Length, n: int) -> date:
    """The day *n* lengths of days or months after *day*."""
    if length.days:
        return day + timedelta(days=length.days * n)
    month = day.year * 12 + day.month - 1 + length.months * n
    return date(month // 12, month % 12 + 1, day.day)


FORMAT = Format(
    name=NAME,
    title="CIM validated historical data, VHD v1.04 (XML)",
    sniff=sniff,
    read=read,
    write=write,
)

__all__ = ["FORMAT", "read", "sniff", "write"]
