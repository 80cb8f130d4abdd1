"""Places of a public sandbox: one address does not take them all, unused ones come back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from synergie.errors import Overloaded, TooManyRequests
from synergie.exchange.sandbox import Sandbox
from synergie.exchange.trust.accounts import Accounts, Spans
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.storage.store import Store
from tests.server.partner import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def ground(tmp_path: Path, blank_sqlite: Path) -> Iterator[Sandbox]:
    path = tmp_path / "store.db"
    path.write_bytes(blank_sqlite.read_bytes())
    blank_store = Store.open(f"sqlite:///{path}")
    made = Sandbox(
        store=blank_store,
        accounts=Accounts(blank_store, Spans(link=HOUR, idle=HOUR, whole=HOUR)),
        held=SigningKeyCustody(blank_store, b"k" * 32),
        issuer="https://essai.example",
        ends_at=NOW + 24 * HOUR,
        most=4,
        each=2,
    )
    made.build_territory(now=NOW)
    yield made
    blank_store.close()


def test_one_address_has_its_places_and_leaves_the_others(ground: Sandbox) -> None:
    mine = [ground.admit(source="192.0.2.1", now=NOW) for _ in range(2)]
    with pytest.raises(TooManyRequests):
        ground.admit(source="192.0.2.1", now=NOW)
    theirs = [ground.admit(source=f"192.0.2.{n}", now=NOW) for n in (2, 3)]
    with pytest.raises(Overloaded):
        ground.admit(source="192.0.2.4", now=NOW)

    clients = Clients(ground.store)
    ground.keep_place(theirs[0].organisation)
    with pytest.raises(Overloaded):
        ground.admit(source="192.0.2.4", now=NOW + timedelta(minutes=59))
    later = NOW + HOUR
    fresh = [ground.admit(source="192.0.2.1", now=later) for _ in range(2)]
    for one, is_open in ((mine[0], False), (mine[1], False), (theirs[1], False),
                         (theirs[0], True), (fresh[0], True)):  # fmt: skip
        found = clients.client(one.client_id)
        assert found is not None
        assert found.enabled is is_open
    with pytest.raises(TooManyRequests):
        ground.admit(source="192.0.2.1", now=later)


def test_a_name_that_no_newcomer_has_keeps_no_place(ground: Sandbox) -> None:
    ground.keep_place("cc-pompey")
    ground.keep_place("nobody")
