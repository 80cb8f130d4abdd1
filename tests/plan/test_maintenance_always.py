"""Always a plan: pairs of neighbours and crews of different skills never leave a year without one.

Limits are seconds of the processor, so that a busy machine changes nothing.
"""

import random
import time
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Infeasible, OutOfTime, Reason
from synergie.maintenance.plan.study import worth
from synergie.maintenance.plan.year import solve
from synergie.maintenance.plan.year._blocks import group_linked_zones
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight, in_time
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._first import find_shortage, least_weight, without_shared_days
from synergie.maintenance.plan.year._fit import fit_visits
from synergie.maintenance.plan.year._nearby import improve_parts
from synergie.maintenance.plan.year._regions import Regions
from synergie.maintenance.plan.year._search import find_cheapest_year, share_days
from synergie.maintenance.plan.year._text import OUT_OF_TIME, out_of_time
from synergie.maintenance.plan.year._verify import list_misfits
from synergie.maintenance.plan.year._year import Year, format_visit_key, open_weeks, year
from synergie.maintenance.plan.year._year_model import block_model
from synergie.maintenance.plan.year.replan import replan
from synergie.maintenance.records.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    Neighbours,
)
from synergie.maintenance.records.rule import RULES
from synergie.plan.needs_text import NO_HOURS
from tests.depth import times
from tests.plan.maintenance_cases import THIRDS, hard_year, services, small, visit

LONG = 3_000.0
"""Seconds that no test comes near."""
LINKED_GAP = 0.005
"""Of 40 visits with 13 pairs in 30 s of a processor."""


def within(seconds: float) -> Callable[[], bool]:
    until = time.process_time() + seconds
    return lambda: time.process_time() > until


def without_pairs(problem: MaintenanceProblem) -> MaintenanceProblem:
    return problem.model_copy(update={"neighbours": ()})


@pytest.mark.parametrize("seed", range(1, 1 + times(1, deep=20)))
def test_pairs_of_neighbours_never_cost_the_plan_without_them(seed: int) -> None:
    problem = hard_year(seed)
    plain = solve(without_pairs(problem), limit_s=LONG, cancel=within(6))
    plan = solve(problem, limit_s=LONG, cancel=within(9))
    assert plan.objective_eur <= plain.objective_eur
    assert plan.bound_eur is not None
    assert plan.bound_eur <= plan.objective_eur


def test_a_plan_without_shared_days_shares_them_where_that_is_cheaper() -> None:
    made = year(small())
    plain = without_shared_days(made)
    assert plain is not None
    found = find_cheapest_year(plain, Effort(0.009, LONG)).decisions
    assert found is not None
    better = share_days(made, found, Effort(0.009, LONG))
    assert (
        compute_plan_weight(made, better)
        == solve(small()).objective_eur
        < compute_plan_weight(made, found)
    )
    assert share_days(made, found, Effort(0.009, 0.0)) == found, "without time nothing changes"


@pytest.mark.parametrize("seed", range(1, 1 + times(3, deep=40)))
def test_shared_days_make_no_plan_worse_nor_move_a_visit_out_of_its_window(seed: int) -> None:
    made = year(hard_year(seed, visits=14, zones=5, depots=2, pairs=5, weeks=16))
    found = side_of(made)
    better = share_days(made, found, Effort(0.009, LONG))
    assert compute_plan_weight(made, better) <= compute_plan_weight(made, found)
    assert all(better.weeks[format_visit_key(visit)] in open_weeks(visit) for visit in made.visits)
    for depot in made.depots:
        for week, most in enumerate(depot.crew_days, 1):
            used = [
                n for (way, at), n in better.days.items() if (way.depot, at) == (depot.id, week)
            ]
            assert sum(used) <= most
    assert in_time(made, better)


@pytest.mark.parametrize("seed", [1, 2])
def test_parts_of_a_plan_are_decided_again_where_no_day_is_shared(seed: int) -> None:
    made = year(hard_year(seed, visits=40, zones=6, pairs=0, **CHEAP))
    begun = fit_visits(made, lambda: True)
    assert begun is not None and not made.shared
    better = improve_parts(made, begun, Effort(0.009, LONG, within(5)))
    assert in_time(made, better)
    assert compute_plan_weight(made, better) < compute_plan_weight(made, begun)
    weeks = {format_visit_key(visit): open_weeks(visit) for visit in made.visits}
    assert better.weeks.keys() == weeks.keys()
    assert all(week in weeks[name] for name, week in better.weeks.items())
    for depot in made.depots:
        for week, most in enumerate(depot.crew_days, 1):
            used = [n for (w, at), n in better.days.items() if (w.depot, at) == (depot.id, week)]
            assert sum(used) <= most


