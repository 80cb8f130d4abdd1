"""What a report on scenarios of lighting is made of, and how it names things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone
from synergie.lighting.records.effects import (
    CriterionTold,
    Indicator,
    LightingComparison,
    LightingCriterion,
    ScenarioEffects,
)
from synergie.lighting.records.frontier import LightingFrontier
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule
from synergie.lighting.records.study import LightingScenario, LightingStudy
from synergie.lighting.records.weighing import LightingVoices, Weighing
from synergie.lighting.reports.house import (
    body_name,
    entry_name,
    format_clock_time,
    scenario_name,
    schedule_name,
    study_name,
)
from synergie.lighting.reports.words import bound, criterion_name, quote_name
from synergie.park.records.park import SetAside
from synergie.reports.language import choose_text
from synergie.reports.plans import Catalogue, SourceFile, describe_phrase
from synergie.reports.written import format_moment
from synergie.schemas.plan import Phrase

MOST_SHOWN = 24
"""Scenarios that the report tells; the workbook has all of them."""
INVENTORY = "inventaire"
"""What a source of light points or cabinets is called (`SourceFile.what`)."""
_SHORT = 8
_EVERYBODY = "the whole"
"""What sentences on a budget call all bodies together, for the catalogue."""


@dataclass(frozen=True, kw_only=True)
class LightingBrief:
    """A comparison to tell: of what, for whom. Much may lack."""

    made_at: datetime
    """When it was made; the same moment gives the same bytes."""
    tell: Catalogue
    """From English sentences to the language spoken."""
    study: LightingStudy
    """What was studied."""
    comparison: LightingComparison
    """The scenarios side by side."""
    weighing: Weighing | None = None
    """What follows from what groups said. None: nobody was asked."""
    voices: LightingVoices | None = None
    """What they said. None: nobody was asked."""
    frontier: LightingFrontier | None = None
    """The frontier of some criteria. None: not asked for."""
    set_aside: Sequence[SetAside] = ()
    """Rows that could not be used."""
    notes: Sequence[Phrase | str] = ()
    """What is not known of the inputs, and was assumed; a plain text is as people read it."""
    sources: Sequence[SourceFile] = ()
    """The files it was made of."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What people call each body; one that is left out is called by its id."""
    pair: tuple[str, str] | None = None
    """Two scenarios to compare. None: the two whose energy is nearest."""
    banner: str | None = None
    """What holds for all of it, such as that data are synthetic. None: nothing."""
    command: str | None = None
    """The command that makes it again. None: not told."""
    tz: ZoneInfo = field(default_factory=lambda: load_time_zone("Europe/Paris"))
    """The zone of moments."""

    @property
    def title(self) -> str:
        """What people call the study."""
        return study_name(self.study.name)

    @cached_property
    def criteria(self) -> dict[LightingCriterion, CriterionTold]:
        """What each indicator is, in the order of every table."""
        return {one.criterion: one for one in self.comparison.criteria}

    @cached_property
    def inventory(self) -> tuple[date, date] | None:
        """When the oldest and the newest file of the inventory were changed. None: not known."""
        days = [
            one.modified.astimezone(self.tz).date()
            for one in self.sources
            if one.modified is not None and one.what == INVENTORY
        ]
        return (min(days), max(days)) if days else None

    @cached_property
    def scenarios(self) -> dict[str, LightingScenario]:
        """The scenarios by key."""
        return {one.id: one for one in self.study.scenarios}

    @cached_property
    def effects(self) -> dict[str, ScenarioEffects]:
        """Their effects by key, in the order of the study."""
        return {one.scenario: one for one in self.comparison.scenarios}

    @property
    def today(self) -> ScenarioEffects:
        """The scenario that the others are compared with."""
        return self.comparison.scenarios[0]

    @cached_property
    def scenarios_in_play_first(self) -> tuple[ScenarioEffects, ...]:
        """The scenarios that the report tells: those in play go before the others."""
        if len(self.comparison.scenarios) <= MOST_SHOWN:
            return self.comparison.scenarios
        first, *others = self.comparison.scenarios
        ordered = sorted(others, key=lambda one: one.scenario in self.out)[: MOST_SHOWN - 1]
        kept = {one.scenario for one in (first, *ordered)}
        return tuple(one for one in self.comparison.scenarios if one.scenario in kept)

    @cached_property
    def compared(self) -> int:
        """How many criteria are known of every scenario, constraints left out."""
        return sum(
            all(
                self.value(one.scenario, told.criterion) is not None
                for one in self.comparison.scenarios
            )
            for told in self.comparison.criteria
            if told.direction != "constraint"
        )

    @cached_property
    def is_thin(self) -> bool:
        """Whether fewer than half of the criteria are compared: then nothing is beaten for good."""
        weighed = sum(one.direction != "constraint" for one in self.comparison.criteria)
        return 2 * self.compared < weighed

    @cached_property
    def out(self) -> frozenset[str]:
        """The scenarios that break a constraint or that another one beats.

        Where too little is known, one that is beaten stays in the choice.
        """
        beaten = () if self.is_thin else self.comparison.dominated
        return frozenset((*self.comparison.excluded, *(one.scenario for one in beaten)))

    @cached_property
    def scenario_choices(self) -> tuple[str, ...]:
        """The scenarios to choose from, today left out when it changes nothing."""
        return tuple(
            one.scenario for one in self.scenarios_in_play_first if one.scenario not in self.out
        )

    @cached_property
    def _values(self) -> dict[tuple[str, LightingCriterion], Indicator]:
        return {
            (one.scenario, each.criterion): each
            for one in self.comparison.scenarios
            for each in one.indicators
        }

    def indicator(self, scenario: str, criterion: LightingCriterion) -> Indicator | None:
        """An effect on the whole. None: it has no meaning there."""
        return self._values.get((scenario, criterion))

    def value(self, scenario: str, criterion: LightingCriterion) -> float | None:
        """Its value. None: not known."""
        found = self.indicator(scenario, criterion)
        return None if found is None else found.value

    @cached_property
    def _communes(self) -> dict[tuple[str, str, LightingCriterion], float | None]:
        return {
            (one.scenario, commune.insee_code, each.criterion): each.value
            for one in self.comparison.scenarios
            for commune in one.communes
            for each in commune.indicators
        }

    def commune_value(
        self, scenario: str, commune: str, criterion: LightingCriterion
    ) -> float | None:
        """An effect on one commune. None: not known, or without meaning there."""
        return self._communes.get((scenario, commune, criterion))

    def concerns(self, scenario: str, commune: str, criterion: LightingCriterion) -> bool:
        """Whether an effect has a meaning for a commune."""
        return (scenario, commune, criterion) in self._communes

    @cached_property
    def communes(self) -> dict[str, str]:
        """Name of each commune by its code, in the order of the study."""
        return {one.insee_code: one.name for one in self.study.communes}

    @cached_property
    def changes_told(self) -> dict[str, tuple[Any, ...]]:
        """What each scenario changes for each commune, as far as it was asked for."""
        return {}

    def mark(self, scenario: str) -> str:
        """A scenario in a head or a sentence: its key when that is short, else its name."""
        return scenario.upper() if len(scenario) <= _SHORT else self.name(scenario)

    def name(self, scenario: str) -> str:
        """What people call a scenario."""
        found = self.scenarios.get(scenario)
        return scenario if found is None else bound(scenario_name(found.id, found.name))

    def full(self, scenario: str) -> str:
        """Its key and its name, unless the name begins with the key."""
        mark, name = self.mark(scenario), self.name(scenario)
        return name if name.startswith(mark) else f"{mark} {name}"

    def body(self, member: str) -> str:
        """What people call a body."""
        return self.names.get(member) or body_name(member)

    def schedule(self, key: str) -> str:
        """What people call a schedule."""
        found = self._schedules.get(key)
        return key if found is None else schedule_name(found)

    def entry(self, key: str) -> str:
        """What people call an entry of the catalogue."""
        found = self._retrofits.get(key)
        return key if found is None else entry_name(found)

    def say_phrase(self, phrase: Phrase) -> str:
        """A sentence in the language spoken, with names instead of identifiers."""
        return describe_phrase(phrase, self.tell, self._called)

    def _called(self, value: str) -> str | None:
        """What fills a sentence: a body, a commune, a scenario, a criterion. None: none of them."""
        for known in (self.names, self.communes, self._marks):
            if value in known:
                return known[value]
        if value in self._bodies:  # a SIREN is no quantity
            return self.body(value)
        if value == _EVERYBODY:
            return self.tell(value)
        if (told := self._entry_names.get(value) or format_clock_time(value)) is not None:
            return told
        name = criterion_name(value)
        if value in self._retrofits or value in self._schedules:
            name = self.entry(value) if value in self._retrofits else self.schedule(value)
        return None if name is None else quote_name(bound(name))

    @cached_property
    def _schedules(self) -> dict[str, LightingSchedule]:
        return {one.id: one for one in self.study.schedules}

    @cached_property
    def _retrofits(self) -> dict[str, Retrofit]:
        return {one.id: one for one in self.study.retrofits}

    @property
    def _entry_names(self) -> dict[str, str]:
        """What an entry of the house is called, by the name that sentences hold of it."""
        return {one.name: entry_name(one) for one in self.study.retrofits}

    @cached_property
    def _bodies(self) -> frozenset[str]:
        """The identifiers of all bodies."""
        bodies = (one.body for one in self.comparison.bodies)
        return frozenset((*bodies, *(one.body for one in self.study.cabinets)))

    @cached_property
    def _marks(self) -> dict[str, str]:
        return {key: self.mark(key) for key in self.scenarios}

    def sentences(self, told: Sequence[Phrase | str]) -> tuple[str, ...]:
        """Sentences with their capital and their full stop, each once."""
        texts = (one if isinstance(one, str) else self.say_phrase(one) for one in told)
        return tuple(
            dict.fromkeys(f"{t[:1].upper()}{t[1:]}".removesuffix(".") + "." for t in texts if t)
        )

    def asides(self) -> tuple[SetAside, ...]:
        """Every row set aside, each once, in the language spoken."""
        return tuple(
            SetAside(
                where=_describe_place(one.where), found=one.found, expected=self.tell(one.expected)
            )
            for one in dict.fromkeys(self.set_aside)
        )

    def when(self, at: datetime) -> str:
        """A moment for people, in the reader's own zone."""
        return format_moment(at, self.tz)


def _describe_place(where: str) -> str:
    """A line, as the reader calls it."""
    return choose_text(
        where.replace(", line ", ", ligne ").replace(", feature ", ", objet "), where
    )
