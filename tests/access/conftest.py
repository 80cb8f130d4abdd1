"""The whole server in process with one of everything, on each engine in turn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from synergie.exchange.trust.clients import Clients
from tests.server.mould import Mould
from tests.server.partner import NOW
from tests.server.place import Furnished

type Furnish = Callable[[], Furnished]


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def furnishing(
    request: pytest.FixtureRequest,
    mould: Callable[..., Mould],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Furnish]:
    """A server with a store of its own, and one of everything, as often as it is asked."""
    with ExitStack() as stack:

        def made() -> Furnished:
            folder, found = tmp_path_factory.mktemp("access"), mould(request.param)
            return stack.enter_context(found.cast(folder))

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
