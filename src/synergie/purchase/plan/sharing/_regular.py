"""A purchase whose coalitions are too many to list, as a game of sums.

Exact when it applies. Either everybody takes part in every lot, whatever it pays; or everybody may
stay out, joins only what costs it no more than alone, and the tiers of an offer follow each other
without a hole, each no dearer than the one before for anybody. Then a coalition above the roof of a
tier does better in the next one, and who joins a tier depends on the member alone.
"""

from itertools import pairwise

import numpy as np

from synergie.plan.sharing.game import Floats, Ints
from synergie.plan.sharing.tiers import TierGame, TierLot
from synergie.purchase.plan.sharing._lots import Branch, LotTerms, MemberTerms, lots_of
from synergie.purchase.records.purchase import PurchaseProblem

_ENDLESS = np.iinfo(np.int64).max


def of_purchase(problem: PurchaseProblem, players: tuple[str, ...]) -> TierGame | None:
    """The game of *problem*; None when it is not one of sums. The lots have to be separable."""
    lots, asked = lots_of(problem, players)
    priced = all(np.isfinite(branch.cost).all() for terms in lots for branch in terms.branches)
    single = all(terms.lot.max_awards == 1 for terms in lots)
    if not asked.exact or not priced or not single:
        return None
    stay = not any((terms.leaves & terms.needs).any() for terms in lots)
    if stay and not problem.nobody_pays_more:
        return TierGame(players, (*(_all_in(terms) for terms in lots), *_build_fee_lots(asked)))
    free = all(_is_regular_lot(terms) for terms in lots) and problem.nobody_pays_more
    if not free or asked.joining.any():
        return None
    return TierGame(players, tuple(_who_saves(terms) for terms in lots))


def _is_regular_lot(terms: LotTerms) -> bool:
    """Whether all may stay out, can buy alone, and the tiers of each offer go down in a row."""
    out = bool((terms.leaves | ~terms.needs).all() and np.isfinite(terms.alone).all())
    offers = {branch.offer for branch in terms.branches}
    rows = ([b for b in terms.branches if b.offer == offer] for offer in offers)
    total = int(terms.volume.sum())
    return out and all(_is_falling_row(sorted(row, key=lambda b: b.low), total) for row in rows)


def _is_falling_row(row: list[Branch], total: int) -> bool:
    joined = all(b.low <= a.high + 1 and (b.cost <= a.cost).all() for a, b in pairwise(row))
    return joined and row[-1].high >= total


def _all_in(terms: LotTerms) -> TierLot:
    costs = np.array([branch.cost for branch in terms.branches])
    return _build_tier_lot(terms, costs, np.tile(terms.volume, (len(costs), 1)))


def _who_saves(terms: LotTerms) -> TierLot:
    """Each tier with those it costs no more than alone; and everybody alone."""
    costs = np.array([branch.cost for branch in terms.branches])
    joins = costs <= terms.alone
    lot = _build_tier_lot(
        terms, np.where(joins, costs, terms.alone), np.where(joins, terms.volume, 0)
    )
    return TierLot(
        needs=lot.needs,
        cost=np.vstack([lot.cost, terms.alone]),
        volume=np.vstack([lot.volume, np.zeros_like(terms.volume)]),
        fixed=np.append(lot.fixed, 0.0),
        low=np.append(lot.low, 0),
        high=np.append(lot.high, _ENDLESS),
    )


def _build_tier_lot(terms: LotTerms, cost: Floats, volume: Ints) -> TierLot:
    return TierLot(
        needs=terms.needs,
        cost=cost,
        volume=volume,
        fixed=np.array([branch.fixed for branch in terms.branches]),
        low=np.array([branch.low for branch in terms.branches], dtype=np.int64),
        high=np.array([branch.high for branch in terms.branches], dtype=np.int64),
    )


def _build_fee_lots(asked: MemberTerms) -> list[TierLot]:
    """What is asked of members as a whole, as a lot without volume."""
    if not asked.joining.any():
        return []
    n = len(asked.joining)
    return [
        TierLot(
            needs=np.ones(n, dtype=np.bool_),
            cost=asked.joining[None],
            volume=np.zeros((1, n), dtype=np.int64),
            fixed=np.zeros(1),
            low=np.zeros(1, dtype=np.int64),
            high=np.array([_ENDLESS]),
        )
    ]
