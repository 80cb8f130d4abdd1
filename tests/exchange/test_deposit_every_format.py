"""Every format that is read is stored when it is deposited, and stored once."""

import gzip
import io

import pytest

from synergie.exchange.readings.deposits import Deposits
from synergie.schemas.readings.deposit import DepositReport
from synergie.storage import head
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.formats.cases import Case
from tests.formats.test_conformance import CASES

NAMES = sorted(name for name, case in CASES.items() if "idempotent" not in case.skips)


def deposit(store: Store, who: Body, case: Case, data: bytes) -> DepositReport:
    """Deposit *data* as a file of *who*'s, in the format of the case."""
    return Deposits(store).deposit(
        who.caller,
        io.BytesIO(data),
        name=case.name,
        format=case.format,
        profile=case.profile,
        now=NOW,
    )


def changes(store: Store) -> int:
    """How many changes the store has had."""
    with store.read() as session:
        return head.head(session).n


def test_only_formats_that_say_why_are_left_out() -> None:
    left = {name: case.skips["idempotent"] for name, case in CASES.items() if name not in NAMES}
    assert all(len(reason) > 15 for reason in left.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_twice_is_no_change(store: Store, owner: Body, name: str) -> None:
    case = CASES[name]
    first = deposit(store, owner, case, case.data)
    assert first.receipts
    assert not first.refused
    known = changes(store)
    again = deposit(store, owner, case, case.data)
    assert (again.id, again.sha256) == (first.id, first.sha256)
    assert all(receipt.replayed for receipt in again.receipts)
    assert changes(store) == known


@pytest.mark.parametrize("name", NAMES)
def test_the_same_content_in_another_file_is_no_new_revision(
    store: Store, owner: Body, name: str
) -> None:
    case = CASES[name]
    deposit(store, owner, case, case.data)
    packed = gzip.compress(case.data, mtime=0)
    again = deposit(store, owner, case, packed)
    stored = [receipt for receipt in again.receipts if not receipt.replayed]
    assert [receipt.kept for receipt in stored] == [0] * len(stored)
    for receipt in again.receipts:
        assert receipt.received == receipt.kept + receipt.unchanged + receipt.refused
