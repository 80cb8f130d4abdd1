"""What becomes of each luminaire when the measures of a scenario are applied in order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput
from synergie.scenarios import _effects_text as text
from synergie.scenarios.measured import SOURCES, Park, Places
from synergie.schemas.light_point import SourceType
from synergie.schemas.lighting_effects import Change
from synergie.schemas.lighting_schedule import LightingSchedule
from synergie.schemas.lighting_study import LightingScenario, LightingStudy, Measure
from synergie.schemas.plan import Phrase
from synergie.schemas.retrofit import Retrofit

type Bools = NDArray[np.bool_]
type Kleene = NDArray[np.int8]
"""2 yes, 1 not known, 0 no: `and` is the least."""

_NO, _UNSURE, _YES = 0, 1, 2
_LED = SOURCES.index("LED")
_NO_KIND = tuple(SOURCES.index(one) for one in ("XX",))


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """What a scenario makes of a park; places as in `measured.Measured`."""

    retrofit: Places
    """Entry of the catalogue; -1: none."""
    schedule: Places
    """Schedule followed; -1: not known."""
    year: Places
    """Year of the retrofit, else of the last change; -1: nothing changes."""
    clocks: tuple[int, ...]
    """Cabinets that get a clock."""
    not_done: tuple[Change, ...]
    """What could not be done as told."""


class Names:
    """What measures name, as places; made once a study and park."""

    def __init__(self, study: LightingStudy, park: Park) -> None:
        self.study, self.park = study, park
        self.cabinets = {one.id: n for n, one in enumerate(study.cabinets)}
        self.communes = {one.insee_code: n for n, one in enumerate(study.communes)}
        self.schedules = {one.id: n for n, one in enumerate(study.schedules)}
        self.retrofits = {one.id: n for n, one in enumerate(study.retrofits)}
        told = (one.programmable for one in study.cabinets)
        self.programmable = np.array(
            [_UNSURE if one is None else _YES * one for one in told], np.int8
        )
        self.is_own = np.array([one.schedule is not None for one in study.lights])
        self.every = np.zeros(len(park.count), np.int32)

    @cached_property
    def usages(self) -> dict[str, int]:
        """Categories of the order that lights have, as places in `usage`."""
        told = sorted({one.usage for one in self.study.lights if one.usage is not None})
        return {name: n for n, name in enumerate(told)}

    @cached_property
    def usage(self) -> Places:
        """Category of each light; -1: not known."""
        told = (one.usage for one in self.study.lights)
        return np.array([-1 if one is None else self.usages[one] for one in told], np.int32)


def applied(names: Names, scenario: LightingScenario) -> Applied:
    """The measures of *scenario* in order, the later ones before the earlier ones.

    BadInput with a JSON pointer for a name that the study does not have, or a year outside its
    horizon. What cannot be carried out stays as it is today and is told.
    """
    state = _State(names)
    for n, measure in enumerate(scenario.measures):
        try:
            state.take(measure)
        except BadInput as fault:
            raise fault.at(f"/measures/{n}") from fault
    return state.ended()


@dataclass(slots=True)
class _Told:
    """What could not be done, counted by subject and reason."""

    names: Names
    counts: dict[tuple[str, str, tuple[str, ...]], float] = field(
        default_factory=lambda: defaultdict(float)
    )

    def by_cabinet(self, rows: Bools, reason: str, *values: str) -> None:
        """Tells *rows* by their cabinets; those without one by what was asked for."""
        self._by(rows, self.names.park.cabinet, [one.id for one in self.names.study.cabinets],
                 (reason, *values))  # fmt: skip

    def by_commune(self, rows: Bools, reason: str, *values: str) -> None:
        """Tells *rows* by their communes."""
        told = [one.insee_code for one in self.names.study.communes]
        self._by(rows, self.names.park.commune, told, (reason, *values))

    def of(self, rows: Bools, subject: str, reason: str) -> None:
        """Tells *rows* as one."""
        if rows.any():
            self.counts[subject, reason, ()] += float(self.names.park.count[rows].sum())

    def _by(self, rows: Bools, of: Places, subjects: list[str], told: Sequence[str]) -> None:
        if not rows.any():
            return
        counted = np.bincount(
            of[rows] + 1, weights=self.names.park.count[rows], minlength=len(subjects) + 1
        )
        for place in np.flatnonzero(counted):
            subject = subjects[place - 1] if place else (told[1] if len(told) > 1 else "?")
            self.counts[subject, told[0], tuple(told[1:])] += float(counted[place])

    def changes(self) -> tuple[Change, ...]:
        """All of it, in the order of telling."""
        return tuple(
            Change(subject=subject, count=round(count), reason=Phrase(text=reason, values=values))
            for (subject, reason, values), count in self.counts.items()
        )


class _State:
    """The park while measures are applied."""

    def __init__(self, names: Names) -> None:
        park = names.park
        self._names, self._park, self._study = names, park, names.study
        self._retrofit = np.full(len(park.count), -1, np.int32)
        self._works = np.full(len(park.count), -1, np.int32)
        self._wanted = park.schedule.copy()
        self._asked = np.full(len(park.count), -1, np.int32)
        self._programmable = names.programmable.copy()
        self._clocks: dict[int, int] = {}
        self._told = _Told(names)

    def take(self, measure: Measure) -> None:
        """Applies one measure."""
        year = self._year(measure)
        told = self._selected(measure)
        rows = told == _YES
        self._told.by_cabinet(told == _UNSURE, text.NOT_SELECTED)
        if measure.make_programmable:
            self._put_clocks(rows, year)
        if measure.retrofit is not None:
            self._put(rows, self._place("retrofit", measure.retrofit, self._names.retrofits), year)
        if measure.schedule is not None:
            place = self._place("schedule", measure.schedule, self._names.schedules)
            self._ask(rows, place, year)

    def _year(self, measure: Measure) -> int:
        rules = self._study.rules
        if measure.year is None:
            return rules.starts
        if not rules.starts <= measure.year < rules.starts + rules.horizon_years:
            raise BadInput("/year", measure.year, "a year of the horizon of the study")
        return measure.year

    def _place(self, field_: str, name: str, of: dict[str, int]) -> int:
        if name not in of:
            raise BadInput(f"/{field_}", name, "a name that the study has")
        return of[name]

    def _selected(self, measure: Measure) -> Kleene:
        """Whether each luminaire fulfils all conditions."""
        names, park = self._names, self._park
        found = np.full(len(park.count), _YES, np.int8)
        for field_, told, of, column in (
            ("communes", measure.communes, names.communes, park.commune),
            ("cabinets", measure.cabinets, names.cabinets, park.cabinet),
        ):
            if told:
                places = [self._place(f"{field_}/{n}", one, of) for n, one in enumerate(told)]
                np.minimum(found, _among(column, places, len(of)), out=found)
        if measure.source_types:
            np.minimum(found, self._of_kinds(measure.source_types), out=found)
        if measure.usages:
            known = [names.usages[one] for one in measure.usages if one in names.usages]
            np.minimum(found, _among(names.usage, known, len(names.usages)), out=found)
        self._marked(measure, found)
        return found

    def _of_kinds(self, kinds: Sequence[SourceType]) -> Kleene:
        return _among(self._park.source, [SOURCES.index(one) for one in kinds], len(SOURCES))

    def _marked(self, measure: Measure, found: Kleene) -> None:
        """Takes the three marks into account; "all others" holds those that are not known."""
        park = self._park
        if measure.programmable is not None:
            can = np.append(self._programmable, np.int8(_NO))[park.cabinet] == _YES
            np.minimum(found, _sure(can == measure.programmable), out=found)
        if measure.is_priority is not None:
            asked = _sure((park.priority == 1) == measure.is_priority)
            if measure.is_priority:
                asked[park.priority < 0] = _UNSURE
            np.minimum(found, asked, out=found)
        if measure.in_corridor is not None:
            asked = _sure(park.corridor == int(measure.in_corridor))
            asked[park.corridor < 0] = _UNSURE
            np.minimum(found, asked, out=found)

    def _put_clocks(self, rows: Bools, year: int) -> None:
        self._told.by_cabinet(rows & (self._park.cabinet < 0), text.NO_CLOCK)
        cabinets = np.unique(self._park.cabinet[rows])
        for place in cabinets[cabinets >= 0]:
            if self._programmable[place] != _YES:
                self._clocks.setdefault(int(place), year)
                self._programmable[place] = _YES

    def _put(self, rows: Bools, place: int, year: int) -> None:
        """Puts an entry of the catalogue in place of the lamps that it fits."""
        entry = self._study.retrofits[place]
        fits = np.full(len(rows), _YES, np.int8)
        if entry.fits:
            fits = self._of_kinds(entry.fits)
        self._told.of(rows & (fits == _NO), entry.id, text.DOES_NOT_FIT)
        self._told.of(rows & (fits == _UNSURE), entry.id, text.FIT_UNKNOWN)
        done = rows & (fits == _YES)
        self._retrofit[done] = place
        self._works[done] = year

    def _ask(self, rows: Bools, place: int, year: int) -> None:
        """Asks for a schedule; a cabinet that switches does so for all its lights or none."""
        if self._study.schedules[place].executor == "cabinet":
            rows = rows & ~self._torn(rows)
        self._wanted[rows] = place
        self._asked[rows] = year

    def _torn(self, rows: Bools) -> Bools:
        """Lights asked for whose cabinet also switches others that are not."""
        park = self._park
        left = ~rows & ~self._names.is_own & ~self._is_autonomous() & (park.cabinet >= 0)
        is_torn = np.zeros(len(self._programmable) + 1, bool)
        is_torn[park.cabinet[left]] = True
        torn: Bools = rows & is_torn[park.cabinet]
        self._told.by_cabinet(torn, text.PART_OF_CABINET)
        return torn

    def _is_autonomous(self) -> Bools:
        entries = [one.autonomous is True for one in self._study.retrofits]
        found: Bools = np.array([*entries, False])[self._retrofit]
        return found

    def ended(self) -> Applied:
        """What is done at the end."""
        schedule = self._followed()
        changed = schedule != self._park.schedule
        self._say_orders(schedule, changed)
        year = np.where(changed, self._asked, -1)
        clocked = np.full(len(self._programmable) + 1, -1, np.int32)
        for place, told in self._clocks.items():
            clocked[place] = told
        year = np.where(year < 0, clocked[self._park.cabinet], year)
        year = np.where(self._works >= 0, self._works, year)
        return Applied(
            retrofit=self._retrofit,
            schedule=schedule,
            year=year.astype(np.int32),
            clocks=tuple(sorted(self._clocks)),
            not_done=self._told.changes(),
        )

    def _followed(self) -> Places:
        """The schedules asked for, today's where the means are missing."""
        park, schedule = self._park, self._park.schedule.copy()
        for place in np.unique(self._wanted[self._wanted != park.schedule]):
            told = self._study.schedules[place]
            rows = (self._wanted == place) & (park.schedule != place)
            rows = self._carried(rows, told)
            rows = self._dimmed(rows, told)
            schedule[rows] = place
        return schedule

    def _carried(self, rows: Bools, told: LightingSchedule) -> Bools:
        """*rows* whose cabinet or luminaire can carry *told* out; the others are told."""
        if told.executor == "none":
            return rows
        if told.executor == "luminaire":
            can = self._is_autonomous()
            self._told.by_cabinet(rows & ~can, text.NOT_AUTONOMOUS, told.id)
            carried: Bools = rows & can
            return carried
        cabinet = self._park.cabinet
        can_be = np.append(self._programmable, np.int8(_UNSURE))[cabinet]
        self._told.by_cabinet(rows & (cabinet < 0), text.NO_CABINET, told.id)
        self._told.by_cabinet(rows & (cabinet >= 0) & (can_be == _UNSURE),
                              text.PROGRAM_UNKNOWN, told.id)  # fmt: skip
        self._told.by_cabinet(rows & (can_be == _NO), text.CANNOT_PROGRAM, told.id)
        found: Bools = rows & (can_be == _YES)
        return found

    def _dimmed(self, rows: Bools, told: LightingSchedule) -> Bools:
        """*rows* whose lamps can be dimmed as *told* asks; the others are told."""
        if not dims(told):
            return rows
        can = _dimmable(self._park.source, self._retrofit, self._study.retrofits)
        self._told.by_cabinet(rows & (can == _NO), text.CANNOT_DIM, told.id)
        self._told.by_cabinet(rows & (can == _UNSURE), text.DIM_UNKNOWN, told.id)
        found: Bools = rows & (can == _YES)
        return found

    def _say_orders(self, schedule: Places, changed: Bools) -> None:
        """Tells the communes whose mayor has not allowed what is done."""
        study, commune = self._study, self._park.commune
        for place in np.unique(schedule[changed]):
            name = study.schedules[place].id
            lacks = [
                one.allowed_schedules is not None and name not in one.allowed_schedules
                for one in study.communes
            ]
            rows = changed & (schedule == place) & np.array([*lacks, False])[commune]
            self._told.by_commune(rows, text.NO_ORDER, name)


