"""Where a member stands in a purchase, and what its coordinator may do next. Pure."""

from collections.abc import Sequence
from datetime import datetime

from synergie.policy.shared_plan import advance_state, find_lack
from synergie.purchase.records.group import PurchaseAct, PurchaseState, Standing
from synergie.schemas.trust.agreement import Agreement

ACTS: dict[tuple[PurchaseState, PurchaseAct], PurchaseState] = {
    ("survey_open", "close_survey"): "survey_closed",
    ("survey_closed", "open_survey"): "survey_open",
    ("proposed", "open_survey"): "survey_open",
    ("survey_closed", "propose"): "proposed",
    ("proposed", "propose"): "proposed",
    ("proposed", "award"): "awarded",
    ("survey_open", "close"): "closed",
    ("survey_closed", "close"): "closed",
    ("proposed", "close"): "closed",
    ("awarded", "close"): "closed",
}
"""(state, act) → next state: nothing else. An award stays; a closed purchase never reopens."""


def advance_purchase_state(state: PurchaseState, act: PurchaseAct) -> PurchaseState:
    """The state after *act*; Conflict when the state does not admit it."""
    return advance_state(ACTS, state, act)


def find_member_standing(
    signed: Sequence[Agreement], now: datetime
) -> tuple[Standing, str | None, Agreement | None]:
    """Where a member stands by its agreements with the coordinator over one purchase.

    *signed*: versions that both have signed and that name the purchase, newest first. With the
    reason, a code of `policy.REASONS`, when its needs are not open, and the agreement it is about.
    """
    if not signed:
        return "invited", "no_agreement", None
    for one in signed:
        if find_lack(one, "needs", now) is None:
            return "joined", None, one
    last = signed[0]
    why = find_lack(last, "needs", now)
    return "invited" if why in {"not_started", "dataset"} else "left", why, last
