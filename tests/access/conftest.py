"""The whole server in process with one of everything, on each engine in turn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from synergie.exchange.clients import Clients
from synergie.storage.store import Store
from tests.databases import postgres, sqlite
from tests.server.partner import NOW
from tests.server.place import Furnished, Place, furnish

type Furnish = Callable[[], Furnished]


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def furnishing(
    request: pytest.FixtureRequest, blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnish]:
    """A server with a store of its own, and one of everything, as often as it is asked."""
    with ExitStack() as stack:

        def made() -> Furnished:
            folder = tmp_path_factory.mktemp("access")
            if request.param == "postgres":
                url = stack.enter_context(postgres())
            else:
                url = sqlite(folder, like=blank_sqlite)
            store = Store.open(url)
            stack.callback(store.close)
            return furnish(Place.of(store, folder / "data"))

        yield made


@pytest.fixture(scope="module")
def furnished(furnishing: Furnish) -> Furnished:
    """One of everything; the agreement is in force."""
    return furnishing()


@pytest.fixture(scope="module")
def ended(furnishing: Furnish) -> Furnished:
    """The same, after the owner has revoked its agreements."""
    made = furnishing()
    for noun in ("agreement", "sums"):
        answer = made.owner.act(made.ids[noun], "revoke")
        assert answer.status_code == 200, answer.text
    return made


@pytest.fixture(scope="module")
def closing(furnishing: Furnish) -> Furnished:
    """The same, after the operator has closed every program; each holds a token from before."""
    made = furnishing()
    for member in (made.owner, made.partner, made.stranger):
        member.usual()
        Clients(made.place.store).disable(member.partner.client_id, now=NOW)
    return made
