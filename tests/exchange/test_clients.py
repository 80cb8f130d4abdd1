"""Partners' programs: registered with strong keys, closed at once."""

import os
from typing import Any

import pytest

from synergie.errors import BadInput, Conflict, NotAuthenticated, NotFound, StorageFull
from synergie.exchange.trust.clients import Clients
from synergie.storage.store import Store
from tests.server.partner import NOW, ec_signer, enrol, rsa_signer

LATER = NOW.replace(hour=11)
KEYS = ec_signer().jwks


@pytest.fixture
def clients(store: Store) -> Clients:
    enrol(store, "org-one")
    return Clients(store)


def register(clients: Clients, client_id: str = "one-app", **more: Any) -> None:
    values = {"name": "A program", "jwks": KEYS, "scopes": ["sites:read"], **more}
    clients.register(client_id, values.pop("organisation", "org-one"), now=NOW, **values)


def test_a_client_is_what_was_registered(clients: Clients) -> None:
    register(clients, scopes=["sites:write", "sites:read"])
    found = clients.client("one-app")
    assert found is not None
    assert (found.organisation, found.name, found.enabled) == ("org-one", "A program", True)
    assert found.scopes == {"sites:read", "sites:write"}
    assert found.created_at == NOW
    assert clients.of("org-one") == [found]
    assert clients.of("org-two") == []


@pytest.mark.parametrize(
    ("client_id", "more", "where"),
    [
        ("One", {}, "/client_id"),
        ("a\x00b", {}, "/client_id"),
        ("a" * 65, {}, "/client_id"),
        ("one-app", {"organisation": "nobody"}, "/organisation"),
        ("one-app", {"scopes": ["sites:read", "all"]}, "/scopes"),
        ("one-app", {"jwks": {"keys": []}}, "/jwks/keys"),
        ("one-app", {"jwks": rsa_signer(2048).jwks}, "/jwks/keys/0"),
        ("one-app", {"jwks": {"keys": [ec_signer().private_jwk]}}, "/jwks/keys/0"),
    ],
)
def test_a_wrong_registration_says_where(
    clients: Clients, client_id: str, more: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInput) as caught:
        register(clients, client_id, **more)
    assert caught.value.where == where
    assert clients.client(client_id) is None


def test_an_id_is_taken_once(clients: Clients) -> None:
    register(clients)
    with pytest.raises(Conflict):
        register(clients)


@pytest.mark.parametrize("client_id", ["", "x\x00y", "\ud800", "x" * 100_000, "nobody"])
def test_an_id_of_nobody_finds_nobody(clients: Clients, client_id: str) -> None:
    assert clients.client(client_id) is None


def test_what_does_not_exist_cannot_be_changed(clients: Clients) -> None:
    for change in (clients.disable, clients.enable):
        with pytest.raises(NotFound):
            change("nobody", now=NOW)
    with pytest.raises(NotFound):
        clients.rekey("nobody", KEYS, now=NOW)


def test_a_token_lives_until_it_ends_is_revoked_or_its_client_closes(clients: Clients) -> None:
    register(clients)
    for jti in ("t1", "t2"):
        clients.save_token(jti, client="one-app", jkt="k", until=LATER)
    live = clients.live_token("t1", now=NOW)
    assert live is not None
    assert (live.client, live.organisation, live.jkt) == ("one-app", "org-one", "k")
    assert clients.live_token("t1", now=LATER) is None
    assert clients.live_token("t3", now=NOW) is None
    assert not clients.revoke_token("t1", client="another", now=NOW)
    assert clients.revoke_token("t1", client="one-app", now=NOW)
    assert not clients.revoke_token("t1", client="one-app", now=NOW)
    assert clients.live_token("t1", now=NOW) is None
    clients.disable("one-app", now=NOW)
    assert clients.live_token("t2", now=NOW) is None


def test_a_client_that_is_opened_again_has_none_of_its_old_tokens(clients: Clients) -> None:
    register(clients)
    register(clients, "two-app")
    for name in ("one-app", "two-app"):
        clients.save_token(f"token-{name}", client=name, jkt="jkt", until=LATER)
    clients.disable("one-app", now=NOW)
    clients.enable("one-app", now=NOW)
    assert clients.live_token("token-one-app", now=NOW) is None
    assert clients.live_token("token-two-app", now=NOW) is not None
    clients.save_token("fresh", client="one-app", jkt="jkt", until=LATER)
    assert clients.live_token("fresh", now=NOW) is not None


def test_a_proof_is_used_up_only_by_a_token_that_lives(clients: Clients) -> None:
    register(clients)
    clients.save_token("t1", client="one-app", jkt="k", until=LATER)
    for jti, jkt in (("t2", "k"), ("t1", "other")):
        with pytest.raises(NotAuthenticated, match="invalid_token"):
            clients.admit(jti, jkt=jkt, proof="p", now=NOW)
    assert clients.admit("t1", jkt="k", proof="p", now=NOW).client == "one-app"
    with pytest.raises(NotAuthenticated, match="invalid_dpop_proof"):
        clients.admit("t1", jkt="k", proof="p", now=NOW)


def test_the_same_jti_of_another_key_or_client_is_another(clients: Clients) -> None:
    assert clients.remember_proof("k1", "j", now=NOW)
    assert clients.remember_proof("k2", "j", now=NOW)
    assert not clients.remember_proof("k1", "j", now=NOW)
    assert clients.remember_assertion("c1", "j", until=LATER)
    assert clients.remember_assertion("c2", "j", until=LATER)
    assert not clients.remember_assertion("c1", "j", until=LATER)


def test_what_time_alone_refuses_is_forgotten(clients: Clients) -> None:
    clients.remember_proof("k1", "j", now=NOW)
    clients.remember_assertion("c1", "j", until=LATER)
    assert clients.forget_used(now=NOW) == 0
    assert clients.forget_used(now=LATER) == 1
    assert clients.remember_proof("k1", "j", now=LATER)


def test_reads_and_revocations_go_on_when_the_disk_is_nearly_full(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not clients.store.is_sqlite:
        pytest.skip("PostgreSQL watches its own disk")
    register(clients)
    real = os.statvfs(".")
    full = os.statvfs_result((*real[:4], 0, *real[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _path: full)
    clients.save_token("t1", client="one-app", jkt="k", until=LATER)
    assert clients.admit("t1", jkt="k", proof="p", now=NOW).client == "one-app"
    assert clients.revoke_token("t1", client="one-app", now=NOW)
    clients.disable("one-app", now=NOW)
    with pytest.raises(StorageFull):
        register(clients, "two-app")
