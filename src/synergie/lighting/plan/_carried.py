"""Whether a schedule can be carried out: by the cabinet, the luminaire, the lamp."""

from collections.abc import Sequence

import numpy as np

from synergie.lighting.plan import _effects_text as text
from synergie.lighting.plan._selected import NO, UNSURE, YES, Bools, Kleene
from synergie.lighting.plan._told import OmissionLog
from synergie.lighting.plan.measured import SOURCES, Park, Places
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule

_LED, _AS_UNKNOWN = SOURCES.index("LED"), SOURCES.index("XX")


def select_schedulable_lights(
    rows: Bools, told: LightingSchedule, means: tuple[Park, Kleene, Bools], out: OmissionLog
) -> Bools:
    """*rows* whose cabinet or luminaire can carry *told* out; the others are told.

    *means*: the park, whether each cabinet can be programmed, which luminaires are autonomous.
    """
    park, programmable, is_autonomous = means
    if told.executor == "none":
        return rows
    if told.executor == "luminaire":
        out.by_cabinet(rows & ~is_autonomous, text.NOT_AUTONOMOUS, told.id)
        return rows & is_autonomous
    can = np.append(programmable, np.int8(UNSURE))[park.cabinet]
    out.by_cabinet(rows & (park.cabinet < 0), text.NO_CABINET, told.id)
    out.by_cabinet(rows & (park.cabinet >= 0) & (can == UNSURE), text.PROGRAM_UNKNOWN, told.id)
    out.by_cabinet(rows & (can == NO), text.CANNOT_PROGRAM, told.id)
    found: Bools = rows & (can == YES)
    return found


def select_dimmable_lights(
    rows: Bools, told: LightingSchedule, can: Kleene, out: OmissionLog
) -> Bools:
    """*rows* whose lamps can be dimmed as *told* asks; the others are told."""
    if not has_dimming_step(told):
        return rows
    out.by_cabinet(rows & (can == NO), text.CANNOT_DIM, told.id)
    out.by_cabinet(rows & (can == UNSURE), text.DIM_UNKNOWN, told.id)
    found: Bools = rows & (can == YES)
    return found


def has_dimming_step(schedule: LightingSchedule) -> bool:
    """Whether a schedule needs lamps that can be dimmed: a step between, or presence."""
    return any(0 < one.light_share < 1 or one.presence_share for one in schedule.spans)


def mark_dimmable_lights(source: Places, retrofit: Places, entries: Sequence[Retrofit]) -> Kleene:
    """Whether each can be dimmed: LED unless told otherwise, others only when told so."""
    by_kind = np.full(len(SOURCES) + 1, NO, np.int8)
    by_kind[_LED], by_kind[_AS_UNKNOWN], by_kind[-1] = YES, UNSURE, UNSURE
    found: Kleene = by_kind[source]
    for place, one in enumerate(entries):
        if one.dimmable is not None:
            found[retrofit == place] = YES * one.dimmable
        elif one.source_type is not None:
            found[retrofit == place] = by_kind[SOURCES.index(one.source_type)]
    return found


def mark_autonomous_lights(retrofit: Places, entries: Sequence[Retrofit]) -> Bools:
    """Which luminaires follow a schedule by themselves once replaced."""
    told = np.array([*(one.autonomous is True for one in entries), False])
    found: Bools = told[retrofit]
    return found


class Wishes:
    """The schedules asked for, measure by measure.

    A cabinet switches all its lights or none: once a part of them wants what the cabinet would have
    to do and the others want something else, the cabinet stays at the last wish of all. Those that
    follow a schedule by themselves, or want one that their luminaire carries out, do not count.
    """

    def __init__(self, park: Park, schedules: Sequence[LightingSchedule], is_own: Bools) -> None:
        self._park, self._is_own = park, is_own
        self._by_cabinet = np.array([*(one.executor == "cabinet" for one in schedules), False])
        self._by_luminaire = np.array([*(one.executor == "luminaire" for one in schedules), False])
        self._asked = park.schedule.copy()
        self._asked_year = np.full(len(park.count), -1, np.int32)
        self.schedule = self._asked.copy()
        """The schedule that each wants, where its cabinet is of one mind."""
        self.year = self._asked_year.copy()
        """Year of the measure that asked; -1: none."""

    def ask(self, rows: Bools, schedule: int, year: int) -> None:
        """One measure."""
        self._asked[rows], self._asked_year[rows] = schedule, year
        cabinet = self._park.cabinet
        touched = np.zeros(int(cabinet.max(initial=-1)) + 2, bool)
        touched[cabinet[rows]] = True
        touched[-1] = False
        members: Bools = touched[cabinet]
        agreed = (rows & ~members) | (members & ~self._torn(members)[cabinet])
        agreed |= rows & self._by_luminaire[schedule]
        self.schedule[agreed] = self._asked[agreed]
        self.year[agreed] = self._asked_year[agreed]

    def _torn(self, members: Bools) -> Bools:
        """Which cabinets would have to do different things, of the lights *members*; last: none."""
        cabinet, n = self._park.cabinet, len(self._by_cabinet)
        alone = self._is_own & (self._asked == self._park.schedule)
        switched = members & ~alone & ~self._by_luminaire[self._asked]
        code = np.unique(cabinet[switched].astype(np.int64) * n + self._asked[switched] % n)
        wide = int(cabinet.max(initial=-1)) + 2
        wishes = np.bincount(code // n, minlength=wide)
        switching = np.bincount(code // n, weights=self._by_cabinet[code % n], minlength=wide)
        found: Bools = (wishes > 1) & (switching > 0)
        return found

    @property
    def torn(self) -> Bools:
        """Lights that do not get what they were asked to do, for others of their cabinet differ."""
        found: Bools = self.schedule != self._asked
        return found
