"""The guard: whose token, held by which key, live now, for what."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from hmac import digest as hmac_digest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from joserfc import jwt as library

from synergie.errors import NotAuthenticated
from synergie.proof import jose
from synergie.server import dpop
from synergie.server.guard import needs
from synergie.server.keyring import Keyring
from synergie.storage.store import Store
from tests.server.partner import NOW, RESOURCE, THING, URL, World, b64, ec_signer

BOTH = f"{RESOURCE}/both"


def test_rfc9449_ath() -> None:
    text = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert dpop.digest(text) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


def test_rfc9449_thumbprint() -> None:
    x, y = (
        "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
    )
    key = jose.public_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    assert key.thumbprint() == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_a_caller_is_the_client_and_its_organisation(world: World) -> None:
    said = world.get(world.p1, world.token(world.p1)).json()
    assert said == {"organisation": "org-one", "client": "one-app"}


def test_without_a_token_the_challenge_names_no_error(world: World) -> None:
    answer = world.http.get(THING)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        'DPoP algs="ES256 PS256 Ed25519", '
        f'resource_metadata="{URL}/.well-known/oauth-protected-resource/v1"'
    )
    assert answer.json()["type"].endswith("/not-authenticated")


def test_a_route_that_asks_two_scopes_wants_both(world: World) -> None:
    one = world.token(world.p1, scope="sites:read")
    answer = world.get(world.p1, one, BOTH)
    assert answer.status_code == 403
    assert answer.json()["reason"] == "curves:read"
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith('DPoP error="insufficient_scope", scope="curves:read"')
    two = world.token(world.p1, scope="curves:read sites:read")
    assert world.get(world.p1, two, BOTH).status_code == 200


def test_a_token_without_details_is_not_narrowed(world: World) -> None:
    token = world.token(world.p1, scope="curves:read sites:read")
    assert world.get(world.p1, token, BOTH).json() is None


def test_a_route_cannot_ask_a_scope_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="site:read"):
        needs("site:read")


def test_a_revoked_token_is_refused_at_the_next_request(world: World) -> None:
    token, other = world.token(world.p1), world.token(world.p1)
    assert world.get(world.p1, token).status_code == 200  # verified, and remembered
    assert world.form("/revoke", world.p1, token).status_code == 200
    assert world.get(world.p1, token).status_code == 401
    assert world.get(world.p1, other).status_code == 200


def test_a_closed_client_is_refused_at_the_next_request(world: World) -> None:
    token = world.token(world.p1)
    assert world.get(world.p1, token).status_code == 200
    world.clients.disable(world.p1.client_id, now=world.clock.now)
    assert world.get(world.p1, token).status_code == 401
    assert world.ask(world.p1).json()["error"] == "invalid_client"
    assert world.get(world.p2, world.token(world.p2)).status_code == 200
    world.clients.enable(world.p1.client_id, now=world.clock.now)
    assert world.get(world.p1, token).status_code == 401, "an old token stays dead"
    assert world.get(world.p1, world.token(world.p1)).status_code == 200


def test_a_token_ends(world: World) -> None:
    token = world.token(world.p1)
    world.clock.forward(299)
    assert world.get(world.p1, token).status_code == 200
    world.clock.forward(1)
    assert world.get(world.p1, token).status_code == 401


def test_what_expired_is_not_remembered(world: World) -> None:
    """Tokens that were verified are known for as long as they hold, however few come after."""
    for _ in range(3):
        for partner in (world.p1, world.p2):
            assert world.get(partner, world.token(partner)).status_code == 200
        assert len(world.guard._memory.known) == 2
        world.clock.forward(300)


def test_a_token_that_was_never_issued_opens_nothing(world: World) -> None:
    """Signed with the server's own key, but not in its books."""
    token = _forged(world, {})
    assert world.get(world.p1, token).status_code == 401


def _claims(world: World) -> dict[str, Any]:
    token = world.token(world.p1)
    return dict(world.guard.token(token, now=world.clock.now).claims)


def _forged(world: World, claims: dict[str, Any], **header: Any) -> str:
    """A token that the server's own key signed, a jti of nobody unless *claims* give one."""
    whole = _claims(world) | {"jti": "nobody"} | claims
    head = {"alg": "ES256", "typ": "at+jwt", "kid": world.keyring.current.kid} | header
    head = {name: value for name, value in head.items() if value is not None}
    return library.encode(
        head, whole, world.keyring.current, algorithms=["ES256"], default_type=None
    )


