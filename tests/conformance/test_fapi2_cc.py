"""FAPI 2.0 Security Profile, client credentials, private key + DPoP: the suite's modules.

One test a module, named after it, as read from the sources of openid-certification's conformance
suite (FAPI2SPFinalTestPlan); they are not a certification. Left elsewhere: the TLS checks of M2 and
M8 (the listening socket), X10 and X11 (they need agreements: the access matrix of the API).
"""

import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
import uvicorn
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from tests.http_client import HttpClient
from tests.server.partner import (
    DETAILS_TYPE,
    GONE,
    NOW,
    RESOURCE,
    THING,
    URL,
    Partner,
    World,
    b64,
    ec_signer,
    ed_signer,
    jwt,
    rsa_signer,
    signed_raw,
)

type Change = Callable[[Partner, str], dict[str, str]]

TOKEN = f"{URL}/token"
_ERROR = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")
_DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")  # E5: without CR, LF, TAB


def e_set(answer: httpx2.Response, *errors: str) -> None:
    """E1 to E7 of every error of the token endpoint."""
    body = answer.json()
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert _ERROR.fullmatch(body["error"])
    assert _DESCRIPTION.fullmatch(body.get("error_description", "none"))
    assert "error_uri" not in body
    assert body["error"] in errors, body


def entropy_bits(text: str) -> float:
    counts = Counter(text).values()
    return -sum(n * math.log2(n / len(text)) for n in counts)


