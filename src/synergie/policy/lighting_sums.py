"""Effects of scenarios on all bodies together: which may be told to one of them. Pure.

The rule of `group_sums` on each criterion and scenario, and on the difference of any two scenarios:
one that changes a single body's lights would tell, by subtraction, what it changes there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Literal

from synergie.policy.group_sums import tells_nobody
from synergie.policy.lighting_holdings import Holdings
from synergie.policy.lighting_view import plain
from synergie.schemas.lighting_effects import (
    Indicator,
    LightingComparison,
    LightingCriterion,
    ScenarioEffects,
)
from synergie.schemas.lighting_part import ScenarioTotals

MOST_SCENARIOS = 40
"""No totals of more scenarios than this: each pair of them is looked at for each criterion."""
PAID: Mapping[LightingCriterion, Literal["bill_eur", "investment_eur"]] = {
    "bill": "bill_eur",
    "investment": "investment_eur",
}
"""Criteria that are told by body."""
ADDED: frozenset[LightingCriterion] = frozenset(
    (
        "energy", "net_present_cost", "bill_stress", "carbon", "carbon_embodied", "upward_flux",
        "corridor_light", "points_out",
    )
)  # fmt: skip
"""Criteria that are added up over communes."""
MEANS: frozenset[LightingCriterion] = frozenset(("corridor_warm", "dark_hours", "legal"))
"""Criteria that are a mean over luminaires."""
FOLLOWS: Mapping[LightingCriterion, LightingCriterion] = {
    "energy_inhabitant": "energy",
    "gain_spread": "energy",
    "worse_off": "energy",
    "least_service": "dark_hours",
}
"""Criteria that are told only where another one is."""
NEVER: frozenset[LightingCriterion] = frozenset(("priority_hours", "priority_light"))
"""Criteria of luminaires of which it is not known whose they are."""

type Row = Mapping[str, Decimal]
"""Body → its part in one scenario."""
type _Field = Literal["value", "low", "high"]


def totals(comparison: LightingComparison, held: Holdings) -> dict[str, tuple[ScenarioTotals, ...]]:
    """By body, the effects on all that it may see; empty where there are none."""
    if len(comparison.scenarios) > MOST_SCENARIOS:
        return dict.fromkeys(held.cabinets, ())
    book = _Book(comparison, held)
    return {body: book.told(body) for body in held.cabinets}


@dataclass(frozen=True, slots=True)
class _Book:
    comparison: LightingComparison
    held: Holdings

    def told(self, reader: str) -> tuple[ScenarioTotals, ...]:
        """What *reader* may see: the criteria whose sums tell of nobody else."""
        may = {
            one.criterion: {f for f in _FIELDS if self._may(reader, one.criterion, f)}
            for one in self.comparison.criteria
        }
        for follower, leader in FOLLOWS.items():
            if "value" not in may.get(leader, ()):
                may.pop(follower, None)
        if not any("value" in some for some in may.values()):
            return ()
        return tuple(
            ScenarioTotals(
                scenario=effects.scenario,
                indicators=tuple(
                    _narrowed(one, may[one.criterion])
                    for one in effects.indicators
                    if "value" in may.get(one.criterion, ())
                ),
            )
            for effects in self.comparison.scenarios
        )

    def _may(self, reader: str, criterion: LightingCriterion, name: _Field) -> bool:
        rows = None if criterion in NEVER else self._rows(criterion, name)
        if rows is None:
            return False
        others = [{body: row[body] for body in row if body != reader} for row in rows]
        return all(tells_nobody(tuple(row.values())) for row in others) and all(
            _same_or_nobody(one, two) for one, two in combinations(others, 2)
        )

    def _rows(self, criterion: LightingCriterion, name: _Field) -> Sequence[Row] | None:
        """For each scenario, what each body has in it. None: not known of one."""
        if criterion in PAID:
            return self._paid(criterion) if name == "value" else None
        if criterion in ADDED:
            return self._summed(criterion, name, lambda _code: 1)
        if criterion in MEANS:
            return self._summed(criterion, name, lambda code: self.held.counts.get(code, 0))
        return [{body: Decimal(n) for body, n in self.held.lights.items()}]

    def _paid(self, criterion: LightingCriterion) -> Sequence[Row] | None:
        rows: dict[str, dict[str, Decimal]] = {}
        for one in self.comparison.bodies:
            amount = getattr(one, PAID[criterion])
            if amount is None:
                return None
            rows.setdefault(one.scenario, {})[one.body] = amount
        return list(rows.values())

    def _summed(
        self, criterion: LightingCriterion, name: _Field, weight: Callable[[str], int]
    ) -> Sequence[Row] | None:
        if self.held.unplaced or any(len(some) != 1 for some in self.held.communes.values()):
            return None  # a commune of two bodies, or of none, is nobody's part
        found = [
            self._row(effects, criterion, name, weight) for effects in self.comparison.scenarios
        ]
        rows = [one for one in found if one is not None]
        return rows if len(rows) == len(found) else None

    def _row(
        self,
        effects: ScenarioEffects,
        criterion: LightingCriterion,
        name: _Field,
        weight: Callable[[str], int],
    ) -> Row | None:
        values = {
            one.insee_code: getattr(_found(one.indicators, criterion), name, None)
            for one in effects.communes
        }
        row = dict.fromkeys(self.held.cabinets, Decimal(0))
        for code, (body,) in self.held.communes.items():
            value = values.get(code)
            if value is None:
                return None
            row[body] += Decimal(repr(value)) * weight(code)
        return row


_FIELDS: tuple[_Field, ...] = ("value", "low", "high")


def _same_or_nobody(one: Row, two: Row) -> bool:
    """Whether the difference of two scenarios may be told: it is nothing for all, or of many."""
    parts = [one.get(body, Decimal(0)) - two.get(body, Decimal(0)) for body in {*one, *two}]
    return not any(parts) or tells_nobody(parts)


def _found(indicators: Iterable[Indicator], criterion: LightingCriterion) -> Indicator | None:
    return next((one for one in indicators if one.criterion == criterion), None)


def _narrowed(one: Indicator, may: set[_Field]) -> Indicator:
    """*one* without the ends of its range that would tell, and without amounts in sentences."""
    return one.model_copy(
        update={
            "low": one.low if "low" in may else None,
            "high": one.high if "high" in may else None,
            "unknown": None if one.unknown is None else plain(one.unknown),
            "source": plain(one.source),
        }
    )
