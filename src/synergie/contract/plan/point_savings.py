"""What one point saved: formulas C1 to C5 of docs/measure/contract.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

import numpy as np

from synergie.contract.plan._text import (
    FEW_DAYS,
    FLAT,
    LEFT_OUT,
    NEGATIVE,
    NEW_METER,
    NO_DAY,
    WIDE,
    ZERO_SAVING,
)
from synergie.contract.plan.adjustments import compute_lamp_energy, find_days
from synergie.contract.plan.baseline import (
    build_terms,
    read_model,
    read_series,
    read_temperatures,
)
from synergie.contract.plan.daily_energies import cut_energies
from synergie.contract.records.contract import ContractPoint
from synergie.contract.records.mv_plan import PointBaseline, PointEnergies
from synergie.contract.records.statement import ContractAdjustment, StatementInputs
from synergie.errors import BadInput
from synergie.measure.daily import Flags, Floats
from synergie.measure.lighting import estimate_watts
from synergie.measure.regression import predict_energy
from synergie.measure.statistics import compute_half_width, compute_student_quantile
from synergie.schemas.plan import Phrase

USUAL = 0.68
"""Confidence at which the interval is held against the saving."""
MOST_UNSURE = 0.5
LEAST_SHARE = 0.9
"""Share of the days of the year that must count."""

_GRAIN = Decimal("0.001")
_MONTH_DAYS = 365.25 / 12


@dataclass(slots=True)
class MeasuredSaving:
    """Sums over the days that count, kWh to the watt-hour."""

    baseline: Decimal
    adjustment: Decimal
    measured: Decimal
    known: int
    days: int
    half_width: float | None
    """At the confidence of the contract. None: no interval."""
    usual_half_width: float
    """At 68 %; 0 without an interval."""
    remarks: list[Phrase] = field(default_factory=list)

    @property
    def saved(self) -> Decimal:
        """Baseline and adjustments less measured."""
        return self.baseline + self.adjustment - self.measured

    @property
    def has_enough_days(self) -> bool:
        """Whether at least 90 % of the days count (328 of 365)."""
        return self.known >= int(LEAST_SHARE * self.days)

    @property
    def is_proved(self) -> bool:
        """Enough days, and an interval that is at most half of the saving."""
        narrow = self.half_width is None or (
            self.saved > 0 and self.usual_half_width <= MOST_UNSURE * float(self.saved)
        )
        return self.has_enough_days and narrow


@dataclass(frozen=True, slots=True)
class _PointYear:
    """The year of one point: what it is computed from, its adjustments, the days that count."""

    inputs: StatementInputs
    agreed: tuple[ContractAdjustment, ...]
    counts: Flags


def measure_point(
    point: ContractPoint,
    baseline: PointBaseline,
    inputs: StatementInputs,
    agreed: Sequence[ContractAdjustment],
) -> MeasuredSaving:
    """The saving of *point* over the days of the year. BadInput: no day has all it needs."""
    mine = tuple(one for one in agreed if one.point == point.id)
    remarks: list[Phrase] = []
    year = _PointYear(inputs, mine, _find_counted_days(inputs, mine, remarks))
    if point.building is not None:
        found = _measure_building(point, baseline, year)
    else:
        found = _measure_lamps(point, year)
    found.remarks = [*remarks, *_describe(found, baseline)]
    return found


def _find_counted_days(
    inputs: StatementInputs, mine: Sequence[ContractAdjustment], remarks: list[Phrase]
) -> Flags:
    """Days that no adjustment leaves out; each that does is told."""
    year = inputs.year
    counts: Flags = np.ones((year.to_date - year.from_date).days, dtype=np.bool_)
    for one in mine:
        if one.kind in {"excluded", "meter"}:
            left = find_days(year, one.span)
            counts &= ~left
            remarks.append(Phrase(text=LEFT_OUT, values=(str(int(left.sum())), one.id)))
        if one.kind == "meter":
            values = (one.meter or "", (one.span.to_date - timedelta(days=1)).isoformat())
            remarks.append(Phrase(text=NEW_METER, values=values))
    return counts


def _read_measured(
    point: ContractPoint, inputs: StatementInputs, mine: Sequence[ContractAdjustment]
) -> Floats:
    """What the meter told each day, of the new meter after a change; NaN where it did not."""
    found = _read_key(point.id, inputs)
    for one in sorted(mine, key=lambda each: each.span.from_date):
        if one.kind == "meter" and one.meter is not None:
            after = (one.span.to_date - inputs.year.from_date).days
            fresh = _read_key(one.meter, inputs)
            late = np.arange(len(found)) >= after
            found = np.where(late, fresh, found)
    return found


def _read_key(key: str, inputs: StatementInputs) -> Floats:
    year = inputs.year
    energies: PointEnergies | None = next((e for e in inputs.energies if e.point == key), None)
    kept = None if energies is None else cut_energies(energies, year)
    if kept is None:
        return np.full((year.to_date - year.from_date).days, np.nan)
    return read_series(kept).values


def _measure_building(
    point: ContractPoint, baseline: PointBaseline, of: _PointYear
) -> MeasuredSaving:
    inputs = of.inputs
    if baseline.model is None or inputs.weather is None:
        raise BadInput("/weather", point.id, NO_DAY)
    year, model = inputs.year, read_model(baseline.model)
    outside = read_temperatures(inputs.weather).cut(year.from_date, year.to_date)
    predicted = predict_energy(model, outside, build_terms(point, year)).values
    actual = _read_measured(point, inputs, of.agreed)
    known = of.counts & np.isfinite(predicted) & np.isfinite(actual)
    changes = _sum_agreed(of.agreed, inputs, known)
    found = _sum_known(point, (predicted, predicted, actual), known)
    found.adjustment += changes
    months = found.known / _MONTH_DAYS
    adjusted = float(found.baseline + found.adjustment)
    confidence = inputs.plan.contract.confidence
    found.half_width, found.usual_half_width = (
        compute_half_width(model.fit, adjusted, found.known, months, confidence=share)
        for share in (confidence, USUAL)
    )
    return found


def _measure_lamps(point: ContractPoint, of: _PointYear) -> MeasuredSaving:
    inputs, mine = of.inputs, of.agreed
    lamps = point.lighting.lamps if point.lighting else ()
    each = [compute_lamp_energy(point, one, inputs.year, mine) for one in lamps]
    plain, adjusted = (sum(one[i] for one in each) for i in (0, 1))
    variance = 0.0
    if point.option == "A":
        actual: Floats = np.zeros(len(of.counts))
        for one, (_, _, hours) in zip(lamps, each, strict=True):
            watts = [float(w) for w in one.measured_watts]
            if len(watts) < 2:  # noqa: PLR2004 (two tell a spread)
                raise BadInput(f"{point.id} /measured_watts", one.id, NO_DAY)
            sample = estimate_watts(watts, lamps=max(one.count, len(watts)), confidence=USUAL)
            actual = actual + hours * sample.mean / 1000
            variance += (float(hours[of.counts].sum()) * sample.half_width / 1000) ** 2
    else:
        actual = _read_measured(point, inputs, mine)
    known = of.counts & np.isfinite(actual)
    found = _sum_known(point, (np.asarray(plain), np.asarray(adjusted), actual), known)
    found.adjustment += _sum_agreed(mine, inputs, known)
    if point.option == "A":
        usual = sqrt(variance)
        scale = _compare_normal(inputs.plan.contract.confidence)
        found.half_width, found.usual_half_width = usual * scale, usual
    return found


def _compare_normal(confidence: float) -> float:
    """How much wider than at 68 % an interval of *confidence* is."""
    many = 10**9
    return compute_student_quantile(0.5 + confidence / 2, many) / compute_student_quantile(
        0.5 + USUAL / 2, many
    )


def _sum_agreed(
    mine: Sequence[ContractAdjustment], inputs: StatementInputs, known: Flags
) -> Decimal:
    """Energies agreed by day, over the days that count."""
    return sum(
        (
            (one.kwh_day or Decimal(0)) * int((find_days(inputs.year, one.span) & known).sum())
            for one in mine
            if one.kind == "energy"
        ),
        Decimal(0),
    )


def _sum_known(
    point: ContractPoint, series: tuple[Floats, Floats, Floats], known: Flags
) -> MeasuredSaving:
    """*series*: the baseline, the same with changes of lamps, what was measured."""
    if not known.any():
        raise BadInput("/energies", point.id, NO_DAY)
    plain, adjusted, actual = (_round_energy(float(one[known].sum())) for one in series)
    return MeasuredSaving(
        baseline=plain,
        adjustment=adjusted - plain,
        measured=actual,
        known=int(known.sum()),
        days=len(known),
        half_width=None,
        usual_half_width=0.0,
    )


def _round_energy(kwh: float) -> Decimal:
    return Decimal(f"{kwh:.6f}").quantize(_GRAIN, ROUND_HALF_UP)


def _describe(found: MeasuredSaving, baseline: PointBaseline) -> list[Phrase]:
    said: list[Phrase] = []
    if not found.has_enough_days:
        said.append(Phrase(text=FEW_DAYS, values=(str(found.known), str(found.days))))
    if baseline.model is not None and baseline.model.shape == "flat":
        said.append(Phrase(text=FLAT))
    if found.saved < 0:
        said.append(Phrase(text=NEGATIVE, values=(f"{-found.saved:.0f}",)))
    elif found.saved == 0:
        said.append(Phrase(text=ZERO_SAVING))
    elif found.half_width is not None and found.usual_half_width > MOST_UNSURE * float(found.saved):
        share = 100 * found.usual_half_width / float(found.saved)
        said.append(Phrase(text=WIDE, values=(f"{share:.0f}",)))
    return said
