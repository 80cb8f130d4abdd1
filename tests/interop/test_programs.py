"""The server as two independent programs see it, over https, with and without nonces."""

from typing import Any

import pytest

from tests.interop.conftest import SCOPE, Shared

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def library(shared_cabinet: Shared) -> Any:
    """What oauth4webapi found."""
    return shared_cabinet.run("oauth4webapi.mjs")


@pytest.fixture(scope="module")
def relying_party(shared_cabinet: Shared) -> Any:
    """What openid-client found."""
    return shared_cabinet.run("openid-client.mjs")


def _details(shared: Shared) -> list[dict[str, str]]:
    return [{"type": "urn:synergie:data-sharing:1", "agreement": shared.agreement.id}]


def test_both_metadata_are_as_the_standards_say(library: Any, shared_cabinet: Shared) -> None:
    url = shared_cabinet.running.url
    assert library["issuer"] == url
    assert library["resource"] == f"{url}/v1"
    assert library["servers"] == [url]


def test_a_token_is_bound_and_says_what_it_was_given_for(
    library: Any, shared_cabinet: Shared
) -> None:
    token = library["token"]
    assert token["token_type"] == "dpop"  # noqa: S105 (the library lower-cases it)
    assert set(token["scope"].split()) == set(SCOPE.split())
    assert token["authorization_details"] == _details(shared_cabinet)
    assert token["expires_in"] == 300
    assert not {"refresh_token", "id_token"} & token.keys()


def test_it_reads_what_the_agreement_opens(library: Any, shared_cabinet: Shared) -> None:
    assert library["read"]["status"] == 200
    assert library["read"]["body"]["id"] == shared_cabinet.cabinet
    assert library["fresh"] == 200


def test_another_resource_server_can_validate_our_token(
    library: Any, shared_cabinet: Shared
) -> None:
    claims, shared = library["claims"], shared_cabinet
    assert claims["iss"] == shared.running.url
    assert claims["aud"] == f"{shared.running.url}/v1"
    assert claims["client_id"] == claims["sub"] == shared.reader.client_id
    assert claims["authorization_details"] == _details(shared)
    assert claims["cnf"]["jkt"]


def test_another_audience_refuses_our_token(library: Any) -> None:
    assert library["elsewhere"] == "OAUTH_JWT_CLAIM_COMPARISON_FAILED"


def test_introspection_tells_until_revocation(library: Any) -> None:
    told = library["introspected"]
    assert told["active"] is True
    assert told["cnf"] == library["claims"]["cnf"]
    assert library["introspectedAfter"] == {"active": False}
    assert _challenge(library["readAfter"])["error"] == "invalid_token"


def test_a_token_is_worth_nothing_with_another_key_or_without_proof(library: Any) -> None:
    assert _challenge(library["otherKey"])["error"] == "invalid_token"
    assert _challenge(library["bearer"])


def test_without_token_it_is_told_where_to_get_one(library: Any, shared_cabinet: Shared) -> None:
    assert library["bare"]["status"] == 401
    metadata = f"{shared_cabinet.running.url}/.well-known/oauth-protected-resource/v1"
    assert f'resource_metadata="{metadata}"' in library["bare"]["challenge"]
    assert "error=" not in library["bare"]["challenge"]


def test_an_agreement_that_is_not_live_gives_no_token(library: Any, relying_party: Any) -> None:
    assert library["unknownAgreement"] == "invalid_authorization_details"
    assert relying_party["unknownAgreement"] == "invalid_authorization_details"


def test_nonces_are_demanded_when_they_should_be(library: Any, shared_cabinet: Shared) -> None:
    assert (library["nonces"] > 0) is shared_cabinet.running.settings.demand_nonce


def test_a_certified_relying_party_does_the_same(
    relying_party: Any, shared_cabinet: Shared
) -> None:
    assert relying_party["issuer"] == shared_cabinet.running.url
    assert relying_party["token"]["authorization_details"] == _details(shared_cabinet)
    assert relying_party["read"]["status"] == 200
    assert relying_party["read"]["body"]["id"] == shared_cabinet.cabinet
    assert relying_party["introspected"]["active"] is True
    assert relying_party["introspectedAfter"] == {"active": False}


def _challenge(refused: Any) -> dict[str, str]:
    """The parameters of the one challenge of a 401."""
    assert refused["status"] == 401
    (challenge,) = refused["challenges"]
    assert challenge["scheme"] == "dpop"
    parameters: dict[str, str] = challenge["parameters"]
    assert parameters["algs"] == "ES256 PS256 Ed25519"
    return parameters
