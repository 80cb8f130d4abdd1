"""The harness itself: goals, rows, and that a missing peer is said."""

import time
from collections.abc import Callable

import pytest

from tests.bench.__main__ import benches, page, row
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, measured, side_by_side


def _bench(run: Callable[[], float | Measured]) -> Bench:
    return Bench(name="x", title="X", goal=Goal(">=", 2), unit="×", peer="nobody", run=run)


@pytest.mark.parametrize(
    ("goal", "value", "holds"),
    [
        (Goal(">=", 2), 2.0, True),
        (Goal(">=", 2), 1.99, False),
        (Goal("<", 50), 50.0, False),
        (Goal("<=", 1.2), 1.2, True),
        (Goal(">", 5), 5.0, False),
    ],
)
def test_a_goal_holds_at_its_bound_only_when_it_says_so(
    goal: Goal, value: float, holds: object
) -> None:
    assert goal.holds(value) is holds


def test_what_could_not_be_measured_does_not_hold_and_says_why() -> None:
    def run() -> float:
        raise NotMeasured("PostgreSQL is absent")

    found = row(measured(_bench(run)))
    assert (found["value"], found["holds"], found["notes"]) == (None, False, "PostgreSQL is absent")
    assert "not measured" in page([found])


def test_a_row_has_the_published_keys() -> None:
    found = row(measured(_bench(lambda: Measured(3.14159, "medians"))))
    assert {"name", "value", "unit", "goal", "holds", "peer"} <= found.keys()
    assert (found["value"], found["goal"], found["holds"]) == (3.142, ">= 2", True)


def test_the_slower_peer_gives_a_ratio_over_one() -> None:
    found = side_by_side(lambda: None, lambda: time.sleep(0.002), rounds=3)
    assert found.value > 1


def test_names_of_benches_are_unique_and_stable_in_form() -> None:
    names = [bench.name for bench in benches()]
    assert names == sorted(set(names))
    assert all(name == name.lower() and " " not in name for name in names)
