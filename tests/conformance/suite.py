"""The modules that any server of the profile must pass, whoever wrote it (security profile §5).

Each takes a `Subject` and raises AssertionError. They run against ours, and against a certified
one: a check that a certified server fails is wrong, and one that nothing fails proves nothing.
"""

import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

import httpx2

from tests.server.partner import GONE, Partner

_ERROR = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")
_URI = re.compile(r"https?://[\x21\x23-\x5B\x5D-\x7E]+")
_SCOPE = re.compile(r"[!#-\[\]-~]+")
_ALGORITHMS = {"PS256", "ES256", "EdDSA", "Ed25519"}
_YEAR_S = 31_536_000


class Subject(Protocol):
    """A server, two clients of it with their keys, and one whose key is RSA."""

    issuer: str
    p1: Partner
    p2: Partner
    rsa: Partner

    def metadata(self) -> httpx2.Response:
        """RFC 8414."""
        ...

    def post(self, data: dict[str, Any], proof: str | None) -> httpx2.Response:
        """A form to the token endpoint, with *proof* or without."""
        ...

    def read(self, headers: dict[str, str], query: str = "") -> httpx2.Response:
        """GET of the resource."""
        ...

    def proof(self, partner: Partner, token: str | None = None, **more: Any) -> str:
        """A good proof for the token endpoint, or with *token* for the resource."""
        ...


def e_set(answer: httpx2.Response, *errors: str) -> None:
    """E1 to E7 of every error of the token endpoint."""
    body = answer.json()
    allowed = {400, 401} if body.get("error") == "invalid_client" else {400}
    assert answer.status_code in allowed, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert _ERROR.fullmatch(body["error"])
    described = body.get("error_description", "none")
    assert re.fullmatch(r"[\x09\x0A\x0D\x20-\x21\x23-\x5B\x5D-\x7E]+", described)
    assert not set("\r\n\t") & set(described)
    assert "error_uri" not in body or _URI.fullmatch(body["error_uri"])
    assert body["error"] in errors, body


