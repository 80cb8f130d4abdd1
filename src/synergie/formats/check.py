"""What a file is, what it holds and what would be refused of it; nothing is stored."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone
from synergie.errors import Words
from synergie.formats import checks
from synergie.formats._tally import Curve, Intervals, Lights, Market, Periods, Registers, end_of
from synergie.formats.agreeing import find_record_doubts
from synergie.formats.door import ReadResult, read
from synergie.formats.format import Record
from synergie.formats.plausible import Subscribed, mark_suspect_powers
from synergie.formats.reach import Figures
from synergie.formats.report import CheckFinding, Gap, Place, Report, shorten_value
from synergie.formats.source import Source
from synergie.park.records.crew_row import CrewRow
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.france import is_exchanged
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.file_report import FileReport, Finding, RefusedLine, SeriesSummary
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading

_YEAR_THAT_GOES_ON = frozenset({"operat-preparation"})
"""Formats that tell what was measured so far under the whole year."""
_SERIES = (MeterCurve, PeriodEnergy, IntervalReading, RegisterReading, MarketCurve)
_GRAVEST = ("block", "refusal", "warning", "information")


def _find_no_power(_: str) -> None:
    """No subscribed power is known of any point."""


def check(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002 (the word of the command line and of the API)
    name: str | None = None,
    profile: Profile | None = None,
    subscribed: Subscribed = _find_no_power,
    tell: Callable[[str], str] = str,
    now: datetime | None = None,
) -> FileReport:
    """Reads the whole file and says what it is; arguments and errors are those of `read`.

    *subscribed* gives the subscribed power of a point, for the powers that are far above it.
    *tell* translates reasons and warnings; `str` leaves them in English. An energy of a period
    that ends after the day of *now* stops (`in-future`); None: no day is known. Memory grows with
    the refusals, the series and the civil days, not with the readings.
    """
    declared = profile or Profile()
    with read(source, format=format, name=name, profile=declared) as result:
        return build_file_report(result, declared, subscribed=subscribed, tell=tell, now=now)


def build_file_report(
    result: ReadResult,
    profile: Profile,
    *,
    subscribed: Subscribed = _find_no_power,
    tell: Callable[[str], str] = str,
    take: Callable[[Record], None] | None = None,
    now: datetime | None = None,
) -> FileReport:
    """As `check`, of a file that is open; *take* is given each record, marked, as it comes."""
    view = _View(load_time_zone(profile.time_zone))
    view.report = result.report
    if now is not None:
        view.today = now.astimezone(view.tz).date()
        view.goes_on = result.format in _YEAR_THAT_GOES_ON
    for record in mark_suspect_powers(result.records, subscribed, result.report):
        view.add(record)
        if take is not None:
            take(record)
    report = result.report
    view.figures.tell(report)
    series = view.series(report.gaps)
    _report_series_faults(report, series)
    return FileReport(
        format=result.format,
        records=report.kept,
        duplicates=report.duplicates,
        rejected=report.refusals,
        totals=report.totals,
        blanks=report.blanks,
        refused=_list_refused_lines(report, tell),
        series=series,
        assets=view.lights.summary(),
        kinds=dict(view.kinds),
        findings=_list_findings(report, tell),
        warnings=tuple(report.tell(tell)),
    )


def _report_series_faults(report: Report, series: tuple[SeriesSummary, ...]) -> None:
    """The checks that need the whole file: holes, days that are not full."""
    if report.gaps:
        report.find(checks.HOLE, times=sum(gap.n for gap in report.gaps))
    if off := sum(one.civil_days_off for one in series):
        report.find(checks.INCOMPLETE_DAY, times=off)


def _list_findings(report: Report, tell: Callable[[str], str]) -> tuple[Finding, ...]:
    def build_finding(found: CheckFinding) -> Finding:
        return Finding(
            code=found.check.code,
            severity=found.check.severity,
            times=found.times,
            place=_format_place(found.first),
            text=found.tell(tell),
            action=tell(found.check.action) if found.check.action else "",
        )

    return tuple(
        sorted(
            map(build_finding, report.findings.values()),
            key=lambda one: _GRAVEST.index(one.severity),
        )
    )


def _format_place(place: Place) -> str | None:
    return f"line {place}" if isinstance(place, int) else place


def _list_refused_lines(report: Report, tell: Callable[[str], str]) -> tuple[RefusedLine, ...]:
    ordered = sorted(report.refused, key=lambda refused: refused.line or 0)
    return tuple(
        RefusedLine(
            line=one.line,
            column=one.column,
            value=shorten_value(_translate_value(one.fault.found, tell)),
            reason=tell(one.fault.expected),
            code=one.fault.check,
        )
        for one in ordered
    )


def _translate_value(found: object, tell: Callable[[str], str]) -> object:
    return tell(found) if isinstance(found, Words) else found


class _View:
    """Everything of a file that the report sums up."""

    def __init__(self, tz: ZoneInfo) -> None:
        self.tz, self.lights, self.kinds = tz, Lights(), Counter[str]()
        self.report, self.figures = Report(), Figures()
        self.today: date | None = None
        self.goes_on = False
        self._curves: dict[str, Curve] = {}
        self._periods: dict[str, Periods] = {}
        self._others: dict[str, Intervals | Registers | Market] = {}

    def add(self, record: Record) -> None:
        """One more record."""
        self.kinds[_derive_record_kind(record)] += 1
        if not isinstance(record, _SERIES):
            self._asset(record)
        match record:
            case MeterCurve():
                self._curve(record)
            case PeriodEnergy():
                self._stop_at_future(record)
                self._periods.setdefault(_period_key(record), Periods()).add(record)
            case CabinetRecord():
                self.lights.counts["cabinets"] += 1
            case LightPointRecord():
                self.lights.add(record)
            case IntervalReading() | RegisterReading() | MarketCurve():
                self._series(record)
            case _:
                pass

    def _asset(self, record: Record) -> None:
        """What one asset tells of its figures, its days and its place."""
        self.figures.add(record)
        for check, args in find_record_doubts(record, self.today):
            self.report.find(check, *args)
        place = record.depot if isinstance(record, CrewRow) and record.depot else record
        if isinstance(there := getattr(place, "location", None), Location):
            self._stop_at_exchanged(record.external_id, there)

    def _stop_at_exchanged(self, name: str, place: Location | None) -> None:
        if place is not None and is_exchanged(place.longitude, place.latitude):
            ends = f"{place.longitude:g}", f"{place.latitude:g}"
            self.report.find(checks.PLACES_EXCHANGED, name, *ends)

    def _stop_at_future(self, one: PeriodEnergy) -> None:
        last = one.to_date - timedelta(days=1)
        told = one.from_date if self.goes_on else last
        if self.today is not None and told > self.today:
            name = one.supply_point or one.name
            self.report.find(checks.IN_FUTURE, name, last, self.today)

    def _curve(self, run: MeterCurve) -> None:
        """One more run; times that were told before are said, and not counted again."""
        key = run.external_id
        first = Curve(run.unit, run.quantity, run.start, run.start)
        curve = self._curves.setdefault(key, first)
        again = curve.again(run, self.tz)
        if again is None:
            curve.add(run, self.tz)
        elif again == "same":
            self.report.find(checks.EXACT_DUPLICATE, times=len(run.values))
        else:
            start, end = run.start.isoformat(), end_of(run, self.tz).isoformat()
            self.report.find(checks.TOLD_TWICE, key, start, end, times=len(run.values))

    def _series(self, record: IntervalReading | RegisterReading | MarketCurve) -> None:
        match record:
            case IntervalReading():
                key = f"{record.supply_point}/{record.quantity}/{record.direction}"
                times = record.start, record.end
                known = self._others.setdefault(
                    key, Intervals(record.unit, record.quantity, *times)
                )
                if isinstance(known, Intervals):
                    known.add(record)
            case RegisterReading():
                key = record.external_id.rpartition("/")[0]
                times = record.instant, record.instant
                dial = self._others.setdefault(key, Registers(record.unit, record.quantity, *times))
                if isinstance(dial, Registers):
                    dial.add(record)
            case MarketCurve():
                key = f"{record.zone}/{record.quantity}"
                times = record.start, record.start
                market = self._others.setdefault(key, Market(record.unit, record.quantity, *times))
                if isinstance(market, Market):
                    market.add(record)

    def series(self, gaps: list[Gap]) -> tuple[SeriesSummary, ...]:
        """One summary a series, curves first, each in order of appearance."""
        curves = [
            curve.summary(key, [gap for gap in gaps if gap.series == key], self.tz)
            for key, curve in self._curves.items()
        ]
        periods = [one.summary(key) for key, one in self._periods.items()]
        return (*curves, *periods, *(one.summary(key) for key, one in self._others.items()))


def _derive_record_kind(record: Record) -> str:
    """`meter_curve` of MeterCurve, `light_point` of LightPointRecord."""
    name = type(record).__name__.removesuffix("Record")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _period_key(record: PeriodEnergy) -> str:
    key = record.supply_point or record.name
    side = record.direction if record.direction == "export" else None
    told = [part for part in (record.grid, record.tariff_class, side) if part]
    return "/".join([key, *told])
