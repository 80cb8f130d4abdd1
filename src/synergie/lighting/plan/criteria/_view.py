"""What a criterion looks at: one scenario, the whole or one commune of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.design import Roads, roads_of
from synergie.lighting.plan.law import Conformity, LawFacts, LawRules, facts_of
from synergie.lighting.plan.measured import Floats, Measured, Park, Places
from synergie.lighting.plan.money import CommuneMoney, Money
from synergie.lighting.records.study import LightingStudy

type Column = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class StudyContext:
    """What all scenarios of a study share."""

    rows: tuple[NDArray[np.intp], ...]
    """Places of the luminaires of each commune."""
    facts: LawFacts
    """What the law looks at, as `law.facts_of` gives it."""
    roads: Roads
    """What each road gets today, and what its class asks for."""
    reference: Places
    """Maker and model of each luminaire today: a number each; -1: not known."""
    names: tuple[str, ...]
    """The references by number."""
    law: LawRules
    """What was told of the law beside the data."""


@dataclass(frozen=True, slots=True, eq=False)
class First:
    """The scenario that others are compared with."""

    found: Measured
    """Its effects."""
    money: Money
    """Its money."""


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioEvaluation:
    """One scenario, with what several criteria need of it, found once."""

    found: Measured
    """Its effects."""
    money: Money
    """Its money."""
    ground: StudyContext
    """What all scenarios share."""
    first: First | None
    """What it is compared with. None: the park as it is today."""
    judged: dict[str, Conformity] = field(default_factory=dict)
    """How each luminaire stands to the law, once it was asked for."""
    kept: dict[Callable[["ScenarioEvaluation"], Column], Column] = field(default_factory=dict)
    """Columns that were asked for."""

    def column(self, of: Callable[["ScenarioEvaluation"], Column]) -> Column:
        """The column that *of* finds, found once a scenario."""
        if of not in self.kept:
            self.kept[of] = of(self)
        return self.kept[of]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One scenario on the whole, or on one commune."""

    whole: ScenarioEvaluation
    """The scenario."""
    where: int | None
    """Place of a commune among those of the study. None: the whole."""

    @property
    def effects(self) -> Measured:
        """Its effects, luminaire by luminaire."""
        return self.whole.found

    @property
    def study(self) -> LightingStudy:
        """The study."""
        return self.whole.found.study

    @property
    def rows(self) -> NDArray[np.intp] | slice:
        """Where the luminaires looked at stand in every column."""
        return slice(None) if self.where is None else self.whole.ground.rows[self.where]

    @property
    def count(self) -> Floats:
        """How many luminaires each row stands for."""
        counted: Floats = self.effects.park.count[self.rows]
        return counted

    @property
    def purse(self) -> Money | CommuneMoney:
        """The money of the whole, or of the commune."""
        return self.whole.money if self.where is None else self.whole.money.communes[self.where]

    @property
    def population(self) -> int | None:
        """Inhabitants of the commune, or of all communes that have luminaires. None: not known."""
        if self.where is not None:
            return self.study.communes[self.where].population
        told = [self.study.communes[n].population for n in self.lit_communes()]
        known = [one for one in told if one is not None]
        return sum(known) if len(known) == len(told) else None

    def column(self, of: Callable[[ScenarioEvaluation], Column]) -> Column:
        """What *of* finds for the luminaires looked at."""
        found: Column = self.whole.column(of)[self.rows]
        return found

    def commune(self, place: int) -> "View":
        """The same scenario on one commune."""
        return View(self.whole, place)

    def lit_communes(self) -> list[int]:
        """Places of the communes that have luminaires."""
        return [n for n, rows in enumerate(self.whole.ground.rows) if len(rows)]


def build_study_context(
    study: LightingStudy, park: Park, law: LawRules | None = None
) -> StudyContext:
    """What all scenarios of *study* share; *park* as `lights.park_of` gives it."""
    order = np.argsort(park.commune, kind="stable")
    starts = np.searchsorted(park.commune[order], np.arange(len(study.communes) + 1))
    names: dict[str, int] = {}
    told = (-1 if one.reference is None else names.setdefault(one.reference, len(names))
            for one in study.lights)  # fmt: skip
    return StudyContext(
        rows=tuple(order[a:b] for a, b in pairwise(starts)),
        facts=facts_of(study, law),
        roads=roads_of(study, park),
        reference=np.fromiter(told, np.int32, len(study.lights)),
        names=tuple(names),
        law=law or LawRules(),
    )
