"""Readings as the energy of each civil day: a day without one of its steps is unknown."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.contract.plan._text import DIRECTION, ONE_DAY, ONE_VALUE, UNIT
from synergie.contract.records.mv_plan import PointEnergies
from synergie.errors import BadInput
from synergie.formats import Record
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy

_MICRO = Decimal("0.000001")
_WH_A_UNIT = {"W": Decimal(1), "kW": Decimal(1000), "Wh": Decimal(1), "kWh": Decimal(1000)}
_HOUR_S = Decimal(3600)

type _Days = dict[date, Decimal | None]


def collect_daily_energies(
    records: Iterable[Record], points: Collection[str], *, zone_name: str = "Europe/Paris"
) -> tuple[PointEnergies, ...]:
    """Energy drawn by each of *points* on each civil day that *records* tell.

    Curves of power or energy, and energies of one day; days of a clock change have 23 or 25 hours.
    BadInput: two values for one step or day, energy fed in at a point, energies of several days.
    """
    tz = load_time_zone(zone_name)
    steps: dict[str, dict[datetime, tuple[int, Decimal | None]]] = {}
    days: dict[str, _Days] = {}
    for record in records:
        match record:
            case MeterCurve() if record.supply_point in points and record.quantity in _QUANTITIES:
                _check_direction(record.supply_point, record.direction)
                if record.step_s is None:
                    _take_civil_days(days.setdefault(record.supply_point, {}), record, tz)
                else:
                    _take_steps(steps.setdefault(record.supply_point, {}), record)
            case PeriodEnergy() if (record.supply_point or "") in points:
                _check_direction(record.supply_point or "", record.direction)
                _take_period(days.setdefault(record.supply_point or "", {}), record)
            case _:
                pass
    for point, some in steps.items():
        for day, energy in _sum_steps(some, tz).items():
            _put_day(days.setdefault(point, {}), point, day, energy)
    return tuple(_build_energies(point, days[point]) for point in points if days.get(point))


_QUANTITIES = frozenset({"active_power", "active_energy"})


def _check_direction(point: str, direction: str) -> None:
    if direction != "import":
        raise BadInput("/direction", point, DIRECTION)


def _take_steps(steps: dict[datetime, tuple[int, Decimal | None]], run: MeterCurve) -> None:
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


def _sum_steps(
    steps: dict[datetime, tuple[int, Decimal | None]], tz: ZoneInfo
) -> dict[date, Decimal | None]:
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


def _take_civil_days(days: _Days, run: MeterCurve, tz: ZoneInfo) -> None:
    if run.step != "P1D" or run.form == "mean_power":
        raise BadInput(run.supply_point, run.step, ONE_DAY)
    factor = _find_factor(run, 0)
    first = day_of(run.start, tz)
    for i, value in enumerate(run.values):
        energy = None if value is None else Decimal(str(value)) * factor
        _put_day(days, run.supply_point, first + timedelta(days=i), energy)


def _take_period(days: _Days, one: PeriodEnergy) -> None:
    point = one.supply_point or one.name
    if one.to_date - one.from_date != timedelta(days=1) or one.tariff_class is not None:
        raise BadInput(point, f"{one.from_date} – {one.to_date}", ONE_DAY)
    _put_day(days, point, one.from_date, one.energy_kwh)


def _put_day(days: _Days, point: str, day: date, energy: Decimal | None) -> None:
    exact = None if energy is None else energy.quantize(_MICRO, ROUND_HALF_UP)
    known = days.get(day)
    if known is not None and exact is not None and known != exact:
        raise BadInput(point, day.isoformat(), ONE_VALUE)
    days[day] = exact if known is None else known


def _build_energies(point: str, days: _Days) -> PointEnergies:
    first, last = min(days), max(days)
    length = (last - first).days + 1
    values = [days.get(first + timedelta(days=i)) for i in range(length)]
    return PointEnergies(point=point, first_day=first, values=values)
