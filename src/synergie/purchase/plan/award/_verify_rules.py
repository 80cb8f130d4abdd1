"""The checker of rules of one's own: from the problem and the plan alone, nothing of the model."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil

from synergie.errors import Reason
from synergie.purchase.records.plan import Place, PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.rule import (
    FixedChoice,
    PurchaseRule,
    SupplierCount,
    SupplierExclusion,
)

type Volumes = Mapping[tuple[str, str], Fraction]
"""MWh a year by member and lot."""


def iterate_rule_faults(
    problem: PurchaseProblem, plan: PurchasePlan, volumes: Volumes, greens: Volumes
) -> Iterator[str]:
    """Hard rules that the plan breaks, and outcomes that do not say what it does.

    *greens*: MWh a year with guarantees of origin, of the places that join.
    """
    if [one.rule for one in plan.rules] != [rule.id for rule in problem.rules]:
        yield Reason("the rules of the plan are not those of the problem, in their order")
        return
    for rule, outcome in zip(problem.rules, plan.rules, strict=True):
        places = _select_places(problem, plan, rule)
        missed = _count_units(rule, plan, places, volumes=volumes, greens=greens) if places else 0
        weight = (rule.eur or Decimal(0)) * missed
        if rule.hard and missed:
            yield Reason("the rule {} is broken by {}", rule.id, missed)
        if (outcome.selects, outcome.missed) != (len(places), missed):
            yield Reason(
                "the rule {} selects {} places and misses {}", rule.id, len(places), missed
            )
        if outcome.penalty_eur != weight:
            yield Reason(
                "the rule {} weighs {} EUR, the plan says {}", rule.id, weight, outcome.penalty_eur
            )


def _select_places(problem: PurchaseProblem, plan: PurchasePlan, rule: PurchaseRule) -> list[Place]:
    homes = {
        (point.member, lot.id)
        for point in problem.points
        for lot in problem.lots
        if point.id == rule.of.point
        and point.market_segment in lot.market_segments
        and point.usage in lot.usages
    }
    return [
        place
        for place in plan.places
        if (rule.of.member is None or place.member == rule.of.member)
        and (rule.of.lot is None or place.lot == rule.of.lot)
        and (rule.of.point is None or (place.member, place.lot) in homes)
    ]


def _count_units(
    rule: PurchaseRule,
    plan: PurchasePlan,
    places: list[Place],
    *,
    volumes: Volumes,
    greens: Volumes,
) -> int:
    """Whole units by which *places* do not keep *rule*."""
    suppliers = {award.offer: award.supplier for award in plan.awards}
    of = {
        (place.member, place.lot): suppliers.get(place.offer, "")
        for place in places
        if place.offer is not None
    }
    total = sum((volumes[key] for key in of), Fraction(0))
    if rule.kind == "max_share":
        by_supplier: dict[str, Fraction] = defaultdict(Fraction)
        for key, supplier in of.items():
            by_supplier[supplier] += volumes[key]
        most = Fraction(str(rule.share)) * total
        names = by_supplier if rule.supplier is None else by_supplier.keys() & {rule.supplier}
        return sum(ceil(max(Fraction(0), by_supplier[name] - most)) for name in names)
    if rule.kind == "green":
        held = sum((greens[key] for key in of), Fraction(0))
        return max(0, ceil(Fraction(str(rule.share)) * total - held))
    if rule.kind == "budget":
        paid = sum((place.supply_eur for place in places), Decimal(0))
        return max(0, int((paid - rule.max_eur).to_integral_value(ROUND_CEILING)))
    return _count_places(rule, places, list(of.values()))


def _count_places(
    rule: SupplierExclusion | SupplierCount | FixedChoice, places: list[Place], of: list[str]
) -> int:
    """The same of rules that count suppliers or places. *of*: the supplier of each that joins."""
    if rule.kind == "not_with":
        return of.count(rule.supplier)
    if rule.kind == "min_suppliers":
        return max(0, rule.suppliers - len(set(of)))
    if rule.offer is not None:
        return sum(place.offer != rule.offer for place in places)
    return len(of) if rule.supplier is None else len(places) - of.count(rule.supplier)
