"""Legality: the share of luminaires that keep the order of 27 December 2018."""

from collections import defaultdict

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, share
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.plan.law import Conformity, judge_lights
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_KEPT, _BROKEN, _UNKNOWN = 0, 1, -1


def judge_scenario(whole: ScenarioEvaluation) -> dict[str, Conformity]:
    """How each luminaire stands to the rules about equipment and to those about hours."""
    if not whole.judged:
        whole.judged.update(judge_lights(whole.found, whole.ground.facts))
    return whole.judged


def _mark_law_state(whole: ScenarioEvaluation) -> Column:
    """Whether one luminaire keeps all rules: 0 it does, 1 not, -1 not judged on every one."""
    judged = judge_scenario(whole).values()
    state = np.full(len(whole.found.flux_lm), _KEPT, np.int8)
    for one in judged:
        state[one.unjudged] = _UNKNOWN
    for one in judged:
        state[one.broken] = _BROKEN
    return state


def _compute_legal_share(view: View) -> Figure:
    state = view.column(_mark_law_state)
    return share(view, state == _KEPT, state == _UNKNOWN, _find_missing_text(view))


def _find_missing_text(view: View) -> str:
    """The sentence of the field that most luminaires lack."""
    lacking: dict[str, float] = defaultdict(float)
    for one in judge_scenario(view.whole).values():
        for name, rows in one.missing.items():
            lacking[name] += float(view.count[rows[view.rows]].sum())
    name = min(lacking, key=lambda name: (-lacking[name], name), default="usage")
    return _text.NO_LEGAL[name]


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="legal",
            stake="legality",
            unit="%",
            direction="constraint",
            purpose=Phrase(text="how many luminaires keep the law on light at night"),
            source=Phrase(
                text="order of 27 December 2018: hours, upward light, colour, flux code and flux "
                "by surface of new luminaires, and the ban of 2025 on those that light the sky"
            ),
        ),
        of=_compute_legal_share,
    ),
)
