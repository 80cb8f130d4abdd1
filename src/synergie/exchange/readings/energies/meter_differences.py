"""Months of bills and tables beside the meter: what both tell of a point and is not the same."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

from synergie.exchange.readings.energies.stored_overlaps import is_apart, is_estimate
from synergie.formats import checks
from synergie.policy import Permit
from synergie.schemas.publication.release import Energy
from synergie.schemas.readings.file_report import Finding
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.storage.assets.owned import SUPPLY_POINTS
from synergie.storage.readings.facts import holding_facts
from synergie.storage.readings.sums.month_sums import sum_own_months
from synergie.storage.store import Session

_POINTS, _SHOWN = 200, 20

type _Told = dict[tuple[str, int], Decimal]
"""kWh of a whole month, by the id of its point and the number of the month."""


def find_meter_differences(
    permit: Permit, session: Session, points: Iterable[str], tell: Callable[[str], str]
) -> list[Finding]:
    """Whole months of *points* that bills or tables and a curve tell otherwise, by over 1 %.

    *points*: their keys; the first 200. Estimates, classes and what is fed in contradict nothing.
    """
    ids = SUPPLY_POINTS.load_ids(permit, session, list(islice(dict.fromkeys(points), _POINTS)))
    names = {point: key for key, point in ids.items()}
    apart: list[Finding] = []
    for (energy, year), told in _group_months(permit, session, names).items():
        points_of_year = sorted({point for point, _ in told})
        curves = sum_own_months(permit, session, points_of_year, energy, year=year)
        for (point, month), kwh in sorted(told.items()):
            meters = [one.wh for one in curves.get(point, ()) if not one.by_period]
            wh = meters[0][month - 1] if meters and len(meters[0]) >= month else None
            if wh is not None and is_apart(kwh, Decimal(wh) / 1000):
                where = names[point], f"{year}-{month:02}"
                apart.append(_describe(where, (kwh, Decimal(wh) / 1000), tell))
    if len(apart) > _SHOWN:
        apart[_SHOWN - 1 :] = [
            apart[_SHOWN - 1].model_copy(update={"times": len(apart) - _SHOWN + 1})
        ]
    return apart


def _group_months(
    permit: Permit, session: Session, names: dict[str, str]
) -> dict[tuple[Energy, int], _Told]:
    """The whole months that are stored of the points *names*, by energy and year."""
    found: dict[tuple[Energy, int], _Told] = defaultdict(dict)
    for point, one in _iterate_months(permit, session, names):
        if one.energy_kwh is not None:
            found[one.energy, one.from_date.year][point, one.from_date.month] = one.energy_kwh
    return found


def _iterate_months(
    permit: Permit, session: Session, names: dict[str, str]
) -> Iterator[tuple[str, PeriodEnergy]]:
    facts = holding_facts(permit, session, ("period_energy",), sorted(names))
    for point, _, body, _ in facts:
        one = PeriodEnergy.model_validate_json(body)
        first = one.from_date
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        whole = first.day == 1 and one.to_date == after and one.tariff_class is None
        if whole and one.direction == "import" and not is_estimate(one):
            yield point, one


def _describe(
    where: tuple[str, str], kwh: tuple[Decimal, Decimal], tell: Callable[[str], str]
) -> Finding:
    check, kept = checks.DIFFERS_FROM_METER, tell(checks.BOTH_KEPT)
    told = (f"{one.normalize():f}" for one in kwh)
    return Finding(
        code=check.code, severity=check.severity, times=1, place=where[0],
        text=tell(check.says).format(*where, *told, kept), action=tell(check.action),
    )  # fmt: skip
