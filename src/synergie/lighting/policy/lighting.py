"""Where a joint lighting study may go from each state, and for what assets are opened. Pure."""

from collections.abc import Iterable

from synergie.lighting.records.exchange import JointStudyAct, JointStudyState, JointStudyStep
from synergie.policy.shared_plan import advance_state, find_body_standing
from synergie.schemas.trust.agreement import Purpose

__all__ = [
    "ACTS",
    "PURPOSE",
    "advance_study_state",
    "are_collected",
    "find_body_standing",
    "times_collected",
]

PURPOSE: Purpose = "lighting_planning"
"""The one purpose for which assets are opened to a joint study."""

ACTS: dict[tuple[JointStudyState, JointStudyAct], JointStudyState] = {
    ("open", "propose"): "proposed",
    ("proposed", "propose"): "proposed",
    ("proposed", "collect"): "collected",
    ("proposed", "withdraw"): "open",
    ("collected", "propose"): "proposed",
    ("collected", "withdraw"): "open",
    ("collected", "adopt"): "adopted",
    ("adopted", "propose"): "proposed",
    ("open", "close"): "closed",
    ("proposed", "close"): "closed",
    ("collected", "close"): "closed",
    ("adopted", "close"): "closed",
}
"""(state, act) → next state: nothing else. What is withdrawn leads back to `adopted` while a
scenario is retained: it stays until another takes its place."""


def advance_study_state(
    state: JointStudyState, act: JointStudyAct, *, retained: bool
) -> JointStudyState:
    """The state after *act*; Conflict when the state does not admit it.

    *retained*: a scenario is.
    """
    after = advance_state(ACTS, state, act)
    return "adopted" if retained and after == "open" else after


def are_collected(history: Iterable[JointStudyStep], comparison: str) -> bool:
    """Whether no voice on *comparison* has been taken since they were collected last.

    Proposed anew they are taken again, and read by nobody, even when it is withdrawn meanwhile.
    """
    current, collected = None, False
    for step in history:
        if step.act == "propose":
            current = step.comparison
            collected = collected and current != comparison
        elif step.act == "collect":
            collected = collected or current == comparison
    return collected


def times_collected(history: Iterable[JointStudyStep], comparison: str) -> int:
    """How often voices on *comparison* were collected."""
    current, found = None, 0
    for step in history:
        if step.act == "propose":
            current = step.comparison
        found += step.act == "collect" and current == comparison
    return found
