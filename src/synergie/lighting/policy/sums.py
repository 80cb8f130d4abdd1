"""Effects of scenarios on all bodies together: which may be told to one of them. Pure.

The rule of `group_sums` on each criterion and scenario, on the difference of any two, and on that
of two differences (S1 + S2 - S0 - S3): subtraction would tell what one does to a single body. How
many bodies stand behind any other combination is found by elimination.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from synergie.lighting.policy.combined import Row, select_sum_readers
from synergie.lighting.policy.holdings import Holdings
from synergie.lighting.policy.view import redact_phrase
from synergie.lighting.records.effects import (
    Indicator,
    LightingComparison,
    LightingCriterion,
    ScenarioEffects,
)
from synergie.lighting.records.part import ScenarioTotals

MOST_SCENARIOS = 8
"""No totals of more scenarios than this: each difference of two of their differences is looked at,
for each criterion."""
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
MEANS: frozenset[LightingCriterion] = frozenset(("dark_hours", "legal"))
"""Criteria that are a mean over all luminaires."""
FOLLOWS: Mapping[LightingCriterion, LightingCriterion] = {
    "energy_inhabitant": "energy",
    "worse_off": "bill",
}
"""Criteria that are told only where another one is, and with no end of a range that it has not."""
COUNTED: frozenset[LightingCriterion] = frozenset(
    (
        "repair_delay", "felt_safety", "agent_minutes", "personal_fields", "retention",
        "finest_step", "references", "closed_protocols", "spares", "insertion_hours",
    )
)  # fmt: skip
"""Criteria of the whole that stand on no figure of a body: told where enough bodies have lights."""
NEVER: frozenset[LightingCriterion] = frozenset(
    ("priority_hours", "priority_light", "corridor_warm", "gain_spread", "least_service")
)
"""Criteria of luminaires of which it is not known whose they are (priority places, corridors), and
those that are the figure of one commune, the least of all. One that stands in none of these sets is
not told either."""

type _Field = Literal["value", "low", "high"]
type _Readers = Mapping[LightingCriterion, Mapping[_Field, frozenset[str]]]
"""Who may see each criterion, and each end of its range."""


def compute_body_totals(
    comparison: LightingComparison, held: Holdings
) -> dict[str, tuple[ScenarioTotals, ...]]:
    """By body, the effects on all that it may see; empty where there are none."""
    if len(comparison.scenarios) > MOST_SCENARIOS:
        return dict.fromkeys(held.cabinets, ())
    book = _Book(comparison, held)
    may = book.readers()
    return {body: book.select_visible_totals(body, may) for body in held.cabinets}


@dataclass(frozen=True, slots=True)
class _Book:
    comparison: LightingComparison
    held: Holdings

    def select_visible_totals(self, reader: str, readers: _Readers) -> tuple[ScenarioTotals, ...]:
        """What *reader* may see: the criteria whose sums tell of nobody else."""
        may = {
            criterion: {name for name, some in fields.items() if reader in some}
            for criterion, fields in readers.items()
        }
        if not any("value" in some for some in may.values()):
            return ()
        return tuple(
            ScenarioTotals(
                scenario=effects.scenario,
                indicators=tuple(
                    _redact_indicator(one, may[one.criterion])
                    for one in effects.indicators
                    if "value" in may.get(one.criterion, ())
                ),
            )
            for effects in self.comparison.scenarios
        )

    def readers(self) -> _Readers:
        """Who may see what; of what follows from a criterion, as much as of that one."""
        alone = {
            one.criterion: {name: self._may(one.criterion, name) for name in _FIELDS}
            for one in self.comparison.criteria
        }
        return {one: alone.get(FOLLOWS.get(one, one), {}) for one in alone}

    def _may(self, criterion: LightingCriterion, name: _Field) -> frozenset[str]:
        """The bodies that may see one end or the middle of the range of *criterion*."""
        rows = self._rows(criterion, name)
        return frozenset() if not rows else select_sum_readers(rows, self.held.cabinets)

    def _rows(self, criterion: LightingCriterion, name: _Field) -> Sequence[Row] | None:
        """For each scenario, what each body has in it. None: not known of one."""
        if criterion in PAID:
            return self._paid(criterion) if name == "value" else None
        if criterion in ADDED:
            return self._summed(criterion, name, lambda _code: 1)
        if criterion in MEANS:
            return self._summed(criterion, name, lambda code: self.held.counts.get(code, 0))
        if criterion in COUNTED:
            return [{body: Decimal(n) for body, n in self.held.lights.items()}]
        return None

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
            one.insee_code: getattr(_find_indicator(one.indicators, criterion), name, None)
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


def _find_indicator(
    indicators: Iterable[Indicator], criterion: LightingCriterion
) -> Indicator | None:
    return next((one for one in indicators if one.criterion == criterion), None)


def _redact_indicator(one: Indicator, may: set[_Field]) -> Indicator:
    """*one* without the ends of its range that would tell, and without amounts in sentences."""
    return one.model_copy(
        update={
            "low": one.low if "low" in may else None,
            "high": one.high if "high" in may else None,
            "unknown": None if one.unknown is None else redact_phrase(one.unknown),
            "source": redact_phrase(one.source),
        }
    )
