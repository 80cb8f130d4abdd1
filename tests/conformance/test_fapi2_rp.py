"""Our client against the client modules of the FAPI 2.0 plan that apply (security profile, client
credentials, private_key_jwt and DPoP), and three more from its code-flow plan.

`Fake` looks at each call as the suite does: assertion (signature, iss = sub, aud the issuer as a
text, jti new, exp, iat), proof (once, typ, htm, htu, iat, jti new, ath, signature), decoy keys with
the same kid. A client that fails one of them gets an AssertionError, not an answer.
"""

import pytest

from synergie.errors import Misconfigured
from tests.client.fake import Fake, page
from tests.client.things import ORGANISATION

_LIST = ("GET", "/v1/organisations")


@pytest.fixture
def suite() -> Fake:
    fake = Fake()
    fake.on(*_LIST, lambda _: page(ORGANISATION))
    return fake


def _visits(suite: Fake, times: int = 3) -> None:
    """The client gets a token, and the resource answers 200 each time."""
    with suite.client() as client:
        for _ in range(times):
            assert [one.id for one in client.organisations()] == [ORGANISATION["id"]]
    assert len(suite.seen) == times


def test_client_test_happy_path(suite: Fake) -> None:
    """Nonces at both endpoints, changed after each success; decoy keys in the JWKS."""
    suite.nonces = True
    _visits(suite)
    tokens = [one for one in suite.sent if one.url.path == "/token"]
    assert len(tokens) == 2, "the whole request is made anew with the nonce, assertion and proof"
    assert len({one.content for one in tokens}) == 2


def test_client_test_happy_path_no_dpop_nonce(suite: Fake) -> None:
    _visits(suite)
    assert [one.url.path for one in suite.sent].count("/token") == 1


def test_client_test_token_type_case_insensitivity(suite: Fake) -> None:
    suite.token_fields["token_type"] = "dpOp"  # noqa: S105 (a kind, no secret)
    _visits(suite)


def test_more_the_challenge_of_the_resource_in_another_case(suite: Fake) -> None:
    suite.nonces = True
    suite.challenge = 'dpOP error="use_dpop_nonce"'
    _visits(suite)


def test_more_a_token_without_expires_in(suite: Fake) -> None:
    del suite.token_fields["expires_in"]
    _visits(suite, times=2)
    assert [one.url.path for one in suite.sent].count("/token") == 2, "used once each"


def test_more_the_issuer_of_the_metadata_is_another(suite: Fake) -> None:
    suite.metadata["issuer"] = "https://other.example"
    with suite.client() as client, pytest.raises(Misconfigured):
        list(client.organisations())
    assert not any(one.url.path == "/token" for one in suite.sent), "nothing was sent to it"