def dims(schedule: LightingSchedule) -> bool:
    """Whether a schedule needs lamps that can be dimmed: a step between, or presence."""
    return any(0 < one.light_share < 1 or one.presence_share for one in schedule.spans)


def _dimmable(source: Places, retrofit: Places, entries: Sequence[Retrofit]) -> Kleene:
    """Whether each can be dimmed: LED unless told otherwise, others only when told so."""
    by_kind = np.full(len(SOURCES) + 1, _NO, np.int8)
    by_kind[_LED], by_kind[-1] = _YES, _UNSURE
    by_kind[list(_NO_KIND)] = _UNSURE
    found: Kleene = by_kind[source]
    for place, one in enumerate(entries):
        rows = retrofit == place
        if one.dimmable is not None:
            found[rows] = _YES * one.dimmable
        elif one.source_type is not None:
            found[rows] = by_kind[SOURCES.index(one.source_type)]
    return found


def _among(column: Places, places: Sequence[int], n: int) -> Kleene:
    """Whether each of *column* is among *places*; -1 is not known."""
    table = np.zeros(n + 1, np.int8)
    table[list(places)] = _YES
    table[-1] = _UNSURE
    found: Kleene = table[column]
    return found


def _sure(told: Bools) -> Kleene:
    return np.where(told, np.int8(_YES), np.int8(_NO))
