"""Depots: against every choice tried, the published optima, and what may not happen."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import BadInput, Cancelled, Infeasible
from synergie.maintenance.plan import depots
from synergie.maintenance.plan.depots import _search, _settle, _verify
from synergie.maintenance.plan.depots._ground import DepotsModelInputs
from synergie.maintenance.plan.depots._search import compute_forced_bounds, prices
from synergie.maintenance.records.depots import DepotsPlan, DepotsProblem
from synergie.plan.solver import Model, Outcome
from tests.plan.depots_cases import cheapest, drawn, known, orlib

SEEDS = range(8)
SMALL = [f"cap{n}" for n in (41, 61, 62, 64, 71, 72, 74, 91, 93, 101, 103)]
SMALL += [f"cap{n}" for n in (121, 123, 124, 131, 132, 134)]


def near(plan: DepotsPlan, best: Decimal | None) -> bool:
    return best is not None and abs(plan.objective_eur - best) < Decimal("0.0001")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("single", [False, True], ids=["parts", "single"])
def test_nothing_is_cheaper_than_the_plan(seed: int, *, single: bool) -> None:
    problem = drawn(seed, sites=3 if not single else 4, zones=5, single=single)
    plan = depots.solve(problem)
    assert plan.status == "proved"
    assert near(plan, cheapest(problem))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("single", [False, True], ids=["parts", "single"])
def test_the_search_by_prices_finds_the_same(
    seed: int, *, single: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = drawn(seed, sites=9, zones=24, bodies=1, single=single)
    asked = sum(customer.demand for customer in problem.customers)
    problem = with_sites(problem, capacity=Decimal(int(asked) // 6 + 9), fixed_eur=Decimal(150))
    exact = depots.solve(problem)
    monkeypatch.setattr(_search, "SMALL", 0)
    monkeypatch.setattr(_search, "_NEAREST", 1)
    by_prices = depots.solve(problem)
    assert by_prices.status == exact.status == "proved"
    assert near(by_prices, exact.objective_eur)


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_and_what_they_settle_are_bounds(seed: int) -> None:
    problem = drawn(seed, sites=4, zones=6)
    ground = DepotsModelInputs.of(problem)
    found = prices(ground)
    plan = depots.solve(problem)
    opened = {site.site for site in plan.sites}
    with_it, without = compute_forced_bounds(ground, found)
    cost = float(plan.objective_eur) + 1e-6
    assert 0 < found.bound <= cost
    for i, site in enumerate(problem.sites):
        assert (with_it if site.id in opened else without)[i] <= cost


@pytest.mark.parametrize("name", SMALL)
def test_the_small_published_ones_are_proved(shared: Path, name: str) -> None:
    plan = depots.solve(orlib(shared, name))
    assert plan.status == "proved"
    assert abs(float(plan.objective_eur) - float(str(known(shared)[name]["optimum"]))) <= 0.01


def test_a_large_published_one_is_proved_by_prices(shared: Path) -> None:
    plan = depots.solve(orlib(shared, "capa@14000"), limit_s=600)  # 4 s, but on a busy machine
    assert plan.status == "proved"
    assert abs(float(plan.objective_eur) - 17160439.012) <= 0.01
    assert plan.bound_eur is not None and float(plan.bound_eur) <= 17160439.0131


def test_nobody_pays_more_than_alone_and_shares_sum_to_the_cost() -> None:
    plan = depots.solve(drawn(3, sites=6, zones=12, bodies=3))
    assert plan.baseline_eur is not None and plan.objective_eur <= plan.baseline_eur
    assert sum(m.cost_eur for m in plan.members) == plan.objective_eur
    assert all(m.gain_eur is not None and m.gain_eur >= 0 for m in plan.members)
    assert plan.open_alone is not None and len(plan.sites) <= plan.open_alone


def test_one_depot_for_all_keeps_the_root_of_the_sum_of_squares() -> None:
    problem = drawn(0, sites=2, zones=4)
    first = problem.sites[0].model_copy(update={"capacity": Decimal(1000), "kept": True})
    second = problem.sites[1].model_copy(update={"fixed_eur": Decimal(10**6)})
    zones = tuple(
        c.model_copy(update={"costs_eur": (Decimal(1), Decimal(1)), "deviation": Decimal(2)})
        for c in problem.customers
    )
    plan = depots.solve(problem.model_copy(update={"sites": (first, second), "customers": zones}))
    assert plan.stock is not None and plan.stock.alone is not None
    assert plan.stock.together == pytest.approx(1.6448536 * 4.0)
    assert plan.stock.alone == pytest.approx(1.6448536 * 2 * 8**0.5)


def with_sites(problem: DepotsProblem, **change: object) -> DepotsProblem:
    sites = tuple(site.model_copy(update=change) for site in problem.sites)
    return problem.model_copy(update={"sites": sites})


def test_more_room_never_costs_more_and_ten_times_the_cost_changes_no_decision() -> None:
    problem = drawn(5, sites=5, zones=10)
    plan = depots.solve(problem)
    roomy = with_sites(problem, capacity=Decimal(1000))
    assert depots.solve(roomy).objective_eur <= plan.objective_eur
    dearer = tuple(
        c.model_copy(
            update={"costs_eur": tuple(None if e is None else e * 10 for e in c.costs_eur)}
        )
        for c in problem.customers
    )
    sites = tuple(s.model_copy(update={"fixed_eur": s.fixed_eur * 10}) for s in problem.sites)
    tenfold = depots.solve(problem.model_copy(update={"sites": sites, "customers": dearer}))
    assert [s.site for s in tenfold.sites] == [s.site for s in plan.sites]


def test_the_same_problem_gives_the_same_bytes_but_the_seconds() -> None:
    problem = drawn(1, sites=5, zones=9)
    first, second = (
        depots.solve(problem).model_copy(update={"run": None}).model_dump_json() for _ in range(2)
    )
    assert first == second


def test_what_cannot_be_met_is_named() -> None:
    problem = drawn(2, sites=3, zones=5)
    nowhere = problem.customers[0].model_copy(update={"costs_eur": (None, None, None)})
    lost = problem.model_copy(update={"customers": (nowhere, *problem.customers[1:])})
    with pytest.raises(Infeasible, match=f"no site may serve {nowhere.id}"):
        depots.solve(lost)
    with pytest.raises(Infeasible, match=r"the sites hold \d+ crew-day less"):
        depots.solve(with_sites(problem, capacity=Decimal(1)))


def test_zones_that_only_a_full_site_may_serve_clash_with_its_capacity() -> None:
    problem = drawn(2, sites=2, zones=4, bodies=1)
    small = problem.sites[0].model_copy(update={"capacity": Decimal(1)})
    big = problem.sites[1].model_copy(update={"capacity": Decimal(1000)})
    zones = tuple(c.model_copy(update={"costs_eur": (Decimal(1), None)}) for c in problem.customers)
    clash = problem.model_copy(update={"sites": (small, big), "customers": zones})
    with pytest.raises(Infeasible) as caught:
        depots.solve(clash)
    assert any("s0 holds 1 crew-day" in text for text in caught.value.conflicts)
    assert any("more at s0" in text for text in caught.value.conflicts)


def test_bad_rows_are_refused_with_their_place() -> None:
    problem = drawn(2, sites=3, zones=5)
    twice = problem.model_copy(update={"sites": (problem.sites[0],) * 2 + problem.sites[2:]})
    with pytest.raises(BadInput, match="/sites/1/id"):
        depots.solve(twice)
    short = problem.customers[4].model_copy(update={"costs_eur": (Decimal(1),)})
    with pytest.raises(BadInput, match="/customers/4/costs_eur"):
        depots.solve(problem.model_copy(update={"customers": (*problem.customers[:4], short)}))


def test_cancelled_before_the_start_gives_no_plan() -> None:
    problem = drawn(2, sites=3, zones=5, bodies=1)
    with pytest.raises(Cancelled):
        depots.solve(problem, cancel=lambda: True)


def test_cancelled_on_the_way_gives_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = drawn(1, sites=12, zones=60, bodies=1)
    asked: list[bool] = []

    def first_plan(*given: Any, **told: Any) -> Any:
        found = _settle.solve_zone_assignment(*given, **told)
        asked.append(True)
        return found

    monkeypatch.setattr(_search, "SMALL", 0)
    monkeypatch.setattr(_search, "solve_zone_assignment", first_plan)
    plan = depots.solve(problem, cancel=lambda: bool(asked))
    assert plan.status in {"cancelled", "proved"} and len(asked) >= 1
    assert plan.bound_eur is not None and 0 < plan.bound_eur <= plan.objective_eur
    best = depots.solve(problem).objective_eur
    assert plan.bound_eur <= best <= plan.objective_eur


def test_little_time_still_gives_a_plan_and_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_search, "SMALL", 0)
    plan = depots.solve(drawn(2, sites=40, zones=300), limit_s=0.5)
    assert plan.status in {"feasible", "proved"}
    assert plan.bound_eur is not None and plan.bound_eur <= plan.objective_eur
    assert plan.baseline_eur is None or plan.objective_eur <= plan.baseline_eur


def test_the_check_finds_each_planted_fault() -> None:
    problem = drawn(4, sites=4, zones=6)
    plan = depots.solve(problem)
    assert _verify.faults(problem, plan) == ()
    first = plan.served[0]
    more = first.model_copy(update={"amount": first.amount + 1})
    cheap = first.model_copy(update={"cost_eur": first.cost_eur - 1})
    kept = with_sites(problem, kept=True)
    wrong = {
        "does not get": plan.model_copy(update={"served": plan.served[1:]}),
        "the plan says": plan.model_copy(update={"served": (more, *plan.served[1:])}),
        "is not its cost": plan.model_copy(update={"served": (cheap, *plan.served[1:])}),
        "is closed and serves": plan.model_copy(update={"sites": plan.sites[1:]}),
        "the lines sum to": plan.model_copy(update={"objective_eur": plan.objective_eur - 1}),
    }
    for text, planted in wrong.items():
        assert any(text in fault for fault in _verify.faults(problem, planted)), text
    if plan.closed:
        assert any("is kept" in fault for fault in _verify.faults(kept, plan))


def whole_zones(sites: int, zones: int) -> DepotsProblem:
    """Zones that each go to one depot, among sites that hold a few of them."""
    problem = drawn(3, sites=sites, zones=zones, bodies=2, single=True)
    asked = sum(customer.demand for customer in problem.customers)
    return with_sites(problem, capacity=Decimal(int(asked) * 3 // sites))


@pytest.mark.parametrize("limit_s", [0.01, 1.0])
def test_single_depots_have_a_plan_and_a_bound_however_short_the_time(limit_s: float) -> None:
    plan = depots.solve(whole_zones(60, 200), limit_s=limit_s)
    assert plan.bound_eur is not None and 0 < plan.bound_eur <= plan.objective_eur
    assert plan.status == "feasible" and len(plan.served) == 200


def test_a_search_gives_the_solver_no_more_time_than_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[float] = []
    plain = Model.minimise

    def watched(self: Model, *, limit_s: float, **told: Any) -> Outcome:
        given.append(limit_s)
        return plain(self, limit_s=limit_s, **told)

    monkeypatch.setattr(Model, "minimise", watched)
    _search.Search(DepotsModelInputs.of(whole_zones(60, 200)), 2.0).run()
    assert given and sum(given[-2:]) <= 2.0 and max(given) <= 2.0


@pytest.mark.parametrize("seed", SEEDS)
def test_zones_put_one_by_one_where_they_fit_are_a_plan(seed: int) -> None:
    problem = drawn(seed, sites=6, zones=12, bodies=1, single=True)
    problem = with_sites(problem, capacity=sum(c.demand for c in problem.customers))
    ground = DepotsModelInputs.of(problem)
    plan = _settle.assign_zones_greedily(ground, frozenset(range(6)))
    best = cheapest_cost(problem)
    assert plan is not None and plan.cost >= best - 1e-6
    assert sorted(j for _, j in plan.amounts) == list(range(12))
    assert _settle.assign_zones_greedily(ground, frozenset()) is None


def cheapest_cost(problem: DepotsProblem) -> float:
    return float(depots.solve(problem).objective_eur)
