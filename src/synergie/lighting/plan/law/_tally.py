"""How many luminaires keep the arrêté, break it, or are not judged, and for want of what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from synergie.lighting.plan.law._lights import LawFacts, lights_of
from synergie.lighting.plan.law._rules import list_rules_in_force
from synergie.lighting.plan.law._standing import Chosen, assess_hours, assess_rules
from synergie.lighting.plan.measured import Floats, Measured
from synergie.lighting.records.effects import LawTally, MissingField


@dataclass(frozen=True, slots=True, eq=False)
class Conformity:
    """How each light stands to all rules of one subject."""

    broken: Chosen
    """Those that break one at least."""
    unjudged: Chosen
    """Those that break none, and of which one at least cannot be judged."""
    missing: dict[str, Chosen]
    """Those not judged for want of a field, by its name."""


def judge_lights(found: Measured, facts: LawFacts) -> dict[str, Conformity]:
    """By subject, `equipment` and `hours`, on 1 January of the first year of works."""
    day = date(found.study.rules.starts, 1, 1)
    rules = list_rules_in_force(day)
    told = assess_rules(lights_of(found, facts), rules)
    hours = assess_hours(found, facts, day)
    held = {rule.key for rule in rules if rule.kind == "hours"}
    return {
        "equipment": _join(
            len(facts.usage),
            (one.broken for one in told),
            (one.unknown for one in told),
            [pair for one in told for pair in one.missing.items()],
        ),
        "hours": _join(
            len(facts.usage),
            (rows for key, rows in hours.broken.items() if key in held),
            (hours.unknown,) if held else (),
            list(hours.missing.items()) if held else [],
        ),
    }


def _join(
    size: int, broken: Iterable[Chosen], unknown: Iterable[Chosen],
    missing: list[tuple[str, Chosen]],
) -> Conformity:  # fmt: skip
    bad, lost = np.zeros(size, bool), np.zeros(size, bool)
    for one in broken:
        bad |= one
    for one in unknown:
        lost |= one
    lost &= ~bad
    fields: dict[str, Chosen] = {}
    for name, rows in missing:
        fields[name] = fields.get(name, np.zeros(size, bool)) | (rows & lost)
    return Conformity(bad, lost, fields)


def tally_law(count: Floats, judged: dict[str, Conformity]) -> tuple[LawTally, ...]:
    """The counts of each subject; the fields that most luminaires lack first."""
    return tuple(_count_subject(count, subject, one) for subject, one in judged.items())


def _count_subject(count: Floats, subject: str, one: Conformity) -> LawTally:
    def number(rows: Chosen) -> int:
        return round(float(count[rows].sum()))

    missing = [(name, number(rows)) for name, rows in one.missing.items()]
    return LawTally(
        subject=subject,  # type: ignore[arg-type]
        kept=number(~one.broken & ~one.unjudged),
        broken=number(one.broken),
        unjudged=number(one.unjudged),
        missing=tuple(
            MissingField(field=name, count=many)  # type: ignore[arg-type]
            for name, many in sorted(missing, key=lambda pair: (-pair[1], pair[0]))
            if many
        ),
    )
