"""A lighting study out of the files of an agent, with everything that was seen on the way."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from synergie.energy.records.power import OffPeakWindow
from synergie.energy.records.tariff import PriceSchedule
from synergie.errors import BadInput, Words
from synergie.lighting.plan import catalogue
from synergie.lighting.plan._rows import set_aside
from synergie.lighting.plan.house_names import OWNER, STUDY, TODAY_OFF, UNTOLD_OFF
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs._said import StudyObservations, list_study_remarks
from synergie.lighting.plan.inputs.areas import Areas, areas_of, place_lights
from synergie.lighting.plan.inputs.assets import Assets, FileSummary, read_asset_files
from synergie.lighting.plan.inputs.cabinets import Cabinets, Served, cabinets_of
from synergie.lighting.plan.inputs.communes import communes_of, communes_seen
from synergie.lighting.plan.inputs.lights import Follows, Lights, lights_of
from synergie.lighting.plan.inputs.nearby import (
    middle_of,
    remove_distant_places,
    select_nearby_places,
)
from synergie.lighting.plan.inputs.places import places_of
from synergie.lighting.plan.inputs.rules import rules_of
from synergie.lighting.plan.inputs.schedules import OFF, off_schedule, profiles_as_schedules
from synergie.lighting.plan.inputs.six import FULL_NIGHT, six_scenarios
from synergie.lighting.plan.inputs.stated import StatedOf, stated_of
from synergie.lighting.plan.inputs.wanted import RowReferences, scenarios_of
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule
from synergie.lighting.records.study import (
    Corridor,
    LightingScenario,
    LightingStudy,
    PriorityPlace,
    StudyCommune,
    StudyRules,
)
from synergie.park.records.park import SetAside
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """What is told beside the files of assets; everything but the day may be left out."""

    on: date
    """The day whose network tariff and taxes are taken."""
    name: str = STUDY[0]
    """What the study is called."""
    owner: str = OWNER[0]
    """Who pays for cabinets of which no row tells it."""
    communes_of_files: Mapping[Path, str] = field(default_factory=dict)
    """INSEE code for the rows of a file that tell none."""
    retrofits: Sequence[Retrofit] | None = None
    """The catalogue. None: none was given, the one of the house is taken."""
    schedules: Sequence[LightingSchedule] = ()
    """Further schedules that scenarios may name."""
    prices: Sequence[PriceSchedule] = ()
    """Price schedules; cabinets are billed by the first."""
    tariff: str | None = None
    """Tariff option of cabinets that tell none. None: they have no bill."""
    windows: tuple[OffPeakWindow, ...] = ()
    """Off-peak hours of delivery points that tell none."""
    off_today: tuple[str, str] | None = None
    """Hours without light, today, of cabinets that can be programmed. None: not told."""
    communes: Path | None = None
    """Table of the communes."""
    areas: Path | None = None
    """Table of what luminaires light: hours of activity, class of road, surface."""
    places: Path | None = None
    """Table or GeoJSON of priority places."""
    corridors: tuple[Corridor, ...] | None = None
    """Ecological corridors. None: no layer was given."""
    scenarios: Path | None = None
    """Table or JSON of scenarios. None: six are made by rule."""
    stated: Path | None = None
    """Table of figures that people told."""
    only_known: bool = False
    """Whether luminaires whose power, kind, cabinet or place is not known are left out."""
    rules: StudyRules | None = None
    """What is assumed of time, money, carbon and work. None: the rules of the house."""


@dataclass(frozen=True, slots=True)
class Built:
    """The study, and what was seen on the way to it."""

    study: LightingStudy
    files: tuple[FileSummary, ...]
    """What each file gave."""
    set_aside: tuple[SetAside, ...]
    """Rows and figures that could not be used."""
    notes: tuple[Phrase, ...]
    """What is not known, and what was assumed."""


def study_of(files: Sequence[Path], wanted: StudyRequest) -> Built:
    """The study that *files* and *wanted* make.

    BadInput when no luminaire is left, and for a file that is not what it is given for.
    """
    given = read_asset_files(files, communes=wanted.communes_of_files)
    aside = list(given.set_aside)
    profiles = profiles_as_schedules(given.profiles, given.ranges, wanted.on, aside)
    lights = lights_of(given.lights, _build_schedule_context(given, profiles, wanted))
    aside += lights.aside
    if not lights.found:
        reasons = Counter(one.expected for one in lights.aside)
        expected = reasons.most_common(1)[0][0] if reasons else _text.NO_LIGHT
        raise BadInput(", ".join(one.name for one in files), Words("no luminaire"), expected)
    named = sorted({one.cabinet for one in lights.found.values() if one.cabinet})
    cabinets = cabinets_of(given.cabinets, named, _build_supply_context(given, wanted))
    aside += cabinets.aside
    middle = _compute_park_middle(lights, cabinets)
    remove_distant_places(lights.found, middle, aside)
    remove_distant_places(cabinets.found, middle, aside)
    areas = Areas()
    if wanted.areas is not None:
        areas = areas_of(wanted.areas, lights.found, cabinets.found, aside)
        lights.found = place_lights(lights.found, cabinets.found, areas)
    making = _Making(wanted, given, lights, cabinets, areas, aside)
    study, by_rule = making.study(tuple(profiles.values()))
    seen = StudyObservations(study, lights, cabinets, wanted.off_today, given.others,
                is_assumed=wanted.retrofits is None, tariff=wanted.tariff)  # fmt: skip
    return Built(study, tuple(given.files), tuple(aside), (*list_study_remarks(seen), *by_rule))


def _compute_park_middle(lights: Lights, cabinets: Cabinets) -> Location | None:
    """The middle of the park."""
    places = [one.location for one in lights.found.values()]
    return middle_of([*places, *(one.location for one in cabinets.found.values())])


def _build_schedule_context(
    given: Assets, profiles: Mapping[str, LightingSchedule], wanted: StudyRequest
) -> Follows:
    return Follows(
        profiles=profiles,
        off=UNTOLD_OFF,
        on=wanted.on,
        no_cabinet=FULL_NIGHT,
        placed={one.record.external_id for one in given.cabinets if one.record.location},
        only_known=wanted.only_known,
    )


def _build_supply_context(given: Assets, wanted: StudyRequest) -> Served:
    return Served(
        terms=given.terms,
        prices=wanted.prices[0].name if wanted.prices else None,
        tariff=wanted.tariff,
        windows=wanted.windows,
        programmed=TODAY_OFF if wanted.off_today else None,
        body=wanted.owner,
    )


@dataclass(frozen=True, slots=True)
class _Making:
    """The parts of a study as they come together."""

    wanted: StudyRequest
    given: Assets
    lights: Lights
    cabinets: Cabinets
    areas: Areas
    aside: list[SetAside]

    def study(
        self, profiles: Sequence[LightingSchedule]
    ) -> tuple[LightingStudy, tuple[Phrase, ...]]:
        """The study, and how scenarios were made by rule."""
        wanted = self.wanted
        schedules = self._schedules(profiles)
        retrofits = tuple(catalogue.assumed() if wanted.retrofits is None else wanted.retrofits)
        communes = self._communes(schedules)
        rules = wanted.rules or rules_of(wanted.on)
        known = RowReferences(
            retrofits=[one.id for one in retrofits],
            schedules=schedules,
            years=range(rules.starts, rules.starts + rules.horizon_years),
        )
        scenarios, by_rule = self._scenarios(retrofits, known)
        codes = {one.insee_code for one in communes}
        scenarios = with_stated(scenarios, self._figures(), codes, self.aside)
        synthetic = self.lights.provenances == {"synthetic"}
        study = LightingStudy(
            name=wanted.name,
            communes=communes,
            cabinets=tuple(self.cabinets.found.values()),
            lights=tuple(one for _, one in sorted(self.lights.found.items())),
            schedules=tuple(schedules.values()),
            retrofits=retrofits,
            areas=tuple(self.areas.found.values()),
            prices=tuple(wanted.prices),
            places=self._places(),
            corridors=wanted.corridors,
            rules=rules,
            scenarios=scenarios,
            provenance="synthetic" if synthetic else "partner",
        )
        return study, by_rule

    def _places(self) -> tuple[PriorityPlace, ...] | None:
        path = self.wanted.places
        if path is None:
            return None
        middle = _compute_park_middle(self.lights, self.cabinets)
        return select_nearby_places(places_of(path, self.aside), middle, path.name, self.aside)

    def _communes(self, schedules: Collection[str]) -> tuple[StudyCommune, ...]:
        told = (
            {}
            if self.wanted.communes is None
            else communes_of(self.wanted.communes, self.aside, schedules)
        )
        codes = {one.insee_code for one in self.lights.found.values()}
        codes |= {one.insee_code for one in self.cabinets.found.values()}
        return communes_seen((one for one in codes if one), self.given.communes, told)

    def _schedules(self, profiles: Sequence[LightingSchedule]) -> dict[str, LightingSchedule]:
        """By key, the one of today that needs no executor first."""
        wanted = self.wanted
        found = {one.id: one for one in (*catalogue.schedules(), *wanted.schedules, *profiles)}
        if wanted.off_today is not None:
            found[TODAY_OFF] = off_schedule(wanted.off_today, TODAY_OFF, "told by who asked")
        if self.lights.off_untold:
            untold = off_schedule(OFF, UNTOLD_OFF, "assumed: the inventory says off, not when")
            found[UNTOLD_OFF] = untold.model_copy(update={"executor": "luminaire"})
        return found

    def _scenarios(
        self, retrofits: Sequence[Retrofit], known: RowReferences
    ) -> tuple[tuple[LightingScenario, ...], tuple[Phrase, ...]]:
        wanted = self.wanted
        by_rule: tuple[Phrase, ...] = ()
        if wanted.scenarios is not None:
            found = scenarios_of(wanted.scenarios, self.aside, known=known)
        else:
            found, by_rule = six_scenarios(self.lights.found.values(), retrofits)
            by_rule = (Phrase(text=_text.SIX), *by_rule)
        return found, by_rule

    def _figures(self) -> tuple[StatedOf, ...]:
        return () if self.wanted.stated is None else stated_of(self.wanted.stated, self.aside)


def revise_areas(study: LightingStudy, areas: Path, aside: list[SetAside]) -> LightingStudy:
    """*study* with the lit areas of a table, in place of its own."""
    lights = {one.id: one.model_copy(update={"area": None}) for one in study.lights}
    cabinets = {one.id: one for one in study.cabinets}
    found = areas_of(areas, lights, cabinets, aside)
    placed = place_lights(lights, cabinets, found)
    return study.model_copy(
        update={"lights": tuple(placed.values()), "areas": tuple(found.found.values())}
    )


def revise_study(
    study: LightingStudy, scenarios: Path | None, stated: Path | None, aside: list[SetAside]
) -> LightingStudy:
    """*study* with other scenarios, or with more figures that people told."""
    rules = study.rules
    found = study.scenarios
    if scenarios is not None:
        known = RowReferences(
            retrofits=[one.id for one in study.retrofits],
            schedules=[one.id for one in study.schedules],
            years=range(rules.starts, rules.starts + rules.horizon_years),
        )
        found = scenarios_of(scenarios, aside, known=known)
    figures = () if stated is None else stated_of(stated, aside)
    codes = {one.insee_code for one in study.communes}
    return study.model_copy(update={"scenarios": with_stated(found, figures, codes, aside)})


def with_stated(
    scenarios: Sequence[LightingScenario],
    figures: Sequence[StatedOf],
    communes: Collection[str],
    aside: list[SetAside],
) -> tuple[LightingScenario, ...]:
    """The scenarios with the figures told of them.

    Figures of no scenario or commune of the study, and those told twice, go to *aside*.
    """
    known = {None, *(one.id for one in scenarios)}
    homes = {None, *communes}
    seen: set[tuple[str | None, str, str | None]] = set()
    kept: list[StatedOf] = []
    for one in figures:
        figure = one.figure
        key = (one.scenario, figure.criterion, figure.insee_code)
        if one.scenario not in known:
            aside.append(set_aside(one.where, one.scenario, _text.A_SCENARIO))
        elif figure.insee_code not in homes:
            aside.append(set_aside(one.where, figure.insee_code, _text.A_COMMUNE))
        elif key in seen:
            aside.append(set_aside(one.where, figure.criterion, _text.TOLD_ONCE))
        else:
            seen.add(key)
            kept.append(one)
    return tuple(_add_scenario_statements(one, kept) for one in scenarios)


def _add_scenario_statements(
    scenario: LightingScenario, figures: Sequence[StatedOf]
) -> LightingScenario:
    """A figure of the scenario goes before one of all."""
    told = {(one.criterion, one.insee_code): one for one in scenario.stated}
    for whose in (None, scenario.id):
        mine = (one.figure for one in figures if one.scenario == whose)
        told |= {(one.criterion, one.insee_code): one for one in mine}
    return scenario.model_copy(update={"stated": tuple(told.values())})
