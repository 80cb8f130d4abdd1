"""The cheapest lawful pooled purchase: one award a lot, tiers on the lot's total volume.

Formulation, numbered P0 to P9: docs/plan/purchase.md.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from synergie.errors import Cancelled, Infeasible, Reason, SolverFailed
from synergie.plan import _baskets, _purchase_text, _record, _verify
from synergie.plan._baskets import Book, Option
from synergie.plan._money import CENT, cents, certified, split
from synergie.plan._needs_text import (
    FIXED_COST,
    FIXED_COST_LACKS,
    NO_MORE_THAN_ALONE,
    NO_MORE_THAN_ALONE_LACKS,
    NOT_PRICED,
    SUPPLIER_LOTS,
    SUPPLIER_LOTS_LACKS,
    TIER_FLOOR,
    TIER_FLOOR_LACKS,
    TIER_ROOF,
    TIER_ROOF_LACKS,
)
from synergie.plan._solver import Model, Need, Outcome, Progress, settled
from synergie.schemas.offer import Offer
from synergie.schemas.plan import MemberOutcome
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import Award, Place, PurchasePlan

_FINE = {"mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9}
_WITHIN = 0.009  # costs are whole cents: a bound less than a cent below proves the optimum


def solve(
    problem: PurchaseProblem,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> PurchasePlan:
    """The cheapest purchase, with its proof, its reasons and what each member gains.

    Raises BadInput (a point without its lot, an offer of no lot), Infeasible with the
    requirements that conflict, OutOfTime, Cancelled, SolverFailed, MissingExtra.
    """
    return solve_near(problem, limit_s=limit_s, cancel=cancel, progress=progress)


def solve_near(
    problem: PurchaseProblem,
    *,
    near: PurchasePlan | None = None,
    more: Callable[[Model, Book, "Choice"], None] | None = None,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> PurchasePlan:
    """As `solve`, begun from the plan *near* of a problem that differs little.

    *more* adds requirements to the model before it is solved.
    """
    book = _baskets.book(problem)
    _somewhere_to_buy(problem, book)
    model, choice = _model(problem, book)
    if more is not None:
        more(model, book, choice)
    start = _start(book, choice, near)
    outcomes: tuple[Outcome, ...] = ()
    faults: tuple[str, ...] = ()
    for options in (None, _FINE):  # finer tolerances only when the first plan is not exact
        outcome = model.minimise(
            limit_s=limit_s,
            gap_abs=_WITHIN,
            cancel=cancel,
            progress=progress,
            start=_whole(model, start),
            options=options,
        )
        outcomes += (outcome,)
        plan = _plan(problem, book, _decided(model, choice, outcome, limit_s), outcomes)
        faults = _verify.purchase(problem, plan)
        if not faults:
            return plan
    raise SolverFailed("; ".join(faults))


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns of the model by what they decide."""

    joins: dict[tuple[int, int], int]
    takes: dict[Option, int]
    opens: dict[tuple[int, int], int]
    alone: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Decisions:
    """What the solver decided: the option of each basket that joins, the tier of each offer."""

    options: dict[int, Option]
    open: dict[int, int]


def _somewhere_to_buy(problem: PurchaseProblem, book: Book) -> None:
    priced = {option.basket for option in book.options}
    stuck = [
        Reason(NOT_PRICED, basket.member, basket.lot)
        for u, basket in enumerate(book.baskets)
        if u not in priced and not (problem.may_leave and book.alone[u] is not None)
    ]
    if stuck:
        raise Infeasible(tuple(stuck))


def _model(problem: PurchaseProblem, book: Book) -> tuple[Model, Choice]:
    model = Model("purchase")
    choice = _columns(model, problem, book)
    _one_place_a_basket(model, book, choice)
    _joined_at_one_tier(model, choice)
    _one_tier_an_offer(model, choice)
    _only_active_tiers(model, choice)
    _volume_in_window(model, book, choice)
    _awards_a_lot(model, book, choice)
    _lots_a_supplier(model, problem, book, choice)
    if problem.nobody_pays_more:
        _nobody_pays_more(model, problem, book, choice)
    return model, choice


