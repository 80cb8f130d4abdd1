"""Which lights keep which rule: broken, or not to be told, and for want of what."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.law._hours import judge_hours, list_missing_hours
from synergie.lighting.plan.law._lights import USAGES, LawFacts, Lights
from synergie.lighting.plan.law._rules import LightFact, Rule
from synergie.lighting.plan.measured import Floats, Marks, Measured

type Chosen = NDArray[np.bool_]

_TINY = 1e-9
_NAMES: dict[LightFact, str] = {
    "new": "installed_on", "may_be_old": "installed_on", "built_up": "is_built_up",
    "natural": "is_natural", "accessible": "is_accessible_path", "garden": "area_kind",
}  # fmt: skip
"""The field that tells each fact."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How lights stand to one rule."""

    rule: Rule
    """The rule."""
    broken: Chosen
    """Lights that break it."""
    unknown: Chosen
    """Lights that may break it: category, age or figure is not known."""
    values: Floats
    """What was found of each."""
    missing: dict[str, Chosen]
    """Lights that are not told for want of a field, by its name."""


def assess_rules(lights: Lights, rules: tuple[Rule, ...]) -> tuple[Standing, ...]:
    """How *lights* stand to each rule about equipment."""
    return tuple(_assess_rule(lights, one) for one in rules if one.figure is not None)


def _assess_rule(lights: Lights, rule: Rule) -> Standing:
    values: Floats = getattr(lights, rule.figure or "")
    marks = dict(_mark_conditions(lights, rule))
    sure, maybe = np.ones(len(values), bool), np.ones(len(values), bool)
    for mark in marks.values():
        sure &= mark == 1
        maybe &= mark != 0
    beyond = values < rule.limit - _TINY if rule.key == "cie3" else values > rule.limit + _TINY
    broken = sure & beyond
    unknown = maybe & (beyond | np.isnan(values)) & ~broken
    missing = {name: unknown & (mark < 0) for name, mark in marks.items()}
    told = sure if rule.figure == "illuminance_lx" else maybe  # elsewhere nobody would measure it
    missing |= {name: unknown & told & lost for name, lost in _list_lost_figures(lights, rule)}
    return Standing(rule, broken, unknown, values, missing)


def _mark_conditions(lights: Lights, rule: Rule) -> list[tuple[str, Marks]]:
    """Whether each condition of *rule* holds of each light: 1, 0, or -1 where not known."""
    found: list[tuple[str, Marks]] = []
    if rule.usages:
        told = np.array([int(name in rule.usages) for name in USAGES] + [-1], np.int8)
        found.append(("usage", told[lights.facts.usage]))
    for fact, wanted in rule.facts:
        mark: Marks = getattr(lights if hasattr(lights, fact) else lights.facts, fact)
        found.append((_NAMES[fact], np.where(mark < 0, mark, mark == int(wanted)).astype(np.int8)))
    return found


def _list_lost_figures(lights: Lights, rule: Rule) -> list[tuple[str, Chosen]]:
    if rule.figure == "lm_m2":
        return [
            ("flux_lm", np.isnan(lights.flux_lm)), ("surface_m2", np.isnan(lights.facts.surface_m2))
        ]  # fmt: skip
    name = rule.figure or ""
    return [(name, np.isnan(getattr(lights, name)))]


@dataclass(frozen=True, slots=True, eq=False)
class HoursStanding:
    """How lights stand to the hours of article 2."""

    broken: dict[str, Chosen]
    """Lights that break each rule, by its key."""
    unknown: Chosen
    """Lights whose hours cannot be judged."""
    missing: dict[str, Chosen]
    """Those for want of a field, by its name."""


def assess_hours(found: Measured, facts: LawFacts, day: date) -> HoursStanding:
    """Each schedule once for each area and category that follows it."""
    study, size = found.study, len(found.schedule)
    wide, deep = len(USAGES) + 1, len(study.areas) + 1
    code = ((found.schedule + 1).astype(np.int64) * deep + facts.area + 1) * wide + facts.usage + 1
    cases, inverse = np.unique(code, return_inverse=True)
    broken: dict[str, Chosen] = {}
    unknown = np.zeros(size, bool)
    missing: dict[str, Chosen] = {}
    for n, case in enumerate(cases.tolist()):
        pair, usage = case // wide, case % wide - 1
        schedule, area = pair // deep - 1, pair % deep - 1
        told = study.schedules[schedule] if schedule >= 0 else None
        where = study.areas[area] if area >= 0 else None
        whose = USAGES[usage] if usage >= 0 else None
        verdict, rule = judge_hours(told, where, whose, day)
        rows = inverse == n
        if rule is not None:
            broken[rule] = broken.get(rule, np.zeros(size, bool)) | rows
        if verdict == "unknown":
            unknown |= rows
            for name in list_missing_hours(told, where, whose):
                missing[name] = missing.get(name, np.zeros(size, bool)) | rows
    return HoursStanding(broken, unknown, missing)
