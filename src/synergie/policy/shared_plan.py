"""What holds of every plan that is shared: which step may follow, what an agreement opens. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from synergie.errors import Conflict
from synergie.policy.trust.agreement import effective_state
from synergie.schemas.shared_plan import BodyStanding
from synergie.schemas.trust.agreement import Agreement, Dataset

_STEPS = tuple(map(Decimal, ("1", "2", "5", "10")))


def advance_state[StateT: str, ActT: str](
    acts: Mapping[tuple[StateT, ActT], StateT], state: StateT, act: ActT
) -> StateT:
    """The state after *act* by the table *acts*; Conflict when the state does not admit it."""
    try:
        return acts[state, act]
    except KeyError:
        admitted = sorted(known for current, known in acts if current == state)
        expected = f"one of: {', '.join(admitted)}" if admitted else "no act: it has ended"
        raise Conflict(state, expected) from None


def find_lack(one: Agreement, dataset: Dataset, now: datetime) -> str | None:
    """Why *one* does not open *dataset* at *now*, in the order of the decision; None: it does."""
    if one.fault is not None:
        return "signature"
    if one.terms.valid_from > now:
        return "not_started"
    state = effective_state(one, now)
    if state == "suspended":
        return "suspended"
    if state != "active":
        return "ended"
    return None if dataset in one.terms.datasets else "dataset"


def find_body_standing(
    signed: Sequence[Agreement], now: datetime
) -> tuple[BodyStanding, str | None, tuple[Agreement, ...]]:
    """Where a body stands by its agreements with the coordinator for the one purpose.

    *signed*: versions that both have signed, newest first. With the reason, a code of
    `policy.REASONS`, when its assets are not open; and the agreements that open them, or the last
    one when none does.
    """
    if not signed:
        return "invited", "no_agreement", ()
    opening = tuple(one for one in signed if find_lack(one, "assets", now) is None)
    if opening:
        return "joined", None, opening
    last = signed[0]
    why = find_lack(last, "assets", now)
    return "invited" if why in {"not_started", "dataset"} else "left", why, (last,)


def round_up(amount: Decimal) -> Decimal:
    """The next of 1, 2, 5 and their multiples by powers of ten, for amounts that are told at most.

    0 stays 0.
    """
    if amount <= 0:
        return amount
    power = Decimal(1).scaleb(amount.adjusted())
    return next(step * power for step in _STEPS if step * power >= amount)
