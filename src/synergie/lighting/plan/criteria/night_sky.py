"""Night sky: the light that goes straight up."""

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, phrase
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_MEGA = 1e6


def each_lumen_hours(whole: ScenarioEvaluation) -> Column:
    """Light of a year of one luminaire, lm.h; NaN: not known."""
    found: Column = whole.found.flux_lm * whole.found.lit.light_hours
    return found


def _read_upward_ratios(whole: ScenarioEvaluation) -> Column:
    return whole.found.ulr


def _compute_upward_light(view: View) -> Figure:
    """Flux times upward share times hours; an upward share lies between 0 and 1 at any rate."""
    light, ulr, count = view.column(each_lumen_hours), view.column(_read_upward_ratios), view.count
    dark, lost = np.isnan(light), np.isnan(light) | np.isnan(ulr)
    if not lost.any():
        return Figure(value=float((light * ulr) @ count) / _MEGA)
    known = float(count[~lost].sum() / count.sum())
    why = phrase(_text.NO_FLUX, round(float(count[lost].sum())))
    if dark.any():
        return Figure(value=None, known=known, unknown=why)
    low, high = (float((light * np.where(lost, end, ulr)) @ count) / _MEGA for end in (0.0, 1.0))
    return Figure(value=None, low=low, high=high, known=known, unknown=why)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="upward_flux",
            stake="night_sky",
            unit="Mlm.h/y",
            direction="min",
            purpose=Phrase(text="how much light goes up and hides the stars"),
            source=Phrase(
                text="flux times the share that goes above the horizontal times the hours at full "
                "light"
            ),
        ),
        of=_compute_upward_light,
    ),
)
