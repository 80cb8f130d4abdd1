"""The authorization server beyond the profile: revocation, introspection, nonces, keys, logs."""

import io
import json
import logging
from pathlib import Path

import pytest

from synergie.server import log
from synergie.storage.store import Store
from tests.server.partner import DETAILS_TYPE, RESOURCE, THING, URL, World, ec_signer, jwt

TOKEN = f"{URL}/token"
HINT = {"token_type_hint": "é"}
"""A hint of no known type: ignored."""


def test_a_token_says_what_rfc9068_and_rfc9449_ask(world: World) -> None:
    token = world.token(world.p1, scope="curves:read sites:read")
    claims = world.guard.token(token, now=world.clock.now).claims
    assert len(claims.pop("jti")) >= 22  # 128 bits
    assert claims == {
        "iss": URL,
        "aud": RESOURCE,
        "sub": "one-app",
        "client_id": "one-app",
        "iat": world.clock.at(0),
        "exp": world.clock.at(300),
        "scope": "curves:read sites:read",
        "cnf": {"jkt": world.p1.dpop.jkt},
    }


def test_without_scope_a_token_opens_all_that_the_client_may(world: World) -> None:
    answer = world.ask(world.p1, scope="")
    assert answer.json()["scope"] == "curves:read sites:read sites:write"


def test_introspection_tells_a_client_of_its_own_token(world: World) -> None:
    world.agree("agr-1")
    details = [{"type": DETAILS_TYPE, "agreement": "agr-1"}]
    token = world.token(world.p1, authorization_details=json.dumps(details))
    said = world.form("/introspect", world.p1, token, **HINT).json()
    assert said["active"] is True
    assert (said["client_id"], said["token_type"]) == ("one-app", "DPoP")
    assert said["cnf"] == {"jkt": world.p1.dpop.jkt}
    assert said["authorization_details"] == details


def test_introspection_tells_nothing_of_any_other_token(world: World) -> None:
    token = world.token(world.p1)
    nothing = {"active": False}
    assert world.form("/introspect", world.p2, token).json() == nothing
    assert world.form("/introspect", world.p1, "x").json() == nothing
    world.form("/revoke", world.p1, token)
    assert world.form("/introspect", world.p1, token).json() == nothing
    other = world.token(world.p1)
    world.clock.forward(300)
    assert world.form("/introspect", world.p1, other).json() == nothing


def test_a_resource_server_is_told_of_every_token(world: World) -> None:
    """RFC 7662 §2.1: who may ask is the operator's choice, client by client."""
    token = world.token(world.p1)
    assert world.form("/introspect", world.p2, token).json() == {"active": False}
    world.clients.may_introspect(world.p2.client_id, may=True, now=world.clock.now)
    told = world.form("/introspect", world.p2, token).json()
    assert (told["active"], told["client_id"]) == (True, world.p1.client_id)
    assert world.form("/revoke", world.p2, token).status_code == 200  # of no effect
    assert world.get(world.p1, token).status_code == 200
    world.clients.may_introspect(world.p2.client_id, may=False, now=world.clock.now)
    assert world.form("/introspect", world.p2, token).json() == {"active": False}


def test_other_scopes_hold_from_the_next_request_on(world: World) -> None:
    token = world.token(world.p1, scope="sites:read")
    world.clients.rescope(world.p1.client_id, ["curves:read"], now=world.clock.now)
    assert world.get(world.p1, token).status_code == 403
    assert world.ask(world.p1, scope="sites:read").json()["error"] == "invalid_scope"


def test_every_token_can_be_revoked_at_once(world: World) -> None:
    one, two = world.token(world.p1), world.token(world.p2)
    assert world.clients.revoke_all(now=world.clock.now) == 2
    assert world.get(world.p1, one).status_code == world.get(world.p2, two).status_code == 401


def test_the_metadata_have_every_member_of_the_profile(world: World) -> None:
    """No more, no less: a client reads nothing into what is absent (RFC 8414, RFC 9728)."""
    server = world.http.get("/.well-known/oauth-authorization-server").json()
    auth = ("auth_methods_supported", "auth_signing_alg_values_supported")
    assert server.keys() == {
        "issuer",
        "token_endpoint",
        "jwks_uri",
        "revocation_endpoint",
        "introspection_endpoint",
        "grant_types_supported",
        "response_types_supported",
        "dpop_signing_alg_values_supported",
        "scopes_supported",
        "authorization_details_types_supported",
        *(
            f"{name}_endpoint_{what}"
            for name in ("token", "revocation", "introspection")
            for what in auth
        ),
    }
    resource = world.http.get("/.well-known/oauth-protected-resource/v1").json()
    assert resource.keys() == {
        "resource",
        "authorization_servers",
        "jwks_uri",
        "scopes_supported",
        "bearer_methods_supported",
        "dpop_bound_access_tokens_required",
        "dpop_signing_alg_values_supported",
        "authorization_details_types_supported",
        "resource_signing_alg_values_supported",
    }
    assert not [one for one in (server | resource).items() if "RS256" in str(one)]


