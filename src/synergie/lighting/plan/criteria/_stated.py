"""Figures that people told, with who, how many and when."""

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._figure import Figure, phrase, unknown
from synergie.lighting.plan.criteria._view import View
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.study import Stated


def stated_of(view: View, criterion: LightingCriterion) -> Stated | None:
    """What was told of *criterion* for this scenario, of the whole or of that commune."""
    code = None if view.where is None else view.study.communes[view.where].insee_code
    told = view.effects.scenario.stated
    return next((s for s in told if s.criterion == criterion and s.insee_code == code), None)


def figure_of(told: Stated) -> Figure:
    """A stated figure, its range and its source; what was asked for and not found is unknown."""
    if told.value is None:
        return unknown(phrase(_text.ASKED, told.source))
    source = phrase("{}", told.source)
    if told.respondents is not None:
        source = phrase(_text.SURVEY, told.respondents, told.source)
    return Figure(value=told.value, low=told.low, high=told.high, source=source)
