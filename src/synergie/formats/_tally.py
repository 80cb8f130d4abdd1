"""What each kind of record adds up to, for the report of a file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, cast
from zoneinfo import ZoneInfo

from synergie.calendar import civil_days, day_bounds, day_of, load_time_zone
from synergie.formats.report import Gap
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.file_report import AssetSummary, PowerSummary, SeriesSummary, StepRun
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.schemas.series import Direction
from synergie.units import STEP_SECONDS

_JOULES_A_KWH = 3_600_000
_WATT_SECONDS = {"Wh": 3600, "kWh": _JOULES_A_KWH}
"""Joules of one unit of energy."""


@dataclass(slots=True)
class Curve:
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
    told: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    """Time that each run covers, and what tells its values from others."""

    def again(self, run: MeterCurve, tz: ZoneInfo) -> Literal["same", "other"] | None:
        """Whether an earlier run told these times: with the same values, or with others."""
        end, digest = end_of(run, tz), hash((run.step, run.unit, *run.values))
        if not self.told or run.start >= self.last:
            self.told.append((run.start, end, digest))
            return None
        if (run.start, end, digest) in self.told:
            return "same"
        if any(run.start < until and since < end for since, until, _ in self.told):
            return "other"
        self.told.append((run.start, end, digest))
        return None

    def add(self, run: MeterCurve, tz: ZoneInfo) -> None:
        """One more run of the series."""
        end = end_of(run, tz)
        nulls = run.values.count(None)
        self.readings += len(run.values) - nulls
        self.missing += nulls
        if self.steps and run.start > self.last and run.step in STEP_SECONDS:
            self.missing += int((run.start - self.last).total_seconds()) // STEP_SECONDS[run.step]
        self.first, self.last = min(self.first, run.start), max(self.last, end)
        if self.steps and self.steps[-1].step == run.step:
            known = self.steps.pop()
            self.steps.append(known.model_copy(update={"n": known.n + len(run.values)}))
        else:
            self.steps.append(StepRun(step=run.step, first=run.start, n=len(run.values)))
        self._energy(run)
        _add_covered_seconds(self.covered, run.start, end, tz, sign=1)

    def _energy(self, run: MeterCurve) -> None:
        """Watts times seconds, or watt-hours times 3600: exact, whatever the number of values."""
        scale = 1000 if run.unit.startswith("k") else 1
        if run.quantity == "active_power" and run.form == "mean_power" and run.step_s:
            weight = run.step_s * scale
        elif run.form == "interval_energy" and run.unit in _WATT_SECONDS:
            weight = _WATT_SECONDS[run.unit]
        else:
            self.watt_seconds = None
            return
        if self.watt_seconds is not None:
            self.watt_seconds += _sum_curve_values(run) * weight

    def summary(self, key: str, gaps: list[Gap], tz: ZoneInfo) -> SeriesSummary:
        """What the file holds of it."""
        for gap in gaps:
            end = gap.start + timedelta(seconds=gap.step_s * gap.n)
            _add_covered_seconds(self.covered, gap.start, end, tz, sign=-1)
        off = sum(
            self.covered[day] != _count_seconds_between(*day_bounds(day, tz))
            for day in civil_days(self.first, self.last, tz)
        )
        return SeriesSummary(
            id=key,
            quantity=self.quantity,
            unit=self.unit,
            steps=tuple(self.steps),
            first=self.first,
            last=self.last,
            readings=self.readings,
            energy_kwh=None if self.watt_seconds is None else convert_to_kwh(self.watt_seconds),
            missing=self.missing,
            civil_days_off=off,
        )


def end_of(run: MeterCurve | MarketCurve, tz: ZoneInfo) -> datetime:
    """End of the last step of *run*, half-open; civil days, months and years in *tz*."""
    if run.step_s is not None:
        return run.start + timedelta(seconds=run.step_s * len(run.values))
    day = day_of(run.start, tz)
    if run.step == "P1D":
        return day_bounds(day + timedelta(days=len(run.values)), tz)[0]
    months = len(run.values) * (12 if run.step == "P1Y" else 1)
    month = day.year * 12 + day.month - 1 + months
    return day_bounds(date(month // 12, month % 12 + 1, 1), tz)[0]


def _sum_curve_values(run: MeterCurve) -> Fraction:
    """The sum of the values that are there, exactly."""
    if run.decimals == 0:
        return Fraction(cast("int", sum(value for value in run.values if value is not None)))
    parts = (Decimal(repr(value)) for value in run.values if value is not None)
    return Fraction(sum(parts, Decimal(0)))


def convert_to_kwh(watt_seconds: Fraction) -> float:
    """Kilowatt-hours to 3 decimals, rounded half up from the exact figure."""
    thousandths = watt_seconds * 1000 / _JOULES_A_KWH
    return int((2 * thousandths + 1) // 2) / 1000


def _count_seconds_between(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def _add_covered_seconds(
    covered: Counter[date], start: datetime, end: datetime, tz: ZoneInfo, *, sign: int
) -> None:
    """Adds (or takes away) the seconds of [start, end) to each civil day they fall in."""
    for day in civil_days(start, end, tz):
        low, high = day_bounds(day, tz)
        covered[day] += sign * _count_seconds_between(max(start, low), min(end, high))


@dataclass(slots=True)
class Intervals:
    """Readings over any interval, of one quantity of one point."""

    unit: str
    quantity: str
    first: datetime
    last: datetime
    readings: int = 0
    missing: int = 0
    total: Decimal = Decimal(0)

    def add(self, one: IntervalReading) -> None:
        """One more interval."""
        self.first, self.last = min(self.first, one.start), max(self.last, one.end)
        self.readings += one.value is not None
        self.missing += one.value is None
        self.total += one.value or 0

    def summary(self, key: str) -> SeriesSummary:
        """What the file holds of it."""
        joules = _WATT_SECONDS.get(self.unit)
        return SeriesSummary(
            id=key,
            quantity=self.quantity,
            unit=self.unit,
            steps=(),
            first=self.first,
            last=self.last,
            readings=self.readings,
            energy_kwh=None if joules is None else convert_to_kwh(Fraction(self.total) * joules),
            missing=self.missing,
            civil_days_off=0,
        )


@dataclass(slots=True)
class Periods:
    """Energies of civil periods of one point and class."""

    energies: dict[tuple[date, date], Decimal | None] = field(default_factory=dict)
    direction: Direction = "import"

    def add(self, one: PeriodEnergy) -> None:
        """One more period."""
        self.direction = one.direction
        self.energies[one.from_date, one.to_date] = one.energy_kwh

    def summary(self, name: str) -> SeriesSummary:
        """What the file holds of it; absent months count as missing where all are months."""
        first = min(start for start, _ in self.energies)
        last = max(end for _, end in self.energies)
        known = [energy for energy in self.energies.values() if energy is not None]
        months = all(_is_month(start, end) for start, end in self.energies)
        n = (last.year - first.year) * 12 + last.month - first.month if months else 0
        return SeriesSummary(
            id=name,
            quantity="active_energy",
            unit="kWh",
            steps=(StepRun(step="P1M", first=first, n=n),) if months else (),
            first=first,
            last=last,
            readings=len(known),
            energy_kwh=convert_to_kwh(Fraction(sum(known, Decimal(0))) * _JOULES_A_KWH),
            missing=(n if months else len(self.energies)) - len(known),
            civil_days_off=0,
            direction=self.direction,
            by_year=self._years(),
        )

    def _years(self) -> dict[str, float]:
        """The energy of the periods that begin in each year, kWh."""
        sums: dict[str, Decimal] = {}
        for (start, _), energy in sorted(self.energies.items(), key=lambda one: one[0]):
            year = str(start.year)
            sums[year] = sums.get(year, Decimal(0)) + (energy or 0)
        return {
            year: convert_to_kwh(Fraction(total) * _JOULES_A_KWH) for year, total in sums.items()
        }


def _is_month(start: date, end: date) -> bool:
    return start.day == 1 == end.day and (start + timedelta(days=31)).replace(day=1) == end


@dataclass(slots=True)
class Registers:
    """Indexes of one register."""

    unit: str
    quantity: str
    first: datetime
    last: datetime
    readings: int = 0

    def add(self, one: RegisterReading) -> None:
        """One more index."""
        self.first, self.last = min(self.first, one.instant), max(self.last, one.instant)
        self.readings += 1

    def summary(self, key: str) -> SeriesSummary:
        """What the file holds of it; an index is no energy."""
        return SeriesSummary(
            id=key,
            quantity=self.quantity,
            unit=self.unit,
            steps=(),
            first=self.first,
            last=self.last,
            readings=self.readings,
            energy_kwh=None,
            missing=0,
            civil_days_off=0,
        )


@dataclass(slots=True)
class Market:
    """A public series as its runs come by."""

    unit: str
    quantity: str
    first: datetime
    last: datetime
    steps: list[StepRun] = field(default_factory=list)
    readings: int = 0
    missing: int = 0

    def add(self, run: MarketCurve) -> None:
        """One more run."""
        end = end_of(run, load_time_zone(run.time_zone))
        self.first, self.last = min(self.first, run.start), max(self.last, end)
        nulls = run.values.count(None)
        self.readings += len(run.values) - nulls
        self.missing += nulls
        self.steps.append(StepRun(step=run.step, first=run.start, n=len(run.values)))

    def summary(self, key: str) -> SeriesSummary:
        """What the file holds of it."""
        return SeriesSummary(
            id=key,
            quantity=self.quantity,
            unit=self.unit,
            steps=tuple(self.steps),
            first=self.first,
            last=self.last,
            readings=self.readings,
            energy_kwh=None,
            missing=self.missing,
            civil_days_off=0,
        )


@dataclass(slots=True)
class Lights:
    """A lighting inventory as its records come by."""

    counts: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    power: Counter[str] = field(default_factory=Counter)

    def add(self, point: LightPointRecord) -> None:
        """One more light point."""
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
        """What the file holds of them."""
        power = PowerSummary.model_validate(dict(self.power))
        sources = dict(self.sources.most_common())
        return AssetSummary(**self.counts, sources=sources, power=power)
