"""The breaches of a scenario, grouped: what breaks which rule, how many, and since when."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.law._lights import LawFacts, Lights, facts_of, lights_of
from synergie.lighting.plan.law._rules import LawRules, Rule, list_rules_in_force
from synergie.lighting.plan.law._standing import (
    Chosen,
    HoursStanding,
    Standing,
    assess_hours,
    assess_rules,
)
from synergie.lighting.plan.measured import Measured
from synergie.lighting.records.effects import Breach
from synergie.lighting.records.schedule import LightingSchedule

_TEXT = 150


def breaches(
    found: Measured, law: LawRules | None = None, *, facts: LawFacts | None = None
) -> tuple[Breach, ...]:
    """Rules that a scenario does not keep on 1 January of the first year of works.

    *facts*: what the study tells of its luminaires, when it is at hand (`facts_of`). `is_new` marks
    what the scenario brings: a luminaire or a schedule of its own.
    """
    told = facts_of(found.study, law) if facts is None else facts
    day = date(found.study.rules.starts, 1, 1)
    rules = list_rules_in_force(day)
    lights = lights_of(found, told)
    hours = assess_hours(found, told, day)
    return tuple(_iterate_breaches(found, lights, rules, hours))


def _iterate_breaches(
    found: Measured, lights: Lights, rules: tuple[Rule, ...], hours: HoursStanding
) -> Iterator[Breach]:
    standings = {one.rule.key: one for one in assess_rules(lights, rules)}
    for rule in rules:
        if rule.key in standings:
            yield from _iterate_equipment_breaches(found, lights, standings[rule.key])
        elif rule.kind == "hours":
            yield from _iterate_hours_breaches(found, rule, hours.broken.get(rule.key))
        else:
            yield from _iterate_order_breaches(found, rule)


def _iterate_equipment_breaches(found: Measured, lights: Lights, one: Standing) -> Iterator[Breach]:
    """By entry of the catalogue for what is brought, by value for what is there."""
    brought = one.broken & lights.brought
    for place in np.unique(found.retrofit[brought]):
        here = brought & (found.retrofit == place)
        yield from _by_value(found, one, here, found.study.retrofits[int(place)].id)
    yield from _by_value(found, one, one.broken & ~lights.brought, None)


def _by_value(found: Measured, one: Standing, here: Chosen, entry: str | None) -> Iterator[Breach]:
    shown = np.round(one.values, 4)  # a figure of its own for each light is told once as written
    for value in np.unique(shown[here]):
        rows = np.flatnonzero(here & (shown == value))
        name = found.study.lights[int(rows[0])].id
        subject = entry or (name if len(rows) == 1 else f"{name[:_TEXT]} (+ {len(rows) - 1})")
        yield _build_breach(
            one.rule,
            subject,
            _count_luminaires(found, rows),
            _format_rule_value(one.rule, value),
            new=entry is not None,
        )


def _format_rule_value(rule: Rule, value: float) -> str:
    match rule.figure:
        case "cct_k":
            return f"{value:g} K"
        case "lm_m2":
            return f"{value:.3g} lm/m2"
        case "illuminance_lx":
            return f"{value:.3g} lx"
        case _:
            return f"{100 * value:.3g} %"


def _iterate_hours_breaches(found: Measured, rule: Rule, broken: Chosen | None) -> Iterator[Breach]:
    if broken is None:
        return
    for place in np.unique(found.schedule[broken]):
        schedule = found.study.schedules[int(place)].id
        yield from _iterate_schedule_breaches(
            found, rule, broken & (found.schedule == place), schedule
        )


def _iterate_order_breaches(found: Measured, rule: Rule) -> Iterator[Breach]:
    """Schedules that take light away where the mayor's orders do not name them."""
    names = found.study.schedules
    for commune, told in enumerate(found.study.communes):
        if told.allowed_schedules is None:
            continue
        here = (found.park.commune == commune) & (found.schedule >= 0)
        for place in np.unique(found.schedule[here]):
            schedule = names[int(place)]
            if schedule.id not in told.allowed_schedules and _takes_light(schedule):
                rows = here & (found.schedule == place)
                yield from _iterate_schedule_breaches(
                    found, rule, rows, schedule.id, commune=told.insee_code
                )


def _takes_light(schedule: LightingSchedule) -> bool:
    return bool(schedule.spans) or schedule.on_at is not None or schedule.off_at is not None


def _iterate_schedule_breaches(
    found: Measured, rule: Rule, here: Chosen, schedule: str, *, commune: str | None = None
) -> Iterator[Breach]:
    changed = found.schedule != found.park.schedule
    for new in (True, False):
        rows = np.flatnonzero(here & (changed == new))
        if len(rows):
            yield _build_breach(
                rule,
                commune or schedule,
                _count_luminaires(found, rows),
                schedule,
                new=new,
                place=commune,
            )


def _build_breach(
    rule: Rule, subject: str, count: int, found: str, *, new: bool, place: str | None = None
) -> Breach:
    expected = rule.expected
    if place is not None:
        expected = expected.model_copy(update={"values": (place,)})
    return Breach(
        rule=rule.key, article=rule.article, subject=subject, count=count, found=found,
        expected=expected, is_new=new,
    )  # fmt: skip


def _count_luminaires(found: Measured, rows: NDArray[np.intp]) -> int:
    return max(1, round(float(found.park.count[rows].sum())))
