"""Biodiversity: light and its colour in ecological corridors, dark hours everywhere."""

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, mean, phrase, unknown
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.plan.criteria.night_sky import each_lumen_hours
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_MEGA = 1e6
WARM_K = 2400
"""Colour temperature up to which light counts as warm (domain.md §12.1), K."""


def _read_corridor_marks(whole: ScenarioEvaluation) -> Column:
    return whole.found.park.corridor


def _read_colour_temperatures(whole: ScenarioEvaluation) -> Column:
    return whole.found.cct_k


def _read_dark_hours(whole: ScenarioEvaluation) -> Column:
    return whole.found.lit.dark_hours


def _compute_corridor_light(view: View) -> Figure:
    """Light within corridors; a luminaire of unknown place gives between nothing and all."""
    light, where, count = (
        view.column(each_lumen_hours),
        view.column(_read_corridor_marks),
        view.count,
    )
    within, maybe = where == 1, where < 0
    dark = (within | maybe) & np.isnan(light)
    if not (maybe.any() or dark.any()):
        return Figure(value=float(light[within] @ count[within]) / _MEGA)
    lost = maybe | dark
    known = float(count[~lost].sum() / count.sum())
    why = _describe_missing_places(view, where, round(float(count[lost].sum())), _text.NO_CORRIDOR)
    if dark.any():
        return Figure(value=None, known=known, unknown=why)
    low, high = (float(light[on] @ count[on]) / _MEGA for on in (within, within | maybe))
    return Figure(value=None, low=low, high=high, known=known, unknown=why)


def _compute_warm_share(view: View) -> Figure:
    """Share of the points in corridors that are warm."""
    where, cct, count = (
        view.column(_read_corridor_marks),
        view.column(_read_colour_temperatures),
        view.count,
    )
    lost = (where < 0) | ((where == 1) & np.isnan(cct))
    if lost.any():
        known = float(count[~lost].sum() / count.sum())
        number = round(float(count[lost].sum()))
        return unknown(_describe_missing_places(view, where, number, _text.NO_CORRIDOR_CCT), known)
    within = where == 1
    if not within.any():
        return unknown(phrase(_text.NONE_IN_CORRIDOR), 1.0)
    return Figure(value=100 * float(count[within & (cct <= WARM_K)].sum() / count[within].sum()))


def _describe_missing_places(view: View, where: Column, number: int, text: str) -> Phrase:
    bare = view.study.corridors is None and bool((where < 0).all())
    return phrase(_text.NO_CORRIDOR_LAYER) if bare else phrase(text, number)


def _compute_mean_dark_hours(view: View) -> Figure:
    return mean(view, _read_dark_hours, _text.NO_HOURS)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="corridor_light",
            stake="biodiversity",
            unit="Mlm.h/y",
            direction="min",
            purpose=Phrase(text="how much light falls where animals pass at night"),
            source=Phrase(
                text="flux times hours at full light of the luminaires in the corridors of the "
                "layer given"
            ),
        ),
        of=_compute_corridor_light,
    ),
    Criterion(
        told=CriterionTold(
            criterion="corridor_warm",
            stake="biodiversity",
            unit="%",
            direction="max",
            purpose=Phrase(text="where animals pass at night, how many lights are warm in colour"),
            source=Phrase(text="share of the luminaires in corridors with 2400 K at most"),
        ),
        of=_compute_warm_share,
    ),
    Criterion(
        told=CriterionTold(
            criterion="dark_hours",
            stake="biodiversity",
            unit="h/y",
            direction="max",
            purpose=Phrase(text="how long it is really dark in the heart of the night"),
            source=Phrase(text="hours without light from 23:00 to 05:00, mean of the luminaires"),
        ),
        of=_compute_mean_dark_hours,
    ),
)
