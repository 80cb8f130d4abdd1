"""Classes of two grids in one table: the supplier's HP and HC hold those of the network."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.schemas.readings.period_energy import PeriodEnergy

_FINE: Mapping[str, tuple[str, ...]] = {
    "HP": ("HPH", "HPB", "HPE", "POINTE", "HPJB", "HPJW", "HPJR"),
    "HC": ("HCH", "HCB", "HCE", "HCJB", "HCJW", "HCJR"),
}
"""Classes that hold others, and those."""
_NEAR = Decimal("0.005")


def find_coarse_energies(
    records: Sequence[PeriodEnergy], report: Report | None = None
) -> Iterator[PeriodEnergy]:
    """Of the energies of one point and period those that others of finer classes make up.

    Where they do not, it is found in *report*. `BASE` may be that of another tariff, so that it is
    no fault where it is none of them.
    """
    by_class = {one.tariff_class: one for one in records if one.energy_kwh is not None}
    again = set[str | None]()
    for name, finer in _FINE.items():
        whole = by_class.get(name)
        parts = [by_class[one] for one in finer if one in by_class]
        if whole is None or not any(one.tariff_class != "POINTE" for one in parts):
            continue
        if _is_sum(whole, parts):
            again.add(name)
            yield whole
        elif report is not None:
            added = sum((one.energy_kwh or Decimal(0) for one in parts), Decimal(0))
            report.find(checks.PARTS_DIFFER, whole.name, added, whole.energy_kwh)
    base = by_class.get("BASE")
    parts = [one for name, one in by_class.items() if name not in {"BASE", None, *again}]
    if base is not None and len(parts) > 1 and _is_sum(base, parts):
        yield base


def _is_sum(whole: PeriodEnergy, parts: Sequence[PeriodEnergy]) -> bool:
    """Whether *parts* make up *whole*, with the peak or without."""
    told = whole.energy_kwh or Decimal(0)
    plain = [one for one in parts if one.tariff_class != "POINTE"]
    most = max(_NEAR * abs(told), Decimal(len(parts)))
    sums = (
        sum((one.energy_kwh or Decimal(0) for one in some), Decimal(0)) for some in (parts, plain)
    )
    return any(abs(told - added) <= most for added in sums)
