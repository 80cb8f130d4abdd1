"""The price of certainty: tiers that hold even when some members take less.

Bertsimas and Sim, "The price of robustness" (2004): the volume of an offer stays above the floor
of its tier when any Γ of its rows (a member in a lot) take less than they said, each by at most a
share of its volume. Two rows and a column a row of the problem, no scenario:
Σ v·w − (Γ·z + Σ q) ≥ from·y and z + q[u] ≥ δ[u]·w[u], z, q ≥ 0.

A tier that is not certain is not counted on: its members pay a lower one, so roofs of tiers are
left out, for Γ = 0 too.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from synergie.energy.records.offer import Offer, Tier
from synergie.errors import BadInput, SolverFailed
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Model
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.plan.what_if._best import Best, find_best_plan, lot_changes
from synergie.purchase.plan.what_if._rows import Columns
from synergie.purchase.records.limits import Certainty
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem

_EXACT = Fraction(1, 10**6)
"""A thousandth of a kWh: how far a protected tier may be missed by the solver's floats."""


@check_seconds
def certainty(
    problem: PurchaseProblem,
    *,
    less_percent: Decimal = Decimal(10),
    gammas: Iterable[float] | None = None,
    limit_s: float = 60,
) -> tuple[Certainty, ...]:
    """The cheapest plan for each Γ: 0, √n and n by default, n the number of rows.

    *less_percent*: how much less than it said a row may take, % of its volume.
    """
    if not 0 <= less_percent <= 100:  # noqa: PLR2004 (percent)
        raise BadInput("/less_percent", less_percent, "a percentage from 0 to 100")
    n = len(baskets.build_book(problem).baskets)
    wanted = tuple(gammas) if gammas is not None else (0.0, round(math.sqrt(n), 2), float(n))
    free = _without_roofs(problem)
    trusting = find_best_plan(free, None, limit_s=limit_s)
    found = []
    for gamma in wanted:
        rows = _Protected(gamma, Fraction(less_percent) / 100)
        sure = find_best_plan(free, trusting.plan, limit_s=limit_s, more=rows.add)
        if sure.plan is not None:
            rows.check(free, sure.plan)
        found.append(_build_certainty(gamma, trusting, sure))
    return tuple(found)


def _build_certainty(gamma: float, trusting: Best, sure: Best) -> Certainty:
    price = None
    if sure.cost is not None and trusting.cost is not None:
        price = sure.cost - trusting.cost
    return Certainty(
        gamma=gamma,
        cost_eur=sure.cost,
        price_eur=price,
        proved=sure.proved and trusting.proved,
        lots=lot_changes(trusting.plan, sure.plan) if trusting.plan else (),
    )


@dataclass(frozen=True, slots=True)
class _Protected:
    """Tiers that hold when *gamma* rows take less by *share* of their volume."""

    gamma: float
    share: Fraction

    def add(self, model: Model, book: Book, choice: Columns) -> None:
        """Two rows and a column for each row at each tier with a floor."""
        if not self.gamma or not self.share:
            return
        members: dict[tuple[int, int], list[tuple[Option, int]]] = {}
        for option, column in choice.takes.items():
            members.setdefault((option.offer, option.tier), []).append((option, column))
        for (o, k), takes in members.items():
            low, _ = book.window(o, k)
            if low > 0:
                self._floor(model, book, takes, (choice.opens[o, k], float(low)))

    def _floor(
        self, model: Model, book: Book, takes: list[tuple[Option, int]], active: tuple[int, float]
    ) -> None:
        opened, low = active
        volumes = [float(book.baskets[option.basket].volume) for option, _ in takes]
        most = max([*volumes, 0.0]) * float(self.share)
        each = model.column("z", high=most)
        terms = [(each, -self.gamma), (opened, -low)]
        for (_, column), volume in zip(takes, volumes, strict=True):
            rest = model.column("q", high=most)
            terms += [(column, volume), (rest, -1.0)]
            model.require([(each, 1), (rest, 1), (column, -volume * float(self.share))], low=0)
        model.require(terms, low=0)

    def check(self, problem: PurchaseProblem, plan: PurchasePlan) -> None:
        """The protected tiers, added again exactly. Raises SolverFailed."""
        offers = {offer.id: offer for offer in problem.offers}
        for award in plan.awards:
            mine = [p.volume_mwh for p in plan.places if p.offer == award.offer]
            lost = sorted((Fraction(v) * self.share for v in mine), reverse=True)
            whole = math.floor(self.gamma)
            parts = sum(lost[:whole], Fraction(0))
            parts += Fraction(self.gamma - whole) * (lost[whole] if whole < len(lost) else 0)
            floor = offers[award.offer].tiers[award.tier - 1].from_mwh
            if sum(map(Fraction, mine)) - parts < Fraction(floor) - _EXACT:
                raise SolverFailed(f"{award.offer}: its tier {award.tier} is not protected")


def _without_roofs(problem: PurchaseProblem) -> PurchaseProblem:
    offers = tuple(_open_above(offer) for offer in problem.offers)
    return problem.model_copy(update={"offers": offers})


def _open_above(offer: Offer) -> Offer:
    """The same offer; a tier that can be reached has no roof."""
    return offer.model_copy(update={"tiers": tuple(map(_remove_tier_roof, offer.tiers))})


def _remove_tier_roof(tier: Tier) -> Tier:
    empty = tier.to_mwh is not None and tier.to_mwh < tier.from_mwh
    return tier if empty else tier.model_copy(update={"to_mwh": None})
