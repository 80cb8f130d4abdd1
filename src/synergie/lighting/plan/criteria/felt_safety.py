"""Felt safety: what people answered when they were asked, and never anything else."""

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, phrase, unknown
from synergie.lighting.plan.criteria._stated import figure_of
from synergie.lighting.plan.criteria._view import View
from synergie.lighting.records.effects import CriterionTold
from synergie.lighting.records.study import Stated
from synergie.schemas.plan import Phrase

LEAST_ANSWERS = 10
"""Answers below which a score is not shown apart."""


def _not_asked(view: View) -> Figure:
    """The whole is never made from its communes, nor a commune from the whole."""
    del view
    return unknown(phrase(_text.NO_SURVEY))


def _build_survey_figure(told: Stated) -> Figure:
    """A score with its number of answers, when there are enough."""
    if told.value is not None and told.respondents is None:
        return unknown(phrase(_text.NOT_A_SURVEY, told.source))
    if told.value is not None and (told.respondents or 0) < LEAST_ANSWERS:
        return unknown(phrase(_text.TOO_FEW, LEAST_ANSWERS))
    return figure_of(told)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="felt_safety",
            stake="felt_safety",
            unit="0-10",
            direction="max",
            purpose=Phrase(text="how safe people say they feel outside at night"),
            source=Phrase(text="a survey with its date and number of answers; never computed"),
        ),
        of=_not_asked,
        stated=_build_survey_figure,
        only_stated=True,
        least=0,
        most=10,
    ),
)
