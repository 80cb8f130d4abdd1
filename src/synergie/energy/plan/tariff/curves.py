"""From a load curve to energies by time class: whole local days, clock changes, missing steps.

The off-peak windows are dated data of each delivery point: they are being changed point by point
until 2028, and may differ by season.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone, time_class
from synergie.energy.records.power import OffPeakWindow
from synergie.energy.records.tariff import ClassKwh, ClassOverrun, PeriodUse
from synergie.errors import BadInput
from synergie.schemas.readings.meter_curve import MeterCurve

_CLASSES = ("HPH", "HCH", "HPB", "HCB")
_LOW_SEASON = range(4, 11)
_PEAK_MONTHS, _PEAK_HOURS, _SUNDAY = (12, 1, 2), (8, 9, 17, 18), 6
"""When the fixed peak of HTA is (TURPE 7)."""
_TEN_MINUTES = 600
_SECONDS = Decimal(3600)
_KILO = Decimal(1000)
_UNITS = {"W": Decimal(1), "kW": _KILO, "Wh": Decimal(1), "kWh": _KILO}
_REACTIVE = {"VAr": Decimal(1), "kVAr": _KILO, "VArh": Decimal(1), "kVArh": _KILO}


@dataclass(slots=True)
class _Sum:
    """What some days hold."""

    begins: date
    ends: date
    wh: dict[str, Decimal] = field(default_factory=dict)
    steps: int = 0
    """Steps of the curve that begin in these days."""
    told: int = 0
    """Seconds of those that have a value."""
    missing: int = 0
    """Steps without a value."""
    active_alone: int = 0
    """Steps with a value whose reactive power is not known."""
    over: Decimal = Decimal(0)
    """Seconds of the steps whose power is above what is subscribed in their class."""
    squares: dict[str, Decimal] = field(default_factory=dict)
    """Sum of the squares of the power above what is subscribed, by class, kW² (HTA)."""


def uses_of_curve(
    curves: Iterable[MeterCurve],
    windows: Sequence[OffPeakWindow],
    *,
    cuts: Sequence[date] = (),
    powers: Mapping[str, Decimal] | None = None,
    reactive: Sequence[MeterCurve] = (),
    fixed_peak: bool = False,
    time_zone: str = "Europe/Paris",
) -> tuple[PeriodUse, ...]:
    """The energy of *curves* (active, drawn from the grid) by month and by four time classes.

    A month is cut on the days *cuts*, too: give those on which a price changes, and a bill needs to
    share nothing. A step in which the class changes is shared by its minutes; a step without a
    value, and those that no curve covers, are counted as missing and add no energy. With *powers*
    (subscribed kVA of the four classes), the hours above them are counted, of the apparent power
    of each step, sqrt(P² + Q²), where *reactive* tells Q, inductive less capacitive; equal is not
    above. Where a step has no Q or no value, the hours of active power are the least there are.
    With *fixed_peak*
    (HTA) there are five classes: Pointe is from 8 to 10 and 17 to 19 o'clock in December to
    February, not on Sundays; *powers*, kW, are then counted against in steps of ten minutes, as the
    square root of the sum of squares of each month and class. BadInput: no curve, no window that
    holds on a day, another quantity, steps of a day or longer, other steps of *reactive*, two
    values of one moment.
    """
    tz = load_time_zone(time_zone)
    runs = sorted(curves, key=lambda run: run.start)
    if not runs:
        raise BadInput("/curves", "", "a load curve")
    for run in runs:
        _check_drawn_energy(run)
        if fixed_peak and powers and run.step_s != _TEN_MINUTES:
            raise BadInput(
                "/curves/step",
                run.step,
                "steps of ten minutes: overruns in HTA are counted in them",
            )
    begins, ends = day_of(runs[0].start, tz), _last_day(runs[-1], tz)
    periods = _split_into_months(begins, ends, cuts)
    kvar = _sum_reactive(reactive, _step_s(runs[0])) if powers and not fixed_peak else {}
    clock = _Clock(tuple(windows), tz, powers or {}, kvar, fixed_peak)
    _add_steps_to_periods(runs, periods, clock)
    uses = (_build_curve_use(one, _step_s(runs[0]), tz) for one in periods)
    if powers is None:
        return tuple(uses)
    pairs = zip(uses, periods, strict=True)
    return tuple(_add_overruns(use, one, fixed_peak=fixed_peak) for use, one in pairs)


def with_hours(uses: Sequence[PeriodUse], hours: Decimal) -> tuple[PeriodUse, ...]:
    """*uses* with the hours that the meter counted above the subscribed power, shared by days."""
    days = sum((use.to_date - use.from_date).days for use in uses)
    found, rest = list[PeriodUse](), hours
    for n, use in enumerate(uses, 1):
        part = (hours * (use.to_date - use.from_date).days / days).quantize(Decimal("0.000001"))
        part = rest if n == len(uses) else min(part, rest)
        rest -= part
        update = {"overrun_hours": part, "overrun_source": "operator"}
        found.append(use.model_copy(update=update))
    return tuple(found)


def _check_drawn_energy(run: MeterCurve) -> None:
    if run.direction != "import" or run.unit not in _UNITS:
        raise BadInput("/curves", f"{run.direction}, {run.unit}", "active energy that is drawn")
    _step_s(run)


def _step_s(run: MeterCurve) -> int:
    step = run.step_s
    if step is None:
        raise BadInput("/curves/step", run.step, "steps of at most an hour: a day has no class")
    return step


def _last_day(run: MeterCurve, tz: ZoneInfo) -> date:
    """The day after the last one that the run touches."""
    end = run.start + timedelta(seconds=_step_s(run) * len(run.values))
    return day_of(end - timedelta(seconds=1), tz) + timedelta(days=1)


def _split_into_months(begins: date, ends: date, cuts: Sequence[date]) -> list[_Sum]:
    """Civil months from *begins* to *ends*, cut on *cuts*, too."""
    marks = {begins, ends, *(day for day in cuts if begins < day < ends)}
    month = (begins.replace(day=1) + timedelta(days=32)).replace(day=1)
    while month < ends:
        marks.add(month)
        month = (month + timedelta(days=32)).replace(day=1)
    days = sorted(marks)
    return [_Sum(*pair) for pair in pairwise(days)]


@dataclass(frozen=True, slots=True)
class _Clock:
    windows: tuple[OffPeakWindow, ...]
    tz: ZoneInfo
    powers: Mapping[str, Decimal]
    """Subscribed power by class, kVA (kW in HTA). Empty: no overruns are counted."""
    reactive: Mapping[datetime, Decimal]
    """Reactive power of the step that begins at a moment, VAr by seconds. Empty: not known."""
    fixed_peak: bool = False
    """Whether there is a class Pointe at fixed hours."""

    def is_over(self, name: str, joules: Decimal, seconds: int) -> bool:
        """Whether a step of *joules* is above what is subscribed in a class."""
        return name in self.powers and joules > self.powers[name] * _KILO * seconds

    def offpeak(self, day: date) -> tuple[tuple[time, time], ...]:
        """The windows that hold on *day*. BadInput: none does."""
        season = "low" if day.month in _LOW_SEASON else "high"
        found = tuple(
            part
            for one in self.windows
            if one.season in {"all", season} and _is_window_valid(one, day)
            for part in _split_window_at_midnight(one)
        )
        if not found:
            raise BadInput("/windows", day.isoformat(), "off-peak hours that hold on this day")
        return found


def _split_window_at_midnight(window: OffPeakWindow) -> tuple[tuple[time, time], ...]:
    """The window as `calendar.time_class` takes it; one that ends as it begins is the whole day."""
    starts, ends = time.fromisoformat(window.starts), time.fromisoformat(window.ends)
    if starts != ends:
        return ((starts, ends),)
    half = starts.replace(hour=(starts.hour + 12) % 24)
    return (starts, half), (half, starts)


def _is_window_valid(window: OffPeakWindow, day: date) -> bool:
    after = window.valid_from is None or window.valid_from <= day
    return after and (window.valid_to is None or day < window.valid_to)


def _add_steps_to_periods(runs: Sequence[MeterCurve], periods: list[_Sum], clock: _Clock) -> None:
    found = iter(periods)
    period, windows, day_end = next(found), None, None
    before = datetime.min.replace(tzinfo=UTC)
    for moment, seconds, joules in _iterate_curve_steps(runs):
        if moment < before:
            raise BadInput("/curves", moment.isoformat(), "one value a moment")
        before = moment + timedelta(seconds=seconds)
        if day_end is None or moment >= day_end:
            day = day_of(moment, clock.tz)
            windows, day_end = clock.offpeak(day), day_bounds(day, clock.tz)[1]
            while day >= period.ends:
                period = next(found)
        period.steps += 1
        if joules is None:
            period.missing += 1
        elif windows is not None:
            period.told += seconds
            shares = _iterate_class_shares(moment, seconds, windows, clock)
            apparent = _find_apparent(joules, clock.reactive.get(moment))
            period.active_alone += moment not in clock.reactive
            _add_step(period, clock, shares, (joules, apparent, seconds))


def _find_apparent(joules: Decimal, reactive: Decimal | None) -> Decimal:
    """The apparent energy of a step, VA by seconds; the active one where no other is known."""
    if not reactive:
        return joules
    return (joules * joules + reactive * reactive).sqrt()


def _sum_reactive(curves: Sequence[MeterCurve], step_s: int) -> dict[datetime, Decimal]:
    """Reactive power by step, inductive less capacitive, VAr by seconds; gaps are left out."""
    found: dict[datetime, Decimal] = {}
    unknown: set[datetime] = set()
    for run in curves:
        if run.direction != "import" or run.unit not in _REACTIVE:
            raise BadInput("/reactive", f"{run.direction}, {run.unit}", "reactive energy drawn")
        if run.step_s != step_s:
            raise BadInput("/reactive/step", run.step, "the steps of the curve of active power")
        sign = -1 if run.quantity == "reactive_capacitive" else 1
        scale = sign * _REACTIVE[run.unit] * _step_scale(run)
        for n, value in enumerate(run.values):
            moment = run.start + timedelta(seconds=n * step_s)
            if value is None:
                unknown.add(moment)
            else:
                found[moment] = found.get(moment, Decimal(0)) + Decimal(str(value)) * scale
    return {moment: value for moment, value in found.items() if moment not in unknown}


def _step_scale(run: MeterCurve) -> Decimal:
    """What a value is times to be a power by seconds: a mean over its step, or an energy."""
    return _SECONDS if run.form == "interval_energy" else Decimal(_step_s(run))


def _add_step(
    period: _Sum,
    clock: _Clock,
    shares: Iterable[tuple[str, Decimal]],
    step: tuple[Decimal, Decimal, int],
) -> None:
    """Add the active energy of a step, its apparent one and its seconds to what is known."""
    joules, apparent, seconds = step
    for name, share in shares:
        period.wh[name] = period.wh.get(name, Decimal(0)) + joules * share / _SECONDS
        if clock.fixed_peak and clock.is_over(name, joules, seconds):
            over = joules / (_KILO * seconds) - clock.powers[name]
            period.squares[name] = period.squares.get(name, Decimal(0)) + over * over * share
        elif clock.is_over(name, apparent, seconds):
            period.over += seconds * share


def _iterate_class_shares(
    moment: datetime, seconds: int, windows: tuple[tuple[time, time], ...], clock: _Clock
) -> Iterator[tuple[str, Decimal]]:
    """The classes of a step, and the share of it in each."""
    minutes = max(1, seconds // 60)
    marks = (one.hour * 60 + one.minute for window in windows for one in window)
    if all(mark % minutes == 0 for mark in marks):
        yield _find_class(moment, windows, clock), Decimal(1)
        return
    for n in range(minutes):
        yield _find_class(moment + timedelta(minutes=n), windows, clock), Decimal(1) / minutes


def _find_class(moment: datetime, windows: tuple[tuple[time, time], ...], clock: _Clock) -> str:
    """The time class of a moment, Pointe included where the option has it."""
    name = time_class(moment, clock.tz, windows)
    if clock.fixed_peak and name == "HPH":
        local = moment.astimezone(clock.tz)
        if local.month in _PEAK_MONTHS and local.hour in _PEAK_HOURS and local.weekday() != _SUNDAY:
            return "POINTE"
    return name


def _iterate_curve_steps(
    runs: Sequence[MeterCurve],
) -> Iterator[tuple[datetime, int, Decimal | None]]:
    """Start, seconds and energy (J) of every step, in the order of the runs."""
    for run in runs:
        step = _step_s(run)
        scale = _UNITS[run.unit] * _step_scale(run)
        for n, value in enumerate(run.values):
            moment = run.start + timedelta(seconds=n * step)
            yield moment, step, None if value is None else Decimal(str(value)) * scale


def _add_overruns(use: PeriodUse, found: _Sum, *, fixed_peak: bool) -> PeriodUse:
    """The use with the hours in which the power was above what is subscribed.

    In HTA with the quadratic sum of each class: active power is what is billed there.
    """
    if fixed_peak:
        overruns = tuple(
            ClassOverrun(time_class=name, kw=square.sqrt().quantize(Decimal("0.000001")))
            for name, square in found.squares.items()
        )
        source = "active_curve" if use.missing_steps else "meter_curve"
        return use.model_copy(update={"overruns": overruns, "overrun_source": source})
    hours = (found.over / _SECONDS).quantize(Decimal("0.000001"))
    whole = not use.missing_steps and not found.active_alone
    source = "apparent_curve" if whole else "active_curve"
    return use.model_copy(update={"overrun_hours": hours, "overrun_source": source})


def _build_curve_use(found: _Sum, step_s: int, tz: ZoneInfo) -> PeriodUse:
    """The energies of a period; what no run covers is missing, in steps of the first run."""
    start, end = day_bounds(found.begins, tz)[0], day_bounds(found.ends, tz)[0]
    whole = int((end - start).total_seconds())
    uncovered = whole - found.told - found.missing * step_s
    return PeriodUse(
        from_date=found.begins,
        to_date=found.ends,
        energy=tuple(
            ClassKwh(
                time_class=name,
                kwh=(found.wh.get(name, Decimal(0)) / _KILO).quantize(Decimal("0.000001")),
            )
            for name in (*_CLASSES, *(one for one in found.wh if one not in _CLASSES))
        ),
        missing_steps=found.missing + max(0, -(-uncovered // step_s)),
        method="curve",
    )