def _columns(model: Model, problem: PurchaseProblem, book: Book) -> Choice:
    choice = Choice({}, {}, {}, {})
    for option in book.options:
        if _dearer_than_alone(problem, book, option):
            continue
        u, o, k = option.basket, option.offer, option.tier
        if (o, k) not in choice.opens:
            fixed = float(cents(book.offers[o].fixed_eur))
            choice.opens[o, k] = model.binary(f"y_{o}_{k}", fixed)
        if (u, o) not in choice.joins:
            choice.joins[u, o] = model.binary(f"a_{u}_{o}")
        choice.takes[option] = model.column(f"w_{u}_{o}_{k}", float(option.cost), high=1.0)
    for u, alone in enumerate(book.alone):
        if problem.may_leave and alone is not None:
            choice.alone[u] = model.binary(f"out_{u}", float(alone))
    return choice


def _dearer_than_alone(problem: PurchaseProblem, book: Book, option: Option) -> bool:
    """P7 when a member may leave: an option dearer than alone is left out before the model."""
    alone = book.alone[option.basket]
    free = problem.nobody_pays_more and problem.may_leave
    return free and alone is not None and option.cost > alone


def _one_place_a_basket(model: Model, book: Book, choice: Choice) -> None:
    """P1: each basket joins one offer of its lot, or stays alone."""
    places: dict[int, list[int]] = defaultdict(list)
    for (u, _), column in choice.joins.items():
        places[u].append(column)
    for u in range(len(book.baskets)):
        out = [choice.alone[u]] if u in choice.alone else []
        model.require([(c, 1) for c in places[u] + out], low=1, high=1)


def _joined_at_one_tier(model: Model, choice: Choice) -> None:
    """P2: a basket that joins an offer is billed at its tiers, once in all."""
    tiers: dict[tuple[int, int], list[int]] = defaultdict(list)
    for option, column in choice.takes.items():
        tiers[option.basket, option.offer].append(column)
    for pair, columns in tiers.items():
        model.require([(c, 1) for c in columns] + [(choice.joins[pair], -1)], low=0, high=0)


def _one_tier_an_offer(model: Model, choice: Choice) -> None:
    """P3: at most one tier of an offer is active."""
    tiers: dict[int, list[int]] = defaultdict(list)
    for (o, _), column in choice.opens.items():
        tiers[o].append(column)
    for columns in tiers.values():
        model.require([(c, 1) for c in columns], high=1)


def _only_active_tiers(model: Model, choice: Choice) -> None:
    """P4: w <= y, the strong row: nothing is billed at a tier that is not active."""
    for option, column in choice.takes.items():
        model.require([(column, 1), (choice.opens[option.offer, option.tier], -1)], high=0)


def _volume_in_window(model: Model, book: Book, choice: Choice) -> None:
    """P5: the total volume of an active tier is inside its window."""
    members: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    for option, column in choice.takes.items():
        volume = float(book.baskets[option.basket].volume)
        members[option.offer, option.tier].append((column, volume))
    for (o, k), terms in members.items():
        tier, active = book.offers[o].tiers[k], choice.opens[o, k]
        name = book.offers[o].id
        floor = Need(
            Reason(TIER_FLOOR, name, k + 1, tier.from_mwh),
            TIER_FLOOR_LACKS,
            100.0,
            about=(name, k + 1),
            handle=("floor", name, str(k)),
        )
        model.require([*terms, (active, -float(tier.from_mwh))], low=0, need=floor)
        if tier.to_mwh is not None:
            roof = Need(
                Reason(TIER_ROOF, name, k + 1, tier.to_mwh),
                TIER_ROOF_LACKS,
                100.0,
                about=(name, k + 1),
                handle=("roof", name, str(k)),
            )
            model.require([*terms, (active, -float(tier.to_mwh))], high=0, need=roof)


def _awards_a_lot(model: Model, book: Book, choice: Choice) -> None:
    """P6a: one award a lot, or as many candidate lots as the problem allows."""
    for lot in book.lots:
        if lot.max_awards is not None:
            here = [c for (o, _), c in choice.opens.items() if book.offers[o].lot == lot.id]
            model.require([(c, 1) for c in here], high=lot.max_awards)


def _lots_a_supplier(model: Model, problem: PurchaseProblem, book: Book, choice: Choice) -> None:
    """P6b: no supplier gets more lots than the tender allows."""
    for limit in problem.limits:
        if limit.max_lots is None:
            continue
        won = [c for (o, _), c in choice.opens.items() if book.offers[o].supplier == limit.supplier]
        need = Need(
            Reason(SUPPLIER_LOTS, limit.supplier, limit.max_lots),
            SUPPLIER_LOTS_LACKS,
            10_000.0,
            about=(limit.supplier,),
            handle=("max_lots", limit.supplier),
        )
        model.require([(c, 1) for c in won], high=limit.max_lots, need=need)


