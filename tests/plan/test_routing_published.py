"""Published instances: read as meant, never below a proved optimum, near the best known."""

from collections.abc import Callable
from pathlib import Path

import pytest

from synergie.maintenance.plan.routing import Periodic, Task, check, check_days, plan_days, route
from tests.plan import routing_instances as instances

SCALE = instances.SCALE


@pytest.mark.parametrize(
    "family", ["cordeau-mdvrp", "cordeau-pvrp", "udine-pvrpif", "pillac-trsp", "kovacs-strsp"]
)
def test_every_instance_of_the_family_is_read(shared: Path, family: str) -> None:
    readers: dict[str, Callable[[Path, str], Task | Periodic]] = {
        "cordeau-mdvrp": instances.mdvrp,
        "cordeau-pvrp": instances.periodic,
        "udine-pvrpif": instances.waste,
        "pillac-trsp": instances.technicians,
        "kovacs-strsp": instances.proficient,
    }
    for name, best in instances.known(shared, family).items():
        task = readers[family](shared, name)
        places = len(task.network.durations)
        assert all(stop.place < places for stop in task.stops)
        if "clients" in best:
            assert len(task.stops) == best["clients"]
        if not isinstance(task, Task):
            assert all(choices and all(choices) for choices in task.choices)


def test_fifty_clients_of_four_depots_come_near_the_best_known(shared: Path) -> None:
    best = instances.known(shared, "cordeau-mdvrp")["p01"]["bks"]
    task = instances.mdvrp(shared, "p01")
    found = route(task, iterations=600)
    assert not check(task, found)
    assert -0.01 <= found.cost / SCALE / best * 100 - 100 <= 3  # bks has two decimals


def test_a_week_on_one_clock_comes_near_the_best_known(shared: Path) -> None:
    best = instances.known(shared, "cordeau-pvrp")["PVRP/p03"]["bks"]
    task = instances.week(instances.periodic(shared, "PVRP/p03"))
    found = route(task, iterations=1_500)
    assert not check(task, found)
    assert -0.1 <= found.cost / SCALE / best * 100 - 100 <= 6


def test_day_combinations_reach_the_best_known(shared: Path) -> None:
    best = instances.known(shared, "cordeau-pvrp")["PVRP/p14"]["bks"]
    task = instances.periodic(shared, "PVRP/p14")
    found = plan_days(task, iterations=2_500)
    assert not check_days(task, found)
    assert found.cost / SCALE == pytest.approx(best, rel=2e-3)


def test_several_depots_and_days_are_planned(shared: Path) -> None:
    task = instances.periodic(shared, "MDPVRP/pr01")
    found = plan_days(task, iterations=600)
    assert not check_days(task, found)


@pytest.mark.parametrize("name", ["Roma_020_4_8", "Torino_020_6_4"])
def test_waste_is_never_collected_below_the_proved_optimum(shared: Path, name: str) -> None:
    best = float(instances.known(shared, "udine-pvrpif")[name]["best_ub"].rstrip("*"))
    task = instances.waste(shared, name)
    found = plan_days(task, iterations=400)
    assert not check_days(task, found)
    assert best <= found.cost <= 1.15 * best


def test_technicians_fetch_what_they_lack(shared: Path) -> None:
    best = instances.known(shared, "pillac-trsp")["C204.100_25-5-5-5"]["value"]
    task = instances.technicians(shared, "C204.100_25-5-5-5")
    found = route(task, iterations=300)
    assert not check(task, found)
    assert any(trip.reloads for trip in found.trips)
    assert found.cost / SCALE <= 1.2 * best


def test_technicians_without_a_skill_leave_the_task_to_others(shared: Path) -> None:
    task = instances.proficient(shared, "R101_7x4_noTeam")
    found = route(task, iterations=200)
    assert not check(task, found)
    assert found.cost < sum(stop.prize or 0 for stop in task.stops)
