"""Legality: the share of luminaires that keep the order of 27 December 2018."""

from datetime import date

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, share
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.plan.law import assess_rules, lights_of, list_rules_in_force
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_KEPT, _BROKEN, _UNKNOWN = 0, 1, -1


def _mark_equipment_breaches(whole: ScenarioEvaluation) -> Column:
    """Whether one luminaire keeps all rules about equipment: 0 it does, 1 not, -1 not known."""
    found, law = whole.found, whole.ground.law
    held = list_rules_in_force(law, date(found.study.rules.starts, 1, 1))
    state = np.full(len(found.flux_lm), _KEPT, np.int8)
    told = assess_rules(lights_of(found, law, whole.ground.usage), held)
    for one in told:
        state[one.unknown] = _UNKNOWN
    for one in told:
        state[one.broken] = _BROKEN
    return state


def _compute_legal_share(view: View) -> Figure:
    state = view.column(_mark_equipment_breaches)
    return share(view, state == _KEPT, state == _UNKNOWN, _text.NO_LEGAL)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="legal",
            stake="legality",
            unit="%",
            direction="constraint",
            purpose=Phrase(text="how many luminaires keep the law on light at night"),
            source=Phrase(
                text="order of 27 December 2018: upward light and colour of new luminaires, and "
                "the ban of 2025 on those that light the sky"
            ),
        ),
        of=_compute_legal_share,
    ),
)