def side_of(made: Year) -> Decisions:
    """A plan that shares no day."""
    plain = without_shared_days(made)
    assert plain is not None
    found = find_cheapest_year(plain, Effort(0.009, LONG, within(20))).decisions
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("visits", "zones", "depots", "pairs"),
    [(160, 13, 3, 0), (12, 5, 2, 4), (80, 13, 4, 20), (200, 20, 3, 0)][: times(2, deep=4)],
)
def test_crews_that_differ_leave_no_year_without_a_plan(
    visits: int, zones: int, depots: int, pairs: int
) -> None:
    problem = hard_year(1, visits=visits, zones=zones, depots=depots, pairs=pairs)
    plan = solve(problem, limit_s=LONG, cancel=within(10))  # twice what a busy machine takes
    assert len(plan.visits) == visits
    assert plan.bound_eur is not None


@st.composite
def any_years(draw: st.DrawFn) -> MaintenanceProblem:
    """Pairs of neighbours from none to all, depots, skills, hours that are no quarters."""
    zones = draw(st.integers(2, 13))
    return hard_year(
        draw(st.integers(1, 10**6)),
        visits=draw(st.sampled_from([5, 9, 17, *((40, 90, 200) if times(0, deep=1) else ())])),
        zones=zones,
        depots=draw(st.integers(1, 4)),
        pairs=draw(st.integers(0, zones * (zones - 1) // 2)),
        day_eur=draw(st.sampled_from([0, 400])),
        hours=draw(st.sampled_from([("1.75", "3.5", "2", "5", "7"), THIRDS, ("0.41", "6.97")])),
    )


@settings(max_examples=times(6, deep=60))
@given(any_years())
def test_whatever_the_year_it_has_a_plan_in_seconds_of_a_processor(
    problem: MaintenanceProblem,
) -> None:
    """`solve` raises when its own checker finds a fault in the plan."""
    plan = solve(problem, limit_s=5)
    assert len(plan.visits) == len(problem.visits)
    assert plan.bound_eur is not None and plan.bound_eur <= plan.objective_eur


def options(problem: MaintenanceProblem) -> dict[str, dict[str, object]]:
    """Each is one more way to do the same."""
    first, *others = problem.depots
    crews = tuple(n + 1 for n in first.crew_days)
    skills = first.model_copy(update={"skills": ("platform", "live-work")})
    pair = Neighbours(first="g1", second="g2", travel_hours=Decimal("0.25"))
    visits = tuple(one.model_copy(update={"closed_weeks": ()}) for one in problem.visits)
    return {
        "pair": {"neighbours": (pair,)},
        "depot": {"depots": (*problem.depots, first.model_copy(update={"id": "d-more"}))},
        "crew-day": {"depots": (first.model_copy(update={"crew_days": crews}), *others)},
        "skill": {"depots": (skills, *others)},
        "open week": {"visits": visits},
    }


def burdens(problem: MaintenanceProblem) -> dict[str, dict[str, object]]:
    """Each is more to do, or less freedom in it."""
    more = visit("c9", "1.75", [7] * problem.weeks, id="v9")
    zones = tuple(zone.model_copy(update={"most_late": 0}) for zone in problem.zones)
    return {"visit": {"visits": (*problem.visits, more)}, "limit": {"zones": zones}}


def least_eur(problem: MaintenanceProblem) -> Decimal | None:
    """What it costs, proved; None: it cannot be done."""
    try:
        plan = solve(problem)
    except Infeasible:
        return None
    assert plan.status == "proved"
    return plan.objective_eur


def simple(problem: MaintenanceProblem, **changes: object) -> MaintenanceProblem:
    """*problem* without promises: what a move weighs is no money."""
    return problem.model_copy(update={"promised": (), **changes})


@pytest.mark.parametrize("which", ["pair", "depot", "crew-day", "skill", "open week"])
@settings(max_examples=times(50, deep=200))
@given(problem=services())
def test_one_more_option_never_costs_more_and_never_leaves_no_plan(
    problem: MaintenanceProblem, which: str
) -> None:
    before = least_eur(simple(problem))
    if before is not None:
        after = least_eur(simple(problem, **options(problem)[which]))
        assert after is not None and after <= before


SOON_S = 0.05
"""Seconds in which no search betters what a second found."""


@pytest.mark.parametrize("which", ["pair", "depot", "crew-day", "skill", "open week"])
@settings(max_examples=times(3, deep=40))
@given(problem=any_years())
def test_one_more_option_is_no_dearer_from_the_plan_without_it_when_time_ends(
    which: str, problem: MaintenanceProblem
) -> None:
    before = solve(problem, limit_s=1)
    more = problem.model_copy(update=richer(problem)[which])
    after = solve(more, limit_s=SOON_S, start=before)
    assert after.objective_eur <= before.objective_eur


def richer(problem: MaintenanceProblem) -> dict[str, dict[str, object]]:
    """*options* whose pair is one that the year does not have."""
    zones = [zone.id for zone in problem.zones]
    known = {frozenset((pair.first, pair.second)) for pair in problem.neighbours}
    new = [(a, b) for b in zones for a in zones if a < b and frozenset((a, b)) not in known]
    pairs = tuple(Neighbours(first=a, second=b, travel_hours=Decimal(0)) for a, b in new[:1])
    return options(problem) | {"pair": {"neighbours": (*problem.neighbours, *pairs)}}


def test_a_year_planned_longer_from_its_plan_is_no_dearer() -> None:
    problem = hard_year(1, visits=60, pairs=6)
    plans = [solve(problem, limit_s=1)]
    for seconds in (SOON_S, 2.0, SOON_S):
        plans.append(solve(problem, limit_s=seconds, start=plans[-1]))
    costs = [plan.objective_eur for plan in plans]
    assert costs == sorted(costs, reverse=True)
    assert costs[3] < solve(problem, limit_s=SOON_S).objective_eur


def spoil(problem: MaintenanceProblem, plan: MaintenancePlan) -> dict[str, dict[str, object]]:
    """What makes a plan of *problem* none any more."""
    first = problem.visits[0]
    zone = next(one for one in problem.zones if one.id != first.zone)
    at = next(one.week for one in plan.visits if one.cabinet == first.cabinet)
    closed = first.model_copy(update={"closed_weeks": (at,)})
    none = tuple(one.model_copy(update={"crew_days": (0,) * 52}) for one in problem.depots)
    unable = tuple(one.model_copy(update={"network_mixes": ()}) for one in problem.depots)
    late = {"light_points": 5, "due_week": at - 1}
    apart = {"kind": "not_in", "id": "never", "of": {"cabinet": first.cabinet}, "weeks": (at,)}
    return {
        "visit": {"visits": problem.visits[1:]},
        "week": {"visits": (closed, *problem.visits[1:])},
        "crew-days": {"depots": none},
        "depot": {"depots": problem.depots[1:]},
        "skills": {"depots": unable},
        "pairs": {"neighbours": ()},
        "weeks": {"weeks": 20},
        "late": {
            "visits": (first.model_copy(update=late), *problem.visits[1:]),
            "zones": tuple(one.model_copy(update={"most_late": 0}) for one in problem.zones),
        },
        "rule": {"rules": RULES.validate_python([apart])},
        "zone": {"visits": (first.model_copy(update={"zone": zone.id}), *problem.visits[1:])},
    }


@pytest.mark.parametrize(
    "what",
    ["visit", "week", "crew-days", "depot", "skills", "pairs", "weeks", "late", "rule", "zone"],
)
def test_a_start_that_no_longer_fits_is_refused_before_anything_is_solved(what: str) -> None:
    problem, plan = linked_year()
    assert list_misfits(problem, plan) == ()
    other = problem.model_copy(update=spoil(problem, plan)[what])
    assert list_misfits(other, plan)
    if what not in {"weeks", "crew-days", "depot", "skills"}:  # those cannot be solved at all
        with pytest.raises(BadInput, match="a plan that fits the problem"):
            solve(other, limit_s=LONG, start=plan)


@cache
def linked_year() -> tuple[MaintenanceProblem, MaintenancePlan]:
    """A year whose plan shares days, and that plan."""
    problem = hard_year(1, visits=30, zones=6, pairs=6)
    plan = solve(problem, limit_s=3)
    assert any(crew.other_zone for crew in plan.crews)
    return problem, plan


def test_other_costs_leave_a_plan_one_to_begin_from() -> None:
    problem, plan = linked_year()
    dearer = tuple(
        visit.model_copy(update={"costs_eur": tuple(eur + 7 for eur in visit.costs_eur)})
        for visit in problem.visits
    )
    after = solve(problem.model_copy(update={"visits": dearer}), limit_s=SOON_S, start=plan)
    assert after.objective_eur <= plan.objective_eur + 7 * len(problem.visits)


def test_a_crew_day_more_is_never_told_to_cost_more() -> None:
    problem, plan = linked_year()
    told = worth(problem, plan, limit_s=2)
    more = [one.saves_eur for one in told if one.days > 0]
    assert more and all(saved is not None and saved >= 0 for saved in more)


def test_planned_again_in_no_time_costs_no_more_than_what_was_told() -> None:
    problem, plan = linked_year()
    found = replan(problem, plan, move_eur=Decimal(100), limit_s=SOON_S)
    assert found.plan.objective_eur + 100 * len(found.moves) <= plan.objective_eur


@pytest.mark.parametrize("which", ["visit", "limit"])
@settings(max_examples=times(50, deep=200))
@given(problem=services())
def test_one_more_visit_or_limit_never_costs_less(problem: MaintenanceProblem, which: str) -> None:
    after = least_eur(simple(problem, **burdens(problem)[which]))
    if after is not None:
        before = least_eur(simple(problem))
        assert before is not None and before <= after


@settings(max_examples=times(50, deep=200))
@given(services(), st.randoms(use_true_random=False))
def test_the_order_of_zones_depots_and_visits_changes_no_cost(
    problem: MaintenanceProblem, chance: random.Random
) -> None:
    changes = {
        name: tuple(chance.sample(getattr(problem, name), len(getattr(problem, name))))
        for name in ("zones", "depots", "visits")
    }
    assert least_eur(simple(problem)) == least_eur(simple(problem, **changes))


CHEAP: dict[str, Any] = {"day_eur": 0, "base_eur": (60, 200)}
"""Crew-days of 0 to 100 EUR: what a visit costs in its week weighs as much as how days are sent."""


@pytest.mark.parametrize(
    ("year_", "seconds", "gap"),
    [
        *(
            pytest.param({"seed": seed, "visits": 40, **cost}, 30, LINKED_GAP, id=f"{seed} {name}")
            for seed in range(1, 1 + times(2, deep=20))
            for name, cost in (("cheap days", CHEAP), ("dear days", {}))
        ),
        pytest.param({"seed": 3, "visits": 40, "hours": THIRDS}, 30, LINKED_GAP, id="thirds"),
        pytest.param(
            {"seed": 4, "visits": 40, "depots": 2, "pairs": 0}, 30, LINKED_GAP, id="no pairs"
        ),
        pytest.param(
            {"seed": 6, "visits": 40, "depots": 1, "pairs": 5, "hours": THIRDS},
            30, LINKED_GAP, id="one depot",
        ),
        *(
            pytest.param({"seed": 1, "visits": 160, "pairs": 0, **cost}, 60, 1e-3, id=f"160 {name}")
            for name, cost in (("cheap days", CHEAP), ("dear days", {}))
        ),
    ],
)  # fmt: skip
def test_a_hard_year_is_near_its_bound_in_seconds_of_a_processor(
    year_: dict[str, Any], seconds: float, gap: float
) -> None:
    plan = solve(hard_year(**year_), limit_s=seconds)
    assert plan.gap is not None and plan.gap <= gap


def test_a_shared_day_is_cut_where_its_visits_need_it_and_nobody_gets_more() -> None:
    """Quarters of a day would ask for two: 2.1 h takes half of it, and 3 h are left for 4.3 h."""
    visits = (
        visit("c1", "2.1", [0, 0]),
        visit("c2", "4.3", [0, 0], zone="g2", organisation="org-b"),
    )
    plan = solve(small(visits=visits))
    (crew,) = plan.crews
    assert (crew.zone, crew.hours, crew.other_zone, crew.other_hours) == (
        "g1", Decimal("2.1"), "g2", Decimal("4.3")
    )  # fmt: skip
    assert plan.status == "proved"


@pytest.mark.parametrize("pairs", [0, 1, 3])
def test_the_least_weight_is_below_every_proved_plan(pairs: int) -> None:
    for seed in range(1, 3):
        problem = hard_year(seed, visits=6, zones=4, depots=2, pairs=pairs, weeks=12)
        plan = solve(problem, limit_s=LONG, cancel=within(2))
        assert least_weight(year(problem)) <= float(plan.bound_eur or 0) + 0.01


def test_no_time_at_all_says_what_no_plan_costs_less_than() -> None:
    with pytest.raises(OutOfTime) as found:
        solve(hard_year(1), limit_s=0)
    said = found.value.tell(str)
    assert "none costs less than" in said
    assert "more crew-days" in said


def test_a_year_whose_hours_cannot_fit_says_where_in_place_of_time() -> None:
    """938 h of the only crews that may do 953.66 h."""
    problem = hard_year(424603, visits=1_000, zones=60, depots=7, pairs=0, hours=("0.41", "6.97"))
    with pytest.raises(Infeasible) as found:
        solve(problem, limit_s=1)
    (reason,) = found.value.conflicts
    assert isinstance(reason, Reason) and reason.text == NO_HOURS
    values: Any = reason.values
    first, last, asked, depots, given_ = values
    assert (depots, asked) == ("d-org-0", only_hours(problem, first, last))
    have = sum(problem.depots[0].crew_days[first - 1 : last])
    assert given_ == 7 * have < asked


def only_hours(problem: MaintenanceProblem, first: int, last: int) -> Decimal:
    """Hours of the visits of these weeks that only the first depot may do, counted one by one."""
    others = problem.depots[1:]
    return sum(
        (
            one.hours
            for one in problem.visits
            if first <= one.first_week and one.last_week <= last
            and not any(
                one.network_mix in (None, *depot.network_mixes) and {*one.skills} <= {*depot.skills}
                for depot in others
            )
        ),
        Decimal(0),
    )  # fmt: skip


@settings(max_examples=times(50, deep=500))
@given(problem=services())
def test_a_year_that_has_a_plan_lacks_no_hours(problem: MaintenanceProblem) -> None:
    if least_eur(simple(problem)) is not None:
        assert find_shortage(year(simple(problem))) is None


def test_a_year_of_more_than_ten_thousand_crew_days_has_a_plan() -> None:
    visits = tuple(visit(f"c{i}", "24500", [0, 0]) for i in range(4))
    many = small().depots[0].model_copy(update={"crew_days": (9_000, 9_000)})
    plan = solve(small(visits=visits, depots=(many,), neighbours=()), limit_s=LONG)
    assert plan.crew_days == plan.crew_days_alone == 14_000


def test_a_model_that_its_time_cannot_build_is_not_begun() -> None:
    made = year(hard_year(1, visits=20))
    zones = frozenset(made.zones())
    model, columns = block_model(made, zones, limit_s=0.0)
    assert not model.columns and not columns.visits
    assert model.minimise(limit_s=LONG).stop == "time", "an empty model is no plan"
    assert block_model(made, zones, limit_s=LONG)[0].columns


@pytest.mark.parametrize("seconds", [0.0, 0.4, 1.2])
def test_a_year_without_time_for_its_model_keeps_the_plan_of_its_first_fit(seconds: float) -> None:
    """The end of the search is inside the limit: writing and checking the plan count."""
    problem = hard_year(1, visits=120, pairs=6)
    known = solve(problem, limit_s=SOON_S)
    plan = solve(problem, limit_s=seconds, start=known)
    assert plan.objective_eur <= known.objective_eur
    assert plan.bound_eur is not None and plan.bound_eur <= plan.objective_eur


def test_visits_that_the_first_order_leaves_out_are_tried_again_until_it_is_hopeless() -> None:
    made = year(hard_year(8, visits=14, zones=3, depots=3, pairs=0, hours=("0.41", "6.97")))
    tries: list[bool] = []

    def hopeless() -> bool:
        tries.append(True)
        return False

    found = fit_visits(made, lambda: True, lambda *_: bool(tries), hopeless=hopeless)
    assert found is not None and tries, "the second try had its weeks"
    assert fit_visits(made, lambda: True, lambda *_: False, hopeless=lambda: True) is None


def test_nothing_moves_to_make_place_once_it_is_hopeless() -> None:
    full = hard_year(3, visits=30, zones=3, depots=1, pairs=0)
    days = tuple(int(week % 6 == 0) for week in range(full.weeks))
    made = year(
        full.model_copy(update={"depots": (full.depots[0].model_copy(update={"crew_days": days}),)})
    )

    def count_questions(*, hopeless: bool) -> int:
        asked: list[str] = []

        def allow(name: str, _week: int, _weeks: object) -> bool:
            asked.append(name)
            return True

        assert fit_visits(made, lambda: True, allow, hopeless=lambda: hopeless) is None
        return len(asked)

    assert count_questions(hopeless=True) < count_questions(hopeless=False)


def test_a_plan_divided_by_zones_is_the_plan() -> None:
    made = year(hard_year(1, visits=60, pairs=6))
    whole = fit_visits(made, lambda: True)
    assert whole is not None
    blocks = group_linked_zones(made)
    parts = Regions(made, Effort(0.009, LONG))._divide_plan(whole, blocks)
    together = Decisions({}, {})
    for part in parts.values():
        assert part.decisions is not None
        together = together | part.decisions
    assert together == whole
    assert sum(part.weight for part in parts.values()) == compute_plan_weight(made, whole)


def test_a_plan_that_time_ended_says_its_bound_and_what_would_help() -> None:
    (said,) = out_of_time("time", Decimal("12.5"))
    assert (said.text, said.values) == (OUT_OF_TIME, ("12.50",))
    assert out_of_time("proved", Decimal("12.5")) == ()
