"""Energy of each civil day of points, from records; nothing heavy is loaded for it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from synergie.contract.records.contract import ContractSpan
from synergie.contract.records.mv_plan import PointEnergies
from synergie.errors import BadInput
from synergie.formats import Record
from synergie.measure.energies import ONE_DAY, Days, collect_point_energies


def collect_daily_energies(
    records: Iterable[Record], points: Sequence[str], *, zone_name: str = "Europe/Paris"
) -> tuple[PointEnergies, ...]:
    """Energy drawn by each of *points* on each civil day that *records* tell.

    BadInput as `collect_point_energies`, and energies of several days: no days are made of months.
    """
    found = collect_point_energies(records, points, zone_name=zone_name)
    for point, one in found.items():
        for period in one.periods:
            raise BadInput(point, f"{period.starts} – {period.ends}", ONE_DAY)
    return tuple(_build_energies(point, found[point].days) for point in points if point in found)


def _build_energies(point: str, days: Days) -> PointEnergies:
    first, last = min(days), max(days)
    length = (last - first).days + 1
    values = [days.get(first + timedelta(days=i)) for i in range(length)]
    return PointEnergies(point=point, first_day=first, values=values)


def cut_energies(energies: PointEnergies, span: ContractSpan) -> PointEnergies | None:
    """The days of *span*; those without readings are unknown. None: none is known."""
    days = (span.to_date - span.from_date).days
    at = (span.from_date - energies.first_day).days
    values = [
        energies.values[at + i] if 0 <= at + i < len(energies.values) else None for i in range(days)
    ]
    if all(one is None for one in values):
        return None
    return PointEnergies(point=energies.point, first_day=span.from_date, values=values)
