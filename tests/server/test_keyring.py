"""The server's keys: two sets, made once, rotated while requests run, published for ever."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import BadInput, Conflict, Misconfigured
from synergie.proof import jose
from synergie.proof.jose import Prover, Unsigned
from synergie.server.keyring import Keyring, due_at, ready_at
from tests.server.partner import NOW, URL, World

KIND = "synergie-manifest+jwt"
MINUTE = timedelta(minutes=1)
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys", now=NOW)


def test_there_are_two_sets_each_with_a_key_and_the_next(ring: Keyring) -> None:
    assert [(held.role, held.state) for held in ring.ring] == [
        ("tokens", "current"),
        ("tokens", "next"),
        ("proofs", "current"),
        ("proofs", "next"),
    ]
    assert len({held.kid for held in ring.ring}) == 4


def test_a_proof_is_not_signed_by_a_token_key(ring: Keyring) -> None:
    prover: Prover = ring.prover(URL)
    text = prover.sign(KIND, {"n": 1})
    signed = jose.verify_compact(text, KIND, ring.proof_key(), limit=4096)
    assert signed.claims == {"iss": URL, "n": 1}
    assert signed.header["kid"] == dict(_by_state(ring, "proofs"))["current"]
    with pytest.raises(Unsigned):
        jose.verify_signature(signed, ring.trusted)


@pytest.mark.parametrize("typ", ["synergie-receipt+jwt", "", "JWT", "SYNERGIE-MANIFEST+JWT"])
def test_a_text_of_one_kind_is_not_taken_for_another(ring: Keyring, typ: str) -> None:
    text = ring.prover(URL).sign(KIND, {})
    with pytest.raises(Unsigned, match="another use"):
        jose.verify_compact(text, typ, ring.proof_key(), limit=4096)


def test_the_same_claims_are_signed_as_the_same_bytes(ring: Keyring) -> None:
    one, two = (
        ring.prover(URL).sign(KIND, claims).rsplit(".", 1)[0]
        for claims in ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1})
    )
    assert one == two


def test_the_files_are_the_servers_alone(ring: Keyring, tmp_path: Path) -> None:
    files = sorted(ring.folder.iterdir())
    assert len([file for file in files if file.suffix == ".jwk"]) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(ring.folder.stat().st_mode) == 0o700
    again = Keyring.open(tmp_path / "keys")
    assert again.ring == ring.ring


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kty":"EC"}', '{"kty":"oct","k":"AAAA"}'])
@pytest.mark.parametrize("state", ["current", "next"])
def test_a_key_file_that_is_no_key_stops_the_start(ring: Keyring, text: str, state: str) -> None:
    path = ring.folder / f"{dict(_by_state(ring, 'tokens'))[state]}.jwk"
    path.write_text(text)
    with pytest.raises(Misconfigured, match="private JWK"):
        Keyring.open(ring.folder)


def test_a_public_key_signs_nothing(ring: Keyring) -> None:
    path = ring.folder / f"{ring.current.kid}.jwk"
    path.write_text(json.dumps(ring.current.as_dict(private=False)))
    with pytest.raises(Misconfigured, match="private"):
        Keyring.open(ring.folder)


def test_another_key_under_the_name_of_ours_stops_the_start(ring: Keyring, tmp_path: Path) -> None:
    other = Keyring.open(tmp_path / "other")
    text = (other.folder / f"{other.current.kid}.jwk").read_text()
    (ring.folder / f"{ring.current.kid}.jwk").write_text(text)
    with pytest.raises(Misconfigured, match="named after"):
        Keyring.open(ring.folder)


@pytest.mark.parametrize("name", ["ring.json", "secret", "{kid}.jwk"])
def test_a_file_that_others_may_read_stops_the_start(ring: Keyring, name: str) -> None:
    (ring.folder / name.format(kid=ring.next.kid)).chmod(0o640)
    with pytest.raises(Misconfigured, match="0600"):
        Keyring.open(ring.folder)


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]"])
def test_a_list_that_is_none_stops_the_start(ring: Keyring, text: str) -> None:
    (ring.folder / "ring.json").write_text(text)
    with pytest.raises(Misconfigured, match=r"ring\.json"):
        Keyring.open(ring.folder)


def test_of_workers_that_start_together_one_makes_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: Keyring.open(tmp_path / "keys"), range(16)))
    assert len({tuple(held.kid for held in ring.ring) for ring in rings}) == 1
    assert len({ring.secret for ring in rings}) == 1
    assert len(list((tmp_path / "keys").glob("*.jwk"))) == 4
    assert not list((tmp_path / "keys").glob(".*.jwk.*"))  # no draft is left


def test_a_rotation_goes_from_step_to_step(ring: Keyring) -> None:
    old, coming = ring.current.kid, ring.next.kid
    later = NOW + 21 * MINUTE
    assert not ring.rotate("tokens", "next", now=NOW)  # there is one
    assert ring.rotate("tokens", "promote", now=later)
    assert (ring.current.kid, ring.trusts(str(old))) == (coming, True)
    assert not (ring.folder / f"{old}.jwk").exists()  # what signs no more is gone
    with pytest.raises(Conflict, match="too new until"):
        ring.rotate("tokens", "promote", now=later)
    assert ring.rotate("tokens", "retire", now=later + 8 * MINUTE)
    assert not ring.trusts(str(old))
    assert not ring.rotate("tokens", "retire", now=later + 8 * MINUTE)  # again: nothing to do


def test_each_step_waits_for_its_time(ring: Keyring) -> None:
    before = ring.ring
    with pytest.raises(Conflict, match="too new until"):
        ring.rotate("tokens", "promote", now=NOW + 19 * MINUTE)
    assert ring.ring == before
    assert len(list(ring.folder.glob("*.jwk"))) == 4  # no key was made for nothing
    promoted = NOW + 20 * MINUTE
    assert ring.rotate("tokens", "promote", now=promoted)
    with pytest.raises(Conflict, match="needed until"):
        ring.rotate("tokens", "retire", now=promoted + 6 * MINUTE)
    assert ring.rotate("tokens", "retire", now=promoted + 7 * MINUTE)


def test_the_next_step_and_the_end_of_a_key_can_be_told(ring: Keyring) -> None:
    assert ready_at(ring.ring, "proofs") == NOW + 20 * MINUTE
    assert due_at(ring.ring, "tokens") == NOW + timedelta(days=90)
    assert due_at(ring.ring, "proofs") == NOW + timedelta(days=365)


def test_proof_keys_are_published_for_ever_with_their_times(ring: Keyring) -> None:
    first = ring.prover(URL).sign(KIND, {"n": 1})
    at = NOW
    for _ in range(3):
        at += timedelta(days=365)
        assert ring.rotate("proofs", "promote", now=at)
        assert not ring.rotate("proofs", "retire", now=at + timedelta(days=300))
    told = [key for key in ring.published() if key["role"] == "proofs"]
    times = [(key.get("valid_from"), key.get("valid_until")) for key in told]
    year = timedelta(days=365)
    assert times == [
        (None, NOW + year),
        (NOW + year, NOW + 2 * year),
        (NOW + 2 * year, NOW + 3 * year),
        (NOW + 3 * year, None),
        (None, None),
    ]
    keys = {
        "keys": [
            jwk
            for jwk in told
            if jwk["kid"] == jose.parse_unverified(first, limit=9999).header["kid"]
        ]
    }
    assert jose.verify_compact(first, KIND, jose.public_keys(keys), limit=4096).claims["n"] == 1


def test_a_worker_sees_a_rotation_without_a_restart(ring: Keyring) -> None:
    worker = Keyring.open(ring.folder)
    assert worker.current.kid == ring.current.kid
    Keyring.open(ring.folder).rotate("tokens", "promote", now=NOW + 30 * MINUTE)
    assert worker.current.kid == ring.current.kid != worker.ring[0].kid


def test_workers_read_while_keys_are_rotated(ring: Keyring) -> None:
    """The private file of the old key is removed while others may be about to read it."""
    workers = [Keyring.open(ring.folder) for _ in range(3)]

    def use(worker: Keyring) -> None:
        for _ in range(300):
            assert worker.prover(URL).sign(KIND, {})
            assert worker.current.is_private

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(use, worker) for worker in workers]
        for turn in range(1, 20):
            for role in ("tokens", "proofs"):
                ring.rotate(role, "promote", now=NOW + turn * 30 * MINUTE)
        for one in running:
            one.result()


@pytest.mark.parametrize("role", ["tokens", "proofs"])
@pytest.mark.parametrize("state", ["current", "next"])
def test_a_key_in_other_hands_is_stopped_at_once(ring: Keyring, role: Any, state: str) -> None:
    before = dict(_by_state(ring, role))
    assert ring.revoke(before[state], now=NOW + MINUTE) == role
    after = dict(_by_state(ring, role))
    assert before[state] not in (after["current"], after["next"])
    assert after["current"] in before.values()
    assert not (ring.folder / f"{before[state]}.jwk").exists()
    kept = [key for key in ring.published() if key["kid"] == before[state]]
    assert [key.get("valid_until") for key in kept] == (
        [NOW + MINUTE] if (role, state) == ("proofs", "current") else []
    )
    with pytest.raises(BadInput, match="a key of this server"):
        ring.revoke("unknown", now=NOW)


def test_an_old_proof_key_is_not_taken_back(ring: Keyring) -> None:
    old = dict(_by_state(ring, "proofs"))["current"]
    ring.rotate("proofs", "promote", now=NOW + 30 * MINUTE)
    with pytest.raises(Conflict):
        ring.revoke(old, now=NOW + 31 * MINUTE)


def test_published_keys_have_no_private_member(world: World) -> None:
    world.keyring.rotate("tokens", "promote", now=world.clock.now + timedelta(days=999))
    answer = world.http.get("/jwks")
    assert answer.headers["cache-control"] == "max-age=600"
    keys = answer.json()["keys"]
    assert [key["kid"] for key in keys] == [held.kid for held in world.keyring.ring]
    assert len(keys) == 5
    known = {"kty", "crv", "x", "y", "kid", "alg", "use", "role", "valid_from", "valid_until"}
    for key in keys:
        assert not PRIVATE & key.keys()
        assert key.keys() <= known


def test_requests_go_on_while_keys_are_rotated(world: World) -> None:
    """No failure; a token of the old key is taken until it expires, and no longer."""
    token = world.token(world.p1)
    first = world.keyring.current.kid
    promoted = world.clock.now + timedelta(days=1000)  # the files bear the time of this machine
    world.keyring.rotate("tokens", "promote", now=promoted)
    assert jose.parse_unverified(world.token(world.p1), limit=8192).header["kid"] != first
    assert world.get(world.p1, token).status_code == 200
    world.clock.now += timedelta(seconds=299)
    assert world.get(world.p1, token).status_code == 200
    world.clock.now += timedelta(seconds=2)
    assert world.get(world.p1, token).status_code == 401


def test_a_token_of_a_stopped_key_holds_no_more(world: World) -> None:
    token = world.token(world.p1)
    assert world.get(world.p1, token).status_code == 200  # it is remembered as verified
    world.keyring.revoke(str(world.keyring.current.kid), now=world.clock.now)
    assert world.get(world.p1, token).status_code == 401
    assert world.get(world.p1, world.token(world.p1)).status_code == 200


def _by_state(ring: Keyring, role: str) -> list[tuple[str, str]]:
    return [(held.state, held.kid) for held in ring.ring if held.role == role]
