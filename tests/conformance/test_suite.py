"""Every module of the suite against our whole server; and faults that each of them finds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.exchange.trust.clients import Clients
from synergie.proof import jose
from synergie.server import dpop
from synergie.server.oauth.assertion import Assertion
from synergie.server.oauth.call import Call
from synergie.server.oauth.grant import Grant
from synergie.storage.store import Store
from tests.conformance import suite
from tests.conformance.suite import MODULES, Subject
from tests.server.partner import NOW, URL, Partner, rsa_signer
from tests.server.place import Place

THING = f"{URL}/v1/organisations/org-one"


class Ours:
    """Our server in process, as the suite sees it."""

    def __init__(self, place: Place) -> None:
        self.place, self.issuer = place, URL
        self.p1, self.p2 = (place.member(f"org-{name}").partner for name in ("one", "two"))
        self.rsa = Partner("org-rsa-app", place.clock, rsa_signer(), rsa_signer())
        Clients(place.store).register(
            self.rsa.client_id,
            "org-one",
            name="A program",
            jwks=rsa_signer().jwks,
            scopes=["organisations:read"],
            now=NOW,
        )

    def metadata(self) -> httpx2.Response:
        return self.place.http.get("/.well-known/oauth-authorization-server")

    def post(self, data: dict[str, Any], proof: str | None) -> httpx2.Response:
        headers = {} if proof is None else {"DPoP": proof}
        return self.place.http.post("/token", data=data, headers=headers)

    def read(self, headers: dict[str, str], query: str = "") -> httpx2.Response:
        return self.place.http.get(f"{THING}{query}", headers=headers)

    def proof(self, partner: Partner, token: str | None = None, **more: Any) -> str:
        if token is None:
            return partner.proof("POST", f"{URL}/token", **more)
        return partner.proof("GET", THING, token, **more)


@pytest.fixture
def ours(store: Store, tmp_path: Path) -> Subject:
    return Ours(Place.of(store, tmp_path / "data"))


def _name(check: object) -> str:
    return getattr(check, "__name__", str(check))


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_our_server_passes(ours: Subject, module: Callable[[Subject], None]) -> None:
    module(ours)


type Fault = Callable[[pytest.MonkeyPatch], None]


def _any_aud(patch: pytest.MonkeyPatch) -> None:
    real = jose.text_of

    def lax(signed: jose.Signed, name: str, *, limit: int = 2048) -> str:
        return URL if name == "aud" else real(signed, name, limit=limit)

    patch.setattr(jose, "text_of", lax)


def _any_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("synergie.server.oauth.assertion.LEEWAY_S", 100_000)


def _no_memory(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Clients, "remember_assertion", lambda *_a, **_k: True)


def _any_proof(patch: pytest.MonkeyPatch) -> None:
    made = dpop.Proof("jkt", "jti", None)
    patch.setattr(Grant, "_proof", lambda *_: made)


def _any_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(jose, "verify_signature", lambda signed, _key: signed)


def _own_client_id(patch: pytest.MonkeyPatch) -> None:
    real = Call.field
    lax = lambda self, name: None if name == "client_id" else real(self, name)  # noqa: E731
    patch.setattr(Call, "field", lax)


def _rs256(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(jose, "ALGORITHMS", (*jose.ALGORITHMS, "RS256"))
    _any_key(patch)


def _no_assertion(patch: pytest.MonkeyPatch) -> None:
    def lax(self: Any, query_client: Any, request: Call) -> Any:
        request.client = query_client(request.field("client_id") or "org-one-app")
        return request.client

    patch.setattr(Assertion, "__call__", lax)


def _last_of_two(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("synergie.server.oauth.call._check_single_fields", dict)


FAULTS: list[tuple[Fault, Callable[[Subject], None]]] = [
    (_any_aud, suite.m12_ensure_client_assertion_with_wrong_aud_fails),
    (_any_aud, suite.x1_aud_is_not_the_token_endpoint),
    (_any_aud, suite.x2_aud_is_not_a_list),
    (_any_time, suite.m11_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails),
    (_any_time, suite.x4_an_assertion_made_a_minute_ahead_is_refused),
    (_no_memory, suite.x5_an_assertion_is_taken_once),
    (_any_proof, suite.m8_ensure_holder_of_key_required),
    (_any_key, suite.m7_ensure_client_id_in_token_endpoint),
    (_own_client_id, suite.m7_the_client_of_the_parameter_is_the_one_that_signs),
    (_rs256, suite.m9_ensure_signed_client_assertion_with_rs256_fails),
    (_no_assertion, suite.m10_ensure_client_assertion_in_token_endpoint),
    (_last_of_two, suite.x8_a_parameter_given_twice_is_refused),
]


@pytest.mark.parametrize(
    ("fault", "module"), FAULTS, ids=lambda part: _name(part).removeprefix("_")
)
def test_a_fault_is_found(
    ours: Subject,
    fault: Fault,
    module: Callable[[Subject], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The module passes; with the fault planted it does not: it is known to be able to fail."""
    module(ours)
    fault(monkeypatch)
    with pytest.raises((AssertionError, KeyError)):
        module(ours)
