"""What fails again and again is told, then ever less often; that it works again, once."""

import io
import logging
import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest

from synergie.server import log
from synergie.server.edge import CleanupWorker
from synergie.server.edge.failure_log import FailureLog
from tests.server.test_log import events


@pytest.fixture
def sink() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    log.start_logging(stream, level=logging.DEBUG)
    yield stream
    log.stop_logging()


def fail(one: FailureLog, times: int) -> None:
    for _ in range(times):
        one.tell_failure(OSError("no space left"))


def test_a_failure_each_second_is_told_ever_less_often(sink: io.StringIO) -> None:
    fail(FailureLog("sweep.failed", 1.0), 86_400)
    told = [event["failures"] for event in events(sink, "sweep.failed")]
    assert told[:5] == [1, 2, 4, 8, 16]
    assert len(told) < 40
    apart = [later - one for one, later in pairwise(told[12:])]
    assert set(apart) == {3_600}, "and one an hour"
    assert "no space left" in events(sink, "sweep.failed")[0]["exception"]


def test_what_is_tried_once_an_hour_is_told_each_time(sink: io.StringIO) -> None:
    fail(FailureLog("sweep.failed", 3_600.0), 5)
    assert len(events(sink, "sweep.failed")) == 5


def test_that_it_works_again_is_told_once_and_the_next_failure_at_once(sink: io.StringIO) -> None:
    one = FailureLog("sweep.failed", 1.0)
    one.tell_success()
    fail(one, 11)
    one.tell_success()
    one.tell_success()
    assert [event["failures"] for event in events(sink, "sweep.works_again")] == [11]
    fail(one, 1)
    assert events(sink, "sweep.failed")[-1]["failures"] == 1


def test_a_broom_that_fails_fills_no_log(sink: io.StringIO) -> None:
    swept, tenth = [0], threading.Event()

    def sweep() -> None:
        swept[0] += 1
        if swept[0] == 10:
            tenth.set()
        raise OSError("no space left")

    broom = CleanupWorker(sweep, every_s=0.001)
    broom.start()
    assert tenth.wait(60)
    broom.stop()
    told = [event["failures"] for event in events(sink, "sweep.failed")]
    assert told[:4] == [1, 2, 4, 8]