def _nobody_pays_more(model: Model, problem: PurchaseProblem, book: Book, choice: Choice) -> None:
    """P7 and P8: no basket above its cost alone; what joins saves at least the fixed cost."""
    saved: dict[int, list[tuple[int, float]]] = defaultdict(list)
    paid: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for option, column in choice.takes.items():
        alone = book.alone[option.basket]
        if alone is not None:
            saved[option.offer].append((column, float(alone - option.cost)))
            paid[option.basket].append((column, float(option.cost)))
    for o, terms in saved.items():
        offer = book.offers[o]
        opened = [
            (c, -float(cents(offer.fixed_eur))) for (p, _), c in choice.opens.items() if p == o
        ]
        need = Need(
            Reason(FIXED_COST, offer.id, offer.fixed_eur),
            FIXED_COST_LACKS,
            about=(offer.id,),
            handle=("fixed", offer.id),
        )
        model.require(terms + opened, low=0, need=need)
    if not problem.may_leave:
        _capped(model, book, paid)


def _capped(model: Model, book: Book, paid: dict[int, list[tuple[int, float]]]) -> None:
    """P7 when nobody may leave: a row a basket, so that a conflict can name it."""
    for u, terms in paid.items():
        basket, alone = book.baskets[u], book.alone[u]
        need = Need(
            Reason(NO_MORE_THAN_ALONE, basket.member, basket.lot, alone),
            NO_MORE_THAN_ALONE_LACKS,
            about=(basket.member, basket.lot),
            handle=("alone", basket.member, basket.lot),
        )
        model.require(terms, high=float(alone or 0), need=need)


def _start(book: Book, choice: "Choice", near: PurchasePlan | None) -> dict[int, float]:
    """Columns at 1 in a plan to begin from: *near* where it fits, or everybody alone."""
    ones = _as_in(book, choice, near) if near is not None else {}
    if not ones and len(choice.alone) == len(book.baskets):
        ones = dict.fromkeys(choice.alone.values(), 1.0)
    return ones


def _as_in(book: Book, choice: "Choice", near: PurchasePlan) -> dict[int, float]:
    """The places of *near* at the tiers that their volumes reach; empty when one is not there."""
    offers = {offer.id: o for o, offer in enumerate(book.offers)}
    where = {(place.member, place.lot): place.offer for place in near.places}
    taken: dict[int, list[int]] = defaultdict(list)
    ones: dict[int, float] = {}
    for u, basket in enumerate(book.baskets):
        name = where.get((basket.member, basket.lot))
        if name in offers:
            taken[offers[name]].append(u)
        elif u in choice.alone:
            ones[choice.alone[u]] = 1.0
        else:
            return {}
    for o, members in taken.items():
        volume = sum((book.baskets[u].volume for u in members), Decimal(0))
        ones |= _opened(book, choice, o, volume=volume, members=members)
    return (
        ones
        if sum(c in ones for c in (*choice.joins.values(), *choice.alone.values()))
        == len(book.baskets)
        else {}
    )


def _opened(
    book: Book, choice: "Choice", o: int, *, volume: Decimal, members: list[int]
) -> dict[int, float]:
    """Columns at 1 when *members* take offer *o* at the tier of *volume*; empty: it has none."""
    for k, tier in enumerate(book.offers[o].tiers):
        options = [x for x in choice.takes if x.offer == o and x.tier == k and x.basket in members]
        if _baskets.inside(volume, tier) and len(options) == len(members):
            joins = [choice.joins[u, o] for u in members]
            return dict.fromkeys(
                [choice.opens[o, k], *joins, *(choice.takes[x] for x in options)], 1.0
            )
    return {}


def _whole(model: Model, ones: dict[int, float]) -> dict[int, float] | None:
    """A complete start, everybody alone; None when that is not a plan."""
    return {column: ones.get(column, 0.0) for column in range(len(model.columns))} if ones else None


def _decided(model: Model, choice: Choice, outcome: Outcome, limit_s: float) -> _Decisions:
    if outcome.stop == "infeasible":
        raise Infeasible(model.conflicts(limit_s=limit_s))
    settled(outcome, limit_s)
    if not outcome.values and model.columns:
        raise Cancelled
    options = {
        option.basket: option for option, column in choice.takes.items() if outcome.chosen(column)
    }
    return _Decisions(options, {option.offer: option.tier for option in options.values()})


