"""Carbon: emissions of the electricity, and of making what is put up."""

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, compute_luminaire_sum, phrase
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.plan.criteria.energy import megawatt_hours
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_FACTOR = "{} kgCO2e/MWh, {}: {}"
_FACTORS = "{} kgCO2e/MWh, {}; from {} to {} by the factors told"


def by_factor(view: View) -> tuple[float, ...]:
    """Emissions of a year by each emission factor of the study, t; empty: not known."""
    energy = megawatt_hours(view).value
    if energy is None:
        return ()
    return tuple(energy * one.kg_mwh / 1000 for one in view.study.rules.co2)


def _compute_energy_carbon(view: View) -> Figure:
    """The first factor is the value, the least and the most of all of them its range."""
    energy, factors = megawatt_hours(view), view.study.rules.co2
    first = factors[0]
    known = [one.kg_mwh for one in factors]
    source = phrase(_FACTOR, f"{first.kg_mwh:g}", first.name, first.source)
    if len(factors) == 1:
        return Figure(value=_convert_to_tonnes(energy.value, first.kg_mwh), known=energy.known,
                      unknown=energy.unknown, source=source)  # fmt: skip
    least, most = min(known), max(known)
    return Figure(
        value=_convert_to_tonnes(energy.value, first.kg_mwh),
        low=_convert_to_tonnes(energy.value, least),
        high=_convert_to_tonnes(energy.value, most),
        known=energy.known,
        unknown=energy.unknown,
        source=phrase(_FACTORS, f"{first.kg_mwh:g}", first.name, f"{least:g}", f"{most:g}"),
    )


def _convert_to_tonnes(energy: float | None, factor: float) -> float | None:
    return None if energy is None else energy * factor / 1000


def _each_embodied(whole: ScenarioEvaluation) -> Column:
    """kgCO2e a year of one luminaire: of making it, over its life; 0 for one that stays."""
    entries = [
        np.nan if e.embodied_kgco2e is None or e.life_years is None
        else e.embodied_kgco2e / e.life_years
        for e in whole.found.study.retrofits
    ]  # fmt: skip
    found: Column = np.array([*entries, 0.0])[whole.found.retrofit]  # -1 is the last: it stays
    return found


def _compute_embodied_carbon(view: View) -> Figure:
    return compute_luminaire_sum(view, _each_embodied, _text.NO_EMBODIED).scaled(1 / 1000)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="carbon",
            stake="carbon",
            unit="tCO2e/y",
            direction="min",
            purpose=Phrase(text="what the electricity of lighting emits in a year"),
            source=Phrase(text="energy times the emission factors of the study"),
        ),
        of=_compute_energy_carbon,
    ),
    Criterion(
        told=CriterionTold(
            criterion="carbon_embodied",
            stake="carbon",
            unit="tCO2e/y",
            direction="min",
            purpose=Phrase(
                text="what making the new luminaires emitted, spread over the years they serve"
            ),
            source=Phrase(text="emissions and life of the catalogue; none for what stays"),
        ),
        of=_compute_embodied_carbon,
    ),
)
