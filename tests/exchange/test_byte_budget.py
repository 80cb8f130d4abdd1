"""The memory of files is shared: what can never fit is refused, what does not fit now may wait."""

import io

import pytest

from synergie.errors import Overloaded, TooLarge
from synergie.exchange.files.byte_budget import ByteBudget
from synergie.exchange.readings.deposits import Deposits
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.formats.frames.made import CURVE, written


def test_bytes_are_given_back_whatever_happened() -> None:
    budget = ByteBudget(total=10, share=10)
    with pytest.raises(ZeroDivisionError), budget.reserve("aulnes", 10):
        _ = 1 // 0
    with budget.reserve("bouleaux", 10):
        pass


def test_what_others_have_is_waited_for_and_one_body_never_has_all() -> None:
    budget = ByteBudget(total=10, share=6)
    with budget.reserve("aulnes", 6):
        with pytest.raises(Overloaded) as error, budget.reserve("aulnes", 1):
            pass
        assert error.value.retry_after > 0
        with budget.reserve("bouleaux", 4), pytest.raises(Overloaded), budget.reserve("chenes", 1):
            pass
    with budget.reserve("aulnes", 6):
        pass


def test_what_never_fits_is_too_large_and_says_how_much_it_is() -> None:
    with pytest.raises(TooLarge) as error, ByteBudget(total=10, share=6).reserve("aulnes", 7):
        pass
    assert (error.value.where, error.value.found, error.value.limit) == ("file", "7 bytes", 6)


@pytest.mark.parametrize("budget", [ByteBudget(10, 10), ByteBudget(10, 10**9)])
def test_a_deposit_without_room_leaves_nothing(
    store: Store, owner: Body, budget: ByteBudget
) -> None:
    source = io.BytesIO(written([CURVE], "curves-csv"))
    full = Deposits(store, budget=budget)
    with pytest.raises((TooLarge, Overloaded)):
        full.deposit(owner.caller, source, name="a.csv", now=NOW)
    report = Deposits(store).deposit(owner.caller, source, name="a.csv", now=NOW)
    assert [one.replayed for one in report.receipts if one.kind == "curve"] == [False]
