"""A curve that arrives: checked against its series, scaled exactly, and named by its content."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import repeat
from operator import mul, truediv
from types import NoneType
from typing import cast

import msgspec
import rfc8785

from synergie.errors import BadInput
from synergie.schemas.readings.curve import MAX_VALUES, Curve, Value
from synergie.schemas.readings.curve_json import instant_text
from synergie.schemas.readings.quality import QualityRun
from synergie.schemas.series import Unit
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings import grid
from synergie.storage.readings.arrivals import Arrival
from synergie.storage.readings.segments import (
    Runs,
    Summary,
    Values,
    join_quality_runs,
    select_present_values,
    simplify_quality,
    summarise_values,
)
from synergie.units import STEP_SECONDS

LIMITS: dict[Unit, int] = {
    "W": 10**10, "VAr": 10**10, "VA": 10**10, "kW": 10**7, "kVAr": 10**7, "kVA": 10**7,
    "Wh": 10**13, "kWh": 10**10, "V": 10**6, "m3": 10**9, "VArh": 10**13, "kVArh": 10**10,
    "VAh": 10**13, "therm": 10**9, "h": 10**7, "s": 10**10,
}  # fmt: skip
"""The largest value of each unit: ten times the largest French power station, or its year."""

_LARGEST = 1 << 46
"""Of a stored number: 110,000 of them still sum within 64 bits, and each is exact in JSON."""

_UNSIGNED = {"interval_energy", "register_index", "peak"}
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
"""How far a clock may be ahead of ours: readings of the future are refused."""


def build_arrival(curve: Curve, series: SeriesInPermit, *, now: datetime) -> Arrival:
    """The readings of *curve* as they are stored, or BadInput at the place of its first fault.

    Nothing is rounded: a value with more decimals than the series keeps is refused.
    """
    if curve.unit != series.unit:
        raise BadInput("/unit", curve.unit, "the unit that the series declares")
    start_s, end_s = _check_curve_span(curve, series, now)
    values, there = _scale_values(curve.values, series.scale)
    told = summarise_values(values, there)
    _check_limits(values, told, curve, series)
    return Arrival(
        series=series,
        start_s=start_s,
        end_s=end_s,
        step=curve.step,
        values=values,
        there=there,
        told=told,
        quality=None if curve.quality is None else _build_quality_runs(curve.quality, values),
    )


def digest(curve: Curve, came: Arrival) -> str:
    """SHA-256 of the RFC 8785 bytes of what *curve* says, whatever its form on the wire.

    The fields are `quality` (null when it says no more than the values do), `series`, `start`
    (UTC, with Z), `step`, `supersedes`, `unit` and `values` (numbers that are whole are whole).
    """
    said = {
        "quality": None
        if came.quality is None
        else [{"n": n, "quality": q} for n, q in came.quality],
        "series": curve.series,
        "start": instant_text(curve.start),
        "step": curve.step,
        "supersedes": curve.supersedes,
        "unit": curve.unit,
    }
    written = sha256(rfc8785.dumps(said)[:-1])  # `values` sorts last
    written.update(b',"values":' + _encode_canonical_numbers(came.values, came.series.scale) + b"}")
    return written.hexdigest()


def _encode_canonical_numbers(values: Values, scale: int) -> bytes:
    """The values as RFC 8785 writes them; msgspec does the same but for whole and tiny floats."""
    if scale == 1:
        return msgspec.json.encode(values)
    told = [
        None if value is None else value / scale if value % scale else value // scale
        for value in values
    ]
    text = msgspec.json.encode(told)
    return rfc8785.dumps(told) if b"e" in text else text


def _check_curve_span(curve: Curve, series: SeriesInPermit, now: datetime) -> tuple[int, int]:
    if not _FIRST <= curve.start <= now + _AHEAD:
        raise BadInput("/start", curve.start, "a time from 1970 on that has passed")
    if not grid.is_start(curve.start, curve.step, series.tz):
        civil = "the start of a civil day, or month, in the zone of the series"
        whole = "a time on a whole step of the hour"
        raise BadInput("/start", curve.start, whole if curve.step in STEP_SECONDS else civil)
    start_s, n, limit_s = (
        int(curve.start.timestamp()),
        len(curve.values),
        (now + _AHEAD).timestamp(),
    )
    if not 0 < n <= MAX_VALUES:
        raise BadInput("/values", f"{n} values", "1 to 110000 values")
    fit = grid.most_until(start_s, limit_s, curve.step, series.tz)
    if n > fit:
        raise BadInput(f"/values/{fit}", curve.values[fit], "no value of a time to come")
    return start_s, grid.end_of(start_s, n, curve.step, series.tz)


def _scale_values(values: list[Value], scale: int) -> tuple[Values, list[int]]:
    """All values as they are stored, and those that are present."""
    kinds = set(map(type, values))
    if scale == 1 and kinds <= {int, NoneType}:
        scaled = cast(Values, values)
    else:
        scaled = _scale_exact_values(values, kinds, scale)
    return scaled, select_present_values(scaled) if NoneType in kinds else cast(list[int], scaled)


def _scale_exact_values(values: list[Value], kinds: set[type], scale: int) -> Values:
    """Whole numbers equal to *values* times *scale*; no loop of our own where none is null."""
    if not kinds <= {int, float, NoneType}:
        raise _find_decimal_fault(values, scale)
    try:
        if NoneType not in kinds:
            there = cast(list[float], values)
            numbers = list(map(round, map(mul, there, repeat(scale))))
            if list(map(truediv, numbers, repeat(scale))) == there:
                return cast(Values, numbers)
        else:
            scaled = [None if value is None else round(value * scale) for value in values]
            if [None if one is None else one / scale for one in scaled] == values:
                return scaled
    except (ValueError, OverflowError):  # NaN, infinity, or an int that no float holds
        pass
    raise _find_decimal_fault(values, scale)


def _find_decimal_fault(values: list[Value], scale: int) -> BadInput:
    index = next(i for i, value in enumerate(values) if not _is_exact(value, scale))
    expected = "a number with no more decimals than the series keeps"
    return BadInput(f"/values/{index}", values[index], expected)


def _is_exact(value: object, scale: int) -> bool:
    if value is None:
        return True
    try:
        return type(value) in {int, float} and round(value * scale) / scale == value  # type: ignore[operator]  # (just checked)
    except (ValueError, OverflowError):
        return False


def _check_limits(scaled: Values, told: Summary, curve: Curve, series: SeriesInPermit) -> None:
    most = min(LIMITS[series.unit] * series.scale, _LARGEST)
    least = 0 if series.form in _UNSIGNED else -most
    if told.least is None or told.most is None or (told.least >= least and told.most <= most):
        return
    index = next(i for i, v in enumerate(scaled) if v is not None and not least <= v <= most)
    if least == 0 and cast(int, scaled[index]) < 0:
        raise BadInput(f"/values/{index}", curve.values[index], "zero or more")
    raise BadInput(f"/values/{index}", curve.values[index], "a value within the limits of its unit")


def _build_quality_runs(told: tuple[QualityRun, ...], values: Values) -> Runs | None:
    """Runs that cover all values, `missing` exactly where they are; None when that is all."""
    at = 0
    for index, run in enumerate(told):
        missing = values[at : at + run.n].count(None)
        if missing != (run.n if run.quality == "missing" else 0):
            expected = "`missing` where the value is null, and only there"
            raise BadInput(f"/quality/{index}", run.quality, expected)
        at += run.n
    if at != len(values):
        raise BadInput("/quality", f"{at} values", "runs that cover all values in order")
    return simplify_quality(join_quality_runs((run.n, run.quality) for run in told), values)
