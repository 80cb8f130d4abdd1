"""The breaches of a scenario, grouped: what breaks which rule, how many, and since when."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.law._lights import Lights, lights_of, usages_of
from synergie.lighting.plan.law._rules import LawRules, Rule, list_rules_in_force
from synergie.lighting.plan.law._standing import Standing, assess_rules, of_usages
from synergie.lighting.plan.measured import Marks, Measured
from synergie.lighting.records.effects import Breach
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan, Weekday

# Whether a schedule leaves the night dark from a legal hour on, every night of the year.

MORNING = 5 * 60
"""Minute of the local day until which it must stay dark: no text says when light may come back
before the morning, so that no more is asked."""
_DAY, _NOON = 1440, 720
_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday.__value__)
_LEAP = date(2024, 1, 1)


def dark_from(schedule: LightingSchedule, minute: int) -> bool:
    """Whether no light is planned from *minute* of the local day until 05:00, on any night.

    Light on detection of presence is no planned light (article 2 lets it be adapted). Twilight is
    left aside.
    """
    start, end = _compute_night_minute(minute), _compute_night_minute(MORNING)
    if start >= end or (
        schedule.off_at is not None
        and _compute_night_minute(_parse_minute_of_day(schedule.off_at)) <= start
    ):
        return True
    dark = [span for span in schedule.spans if span.light_share == 0]
    return all(
        _is_interval_covered(_of_evening(dark, day), start, end)
        for day in _iterate_test_evenings(dark)
    )


def _of_evening(
    spans: Sequence[ScheduleSpan], evening: tuple[str, Weekday]
) -> Iterator[tuple[int, int]]:
    day, weekday = evening
    for span in spans:
        if span.evenings and weekday not in span.evenings:
            continue
        first, last = span.from_day or "01-01", span.to_day or "12-31"
        within = first <= day <= last if first <= last else day >= first or day <= last
        if within:
            start, end = (
                _compute_night_minute(_parse_minute_of_day(span.starts)),
                _compute_night_minute(_parse_minute_of_day(span.ends)),
            )
            yield start, end if end > start else end + _DAY


def _is_interval_covered(spans: Iterator[tuple[int, int]], start: int, end: int) -> bool:
    for first, last in sorted(spans):
        if first > start:
            break
        start = max(start, last)
    return start >= end


def _iterate_test_evenings(spans: Sequence[ScheduleSpan]) -> Iterator[tuple[str, Weekday]]:
    """Evenings that stand for all: the days about each change, every day of the week."""
    days = {"01-01"}
    for span in spans:
        for told in (span.from_day, span.to_day):
            if told is not None:
                days |= {_shift_month_day(told, by) for by in (-1, 0, 1)}
    yield from ((day, weekday) for day in sorted(days) for weekday in _WEEKDAYS)


def _shift_month_day(day: str, by: int) -> str:
    month, rest = day.split("-")
    found = min(int(rest), 29) if month == "02" else int(rest)
    last = 30 if month in {"04", "06", "09", "11"} else 31
    moved = _LEAP.replace(month=int(month), day=min(found, last)) + timedelta(days=by)
    return f"{moved:%m-%d}"


def _parse_minute_of_day(clock: str) -> int:
    hours, minutes = clock.split(":")[:2]
    return 60 * int(hours) + int(minutes)


def _compute_night_minute(minute: int) -> int:
    """Minutes since noon, so that a night is one stretch."""
    return (minute - _NOON) % _DAY


type Chosen = NDArray[np.bool_]

_LUMENS, _KELVINS = frozenset(("lm-m2",)), frozenset(("cct-road", "cct-reserve"))
_TEXT = 150


def breaches(
    found: Measured, law: LawRules | None = None, *, usage: Marks | None = None
) -> tuple[Breach, ...]:
    """Rules that a scenario does not keep on 1 January of the first year of works.

    *usage*: the categories, when they are at hand (`usages_of`). `is_new` marks what the scenario
    brings: a luminaire or a schedule of its own.
    """
    asked = law or LawRules()
    lights = lights_of(found, asked, usages_of(found.study) if usage is None else usage)
    held = list_rules_in_force(asked, date(found.study.rules.starts, 1, 1))
    told = {one.rule.key: one for one in assess_rules(lights, held)}
    return tuple(breach for rule in held for breach in _of_rule(found, lights, rule, told))


def _of_rule(
    found: Measured, lights: Lights, rule: Rule, told: dict[str, Standing]
) -> Iterator[Breach]:
    match rule.kind:
        case "equipment":
            yield from _iterate_equipment_breaches(found, lights, told[rule.key])
        case "hours":
            yield from _iterate_hours_breaches(found, lights, rule)
        case "order":
            yield from _iterate_order_breaches(found, rule)


def _iterate_equipment_breaches(found: Measured, lights: Lights, one: Standing) -> Iterator[Breach]:
    """By entry of the catalogue for what is brought, by value for what is there."""
    brought = one.broken & lights.brought
    for place in np.unique(found.retrofit[brought]):
        here = brought & (found.retrofit == place)
        yield from _by_value(found, one, here, found.study.retrofits[int(place)].id)
    yield from _by_value(found, one, one.broken & ~lights.brought, None)


def _by_value(found: Measured, one: Standing, here: Chosen, entry: str | None) -> Iterator[Breach]:
    for value in np.unique(one.values[here]):
        rows = np.flatnonzero(here & (one.values == value))
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
    if rule.key in _KELVINS:
        return f"{value:g} K"
    return f"{value:.3g} lm/m2" if rule.key in _LUMENS else f"{100 * value:.3g} %"


def _iterate_hours_breaches(found: Measured, lights: Lights, rule: Rule) -> Iterator[Breach]:
    here, _ = of_usages(lights, rule)
    for place in np.unique(found.schedule[here & (found.schedule >= 0)]):
        schedule = found.study.schedules[int(place)]
        if not dark_from(schedule, int(rule.limit)):
            yield from _iterate_schedule_breaches(
                found, rule, here & (found.schedule == place), schedule.id
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
