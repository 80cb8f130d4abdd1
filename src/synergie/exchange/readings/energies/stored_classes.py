"""The total of a period that one file tells beside the classes that another tells. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from synergie.exchange.readings.energies.stored_overlaps import is_apart, is_estimate
from synergie.schemas.readings.period_energy import PeriodEnergy

type _Key = tuple[object, ...]

_HOURS = frozenset({"HP", "HC"})
"""Classes that the finer ones of a season make up again."""


class TotalAndClasses(NamedTuple):
    """A total and the classes of one source that do not add up to it."""

    total: PeriodEnergy
    classes: Sequence[PeriodEnergy]
    kwh: Decimal
    """Sum of the classes."""


def parts_that_differ(
    totals: Iterable[PeriodEnergy], classes: Iterable[PeriodEnergy]
) -> Iterator[TotalAndClasses]:
    """The *totals* that the *classes* of the same point and period contradict by over 1 %.

    Estimates, blanks and credits contradict nothing.
    """
    by_period: dict[_Key, dict[_Key, list[PeriodEnergy]]] = {}
    for one in classes:
        if one.tariff_class is not None:
            grids = by_period.setdefault(_get_period_key(one), {})
            grids.setdefault((one.source, one.grid, one.calendar), []).append(one)
    for total in totals:
        if total.tariff_class is None and _is_countable_energy(total):
            for some in by_period.get(_get_period_key(total), {}).values():
                parts = list(_of_one_grid(some))
                kwh = sum((one.energy_kwh or Decimal(0) for one in parts), Decimal(0))
                if all(map(_is_countable_energy, parts)) and is_apart(
                    kwh, total.energy_kwh or Decimal(0)
                ):
                    yield TotalAndClasses(total, parts, kwh)


def _of_one_grid(some: Sequence[PeriodEnergy]) -> Iterator[PeriodEnergy]:
    """*some* without HP and HC where finer classes of them are there."""
    finer = {str(one.tariff_class)[:2] for one in some if one.tariff_class not in _HOURS}
    return (one for one in some if one.tariff_class not in finer)


def _is_countable_energy(one: PeriodEnergy) -> bool:
    return one.energy_kwh is not None and one.energy_kwh >= 0 and not is_estimate(one)


def _get_period_key(one: PeriodEnergy) -> _Key:
    return one.supply_point, one.energy, one.direction, one.from_date, one.to_date
