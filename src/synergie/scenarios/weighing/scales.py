"""Fixed scales to publish before anybody weighs, found from the park of today alone (W3).

Never from the scenarios at hand: a further scenario would change the scale and with it the order
of the others. A council that fixes its own does better.
"""

import csv
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple, cast

from synergie.schemas.lighting_effects import LightingCriterion, ScenarioEffects
from synergie.schemas.lighting_study import LightingStudy
from synergie.schemas.lighting_weighing import ValueBounds

_DIGITS = 6


class Rule(NamedTuple):
    """How the shipped table makes the scale of one criterion."""

    criterion: LightingCriterion
    kind: str
    """`fixed`: as written; `light`: times the luminaires; `today`: times the value of today."""
    worst: float
    best: float
    reason: str


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The shipped table, `bounds.csv`."""
    text = files("synergie.scenarios.weighing").joinpath("bounds.csv").read_text("utf-8")
    return tuple(
        Rule(
            cast("LightingCriterion", row["criterion"]), row["rule"], float(row["worst"]),
            float(row["best"]), row["reason"],
        )
        for row in csv.DictReader(text.splitlines(), delimiter=";")
    )  # fmt: skip


def bounds_of(study: LightingStudy, today: ScenarioEffects) -> tuple[ValueBounds, ...]:
    """The shipped scales for *study*, whose park is as *today* tells (its first scenario).

    A criterion that is not known today, or is nothing today, has no scale here where its rule
    stands on today. Only *today* and the number of luminaires are looked at: other scenarios may
    come and go, and the scales stay.
    """
    known = {row.criterion: row.value for row in today.indicators}
    lights = sum(light.count for light in study.lights)
    found = []
    for rule in rules():
        scale = {"fixed": 1.0, "light": float(lights), "today": known.get(rule.criterion)}[
            rule.kind
        ]
        if scale is None or scale <= 0:
            continue
        found.append(
            ValueBounds(
                criterion=rule.criterion, worst=round(rule.worst * scale, _DIGITS),
                best=round(rule.best * scale, _DIGITS), source=rule.reason,
            )
        )  # fmt: skip
    return tuple(found)
