"""How far prices are from another award, to the cent: each answer is held by two solves.

An award flips when the best plan that does not take the offer costs no more than the best of all
plans. The change of price is sought in whole cents per MWh. The first guess is the distance in
euros between the two, over the volume; costs rounded by member, costs alone that move with the
price and requirements between lots can shift it, so the neighbouring cents are solved and the
search goes on until one of them flips and the one before does not.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from itertools import pairwise

from synergie.plan.seconds import check_seconds
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.award.baskets import Book
from synergie.purchase.plan.what_if._best import find_best_plan
from synergie.purchase.plan.what_if._cases import apply_case, reprice_offers
from synergie.purchase.records.plan import Award, PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem, SupplierLimit
from synergie.purchase.records.study import Flip, PurchaseCase

_NOBODY = "\u2014"
"""Stands for the supplier of an offer that is not to be taken."""
_FARTHEST = 100_000
"""A rise of 1,000 EUR/MWh: who still wins then wins at any price."""


@check_seconds
def flips(problem: PurchaseProblem, plan: PurchasePlan, *, limit_s: float = 60) -> tuple[Flip, ...]:
    """Each award of *plan*: which prices and which volumes would change it."""
    return tuple(_compute_flip(problem, plan, award, limit_s) for award in plan.awards)


def _compute_flip(
    problem: PurchaseProblem, plan: PurchasePlan, award: Award, limit_s: float
) -> Flip:
    found = find_best_plan(close_offer(problem, award.offer), None, limit_s=limit_s)
    more = None if found.cost is None else found.cost - plan.objective_eur
    rival = _find_rival_award(plan, found.plan, award.lot)
    seek = _Seek(problem, plan, award, limit_s)
    fewer, greater = turning_volumes(problem, plan, award)
    return Flip(
        lot=award.lot,
        offer=award.offer,
        rival=rival.offer if rival else None,
        rival_costs_more_eur=more,
        may_rise_eur_per_mwh=seek.rise(_estimate_price_rise(more, award.volume_mwh)),
        rival_must_fall_eur_per_mwh=seek.fall(rival, more) if rival else None,
        fewer_mwh=fewer,
        more_mwh=greater,
    )


def close_offer(problem: PurchaseProblem, offer: str) -> PurchaseProblem:
    """*problem* with *offer* never taken; it still tells what its prices cost alone."""
    offers = tuple(
        one.model_copy(update={"supplier": _NOBODY}) if one.id == offer else one
        for one in problem.offers
    )
    limits = (*problem.limits, SupplierLimit(supplier=_NOBODY, max_lots=0))
    return problem.model_copy(update={"offers": offers, "limits": limits})


def _find_rival_award(plan: PurchasePlan, without: PurchasePlan | None, lot: str) -> Award | None:
    """The offer that the plan without the award takes in the lot and the plan does not."""
    if without is None:
        return None
    taken = {award.offer for award in plan.awards}
    new = [one for one in without.awards if one.lot == lot and one.offer not in taken]
    return new[0] if new else None


def _estimate_price_rise(more: Decimal | None, volume: Decimal) -> int:
    """Cents per MWh that make up *more* euros."""
    if more is not None and more <= 0:
        return 0
    if more is None or not volume:
        return 1
    return min(max(1, math.ceil(more * 100 / volume)), _FARTHEST)


@dataclass(frozen=True, slots=True)
class _Seek:
    """The search of one award's flips."""

    problem: PurchaseProblem
    plan: PurchasePlan
    award: Award
    limit_s: float

    def rise(self, guess: int) -> Decimal | None:
        """The least rise of the prices of the offer that is taken, EUR/MWh; 0: a tie already."""
        if guess == 0:
            return Decimal(0)
        return self._least(guess, _FARTHEST, lambda cents: self._flipped(self.award.offer, cents))

    def fall(self, rival: Award, more: Decimal | None) -> Decimal | None:
        """The least fall of the prices of *rival*, EUR/MWh; no price falls under zero."""
        if more is not None and more <= 0:
            return Decimal(0)
        offer = next(one for one in self.problem.offers if one.id == rival.offer)
        prices = [cell.eur_per_mwh for tier in offer.tiers for cell in tier.prices]
        lowest = int(min(prices, default=Decimal(0)) * 100)
        guess = min(_estimate_price_rise(more, rival.volume_mwh), lowest)
        return self._least(guess, lowest, lambda cents: self._flipped(rival.offer, -cents))

    def _flipped(self, offer: str, cents: int) -> bool:
        """Whether the award flips when the prices of *offer* move by *cents*."""
        shift = Decimal(cents).scaleb(-2)
        then = reprice_offers(self.problem, {offer}, lambda price: price + shift)
        whole = find_best_plan(then, self.plan, limit_s=self.limit_s).cost
        other = find_best_plan(close_offer(then, self.award.offer), None, limit_s=self.limit_s).cost
        return whole is None or (other is not None and other <= whole)

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


