"""A study whose cabinets are told apart: each is a commune of its own.

So that the value of a cabinet is found by the very code that finds that of a commune.
"""

from dataclasses import replace

from synergie.lighting.plan.criteria import (
    CRITERIA,
    ScenarioEvaluation,
    StudyContext,
    View,
    build_study_context,
)
from synergie.lighting.plan.frontier._additive import Traded
from synergie.lighting.plan.law import LawRules
from synergie.lighting.plan.measured import Measured, Park
from synergie.lighting.plan.money import Money, money_of
from synergie.lighting.records.study import LightingStudy, StudyCommune


class Apart:
    """The study, its park and its ground, by cabinet."""

    def __init__(self, study: LightingStudy, park: Park, law: LawRules | None) -> None:
        self.park = replace(park, commune=park.cabinet)
        self.study = study.model_copy(
            update={
                "communes": tuple(_build_placeholder_commune(one.id) for one in study.cabinets),
                "cabinets": tuple(
                    one.model_copy(update={"insee_code": one.id}) for one in study.cabinets
                ),
            }
        )
        self.ground: StudyContext = build_study_context(self.study, self.park, law)

    def of(self, found: Measured) -> Measured:
        """*found* by cabinet."""
        return replace(found, study=self.study, park=self.park)

    def money(self, found: Measured) -> Money:
        """The money of *found*, by cabinet."""
        return money_of(self.of(found))

    def value(self, whole: ScenarioEvaluation, one: Traded, cabinet: int) -> float | None:
        """The part of a cabinet in a criterion, less being better. None: not known."""
        weight = float(one.weight[cabinet])
        if weight == 0:
            return 0.0
        value = CRITERIA[one.of].measure_view(View(whole, cabinet)).value
        return None if value is None or weight != weight else one.sign * weight * value  # noqa: PLR0124

    def join_effects(self, found: Measured, money: Money) -> ScenarioEvaluation:
        """What criteria are found from."""
        return ScenarioEvaluation(self.of(found), money, self.ground, None)


def _build_placeholder_commune(name: str) -> StudyCommune:
    """A commune of this name: it is never sent, so that its code need not be one."""
    return StudyCommune.model_construct(
        insee_code=name, name=name, population=None, allowed_schedules=None
    )
