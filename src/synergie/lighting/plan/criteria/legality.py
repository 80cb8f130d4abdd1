"""Legality: the share of luminaires that keep the order of 27 December 2018."""

from datetime import date

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, share
from synergie.lighting.plan.criteria._view import Column, View, Whole
from synergie.lighting.plan.law import lights_of, rules, standing
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_KEPT, _BROKEN, _UNKNOWN = 0, 1, -1


def _kept(whole: Whole) -> Column:
    """Whether one luminaire keeps all rules about equipment: 0 it does, 1 not, -1 not known."""
    found, law = whole.found, whole.ground.law
    held = rules(law, date(found.study.rules.starts, 1, 1))
    state = np.full(len(found.flux_lm), _KEPT, np.int8)
    told = standing(lights_of(found, law, whole.ground.usage), held)
    for one in told:
        state[one.unknown] = _UNKNOWN
    for one in told:
        state[one.broken] = _BROKEN
    return state


def _legal(view: View) -> Figure:
    state = view.column(_kept)
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
        of=_legal,
    ),
)
