"""Service: light where it matters most, points out, and how long a repair takes."""

from collections.abc import Iterable
from math import gamma

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, compute_luminaire_sum, phrase, unknown
from synergie.lighting.plan.criteria._stated import figure_of, stated_of
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.plan.measured import SOURCES
from synergie.lighting.records.effects import CriterionTold
from synergie.park.plan.models import RATE_HOURS, assumed, index_models_by_kind, yearly_rate
from synergie.park.records.park import FailureModel
from synergie.schemas.plan import Phrase

_FLATTEST = 2.16623
"""Weibull shape at which Γ(1 + 1/shape) is least."""
_NEVER_LIT = 1e-6
"""Fewer hours a year than this, mean of the luminaires, are what differences of sums leave."""
_DIGITS = 9
"""Decimals of a level: what is never dimmed is 100 in each scenario, whatever its schedule."""


def mark_priority_luminaires(whole: ScenarioEvaluation) -> Column:
    """1: lights a priority place; 0: not; -1: not known."""
    return whole.found.park.priority


def each_hours(whole: ScenarioEvaluation) -> Column:
    """Hours of a year with any light, dimmed or not, h; NaN: not known."""
    return whole.found.lit.hours


def each_light_hours(whole: ScenarioEvaluation) -> Column:
    """Hours at full light that give the light of a year, h; NaN: not known."""
    return whole.found.lit.light_hours


def _priority_hours(view: View) -> Figure:
    hours, count = view.column(each_hours), view.count
    missing = _not_known(view, hours)
    if missing is not None:
        return missing
    chosen = view.column(mark_priority_luminaires) == 1
    return Figure(value=float(hours[chosen] @ count[chosen] / count[chosen].sum()))


def _priority_light(view: View) -> Figure:
    """Hours at full light that give the same light, over hours with any light, %."""
    hours, full, count = view.column(each_hours), view.column(each_light_hours), view.count
    missing = _not_known(view, hours + full)
    if missing is not None:
        return missing
    chosen = view.column(mark_priority_luminaires) == 1
    lit = float(hours[chosen] @ count[chosen])
    if lit < _NEVER_LIT * count[chosen].sum():
        return unknown(phrase(_text.NEVER_LIT), 1.0)
    return Figure(value=round(100 * (float(full[chosen] @ count[chosen]) / lit), _DIGITS))


def _not_known(view: View, each: Column) -> Figure | None:
    """Why nothing is told of the priority places; None: *each* is known of all their lights."""
    where, count = view.column(mark_priority_luminaires), view.count
    if view.study.places is None and (where < 0).all():
        return unknown(phrase(_text.NO_PLACES))
    lost = (where < 0) | ((where == 1) & np.isnan(each))
    if lost.any():
        why = phrase(_text.NO_PRIORITY, round(float(count[lost].sum())))
        return unknown(why, float(count[~lost].sum() / count.sum()))
    return None if (where == 1).any() else unknown(phrase(_text.NONE_PRIORITY), 1.0)


def _points_out(view: View) -> Figure:
    """Failures a year of each lamp times the delay of its repair, in days."""
    hours = _delay_hours(view)
    if hours is None:
        return unknown(phrase(_text.NO_DELAY))
    days = hours / 24
    value = compute_luminaire_sum(view, _compute_failure_rate, _text.NO_RATE).scaled(days)
    low, high = view.column(_low_rate), view.column(_high_rate)
    if value.value is None or np.isnan(low).any() or np.isnan(high).any():
        return value
    count = view.count
    return Figure(value=value.value, low=float(low @ count) * days, high=float(high @ count) * days)


def _delay_hours(view: View) -> float | None:
    told = stated_of(view, "repair_delay")
    return view.study.rules.repair_delay_hours if told is None else told.value


def _compute_failure_rate(whole: ScenarioEvaluation) -> Column:
    """Failures a year of one luminaire; NaN: not known."""
    return _compute_kind_failure_rates(
        whole, (_per_hour(one) for one in _list_failure_models(whole)), stated=True
    )


