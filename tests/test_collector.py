"""The search for cycles is put off inside, by one at a time, and goes on as it was."""

import gc
from collections.abc import Iterator
from threading import Thread

import pytest

from synergie.collector import defer_search


@pytest.fixture(autouse=True)
def _searched() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_no_search_inside_and_one_goes_on_after_it() -> None:
    with defer_search():
        assert not gc.isenabled()
        with defer_search():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the first alone puts it off"
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), defer_search():
        _ = 1 / 0
    assert gc.isenabled()
    with defer_search():
        assert not gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with defer_search():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_another_thread_does_not_make_it_longer() -> None:
    found = []

    def other() -> None:
        with defer_search():
            found.append(gc.isenabled())
        found.append(gc.isenabled())

    with defer_search():
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert (found, gc.isenabled()) == ([False, False], True)


def test_a_function_bears_it() -> None:
    @defer_search()
    def act() -> bool:
        return gc.isenabled()

    assert [act(), act(), gc.isenabled()] == [False, False, True]
