"""Readings as the energy of each civil day: a day without one of its steps is unknown.

Bills and monthly tables stay periods: nothing is spread over their days here.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput
from synergie.formats import Record
from synergie.formats.checks import N_
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy

DIRECTION = N_("energy drawn: production at a point must be metered and stand in the contract")
ONE_VALUE = N_("one value: two baselines, or two readings, cannot both hold")
ONE_DAY = N_("a curve, or energies of one day each: months are not spread over their days")
UNIT = N_("power or energy in W, kW, Wh or kWh")

_MICRO = Decimal("0.000001")
_WH_A_UNIT = {"W": Decimal(1), "kW": Decimal(1000), "Wh": Decimal(1), "kWh": Decimal(1000)}
_HOUR_S = Decimal(3600)

type Days = dict[date, Decimal | None]
"""kWh of each civil day; None: unknown."""
type _Steps = dict[datetime, tuple[int, Decimal | None]]
"""Seconds and kWh of each step, by its beginning."""


@dataclass(frozen=True, slots=True)
class PeriodTotal:
    """Energy of the days [`starts`, `ends`)."""

    starts: date
    ends: date
    kwh: Decimal | None
    """Null: blank in the file, not zero."""


@dataclass(frozen=True, slots=True)
class PointEnergy:
    """What files tell of one point."""

    days: Days = field(default_factory=dict)
    periods: list[PeriodTotal] = field(default_factory=list)
    """Bills and months, one after another; none of them overlap."""


def collect_point_energies(
    records: Iterable[Record], points: Collection[str], *, zone_name: str = "Europe/Paris"
) -> dict[str, PointEnergy]:
    """Energy drawn by each of *points*: civil days, and periods of several days, as told.

    Curves of power or energy, and energies of periods; days of a clock change have 23 or 25 hours.
    Time classes of one period are added up, unless their total is told, too. BadInput: two values
    for one step, day or period, periods that overlap, energy fed in at a point.
    """
    tz = load_time_zone(zone_name)
    steps: dict[str, _Steps] = {}
    found: dict[str, PointEnergy] = {}
    told: dict[str, list[PeriodEnergy]] = {}
    for point, record in _select_records(records, points):
        _check_direction(point, record.direction)
        if isinstance(record, PeriodEnergy):
            told.setdefault(point, []).append(record)
        else:
            _take_run(found.setdefault(point, PointEnergy()).days, steps, record, tz)
    for point, some in steps.items():
        for day, energy in _sum_steps(some, tz).items():
            _put_day(found[point].days, point, day, energy)
    for point, ones in told.items():
        _take_periods(found.setdefault(point, PointEnergy()), point, ones)
    return {point: one for point, one in found.items() if one.days or one.periods}


def _select_records(
    records: Iterable[Record], points: Collection[str]
) -> Iterator[tuple[str, MeterCurve | PeriodEnergy]]:
    for record in records:
        match record:
            case MeterCurve(supply_point=point) if record.quantity in _QUANTITIES:
                if point in points:
                    yield point, record
            case PeriodEnergy(supply_point=str(point)) if point in points:
                yield point, record
            case _:
                pass


def _take_run(days: Days, steps: dict[str, _Steps], run: MeterCurve, tz: ZoneInfo) -> None:
    if run.step_s is None:
        _take_civil_days(days, run, tz)
    else:
        _take_steps(steps.setdefault(run.supply_point, {}), run)


_QUANTITIES = frozenset({"active_power", "active_energy"})


def _take_periods(energy: PointEnergy, point: str, told: Iterable[PeriodEnergy]) -> None:
    """One energy a period; of one day each they are days."""
    spans: dict[tuple[date, date], dict[tuple[str | None, str | None], Decimal | None]] = {}
    for one in told:
        parts = spans.setdefault((one.from_date, one.to_date), {})
        if parts.setdefault((one.grid, one.tariff_class), one.energy_kwh) != one.energy_kwh:
            raise BadInput(point, f"{one.from_date} – {one.to_date}", ONE_VALUE)
    for (starts, ends), parts in sorted(spans.items()):
        kwh = _sum_classes(parts)
        if ends - starts == timedelta(days=1):
            _put_day(energy.days, point, starts, kwh)
        else:
            energy.periods.append(PeriodTotal(starts, ends, kwh))
    for first, second in pairwise(energy.periods):
        if second.starts < first.ends:
            raise BadInput(point, f"{first.starts} – {first.ends}, {second.starts} …", ONE_VALUE)


def _sum_classes(parts: dict[tuple[str | None, str | None], Decimal | None]) -> Decimal | None:
    """The total that is told, else the sum of the classes of one grid: both count the same."""
    for (_, name), kwh in parts.items():
        if name is None:
            return kwh
    grid = min(grid or "" for grid, _ in parts)
    values = [kwh for (one, _), kwh in parts.items() if (one or "") == grid]
    known = [kwh for kwh in values if kwh is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None


def _check_direction(point: str, direction: str) -> None:
    if direction != "import":
        raise BadInput("/direction", point, DIRECTION)


def _take_steps(steps: _Steps, run: MeterCurve) -> None:
    seconds = run.step_s or 0
    factor = _find_factor(run, seconds)
    for i, value in enumerate(run.values):
        start = (run.start + timedelta(seconds=seconds * i)).astimezone(UTC)
        told = seconds, None if value is None else Decimal(str(value)) * factor
        if steps.setdefault(start, told) != told:
            raise BadInput(run.supply_point, start.isoformat(), ONE_VALUE)


def _find_factor(run: MeterCurve, seconds: int) -> Decimal:
    """KWh of one unit over one step."""
    wh = _WH_A_UNIT.get(run.unit)
    if wh is None:
        raise BadInput(run.supply_point, run.unit, UNIT)
    hours = seconds / _HOUR_S if run.form == "mean_power" else Decimal(1)
    return wh * hours / 1000


def _sum_steps(steps: _Steps, tz: ZoneInfo) -> dict[date, Decimal | None]:
    """Days whose steps fill them by the clock, and the others as unknown."""
    sums: dict[date, Decimal] = {}
    covered: dict[date, int] = {}
    for start, (seconds, energy) in steps.items():
        day = day_of(start, tz)
        if energy is not None:
            sums[day] = sums.get(day, Decimal(0)) + energy
            covered[day] = covered.get(day, 0) + seconds
        else:
            covered.setdefault(day, 0)
    return {
        day: sums[day] if full == _count_seconds(day, tz) else None for day, full in covered.items()
    }


def _count_seconds(day: date, tz: ZoneInfo) -> int:
    low, high = day_bounds(day, tz)
    return int((high - low).total_seconds())


def _take_civil_days(days: Days, run: MeterCurve, tz: ZoneInfo) -> None:
    if run.step != "P1D" or run.form == "mean_power":
        raise BadInput(run.supply_point, run.step, ONE_DAY)
    factor = _find_factor(run, 0)
    first = day_of(run.start, tz)
    for i, value in enumerate(run.values):
        energy = None if value is None else Decimal(str(value)) * factor
        _put_day(days, run.supply_point, first + timedelta(days=i), energy)


def _put_day(days: Days, point: str, day: date, energy: Decimal | None) -> None:
    exact = None if energy is None else energy.quantize(_MICRO, ROUND_HALF_UP)
    known = days.get(day)
    if known is not None and exact is not None and known != exact:
        raise BadInput(point, day.isoformat(), ONE_VALUE)
    days[day] = exact if known is None else known