def test_m1_discovery_endpoint_verification(world: World) -> None:
    answer = world.http.get("/.well-known/oauth-authorization-server")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    said = AuthorizationServerMetadata(answer.json())
    assert said["issuer"] == URL
    for check in (
        "issuer", "token_endpoint", "jwks_uri", "scopes_supported", "grant_types_supported",
        "token_endpoint_auth_methods_supported", "revocation_endpoint", "introspection_endpoint",
        "token_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint_auth_methods_supported",
        "introspection_endpoint_auth_methods_supported",
    ):  # fmt: skip
        getattr(said, f"validate_{check}")()
    for name in (
        "dpop_signing_alg_values_supported", "token_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
        "introspection_endpoint_auth_signing_alg_values_supported",
    ):  # fmt: skip
        assert said[name] == ["ES256", "PS256", "Ed25519"]
    assert said["grant_types_supported"] == ["client_credentials"]
    assert said["response_types_supported"] == []
    assert said["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert said["token_endpoint"] == TOKEN
    assert said["authorization_details_types_supported"] == [DETAILS_TYPE]
    assert all(re.fullmatch(r"[!#-\[\]-~]+", scope) for scope in said["scopes_supported"])
    assert "registration_endpoint" not in said
    assert "RS256" not in answer.text


def test_m2_happy_flow(world: World) -> None:
    answer = world.ask(world.p1, resource=RESOURCE)
    assert answer.status_code == 200
    said = answer.json()
    assert said.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (said["token_type"], said["scope"]) == ("DPoP", "sites:read")
    assert 0 < said["expires_in"] <= 300
    assert entropy_bits(said["access_token"]) > 96
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    token = said["access_token"]
    assert world.get(world.p1, token).status_code == 200
    assert world.http.get(f"{THING}?access_token={token}").status_code == 401
    for more in (
        {
            "x-fapi-customer-ip-address": "2001:DB8::1893:25c8:1946",
            "Accept": "application/json;charset=UTF-8",
            "Accept-Charset": "UTF-8",
        },
        {"Accept": "application/json, application/*+json, */*"},
    ):
        headers = world.p1.presenting(token) | more
        assert world.http.get(THING, headers=headers).status_code == 200
    second = world.token(world.p2)
    assert world.get(world.p2, second).json()["organisation"] == "org-two"
    crossed = world.get(world.p2, second, signer=world.p1.dpop)
    assert crossed.status_code == 401


def test_m2_details_are_echoed_and_bound(world: World) -> None:
    world.agree("agr-1")
    asked = [{"type": DETAILS_TYPE, "agreement": "agr-1"}]
    fields = {"authorization_details": json.dumps(asked), "scope": "sites:read curves:read"}
    answer = world.ask(world.p1, **fields)
    assert answer.json()["authorization_details"] == asked
    got = world.get(world.p1, answer.json()["access_token"], f"{RESOURCE}/both")
    assert got.json() == ["agr-1"]


def test_m2_the_answer_bears_the_hour(world: World) -> None:
    """RFC 9110 §6.6.1: the server program writes `Date`; the test client has none."""
    config = uvicorn.Config(world.app, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        token = world.token(world.p1)
        headers = world.p1.presenting(token)
        answer = httpx2.get(
            f"http://127.0.0.1:{port}/v1/sites", headers=headers, trust_env=False, timeout=60
        )
    finally:
        server.should_exit = True
        thread.join()
    assert answer.status_code == 200  # and `htu` is that of the settings, not of this address
    said = parsedate_to_datetime(answer.headers["date"])
    assert abs(said.timestamp() - time.time()) < 300


def test_m3_access_token_type_header_case_sensitivity(world: World) -> None:
    token = world.token(world.p1)
    for scheme in ("dpOp", "dpop", "DPOP"):
        headers = world.p1.presenting(token, text=f"{scheme} {token}")
        assert world.http.get(THING, headers=headers).status_code == 200


def test_m4_check_dpop_proof_nbf_exp(world: World) -> None:
    times: dict[str, Any] = {"nbf": world.clock.at(0), "exp": world.clock.at(300)}
    token = world.token(world.p1, proof=world.p1.proof("POST", TOKEN, **times))
    assert world.get(world.p1, token, **times).status_code == 200


@pytest.mark.parametrize("away", [-10, 8, 10])
def test_m5_m6_ensure_dpop_proof_with_iat_10_seconds_away_succeeds(world: World, away: int) -> None:
    made: dict[str, Any] = {"iat": world.clock.at(away)}
    token = world.token(world.p1, proof=world.p1.proof("POST", TOKEN, **made))
    assert world.get(world.p1, token, **made).status_code == 200


def test_m7_ensure_client_id_in_token_endpoint(world: World) -> None:
    p1, p2 = world.p1, world.p2
    theirs = p2.assertion(signer=p1.key)
    refused = ("invalid_client", "invalid_grant")
    e_set(world.ask(p1, client_id=p2.client_id, client_assertion=theirs), *refused)
    e_set(world.ask(p1, client_id=p2.client_id), *refused)
    assert world.ask(p1, client_id=p1.client_id).status_code == 200


def test_m8_ensure_holder_of_key_required(world: World) -> None:
    answer = world.http.post("/token", data=world.p1.form())
    e_set(answer, "invalid_request", "invalid_grant", "invalid_dpop_proof")


def test_m9_ensure_signed_client_assertion_with_rs256_fails(world: World) -> None:
    world.clients.rekey(world.p1.client_id, rsa_signer().jwks, now=NOW)
    good = world.p1.assertion(signer=rsa_signer())
    assert world.ask(world.p1, client_assertion=good).status_code == 200
    weak = world.p1.assertion(signer=rsa_signer(), header={"alg": "RS256"})
    e_set(world.ask(world.p1, client_assertion=weak), "invalid_client")


def test_m10_ensure_client_assertion_in_token_endpoint(world: World) -> None:
    data = world.p1.form(client_id=world.p1.client_id)
    del data["client_assertion"], data["client_assertion_type"]
    answer = world.http.post("/token", data=data, headers={"DPoP": world.p1.proof("POST", TOKEN)})
    e_set(answer, "invalid_client", "invalid_request")


def test_m11_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(world: World) -> None:
    late = world.p1.assertion(exp=world.clock.at(-300))
    e_set(world.ask(world.p1, client_assertion=late), "invalid_client", "invalid_request")


def test_m12_ensure_client_assertion_with_wrong_aud_fails(world: World) -> None:
    astray = world.p1.assertion(aud="https://other.synergie.test")
    e_set(world.ask(world.p1, client_assertion=astray), "invalid_client", "invalid_request")


def test_m13_ensure_client_assertion_with_no_sub_fails(world: World) -> None:
    nobody = world.p1.assertion(sub=GONE)
    e_set(world.ask(world.p1, client_assertion=nobody), "invalid_client", "invalid_request")


def _proof(**more: Any) -> Change:
    return lambda partner, token: partner.presenting(token, **more)


def _claim(name: str, made: Callable[[Partner], Any]) -> Change:
    return lambda partner, token: partner.presenting(token, **{name: made(partner)})


def _header(**more: Any) -> Change:
    return lambda partner, token: partner.presenting(token, header=more)


def _text(change: Callable[[str], str]) -> Change:
    """The proof changed after it was signed."""

    def made(partner: Partner, token: str) -> dict[str, str]:
        good = partner.presenting(token)
        return good | {"DPoP": change(good["DPoP"])}

    return made


def _parts(change: Callable[[list[str]], list[str]]) -> Change:
    return _text(lambda proof: ".".join(change(proof.split("."))))


def _renamed(proof: str) -> str:
    header, payload, signature = proof.split(".")
    text = json.loads(_decoded(header)) | {"alg": "PS256"}
    return f"{b64(json.dumps(text).encode())}.{payload}.{signature}"


def _decoded(part: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _flipped(parts: list[str]) -> list[str]:
    return [*parts[:2], b64(bytes(byte ^ 0x5A for byte in _decoded(parts[2])))]


def _unsigned(*, keeps_key: bool) -> Change:
    def made(partner: Partner, token: str) -> dict[str, str]:
        good = partner.presenting(token)
        header: dict[str, Any] = {"alg": "none", "typ": "dpop+jwt"}
        header |= {"jwk": partner.dpop.jwk} if keeps_key else {}
        payload = good["DPoP"].split(".")[1]
        return good | {"DPoP": f"{b64(json.dumps(header).encode())}.{payload}."}

    return made


def _bearer(*, proof: bool) -> Change:
    def made(partner: Partner, token: str) -> dict[str, str]:
        good = partner.presenting(token, text=f"Bearer {token}")
        return good if proof else {"Authorization": good["Authorization"]}

    return made


BAD: dict[str, Change] = {
    "3 signature cut off": _parts(lambda parts: parts[:2]),
    "4 typ missing": _header(typ=GONE),
    "5 alg renamed after signing": _text(_renamed),
    "6 jwk missing": _header(jwk=GONE),
    "7 jti missing": _proof(jti=GONE),
    "8 htm missing": _proof(htm=GONE),
    "9 htu missing": _proof(htu=GONE),
    "10 iat missing": _proof(iat=GONE),
    "11 ath missing": _proof(ath=GONE),
    "12 typ with letters appended": _header(typ="dpop+jwtx"),
    "12b typ jwt": _header(typ="jwt"),
    "12c typ JWT": _header(typ="JWT"),
    "13 RS256": _proof(signer=rsa_signer(), header={"alg": "RS256"}),
    "14 none": _unsigned(keeps_key=False),
    "14b none with jwk": _unsigned(keeps_key=True),
    "15 signature changed": _parts(_flipped),
    "16 private key sent": lambda partner, token: partner.presenting(
        token, header={"jwk": partner.dpop.private_jwk}
    ),
    "17 htm PUT": _proof(htm="PUT"),
    "17b htm in small letters": _proof(htm="get"),
    "20 htu with letters appended": _proof(htu=f"{THING}x"),
    "20b htu of another host": _proof(htu="https://other.synergie.test/v1/sites"),
    "21 iat in an hour": _claim("iat", lambda partner: partner.clock.at(3600)),
    "22 iat an hour ago": _claim("iat", lambda partner: partner.clock.at(-3600)),
    "25 ath of another text": _proof(ath=b64(b"x" * 32)),
    "26 another key": _proof(signer=ec_signer()),
    "29b htu with another port": _proof(htu="https://api.synergie.test:8443/v1/sites"),
    "30 no proof": lambda partner, token: {"Authorization": f"DPoP {token}"},
    "31 no proof, Bearer": _bearer(proof=False),
    "31b good proof, Bearer": _bearer(proof=True),
}
GOOD: dict[str, Change] = {
    "1 header name in capitals": lambda partner, token: {
        name.upper(): value for name, value in partner.presenting(token).items()
    },
    "18 htu with query and fragment": _proof(htu=f"{THING}?query#fragment"),
    "27 more header members and claims": _proof(header={"more": 1}, extra={"a": [1]}),
    "28 scheme and host in capitals": _proof(htu="HTTPS://API.SYNERGIE.TEST/v1/sites"),
    "29 default port": _proof(htu="https://api.synergie.test:443/v1/sites"),
    "iat with a fraction": _claim("iat", lambda partner: partner.clock.at(0) + 0.5),
}


def test_m14_dpop_negative_tests(world: World) -> None:
    token = world.token(world.p1)
    for name, change in BAD.items():
        answer = world.http.get(THING, headers=change(world.p1, token))
        assert (name, answer.status_code) == (name, 401)
        assert answer.headers["www-authenticate"].startswith("DPoP error=")
        assert answer.headers["content-type"] == "application/problem+json"
    for name, change in GOOD.items():
        answer = world.http.get(THING, headers=change(world.p1, token))
        assert (name, answer.status_code) == (name, 200)
    assert world.get(world.p1, token).status_code == 200  # 32: the token still works


def test_m14_2_two_proofs_are_refused(world: World) -> None:
    token = world.token(world.p1)
    one, two = (world.p1.proof(token=token) for _ in range(2))
    authorization = ("Authorization", f"DPoP {token}")
    twice = [authorization, ("DPoP", one), ("DPoP", two)]
    assert world.http.get(THING, headers=httpx2.Headers(twice)).status_code == 401
    joined = {"Authorization": f"DPoP {token}", "DPoP": f"{one}, {two}"}
    assert world.http.get(THING, headers=joined).status_code == 401


def test_m14_19_the_query_is_not_part_of_the_proof(world: World) -> None:
    token = world.token(world.p1)
    assert world.get(world.p1, token, f"{THING}?after=x", htu=THING).status_code == 200


def test_m14_23_24_a_jti_is_taken_once(world: World) -> None:
    token = world.token(world.p1)
    assert world.get(world.p1, token, jti="fixed").status_code == 200
    assert world.get(world.p1, token, jti="fixed").status_code == 401


def test_m14_21_with_a_nonce_the_clock_of_the_caller_matters_still(
    store: Any, tmp_path: Path
) -> None:
    """The suite lets a server that demands nonces take old proofs; ours does not (divergence)."""
    world = World.of(store, tmp_path, demand_nonce=True)
    nonce = world.guard.nonces.fresh(NOW)
    token = world.token(world.p1, proof=world.p1.proof("POST", TOKEN, nonce=nonce))
    assert world.get(world.p1, token, nonce=nonce).status_code == 200
    late = world.clock.at(-3600)
    assert world.get(world.p1, token, nonce=nonce, iat=late).status_code == 401


def test_x1_aud_is_not_the_token_endpoint(world: World) -> None:
    e_set(world.ask(world.p1, client_assertion=world.p1.assertion(aud=TOKEN)), "invalid_client")


@pytest.mark.parametrize("aud", [[URL], [URL, TOKEN]])
def test_x2_aud_is_not_a_list(world: World, aud: list[str]) -> None:
    e_set(world.ask(world.p1, client_assertion=world.p1.assertion(aud=aud)), "invalid_client")


def test_x3_an_assertion_made_8_seconds_ahead_is_taken(world: World) -> None:
    ahead = world.p1.assertion(iat=world.clock.at(8), nbf=world.clock.at(8))
    assert world.ask(world.p1, client_assertion=ahead).status_code == 200


@pytest.mark.parametrize("away", [62, 90])
def test_x4_an_assertion_made_a_minute_ahead_is_refused(world: World, away: int) -> None:
    times: dict[str, Any] = {"iat": world.clock.at(away), "nbf": world.clock.at(away)}
    ahead = world.p1.assertion(exp=world.clock.at(60 + away), **times)
    e_set(world.ask(world.p1, client_assertion=ahead), "invalid_client")


def test_x5_an_assertion_is_taken_once(world: World) -> None:
    once = world.p1.assertion()
    assert world.ask(world.p1, client_assertion=once).status_code == 200
    e_set(world.ask(world.p1, client_assertion=once), "invalid_client")


@pytest.mark.parametrize("scope", ["nothing:read", "sites:read nothing:read", "deposits:write"])
def test_x6_a_scope_unknown_or_not_granted_is_refused(world: World, scope: str) -> None:
    e_set(world.ask(world.p1, scope=scope), "invalid_scope")


def test_x7_an_unknown_resource_is_refused(world: World) -> None:
    e_set(world.ask(world.p1, resource=f"{URL}/v2"), "invalid_target")


def test_x8_a_parameter_given_twice_is_refused(world: World) -> None:
    data = world.p1.form() | {"grant_type": ["client_credentials", "client_credentials"]}
    answer = world.http.post("/token", data=data, headers={"DPoP": world.p1.proof("POST", TOKEN)})
    e_set(answer, "invalid_request")


def test_x9_a_token_in_the_query_is_refused(world: World) -> None:
    token = world.token(world.p1)
    headers = world.p1.presenting(token)
    assert world.http.get(f"{THING}?access_token={token}", headers=headers).status_code == 401


NOT_TEXTS: list[Any] = [1, True, None, [], {}]
NOT_TIMES: list[Any] = ["x", True, 10**400, -(10**400), math.nan, math.inf, None, [], 1e300]
NOT_KIDS: list[Any] = ['é"', 1, None, [], {}, "\x00", "x" * 5000]
NOT_ALGS: list[Any] = ['é"', 1, None, [], {}, "none", "HS256", "RS256", "EdDSA"]
DEEP = "[" * 20_000
HOSTILE_CLAIMS: list[dict[str, Any]] = [
    *({name: value} for name in ("sub", "iss", "jti", "aud") for value in NOT_TEXTS),
    *(
        {name: value}
        for name in ("exp", "iat", "nbf")
        for value in NOT_TIMES
    ),
    {"jti": "x" * 256}, {"jti": ""}, {"sub": "\x00"}, {"sub": 'é"' * 50},
]  # fmt: skip
HOSTILE_HEADERS: list[dict[str, Any]] = [
    *({"kid": value} for value in NOT_KIDS),
    *({"alg": value} for value in NOT_ALGS),
    {"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]}, {"b64": False},
    {"typ": "at+jwt"}, {"typ": "dpop+jwt"}, {"typ": 1}, {"alg": GONE}, {"jwk": {"kty": "oct"}},
]  # fmt: skip


def _ids(values: list[dict[str, Any]]) -> list[str]:
    return [f"{place} {next(iter(value))}" for place, value in enumerate(values)]


@pytest.mark.parametrize("claims", HOSTILE_CLAIMS, ids=_ids(HOSTILE_CLAIMS))
def test_a_hostile_claim_in_an_assertion_is_refused(world: World, claims: dict[str, Any]) -> None:
    e_set(world.ask(world.p1, client_assertion=world.p1.assertion(**claims)), "invalid_client")


def test_half_a_character_in_a_jti_is_a_jti(world: World) -> None:
    odd = world.p1.assertion(jti="\ud800")
    assert world.ask(world.p1, client_assertion=odd).status_code == 200
    e_set(world.ask(world.p1, client_assertion=odd), "invalid_client")


@pytest.mark.parametrize("header", HOSTILE_HEADERS, ids=_ids(HOSTILE_HEADERS))
def test_a_hostile_header_of_an_assertion_is_refused(world: World, header: dict[str, Any]) -> None:
    hostile = world.p1.assertion(header=header)
    if header == {"jwk": {"kty": "oct"}}:  # a member that nobody reads
        assert world.ask(world.p1, client_assertion=hostile).status_code == 200
    else:
        e_set(world.ask(world.p1, client_assertion=hostile), "invalid_client")


RAW_JWTS: dict[str, tuple[str, str]] = {
    "header a list": ("[]", "{}"),
    "payload a list": ('{"alg":"ES256","kid":"k1"}', "[]"),
    "deep header": (DEEP, "{}"),
    "deep payload": ('{"alg":"ES256","kid":"k1"}', DEEP),
    "deep claim": ('{"alg":"ES256","kid":"k1"}', '{"sub":' + "[" * 3000 + "]" * 3000 + "}"),
    "not JSON": ("é", "é"),
    "a member twice": ('{"alg":"ES256","alg":"ES256"}', "{}"),
    "many digits": ('{"alg":"ES256","kid":"k1"}', '{"exp":' + "9" * 5000 + "}"),
    "empty": ("", ""),
}


@pytest.mark.parametrize("name", RAW_JWTS)
def test_a_hostile_text_is_refused_wherever_a_jwt_goes(world: World, name: str) -> None:
    header, payload = RAW_JWTS[name]
    token = world.token(world.p1)
    hostile = signed_raw(header, payload, world.p1.key)
    e_set(world.ask(world.p1, client_assertion=hostile), "invalid_client", "invalid_request")
    e_set(world.ask(world.p1, proof=hostile), "invalid_dpop_proof")
    as_token = {"Authorization": f"DPoP {hostile}", "DPoP": world.p1.proof(token=hostile)}
    assert world.http.get(THING, headers=as_token).status_code == 401
    as_proof = {"Authorization": f"DPoP {token}", "DPoP": hostile}
    assert world.http.get(THING, headers=as_proof).status_code == 401
    said = world.form("/introspect", world.p1, hostile)
    assert (said.status_code, said.json()) in (
        (200, {"active": False}),
        (400, said.json()),  # over the length of a parameter
    )


@pytest.mark.parametrize("garbage", ["x", ".", "..", "a.b", "a.b.c.d", "é.é.é", "\x7f", "a b"])
def test_garbage_is_refused_wherever_a_jwt_goes(world: World, garbage: str) -> None:
    e_set(world.ask(world.p1, client_assertion=garbage), "invalid_client")
    sent = garbage.encode("latin-1")
    headers: Any = [(b"Authorization", b"DPoP " + sent), (b"DPoP", sent)]
    assert world.http.get(THING, headers=headers).status_code == 401


OFF_CURVE = {"kty": "EC", "crv": "P-256", "x": b64(b"\x01" * 32), "y": b64(b"\x02" * 32)}
HOSTILE_PROOFS: dict[str, Change] = {
    "htu a list": _proof(htu=[THING]),
    "htu with port 99999": _proof(htu="https://api.synergie.test:99999/v1/sites"),
    "htu with a user": _proof(htu="https://user@api.synergie.test/v1/sites"),
    "htu ftp": _proof(htu="ftp://api.synergie.test/v1/sites"),
    "htu with a line end": _proof(htu=f"{THING}\n"),
    "htu with an open bracket": _proof(htu="https://[::1/v1/sites"),
    "htu too long": _proof(htu=f"{THING}?{'x' * 2048}"),
    "htm a number": _proof(htm=1),
    "jti a number": _proof(jti=1),
    "jti empty": _proof(jti=""),
    "ath a list": _proof(ath=[]),
    "iat a text": _proof(iat="1"),
    "iat true": _proof(iat=True),
    "iat huge": _proof(iat=10**400),
    "iat NaN": _proof(iat=math.nan),
    "exp passed": _claim("exp", lambda partner: partner.clock.at(-1)),
    "nbf far ahead": _claim("nbf", lambda partner: partner.clock.at(3600)),
    "jwk a list": _header(jwk=[]),
    "jwk a text": _header(jwk="x"),
    "jwk empty": _header(jwk={}),
    "jwk off the curve": _header(jwk=OFF_CURVE),
    "jwk without y": _header(jwk={"kty": "EC", "crv": "P-256", "x": b64(b"\x01" * 32)}),
    "jwk of a number": _header(jwk={"kty": "EC", "crv": "P-256", "x": 1, "y": 2}),
    "jwk kty a list": _header(jwk={"kty": []}),
    "jwk symmetric": _header(jwk={"kty": "oct", "k": "AAAA"}),
    "jwk of another curve": _header(jwk={"kty": "EC", "crv": "P-384", "x": "AAAA", "y": "AAAA"}),
    "jwk for encryption": lambda partner, token: partner.presenting(
        token, header={"jwk": {**partner.dpop.jwk, "use": "enc"}}
    ),
    "jwk made for another alg": lambda partner, token: partner.presenting(
        token, header={"jwk": {**partner.dpop.jwk, "alg": "ES384"}}
    ),
    "RSA of 1024 bits": _proof(signer=rsa_signer(1024)),
    "crit": _header(crit=["x"], x=1),
    "b64": _header(b64=False, crit=["b64"]),
    "alg HS256": _header(alg="HS256"),
    "alg a list": _header(alg=[]),
    "typ a list": _header(typ=[]),
    "too long": _proof(padding="x" * 4096),
}


@pytest.mark.parametrize("name", HOSTILE_PROOFS)
def test_a_hostile_proof_is_refused(world: World, name: str) -> None:
    token = world.token(world.p1)
    answer = world.http.get(THING, headers=HOSTILE_PROOFS[name](world.p1, token))
    assert answer.status_code == 401
    proof = HOSTILE_PROOFS[name](world.p1, "x")["DPoP"]
    e_set(world.ask(world.p1, proof=proof), "invalid_dpop_proof")


@pytest.mark.parametrize("key", [rsa_signer(), ed_signer()], ids=["PS256", "Ed25519"])
def test_the_other_algorithms_work_end_to_end(world: World, key: Any) -> None:
    partner = Partner(world.p1.client_id, world.clock, key, key)
    world.clients.rekey(partner.client_id, key.jwks, now=NOW)
    assert world.get(partner, world.token(partner)).status_code == 200


@pytest.mark.parametrize("grant", ['é"', "password", "refresh_token", GONE])
def test_another_grant_is_refused(world: World, grant: Any) -> None:
    e_set(world.ask(world.p1, grant_type=grant), "unsupported_grant_type")


@pytest.mark.parametrize("scope", ['é"', "sites:read  curves:read", "\x00", "x" * 9000])
def test_a_hostile_scope_is_refused(world: World, scope: str) -> None:
    e_set(world.ask(world.p1, scope=scope), "invalid_scope")


def test_a_secret_is_refused(world: World) -> None:
    e_set(world.ask(world.p1, client_secret="s"), "invalid_client")  # noqa: S106 (refused)
    data, proof = world.p1.form(), world.p1.proof("POST", TOKEN)
    basic = world.http.post(
        "/token", data=data, headers={"DPoP": proof, "Authorization": "Basic eDp5"}
    )
    e_set(basic, "invalid_request")


def test_two_authorization_headers_are_refused(world: World) -> None:
    token = world.token(world.p1)
    good = world.p1.presenting(token)
    twice = [*good.items(), ("Authorization", good["Authorization"])]
    assert world.http.get(THING, headers=httpx2.Headers(twice)).status_code == 401


def test_each_kind_of_jwt_is_only_that_kind(world: World) -> None:
    token, assertion = world.token(world.p1), world.p1.assertion()
    as_token = {"Authorization": f"DPoP {assertion}", "DPoP": world.p1.proof(token=assertion)}
    assert world.http.get(THING, headers=as_token).status_code == 401
    e_set(world.ask(world.p1, client_assertion=token), "invalid_client")
    proof_as_token = world.p1.proof("POST", TOKEN)
    headers = {"Authorization": f"DPoP {proof_as_token}", "DPoP": proof_as_token}
    assert world.http.get(THING, headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["a%20b", "%C3%A9", "%c3%a9", "A%31", "a~b"])
def test_the_path_of_a_proof_is_the_one_on_the_wire(world: World, path: str) -> None:
    token = world.token(world.p1)
    assert world.get(world.p1, token, f"{RESOURCE}/named/{path}").status_code == 200


def test_head_has_its_own_proof(world: World) -> None:
    token = world.token(world.p1)
    head = world.p1.presenting(token, method="HEAD")
    assert world.http.head(THING, headers=head).status_code == 200
    get = world.p1.presenting(token, method="GET")
    assert world.http.head(THING, headers=get).status_code == 401


BODIES: dict[str, tuple[str, bytes]] = {
    "JSON": ("application/json", b'{"grant_type":"client_credentials"}'),
    "no content type": ("", b"grant_type=client_credentials"),
    "multipart": ("multipart/form-data; boundary=x", b"--x--"),
    "not UTF-8": ("application/x-www-form-urlencoded", b"grant_type=%ff"),
    "bytes": ("application/x-www-form-urlencoded", b"\xff\xfe"),
    "no equals sign": ("application/x-www-form-urlencoded", b"grant_type"),
    "many fields": (
        "application/x-www-form-urlencoded",
        b"&".join(b"a%d=1" % n for n in range(21)),
    ),
    "a long field": ("application/x-www-form-urlencoded", b"a=" + b"x" * 16_385),
    "a long body": ("application/x-www-form-urlencoded", b"a=" + b"x" * 1_000_000),
    "empty": ("application/x-www-form-urlencoded", b""),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect"])
def test_a_body_that_is_no_good_form_is_refused(world: World, path: str, name: str) -> None:
    kind, body = BODIES[name]
    headers = {"Content-Type": kind} if kind else {}
    answer = world.http.post(path, content=body, headers=headers)
    e_set(answer, "invalid_request", "unsupported_grant_type", "invalid_client")


DETAILS = [
    "x", "{}", "[]", "[1]", DEEP[:16_000], "[[]]", "null", '[{"type":"x","agreement":"agr-1"}]',
    json.dumps([{"type": DETAILS_TYPE}]), json.dumps([{"type": DETAILS_TYPE, "agreement": 1}]),
    json.dumps([{"type": DETAILS_TYPE, "agreement": "agr-2"}]),
    json.dumps([{"type": DETAILS_TYPE, "agreement": "agr-1"}] * 21),
    json.dumps([{"type": DETAILS_TYPE, "agreement": "\x00"}]),
]  # fmt: skip


@pytest.mark.parametrize("details", DETAILS, ids=range(len(DETAILS)))
def test_details_that_no_live_agreement_covers_are_refused(world: World, details: str) -> None:
    world.agree("agr-1")
    answer = world.ask(world.p1, authorization_details=details)
    e_set(answer, "invalid_authorization_details")


def test_another_organisations_agreement_narrows_nothing(world: World) -> None:
    world.agree("agr-1")
    details = json.dumps([{"type": DETAILS_TYPE, "agreement": "agr-1"}])
    assert world.ask(world.p1, authorization_details=details).status_code == 200
    answer = world.ask(world.p2, authorization_details=details)
    e_set(answer, "invalid_authorization_details")


def test_a_failure_of_ours_shows_nothing_but_a_reference(world: World) -> None:
    quiet = HttpClient(world.app, base_url=URL, raise_server_exceptions=False)
    token = world.token(world.p1)
    url = f"{RESOURCE}/broken"
    answer = quiet.get(url, headers=world.p1.presenting(token, url=url))
    assert answer.status_code == 500
    said = answer.json()
    assert said["type"].endswith("/server-fault")
    assert said.keys() == {"type", "title", "status", "trace_id"}


def test_an_unknown_algorithm_of_jwt_is_not_quoted(world: World) -> None:
    hostile = jwt({"alg": 'é"\n', "kid": 'é"\n'}, {"sub": world.p1.client_id}, world.p1.key)
    answer = world.ask(world.p1, client_assertion=hostile)
    e_set(answer, "invalid_client")
    assert "é" not in answer.text
