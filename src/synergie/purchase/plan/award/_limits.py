"""Rows of a purchase that count awards, volumes of a supplier and green energy: P6 and P9."""

from collections import defaultdict
from decimal import Decimal

from synergie.errors import Reason
from synergie.plan import needs_text as text
from synergie.plan.solver import Need
from synergie.purchase.plan.award._draft import Draft, Terms
from synergie.purchase.plan.award._prices import green_mwh
from synergie.purchase.records.purchase import Lot, SupplierLimit

_MANY = 10_000.0
"""Weight of an award or a lot against a euro, when amounts are sought."""


def awards_a_lot(made: Draft) -> None:
    """P6a: at most as many awards as the lot takes, and as few as it asks once awarded."""
    for lot in made.book.lots:
        here = [c for (o, _), c in made.choice.opens.items() if made.book.offers[o].lot == lot.id]
        if lot.id not in made.lots or not here:
            continue
        if lot.max_awards is not None:
            need = Need(
                Reason(text.AWARDS_MOST, lot.id, lot.max_awards),
                text.AWARDS_MOST_LACKS,
                _MANY,
                about=(lot.id,),
                handle=("max_awards", lot.id),
            )
            # of one award every tier prices the whole lot: what clashes is its price or its volume
            named = need if max(lot.max_awards, lot.min_awards) > 1 else None
            made.model.require([(c, 1) for c in here], high=lot.max_awards, need=named)
        if lot.min_awards > 1:
            _least_awards(made, lot, here)


def _least_awards(made: Draft, lot: Lot, here: list[int]) -> None:
    """Each award serves somebody, and there are enough of them as soon as there is one."""
    model, choice = made.model, made.choice
    served: dict[tuple[int, int], list[int]] = defaultdict(list)
    for option, column in choice.takes.items():
        served[option.offer, option.tier].append(column)
    awarded = model.binary(f"awarded_{lot.id}")
    for key, column in choice.opens.items():
        if made.book.offers[key[0]].lot == lot.id:
            model.require([*((c, 1) for c in served[key]), (column, -1)], low=0)
            model.require([(column, 1), (awarded, -1)], high=0)
    need = Need(
        Reason(text.AWARDS_LEAST, lot.id, lot.min_awards),
        text.AWARDS_LEAST_LACKS,
        _MANY,
        about=(lot.id,),
        handle=("min_awards", lot.id),
    )
    model.require([*((c, 1) for c in here), (awarded, -lot.min_awards)], low=0, need=need)


def add_supplier_limits(made: Draft) -> None:
    """P6b, P6c: lots a supplier wins, and the energy it supplies over all of them."""
    for limit in made.problem.limits:
        won = [
            column
            for (o, _), column in made.choice.opens.items()
            if made.book.offers[o].supplier == limit.supplier
        ]
        if limit.max_lots is not None and won:
            need = Need(
                Reason(text.SUPPLIER_LOTS, limit.supplier, limit.max_lots),
                text.SUPPLIER_LOTS_LACKS,
                _MANY,
                about=(limit.supplier,),
                handle=("max_lots", limit.supplier),
            )
            made.model.require([(c, 1) for c in won], high=limit.max_lots, need=need)
        if won:
            _add_capacity_rows(made, limit, won)


def _add_capacity_rows(made: Draft, limit: SupplierLimit, won: list[int]) -> None:
    volumes = _build_volume_terms(made, limit.supplier)
    per = float(made.book.years)
    if limit.max_mwh is not None:
        roof = Need(
            Reason(text.SUPPLIER_ROOF, limit.supplier, limit.max_mwh),
            text.SUPPLIER_ROOF_LACKS,
            100.0,
            per,
            about=(limit.supplier,),
            handle=("max_mwh", limit.supplier),
        )
        made.model.require(volumes, high=float(limit.max_mwh) * per, need=roof)
    if limit.min_mwh and made.holds(limit.supplier):
        floor = Need(
            Reason(text.SUPPLIER_FLOOR, limit.supplier, limit.min_mwh),
            text.SUPPLIER_FLOOR_LACKS,
            100.0,
            per,
            about=(limit.supplier,),
            handle=("min_mwh", limit.supplier),
        )
        wins = made.model.binary(f"wins_{limit.supplier}"[:60])
        for column in won:
            made.model.require([(column, 1), (wins, -1)], high=0)
        least = float(limit.min_mwh) * per
        made.model.require([*volumes, (wins, -least)], low=0, need=floor)


def _build_volume_terms(made: Draft, supplier: str) -> Terms:
    book = made.book
    return [
        (column, float(book.baskets[option.basket].volume))
        for option, column in made.choice.takes.items()
        if book.offers[option.offer].supplier == supplier
    ]


def add_green_share(made: Draft) -> None:
    """P9: the least share of all the energy bought together that has guarantees of origin."""
    share = Decimal(str(made.problem.green_share))
    if not share or not made.all_lots():
        return
    book, terms = made.book, []
    for option, column in made.choice.takes.items():
        basket = book.baskets[option.basket]
        held = green_mwh(basket.green, book.offers[option.offer])
        terms.append((column, float(held - share * basket.volume)))
    need = Need(
        Reason(text.GREEN, share * 100),
        text.GREEN_LACKS,
        10.0,
        float(book.years),
        handle=("green",),
    )
    made.model.require(terms, low=0, need=need)