# The volume of a lot at which another offer costs its members less: crossings of exact lines.
#
# The cost of an offer is a line in the volume inside each tier: energy in proportion, subscriptions
# and the cost of running the market fixed. Members and mix of classes stay those of the plan.

_WIDEST = Fraction(10)
"""Volumes are looked at from nothing to ten times those of the plan."""
_GRAIN = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class _Line:
    """The cost at one tier, volumes times x: `fixed + energy * x` for x between two ends."""

    fixed: Fraction
    energy: Fraction
    low: Fraction
    high: Fraction

    def cost(self, x: Fraction) -> Fraction:
        return self.fixed + self.energy * x


def turning_volumes(
    problem: PurchaseProblem, plan: PurchasePlan, award: Award
) -> tuple[Decimal | None, Decimal | None]:
    """The nearest volumes under and over that of *award*, MWh a year, at which it is beaten."""
    if not award.volume_mwh:
        return None, None
    lines = _build_offer_lines(problem, plan, award)
    mine = lines.pop(award.offer, [])
    rivals = [line for found in lines.values() for line in found]
    beaten = list(_iterate_beaten_intervals(mine, rivals))
    under = max((high for _, high in beaten if high <= 1), default=None)
    over = min((low for low, _ in beaten if low >= 1), default=None)
    return _compute_award_volume(under, award, ROUND_FLOOR), _compute_award_volume(
        over, award, ROUND_CEILING
    )


def _compute_award_volume(x: Fraction | None, award: Award, rounding: str) -> Decimal | None:
    if x is None:
        return None
    exact = award.volume_mwh * x.numerator / x.denominator
    return exact.quantize(_GRAIN, rounding)


def _iterate_beaten_intervals(
    mine: list[_Line], rivals: list[_Line]
) -> Iterator[tuple[Fraction, Fraction]]:
    """Intervals of x on which a rival costs less than the award, or the award has no price."""
    ends = sorted(
        {Fraction(0), _WIDEST, *(e for one in mine + rivals for e in (one.low, one.high))}
    )
    for low, high in pairwise(ends):
        middle = (low + high) / 2
        ours = [one for one in mine if one.low <= middle <= one.high]
        for rival in (one for one in rivals if one.low <= middle <= one.high):
            if not ours:
                yield low, high
                continue
            yield from _where_less(rival, min(ours, key=lambda one: one.cost(middle)), low, high)


def _where_less(
    rival: _Line, ours: _Line, low: Fraction, high: Fraction
) -> Iterator[tuple[Fraction, Fraction]]:
    """Where in [low, high] the rival's line is under ours."""
    first, last = (rival.cost(x) < ours.cost(x) for x in (low, high))
    if first and last:
        yield low, high
    elif first or last:
        x = (ours.fixed - rival.fixed) / (rival.energy - ours.energy)
        yield (low, x) if first else (x, high)


def _build_offer_lines(
    problem: PurchaseProblem, plan: PurchasePlan, award: Award
) -> dict[str, list[_Line]]:
    """Each offer of the lot that prices all members of *award*, tier by tier."""
    whole = baskets.build_book(problem)
    empty = baskets.build_book(_remove_point_energy(problem))
    inside = {place.member for place in plan.places if place.offer == award.offer}
    costs, points = _sum_tier_costs(whole, award, inside), _sum_tier_costs(empty, award, inside)
    volume = sum(
        (Fraction(b.volume) for b in whole.baskets if b.lot == award.lot and b.member in inside),
        Fraction(0),
    )
    lines: dict[str, list[_Line]] = {}
    for (o, k), cost in costs.items():
        offer = whole.offers[o]
        low, high = whole.window(o, k)
        ends = (low / volume, _WIDEST if high is None else min(high / volume, _WIDEST))
        if (o, k) in points and ends[0] < ends[1]:
            fixed = points[o, k] + Fraction(whole.fixed[o])
            line = _Line(fixed, cost - points[o, k], *ends)
            lines.setdefault(offer.id, []).append(line)
    return lines


def _remove_point_energy(problem: PurchaseProblem) -> PurchaseProblem:
    """The same points without energy: what is left is their subscriptions."""
    return apply_case(problem, PurchaseCase(kind="volumes", percent=Decimal(-100)))


def _sum_tier_costs(book: Book, award: Award, inside: set[str]) -> dict[tuple[int, int], Fraction]:
    """Cost of all members *inside* at each tier of each offer that prices them all."""
    here = {u for u, b in enumerate(book.baskets) if b.lot == award.lot and b.member in inside}
    sums: dict[tuple[int, int], list[Fraction]] = {}
    for option in book.options:
        if option.basket in here:
            sums.setdefault((option.offer, option.tier), []).append(Fraction(option.cost))
    return {key: sum(parts, Fraction(0)) for key, parts in sums.items() if len(parts) == len(here)}
