"""When a search ends: the word of the caller, seconds."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from synergie.errors import Cancelled
from synergie.maintenance.plan.routing import Task, check, route
from tests.plan.routing_tasks import crew, mixed, town


@pytest.mark.parametrize("as_given", [lambda task: task, mixed], ids=["few", "many"])
def test_a_search_is_stopped_within_a_second_of_the_word(
    as_given: Callable[[Task], Task],
) -> None:
    task = as_given(town(150, service_s=0))
    asked: list[float] = []

    def cancel() -> bool:
        asked.append(time.process_time())
        return len(asked) > 5

    found = route(task, seconds=60, cancel=cancel)
    assert found.stopped == "cancelled"
    assert time.process_time() - asked[5] < 1
    assert not check(task, found, complete=False)
    with pytest.raises(Cancelled):
        route(task, seconds=60, cancel=lambda: True)


@pytest.mark.parametrize("word", [0, 1, 9, 17])
def test_two_thousand_stops_are_left_at_the_first_word(word: int) -> None:
    task = replace(town(2_000, service_s=0), vehicles=(crew(count=40),))
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(len(asked))
        return len(asked) > word + 1

    found = route(task, iterations=0, cancel=cancel)
    assert (found.stopped, len(asked)) == ("cancelled", word + 2)
    assert not check(task, found, complete=False)


def test_a_search_of_many_stops_is_asked_after_every_few() -> None:
    task = replace(town(1_500, service_s=0), vehicles=(crew(count=40),))
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return False

    route(task, iterations=0, cancel=cancel)
    assert len(asked) > 1_500 / 200


def test_seconds_end_a_search() -> None:
    assert route(town(), seconds=0.05).stopped == "time"
