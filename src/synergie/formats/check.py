"""What a file is, what it holds and what would be refused of it; nothing is stored."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import cast
from zoneinfo import ZoneInfo

from synergie.calendar import civil_days, day_bounds, zone
from synergie.errors import Words
from synergie.formats._format import Record
from synergie.formats._report import Gap, Report, cut
from synergie.formats._source import Source
from synergie.formats.door import read
from synergie.schemas.cabinet import CabinetRecord
from synergie.schemas.file_report import (
    AssetSummary,
    FileReport,
    PowerSummary,
    RefusedLine,
    SeriesSummary,
    StepRun,
)
from synergie.schemas.light_point import LightPointRecord
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.period_energy import PeriodEnergy
from synergie.schemas.profile import Profile
from synergie.units import STEP_SECONDS

_JOULES_A_KWH = 3_600_000


def check(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002 (the word of the command line and of the API)
    name: str | None = None,
    profile: Profile | None = None,
    tell: Callable[[str], str] = str,
) -> FileReport:
    """Reads the whole file and says what it is; arguments and errors are those of `read`.

    *tell* translates reasons and warnings; `str` leaves them in English. Memory grows with the
    refusals and the civil days, not with the readings.
    """
    declared = profile or Profile()
    view = _View(zone(declared.time_zone))
    with read(source, format=format, name=name, profile=declared) as result:
        for record in result.records:
            view.add(record)
    report = result.report
    return FileReport(
        format=result.format,
        records=report.kept,
        refused=_refused(report, tell),
        series=view.series(report.gaps),
        assets=view.lights.summary(),
        warnings=tuple(report.tell(tell)),
    )


def _refused(report: Report, tell: Callable[[str], str]) -> tuple[RefusedLine, ...]:
    ordered = sorted(report.refused, key=lambda refused: refused.line or 0)
    return tuple(
        RefusedLine(
            line=one.line,
            column=one.column,
            value=cut(_said(one.fault.found, tell)),
            reason=tell(one.fault.expected),
        )
        for one in ordered
    )


def _said(found: object, tell: Callable[[str], str]) -> object:
    return tell(found) if isinstance(found, Words) else found


@dataclass(slots=True)
class _Curve:
    """A series as its runs come by."""

    unit: str
    quantity: str
    first: datetime
    last: datetime
    steps: list[StepRun] = field(default_factory=list)
    readings: int = 0
    missing: int = 0
    watt_seconds: Fraction | None = Fraction(0)
    covered: Counter[date] = field(default_factory=Counter)
    """Seconds of each civil day that rows cover."""

    def add(self, run: MeterCurve, tz: ZoneInfo) -> None:
        step_s = STEP_SECONDS[run.step]
        end = run.start + timedelta(seconds=step_s * len(run.values))
        nulls = run.values.count(None)
        self.readings += len(run.values) - nulls
        self.missing += nulls
        if self.steps and run.start > self.last:
            self.missing += (run.start - self.last) // timedelta(seconds=step_s)
        self.first, self.last = min(self.first, run.start), max(self.last, end)
        if self.steps and self.steps[-1].step == run.step:
            known = self.steps.pop()
            self.steps.append(known.model_copy(update={"n": known.n + len(run.values)}))
        else:
            self.steps.append(StepRun(step=run.step, first=run.start, n=len(run.values)))
        self._energy(run, step_s)
        _cover(self.covered, run.start, end, tz, sign=1)

    def _energy(self, run: MeterCurve, step_s: int) -> None:
        """Watts times seconds, or watt-hours times 3600: exact, whatever the number of values."""
        scale = 1000 if run.unit.startswith("k") else 1
        if run.quantity == "active_power" and run.form == "mean_power":
            weight = step_s * scale
        elif run.quantity == "active_energy" and run.form == "interval_energy":
            weight = 3600 * scale
        else:
            self.watt_seconds = None
            return
        if self.watt_seconds is not None:
            self.watt_seconds += _total(run) * weight

    def summary(self, key: str, gaps: list[Gap], tz: ZoneInfo) -> SeriesSummary:
        for gap in gaps:
            end = gap.start + timedelta(seconds=gap.step_s * gap.n)
            _cover(self.covered, gap.start, end, tz, sign=-1)
        off = sum(
            self.covered[day] != _seconds(*day_bounds(day, tz))
            for day in civil_days(self.first, self.last, tz)
        )
        return SeriesSummary.model_validate(
            {
                "id": key,
                "quantity": self.quantity,
                "unit": self.unit,
                "steps": self.steps,
                "first": self.first,
                "last": self.last,
                "readings": self.readings,
                "energy_kwh": None if self.watt_seconds is None else kwh(self.watt_seconds),
                "missing": self.missing,
                "civil_days_off": off,
            }
        )


def _total(run: MeterCurve) -> Fraction:
    """The sum of the values that are there, exactly."""
    if run.decimals == 0:
        return Fraction(cast("int", sum(value for value in run.values if value is not None)))
    parts = (Decimal(repr(value)) for value in run.values if value is not None)
    return Fraction(sum(parts, Decimal(0)))


def kwh(watt_seconds: Fraction) -> float:
    """Kilowatt-hours to 3 decimals, rounded half up from the exact figure."""
    thousandths = watt_seconds * 1000 / _JOULES_A_KWH
    return int((2 * thousandths + 1) // 2) / 1000


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def _cover(
    covered: Counter[date], start: datetime, end: datetime, tz: ZoneInfo, *, sign: int
) -> None:
    """Adds (or takes away) the seconds of [start, end) to each civil day they fall in."""
    for day in civil_days(start, end, tz):
        low, high = day_bounds(day, tz)
        covered[day] += sign * _seconds(max(start, low), min(end, high))


@dataclass(slots=True)
class _Months:
    """A delivery point of a monthly table as its records come by."""

    energies: dict[date, Decimal | None] = field(default_factory=dict)

    def summary(self, name: str) -> SeriesSummary:
        first, last = min(self.energies), max(self.energies)
        n = (last.year - first.year) * 12 + last.month - first.month + 1
        known = [energy for energy in self.energies.values() if energy is not None]
        end = date(last.year + last.month // 12, last.month % 12 + 1, 1)
        return SeriesSummary(
            id=name,
            quantity="active_energy",
            unit="kWh",
            steps=(StepRun(step="P1M", first=first, n=n),),
            first=first,
            last=end,
            readings=len(known),
            energy_kwh=kwh(Fraction(sum(known, Decimal(0))) * _JOULES_A_KWH),
            missing=n - len(known),
            civil_days_off=0,
        )


@dataclass(slots=True)
class _Lights:
    """A lighting inventory as its records come by."""

    counts: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    power: Counter[str] = field(default_factory=Counter)

    def add(self, point: LightPointRecord) -> None:
        self.counts["light_points"] += 1
        self.counts["without_cabinet"] += point.cabinet is None
        self.counts["without_location"] += point.location is None
        self.sources[point.source_type or "unknown"] += 1
        watts = point.power_w or 0
        if point.power_text is not None:
            self.power.update(texts=1, texts_w=watts)
        elif point.power_w is not None:
            self.power.update(numbers=1, numbers_w=watts)
        else:
            self.power["unknown"] += 1

    def summary(self) -> AssetSummary:
        power = PowerSummary.model_validate(dict(self.power))
        sources = dict(self.sources.most_common())
        return AssetSummary(**self.counts, sources=sources, power=power)


class _View:
    """Everything of a file that the report sums up."""

    def __init__(self, tz: ZoneInfo) -> None:
        self.tz, self.lights = tz, _Lights()
        self._curves: dict[str, _Curve] = {}
        self._months: dict[str, _Months] = {}

    def add(self, record: Record) -> None:
        if isinstance(record, MeterCurve):
            known = self._curves.setdefault(
                record.external_id,
                _Curve(record.unit, record.quantity, record.start, record.start),
            )
            known.add(record, self.tz)
        elif isinstance(record, PeriodEnergy):
            months = self._months.setdefault(record.name, _Months())
            months.energies[record.from_date] = record.energy_kwh
        elif isinstance(record, CabinetRecord):
            self.lights.counts["cabinets"] += 1
        else:
            self.lights.add(record)

    def series(self, gaps: list[Gap]) -> tuple[SeriesSummary, ...]:
        """One summary a series, curves first, each in order of appearance."""
        curves = [
            curve.summary(key, [gap for gap in gaps if gap.series == key], self.tz)
            for key, curve in self._curves.items()
        ]
        return (*curves, *(months.summary(name) for name, months in self._months.items()))
