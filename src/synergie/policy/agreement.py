"""States of an agreement, and who may do what in each."""

from datetime import datetime

from synergie.errors import Conflict, NotAllowed
from synergie.schemas.agreement import Act, Agreement, Party, State
from synergie.schemas.agreement_bytes import signed_bytes, terms_digest

__all__ = ["SIGNED", "advance", "effective_state", "signed_bytes", "terms_digest"]

SIGNED: frozenset[Act] = frozenset({"propose", "accept"})
"""Acts that carry a signature over the terms."""

_TABLE: dict[tuple[State, Act], tuple[State, frozenset[Party]]] = {
    ("draft", "propose"): ("proposed", frozenset({"owner", "recipient"})),
    ("proposed", "withdraw"): ("draft", frozenset({"owner", "recipient"})),
    ("proposed", "accept"): ("active", frozenset({"owner", "recipient"})),
    ("active", "suspend"): ("suspended", frozenset({"owner"})),
    ("suspended", "resume"): ("active", frozenset({"owner"})),
    ("active", "revoke"): ("revoked", frozenset({"owner"})),
    ("suspended", "revoke"): ("revoked", frozenset({"owner"})),
    ("active", "terminate"): ("terminated", frozenset({"recipient"})),
    ("suspended", "terminate"): ("terminated", frozenset({"recipient"})),
}
"""(state, act) → (next state, who may): nothing else, no step skipped; ended ones never reopen."""


def advance(state: State, act: Act, *, by: Party, signed_by: frozenset[Party]) -> State:
    """The state after *act* by *by*.

    Conflict when the state does not admit it; NotAllowed when the act is the other party's, or
    when one party would sign for both.
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
    return after


def effective_state(agreement: Agreement, now: datetime) -> State:
    """The state at *now*: an active or suspended agreement past its end has expired."""
    if agreement.state in {"active", "suspended"} and now >= agreement.terms.valid_until:
        return "expired"
    return agreement.state
