"""Less green energy as a way out: the greatest share, in whole percents, that can be had."""

from collections.abc import Callable, Iterator
from functools import partial

from synergie.purchase.plan.what_if import _text as text
from synergie.purchase.plan.what_if._best import find_best_plan
from synergie.purchase.plan.what_if._relaxed import Try, with_lot
from synergie.purchase.records.purchase import Lot, PurchaseProblem
from synergie.schemas.plan import Phrase


def iterate_green_attempts(problem: PurchaseProblem, *, limit_s: float) -> Iterator[Try]:
    """The share of all energy lowered, then that of each lot and of the points in it."""

    def possible(then: PurchaseProblem) -> bool:
        return find_best_plan(then, None, limit_s=limit_s).plan is not None

    if problem.green_share:
        asked = round(problem.green_share * 100)
        share = _find_greatest_percent(asked, lambda n: possible(_of_all(problem, n)))
        if share is not None:
            said = Phrase(text=text.WAY_GREEN, values=(str(share), str(asked)))
            yield Try("green", _of_all(problem, share), (said,))
    for lot in problem.lots:
        asked = round(_find_greatest_green_share(problem, lot) * 100)
        share = _find_greatest_percent(asked, partial(_possible_in, problem, lot, limit_s))
        if share is not None:
            said = Phrase(text=text.WAY_GREEN_LOT, values=(str(share), lot.id, str(asked)))
            yield Try("green", _of_lot(problem, lot, share), (said,))


def _possible_in(problem: PurchaseProblem, lot: Lot, limit_s: float, percent: int) -> bool:
    return find_best_plan(_of_lot(problem, lot, percent), None, limit_s=limit_s).plan is not None


def _find_greatest_percent(asked: int, possible: Callable[[int], bool]) -> int | None:
    """The greatest whole percent under *asked* that is possible. None: not even zero is."""
    if asked <= 0 or not possible(0):
        return None
    low, high = 0, asked
    while high - low > 1:
        middle = (low + high) // 2
        if possible(middle):
            low = middle
        else:
            high = middle
    return low


def _of_all(problem: PurchaseProblem, percent: int) -> PurchaseProblem:
    return problem.model_copy(update={"green_share": percent / 100})


def _list_lot_point_ids(lot: Lot, problem: PurchaseProblem) -> set[str]:
    return {
        p.id
        for p in problem.points
        if p.market_segment in lot.market_segments and p.usage in lot.usages
    }


def _find_greatest_green_share(problem: PurchaseProblem, lot: Lot) -> float:
    """The greatest share that the lot or a point in it asks for."""
    inside = _list_lot_point_ids(lot, problem)
    return max([lot.green_share, *(p.green_share for p in problem.points if p.id in inside)])


def _of_lot(problem: PurchaseProblem, lot: Lot, percent: int) -> PurchaseProblem:
    """No point of the lot asks for more than *percent* %."""
    inside, most = _list_lot_point_ids(lot, problem), percent / 100
    points = tuple(
        p.model_copy(update={"green_share": min(p.green_share, most)}) if p.id in inside else p
        for p in problem.points
    )
    then = with_lot(problem, lot.id, green_share=min(lot.green_share, most))
    return then.model_copy(update={"points": points})
