"""Which cabinets can do what an option says, within the law."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.criteria import StudyContext
from synergie.lighting.plan.frontier._additive import by_cabinet
from synergie.lighting.plan.law import assess_rules, breaches, lights_of, list_rules_in_force
from synergie.lighting.plan.measured import Measured
from synergie.lighting.records.study import LightingStudy

type Chosen = NDArray[np.bool_]


def mark_complete_cabinets(found: Measured, retrofit: int | None, schedule: int | None) -> Chosen:
    """Cabinets where all of the option is done: a lamp is replaced, the hours are followed.

    A schedule that the cabinet carries out holds for all its lamps, one that luminaires carry out
    for those that can. One flag a cabinet.
    """
    size = len(found.study.cabinets)
    whole = np.ones(size, dtype=bool)
    if retrofit is not None:
        whole &= _mark_cabinets_with_light(found, found.retrofit == retrofit, size)
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
    held = list_rules_in_force(ground.law, date(study.rules.starts, 1, 1))
    lights = lights_of(found, ground.law, ground.usage)
    broken = np.zeros(len(found.retrofit), dtype=bool)
    for one in assess_rules(lights, held):
        broken |= one.broken & lights.brought
    told = {
        (one.rule, one.found)
        for one in breaches(found, ground.law, usage=ground.usage)
        if one.is_new
    }
    changed = found.schedule != found.park.schedule
    for rule in held:
        if rule.kind == "hours":
            here = [not rule.usages or one.usage in rule.usages for one in study.lights]
            bad = [n for n, one in enumerate(study.schedules) if (rule.key, one.id) in told]
            broken |= np.array(here) & changed & np.isin(found.schedule, bad)
    return ~_mark_cabinets_with_light(found, broken, len(study.cabinets))


def _mark_cabinets_with_light(found: Measured, lights: Chosen, size: int) -> Chosen:
    """Cabinets that have such a luminaire."""
    return by_cabinet(found.park, lights.astype(np.float64), size) > 0
