"""A pooled purchase as a game: what each coalition of members would pay if it bought by itself.

Same needs, offers, tiers, fees and requirements as the purchase itself. Exact in cents.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.errors import BadInput, Cancelled, Infeasible, SolverFailed
from synergie.plan import purchase
from synergie.plan.sharing._lattice import (
    by_supplier,
    lot_costs,
    lot_costs_divided,
    within_limits,
)
from synergie.plan.sharing._lots import lots_of, restricted
from synergie.plan.sharing._methods import METHODS, Weights
from synergie.plan.sharing._sharing import Given
from synergie.plan.sharing.game import Floats, Game, members
from synergie.plan.sharing.ground import Listed
from synergie.plan.sharing.study import study
from synergie.schemas.plan import Phrase
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import PurchasePlan
from synergie.schemas.sharing import Method, SharingStudy

MOST_AT_ONCE = 20
"""Most members whose coalitions are all priced in one pass."""
MOST_BY_SOLVES = 13
"""Most members whose coalitions are solved one by one: 8,191 solves."""
_MOST_DIVIDED = 13

SAME_MODEL = (
    "a coalition that leaves buys by itself with the same needs, offers, tiers, fees and rules"
)
AT_ONCE = "the cost of every one of the {} coalitions is exact, computed in one pass"
BY_SOLVES = "the cost of every one of the {} coalitions is the optimum of its own purchase"


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseGame:
    """The game, the plan of all together that it shares, and what was assumed."""

    game: Game
    plan: PurchasePlan
    assumptions: tuple[Phrase, ...]


def purchase_game(
    problem: PurchaseProblem,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
) -> PurchaseGame:
    """The game of *problem*; its players are the members, by id.

    Raises what `purchase.solve` raises, and BadInput for too many members.
    """
    plan = purchase.solve(problem, limit_s=limit_s, cancel=cancel)
    players = tuple(sorted({point.member for point in problem.points}))
    said = AT_ONCE
    values = at_once(problem, players)
    if values is None or not _same(values[-1], plan):
        said, values = BY_SOLVES, _by_solves(problem, players, limit_s=limit_s, cancel=cancel)
    if not _same(values[-1], plan):
        raise SolverFailed(f"the members together cost {values[-1] / 100}, {plan.objective_eur}")
    count = Phrase(text=said, values=(str(len(values) - 1),))
    return PurchaseGame(Game(players, values), plan, (Phrase(text=SAME_MODEL), count))


def share_purchase(
    problem: PurchaseProblem,
    *,
    methods: Sequence[Method] = tuple(METHODS),
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    seed: int = 0,
) -> SharingStudy:
    """What the members of *problem* pay together, shared by each of *methods*.

    A lot's price schedule is the same for all its members: what a share differs from it is settled
    through the fees of the coordinator (`to_settle_eur`). Raises as `purchase_game`.
    """
    made = purchase_game(problem, limit_s=limit_s, cancel=cancel)
    players = made.game.players
    elsewhere = dict.fromkeys(players, Decimal(0))
    mwh = dict.fromkeys(players, Decimal(0))
    for place in made.plan.places:
        elsewhere[place.member] += place.supply_eur
        mwh[place.member] += place.volume_mwh
    points = Counter(point.member for point in problem.points)
    given = Given(
        digest=made.plan.inputs_digest,
        weights=Weights(
            np.array([float(mwh[name]) for name in players]),
            np.array([float(points[name]) for name in players]),
        ),
        elsewhere=elsewhere,
        assumptions=made.assumptions,
        seed=seed,
    )
    return study(Listed(made.game), given, methods=methods, cancel=cancel)


def _same(cents: float, plan: PurchasePlan) -> bool:
    return bool(abs(cents - float(plan.objective_eur * 100)) < 0.5)  # noqa: PLR2004 (half a cent)


def at_once(problem: PurchaseProblem, players: tuple[str, ...]) -> Floats | None:
    """The cost of every coalition in cents, lot by lot. None: lots or members depend on more."""
    if len(players) > MOST_AT_ONCE or not separable(problem):
        return None
    lots = lots_of(problem, players)
    if any(np.isinf(terms.alone).any() for terms in lots) and problem.nobody_pays_more:
        return None  # who cannot buy alone counts in no comparison: left to the model itself
    limited = _limited(problem)
    rules = {"may_leave": problem.may_leave, "nobody_pays_more": problem.nobody_pays_more}
    if all(terms.lot.max_awards == 1 for terms in lots):
        return within_limits([by_supplier(terms, limited, **rules) for terms in lots], limited)
    if limited or len(players) > _MOST_DIVIDED:
        return None
    parts = [
        (lot_costs if terms.lot.max_awards == 1 else lot_costs_divided)(terms, **rules)
        for terms in lots
    ]
    return np.asarray(sum(parts[1:], parts[0]))


def _limited(problem: PurchaseProblem) -> dict[str, int]:
    """Suppliers that could win more lots than they may, and how many they may."""
    limits: dict[str, int] = {}
    for limit in problem.limits:
        lots = {offer.lot for offer in problem.offers if offer.supplier == limit.supplier}
        if limit.max_lots is not None and limit.max_lots < len(lots):
            limits[limit.supplier] = min(limit.max_lots, limits.get(limit.supplier, limit.max_lots))
    return limits


def separable(problem: PurchaseProblem) -> bool:
    """Whether the lots do not touch each other and each takes one tier by its volume alone."""
    lots = all(lot.min_awards == 0 and lot.green_share == 0 for lot in problem.lots)
    free = all(member.may_leave is None for member in problem.members)
    sizes = all(limit.max_mwh is None and limit.min_mwh is None for limit in problem.limits)
    return lots and free and sizes and not problem.green_share and not problem.fees


def _by_solves(
    problem: PurchaseProblem,
    players: tuple[str, ...],
    *,
    limit_s: float,
    cancel: Callable[[], bool] | None,
) -> Floats:
    if len(players) > MOST_BY_SOLVES:
        found = f"{len(players)} members"
        raise BadInput("/points", found, "at most 13 members when every coalition is solved")
    values = np.zeros(1 << len(players))
    for mask in range(1, len(values)):
        if cancel is not None and cancel():
            raise Cancelled
        part = restricted(problem, members(players, mask))
        try:
            values[mask] = float(purchase.solve(part, limit_s=limit_s).objective_eur * 100)
        except Infeasible:
            values[mask] = np.inf
    return values
