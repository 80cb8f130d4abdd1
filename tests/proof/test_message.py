"""Signed HTTP messages (RFC 9421, RFC 9530): the vectors, and what is refused."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, override

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from synergie.proof import message
from synergie.proof.jose import Key, Unsigned
from synergie.proof.message import (
    Answer,
    Digest,
    Request,
    answer_signer,
    digest,
    request_signer,
    signed_answer,
    signed_request,
)

NOW = 1795597441
BODY = b'{"a":1}'
URL = "https://partner.test/hook?x=1"


def _seeded(kid: str = "k1") -> OKPKey:
    """The Ed25519 key of seed 00 01 … 1f."""
    return OKPKey.import_key(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "d": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "x": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
            "kid": kid,
        }
    )


def _ec(kid: str = "k2") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


KEYS: dict[str, Callable[[], Key]] = {"Ed25519": _seeded, "P-256": _ec}


def test_our_own_vector_comes_out() -> None:
    made = signed_request(Request("POST", URL), BODY, _seeded(), now=NOW)
    assert made == {
        "Content-Digest": "sha-256=:AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI=:",
        "Signature-Input": (
            'sig1=("@method" "@target-uri" "content-digest");created=1795597441;keyid="k1"'
            ';alg="ed25519";tag="fapi-2-request"'
        ),
        "Signature": (
            "sig1=:Gp73E4pFd0WWjM7U+vpTv8vx0y9SW+QPyDWrcSe7yrcLyWklK6a71XSvUdGbsjkw"
            "kFbrQEwGClYT1422MN3FBQ==:"
        ),
    }


@dataclass
class _Published:
    """The request of RFC 9421 §B.2, as the library looks at it."""

    method: str = "POST"
    url: str = "https://example.com/foo?param=Value&Pet=dog"
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "Content-Type": "application/json",
            "Content-Length": "18",
            "Signature-Input": (
                'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
                ';created=1618884473;keyid="test-key-ed25519"'
            ),
            "Signature": (
                "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5"
                "lIp5WPpBKRCw==:"
            ),
        }
    )


class _TestKey(HTTPSignatureKeyResolver):
    @override
    def resolve_public_key(self, key_id: str) -> Any:
        spki = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
        return load_der_public_key(b64decode(spki))


def _library() -> HTTPMessageVerifier:
    return HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=_TestKey())


def test_the_library_verifies_the_vector_of_the_norm() -> None:
    """RFC 9421 §B.2.6: what we build on is right."""
    assert len(_library().verify(_Published(), max_age=None)) == 1
    changed = _Published()
    changed.headers["Content-Type"] = "text/plain"
    with pytest.raises(InvalidSignature):
        _library().verify(changed, max_age=None)


def test_digests_of_the_norm_come_out() -> None:
    assert digest(b"") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    assert digest(b'{"hello": "world"}') == (
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
    )


def _signed(key: Key, **changed: str) -> Request:
    bare = Request("POST", URL, (("Authorization", "DPoP token"), ("DPoP", "proof")))
    made = signed_request(bare, BODY, key, now=NOW)
    told = dict(bare.headers) | made | changed
    return replace(bare, headers=tuple(told.items()))


@pytest.mark.parametrize("kind", KEYS)
def test_what_is_signed_verifies(kind: str) -> None:
    key = KEYS[kind]()
    known: list[Key] = [_ec("other"), _seeded("another"), key]
    assert request_signer(_signed(key), known, now=NOW + 30) == key.kid


CHANGES: dict[str, Callable[[Request], Request]] = {
    "method": lambda r: replace(r, method="PUT"),
    "query": lambda r: replace(r, url=URL + "2"),
    "host": lambda r: replace(r, url=URL.replace("partner", "other")),
    "digest": lambda r: _with(r, "Content-Digest", digest(b"{}")),
    "token": lambda r: _with(r, "Authorization", "DPoP other"),
    "proof": lambda r: _with(r, "DPoP", "other"),
    "short signature": lambda r: _with(r, "Signature", "sig1=:AAAA:"),
    "no signature": lambda r: _with(r, "Signature", ""),
    "not ASCII": lambda r: _with(r, "Signature", "é"),
    "tag": lambda r: _with(r, "Signature-Input", _input(r).replace("fapi-2-request", "other")),
    "no time": lambda r: _with(r, "Signature-Input", _input(r).replace(";created", ";expires")),
    "coverage": lambda r: _with(r, "Signature-Input", _input(r).replace(' "dpop"', "")),
    "too long": lambda r: _with(r, "Signature-Input", "x" * 9000),
    "two proofs": lambda r: replace(r, headers=(*r.headers, ("DPoP", "second"))),
    "nothing": lambda r: replace(r, headers=()),
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_request_that_was_changed_is_refused(kind: str, change: str) -> None:
    key = KEYS[kind]()
    with pytest.raises(Unsigned):
        request_signer(CHANGES[change](_signed(key)), [key], now=NOW)


def _with(request: Request, name: str, value: str) -> Request:
    return replace(request, headers=tuple((dict(request.headers) | {name: value}).items()))


def _input(request: Request) -> str:
    return dict(request.headers)["Signature-Input"]


@pytest.mark.parametrize(("off", "good"), [(0, 1), (60, 1), (61, 0), (-10, 1), (-11, 0)])
def test_a_signature_holds_for_a_minute(off: int, good: int) -> None:
    key = _ec()
    if good:
        assert request_signer(_signed(key), [key], now=NOW + off) == "k2"
    else:
        with pytest.raises(Unsigned):
            request_signer(_signed(key), [key], now=NOW + off)


@pytest.mark.parametrize(
    "left_out", ["", "@method", "@target-uri", "content-digest", "authorization", "dpop"]
)
def test_a_signature_that_leaves_something_out_is_refused(left_out: str) -> None:
    """The library takes any coverage by itself: what must be covered is ours to demand."""
    key, bearing = _seeded(), ("authorization", "dpop")
    bare = Request("POST", URL, (("Authorization", "DPoP token"), ("DPoP", "proof")))
    covered = [name for name in (*message._REQUEST, *bearing) if name != left_out]
    seen = message._MessageView.request(bare)
    made = message._sign_message(seen, BODY, key, covered, tag=message.REQUEST_TAG, now=NOW)
    request = replace(bare, headers=(*bare.headers, *made.items()))
    if not left_out:
        assert request_signer(request, [key], now=NOW) == "k1"
        return
    with pytest.raises(Unsigned):
        request_signer(request, [key], now=NOW)


def test_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(Unsigned):
        request_signer(_signed(_ec()), [_ec()], now=NOW)
    with pytest.raises(Unsigned):
        request_signer(_signed(_ec()), [_seeded("k2")], now=NOW)
    with pytest.raises(Unsigned):
        request_signer(_signed(_ec()), [], now=NOW)


def test_an_rsa_or_public_key_does_not_sign() -> None:
    public = ECKey.import_key(_ec().as_dict(private=False))
    for key in (RSAKey.generate_key(2048), public, OctKey.generate_key(256)):
        with pytest.raises(ValueError, match="EC P-256 or Ed25519"):
            signed_request(Request("POST", URL), BODY, key, now=NOW)  # type: ignore[arg-type]


def test_a_signed_answer_is_bound_to_its_request() -> None:
    key = _ec()
    request = _signed(_seeded())
    answer = Answer(200, request)
    made = signed_answer(answer, b"[]", key, now=NOW)
    whole = replace(answer, headers=tuple(made.items()))
    assert answer_signer(whole, b"[]", [key], now=NOW) == "k2"
    for other in (
        replace(whole, status=201),
        replace(whole, request=replace(request, url=URL + "&y=2")),
        replace(whole, request=_with(request, "DPoP", "of another request")),
        replace(whole, request=_with(request, "Content-Digest", digest(b"other"))),
        replace(whole, headers=()),
    ):
        with pytest.raises(Unsigned):
            answer_signer(other, b"[]", [key], now=NOW)
    with pytest.raises(Unsigned, match="content"):
        answer_signer(whole, b"[1]", [key], now=NOW)


def test_a_signature_of_a_request_is_none_of_an_answer() -> None:
    key = _seeded()
    request = _signed(key)
    with pytest.raises(Unsigned):
        answer_signer(Answer(200, Request("POST", URL), request.headers), BODY, [key], now=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [""],
        ["md5=:AAAA:"],
        ["sha-256=:AAAA:"],
        ["sha-256=1"],
        ["sha-256"],
        ["sha-256=:AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI=:, sha-256=:AAAA:"],
        ["é"],
        ["x" * 9000],
    ],
)
def test_a_digest_that_says_nothing_is_refused(fields: list[str]) -> None:
    with pytest.raises(Unsigned):
        Digest(fields)


def test_every_digest_that_is_told_must_hold() -> None:
    good = digest(BODY)
    Digest([good]).of(BODY)
    Digest([good, "md5=:AAAA:"]).of(BODY)  # what we do not know says nothing
    with pytest.raises(Unsigned):
        Digest([good]).of(b'{"a":2}')
    wrong = "sha-512=:" + "A" * 86 + "==:"
    with pytest.raises(Unsigned):
        Digest([good, wrong]).of(BODY)


def test_an_answer_is_signed_when_that_is_asked_for() -> None:
    assert message.asks_for_signature([("Accept-Signature", message.ACCEPT)])
    for told in ("", "é", "sig1", 'sig1=("@status")', 'sig1=();tag="other"', "=" * 9000, "a=1"):
        assert not message.asks_for_signature([("accept-signature", told)])
    assert not message.asks_for_signature([])


_texts = st.text(st.characters(max_codepoint=255), max_size=60)


@given(
    _texts | st.just('sig1=("@method" "@target-uri" "content-digest");created=1795597441'),
    _texts | st.just("sig1=:AAAA:"),
    _texts,
)
def test_whatever_comes_is_refused_and_nothing_else(told: str, signature: str, sent: str) -> None:
    lines = (("Signature-Input", told), ("Signature", signature), ("Content-Digest", sent))
    with pytest.raises(Unsigned):
        request_signer(Request("POST", URL, lines), [_seeded(), _KEPT], now=NOW)
    with pytest.raises(Unsigned):
        answer_signer(Answer(200, Request("GET", URL), lines), b"", [_seeded(), _KEPT], now=NOW)


_KEPT = _ec()
