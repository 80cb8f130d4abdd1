"""What is over is swept when the server starts and from time to time, whatever fails."""

import threading

from synergie.server.edge import CleanupWorker


def test_it_sweeps_at_the_start_and_again_though_it_failed_and_ends_when_told() -> None:
    swept, third = [0], threading.Event()
    before = set(threading.enumerate())  # servers of other tests have brooms of their own

    def sweep() -> None:
        swept[0] += 1
        if swept[0] == 3:
            third.set()
        if swept[0] == 1:
            raise RuntimeError("a disk that is away")

    broom = CleanupWorker(sweep, every_s=0.001)
    broom.start()
    assert third.wait(30)
    broom.stop()
    at_the_end = swept[0]
    assert at_the_end >= 3
    left = set(threading.enumerate()) - before
    assert not [one for one in left if one.name == "synergie-broom"]


def test_what_may_wait_is_not_begun_by_a_server_that_ends_before() -> None:
    swept: list[int] = []
    broom = CleanupWorker(lambda: swept.append(1), after_s=3600)
    broom.start()
    broom.stop()
    assert swept == []
    assert broom._thread is not None
    broom._thread.join(60)
    assert not broom._thread.is_alive(), "it is told, it does not wait its time out"


def test_what_may_wait_is_done_when_its_time_has_come() -> None:
    swept, done = [0], threading.Event()

    def sweep() -> None:
        swept[0] += 1
        done.set()

    broom = CleanupWorker(sweep, after_s=0.01)
    broom.start()
    assert done.wait(30)
    broom.stop()
    assert swept == [1]
