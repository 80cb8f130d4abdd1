"""What becomes of each luminaire when the actions of a scenario are applied in order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan import _effects_text as text
from synergie.lighting.plan._carried import (
    Wishes,
    mark_autonomous_lights,
    mark_dimmable_lights,
    select_dimmable_lights,
    select_schedulable_lights,
)
from synergie.lighting.plan._selected import (
    NO,
    UNSURE,
    YES,
    Bools,
    Names,
    mark_measure_lights,
    of_kinds,
    place_of,
)
from synergie.lighting.plan._told import OmissionLog
from synergie.lighting.plan.design import fit_entries
from synergie.lighting.plan.measured import Places
from synergie.lighting.records.effects import NotDone
from synergie.lighting.records.study import LightingAction, LightingScenario

__all__ = ["Applied", "Names", "apply_scenario_actions"]


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """What a scenario makes of a park; places as in `measured.Measured`."""

    retrofit: Places
    """Entry of the catalogue; -1: none."""
    schedule: Places
    """Schedule followed; -1: not known."""
    year: Places
    """Year of the retrofit, else of the last change; -1: nothing changes."""
    unfit: Bools
    """Luminaires for which no entry gave their road its light."""
    clocks: tuple[int, ...]
    """Cabinets that get a clock."""
    not_done: tuple[NotDone, ...]
    """What could not be done as told."""


def apply_scenario_actions(names: Names, scenario: LightingScenario) -> Applied:
    """The actions of *scenario* in order, the later ones before the earlier ones.

    BadInput with a JSON pointer for a name that the study does not have, or a year outside its
    horizon. What cannot be carried out stays as it is today and is told.
    """
    state = _State(names)
    for n, measure in enumerate(scenario.actions):
        try:
            state.take(measure)
        except BadInput as fault:
            raise fault.at(f"/actions/{n}") from fault
    return state.ended()


class _State:
    """The park while actions are applied."""

    def __init__(self, names: Names) -> None:
        park = names.park
        self._names, self._park, self._study = names, park, names.study
        self._retrofit = np.full(len(park.count), -1, np.int32)
        self._works = np.full(len(park.count), -1, np.int32)
        self._wishes = Wishes(park, names.study.schedules, names.is_own)
        self._programmable = names.programmable.copy()
        self._unfit: Bools = np.zeros(len(park.count), bool)
        self._clocks: dict[int, int] = {}
        self._told = OmissionLog(names)

    def take(self, measure: LightingAction) -> None:
        """Applies one measure."""
        year = self._year(measure)
        told = mark_measure_lights(self._names, measure, self._programmable)
        rows: Bools = told == YES
        self._told.by_cabinet(told == UNSURE, text.NOT_SELECTED)
        if measure.make_programmable:
            self._put_clocks(rows, year)
        if measure.retrofit is not None:
            self._put(rows, place_of("retrofit", measure.retrofit, self._names.retrofits), year)
        if measure.retrofit_among:
            self._put_fitting(rows, measure.retrofit_among, year)
        if measure.schedule is not None:
            place = place_of("schedule", measure.schedule, self._names.schedules)
            self._wishes.ask(rows, place, year)

    def _year(self, measure: LightingAction) -> int:
        rules = self._study.rules
        if measure.year is None:
            return rules.starts
        if not rules.starts <= measure.year < rules.starts + rules.horizon_years:
            raise BadInput("/year", measure.year, "a year of the horizon of the study")
        return measure.year

    def _put_clocks(self, rows: Bools, year: int) -> None:
        self._told.by_cabinet(rows & (self._park.cabinet < 0), text.NO_CLOCK)
        cabinets = np.unique(self._park.cabinet[rows])
        for place in cabinets[cabinets >= 0]:
            if self._programmable[place] != YES:
                self._clocks.setdefault(int(place), year)
                self._programmable[place] = YES

    def _put(self, rows: Bools, place: int, year: int) -> None:
        """Puts an entry of the catalogue in place of the lamps that it fits."""
        entry = self._study.retrofits[place]
        if entry.fits:
            fits = of_kinds(self._park, entry.fits)
            self._told.by_entry(rows & (fits == NO), text.DOES_NOT_FIT, entry.id)
            self._told.by_entry(rows & (fits == UNSURE), text.FIT_UNKNOWN, entry.id)
            rows = rows & (fits == YES)
        self._replace(rows, place, year)

    def _put_fitting(self, rows: Bools, among: Sequence[str], year: int) -> None:
        """Puts the smallest entry of *among* that gives each road the light it needs."""
        names = self._names
        places = [place_of(f"retrofit_among/{n}", key, names.retrofits)
                  for n, key in enumerate(among)]  # fmt: skip
        entries = [self._study.retrofits[place] for place in places]
        every = np.ones(len(rows), bool)
        mays = [of_kinds(self._park, one.fits) == YES if one.fits else every for one in entries]
        found = fit_entries(names.roads, rows, list(zip(places, entries, mays, strict=True)))
        self._told.by_cabinet(found.unknown, text.LIGHT_UNKNOWN)
        self._told.by_cabinet(found.unfit, text.NO_FIT)
        self._replace(rows & (found.entry >= 0), found.entry, year)
        self._unfit = (self._unfit & ~rows) | found.unknown | found.unfit

    def _replace(self, rows: Bools, entry: int | Places, year: int) -> None:
        self._retrofit[rows] = entry if isinstance(entry, int) else entry[rows]
        self._works[rows] = year
        self._unfit &= ~rows

    def ended(self) -> Applied:
        """What is done at the end."""
        schedule = self._followed()
        changed = schedule != self._park.schedule
        self._say_orders(schedule, changed)
        return Applied(
            retrofit=self._retrofit,
            schedule=schedule,
            year=self._years(changed),
            unfit=self._unfit,
            clocks=tuple(sorted(self._clocks)),
            not_done=self._told.changes(),
        )

    def _years(self, changed: Bools) -> Places:
        clocked = np.full(len(self._programmable) + 1, -1, np.int32)
        for place, year in self._clocks.items():
            clocked[place] = year
        found = np.where(changed, self._wishes.year, -1)
        found = np.where(found < 0, clocked[self._park.cabinet], found)
        return np.where(self._works >= 0, self._works, found).astype(np.int32)

    def _followed(self) -> Places:
        """The schedules asked for, today's where the means are missing."""
        today, study = self._park.schedule, self._study
        schedule, wanted = today.copy(), self._wishes.schedule
        self._told.by_cabinet(self._wishes.torn, text.PART_OF_CABINET)
        means = (
            self._park,
            self._programmable,
            mark_autonomous_lights(self._retrofit, study.retrofits),
        )
        can_dim = mark_dimmable_lights(self._park.source, self._retrofit, study.retrofits)
        for place in np.unique(wanted[wanted != today]):
            told = study.schedules[place]
            rows: Bools = (wanted == place) & (today != place)
            rows = select_schedulable_lights(rows, told, means, self._told)
            rows = select_dimmable_lights(rows, told, can_dim, self._told)
            schedule[rows] = place
        return schedule

    def _say_orders(self, schedule: Places, changed: Bools) -> None:
        """Tells the communes whose mayor has not allowed what is done."""
        for place in np.unique(schedule[changed]):
            name = self._study.schedules[place].id
            lacks = [
                one.allowed_schedules is not None and name not in one.allowed_schedules
                for one in self._study.communes
            ]
            of_commune = np.array([*lacks, False])
            rows = changed & (schedule == place) & of_commune[self._park.commune]
            self._told.by_commune(rows, text.NO_ORDER, name)
