"""Plans that somebody else made: what each has to add up to, and what each member owes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from synergie.errors import Reason
from synergie.schemas.plan import Plan

_ZERO = Decimal(0)
_NONE = Fraction(0)


def show_known_amount(amount: Decimal | None) -> Decimal | str:
    """*amount* for a sentence; a question mark when it is not known."""
    return "?" if amount is None else amount


def verify_plan_totals(plan: Plan) -> Iterator[str]:
    """The members pay the objective; no bound above it."""
    paid = sum((member.cost_eur for member in plan.members), _ZERO)
    if paid != plan.objective_eur:
        yield Reason("members pay {} EUR in all, the plan costs {} EUR", paid, plan.objective_eur)
    if plan.bound_eur is not None and plan.bound_eur > plan.objective_eur:
        yield Reason(
            "the bound {} EUR is above the cost {} EUR", plan.bound_eur, plan.objective_eur
        )


def compute_dues(
    used: Mapping[str, Fraction], alone: Mapping[str, Decimal | None]
) -> dict[str, Fraction]:
    """EUR by member: what it *used*, at most what it pays *alone*.

    Who would pay more than alone pays as much; the others take the rest in proportion to what they
    save. None in *alone*: it cannot do without, and takes what nobody else can.
    """
    caps = {name: None if cap is None else Fraction(cap) for name, cap in alone.items()}
    saved = {n: cap - used.get(n, _NONE) for n, cap in caps.items() if cap is not None}
    under = {name: max(_NONE, eur) for name, eur in saved.items()}
    over = {name: max(_NONE, -eur) for name, eur in saved.items()}
    excess, room = sum(over.values(), _NONE), sum(under.values(), _NONE)
    taken = min(excess, room)
    unable = [name for name, cap in caps.items() if cap is None] or list(caps)
    owed = {}
    for name in caps:
        added = taken * under.get(name, _NONE) / room if taken else _NONE
        rest = (excess - taken) / len(unable) if name in unable else _NONE
        owed[name] = used.get(name, _NONE) - over.get(name, _NONE) + added + rest
    return owed
