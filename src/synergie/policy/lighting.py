"""Where a joint lighting study may go from each state, and for what assets are opened. Pure."""

from synergie.policy._shared_plan import advanced
from synergie.policy.campaign import standing
from synergie.schemas.agreement import Purpose
from synergie.schemas.lighting_exchange import JointStudyAct, JointStudyState

__all__ = ["ACTS", "PURPOSE", "advance", "standing"]

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


def advance(state: JointStudyState, act: JointStudyAct, *, retained: bool) -> JointStudyState:
    """The state after *act*; Conflict when the state does not admit it.

    *retained*: a scenario is.
    """
    after = advanced(ACTS, state, act)
    return "adopted" if retained and after == "open" else after
