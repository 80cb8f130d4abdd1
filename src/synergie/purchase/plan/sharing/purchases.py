"""A pooled purchase as a game: what each coalition of members would pay if it bought by itself.

Same needs, offers, tiers, fees and requirements as the purchase itself. Exact in cents.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from synergie.errors import BadInput, Cancelled, Infeasible, SolverFailed
from synergie.plan.seconds import check_seconds
from synergie.plan.sharing import text as _text
from synergie.plan.sharing.certificate import NucleolusProof, certify_sharing
from synergie.plan.sharing.context import SharingContext
from synergie.plan.sharing.game import Floats, Game, list_mask_players, sum_amounts_by_coalition
from synergie.plan.sharing.ground import Listed, SharingGame
from synergie.plan.sharing.methods import METHODS, Weights
from synergie.plan.sharing.study import study
from synergie.plan.sharing.wide import Wide
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.sharing._lattice import (
    by_supplier,
    lot_costs,
    lot_costs_divided,
    or_alone,
    within_limits,
)
from synergie.purchase.plan.sharing._lots import LotTerms, lots_of, restrict_to_members
from synergie.purchase.plan.sharing._regular import of_purchase
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import CoordinatorFees, PurchaseProblem
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import Method, SharingStudy

MOST_AT_ONCE = 20
"""Most members whose coalitions are all priced in one pass."""
MOST_IN_ALL = 400
"""Most members of a game that is shared without listing its coalitions."""
MOST_BY_SOLVES = 13
"""Most members whose coalitions are solved one by one: 8,191 solves."""
_MOST_DIVIDED = 13

type Remainder = Literal["coordinator", "members"]


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseGame:
    """The game, the plan of all together that it shares, and what was assumed."""

    game: Game
    plan: PurchasePlan
    assumptions: tuple[Phrase, ...]


@check_seconds
def purchase_game(
    problem: PurchaseProblem, *, limit_s: float = 60, cancel: Callable[[], bool] | None = None
) -> PurchaseGame:
    """The game of *problem*; its players are the members, by id.

    Raises what `purchase.solve` raises, and BadInput for too many members.
    """
    plan = purchase.solve(problem, limit_s=limit_s, cancel=cancel)
    players = tuple(sorted({point.member for point in problem.points}))
    said = _text.AT_ONCE
    values = at_once(problem, players)
    if values is None or not _is_same_cost(values[-1], plan):
        said, values = (
            _text.BY_SOLVES,
            _by_solves(problem, players, limit_s=limit_s, cancel=cancel),
        )
    if not _is_same_cost(values[-1], plan):
        raise SolverFailed(f"the members together cost {values[-1] / 100}, {plan.objective_eur}")
    told = [*_same_model(problem), Phrase(text=said, values=(str(len(values) - 1),))]
    if said is _text.AT_ONCE and problem.nobody_pays_more and problem.fees is not None:
        told.append(Phrase(text=_text.WHOLE_FEES))
    return PurchaseGame(Game(players, values), plan, tuple(told))


def _same_model(problem: PurchaseProblem) -> tuple[Phrase, ...]:
    """What a coalition is; and what "alone" is, where a plan counts it otherwise."""
    own = any(lot.running_alone_eur is not None for lot in problem.lots)
    texts = (_text.SAME_MODEL, _text.OF_ONE) if own else (_text.SAME_MODEL,)
    return tuple(Phrase(text=text) for text in texts)


def fees_text(
    problem: PurchaseProblem, plan: PurchasePlan, fees: CoordinatorFees | None
) -> tuple[Phrase, ...]:
    """How shares are settled, and who bears what a cap cuts off *fees*, the ones asked."""
    said = [Phrase(text=_text.SETTLED)]
    if fees is None or fees.cap is None:
        return tuple(said)
    if problem.fees != fees:
        return (*said, Phrase(text=_text.CAP_SHARED))
    whole = fees.model_copy(update={"cap": None})
    book = baskets.build_book(problem.model_copy(update={"fees": whole}))
    inside = {(place.member, place.lot) for place in plan.places if place.offer is not None}
    joined = [u for u, basket in enumerate(book.baskets) if (basket.member, basket.lot) in inside]
    due = sum((book.fee[u] for u in joined), Decimal(0))
    due += sum((extra.of(joined) for extra in book.extras), Decimal(0))
    cut = due - sum((place.coordinator_eur for place in plan.places), Decimal(0))
    if not cut:
        return tuple(said)
    return (*said, Phrase(text=_text.CAP_BORNE, values=(f"{cut:.2f}",)))


@check_seconds
def share_purchase(
    problem: PurchaseProblem,
    *,
    methods: Sequence[Method] = tuple(METHODS),
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    seed: int = 0,
    remainder: Remainder = "coordinator",
) -> SharingStudy:
    """What the members of *problem* pay together, shared by each of *methods*.

    *remainder*: who bears what the cap cuts off the coordinator's fees. With `members` the cap is
    lifted, and the method shares the whole.

    A lot's price schedule is the same for all its members: what a share differs from it is settled
    through the fees of the coordinator (`to_settle_eur`). Raises as `purchase_game`.
    """
    found, _made = _share_purchase(
        problem, methods, limit_s=limit_s, cancel=cancel, seed=seed, remainder=remainder
    )
    return found


@check_seconds
def share_purchase_with_proof(
    problem: PurchaseProblem,
    *,
    methods: Sequence[Method] = tuple(METHODS),
    limit_s: float = 60,
    remainder: Remainder = "coordinator",
) -> tuple[SharingStudy, NucleolusProof | None]:
    """As `share_purchase`, with the proof of its nucleolus. None: it has none."""
    found, ground = _share_purchase(
        problem, methods, limit_s=limit_s, cancel=None, seed=0, remainder=remainder
    )
    return found, certify_sharing(ground, found)


def _share_purchase(
    problem: PurchaseProblem,
    methods: Sequence[Method],
    *,
    limit_s: float,
    cancel: Callable[[], bool] | None,
    seed: int,
    remainder: Remainder,
) -> tuple[SharingStudy, SharingGame]:
    fees = problem.fees
    problem = lift_fee_cap(problem, remainder)
    made = _build_game_with_plan(problem, limit_s=limit_s, cancel=cancel)
    players = made.ground.players
    elsewhere = dict.fromkeys(players, Decimal(0))
    mwh = dict.fromkeys(players, Decimal(0))
    for place in made.plan.places:
        elsewhere[place.member] += place.supply_eur
        mwh[place.member] += place.volume_mwh
    points = Counter(point.member for point in problem.points)
    given = SharingContext(
        digest=made.plan.inputs_digest,
        weights=Weights(
            np.array([float(mwh[name]) for name in players]),
            np.array([float(points[name]) for name in players]),
        ),
        elsewhere=elsewhere,
        assumptions=(*made.assumptions, *fees_text(problem, made.plan, fees)),
        seed=seed,
    )
    return study(made.ground, given, methods=methods, cancel=cancel), made.ground


def lift_fee_cap(problem: PurchaseProblem, remainder: Remainder) -> PurchaseProblem:
    """*problem*; without the cap of its fees when its members bear what that cuts off."""
    if remainder == "coordinator" or problem.fees is None:
        return problem
    return problem.model_copy(update={"fees": problem.fees.model_copy(update={"cap": None})})


@dataclass(frozen=True, slots=True, eq=False)
class _GameWithPlan:
    ground: SharingGame
    plan: PurchasePlan
    assumptions: tuple[Phrase, ...]


def _build_game_with_plan(
    problem: PurchaseProblem, *, limit_s: float, cancel: Callable[[], bool] | None
) -> _GameWithPlan:
    """The game listed while it can be; above, as sums."""
    players = tuple(sorted({point.member for point in problem.points}))
    if (
        MOST_AT_ONCE < len(players) <= MOST_IN_ALL
        and has_separable_lots(problem)
        and not _find_limited_suppliers(problem)
    ):
        game = of_purchase(problem, players)
        plan = purchase.solve(problem, limit_s=limit_s, cancel=cancel)
        if game is not None and _is_same_cost(game.total, plan):
            said = (*_same_model(problem), Phrase(text=_text.ON_DEMAND))
            return _GameWithPlan(Wide(game), plan, said)
    listed = purchase_game(problem, limit_s=limit_s, cancel=cancel)
    return _GameWithPlan(Listed(listed.game), listed.plan, listed.assumptions)


def _is_same_cost(cents: float, plan: PurchasePlan) -> bool:
    return bool(abs(cents - float(plan.objective_eur * 100)) < 0.5)  # noqa: PLR2004 (half a cent)


def at_once(problem: PurchaseProblem, players: tuple[str, ...]) -> Floats | None:
    """The cost of every coalition in cents, lot by lot. None: lots or members depend on more."""
    if len(players) > MOST_AT_ONCE or not has_separable_lots(problem):
        return None
    lots, asked = lots_of(problem, players)
    if not asked.exact or (problem.nobody_pays_more and _has_unpriced_member(lots)):
        return None
    total = _sum_lot_costs(problem, lots)
    if total is None or not asked.joining.any():
        return total
    total += sum_amounts_by_coalition(asked.joining)
    alone = sum((terms.alone for terms in lots), np.zeros(len(players)))
    or_alone(total, np.where(asked.leaves, alone, np.inf))
    return total


def _has_unpriced_member(lots: tuple[LotTerms, ...]) -> bool:
    """Whether some member cannot buy alone: it counts in no comparison, and is left to solves."""
    return any(np.isinf(terms.alone).any() for terms in lots)


def _sum_lot_costs(problem: PurchaseProblem, lots: tuple[LotTerms, ...]) -> Floats | None:
    """The sum over the lots, with the limits of suppliers."""
    limited = _find_limited_suppliers(problem)
    rules = {"nobody_pays_more": problem.nobody_pays_more}
    if all(terms.lot.max_awards == 1 for terms in lots):
        return within_limits([by_supplier(terms, limited, **rules) for terms in lots], limited)
    if limited or len(lots[0].needs) > _MOST_DIVIDED:
        return None
    parts = [
        (lot_costs if terms.lot.max_awards == 1 else lot_costs_divided)(terms, **rules)
        for terms in lots
    ]
    return np.asarray(sum(parts[1:], parts[0]))


def _find_limited_suppliers(problem: PurchaseProblem) -> dict[str, int]:
    """Suppliers that could win more lots than they may, and how many they may."""
    limits: dict[str, int] = {}
    for limit in problem.limits:
        lots = {offer.lot for offer in problem.offers if offer.supplier == limit.supplier}
        if limit.max_lots is not None and limit.max_lots < len(lots):
            limits[limit.supplier] = min(limit.max_lots, limits.get(limit.supplier, limit.max_lots))
    return limits


def has_separable_lots(problem: PurchaseProblem) -> bool:
    """Whether each lot takes its tiers by their volumes alone, whatever the others do."""
    lots = all(lot.min_awards == 0 and lot.green_share == 0 for lot in problem.lots)
    green = problem.green_share or any(point.green_share for point in problem.points)
    sizes = all(limit.max_mwh is None and limit.min_mwh is None for limit in problem.limits)
    return lots and sizes and not green and not problem.rules


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
        part = restrict_to_members(problem, list_mask_players(players, mask))
        try:
            plan = purchase.solve(part, limit_s=limit_s, explain=False)
            values[mask] = float(plan.objective_eur * 100)
        except Infeasible:
            values[mask] = np.inf
    return values
