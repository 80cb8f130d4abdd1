"""Why no plan keeps the rules: the fewest of them that cannot hold together, and ways out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from synergie.errors import Cancelled, Infeasible, OutOfTime, Reason
from synergie.plan.rules.clash import Clash, find_smallest_clash
from synergie.plan.solver import Model
from synergie.purchase.plan.award import _rules_text as text
from synergie.purchase.plan.award._decide import How
from synergie.purchase.plan.award.baskets import Book, build_book
from synergie.purchase.plan.award.model import build_award_model
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem

_WAYS = 5
"""Rules of the clash without which the purchase is solved, to tell what that would cost."""


def list_clash_reasons(
    problem: PurchaseProblem, how: How, solve: Callable[[PurchaseProblem], PurchasePlan]
) -> tuple[Reason, ...]:
    """The clash of the rules of *problem*, which has no plan. Empty: it has none without them."""
    trial = _Trial(problem, build_book(problem), how)
    if not trial.holds(frozenset()):
        return ()
    hard = [number for number, rule in enumerate(problem.rules) if rule.hard]
    clash = find_smallest_clash(hard, trial.holds)
    names = ", ".join(problem.rules[number].id for number in clash.rules)
    head = Reason(text.CLASH if clash.proved else text.CLASH_FOUND, names)
    rules = (text.describe_rule(problem.rules[number], number) for number in clash.rules)
    return (head, *rules, *_iterate_ways_out(problem, clash, solve))


def _iterate_ways_out(
    problem: PurchaseProblem, clash: Clash, solve: Callable[[PurchaseProblem], PurchasePlan]
) -> Iterator[Reason]:
    """What the purchase costs without one rule of the clash, cheapest first."""
    ways = []
    for number in clash.rules[:_WAYS]:
        rest = problem.rules[:number] + problem.rules[number + 1 :]
        try:
            plan = solve(problem.model_copy(update={"rules": rest}))
        except (OutOfTime, Cancelled, Infeasible):
            continue
        ways.append((plan.objective_eur, problem.rules[number].id))
    for cost, name in sorted(ways):
        yield Reason(text.WAY_OUT, name, cost)


@dataclass(frozen=True, slots=True)
class _Trial:
    """The purchase with some of its hard rules, whatever it costs."""

    problem: PurchaseProblem
    book: Book
    how: How

    def holds(self, numbers: frozenset[int]) -> bool | None:
        """Whether a plan keeps these rules. None: time was short."""
        left = self.how.remaining_s()
        if not left or (self.how.cancel is not None and self.how.cancel()):
            return None
        rules = tuple(self.problem.rules[number] for number in sorted(numbers))
        problem = self.problem.model_copy(update={"rules": rules})
        made = build_award_model(
            problem, self.book, sorted({basket.lot for basket in self.book.baskets})
        )
        columns = [replace(column, cost=0.0) for column in made.model.columns]
        free = Model("rules", columns, made.model.rows)
        outcome = free.minimise(limit_s=left, cancel=self.how.cancel)
        if outcome.stop == "infeasible":
            return False
        return True if outcome.values or not columns else None
