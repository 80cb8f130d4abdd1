"""The journal of the real server, verified by the client: it believes nothing but the keys."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from synergie import AsyncClient, Client
from synergie.client.outbound import Reply
from synergie.client.trust import audit
from synergie.client.trust.audit import public_audit
from synergie.errors import BadInput, NotFound, Unreachable
from synergie.proof import merkle
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.storage.store import Store
from synergie.testing import Running, server


class Shared:
    """A server on which one organisation shares a site with another, and a third looks on."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.auths = {name: running.auth(name) for name in ("owner", "reader", "other")}
        self.owner, self.reader, self.other = (
            Client(running.url, self.auths[name]) for name in ("owner", "reader", "other")
        )
        record = SiteRecord(
            external_id="S1", name="Mairie", kind="building", provenance="synthetic"
        )
        (item,) = self.owner.publish_sites([record]).items
        self.site = item.id
        now = running.now()
        terms = Terms(
            owner="owner", recipient="reader", title="Suivi", datasets=("assets",),
            selector=Selector(sites=(self.site,)), granularity="day",
            purpose="energy_monitoring", legal_basis="contract",
            data_period=Period(start=now - timedelta(days=365)),
            valid_from=now - timedelta(days=1), valid_until=now + timedelta(days=90),
            retention_days=30,
        )  # fmt: skip
        draft = self.owner.draft(terms)
        self.owner.propose(draft.id, terms_sha256=draft.terms_sha256)
        self.agreement = self.reader.accept(draft.id).id

    def close(self) -> None:
        for client in (self.owner, self.reader, self.other):
            client.close()


@pytest.fixture
def shared(store: Store) -> Iterator[Shared]:
    with server(store) as running:
        made = Shared(running)
        yield made
        made.close()


def test_the_owner_sees_who_read_and_each_checks_the_record(shared: Shared) -> None:
    held = shared.owner.audit.head().jws
    assert shared.reader.site(shared.site).name == "Mairie"
    (seen,) = shared.owner.audit.accesses(subject=shared.site)
    assert (seen.record.by, seen.record.agreement) == ("reader", f"{shared.agreement}/1")
    assert list(shared.reader.audit.accesses()) == [seen]
    assert list(shared.other.audit.accesses()) == []
    for client in (shared.owner, shared.reader):
        assert client.audit.record(seen.record.seq).seq == seen.record.seq
    with pytest.raises(NotFound):
        shared.other.audit.record(seen.record.seq)
    assert shared.owner.audit.head(since=held).tree_size > 0
    assert list(shared.owner.audit.accesses(since=shared.running.now())) == []
    with pytest.raises(TypeError, match="zone"):
        shared.owner.audit.accesses(since=datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)


def test_the_async_client_does_the_same(shared: Shared) -> None:
    held = shared.owner.audit.head()
    shared.reader.site(shared.site)

    async def look() -> None:
        async with AsyncClient(shared.running.url, shared.auths["owner"]) as client:
            (seen,) = [one async for one in client.audit.accesses()]
            assert (await client.audit.record(seen.record.seq)).seq == seen.record.seq
            now = await client.audit.head(since=held.jws)
            assert now.tree_size == held.tree_size + 1
            assert len((await client.audit.proof(1, now.tree_size)).path) > 0
            assert (await client.audit.inclusion(0, now.tree_size)).seq == 0

    asyncio.run(look())


def test_anyone_keeps_a_head_and_has_it_continued(shared: Shared) -> None:
    anyone = public_audit(shared.running.url)
    held = anyone.head()
    shared.reader.site(shared.site)
    assert anyone.head(since=held.jws).tree_size == held.tree_size + 1
    assert anyone.proof(1, 2).second == 2
    with pytest.raises(TypeError, match="key"):
        anyone.accesses()


def _tampered(store: Store, *queries: str) -> None:
    with store.write() as session:
        for query in queries:
            session.connection().execute(text(query))


def test_what_anyone_may_read_is_waited_for_as_by_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def slow(_url: str, *, timeout: float, **_: object) -> Reply:
        waited.append(timeout)
        raise Unreachable("no answer in time")

    monkeypatch.setattr(audit, "fetch_url", slow)
    with pytest.raises(Unreachable):
        public_audit("http://127.0.0.1:1").head()
    assert waited == [60.0]


def test_a_record_that_was_altered_does_not_verify(shared: Shared, store: Store) -> None:
    shared.reader.site(shared.site)
    (seen,) = shared.owner.audit.accesses()
    function = "replace(CAST(record AS TEXT), 'reader', 'nobody')"
    if not store.is_sqlite:
        function = "convert_to(replace(convert_from(record, 'UTF8'), 'reader', 'nobody'), 'UTF8')"
    else:
        function = f"CAST({function} AS BLOB)"
    _tampered(store, f"UPDATE journal SET record = {function} WHERE seq = {seen.record.seq}")  # noqa: S608
    with pytest.raises(BadInput, match=f"record {seen.record.seq}"):
        shared.owner.audit.record(seen.record.seq)


def _cut(store: Store, size: int) -> None:
    """The operator forgets all records but the first *size*, in every table."""
    tree = merkle.Frontier()
    with store.write() as session:
        connection = session.connection()
        for row in connection.execute(text("SELECT leaf FROM journal ORDER BY seq")).all()[:size]:
            tree, _ = tree.add(bytes(row.leaf))
        for query in ("DELETE FROM journal WHERE seq >= :n", _PARTIES, _SUBJECTS):
            connection.execute(text(query), {"n": size})
        move = text("UPDATE journal_head SET size = :n, peaks = :peaks")
        connection.execute(move, {"n": size, "peaks": b"".join(tree.peaks)})


_PARTIES = "DELETE FROM journal_party WHERE seq >= :n"
_SUBJECTS = "DELETE FROM journal_subject WHERE seq >= :n"


def test_a_history_that_was_cut_or_rewritten_is_not_continued(shared: Shared, store: Store) -> None:
    shared.reader.site(shared.site)
    held = shared.owner.audit.head()
    _cut(store, held.tree_size - 1)
    with pytest.raises(BadInput, match="a shorter one"):
        shared.owner.audit.head(since=held.jws)
    for name in ("org-a", "org-b"):
        shared.running.organisation(name)
    with pytest.raises(BadInput, match="another one"):
        shared.owner.audit.head(since=held.jws)


def test_a_head_of_another_server_or_key_is_not_taken(shared: Shared) -> None:
    held = shared.owner.audit.head()
    with server() as elsewhere:
        foreign = public_audit(elsewhere.url).head()
    with pytest.raises(BadInput, match="signed by a key of the server"):
        shared.owner.audit.head(since=foreign.jws)
    with pytest.raises(BadInput, match="signed by a key of the server"):
        shared.owner.audit.head(jwks={"keys": []})
    other = held.jws[:-4] + ("AAAA" if held.jws[-4:] != "AAAA" else "BBBB")
    with pytest.raises(BadInput):
        shared.owner.audit.head(since=other)
