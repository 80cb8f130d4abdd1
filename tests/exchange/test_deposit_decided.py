"""A file that is being stored when its person may deposit no more: it stops, and nothing stays."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from synergie.errors import NotAllowed
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.trust.accounts import Accounts, Spans, principal_of, still_deposits
from synergie.policy import Principal
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.trust.account import Account
from synergie.storage.store import Session, Store
from tests.exchange.lines import LINES, curve, file, register
from tests.exchange.people import NOW, body

HOUR = timedelta(hours=1)
_CURVES = 40
"""Two transactions of curves: 32, then 8."""
type Act = Callable[[Accounts, str], object]


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


@pytest.fixture
def book(store: Store) -> Accounts:
    body(store, "cc-un")
    return Accounts(store, Spans(link=HOUR, idle=HOUR, whole=HOUR))


def demoted(book: Accounts, account: str) -> object:
    return book.change_role(account, "reader", by=None, now=NOW)


def closed(book: Accounts, account: str) -> None:
    book.close(account, by=None, now=NOW)


def promoted(book: Accounts, account: str) -> object:
    return book.change_role(account, "signer", by=None, now=NOW)


def agent(book: Accounts) -> Account:
    return book.add("cc-un", "la personne chargée des dépôts", "agent", by=None, now=NOW)


def deposited(book: Accounts, who: Account, after: int, act: Act | None) -> DepositReport:
    """The file, stored by *who*, on whom *act* falls after the decision number *after*."""
    seen = 0

    def still(session: Session, caller: Principal) -> None:
        nonlocal seen
        seen += 1
        still_deposits(session, caller)
        if seen == after and act is not None:
            act(book, who.id)

    content = file(*(
        curve(NOW - timedelta(days=30), [n, 1], supply_point=f"prm:9900000000{n:04d}")
        for n in range(_CURVES)
    ))  # fmt: skip
    desk = Deposits(book.store, still=still)
    source = io.BytesIO(content)
    return desk.deposit(principal_of(who), source, name="f.lines", format=LINES, now=NOW)


@pytest.mark.parametrize("after", [2, 3], ids=["between-batches", "before-the-report"])
@pytest.mark.parametrize("act", [demoted, closed], ids=["another-role", "closed"])
def test_it_stops_and_nothing_of_it_holds(book: Accounts, act: Act, after: int) -> None:
    who = agent(book)
    with pytest.raises(NotAllowed) as refused:
        deposited(book, who, after, act)
    assert refused.value.reason == "deposits:write"
    found = Batches(book.store).page(principal_of(who), now=NOW).items
    assert found and all(one.undone_at is not None for one in found)
    again = deposited(book, agent(book), 0, None)
    assert not any(one.replayed for one in again.receipts)
    assert sum(one.kept for one in again.receipts if one.kind == "curve") == 2 * _CURVES


def test_one_who_may_not_any_more_begins_nothing(book: Accounts) -> None:
    who = agent(book)
    demoted(book, who.id)
    with pytest.raises(NotAllowed):
        deposited(book, who, 0, None)
    assert not Batches(book.store).page(principal_of(who), now=NOW).items


def test_another_role_that_deposits_too_goes_on(book: Accounts) -> None:
    report = deposited(book, agent(book), 2, promoted)
    assert sum(one.kept for one in report.receipts if one.kind == "curve") == 2 * _CURVES
