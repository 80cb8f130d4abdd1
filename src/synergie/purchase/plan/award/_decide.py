"""Lots apart while nothing ties them, together where something does: the same optimum, sooner.

Each lot is solved without the limits that reach over lots. When the plans together keep those
limits, their sum is the optimum; a limit that is not kept ties its lots, which are solved as one.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from synergie.errors import Cancelled, Infeasible, Reason
from synergie.plan import needs_text as text
from synergie.plan.conflicts import find_conflicts
from synergie.plan.money import CENT, certify_bound
from synergie.plan.solver import Model, Outcome, Progress, check_outcome
from synergie.purchase.plan.award import _award_lot
from synergie.purchase.plan.award._draft import Choice, Draft
from synergie.purchase.plan.award._kernel import Columns, Effort, minimise_model
from synergie.purchase.plan.award._limits_exact import Broken, broken
from synergie.purchase.plan.award._rules import compute_penalty, list_rule_scopes
from synergie.purchase.plan.award._start import build_start_values
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.plan.award.model import build_award_model
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem

_WITHIN = 0.009  # costs are whole cents: a bound less than a cent below proves the optimum
_ZERO = Decimal(0)

type More = Callable[[Model, Book, Choice], None]


@dataclass(frozen=True, slots=True)
class How:
    """How a purchase is to be solved."""

    limit_s: float = 60
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None
    near: PurchasePlan | None = None
    """A plan to begin from."""
    more: More | None = None
    """Further requirements; lots are then not taken apart."""
    options: Mapping[str, float] | None = None
    began: float = field(default_factory=time.thread_time)

    def part_of(self, parts: int) -> "How":
        """An even part of the time that is left."""
        return replace(self, limit_s=self.remaining_s() / parts, began=time.thread_time())

    def remaining_s(self) -> float:
        """Seconds that are left."""
        return max(self.limit_s - (time.thread_time() - self.began), 0.0)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The option of each basket that joins, and what is proved about their cost."""

    options: Mapping[int, Option]
    bound: Decimal | None
    """Of plans that miss soft rules no more than this one."""
    outcomes: tuple[Outcome, ...] = ()
    stop: str = "proved"

    @property
    def open(self) -> dict[int, int]:
        """The active tier of each offer that is taken."""
        return {option.offer: option.tier for option in self.options.values()}


def decide(problem: PurchaseProblem, book: Book, how: How) -> Decisions:
    """The cheapest decisions. Raises Infeasible, OutOfTime, Cancelled, SolverFailed."""
    if how.cancel is not None and how.cancel():
        raise Cancelled
    _somewhere_to_buy(book)
    lots = sorted({basket.lot for basket in book.baskets})
    if how.more is not None:
        return _solve_lots_together(problem, book, lots, how)
    ties = _Ties(lots)
    for extra in book.extras:
        ties.join(book.baskets[u].lot for u in extra.baskets)
    for scope in list_rule_scopes(problem, book):
        ties.join(scope.lots)
    done: dict[frozenset[str], Decisions] = {}
    while True:
        ahead = [part for part in ties.parts() if part not in done]
        ahead.sort(key=lambda part: (sum(b.lot in part for b in book.baskets), sorted(part)))
        for n, part in enumerate(ahead):
            mine = how.part_of(len(ahead) - n)
            done[part] = _decide_lots(problem, book, sorted(part), mine)
        whole = _merge_decisions([done[part] for part in ties.parts()])
        reached = [_lots_of(book, x, lots) for x in broken(problem, book, whole.options)]
        changed = [ties.join(over) for over in reached]  # each is tied, not only the first
        if not any(changed):
            return whole


def cost(book: Book, lots: Iterable[str], options: Mapping[int, Option]) -> Decimal:
    """What all baskets of *lots* pay together: supply, running cost, fees, or alone."""
    here, offers, total = set(lots), set(), _ZERO
    for u, basket in enumerate(book.baskets):
        if basket.lot not in here:
            continue
        option = options.get(u)
        if option is None:
            total += book.alone[u] or _ZERO
        else:
            total += option.cost + book.fee[u]
            offers.add(option.offer)
    total += sum((book.fixed[o] for o in offers), _ZERO)
    asked = (x for x in book.extras if book.baskets[x.baskets[0]].lot in here)
    return total + sum((extra.of(options.keys()) for extra in asked), _ZERO)


