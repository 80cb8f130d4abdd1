"""Discovery, tokens, proofs and nonces, against a server that checks each of them."""

import logging
import threading

import httpx2
import pytest

from synergie.client import Auth, Client
from synergie.client.keys import new_key
from synergie.errors import Misconfigured, NotAllowed, NotAuthenticated, SynergieError
from tests.client.fake import BASE, KEY, Fake, page
from tests.client.things import ORGANISATION

_LIST = ("GET", "/v1/organisations")


@pytest.fixture
def fake() -> Fake:
    fake = Fake()
    fake.on(*_LIST, lambda _: page(ORGANISATION))
    return fake


def _names(client: Client) -> list[str]:
    return [organisation.id for organisation in client.organisations()]


@pytest.mark.parametrize("nonces", [True, False])
@pytest.mark.parametrize("alg", ["ES256", "PS256", "Ed25519"])
def test_a_call_arrives_with_a_good_assertion_token_and_proof(alg: str, *, nonces: bool) -> None:
    fake = Fake(new_key(alg))
    fake.nonces = nonces
    fake.on(*_LIST, lambda _: page(ORGANISATION))
    with fake.client() as client:
        for _ in range(3):
            assert _names(client) == ["cc-bassin-de-pompey"]
    assert len(fake.forms) == 1
    assert fake.forms[0]["resource"] == f"{BASE}/v1"
    assert len(fake.seen) == 3


def test_a_rotating_nonce_costs_one_more_request_once(fake: Fake) -> None:
    fake.nonces = True
    fake.challenge = 'dpop Error="USE_DPOP_NONCE"'
    with fake.client() as client:
        _names(client)
        first = len(fake.sent)
        _names(client)
    assert first == 5  # metadata, token twice, list twice
    assert len(fake.sent) == 6


def test_a_nonce_demanded_without_end_ends(fake: Fake) -> None:
    def demand(_: object) -> httpx2.Response:
        headers = {"WWW-Authenticate": fake.challenge, "DPoP-Nonce": f"rs-{len(fake.sent)}"}
        return httpx2.Response(401, headers=headers)

    fake.on(*_LIST, demand)
    with fake.client() as client, pytest.raises(NotAuthenticated) as caught:
        _names(client)
    assert caught.value.error == "use_dpop_nonce"
    assert len(fake.sent) < 10


@pytest.mark.parametrize("kind", ["dpOp", "DPOP", "dpop"])
def test_the_case_of_the_token_type_does_not_matter(fake: Fake, kind: str) -> None:
    fake.token_fields["token_type"] = kind
    with fake.client() as client:
        assert _names(client)


@pytest.mark.parametrize("fields", [{"token_type": "Bearer"}, {"token_type": None}, {}])
def test_a_token_of_another_type_is_never_used(fake: Fake, fields: dict[str, object]) -> None:
    fake.token_fields = fields
    with fake.client() as client, pytest.raises(NotAuthenticated):
        _names(client)
    assert fake.seen == []


@pytest.mark.parametrize("text", ["", None, 7, "é"])
def test_an_answer_without_a_token_is_refused(fake: Fake, text: object) -> None:
    fake.token_fields["access_token"] = text
    with fake.client() as client, pytest.raises(NotAuthenticated):
        _names(client)


def test_a_token_without_expires_in_is_used_once(fake: Fake) -> None:
    del fake.token_fields["expires_in"]
    with fake.client() as client:
        _names(client)
        _names(client)
    assert len(fake.forms) == 2


def test_a_token_is_renewed_thirty_seconds_before_its_end(fake: Fake) -> None:
    with fake.client() as client:
        _names(client)
        fake.now += 269
        _names(client)
        assert len(fake.forms) == 1
        fake.now += 2
        _names(client)
    assert len(fake.forms) == 2


