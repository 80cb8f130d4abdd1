"""The pay-off table: each criterion at its best, then the next one, and so on (lexicographic)."""

from decimal import Decimal

from synergie.lighting.plan.front._solves import Solved, Solves, build_plain_costs


def build_payoff_choices(solves: Solves) -> list[Solved | None]:
    """For each criterion the choice that is best in it, then in the others in their order.

    None: time was short. Raises Infeasible when the limits themselves cannot hold.
    """
    size = solves.ground.size
    return [_solve_payoff_row(solves, k, ahead=(size - k) * size) for k in range(size)]


def _solve_payoff_row(solves: Solves, first: int, *, ahead: int) -> Solved | None:
    order = [first, *(k for k in range(solves.ground.size) if k != first)]
    ends: dict[int, Decimal] = {}
    found: Solved | None = None
    for done, k in enumerate(order):
        start = None if found is None else found.choice
        better = solves.cheapest(
            build_plain_costs(solves.ground, k),
            ends,
            ahead=ahead - done,
            start=start,
            told=not ends,
        )
        if better is None:
            return found
        gap = better.gap if found is None else max(found.gap, better.gap)
        found = Solved(better.choice, better.values, gap)
        ends[k] = found.values[k] + abs(found.values[k]) * Decimal(repr(solves.tolerance))
    return found
