"""What each body may see of a comparison: its own effects, and what is the same for all. Pure."""

from dataclasses import dataclass

from synergie.lighting.policy.holdings import Holdings
from synergie.lighting.records.effects import CriterionTold, LightingComparison, ScenarioEffects
from synergie.lighting.records.part import PartScenario, StudyView
from synergie.lighting.records.study import LightingScenario, LightingStudy
from synergie.lighting.records.weighing import ValueBounds
from synergie.schemas.plan import Phrase

UNTOLD = Phrase(text="not told here")
"""What stands in the place of a sentence that holds amounts or names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """A comparison, to be told body by body."""

    problem: LightingStudy
    comparison: LightingComparison
    held: Holdings
    bounds: tuple[ValueBounds, ...]
    options: str | None
    seal: str

    def all(self) -> dict[str, StudyView]:
        """By body, its part."""
        return {body: self._view(body) for body in sorted(self.held.cabinets)}

    def _view(self, body: str) -> StudyView:
        alone, compared = self.held.alone(body), self.comparison
        pays = {one.scenario: one for one in compared.bodies if one.body == body}
        scenarios = []
        for asked, effects in zip(self.problem.scenarios, compared.scenarios, strict=True):
            paid = pays.get(effects.scenario)
            told = self._scenario(asked, effects, alone, self.held.cabinets[body])
            money = {
                "investment_eur": None if paid is None else paid.investment_eur,
                "bill_eur": None if paid is None else paid.bill_eur,
            }
            scenarios.append(told.model_copy(update=money))
        return StudyView(
            body=body,
            name=self.problem.name,
            criteria=tuple(map(_redact_criterion, compared.criteria)),
            bounds=self.bounds,
            options=self.options,
            scenarios=tuple(scenarios),
            shared=tuple(sorted(self.held.shared(body))),
            bodies=len(self.held.cabinets),
            assumptions=tuple(one for one in compared.assumptions if _is_plain(one)),
            seal=self.seal,
        )

    def _scenario(
        self,
        asked: LightingScenario,
        effects: ScenarioEffects,
        alone: frozenset[str],
        cabinets: frozenset[str],
    ) -> PartScenario:
        mine = alone | cabinets
        return PartScenario(
            scenario=asked.id,
            name=asked.name,
            summary=asked.summary,
            excluded=asked.id in self.comparison.excluded,
            communes=tuple(one for one in effects.communes if one.insee_code in alone),
            cabinets=tuple(one for one in effects.cabinets if one.cabinet in cabinets),
            investment_eur=None,
            bill_eur=None,
            not_done=tuple(one for one in effects.not_done if one.subject in mine),
        )


def without_assets(view: StudyView) -> StudyView:
    """*view* without what the assets of its body say: as the coordinator is told parts.

    What a body pays is of its assets, too: of one cabinet it is the bill of that cabinet.
    """
    bare = {
        "communes": (),
        "cabinets": (),
        "not_done": (),
        "investment_eur": None,
        "bill_eur": None,
    }
    scenarios = tuple(one.model_copy(update=bare) for one in view.scenarios)
    return view.model_copy(update={"scenarios": scenarios, "shared": ()})


def redact_phrase(said: Phrase) -> Phrase:
    """*said* when it is a constant sentence; else that it is not told."""
    return said if _is_plain(said) else UNTOLD


def _redact_criterion(one: CriterionTold) -> CriterionTold:
    return one.model_copy(
        update={"purpose": redact_phrase(one.purpose), "source": redact_phrase(one.source)}
    )


def _is_plain(said: Phrase) -> bool:
    """Whether it holds no amount and no name, and no place that nothing fills."""
    return not said.values and "{" not in said.text and "}" not in said.text