def granted(subject: Subject, partner: Partner, **fields: Any) -> str:
    """A token of *partner*."""
    answer = _ask(subject, partner, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def m1_discovery_endpoint_verification(subject: Subject) -> None:
    answer = subject.metadata()
    assert answer.status_code == 200
    said = answer.json()
    assert said["issuer"] == subject.issuer
    assert re.fullmatch(r"https://[^/?#@]+", said["issuer"])
    assert said["token_endpoint"].startswith("https://")
    assert "private_key_jwt" in said["token_endpoint_auth_methods_supported"]
    assert _ALGORITHMS & set(said["dpop_signing_alg_values_supported"])
    assert _ALGORITHMS & set(said["token_endpoint_auth_signing_alg_values_supported"])
    assert "client_credentials" in said["grant_types_supported"]
    assert all(_SCOPE.fullmatch(scope) for scope in said["scopes_supported"])


def m2_happy_flow(subject: Subject) -> None:
    token = ""
    for partner in (subject.p1, subject.p2):
        answer = _ask(subject, partner)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert not {"error", "refresh_token", "id_token"} & said.keys()
        assert said["token_type"].lower() == "dpop"
        assert 0 < said["expires_in"] <= _YEAR_S
        assert _entropy_bits(said["access_token"]) > 96
        token = said["access_token"]
        assert _get(subject, partner, token).status_code in (200, 201)
    assert subject.read({}, f"?access_token={token}").status_code in (400, 401, 414)
    crossed = subject.proof(subject.p1, token)
    stolen = subject.read({"Authorization": f"DPoP {token}", "DPoP": crossed})
    assert 400 <= stolen.status_code < 500


def m4_check_dpop_proof_nbf_exp(subject: Subject) -> None:
    p1 = subject.p1
    times: dict[str, Any] = {"nbf": p1.clock.at(0), "exp": p1.clock.at(300)}
    assert granted(subject, p1, proof=subject.proof(p1, **times))


def m5_m6_ensure_dpop_proof_with_iat_10_seconds_away_succeeds(subject: Subject) -> None:
    for away in (-10, 8):
        made: dict[str, Any] = {"iat": subject.p1.clock.at(away)}
        assert granted(subject, subject.p1, proof=subject.proof(subject.p1, **made))


def m7_ensure_client_id_in_token_endpoint(subject: Subject) -> None:
    p1, p2 = subject.p1, subject.p2
    theirs = p2.assertion(signer=p1.key)
    answer = _ask(subject, p1, client_id=p2.client_id, client_assertion=theirs)
    e_set(answer, "invalid_client", "invalid_grant")


def m7_the_client_of_the_parameter_is_the_one_that_signs(subject: Subject) -> None:
    """Ours beside the module: the norm has no word for a good assertion of another client."""
    answer = _ask(subject, subject.p1, client_id=subject.p2.client_id)
    e_set(answer, "invalid_client", "invalid_grant", "invalid_request")


def m8_ensure_holder_of_key_required(subject: Subject) -> None:
    answer = subject.post(_form(subject.p1), None)
    assert answer.status_code == 400
    e_set(answer, "invalid_request", "invalid_grant", "invalid_dpop_proof")


def m9_ensure_signed_client_assertion_with_rs256_fails(subject: Subject) -> None:
    assert granted(subject, subject.rsa)
    weak = subject.rsa.assertion(header={"alg": "RS256"})
    e_set(_ask(subject, subject.rsa, client_assertion=weak), "invalid_client")


def m10_ensure_client_assertion_in_token_endpoint(subject: Subject) -> None:
    data = _form(subject.p1, client_id=subject.p1.client_id)
    del data["client_assertion"], data["client_assertion_type"]
    e_set(subject.post(data, subject.proof(subject.p1)), "invalid_client", "invalid_request")


def m11_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(subject: Subject) -> None:
    clock = subject.p1.clock
    _refused(subject, exp=clock.at(-300), iat=clock.at(-360), nbf=clock.at(-360))


def m12_ensure_client_assertion_with_wrong_aud_fails(subject: Subject) -> None:
    _refused(subject, aud="https://other.synergie.test")


def m13_ensure_client_assertion_with_no_sub_fails(subject: Subject) -> None:
    _refused(subject, sub=GONE)


def x1_aud_is_not_the_token_endpoint(subject: Subject) -> None:
    _refused(subject, aud=f"{subject.issuer}/token")


def x2_aud_is_not_a_list(subject: Subject) -> None:
    _refused(subject, aud=[subject.issuer])
    _refused(subject, aud=[subject.issuer, f"{subject.issuer}/token"])


def x3_an_assertion_made_8_seconds_ahead_is_taken(subject: Subject) -> None:
    ahead = subject.p1.clock.at(8)
    assertion = subject.p1.assertion(iat=ahead, nbf=ahead)
    assert granted(subject, subject.p1, client_assertion=assertion)


def x4_an_assertion_made_a_minute_ahead_is_refused(subject: Subject) -> None:
    for away in (62, 90):
        clock = subject.p1.clock
        _refused(subject, iat=clock.at(away), nbf=clock.at(away), exp=clock.at(60 + away))


def x5_an_assertion_is_taken_once(subject: Subject) -> None:
    once = subject.p1.assertion()
    assert granted(subject, subject.p1, client_assertion=once)
    again = _ask(subject, subject.p1, client_assertion=once)
    e_set(again, "invalid_client", "invalid_request", "invalid_grant")


def x6_an_unknown_scope_is_refused(subject: Subject) -> None:
    e_set(_ask(subject, subject.p1, scope="nothing:read"), "invalid_scope")


def x7_an_unknown_resource_is_refused(subject: Subject) -> None:
    e_set(_ask(subject, subject.p1, resource=f"{subject.issuer}/v2"), "invalid_target")


def x8_a_parameter_given_twice_is_refused(subject: Subject) -> None:
    data = _form(subject.p1) | {"grant_type": ["client_credentials", "client_credentials"]}
    e_set(subject.post(data, subject.proof(subject.p1)), "invalid_request")


MODULES: tuple[Callable[[Subject], None], ...] = (
    m1_discovery_endpoint_verification,
    m2_happy_flow,
    m4_check_dpop_proof_nbf_exp,
    m5_m6_ensure_dpop_proof_with_iat_10_seconds_away_succeeds,
    m7_ensure_client_id_in_token_endpoint,
    m7_the_client_of_the_parameter_is_the_one_that_signs,
    m8_ensure_holder_of_key_required,
    m9_ensure_signed_client_assertion_with_rs256_fails,
    m10_ensure_client_assertion_in_token_endpoint,
    m11_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails,
    m12_ensure_client_assertion_with_wrong_aud_fails,
    m13_ensure_client_assertion_with_no_sub_fails,
    x1_aud_is_not_the_token_endpoint,
    x2_aud_is_not_a_list,
    x3_an_assertion_made_8_seconds_ahead_is_taken,
    x4_an_assertion_made_a_minute_ahead_is_refused,
    x5_an_assertion_is_taken_once,
    x6_an_unknown_scope_is_refused,
    x7_an_unknown_resource_is_refused,
    x8_a_parameter_given_twice_is_refused,
)
"""Every check that asks nothing but what the profile and its norms ask of any server."""


def _ask(
    subject: Subject, partner: Partner, *, proof: str | None = None, **fields: Any
) -> httpx2.Response:
    return subject.post(_form(partner, **fields), proof or subject.proof(partner))


def _form(partner: Partner, **fields: Any) -> dict[str, Any]:
    return dict(partner.form(**{"scope": "organisations:read", **fields}))


def _get(subject: Subject, partner: Partner, token: str) -> httpx2.Response:
    proof = subject.proof(partner, token)
    return subject.read({"Authorization": f"DPoP {token}", "DPoP": proof})


def _refused(subject: Subject, **claims: Any) -> None:
    """A good request, but for *claims* of the assertion, gets no token."""
    answer = _ask(subject, subject.p1, client_assertion=subject.p1.assertion(**claims))
    e_set(answer, "invalid_client", "invalid_request")


def _entropy_bits(text: str) -> float:
    counts = Counter(text).values()
    return -sum(n * math.log2(n / len(text)) for n in counts)
