"""Purchases with rules of one's own by brute force, written from docs/plan/purchase.md alone."""

from fractions import Fraction
from itertools import combinations
from math import ceil
from typing import Any, override

from synergie.energy.records.offer import Offer, Tier
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.rule import PurchaseRule
from tests.plan.purchase_force import Force, bill

type Places = tuple[Offer | None, ...]


class RuleForce(Force):
    """One problem, all of its plans, each with what the rules weigh in it."""

    def __init__(self, problem: PurchaseProblem, rules: tuple[PurchaseRule, ...]) -> None:
        super().__init__(problem)
        self.rules = rules

    @override
    def _cost(self, places: Places, tiers: dict[str, Tier]) -> Fraction | None:
        cost = super()._cost(places, tiers)
        if cost is None:
            return None
        bills = [
            alone if offer is None else bill(need, offer, tiers[offer.id])
            for need, offer, alone in zip(self.needs, places, self.alone, strict=True)
        ]
        for rule in self.rules:
            missed = self._missed(rule, places, bills)
            if missed and rule.hard:
                return None
            cost += missed * Fraction(rule.eur or 0)
        return cost

    def _selects(self, rule: PurchaseRule, n: int) -> bool:
        need, of = self.needs[n], rule.of
        points = [
            p.id
            for p in self.problem.points
            if p.member == need.member
            and p.usage in need.lot.usages
            and p.market_segment in need.lot.market_segments
        ]
        return (
            (of.member is None or of.member == need.member)
            and (of.lot is None or of.lot == need.lot.id)
            and (of.point is None or of.point in points)
        )

    def _missed(self, rule: PurchaseRule, places: Places, bills: list[Fraction | None]) -> int:
        mine = [n for n in range(len(self.needs)) if self._selects(rule, n)]
        joined = [(n, o) for n in mine if (o := places[n]) is not None]
        mwh = {n: self.needs[n].volume / self.years for n in mine}
        total = sum((mwh[n] for n, _ in joined), Fraction(0))
        match rule.kind:
            case "max_share":
                names = {o.supplier for _, o in joined}
                over = 0
                for name in names if rule.supplier is None else names & {rule.supplier}:
                    own = sum((mwh[n] for n, o in joined if o.supplier == name), Fraction(0))
                    over += max(0, ceil(own - Fraction(str(rule.share)) * total))
                return over
            case "green":
                held = sum(
                    (
                        part * max(asked, Fraction(str(o.green_share)))
                        for n, o in joined
                        for _, _, part, asked in self.needs[n].parts
                    ),
                    Fraction(0),
                )
                return max(0, ceil(Fraction(str(rule.share)) * total - held / self.years))
            case "budget":
                paid = sum((bills[n] or Fraction(0) for n in mine), Fraction(0))
                return max(0, ceil(paid - Fraction(rule.max_eur)))
            case "not_with" | "min_suppliers" | "pinned":
                return _missed_places(rule, len(mine), [o for _, o in joined])


def _missed_places(rule: Any, count: int, taken: list[Offer]) -> int:
    missed: int = _count_places(rule, count, taken)
    return missed


def _count_places(rule: Any, count: int, taken: list[Offer]) -> Any:
    if rule.kind == "not_with":
        return sum(offer.supplier == rule.supplier for offer in taken)
    if rule.kind == "min_suppliers":
        return max(0, rule.suppliers - len({o.supplier for o in taken})) if count else 0
    if rule.offer is None and rule.supplier is None:
        return len(taken)
    return count - sum(rule.offer == o.id or rule.supplier == o.supplier for o in taken)


def smallest_clashes(
    problem: PurchaseProblem, rules: tuple[PurchaseRule, ...]
) -> list[frozenset[str]]:
    """The smallest sets of *rules* that no plan keeps together; empty: all hold."""
    for size in range(len(rules) + 1):
        found = [
            frozenset(rule.id for rule in some)
            for some in combinations(rules, size)
            if RuleForce(problem, some).best() is None
        ]
        if found:
            return found
    return []
