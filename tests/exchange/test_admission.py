"""Many requests admitted in one transaction: each proof once, each answer to who asked."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import override

import psycopg
import pytest

from synergie.errors import NotAuthenticated, Overloaded
from synergie.exchange.trust.admission import Admission
from synergie.exchange.trust.clients import Answer, Ask, Clients, LiveToken, build_admission_request
from synergie.exchange.trust.organisations import Directory
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store
from tests.conftest import emptied
from tests.server.partner import ec_signer

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def _clients(store: Store) -> Clients:
    """One program with the tokens `t1` and `t2` of the key `k`, and `gone`, which is revoked."""
    clients, jwks = Clients(store), ec_signer().jwks
    record = Organisation(
        id="org-one", name="One", kind="epci", siren=None, insee_code=None, parent=None,
        provenance="synthetic",
    )  # fmt: skip
    Directory(store).add(record, now=NOW)
    clients.register("one-app", "org-one", name="One", jwks=jwks, scopes=["sites:read"], now=NOW)
    for jti in ("t1", "t2", "gone"):
        clients.save_token(jti, client="one-app", jkt="k", until=NOW + timedelta(minutes=5))
    clients.revoke_token("gone", client="one-app", now=NOW)
    return clients


def _ask(jti: str, proof: str, jkt: str = "k") -> Ask:
    return build_admission_request(jti, jkt=jkt, proof=proof, now=NOW)


def _told(answers: list[Answer]) -> list[tuple[bool, bool]]:
    return [(live is not None, first) for live, first in answers]


GOOD, NO_TOKEN, USED = (True, True), (False, False), (True, False)


def test_of_one_transaction_each_gets_its_own_answer(store: Store) -> None:
    asks = [
        _ask("t1", "p1"),
        _ask("nobody", "p2"),
        _ask("t2", "p1"),  # the same key and proof, further on
        _ask("t1", "p3", jkt="another"),
        _ask("gone", "p4"),
        _ask("t2", "p5"),
    ]
    clients = _clients(store)
    assert _told(clients.answers(asks)) == [GOOD, NO_TOKEN, USED, NO_TOKEN, NO_TOKEN, GOOD]
    again = clients.answers([_ask("t1", "p5"), _ask("t1", "p2"), _ask("t1", "p4")])
    assert _told(again) == [USED, GOOD, GOOD]  # what no token held for was not used up


def test_alone_or_among_others_the_answer_is_the_same(store: Store) -> None:
    clients = _clients(store)
    (alone,), among = (
        clients.answers([_ask("t1", "a")]),
        clients.answers([_ask("t1", "b"), _ask("nobody", "c")]),
    )
    assert alone == among[0]
    live = LiveToken(
        client="one-app", organisation="org-one", scopes=frozenset({"sites:read"}), jkt="k"
    )
    assert alone == (live, True)
    late = build_admission_request("t1", jkt="k", proof="d", now=NOW + timedelta(minutes=5))
    assert _told(clients.answers([late])) == [NO_TOKEN]
    assert _told(clients.answers([late, _ask("t1", "e")])) == [NO_TOKEN, GOOD]


def test_of_many_at_once_each_proof_comes_in_once(store: Store) -> None:
    admission = Admission(_clients(store))

    async def all_of_them() -> int:
        asks = [admission.admit(_ask("t1", f"p{n % 40}")) for n in range(200)]
        answers = await asyncio.gather(*asks, return_exceptions=True)
        assert all(isinstance(one, LiveToken | NotAuthenticated) for one in answers)
        return sum(isinstance(one, LiveToken) for one in answers)

    assert asyncio.run(all_of_them()) == 40


class _Slow(Clients):
    """Waits with the first batch, and notes how many came in each."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        object.__setattr__(self, "open", threading.Event())
        object.__setattr__(self, "sizes", [])

    open: threading.Event
    sizes: list[int]

    @override
    def answers(self, asks: Sequence[Ask]) -> list[Answer]:
        self.open.wait(60)
        self.sizes.append(len(asks))
        if any(ask.proof == "full" for ask in asks):
            raise Overloaded(1.0)
        return super().answers(asks)


def test_those_that_come_during_a_commit_share_the_next(store: Store) -> None:
    _clients(store)
    slow = _Slow(store)
    admission = Admission(slow)

    async def come() -> list[LiveToken | BaseException]:
        asks = [asyncio.create_task(admission.admit(_ask("t1", f"p{n}"))) for n in range(9)]
        await asyncio.sleep(0)
        asks[3].cancel()  # a caller who is gone holds nobody up
        asyncio.get_running_loop().call_later(0.05, slow.open.set)
        async with asyncio.timeout(60):
            return await asyncio.gather(*asks, return_exceptions=True)

    answers = asyncio.run(come())
    assert [isinstance(one, LiveToken) for one in answers] == [n != 3 for n in range(9)]
    assert sum(slow.sizes) == 9
    assert len(slow.sizes) == 2


def test_a_failure_is_told_to_each_that_waits_and_to_none_after(store: Store) -> None:
    _clients(store)
    slow = _Slow(store)
    slow.open.set()
    admission = Admission(slow)

    async def come(*proofs: str) -> list[LiveToken | BaseException]:
        asks = [admission.admit(_ask("t1", proof)) for proof in proofs]
        return await asyncio.gather(*asks, return_exceptions=True)

    assert isinstance(asyncio.run(come("full"))[0], Overloaded)
    assert isinstance(asyncio.run(come("p"))[0], LiveToken)  # in another loop, too


@pytest.mark.postgres
def test_a_database_that_was_started_anew_is_asked_again(postgres_store: Store) -> None:
    clients = _clients(emptied(postgres_store))
    assert _told(clients.answers([_ask("t1", "p1")])) == [GOOD]
    with psycopg.connect(postgres_store.url, autocommit=True) as server:
        ended = server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert ended
    assert _told(clients.answers([_ask("t1", "p1"), _ask("t1", "p2")])) == [USED, GOOD]
