"""A requirement of a purchase made weaker by an amount, and what that is in words."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from synergie.energy.records.offer import Offer
from synergie.plan.conflicts import round_amount_up
from synergie.plan.solver import Need
from synergie.purchase.plan.award.baskets import Book
from synergie.purchase.plan.what_if import _text as text
from synergie.purchase.plan.what_if._best import format_phrase_euros, format_phrase_value
from synergie.purchase.plan.what_if._frontier import replace_supplier_limit
from synergie.purchase.records.purchase import AloneCost, PurchaseProblem, SupplierLimit
from synergie.schemas.plan import Phrase

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Try:
    """A weaker problem that may be possible."""

    kind: str
    problem: PurchaseProblem
    said: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The weaker problem, and what changed in it."""

    problem: PurchaseProblem
    said: Phrase


def relax_requirement(
    problem: PurchaseProblem, book: Book, need: Need, much: float
) -> Relaxed | None:
    """*problem* with the requirement of *need* weaker by *much*. None: nobody can change it."""
    kind, *names = need.handle
    make = _MAKE.get(kind)
    return None if make is None else make(problem, book, tuple(names), round_amount_up(much))


def _with_offer(
    problem: PurchaseProblem, name: str, change: Callable[[Offer], Offer]
) -> PurchaseProblem:
    offers = tuple(change(one) if one.id == name else one for one in problem.offers)
    return problem.model_copy(update={"offers": offers})


def _find_offer(problem: PurchaseProblem, name: str) -> Offer:
    return next(one for one in problem.offers if one.id == name)


def _replace_tier(offer: Offer, number: int, **changes: object) -> Offer:
    tiers = list(offer.tiers)
    tiers[number] = tiers[number].model_copy(update=changes)
    return offer.model_copy(update={"tiers": tuple(tiers)})


def _relax_floor(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    name, number = names[0], int(names[1])
    offer = _find_offer(problem, name)
    low = max(_ZERO, offer.tiers[number].from_mwh - much)
    then = _with_offer(problem, name, lambda one: _replace_tier(one, number, from_mwh=low))
    values = (format_phrase_value(much), offer.lot, str(number + 1), name, format_phrase_value(low))
    return Relaxed(then, Phrase(text=text.WAY_FLOOR, values=values))


def _relax_roof(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    name, number = names[0], int(names[1])
    high = (_find_offer(problem, name).tiers[number].to_mwh or _ZERO) + much
    then = _with_offer(problem, name, lambda one: _replace_tier(one, number, to_mwh=high))
    values = (str(number + 1), name, format_phrase_value(high), format_phrase_value(much))
    return Relaxed(then, Phrase(text=text.WAY_ROOF, values=values))


def _relax_fixed_cost(
    problem: PurchaseProblem, book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    """The amount is of the delivery, the cost of the offer is a year's."""
    yearly = round_amount_up(float(Fraction(much) / book.years))
    left = max(_ZERO, _find_offer(problem, names[0]).fixed_eur - yearly)
    then = _with_offer(problem, names[0], lambda one: one.model_copy(update={"fixed_eur": left}))
    return Relaxed(
        then,
        Phrase(
            text=text.WAY_FIXED,
            values=(format_phrase_euros(left), names[0], format_phrase_euros(yearly)),
        ),
    )


def _relax_alone_cost(
    problem: PurchaseProblem, book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    member, lot = names
    known = {(b.member, b.lot): eur for b, eur in zip(book.baskets, book.alone, strict=True)}
    eur = (known[member, lot] or _ZERO) + much
    kept = tuple(one for one in problem.alone if (one.member, one.lot) != (member, lot))
    raised = AloneCost(member=member, lot=lot, eur=eur, source="-")
    then = problem.model_copy(update={"alone": (*kept, raised)})
    return Relaxed(
        then, Phrase(text=text.WAY_ALONE, values=(member, lot, format_phrase_euros(much)))
    )


def _find_supplier_limit(problem: PurchaseProblem, supplier: str) -> SupplierLimit:
    return next(one for one in problem.limits if one.supplier == supplier)


def _max_lots(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    more = math.ceil(much)
    most = (_find_supplier_limit(problem, names[0]).max_lots or 0) + more
    then = replace_supplier_limit(problem, names[0], max_lots=most)
    return Relaxed(then, Phrase(text=text.WAY_LOTS, values=(names[0], str(most), str(more))))


def _max_mwh(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    most = (_find_supplier_limit(problem, names[0]).max_mwh or _ZERO) + much
    then = replace_supplier_limit(problem, names[0], max_mwh=most)
    values = (names[0], format_phrase_value(most), format_phrase_value(much))
    return Relaxed(then, Phrase(text=text.WAY_MAX_MWH, values=values))


def _min_mwh(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    least = max(_ZERO, (_find_supplier_limit(problem, names[0]).min_mwh or _ZERO) - much)
    then = replace_supplier_limit(problem, names[0], min_mwh=least)
    values = (names[0], format_phrase_value(least), format_phrase_value(much))
    return Relaxed(then, Phrase(text=text.WAY_MIN_MWH, values=values))


def with_lot(problem: PurchaseProblem, name: str, **changes: object) -> PurchaseProblem:
    """*problem* with the lot *name* otherwise."""
    lots = tuple(lot.model_copy(update=changes) if lot.id == name else lot for lot in problem.lots)
    return problem.model_copy(update={"lots": lots})


def _max_awards(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    lot = next(one for one in problem.lots if one.id == names[0])
    most = (lot.max_awards or 0) + int(much.to_integral_value(ROUND_CEILING))
    then = with_lot(problem, lot.id, max_awards=most)
    return Relaxed(then, Phrase(text=text.WAY_AWARDS, values=(str(most), lot.id)))


def _min_awards(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], much: Decimal
) -> Relaxed:
    lot = next(one for one in problem.lots if one.id == names[0])
    least = max(0, lot.min_awards - int(much.to_integral_value(ROUND_CEILING)))
    then = with_lot(problem, lot.id, min_awards=least)
    return Relaxed(
        then, Phrase(text=text.WAY_FEWER_AWARDS, values=(str(least), lot.id, str(lot.min_awards)))
    )


def _drop_rule(
    problem: PurchaseProblem, _book: Book, names: tuple[str, ...], _much: Decimal
) -> Relaxed:
    rest = tuple(rule for rule in problem.rules if rule.id != names[0])
    then = problem.model_copy(update={"rules": rest})
    return Relaxed(then, Phrase(text=text.WAY_RULE, values=names))


_MAKE: Mapping[str, Callable[[PurchaseProblem, Book, tuple[str, ...], Decimal], Relaxed]] = {
    "floor": _relax_floor,
    "roof": _relax_roof,
    "fixed": _relax_fixed_cost,
    "alone": _relax_alone_cost,
    "max_lots": _max_lots,
    "max_mwh": _max_mwh,
    "min_mwh": _min_mwh,
    "max_awards": _max_awards,
    "min_awards": _min_awards,
    "rule": _drop_rule,
}
"""The kinds of requirement (first word of `Need.handle`) that an amount can lift."""