def test_one_refresh_runs_at_a_time(fake: Fake) -> None:
    with fake.client() as client:
        threads = [threading.Thread(target=_names, args=(client,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(fake.forms) == 1
    assert len(fake.seen) == 8


def test_a_refused_token_is_replaced_once(fake: Fake) -> None:
    with fake.client() as client:
        _names(client)
        fake.refuse_tokens()
        assert _names(client)
        assert len(fake.forms) == 2


def test_a_token_refused_twice_is_an_error(fake: Fake) -> None:
    def refuse(_: object) -> httpx2.Response:
        return httpx2.Response(401, headers={"WWW-Authenticate": 'DPoP error="invalid_token"'})

    fake.on(*_LIST, refuse)
    with fake.client() as client, pytest.raises(NotAuthenticated):
        _names(client)
    assert len(fake.forms) == 2


def test_what_is_asked_for_can_be_narrowed(fake: Fake) -> None:
    with fake.client(scope=["curves:read", "sites:read"], agreements=["agr_1"]) as client:
        _names(client)
    assert fake.forms[0]["scope"] == "curves:read sites:read"
    assert fake.forms[0]["authorization_details"] == (
        '[{"type":"urn:synergie:data-sharing:1","agreement":"agr_1"}]'
    )


@pytest.mark.parametrize("issuer", ["https://evil.example", f"{BASE}/", None])
def test_metadata_of_another_issuer_stops_the_client(fake: Fake, issuer: str | None) -> None:
    fake.metadata["issuer"] = issuer
    with fake.client() as client, pytest.raises(Misconfigured, match="issuer in the metadata"):
        _names(client)
    assert fake.forms == []


@pytest.mark.parametrize("url", ["http://synergie.example/token", "ftp://x", None])
def test_a_token_endpoint_in_clear_stops_the_client(fake: Fake, url: str | None) -> None:
    fake.metadata["token_endpoint"] = url
    with fake.client() as client, pytest.raises(Misconfigured, match="token_endpoint"):
        _names(client)


@pytest.mark.parametrize(
    "url",
    ["http://synergie.example", "synergie.example", "https://u:p@x.example", "https://x/?a=1", ""],
)
def test_only_https_or_this_machine_is_spoken_to(url: str) -> None:
    with pytest.raises(Misconfigured):
        Client(url, Auth(KEY, "pompey", BASE))
    with pytest.raises(Misconfigured):
        Auth(KEY, "pompey", url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:1", "http://localhost/v1"])
def test_this_machine_may_be_spoken_to_in_clear(url: str) -> None:
    with Client(url, Auth(KEY, "pompey", url)) as client:
        assert client._session.resource == f"{url.removesuffix('/v1')}/v1"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("invalid_client", NotAuthenticated),
        ("invalid_dpop_proof", NotAuthenticated),
        ("invalid_scope", NotAllowed),
        ("invalid_authorization_details", NotAllowed),
    ],
)
def test_a_refused_token_request_tells_why(
    fake: Fake, error: str, kind: type[SynergieError]
) -> None:
    fake.token_answers = [httpx2.Response(400, json={"error": error})]
    with fake.client() as client, pytest.raises(kind, match=error):
        _names(client)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed(fake: Fake, status: int) -> None:
    fake.on(*_LIST, httpx2.Response(status, headers={"Location": "https://evil.example/"}))
    with fake.client() as client, pytest.raises(SynergieError, match=str(status)):
        _names(client)
    assert {request.url.host for request in fake.sent} == {"synergie.example"}


def test_proxies_of_the_environment_are_not_used(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with Client(BASE, fake.auth()) as client:
        assert client._http._mounts == {}


def test_nothing_secret_is_logged_or_shown(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    auth = fake.auth()
    with Client(BASE, auth, transport=httpx2.MockTransport(fake)) as client:
        _names(client)
        shown = caplog.text + repr(auth) + repr(client._session) + repr(client._session._token)
    secrets = [KEY["d"], "token-0", fake.forms[0]["client_assertion"]]
    secrets += [request.headers.get("DPoP", "-no-") for request in fake.sent]
    assert "GET /v1/organisations: 200" in shown
    assert [secret for secret in secrets if secret in shown] == []