class _Ties:
    """Lots that have to be solved together."""

    def __init__(self, lots: Iterable[str]) -> None:
        self._part = {lot: frozenset({lot}) for lot in lots}

    def join(self, lots: Iterable[str]) -> bool:
        """Tie *lots*; whether that changes anything."""
        parts = {self._part[lot] for lot in lots if lot in self._part}
        if len(parts) < 2:  # noqa: PLR2004 (one part is together already)
            return False
        whole = frozenset[str]().union(*parts)
        self._part |= dict.fromkeys(whole, whole)
        return True

    def parts(self) -> list[frozenset[str]]:
        """The parts, in a fixed order."""
        return sorted(set(self._part.values()), key=sorted)


def _lots_of(book: Book, fault: Broken, lots: Iterable[str]) -> Iterable[str]:
    """The lots that a limit reaches over."""
    if fault.kind in ("green", "rule"):
        return lots
    return [offer.lot for offer in book.offers if offer.supplier == fault.whom]


def _somewhere_to_buy(book: Book) -> None:
    priced = {option.basket for option in book.options}
    stuck = [
        Reason(text.NOT_PRICED, basket.member, basket.lot)
        for u, basket in enumerate(book.baskets)
        if u not in priced and not book.may_leave(u)
    ]
    if stuck:
        raise Infeasible(tuple(stuck))


def _decide_lots(problem: PurchaseProblem, book: Book, lots: list[str], how: How) -> Decisions:
    one = next((lot for lot in book.lots if [lot.id] == lots), None)
    apart = not any(book.baskets[x.baskets[0]].lot in lots for x in book.extras)
    grey = problem.green_share and len({basket.lot for basket in book.baskets}) == 1
    free = not any(scope.lots & set(lots) for scope in list_rule_scopes(problem, book))
    plain = one is not None and one.max_awards == 1 and one.min_awards <= 1
    if one is not None and plain and apart and free and not grey:
        mine = [x for x in book.options if book.offers[x.offer].lot == one.id]
        pick = _award_lot.find_cheapest_award(problem, book, one.id, mine)
        if pick is not None:
            return Decisions(pick.options, pick.cost)
    return _solve_lots_together(problem, book, lots, how)


def _solve_lots_together(
    problem: PurchaseProblem, book: Book, lots: list[str], how: How
) -> Decisions:
    """A model of *lots*, solved."""
    made = build_award_model(problem, book, lots)
    if how.more is not None:
        how.more(made.model, book, made.choice)
    effort = Effort(how.remaining_s(), _WITHIN, how.cancel, how.progress, how.options)
    choice = made.choice
    places = frozenset(choice.takes.values()) | frozenset(choice.alone.values())
    columns = Columns(frozenset(choice.opens.values()), places)
    outcome = minimise_model(made.model, columns, effort, build_start_values(made, how.near))
    if outcome.stop == "infeasible":
        raise Infeasible(_find_conflicts(problem, book, lots, how))
    check_outcome(outcome, how.limit_s)
    if not outcome.values and made.model.columns:
        raise Cancelled
    options = {x.basket: x for x, column in made.choice.takes.items() if outcome.chosen(column)}
    paid = cost(book, lots, options)
    penalty = compute_penalty(problem, book, options, lots)
    bound = certify_bound(outcome.bound, paid + penalty, CENT)
    bound = None if bound is None else bound - penalty
    return Decisions(options, bound, (outcome,), _find_stop_reason(outcome, paid, bound))


def _find_conflicts(
    problem: PurchaseProblem, book: Book, lots: list[str], how: How
) -> tuple[str, ...]:
    """What clashes, from the model with every tier and option in it."""
    made: Draft = build_award_model(problem, book, lots, trim=False)
    if how.more is not None:
        how.more(made.model, book, made.choice)
    return find_conflicts(made.model, limit_s=how.limit_s)


def _find_stop_reason(outcome: Outcome, paid: Decimal, bound: Decimal | None) -> str:
    return "proved" if bound == paid else outcome.stop


def _merge_decisions(parts: list[Decisions]) -> Decisions:
    """All parts as one."""
    whole = Decisions({}, _ZERO)
    for part in parts:
        known = whole.bound is not None and part.bound is not None
        whole = replace(
            whole,
            options={**whole.options, **part.options},
            bound=(whole.bound or _ZERO) + (part.bound or _ZERO) if known else None,
            outcomes=whole.outcomes + part.outcomes,
            stop=part.stop if whole.stop == "proved" else whole.stop,
        )
    return whole
