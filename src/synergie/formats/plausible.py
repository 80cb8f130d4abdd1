"""What a delivery point can reach: values beyond it are kept, and marked as suspect."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain, groupby, repeat

from synergie.formats import checks
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.quality import Quality, QualityRun

MARGIN = Decimal("1.5")
"""How far above its subscribed power a point may be seen (formats.md §13)."""
_WATTS = {"W": 1, "kW": 1000}

type Subscribed = Callable[[str], Decimal | None]
"""Subscribed power of a delivery point by its key, kVA; None when it is not known."""


def mark_suspect_powers(
    records: Iterable[Record], subscribed: Subscribed, report: Report
) -> Iterator[Record]:
    """*records* as they are, but powers above 1.5 times the subscribed one are `suspect`.

    The values stay; one finding `power-over-subscribed` counts them. Power in kVA bounds active
    power in kW whatever the power factor.
    """
    for record in records:
        if isinstance(record, MeterCurve) and record.form == "mean_power":
            yield _mark_suspect_curve(record, subscribed(record.supply_point), report)
        else:
            yield record


def _mark_suspect_curve(curve: MeterCurve, kva: Decimal | None, report: Report) -> MeterCurve:
    watts = _WATTS.get(curve.unit)
    if kva is None or watts is None or curve.direction != "import":
        return curve
    most = float(kva * MARGIN * 1000 / watts)
    above = [value for value in curve.values if value is not None and value > most]
    if not above:
        return curve
    power = f"{max(above):g} {curve.unit}"
    report.find(
        checks.POWER_OVER_SUBSCRIBED, power, f"{kva} kVA", place=curve.supply_point,
        times=len(above),
    )  # fmt: skip
    return curve.model_copy(update={"quality": _build_suspect_runs(curve, most)})


def _build_suspect_runs(curve: MeterCurve, most: float) -> tuple[QualityRun, ...]:
    told = zip(curve.values, _iterate_value_qualities(curve), strict=True)
    each = ("suspect" if _is_above(value, most) else quality for value, quality in told)
    return tuple(QualityRun(n=len(list(same)), quality=quality) for quality, same in groupby(each))


def _is_above(value: Value, most: float) -> bool:
    return value is not None and value > most


def _iterate_value_qualities(curve: MeterCurve) -> Iterable[Quality]:
    """The quality of each value, one by one."""
    if curve.quality is None:
        return ("missing" if value is None else "measured" for value in curve.values)
    return chain.from_iterable(repeat(run.quality, run.n) for run in curve.quality)
