"""How far prices are from another award, to the cent: each answer is held by two solves.

The rise of a price is sought in whole cents per MWh. The first guess is the distance in euros to
the best plan without the offer, over its volume; costs rounded by member, costs alone that move
with the price and requirements between lots can shift it, so the two neighbouring cents are solved
and the search goes on until one of them flips and the other does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from synergie.plan.what_if._best import best
from synergie.plan.what_if._cases import repriced
from synergie.plan.what_if._volumes import turning_volumes
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import Award, PurchasePlan
from synergie.schemas.purchase_study import Flip

_FARTHEST = 100_000
"""A rise of 1,000 EUR/MWh: who still wins then wins at any price."""


def flips(problem: PurchaseProblem, plan: PurchasePlan, *, limit_s: float = 60) -> tuple[Flip, ...]:
    """Each award of *plan*: which prices and which volumes would change it."""
    return tuple(_flip(problem, plan, award, limit_s) for award in plan.awards)


def _flip(problem: PurchaseProblem, plan: PurchasePlan, award: Award, limit_s: float) -> Flip:
    others = tuple(offer for offer in problem.offers if offer.id != award.offer)
    found = best(problem.model_copy(update={"offers": others}), None, limit_s=limit_s)
    more = None if found.cost is None else found.cost - plan.objective_eur
    rival = _rival(plan, found.plan, award.lot)
    seek = _Seek(problem, plan, award, limit_s)
    fewer, greater = turning_volumes(problem, plan, award)
    return Flip(
        lot=award.lot,
        offer=award.offer,
        rival=rival.offer if rival else None,
        rival_costs_more_eur=more,
        may_rise_eur_per_mwh=seek.rise(_guess(more, award.volume_mwh)),
        rival_must_fall_eur_per_mwh=seek.fall(rival, more) if rival else None,
        fewer_mwh=fewer,
        more_mwh=greater,
    )


def _rival(plan: PurchasePlan, without: PurchasePlan | None, lot: str) -> Award | None:
    """The offer that the plan without the award takes in the lot and the plan does not."""
    if without is None:
        return None
    taken = {award.offer for award in plan.awards}
    new = [one for one in without.awards if one.lot == lot and one.offer not in taken]
    return new[0] if new else None


def _guess(more: Decimal | None, volume: Decimal) -> int:
    """Cents per MWh that make up *more* euros."""
    if more is None or not volume:
        return 1
    return min(max(1, int(more * 100 / volume) + 1), _FARTHEST)


@dataclass(frozen=True, slots=True)
class _Seek:
    """The search of one award's flips."""

    problem: PurchaseProblem
    plan: PurchasePlan
    award: Award
    limit_s: float

    def rise(self, guess: int) -> Decimal | None:
        """The least rise of the prices of the offer that is taken, EUR/MWh."""
        return self._least(guess, _FARTHEST, lambda cents: self._flipped(self.award.offer, cents))

    def fall(self, rival: Award, more: Decimal | None) -> Decimal | None:
        """The least fall of the prices of *rival*, EUR/MWh; no price falls under zero."""
        offer = next(one for one in self.problem.offers if one.id == rival.offer)
        prices = [cell.eur_per_mwh for tier in offer.tiers for cell in tier.prices]
        lowest = int(min(prices, default=Decimal(0)) * 100)
        guess = min(_guess(more, rival.volume_mwh), lowest)
        return self._least(guess, lowest, lambda cents: self._flipped(rival.offer, -cents))

    def _flipped(self, offer: str, cents: int) -> bool:
        """Whether the award is no longer taken when the prices of *offer* move by *cents*."""
        shift = Decimal(cents).scaleb(-2)
        then = repriced(self.problem, {offer}, lambda price: price + shift)
        found = best(then, self.plan, limit_s=self.limit_s).plan
        return found is None or self.award.offer not in {one.offer for one in found.awards}

    @staticmethod
    def _least(guess: int, most: int, flipped: Callable[[int], bool]) -> Decimal | None:
        """The least of 1 to *most* cents that flips, with the cent before it that does not."""
        low, high = 0, guess
        while high <= most and not flipped(high):
            if high == most:
                return None
            low, high = high, min(high + max(1, (high - low) * 2), most)
        if high > most or high < 1:
            return None
        step = 1  # the guess is near most often: look just below it first
        while high - low > 1:
            middle = max(high - step, (low + high) // 2)
            if flipped(middle):
                high, step = middle, step * 2
            else:
                low = middle
        return Decimal(high).scaleb(-2)