@pytest.mark.parametrize(
    ("claims", "header"),
    [
        ({}, {"typ": None}),
        ({}, {"typ": ""}),
        ({}, {"typ": "JWT"}),
        ({}, {"kid": "another"}),
        ({"iss": "https://other.synergie.test"}, {}),
        ({"aud": f"{URL}/admin"}, {}),
        ({"aud": [RESOURCE]}, {}),
        ({"exp": "x"}, {}),
        ({"exp": None}, {}),
        ({"exp": 1}, {}),
        ({"iat": 10**10}, {}),
        ({"cnf": None}, {}),
        ({"cnf": {"jkt": 1}}, {}),
        ({"client_id": 1}, {}),
        ({"jti": ""}, {}),
        ({"authorization_details": "a1"}, {}),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    world: World, claims: dict[str, Any], header: dict[str, Any]
) -> None:
    live = _claims(world)["jti"]
    good = _forged(world, {"jti": live})
    assert world.get(world.p1, good).status_code == 200
    wrong = _forged(world, {"jti": live} | claims, **header)
    answer = world.get(world.p1, wrong)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt"])
def test_typ_is_compared_in_any_case(world: World, typ: str) -> None:
    token = _forged(world, {"jti": _claims(world)["jti"]}, typ=typ)
    assert world.get(world.p1, token).status_code == 200


def test_the_next_key_is_trusted_already(world: World) -> None:
    claims = _claims(world)
    key = world.keyring.next
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    token = library.encode(header, claims, key, algorithms=["ES256"])
    assert world.get(world.p1, token).status_code == 200


def test_no_algorithm_confusion(world: World) -> None:
    token = world.token(world.p1)
    _, payload, _ = token.split(".")
    key = world.keyring.current
    public = json.dumps(key.as_dict(private=False)).encode()
    for secret in (public, key.as_pem(private=False), b""):
        head = b64(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": key.kid}).encode())
        mac = b64(hmac_digest(secret, f"{head}.{payload}".encode(), sha256))
        assert world.get(world.p1, f"{head}.{payload}.{mac}").status_code == 401
    none = b64(json.dumps({"alg": "none", "typ": "at+jwt"}).encode())
    for signature in ("", "AA"):
        assert world.get(world.p1, f"{none}.{payload}.{signature}").status_code == 401


def test_a_token_is_of_no_use_to_another_key(world: World) -> None:
    token = world.token(world.p1)
    answer = world.get(world.p1, token, signer=ec_signer())
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_host_and_forwarded_headers_are_not_believed(world: World) -> None:
    token = world.token(world.p1)
    spoofed = {
        "Host": "evil.test",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "http",
        "Forwarded": "host=evil.test",
    }
    good = world.http.get(THING, headers=world.p1.presenting(token) | spoofed)
    assert good.status_code == 200
    theirs = world.p1.presenting(token, htu="https://evil.test/v1/sites")
    assert world.http.get(THING, headers=theirs | spoofed).status_code == 401
    said = world.http.get("/.well-known/oauth-protected-resource/v1", headers=spoofed)
    assert "evil" not in said.text


def test_of_threads_that_replay_a_proof_exactly_one_wins(world: World) -> None:
    token = world.token(world.p1)
    for _ in range(5):
        headers = world.p1.presenting(token)
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(world.http.get, THING, headers=headers) for _ in range(4)]
        statuses = sorted(one.result().status_code for one in asked)
        assert statuses == [200, 401, 401, 401]


RACER = """
import sys
from datetime import datetime
from synergie.exchange.trust.clients import Clients
from synergie.storage.store import Store
clients = Clients(Store.open(sys.argv[1], migrate=False))
now = datetime.fromisoformat(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
wins = 0
for n in range(100):
    wins += clients.remember_proof("jkt", str(n), now=now)
    wins += clients.remember_assertion("one-app", str(n), until=now)
print(wins)
"""


def test_of_processes_that_replay_exactly_one_wins(store: Store) -> None:
    command = [sys.executable, "-c", RACER, store.url, NOW.isoformat()]
    racers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    wins = [int(racer.communicate()[0]) for racer in racers]
    assert sum(wins) == 200


def test_a_proof_is_remembered_as_long_as_its_time_lets_it_pass(world: World) -> None:
    token = world.token(world.p1)
    ahead = world.p1.presenting(token, iat=world.clock.at(60))
    assert world.http.get(THING, headers=ahead).status_code == 200
    world.clock.forward(120)
    world.clients.forget_used(now=world.clock.now)
    assert world.http.get(THING, headers=ahead).status_code == 401  # still in its window
    world.clock.forward(10)
    assert world.clients.forget_used(now=world.clock.now) > 0


def test_a_used_nonce_of_another_time_is_demanded_anew(store: Store, tmp_path: Path) -> None:
    world = World.of(store, tmp_path, demand_nonce=True)
    nonce = world.guard.nonces.fresh(NOW)
    token = world.token(world.p1, proof=world.p1.proof("POST", f"{URL}/token", nonce=nonce))
    bare = world.get(world.p1, token)
    assert bare.status_code == 401
    assert 'error="use_dpop_nonce"' in bare.headers["www-authenticate"]
    assert bare.headers["dpop-nonce"] == nonce
    good = world.get(world.p1, token, nonce=nonce)
    assert good.status_code == 200
    assert "dpop-nonce" not in good.headers
    world.clock.forward(120)
    old = world.get(world.p1, token, nonce=nonce)
    assert old.status_code == 200
    assert old.headers["dpop-nonce"] == world.guard.nonces.fresh(world.clock.now)
    world.clock.forward(120)
    assert world.get(world.p1, token, nonce=nonce).status_code == 401
    nonces: list[Any] = ["", "x", "é", "\ud800", 1, None, []]
    for wrong in nonces:
        assert world.get(world.p1, token, nonce=wrong).status_code == 401


def test_workers_share_their_nonces(tmp_path: Path) -> None:
    one, two = (
        dpop.Nonces(Keyring.open(tmp_path).secret_for("nonce")),
        dpop.Nonces(Keyring.open(tmp_path).secret_for("nonce")),
    )
    assert two.holds(one.fresh(NOW), NOW)
    assert not two.holds(dpop.Nonces(b"x" * 32).fresh(NOW), NOW)


def test_the_openapi_document_says_what_each_operation_asks(world: World) -> None:
    document = world.http.get("/openapi.json").json()
    operation = document["paths"]["/v1/both"]["get"]
    assert operation["security"] == [{"dpop": ["sites:read", "curves:read"]}]
    assert {"401", "403"} <= operation["responses"].keys()
    flow = document["components"]["securitySchemes"]["dpop"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/token"
    assert "sites:read" in flow["scopes"]
    assert "security" not in document["paths"]["/token"]["post"]


def test_a_token_is_verified_once_and_looked_up_each_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = world.token(world.p1)
    assert world.get(world.p1, token).status_code == 200

    def never(*_given: object) -> None:
        raise AssertionError("the signature of a known token was verified again")

    monkeypatch.setattr(world.guard, "_verified", never)
    assert world.get(world.p1, token).status_code == 200
    world.clients.revoke_token(
        world.guard.token(token, now=NOW).jti, client=world.p1.client_id, now=NOW
    )
    assert world.get(world.p1, token).status_code == 401
    world.clock.forward(300)
    with pytest.raises(NotAuthenticated):
        world.guard.token(token, now=world.clock.now)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://API.Synergie.Test:443", "https://api.synergie.test/"),
        ("http://localhost:80/a", "http://localhost/a"),
        ("https://a.test/b/../c/./d", "https://a.test/c/d"),
        ("https://a.test/..", "https://a.test/"),
        ("https://a.test/%7eb%2f%c3%a9?q#f", "https://a.test/~b%2F%C3%A9"),
        ("https://a.test//b", "https://a.test//b"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
    ],
)
def test_an_address_is_normalised_as_rfc3986_says(url: str, normal: str) -> None:
    assert dpop.normalize_url(url) == normal


@given(some.text() | some.from_regex(r"https?://[ -~é]{0,40}", fullmatch=True))
def test_any_address_is_normal_or_refused(url: str) -> None:
    try:
        once = dpop.normalize_url(url)
    except jose.Unsigned:
        return
    assert dpop.normalize_url(once) == once