def _plan(
    problem: PurchaseProblem, book: Book, decided: _Decisions, outcomes: tuple[Outcome, ...]
) -> PurchasePlan:
    places = _places(book, decided)
    objective = sum((place.supply_eur + place.fee_eur for place in places), Decimal(0))
    bound = certified(outcomes[-1].bound, objective, CENT)
    gap = _record.gap(objective, bound)
    members = _members(places)
    known = [alone for alone in book.alone if alone is not None]
    whole = len(known) == len(book.alone)
    stop = "proved" if gap is not None and gap <= _record.TOLERANCE else outcomes[-1].stop
    return PurchasePlan(
        status=_record.status(stop, gap),
        objective_eur=objective,
        bound_eur=bound,
        gap=gap,
        tolerance=_record.TOLERANCE,
        baseline_eur=sum(known, Decimal(0)) if whole else None,
        baseline=_purchase_text.baseline(problem),
        members=members,
        least_gain=_record.least(members),
        lines=_purchase_text.lines(book, places, decided.options, decided.open),
        assumptions=_purchase_text.assumptions(book),
        inputs_digest=_record.digest(problem),
        run=_record.run(outcomes, stop),
        awards=_awards(book, decided),
        places=places,
        not_priced=book.not_priced,
    )


def _places(book: Book, decided: _Decisions) -> tuple[Place, ...]:
    fees = _fees(book, decided)
    return tuple(
        _place(book, u, decided.options.get(u), fees.get(u, Decimal(0)))
        for u in range(len(book.baskets))
    )


def _place(book: Book, u: int, option: Option | None, fee: Decimal) -> Place:
    basket, alone = book.baskets[u], book.alone[u]
    supply = option.cost if option else alone or Decimal(0)
    return Place(
        member=basket.member,
        lot=basket.lot,
        offer=book.offers[option.offer].id if option else None,
        volume_mwh=basket.volume,
        supply_eur=supply,
        fee_eur=fee,
        alone_eur=alone,
    )


def _fees(book: Book, decided: _Decisions) -> dict[int, Decimal]:
    """The fixed cost of each offer, in proportion to savings; to volumes when there is none."""
    fees: dict[int, Decimal] = {}
    for o in decided.open:
        inside = [u for u, option in decided.options.items() if option.offer == o]
        saved = [_saved(book, decided.options[u]) for u in inside]
        weights = saved if sum(saved) else [book.baskets[u].volume for u in inside]
        parts = split(cents(book.offers[o].fixed_eur), weights, CENT)
        fees |= dict(zip(inside, parts, strict=True))
    return fees


def _saved(book: Book, option: Option) -> Decimal:
    alone = book.alone[option.basket]
    return max(Decimal(0), alone - option.cost) if alone is not None else Decimal(0)


def _members(places: tuple[Place, ...]) -> tuple[MemberOutcome, ...]:
    """Each member over all its lots, by id."""
    outcomes = []
    for member in sorted({place.member for place in places}):
        mine = [place for place in places if place.member == member]
        cost = sum((place.supply_eur + place.fee_eur for place in mine), Decimal(0))
        known = [place.alone_eur for place in mine if place.alone_eur is not None]
        alone = sum(known, Decimal(0)) if len(known) == len(mine) else None
        outcomes.append(_record.outcome_of(member, cost, alone))
    return tuple(outcomes)


def _awards(book: Book, decided: _Decisions) -> tuple[Award, ...]:
    return tuple(
        _award(book, book.offers[o], k, [x for x in decided.options.values() if x.offer == o])
        for o, k in sorted(decided.open.items())
    )


def _award(book: Book, offer: Offer, k: int, options: list[Option]) -> Award:
    volume = sum((book.baskets[option.basket].volume for option in options), Decimal(0))
    tier = offer.tiers[k]
    following = offer.tiers[k + 1].from_mwh if k + 1 < len(offer.tiers) else None
    supply = sum((option.cost for option in options), Decimal(0))
    return Award(
        lot=offer.lot,
        offer=offer.id,
        supplier=offer.supplier,
        tier=k + 1,
        volume_mwh=volume,
        above_floor_mwh=max(Decimal(0), volume - tier.from_mwh),
        to_next_mwh=None if following is None else max(Decimal(0), following - volume),
        cost_eur=supply + cents(offer.fixed_eur),
    )
