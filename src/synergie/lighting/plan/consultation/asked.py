"""Questions from a comparison: the swing of each criterion over what is really proposed."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from synergie.errors import BadInput
from synergie.lighting.plan.consultation import _text as text
from synergie.lighting.plan.consultation.labels import LETTERS, Language, read_criterion_labels
from synergie.lighting.records.consultation import SwingQuestion
from synergie.lighting.records.effects import (
    CriterionTold,
    LightingComparison,
    LightingCriterion,
    Stake,
)

_LEAST = 2


def questions(
    comparison: LightingComparison,
    criteria: Sequence[LightingCriterion] | None = None,
    *,
    language: Language = "fr",
) -> tuple[SwingQuestion, ...]:
    """A question for each of *criteria*, from the worst to the best of what is proposed here.

    None: of each stake the first criterion that can be asked. One can be when it is known for
    every scenario that keeps the constraints, and differs between them once rounded as it is
    shown; its ends are rounded outwards, so that what is proposed lies within. BadInput: a
    criterion that was asked for cannot be, or fewer than two can.
    """
    told = {one.criterion: one for one in comparison.criteria}
    if criteria is None:
        names = _select_criterion_by_stake(comparison)
    else:
        names = list(criteria)
        _check_question_criteria(names)
    found = []
    for place, name in enumerate(names):
        question = _build_swing_question(comparison, told.get(name), name, language)
        if question is None:
            raise BadInput(f"/criteria/{place}", name, text.NO_RANGE)
        found.append(question)
    if len(found) < _LEAST:
        raise BadInput("/criteria", ", ".join(names) or "[]", text.TWO_QUESTIONS)
    return tuple(found)


def _check_question_criteria(names: Sequence[LightingCriterion]) -> None:
    if len(set(names)) < len(names):
        raise BadInput("/criteria", ", ".join(names), text.EACH_ONCE)
    if len(names) > len(LETTERS):
        raise BadInput("/criteria", len(names), text.AT_MOST)


def _select_criterion_by_stake(comparison: LightingComparison) -> list[LightingCriterion]:
    found: dict[Stake, LightingCriterion] = {}
    for one in comparison.criteria:
        if one.stake not in found and _build_swing_question(comparison, one, one.criterion, "fr"):
            found[one.stake] = one.criterion
    return list(found.values())[: len(LETTERS)]


def _build_swing_question(
    comparison: LightingComparison,
    told: CriterionTold | None,
    name: LightingCriterion,
    language: Language,
) -> SwingQuestion | None:
    """None: it cannot be asked."""
    label = read_criterion_labels(language).get(name)
    if told is None or label is None or told.direction == "constraint":
        return None
    values = [
        next((row.value for row in one.indicators if row.criterion == name), None)
        for one in comparison.scenarios
        if one.scenario not in comparison.excluded
    ]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return None
    low, high = min(known), max(known)
    if round(low, label.decimals) == round(high, label.decimals):
        return None
    low, high = (
        _round_in_direction(low, label.decimals, ROUND_FLOOR),
        _round_in_direction(high, label.decimals, ROUND_CEILING),
    )
    worst, best = (high, low) if told.direction == "min" else (low, high)
    return SwingQuestion(
        criterion=name, label=label.name, worst=worst, best=best, unit=label.unit,
        explained=label.explained,
    )  # fmt: skip


def _round_in_direction(value: float, decimals: int, way: str) -> float:
    """*value* with *decimals*, rounded in one *way*."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=way))