def _low_rate(whole: ScenarioEvaluation) -> Column:
    """The same at the long end of each life; NaN: no interval was learned."""
    return _compute_kind_failure_rates(
        whole,
        (_compute_extreme_rate(one, longest=True) for one in _list_failure_models(whole)),
        stated=False,
    )


def _high_rate(whole: ScenarioEvaluation) -> Column:
    """The same at the short end of each life."""
    return _compute_kind_failure_rates(
        whole,
        (_compute_extreme_rate(one, longest=False) for one in _list_failure_models(whole)),
        stated=False,
    )


def _compute_kind_failure_rates(
    whole: ScenarioEvaluation, kinds: Iterable[float], *, stated: bool
) -> Column:
    """By kind of lamp at the end, or what the catalogue says; in proportion to the hours."""
    found = whole.found
    by_kind = np.array([*kinds, np.nan])[found.source]
    told = [one.failures_year for one in found.study.retrofits]
    entry = [np.nan if one is None else one / RATE_HOURS for one in told]
    by_entry = np.array([*entry, np.nan])[found.retrofit]
    rate = np.where(np.isnan(by_entry), by_kind, by_entry if stated else np.nan)
    out: Column = rate * found.lit.hours
    return out


def _list_failure_models(whole: ScenarioEvaluation) -> list[FailureModel | None]:
    told = index_models_by_kind(whole.found.study.failures or assumed())
    return [told.get(kind) for kind in SOURCES]


def _per_hour(model: FailureModel | None) -> float:
    return np.nan if model is None else yearly_rate(model, 1.0)


def _compute_extreme_rate(model: FailureModel | None, *, longest: bool) -> float:
    """Failures an hour at one end of what is known of the life; NaN: no interval was learned."""
    if model is None or model.scale_interval is None:
        return np.nan
    shape = model.shape_interval
    ends = [model.shape] if shape is None else [max(shape.low, 0.01), max(shape.high, 0.01)]
    if shape is not None and ends[0] < _FLATTEST < ends[1]:
        ends.append(_FLATTEST)
    means = [gamma(1 + 1 / end) for end in ends]
    scale = model.scale_interval.high if longest else model.scale_interval.low
    life = scale * (max(means) if longest else min(means))
    return 1 / life if life > 0 else np.nan


def _build_repair_delay_figure(view: View) -> Figure:
    hours = view.study.rules.repair_delay_hours
    return unknown(phrase(_text.NO_DELAY)) if hours is None else Figure(value=hours)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="priority_hours",
            stake="service",
            unit="h/y",
            direction="max",
            purpose=Phrase(text="how long stops, crossings and schools are lit"),
            source=Phrase(
                text="hours with light, dimmed or not, mean of the luminaires of priority places"
            ),
        ),
        of=_priority_hours,
    ),
    Criterion(
        told=CriterionTold(
            criterion="priority_light",
            stake="service",
            unit="%",
            direction="max",
            purpose=Phrase(
                text="how much of their full light stops, crossings and schools keep while they "
                "are lit: dimming lowers it, switching off does not"
            ),
            source=Phrase(
                text="hours at full light that give the same light, over hours with light, of the "
                "luminaires of priority places; full light is that of the luminaire which stands "
                "there then, whatever its flux"
            ),
        ),
        of=_priority_light,
    ),
    Criterion(
        told=CriterionTold(
            criterion="points_out",
            stake="service",
            unit="point-days/y",
            direction="min",
            purpose=Phrase(text="how many lights are out, and for how many days"),
            source=Phrase(
                text="failures of lamps and drivers in proportion to the hours, times the delay of "
                "a repair; failures of cabinets are left aside"
            ),
        ),
        of=_points_out,
    ),
    Criterion(
        told=CriterionTold(
            criterion="repair_delay",
            stake="service",
            unit="h",
            direction="min",
            purpose=Phrase(text="how long a light stays out before it is mended"),
            source=Phrase(text="the delay that the study or the contract tells"),
        ),
        of=_build_repair_delay_figure,
        stated=figure_of,
        least=0,
    ),
)
