"""On which days a power is exceeded, and what higher powers would cost."""

from datetime import date, timedelta

from synergie.energy.plan.power._choose import Priced
from synergie.energy.plan.power._clock import CLASSES
from synergie.energy.plan.power._powers import compute_micro_hours
from synergie.energy.records.power import PowerLoad


def days_over(load: PowerLoad, power_va: list[int]) -> list[date] | None:
    """The civil days on which *power_va* is exceeded; None when the days are not known."""
    if load.starts is None:
        return None
    if len(power_va) == 1:
        peaks = [(load.daily_peak_va, power_va[0])]
    else:
        of_class = {one.time_class: one.daily_peak_va for one in load.classes}
        peaks = [(of_class.get(name, ()), va) for name, va in zip(CLASSES, power_va, strict=True)]
    if not any(daily for daily, _ in peaks):
        return None
    days = {
        n for daily, va in peaks for n, peak in enumerate(daily) if peak is not None and peak > va
    }
    return [load.starts + timedelta(days=n) for n in sorted(days)]


def stress_micro(load: PowerLoad, power_va: list[int]) -> int | None:
    """Overruns above 36 kVA if every power were a tenth higher, millionths of an hour.

    At most that much: a power is compared with the whole kVA below its limit. None: no curve.
    """
    if len(power_va) == 1 or not load.step_s:
        return None
    of_class = {one.time_class: one.steps_over for one in load.classes}
    steps = 0
    for name, va in zip(CLASSES, power_va, strict=True):
        over, at = of_class.get(name, ()), va * 10 // 11 // 1000
        steps += over[at] if at < len(over) else 0
    return compute_micro_hours(steps, load.step_s)


def overrun_hours(one: Priced) -> int:
    """Overruns of a choice, millionths of an hour."""
    return int(one.of.overrun[one.row])