def test_revocation_answers_the_same_for_any_token(world: World) -> None:
    token = world.token(world.p1)
    for text in ("x", token, token + "x"):
        answer = world.form("/revoke", world.p2, text, **HINT)
        assert (answer.status_code, answer.json()) == (200, {})
    assert world.get(world.p1, token).status_code == 200  # p2 revoked nothing
    assert world.form("/revoke", world.p1, token).json() == {}
    assert world.get(world.p1, token).status_code == 401


@pytest.mark.parametrize("path", ["/revoke", "/introspect"])
def test_the_endpoints_want_a_token_and_an_authenticated_client(world: World, path: str) -> None:
    assert world.form(path, world.p1).json()["error"] == "invalid_request"
    stranger = world.p1.assertion(signer=ec_signer())
    answer = world.form(path, world.p1, "x", client_assertion=stranger)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
    once = world.p1.assertion()
    assert world.form(path, world.p1, "x", client_assertion=once).status_code == 200
    assert world.form(path, world.p1, "x", client_assertion=once).status_code == 400


def test_a_demanded_nonce_leaves_the_assertion_unused(store: Store, tmp_path: Path) -> None:
    """oidc-provider uses it up, and a naive client that sends it again is locked out."""
    world = World.of(store, tmp_path, demand_nonce=True)
    assertion = world.p1.assertion()
    bare = world.ask(world.p1, client_assertion=assertion)
    assert (bare.status_code, bare.json()["error"]) == (400, "use_dpop_nonce")
    proof = world.p1.proof("POST", TOKEN, nonce=bare.headers["dpop-nonce"])
    good = world.ask(world.p1, client_assertion=assertion, proof=proof)
    assert good.status_code == 200
    assert good.headers["dpop-nonce"] == world.guard.nonces.fresh(world.clock.now)


def test_a_proof_is_taken_once_at_the_token_endpoint(world: World) -> None:
    proof = world.p1.proof("POST", TOKEN)
    assert world.ask(world.p1, proof=proof).status_code == 200
    assert world.ask(world.p1, proof=proof).json()["error"] == "invalid_dpop_proof"


def test_a_key_that_was_removed_is_refused_at_once(world: World) -> None:
    fresh = ec_signer("k2")
    both = {"keys": [*world.p1.key.jwks["keys"], *fresh.jwks["keys"]]}
    world.clients.rekey(world.p1.client_id, both, now=world.clock.now)
    assert world.ask(world.p1).status_code == 200
    assert world.ask(world.p1, client_assertion=world.p1.assertion(signer=fresh)).status_code == 200
    unnamed = world.p1.assertion(header={"kid": "k3"})
    assert world.ask(world.p1, client_assertion=unnamed).status_code == 400
    claims = {"sub": world.p1.client_id}
    without_kid = jwt({"alg": "ES256"}, claims, world.p1.key)
    assert world.ask(world.p1, client_assertion=without_kid).status_code == 400
    world.clients.rekey(world.p1.client_id, fresh.jwks, now=world.clock.now)
    assert world.ask(world.p1).json()["error"] == "invalid_client"


def test_the_resource_describes_itself(world: World) -> None:
    said = world.http.get("/.well-known/oauth-protected-resource/v1").json()
    assert said["resource"] == RESOURCE
    assert said["authorization_servers"] == [URL]
    assert said["bearer_methods_supported"] == ["header"]
    assert said["dpop_bound_access_tokens_required"] is True
    assert said["authorization_details_types_supported"] == [DETAILS_TYPE]


def test_no_log_holds_a_token_an_assertion_or_a_proof(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    written = io.StringIO()
    log.start_logging(written, level=logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    try:
        token = world.token(world.p1)
        world.get(world.p1, token)
        world.get(world.p1, token, jti=1)
        world.form("/introspect", world.p1, token)
        world.form("/revoke", world.p1, token)
        world.get(world.p1, token)
        world.ask(world.p1, client_assertion=world.p1.assertion(aud=TOKEN))
        world.ask(world.p1, scope="é")
        world.http.get(f"{THING}?access_token={token}")
        url = f"{RESOURCE}/broken"
        world.get(world.p1, world.token(world.p1), url)
    finally:
        log.stop_logging()
    lines = (written.getvalue() + caplog.text).splitlines()
    ours = [line for line in lines if "HTTP Request:" not in line]  # the test's own client
    said = "\n".join(ours)
    assert "oauth.refused" in said
    assert "request.failed" in said
    assert "eyJ" not in said
