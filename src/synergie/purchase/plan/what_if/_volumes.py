"""The volume of a lot at which another offer costs its members less: crossings of exact lines.

The cost of an offer is a line in the volume inside each tier: energy in proportion, subscriptions
and the cost of running the market fixed. Members and mix of classes stay those of the plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from itertools import pairwise

from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.award.baskets import Book
from synergie.purchase.plan.what_if._cases import apply_case
from synergie.purchase.records.plan import Award, PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.study import PurchaseCase

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
