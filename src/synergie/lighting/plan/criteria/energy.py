"""Energy: the electricity that lighting takes, in all and by inhabitant."""

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, compute_luminaire_sum, phrase, unknown
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_SOURCE = Phrase(
    text="power of each luminaire times the hours of its schedule, at the sun of its cabinet"
)


def each_kwh(whole: ScenarioEvaluation) -> Column:
    """Energy of one luminaire, kWh a year; NaN: not known."""
    found: Column = whole.found.kwh().sum(axis=1) / whole.found.park.count
    return found


def megawatt_hours(view: View) -> Figure:
    """Energy of a year, MWh."""
    return compute_luminaire_sum(view, each_kwh, _text.NO_ENERGY).scaled(1 / 1000)


def _by_inhabitant(view: View) -> Figure:
    """Energy over the inhabitants of the communes that have luminaires."""
    if not view.population:
        return unknown(phrase(_text.NO_POPULATION))
    return compute_luminaire_sum(view, each_kwh, _text.NO_ENERGY).scaled(1 / view.population)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="energy",
            stake="energy",
            unit="MWh/y",
            direction="min",
            purpose=Phrase(text="how much electricity street lighting takes in a year"),
            source=_SOURCE,
        ),
        of=megawatt_hours,
    ),
    Criterion(
        told=CriterionTold(
            criterion="energy_inhabitant",
            stake="energy",
            unit="kWh/inh./y",
            direction="min",
            purpose=Phrase(text="the same for each inhabitant, so that communes can be compared"),
            source=_SOURCE,
        ),
        of=_by_inhabitant,
    ),
)
