"""A year planned again without shaking: what was announced stays, every other move has a price.

Weeks up to a horizon are announced: their visits keep their week, as a window of that week alone,
so that the model is the same (M1 to M13) and smaller. A move of another visit weighs `move_eur`
beside the money (docs/plan/maintenance.md, "Promises"). The trade of moves against money is the
lower convex hull: one solve a price.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from synergie.errors import BadInput
from synergie.maintenance.plan.year._solve import solve
from synergie.maintenance.plan.year._verify import list_misfits
from synergie.maintenance.plan.year._year import format_visit_key, open_weeks
from synergie.maintenance.records.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    Promised,
    Visit,
)
from synergie.maintenance.records.replan import MoveTrade, Replan, VisitMove
from synergie.plan.seconds import check_seconds

MOVE_PRICES = tuple(map(Decimal, (0, 20, 50, 100, 200, 500, 1000)))
"""Prices of a move whose trades are looked at, EUR [assumed]: a letter, a notice to the residents,
a traffic order made anew."""
_NAMED = 5
_CENT = Decimal("0.01")


@check_seconds
def replan(
    problem: MaintenanceProblem,
    before: MaintenancePlan,
    *,
    announced_weeks: int = 0,
    move_eur: Decimal = Decimal(0),
    notice_weeks: int | None = None,
    prices: Sequence[Decimal] = (),
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
) -> Replan:
    """*problem* planned again, near the plan *before* of the same weeks.

    Visits that *before* has in weeks 1 to *announced_weeks* keep them. The first week after them
    has the whole price of a move, each further one less, and from *notice_weeks* on a move is
    free; without it all weeks have the same. *prices*: prices of a move
    whose trades are told beside, each with an equal part of the time. Raises BadInput with the
    announced visits that may no longer be made in their week, Infeasible when the crews no longer
    suffice for what is announced, and what `year.solve` raises.
    """
    weeks = {_name_visit(visit): visit.week for visit in before.visits}
    frozen = _freeze_announced(problem, weeks, announced_weeks).model_copy(
        update={
            "promised": tuple(
                Promised(visit=name, week=weeks[name])
                for name in map(format_visit_key, problem.visits)
                if name in weeks
            )
        }
    )
    part = limit_s / (1 + len(prices))
    known = None if list_misfits(frozen, before) else before

    def solve_at(price: Decimal) -> MaintenancePlan:
        priced = _price_moves(frozen, price, announced_weeks, notice_weeks)
        return solve(priced, limit_s=part, cancel=cancel, start=known)

    plan = solve_at(move_eur)
    trades = [_build_trade(price, solve_at(price)) for price in prices]
    return _compare(problem, (weeks, announced_weeks), plan, _select_trades(trades))


def _price_moves(
    problem: MaintenanceProblem, price: Decimal, announced: int, notice: int | None
) -> MaintenanceProblem:
    """*problem* whose moves weigh *price*, less for each week of notice: whole cents."""
    promised = problem.promised
    if notice is not None:
        if notice < 1:
            raise BadInput("notice_weeks", notice, "a week or more")
        shares = [max(0, notice - max(0, one.week - announced - 1)) for one in promised]
        promised = tuple(
            one.model_copy(update={"move_eur": (price * share / notice).quantize(_CENT)})
            for one, share in zip(promised, shares, strict=True)
        )
    return problem.model_copy(update={"move_eur": price, "promised": promised})


def _freeze_announced(
    problem: MaintenanceProblem, weeks: Mapping[str, int], announced: int
) -> MaintenanceProblem:
    """*problem* whose announced visits have no other week than theirs."""
    if not 0 <= announced <= problem.weeks:
        raise BadInput("announced_weeks", announced, "as many weeks as the plan has, or fewer")
    stuck, visits = [], []
    for visit in problem.visits:
        week = weeks.get(format_visit_key(visit), announced + 1)
        if week > announced:
            visits.append(visit)
        elif week not in open_weeks(visit):
            stuck.append(f"{format_visit_key(visit)} ({week})")
        else:
            visits.append(_narrow_window(visit, week))
    if stuck:
        named = ", ".join(stuck[:_NAMED]) + (", …" if len(stuck) > _NAMED else "")
        raise BadInput("/visits", named, "announced visits that may still be made in their week")
    return problem.model_copy(update={"visits": tuple(visits)})


def _narrow_window(visit: Visit, week: int) -> Visit:
    cost = visit.costs_eur[week - visit.first_week]
    return visit.model_copy(
        update={"first_week": week, "last_week": week, "costs_eur": (cost,), "closed_weeks": ()}
    )


def _build_trade(price: Decimal, plan: MaintenancePlan) -> MoveTrade:
    return MoveTrade(
        move_eur=price, moved=len(plan.moved), cost_eur=plan.objective_eur, bound_eur=plan.bound_eur
    )


def _select_trades(trades: Sequence[MoveTrade]) -> tuple[MoveTrade, ...]:
    """Those that no other beats in moves and in money, fewest moves first."""
    best: list[MoveTrade] = []
    for one in sorted(trades, key=lambda trade: (trade.moved, trade.cost_eur, trade.move_eur)):
        if not best or one.cost_eur < best[-1].cost_eur:
            best.append(one)
    return tuple(best)


def _compare(
    problem: MaintenanceProblem,
    told: tuple[Mapping[str, int], int],
    plan: MaintenancePlan,
    trades: tuple[MoveTrade, ...],
) -> Replan:
    weeks, announced = told
    visits = {format_visit_key(visit): visit for visit in problem.visits}
    now = {_name_visit(visit): visit.week for visit in plan.visits}
    stay = [name for name, week in now.items() if weeks.get(name) == week]
    moves = [
        _build_move(visits[name], weeks[name], week)
        for name, week in now.items()
        if weeks.get(name, week) != week
    ]
    return Replan(
        plan=plan,
        announced=sum(weeks[name] <= announced for name in stay),
        same=sum(weeks[name] > announced for name in stay),
        moves=tuple(sorted(moves, key=lambda move: (move.before, move.visit))),
        new=tuple(sorted(now.keys() - weeks.keys())),
        gone=tuple(sorted(weeks.keys() - now.keys())),
        trades=trades,
    )


def _build_move(visit: Visit, before: int, week: int) -> VisitMove:
    costs = {w: visit.costs_eur[w - visit.first_week] for w in open_weeks(visit)}
    known = costs[week] - costs[before] if before in costs else None
    return VisitMove(visit=format_visit_key(visit), before=before, week=week, difference_eur=known)


def _name_visit(visit: PlannedVisit) -> str:
    return visit.id or visit.cabinet
