"""States of an agreement, and who may do what in each."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from synergie.errors import Conflict, NotAllowed
from synergie.schemas.trust.agreement import (
    OPERATOR,
    Act,
    Actor,
    Agreement,
    Party,
    State,
    Transition,
)
from synergie.schemas.trust.agreement_bytes import signed_bytes, terms_digest

__all__ = [
    "ENDED",
    "LIVE",
    "PENDING",
    "SIGNED",
    "advance_agreement",
    "effective_state",
    "find_suspender",
    "led_to",
    "signed_bytes",
    "terms_digest",
]

SIGNED: frozenset[Act] = frozenset({"propose", "accept"})
"""Acts that carry a signature over the terms."""

PENDING: frozenset[State] = frozenset({"draft", "proposed"})
"""States of a version that both have not signed yet."""

LIVE: frozenset[State] = frozenset({"active", "suspended"})
"""States of a version that both have signed and that has not ended."""

ENDED: frozenset[State] = frozenset({"revoked", "terminated", "expired"})
"""States that no act leaves."""

_TABLE: dict[tuple[State, Act], tuple[State, frozenset[Actor]]] = {
    ("draft", "propose"): ("proposed", frozenset({"owner", "recipient"})),
    ("proposed", "withdraw"): ("draft", frozenset({"owner", "recipient"})),
    ("proposed", "accept"): ("active", frozenset({"owner", "recipient"})),
    ("active", "suspend"): ("suspended", frozenset({"owner", "operator"})),
    ("suspended", "resume"): ("active", frozenset({"owner", "operator"})),
    ("active", "revoke"): ("revoked", frozenset({"owner"})),
    ("suspended", "revoke"): ("revoked", frozenset({"owner"})),
    ("active", "terminate"): ("terminated", frozenset({"recipient"})),
    ("suspended", "terminate"): ("terminated", frozenset({"recipient"})),
    ("invalid", "revoke"): ("revoked", frozenset({"owner"})),
    ("invalid", "terminate"): ("terminated", frozenset({"recipient"})),
}
"""(state, act) → (next state, who may): nothing else, no step skipped; ended ones never reopen."""


def advance_agreement(
    state: State,
    act: Act,
    *,
    by: Actor,
    signed_by: frozenset[Party],
    suspended_by: Actor | None = None,
) -> State:
    """The state after *act* by *by*.

    Conflict when the state does not admit it; NotAllowed when the act is another's, when one party
    would sign for both, or when another than *by* suspended what it would resume.
    """
    try:
        after, who = _TABLE[state, act]
    except KeyError:
        admitted = sorted(known for current, known in _TABLE if current == state)
        expected = f"one of: {', '.join(admitted)}" if admitted else "no act: it has ended"
        raise Conflict(state, expected) from None
    if by not in who:
        raise NotAllowed("other_party")
    if act == "accept" and by in signed_by:
        raise NotAllowed("same_party")
    if act == "resume" and by != (suspended_by or "owner"):
        raise NotAllowed("suspended_by_other")
    return after


def led_to(history: Sequence[Transition]) -> State | None:
    """The state that the steps of *history* lead to, or None when one does not follow.

    A `replace` is no step of a party: it may stand wherever both have signed, and moves nothing.
    """
    state: State | None = None
    for step in history:
        after = _find_next_state(state, step.act)
        if step.state != after:
            return None
        state = state if step.act == "replace" else after
    return state


def _find_next_state(state: State | None, act: str) -> State | None:
    if act == "draft":
        return "draft" if state is None else None
    if act == "replace":
        return "terminated" if state in LIVE else None
    both = (_TABLE.get((cast("State", some), cast("Act", act))) for some in (state, "invalid"))
    return next((told[0] for told in both if told is not None), None)


def effective_state(agreement: Agreement, now: datetime) -> State:
    """The state at *now*: past its end an agreement has expired, or a later version replaced it."""
    if agreement.state not in LIVE:
        return agreement.state
    if any(step.act == "replace" and step.at <= now for step in agreement.history):
        return "terminated"
    if now >= agreement.terms.valid_until:
        return "expired"
    return agreement.state


def find_suspender(agreement: Agreement) -> Actor | None:
    """Who suspended an agreement that is suspended, and may resume it; None when it is not."""
    if agreement.state != "suspended":
        return None
    last = [step for step in agreement.history if step.act == "suspend"][-1:]
    return "operator" if last and last[0].by == OPERATOR else "owner"
