"""A curve in the unit of its series: one meter tells kW in one flow and W in another."""

from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.series import SeriesRecord, Unit

_THOUSAND = 3
"""Decimals that a thousandth takes."""


def build_series_record(curve: MeterCurve) -> SeriesRecord:
    """The series of *curve* as it is declared for the first time.

    A series in thousands keeps the unit itself: kW to the watt, so that what another flow tells
    in W is exact in it.
    """
    record = curve.series()
    if record.unit.startswith("k"):
        record = record.model_copy(update={"decimals": max(_THOUSAND, record.decimals)})
    return record


def in_unit(curve: MeterCurve, unit: Unit) -> MeterCurve:
    """*curve* in *unit*, exactly, where the two differ by a thousand; else as it is."""
    if curve.unit == f"k{unit}":
        decimals = max(0, curve.decimals - _THOUSAND)
        values: list[Value] = [
            _multiply_by_thousand(value, curve.decimals) for value in curve.values
        ]
    elif unit == f"k{curve.unit}":
        decimals = curve.decimals + _THOUSAND
        values = [None if one is None else round(one / 1000, decimals) for one in curve.values]
    else:
        return curve
    return curve.model_copy(update={"unit": unit, "decimals": decimals, "values": values})


def _multiply_by_thousand(value: Value, decimals: int) -> Value:
    """A thousand times *value*, which has so many decimals; whole when it is."""
    if value is None:
        return None
    product = round(value * 1000, max(0, decimals - _THOUSAND))
    return int(product) if product == int(product) else product
