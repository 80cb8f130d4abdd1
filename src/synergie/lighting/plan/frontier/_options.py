"""Every option of every cabinet with its values: one run of the effects for each kind of option."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import product

import numpy as np
from numpy.typing import NDArray

from synergie.errors import Cancelled, TooLarge
from synergie.lighting.plan.criteria import ScenarioEvaluation, StudyContext
from synergie.lighting.plan.design import select_led_family
from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.frontier._additive import Traded, by_cabinet
from synergie.lighting.plan.frontier._apart import Apart
from synergie.lighting.plan.law import assess_hours, assess_rules, lights_of, list_rules_in_force
from synergie.lighting.plan.measured import Measured
from synergie.lighting.records.study import LightingAction, LightingScenario, LightingStudy

# Which cabinets can do what an option says, within the law.

type Chosen = NDArray[np.bool_]


def mark_complete_cabinets(
    found: Measured, retrofits: tuple[str, ...], schedule: int | None
) -> Chosen:
    """Cabinets where all of the option is done: a lamp is replaced, the hours are followed.

    A schedule that the cabinet carries out holds for all its lamps, one that luminaires carry out
    for those that can. One flag a cabinet.
    """
    size = len(found.study.cabinets)
    whole = np.ones(size, dtype=bool)
    if retrofits:
        places = [n for n, one in enumerate(found.study.retrofits) if one.id in retrofits]
        whole &= _mark_cabinets_with_light(found, np.isin(found.retrofit, places), size)
    if schedule is not None:
        follows = found.schedule == schedule
        changes = follows & (found.schedule != found.park.schedule)
        whole &= _mark_cabinets_with_light(found, changes, size)
        if found.study.schedules[schedule].executor == "cabinet":
            whole &= ~_mark_cabinets_with_light(found, ~follows, size)
    return whole


def mark_lawful_cabinets(found: Measured, ground: StudyContext, study: LightingStudy) -> Chosen:
    """Cabinets where the option brings no breach of the order of 27/12/2018, one flag each.

    A missing order of a mayor excludes nothing: it is one of the things to be decided.
    """
    day = date(study.rules.starts, 1, 1)
    lights = lights_of(found, ground.facts)
    broken = np.zeros(len(found.retrofit), dtype=bool)
    for one in assess_rules(lights, list_rules_in_force(day)):
        broken |= one.broken & lights.brought
    changed = found.schedule != found.park.schedule
    for rows in assess_hours(found, ground.facts, day).broken.values():
        broken |= rows & changed
    return ~_mark_cabinets_with_light(found, broken, len(study.cabinets))


def _mark_cabinets_with_light(found: Measured, lights: Chosen, size: int) -> Chosen:
    """Cabinets that have such a luminaire."""
    return by_cabinet(found.park, lights.astype(np.float64), size) > 0


MOST = 500
"""Kinds of options (retrofit and schedule) that are looked at, at most."""
_FINEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Option:
    """What may be done behind a cabinet. Nothing and None: nothing changes."""

    retrofits: tuple[str, ...]
    """Entries of the catalogue; of several each luminaire takes the one that suits its road."""
    schedule: int | None
    year: int | None
    values: tuple[float, ...]
    """Part of the cabinet in each criterion, less being better."""
    eur: Decimal
    """What the works cost."""


@dataclass(slots=True)
class Options:
    """Options by cabinet, and what was left out."""

    of: dict[int, list[Option]]
    """By place of the cabinet, the first one changes nothing. Cabinets that are left out are not
    in it."""
    left_out: Counter[str]
    """How many options of cabinets were left out, by reason."""
    unknown: list[str]
    """Cabinets that stay as they are because their values of today are not known."""


NOT_DONE, UNLAWFUL, UNKNOWN = "not done", "unlawful", "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """What options are made from."""

    setting: Setting
    apart: Apart
    criteria: tuple[Traded, ...]
    years: tuple[int, ...]
    """Years in which works may be done."""

    def options(
        self,
        *,
        cancel: Callable[[], bool] | None = None,
        told: Callable[[int, int], None] | None = None,
    ) -> Options:
        """The options of all cabinets that have luminaires. Raises Cancelled, TooLarge."""
        study = self.setting.study
        kinds = list(product(list_retrofit_choices(study), _or_none(study.schedules)))
        if len(kinds) > MOST:
            raise TooLarge(MOST, "pairs of retrofit and schedule")
        found = self._today()
        for n, (retrofits, schedule) in enumerate(kinds[1:], 1):
            if cancel is not None and cancel():
                raise Cancelled
            for year in self.years:
                self._add(found, retrofits, schedule, year)
            if told is not None:
                told(n, len(kinds) - 1)
        return found

    def _today(self) -> Options:
        """Doing nothing, for each cabinet whose values are known."""
        setting, out = self.setting, Options({}, Counter(), [])
        whole = self._join_effects(setting.measured(LightingScenario(id="keep", name="keep")))
        size = len(setting.study.cabinets)
        lit = np.flatnonzero(by_cabinet(setting.park, setting.park.count, size) > 0)
        for cabinet in lit.tolist():
            values = self._values(whole, cabinet)
            if values is None:
                out.unknown.append(setting.study.cabinets[cabinet].id)
            else:
                out.of[cabinet] = [Option((), None, None, values, Decimal(0))]
        return out

    def _join_effects(self, found: Measured) -> ScenarioEvaluation:
        return self.apart.join_effects(found, self.apart.money(found))

    def _values(self, whole: ScenarioEvaluation, cabinet: int) -> tuple[float, ...] | None:
        each = [self.apart.value(whole, one, cabinet) for one in self.criteria]
        known = tuple(one for one in each if one is not None)
        return known if len(known) == len(each) else None

    def _add(
        self, out: Options, retrofits: tuple[str, ...], schedule: int | None, year: int
    ) -> None:
        """One kind of option in one year, for all cabinets that can do it."""
        study, able = self.setting.study, []
        told = build_option_measure(study, retrofits, schedule, year)
        found = self.setting.measured(LightingScenario(id="try", name="try", actions=(told,)))
        does = mark_complete_cabinets(found, retrofits, schedule)
        keeps = mark_lawful_cabinets(found, self.apart.ground, study)
        for cabinet in out.of:
            if not does[cabinet]:
                out.left_out[NOT_DONE] += 1
            elif not keeps[cabinet]:
                out.left_out[UNLAWFUL] += 1
            else:
                able.append(cabinet)
        if not able:
            return
        whole = self._join_effects(found)
        for cabinet in able:
            eur = whole.money.communes[cabinet].investment_eur
            values = self._values(whole, cabinet)
            if eur is None or values is None:
                out.left_out[UNKNOWN] += 1
                continue
            paid = eur.quantize(_FINEST, ROUND_CEILING)
            out.of[cabinet].append(Option(retrofits, schedule, year, values, paid))


def _or_none(entries: tuple[object, ...]) -> list[int | None]:
    return [None, *range(len(entries))]


def list_retrofit_choices(study: LightingStudy) -> list[tuple[str, ...]]:
    """Nothing, each entry alone, and the sizes of one family of LED as one choice.

    One size for all luminaires behind a cabinet would give some streets a third of their light, and
    look cheap.
    """
    family = tuple(one.id for one in select_led_family(study.retrofits))
    sized = family if len(family) > 1 else ()
    alone = [(one.id,) for one in study.retrofits if one.id not in sized]
    return [(), *([sized] if sized else []), *alone]


def build_option_measure(
    study: LightingStudy, retrofits: tuple[str, ...], schedule: int | None, year: int
) -> LightingAction:
    """The measure that an option is, for all cabinets."""
    return LightingAction(
        retrofit=retrofits[0] if len(retrofits) == 1 else None,
        retrofit_among=retrofits if len(retrofits) > 1 else (),
        schedule=None if schedule is None else study.schedules[schedule].id,
        year=year,
    )
