"""Where a member stands in a purchase, and what its coordinator may do next. Pure."""

from collections.abc import Sequence
from datetime import datetime

from synergie.errors import Conflict
from synergie.policy.agreement import effective_state
from synergie.schemas.agreement import Agreement
from synergie.schemas.purchase_group import PurchaseAct, PurchaseState, Standing

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


def advance(state: PurchaseState, act: PurchaseAct) -> PurchaseState:
    """The state after *act*; Conflict when the state does not admit it."""
    try:
        return ACTS[state, act]
    except KeyError:
        admitted = sorted(known for current, known in ACTS if current == state)
        expected = f"one of: {', '.join(admitted)}" if admitted else "no act: it has ended"
        raise Conflict(state, expected) from None


def standing(
    signed: Sequence[Agreement], now: datetime
) -> tuple[Standing, str | None, Agreement | None]:
    """Where a member stands by its agreements with the coordinator over one purchase.

    *signed*: versions that both have signed and that name the purchase, newest first. With the
    reason, a code of `policy.REASONS`, when its needs are not open, and the agreement it is about.
    """
    if not signed:
        return "invited", "no_agreement", None
    for one in signed:
        if _lack(one, now) is None:
            return "joined", None, one
    last = signed[0]
    lack = _lack(last, now)
    waits = lack in {"not_started", "dataset"}
    return "invited" if waits else "left", lack, last


def _lack(one: Agreement, now: datetime) -> str | None:
    """Why *one* opens no needs at *now*, in the order of the decision; None: it does."""
    if one.terms.valid_from > now:
        return "not_started"
    state = effective_state(one, now)
    if state == "suspended":
        return "suspended"
    if state != "active":
        return "ended"
    return None if "needs" in one.terms.datasets else "dataset"
