"""Requirements that reach over several lots, looked at in exact numbers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from synergie.purchase.plan.award._prices import green_mwh
from synergie.purchase.plan.award._rules import count_missed_units, list_rule_scopes
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.records.purchase import PurchaseProblem

type Kind = Literal["max_lots", "max_mwh", "min_mwh", "green", "alone", "rule"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A requirement that does not hold, and of whom; `value` is what was asked."""

    kind: Kind
    whom: str
    value: Decimal


def sum_supplier_volumes(book: Book, options: Mapping[int, Option]) -> dict[str, Fraction]:
    """MWh a year that each supplier delivers over all lots."""
    volumes: dict[str, Decimal] = defaultdict(Decimal)
    for u, option in options.items():
        volumes[book.offers[option.offer].supplier] += book.baskets[u].volume
    return {supplier: Fraction(volume) / book.years for supplier, volume in volumes.items()}


def broken(problem: PurchaseProblem, book: Book, options: Mapping[int, Option]) -> Iterator[Broken]:
    """Limits of suppliers, the share of green energy, and hard rules that *options* do not keep."""
    taken = {option.offer for option in options.values()}
    won: dict[str, int] = defaultdict(int)
    for o in taken:
        won[book.offers[o].supplier] += 1
    volumes = sum_supplier_volumes(book, options)
    for limit in problem.limits:
        name, volume = limit.supplier, volumes.get(limit.supplier, Fraction(0))
        if limit.max_lots is not None and won[name] > limit.max_lots:
            yield Broken("max_lots", name, Decimal(limit.max_lots))
        if limit.max_mwh is not None and volume > Fraction(limit.max_mwh):
            yield Broken("max_mwh", name, limit.max_mwh)
        if limit.min_mwh is not None and won[name] and volume < Fraction(limit.min_mwh):
            yield Broken("min_mwh", name, limit.min_mwh)
    yield from _iterate_green_breaches(problem, book, options)
    yield from iterate_rule_breaches(problem, book, options, None)


def iterate_rule_breaches(
    problem: PurchaseProblem,
    book: Book,
    options: Mapping[int, Option],
    before: Mapping[int, Option] | None,
) -> Iterator[Broken]:
    """Hard rules that *options* do not keep; and soft ones that *before* kept better."""
    for scope in list_rule_scopes(problem, book):
        kept = 0
        if not scope.rule.hard:
            if before is None:
                continue
            kept = count_missed_units(scope, book, before)
        missed = count_missed_units(scope, book, options)
        if missed > kept:
            yield Broken("rule", scope.rule.id, Decimal(missed - kept))


def _iterate_green_breaches(
    problem: PurchaseProblem, book: Book, options: Mapping[int, Option]
) -> Iterator[Broken]:
    share = Decimal(str(problem.green_share))
    if not share:
        return
    total = sum((Fraction(book.baskets[u].volume) for u in options), Fraction(0))
    held = sum(
        (
            Fraction(green_mwh(book.baskets[u].green, book.offers[option.offer]))
            for u, option in options.items()
        ),
        Fraction(0),
    )
    if held < Fraction(share) * total:
        yield Broken("green", "", share)
