"""Fixed scales to publish before anybody weighs, found from the park of today alone (W3).

Never from the scenarios at hand: a further scenario would change the scale and with it the order
of the others. A council that fixes its own does better.
"""

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from functools import lru_cache
from typing import NamedTuple, cast

from synergie.formats.csv_text import shipped_rows
from synergie.lighting.records.effects import LightingCriterion, ScenarioEffects, Stake
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.weighing import ValueBounds

_DIGITS = 6


class Rule(NamedTuple):
    """How the shipped table makes the scale of one criterion."""

    criterion: LightingCriterion
    stake: Stake
    kind: str
    """`fixed`: as written; `light`: times the luminaires; `today`: times the value of today."""
    worst: float
    best: float
    reason: str


@lru_cache(maxsize=1)
def read_scale_rules() -> tuple[Rule, ...]:
    """The shipped table, `bounds.csv`."""
    return tuple(
        Rule(
            cast("LightingCriterion", row["criterion"]),
            cast("Stake", row["stake"]), row["rule"], float(row["worst"]),
            float(row["best"]), row["reason"],
        )
        for row in shipped_rows("synergie.lighting.plan.weighing", "bounds.csv")
    )  # fmt: skip


def bounds_of(
    study: LightingStudy,
    today: ScenarioEffects,
    criteria: Sequence[LightingCriterion] | None = None,
) -> tuple[ValueBounds, ...]:
    """The shipped scales of *criteria* for *study*, whose park is as *today* tells.

    None: of each stake the first criterion of the table that has a scale, for two indicators of the
    same stake would count it twice. *today* is the first scenario of the study. A criterion that is
    not known today, or is nothing today, has no scale where its rule stands on today. Only *today*
    and the number of luminaires are looked at: other scenarios may come and go, the scales stay.
    Ends are rounded away from zero to six digits, so that today lies within.
    """
    known = {row.criterion: row.value for row in today.indicators}
    lights = float(sum(light.count for light in study.lights))
    found: dict[LightingCriterion, ValueBounds] = {}
    stakes: set[Stake] = set()
    for rule in read_scale_rules():
        scale = {"fixed": 1.0, "light": lights, "today": known.get(rule.criterion)}[rule.kind]
        wanted = rule.stake not in stakes if criteria is None else rule.criterion in criteria
        if scale is None or scale <= 0 or not wanted:
            continue
        stakes.add(rule.stake)
        found[rule.criterion] = ValueBounds(
            criterion=rule.criterion, worst=_round_scale_end(rule.worst * scale),
            best=_round_scale_end(rule.best * scale), source=rule.reason,
        )  # fmt: skip
    return tuple(found.values())


def _round_scale_end(value: float) -> float:
    """*value* to six digits, rounded away from zero."""
    exact = Decimal(repr(value))
    if not exact:
        return 0.0
    step = Decimal(1).scaleb(exact.adjusted() - _DIGITS + 1)
    return float(exact.quantize(step, rounding=ROUND_UP))
