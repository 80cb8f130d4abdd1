"""From the decisions of a purchase to its plan: places, awards, who gains, how sure."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from synergie.plan import record as _record
from synergie.purchase.plan.award import _text
from synergie.purchase.plan.award._decide import Decisions
from synergie.purchase.plan.award._delivery import a_year
from synergie.purchase.plan.award._rivals import Next, find_rivals
from synergie.purchase.plan.award._rules import build_rule_outcome, list_rule_scopes
from synergie.purchase.plan.award._settle import Split, split_costs_and_fees
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.records.plan import Award, Place, PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.plan import MemberOutcome, Run

_ZERO = Decimal(0)
NO_SOLVER = "every tier of every offer"
"""What a plan names when no solver was needed."""


def build_purchase_plan(problem: PurchaseProblem, book: Book, decided: Decisions) -> PurchasePlan:
    """The plan of what was decided."""
    offered: dict[int, list[Option]] = defaultdict(list)
    for option in book.options:
        offered[option.offer].append(option)
    scopes = list_rule_scopes(problem, book)
    places = _build_places(book, decided.options, split_costs_and_fees(book, decided.options))
    rivals = find_rivals(problem, book, decided.options, offered)
    awards = _build_awards(book, decided, rivals)
    objective = sum((compute_place_cost(place) for place in places), _ZERO)
    gap = _record.compute_gap(objective, decided.bound)
    members = _build_member_outcomes(places)
    known = [alone for alone in book.alone if alone is not None]
    whole = len(known) == len(book.alone)
    stop = "proved" if gap is not None and gap <= _record.TOLERANCE else decided.stop
    return PurchasePlan(
        status=_record.choose_status(stop, gap),
        objective_eur=objective,
        bound_eur=decided.bound,
        gap=gap,
        tolerance=_record.TOLERANCE,
        baseline_eur=sum(known, _ZERO) if whole else None,
        baseline=_text.list_alone_assumptions(problem, book),
        members=members,
        least_gain=_record.find_least_gainer(members),
        lines=_text.build_plan_lines(
            book,
            places,
            decided.options,
            offers=(rivals, offered),
            ruled={u for scope in scopes for u in scope.baskets},
        ),
        assumptions=_text.list_plan_assumptions(
            problem, book, [book.offers[o] for o in {x.offer for x in decided.options.values()}]
        ),
        inputs_digest=_record.digest(problem),
        run=_build_run(decided, stop),
        awards=awards,
        places=places,
        not_priced=book.not_priced,
        refused=book.refused,
        decide_before=min((a.expires_at for a in awards if a.expires_at), default=None),
        rules=tuple(build_rule_outcome(scope, book, decided.options) for scope in scopes),
    )


def compute_place_cost(place: Place) -> Decimal:
    """All that a member pays for one lot."""
    return place.supply_eur + place.fee_eur + place.coordinator_eur


def _build_run(decided: Decisions, stop: str) -> Run:
    if decided.outcomes:
        return _record.build_run_record(decided.outcomes, stop)
    return _record.build_run_record((), stop, solver=NO_SOLVER)


def _build_places(book: Book, options: Mapping[int, Option], parts: Split) -> tuple[Place, ...]:
    return tuple(_build_place(book, u, options.get(u), parts) for u in range(len(book.baskets)))


def _build_place(book: Book, u: int, option: Option | None, parts: Split) -> Place:
    basket, alone = book.baskets[u], book.alone[u]
    return Place(
        member=basket.member,
        lot=basket.lot,
        offer=book.offers[option.offer].id if option else None,
        volume_mwh=a_year(basket.volume, book.years),
        supply_eur=option.cost if option else alone or _ZERO,
        fee_eur=parts.running.get(u, _ZERO),
        coordinator_eur=parts.coordinator.get(u, _ZERO),
        alone_eur=alone,
    )


def _build_member_outcomes(places: tuple[Place, ...]) -> tuple[MemberOutcome, ...]:
    """Each member over all its lots, by id."""
    own: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        own[place.member].append(place)
    outcomes = []
    for member, mine in sorted(own.items()):
        known = [place.alone_eur for place in mine if place.alone_eur is not None]
        alone = sum(known, _ZERO) if len(known) == len(mine) else None
        outcomes.append(
            _record.outcome_of(member, sum(map(compute_place_cost, mine), _ZERO), alone)
        )
    return tuple(outcomes)


def _build_awards(book: Book, decided: Decisions, rivals: Mapping[int, Next]) -> tuple[Award, ...]:
    taken: dict[int, list[Option]] = defaultdict(list)
    for option in decided.options.values():
        taken[option.offer].append(option)
    return tuple(
        _build_award(book, (o, k), taken[o], rivals[o]) for o, k in sorted(decided.open.items())
    )


def _build_award(book: Book, tier: tuple[int, int], taken: list[Option], rival: Next) -> Award:
    o, k = tier
    offer, best = book.offers[o], rival.best
    volume = sum((book.baskets[option.basket].volume for option in taken), _ZERO)
    mean = a_year(volume, book.years)
    following = offer.tiers[k + 1].from_mwh if k + 1 < len(offer.tiers) else None
    supply = sum((option.cost for option in taken), _ZERO)
    return Award(
        lot=offer.lot,
        offer=offer.id,
        supplier=offer.supplier,
        tier=k + 1,
        volume_mwh=mean,
        above_floor_mwh=max(_ZERO, mean - offer.tiers[k].from_mwh),
        to_next_mwh=None if following is None else max(_ZERO, following - mean),
        cost_eur=supply + book.fixed[o],
        runner_up=book.offers[best.offer].id if best else None,
        runner_up_eur=best.more if best else None,
        flips_at_percent=rival.flips_at(taken),
        expires_at=offer.valid_until,
    )
