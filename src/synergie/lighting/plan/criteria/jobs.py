"""Local jobs: hours of work that an insertion clause reserves."""

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, compute_luminaire_sum
from synergie.lighting.plan.criteria._stated import figure_of
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase


def _each_hours(whole: ScenarioEvaluation) -> Column:
    """Hours that the works of one luminaire reserve; 0 for one that stays; NaN: not known."""
    told = [one.insertion_hours for one in whole.found.study.retrofits]
    entries = [np.nan if one is None else float(one) for one in told]
    found: Column = np.array([*entries, 0.0])[whole.found.retrofit]  # -1 is the last: it stays
    return found


def _compute_work_hours(view: View) -> Figure:
    """Spread over the horizon, so that works of one year and of ten can be compared."""
    years = view.study.rules.horizon_years
    return compute_luminaire_sum(view, _each_hours, _text.NO_CLAUSE).scaled(1 / years)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="insertion_hours",
            stake="jobs",
            unit="h/y",
            direction="max",
            purpose=Phrase(text="how much work goes to people who are far from a job"),
            source=Phrase(
                text="insertion clauses of the works, spread over the years of the horizon"
            ),
        ),
        of=_compute_work_hours,
        stated=figure_of,
        least=0,
    ),
)
