"""Years planned again: announced weeks stay, moves cost what is said, all against brute force."""

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Infeasible
from synergie.maintenance.plan.year import solve
from synergie.maintenance.plan.year.replan import MOVE_PRICES, replan
from synergie.maintenance.records.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    Promised,
    Visit,
)
from tests.depth import times
from tests.plan.maintenance_cases import problems, small, visit
from tests.plan.maintenance_force import brute_force

DRAWS = settings(max_examples=times(25, deep=1000))


def name(one: Visit) -> str:
    return one.id or one.cabinet


def weeks_of(plan: MaintenancePlan) -> dict[str, int]:
    return {one.id or one.cabinet: one.week for one in plan.visits}


@DRAWS
@given(problems(), st.data())
def test_the_best_year_that_keeps_what_is_announced(
    drawn: MaintenanceProblem, data: st.DataObject
) -> None:
    problem = drawn.model_copy(update={"promised": (), "move_eur": Decimal(0), "rules": ()})
    try:
        before = solve(problem)
    except Infeasible:
        assume(False)
    told = weeks_of(before)
    announced = data.draw(st.integers(0, problem.weeks))
    move = Decimal(data.draw(st.sampled_from([0, 3, 40])))
    costs = st.lists(st.integers(0, 60), min_size=problem.weeks, max_size=problem.weeks)
    now = problem.model_copy(
        update={
            "visits": tuple(
                one.model_copy(
                    update={
                        "costs_eur": tuple(map(Decimal, data.draw(costs)[: len(one.costs_eur)]))
                    }
                )
                for one in problem.visits
            )
        }
    )
    found = replan(now, before, announced_weeks=announced, move_eur=move)
    week = weeks_of(found.plan)
    assert all(week[one] == w for one, w in told.items() if w <= announced)
    frozen = now.model_copy(
        update={
            "visits": tuple(
                one if told[name(one)] > announced else one.model_copy(
                    update={
                        "closed_weeks": tuple(
                            w for w in range(one.first_week, one.last_week + 1)
                            if w != told[name(one)]
                        )
                    }
                )
                for one in now.visits
            ),
            "promised": tuple(Promised(visit=one, week=w) for one, w in told.items()),
            "move_eur": move,
        }
    )  # fmt: skip
    best = brute_force(frozen)
    assert best is not None
    if not now.never_later_than_alone:
        assert found.plan.objective_eur + move * len(found.moves) == best
    assert {m.visit for m in found.moves} == {one for one, w in told.items() if week[one] != w}
    assert found.announced + found.same + len(found.moves) == len(problem.visits)


def test_without_news_nothing_moves() -> None:
    problem = small()
    before = solve(problem)
    found = replan(problem, before, move_eur=Decimal(1))
    assert (found.moves, found.new, found.gone) == ((), (), ())
    assert found.plan.objective_eur == before.objective_eur


def test_new_and_gone_visits_are_named_and_moves_have_a_price() -> None:
    problem = small()
    before = solve(problem)
    first, *rest = problem.visits
    more = visit("neuve", "2", [5] * len(first.costs_eur), zone=first.zone)
    now = problem.model_copy(update={"visits": (*rest, more)})
    found = replan(now, before, prices=MOVE_PRICES)
    assert (found.new, found.gone) == (("neuve",), (name(first),))
    moved = [one.moved for one in found.trades]
    costs = [one.cost_eur for one in found.trades]
    assert found.trades and moved == sorted(set(moved))
    assert costs == sorted(set(costs), reverse=True)
    assert min(costs) == found.plan.objective_eur


def test_an_announced_visit_that_can_no_longer_be_made_is_bad_input() -> None:
    problem = small()
    before = solve(problem)
    told = weeks_of(before)
    shut = tuple(
        one.model_copy(update={"closed_weeks": (told[name(one)],)}) if n == 0 else one
        for n, one in enumerate(problem.visits)
    )
    now = problem.model_copy(update={"visits": shut})
    with pytest.raises(BadInput, match="announced visits that may still be made") as caught:
        replan(now, before, announced_weeks=problem.weeks)
    assert f"{name(problem.visits[0])} ({told[name(problem.visits[0])]})" in str(caught.value)
    found = replan(now, before)
    (move,) = [one for one in found.moves if one.visit == name(problem.visits[0])]
    assert move.difference_eur is None


@pytest.mark.parametrize("weeks", [-1, 54])
def test_weeks_that_the_plan_does_not_have_are_bad_input(weeks: int) -> None:
    problem = small()
    with pytest.raises(BadInput, match="announced_weeks"):
        replan(problem, solve(problem), announced_weeks=weeks)


def test_a_move_weighs_less_the_more_notice_is_left() -> None:
    """Six visits of weeks 1 to 6, each 30 EUR cheaper a week later; a move weighs 60, 40, 20, 0."""
    visits = tuple(
        visit(f"c{week}", "7", [999] * (week - 1) + [30, 0] + [999] * (6 - week))
        for week in range(1, 7)
    )
    crews = tuple(d.model_copy(update={"crew_days": (6,) * 7}) for d in small().depots)
    now = small(weeks=7, visits=visits, neighbours=(), depots=crews)
    before = solve(now)
    told = before.model_copy(
        update={"visits": tuple(
            one.model_copy(update={"week": int(one.cabinet[1])}) for one in before.visits
        )}
    )  # fmt: skip
    found = replan(now, told, announced_weeks=1, move_eur=Decimal(60), notice_weeks=3)
    assert [move.visit for move in found.moves] == ["c4", "c5", "c6"]
    said = [phrase for phrase in found.plan.assumptions if "less the more notice" in phrase.text]
    assert [phrase.values for phrase in said] == [("60.00", "3")]
    assert found.plan.status == "proved"
    flat = replan(now, told, announced_weeks=1, move_eur=Decimal(60))
    assert flat.moves == ()
    with pytest.raises(BadInput, match="notice_weeks"):
        replan(now, told, notice_weeks=0)
