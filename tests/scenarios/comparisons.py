"""Small comparisons and voices, built from tables of figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from synergie.lighting.records.effects import (
    CriterionTold,
    Direction,
    Dominance,
    Indicator,
    LightingComparison,
    LightingCriterion,
    ScenarioEffects,
)
from synergie.lighting.records.weighing import GroupVoice, LightingVoices, ValueBounds
from synergie.schemas.plan import Phrase

SOURCE = Phrase(text="made for a test")
CRITERIA: tuple[LightingCriterion, ...] = (
    "energy", "investment", "bill", "carbon", "upward_flux", "corridor_light", "dark_hours",
    "priority_hours", "points_out", "felt_safety", "least_service", "agent_minutes", "spares",
)  # fmt: skip
"""Thirteen of them."""
LARGE: frozenset[LightingCriterion] = frozenset(
    {"dark_hours", "priority_hours", "felt_safety", "least_service", "spares"}
)
"""Those that are to be large."""

type Table = Mapping[str, Sequence[float | None]]
"""Scenario → its values, in the order of the criteria."""


def told(criterion: LightingCriterion, direction: Direction | None = None) -> CriterionTold:
    """What a criterion is."""
    way: Direction = "max" if criterion in LARGE else "min"
    return CriterionTold(
        criterion=criterion, stake="energy", unit="1", direction=direction or way,
        purpose=SOURCE, source=SOURCE,
    )  # fmt: skip


def indicator(
    criterion: LightingCriterion,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
) -> Indicator:
    """One figure."""
    known = 0.0 if value is None else 1.0
    return Indicator(
        criterion=criterion, value=value, low=low, high=high, known=known, source=SOURCE
    )


def comparison(
    table: Table,
    criteria: Sequence[LightingCriterion] = CRITERIA,
    *,
    excluded: Sequence[str] = (),
    dominated: Mapping[str, str] | None = None,
    constraints: Sequence[LightingCriterion] = (),
) -> LightingComparison:
    """Scenarios with the figures of *table*."""
    scenarios = tuple(
        ScenarioEffects(
            scenario=name, communes=(),
            indicators=tuple(map(indicator, criteria, values)),
        )
        for name, values in table.items()
    )  # fmt: skip
    return LightingComparison(
        study="Essai", study_digest="0" * 64,
        criteria=tuple(told(c, "constraint" if c in constraints else None) for c in criteria),
        scenarios=scenarios, excluded=tuple(excluded),
        dominated=tuple(Dominance(scenario=a, by=b) for a, b in (dominated or {}).items()),
        synergie="0",
    )  # fmt: skip


def bounds(criterion: LightingCriterion, worst: float, best: float, **more: Any) -> ValueBounds:
    """A fixed scale."""
    return ValueBounds(criterion=criterion, worst=worst, best=best, source="conseil", **more)


def unit_bounds(criteria: Sequence[LightingCriterion]) -> tuple[ValueBounds, ...]:
    """Scales from 0 to 1, whichever end is the best."""
    ends = ((c, (0.0, 1.0) if c in LARGE else (1.0, 0.0)) for c in criteria)
    return tuple(bounds(criterion, *both) for criterion, both in ends)


def voice(group: str = "conseil", **more: Any) -> GroupVoice:
    """What a group says: nothing, unless told."""
    given: dict[str, Any] = {
        "group": group, "kind": "council", "name": group.capitalize(), "source": "séance",
        "respondents": 30,
    }  # fmt: skip
    return GroupVoice.model_validate(given | more)


def voices(
    *groups: GroupVoice, scales: Sequence[ValueBounds] | None = None,
    criteria: Sequence[LightingCriterion] = CRITERIA,
) -> LightingVoices:  # fmt: skip
    """Voices on scales from 0 to 1, unless others are given."""
    made = unit_bounds(criteria) if scales is None else tuple(scales)
    return LightingVoices(bounds=made, groups=groups or (voice(),))
