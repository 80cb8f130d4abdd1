"""Signed HTTP messages: RFC 9421 signatures over a RFC 9530 digest of the content.

The profile of FAPI 2.0 HTTP Signatures (a draft): a request covers its method, its address, its
content, and the token and proof it bears; an answer covers its status and content, and the request
that it answers. ECDSA P-256 or Ed25519; a signature holds for a minute.

The library requires neither components nor a tag by itself: both are demanded here, always.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512
from typing import Any, override

import http_sf
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from joserfc.jwk import ECKey, OKPKey

from synergie.proof.jose import Key, Unsigned

REQUEST_TAG = "fapi-2-request"
ANSWER_TAG = "fapi-2-response"
MAX_AGE_S = 60
"""How long a signature holds after it was made, seconds."""

_AHEAD_S = 10
_LABEL = "sig1"
_LONGEST = 8192
_REQUEST: tuple[str, ...] = ("@method", "@target-uri", "content-digest")
_ANSWER: tuple[str, ...] = (
    "@status", "content-digest", '"@method";req', '"@target-uri";req',
)  # fmt: skip
_BEARING = ("authorization", "dpop")
_HASHES = {"sha-256": sha256, "sha-512": sha512}
_UNTRUSTED = (
    HTTPMessageSignaturesException, ValueError, TypeError, KeyError, AttributeError,
    RecursionError, OverflowError,
)  # fmt: skip

type Lines = Sequence[tuple[str, str]]
"""Header fields, each line as it came: names in any case of letters, values without ends."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it travels: *url* is absolute, escaped, without fragment."""

    method: str
    url: str
    headers: Lines = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it travels, with the request that it answers."""

    status: int
    request: Request
    headers: Lines = field(default=(), repr=False)


def digest(content: bytes) -> str:
    """The `Content-Digest` of *content* as it travels, coded or not (RFC 9530 §2)."""
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


def signed_request(request: Request, content: bytes, key: Key, *, now: float) -> dict[str, str]:
    """The headers that sign *request* with its *content*: Content-Digest and the two of RFC 9421.

    *key*: private, EC P-256 or Ed25519; ValueError for another. It is named by its kid.
    """
    covered = (*_REQUEST, *_list_sender_fields(request))
    return _sign_message(
        _MessageView.request(request), content, key, covered, tag=REQUEST_TAG, now=now
    )


def signed_answer(answer: Answer, content: bytes, key: Key, *, now: float) -> dict[str, str]:
    """The headers that sign *answer* with its *content*; see `signed_request`."""
    covered = (*_ANSWER, *_of_request(answer.request))
    return _sign_message(
        _MessageView.answer(answer), content, key, covered, tag=ANSWER_TAG, now=now
    )


def request_signer(request: Request, keys: Iterable[Key], *, now: float) -> str:
    """The kid of the key, one of *keys*, that signed *request* at most a minute ago; else Unsigned.

    The content is not looked at: hold it against its digest with `Digest` before it is used.
    """
    required = (*_REQUEST, *_list_sender_fields(request))
    return _verify_message(_MessageView.request(request), keys, required, tag=REQUEST_TAG, now=now)


def answer_signer(answer: Answer, content: bytes, keys: Iterable[Key], *, now: float) -> str:
    """The kid of the key, one of *keys*, that signed *answer* and its *content*; else Unsigned."""
    required = (*_ANSWER, *_of_request(answer.request))
    kid = _verify_message(_MessageView.answer(answer), keys, required, tag=ANSWER_TAG, now=now)
    Digest(_list_header_values(answer.headers, "content-digest")).of(content)
    return kid


def build_target_uri(public_url: str, scope: Mapping[str, Any]) -> str:
    """The `@target-uri` of a request as ASGI tells it, at the address that clients know."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{public_url}{path}?{query}" if query else f"{public_url}{path}"


def key_name(headers: Lines) -> str | None:
    """The name of the key that a request claims to be signed with, **not verified**; or None."""
    told = ", ".join(_list_header_values(headers, "signature-input"))
    try:
        members: Any = http_sf.parse(told[:_LONGEST].encode("ascii"), tltype="dictionary")
        names = [params.get("keyid") for _, params in members.values()]
    except _UNTRUSTED:
        return None
    return next((name for name in names if isinstance(name, str)), None)


def asks_for_signature(headers: Lines) -> bool:
    """Whether the sender wants a signed answer: `Accept-Signature` with our tag (RFC 9421 §5.1)."""
    told = ", ".join(_list_header_values(headers, "accept-signature"))
    if not told or len(told) > _LONGEST:
        return False
    try:
        wishes: Any = http_sf.parse(told.encode("ascii"), tltype="dictionary")
        return any(params.get("tag") == ANSWER_TAG for _, params in wishes.values())
    except _UNTRUSTED:
        return False


ACCEPT = '{}=({});created;keyid;tag="{}"'.format(
    _LABEL, " ".join(one if one.startswith('"') else f'"{one}"' for one in _ANSWER), ANSWER_TAG
)
"""The value of `Accept-Signature` with which our client asks."""


class Digest:
    """What a `Content-Digest` says, to be held against content that comes in pieces."""

    def __init__(self, fields: Sequence[str]) -> None:
        """Of the *fields* of that name; Unsigned unless they hold SHA-256 or SHA-512 (§5)."""
        self._wanted: dict[str, bytes] = {}
        for name, value in _parse_digests(fields):
            size = _HASHES[name]().digest_size if name in _HASHES else len(value)
            if len(value) != size:
                raise Unsigned("a digest of another length")
            if name in _HASHES:
                self._wanted[name] = value
        if not self._wanted:
            raise Unsigned("no digest of the content that is taken")
        self._found = {name: _HASHES[name]() for name in self._wanted}

    def feed(self, piece: bytes) -> None:
        """The next piece of the content."""
        for found in self._found.values():
            found.update(piece)

    def close(self) -> None:
        """Unsigned when what came is not what was told."""
        pairs = [(self._wanted[name], found.digest()) for name, found in self._found.items()]
        if not all([hmac.compare_digest(*pair) for pair in pairs]):  # noqa: C419 (constant time)
            raise Unsigned("the content is not the one that was signed")

    def of(self, content: bytes) -> None:
        """Unsigned when *content* is not what was told."""
        self.feed(content)
        self.close()


def _parse_digests(fields: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    text = ", ".join(fields)
    if not text or len(text) > _LONGEST:
        raise Unsigned("no digest of the content")
    try:
        members: Any = http_sf.parse(
            text.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse_duplicate_member
        )
        for name, (value, _) in members.items():
            if not isinstance(value, bytes):
                raise Unsigned("a digest that is not bytes")
            yield name, value
    except _UNTRUSTED as error:
        raise Unsigned("a digest that cannot be read") from error


def _refuse_duplicate_member(*_: object) -> None:
    raise ValueError("a member is given twice")


def _list_sender_fields(request: Request) -> list[str]:
    """What says who sends, when it is there: whoever signs says so too."""
    names = {name.lower() for name, _ in request.headers}
    return [name for name in _BEARING if name in names]


def _of_request(request: Request) -> list[str]:
    """What makes a request like no other, when it is there: its content, and its proof."""
    names = {name.lower() for name, _ in request.headers}
    return [f'"{name}";req' for name in ("content-digest", "dpop") if name in names]


def _list_header_values(headers: Lines, name: str) -> list[str]:
    return [value for known, value in headers if known.lower() == name]


class _Fields:
    """Header lines as the library reads and writes them."""

    def __init__(self, lines: Lines) -> None:
        self._lines = [(name.lower(), value) for name, value in lines]

    def items(self) -> list[tuple[str, str]]:
        return list(self._lines)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self._lines))

    def __contains__(self, name: str) -> bool:
        return any(known == name.lower() for known, _ in self._lines)

    def __setitem__(self, name: str, value: str) -> None:
        self._lines.append((name.lower(), value))

    def __delitem__(self, name: str) -> None:
        self._lines = [line for line in self._lines if line[0] != name.lower()]


@dataclass
class _MessageView:
    """A message as the library looks at it; only an answer has a `status_code`."""

    headers: _Fields

    @staticmethod
    def request(request: Request) -> "_RequestView":
        return _RequestView(_Fields(request.headers), request.method, request.url)

    @staticmethod
    def answer(answer: Answer) -> "_AnswerView":
        seen = _MessageView.request(answer.request)
        return _AnswerView(_Fields(answer.headers), answer.status, seen)


@dataclass
class _RequestView(_MessageView):
    method: str
    url: str


@dataclass
class _AnswerView(_MessageView):
    status_code: int
    request: _RequestView  # type: ignore[assignment]  # the name that the library looks for


type _Algorithm = type[ECDSA_P256_SHA256 | ED25519]


class _Keys(HTTPSignatureKeyResolver):
    """Keys by their names; a name that is not there has no key."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self._keys = keys

    @override
    def resolve_public_key(self, key_id: str) -> Any:
        return self._keys.get(key_id)

    @override
    def resolve_private_key(self, key_id: str) -> Any:
        return self._keys[key_id]


class _Verifier(HTTPMessageVerifier):
    """The library's, with the clock of the caller."""

    now: float = 0.0

    @override
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        created, expires = sig_input.params.get("created"), sig_input.params.get("expires")
        if type(created) is not int or not -MAX_AGE_S <= created - self.now <= _AHEAD_S:
            raise InvalidSignature("not made within the last minute")
        if expires is not None and (type(expires) is not int or expires < self.now):
            raise InvalidSignature("expired")


def _sign_message(
    seen: "_RequestView | _AnswerView",
    content: bytes,
    key: Key,
    covered: Sequence[str],
    *,
    tag: str,
    now: float,
) -> dict[str, str]:
    kind = _find_signature_algorithm(key)
    if kind is None or not key.is_private:
        raise ValueError("expected a private key, EC P-256 or Ed25519")
    kid = _get_key_id(key)
    told = digest(content)
    del seen.headers["content-digest"]
    seen.headers["content-digest"] = told
    signer = HTTPMessageSigner(signature_algorithm=kind, key_resolver=_Keys({kid: key.private_key}))
    signer.sign(
        seen,
        key_id=kid,
        created=datetime.fromtimestamp(int(now), UTC),
        label=_LABEL,
        tag=tag,
        covered_component_ids=covered,
        use_existing_digest=True,
    )
    made = dict(seen.headers.items())
    return {
        "Content-Digest": told,
        "Signature-Input": made["signature-input"],
        "Signature": made["signature"],
    }


def _verify_message(
    seen: "_RequestView | _AnswerView",
    keys: Iterable[Key],
    required: Sequence[str],
    *,
    tag: str,
    now: float,
) -> str:
    for name in ("signature", "signature-input"):
        if sum(len(value) for known, value in seen.headers.items() if known == name) > _LONGEST:
            raise Unsigned("a signature that is too long")
    by_kind: dict[_Algorithm, dict[str, Any]] = {}
    for key in keys:
        if (kind := _find_signature_algorithm(key)) is not None:
            by_kind.setdefault(kind, {})[_get_key_id(key)] = key.public_key
    for kind, known in by_kind.items():
        verifier = _Verifier(signature_algorithm=kind, key_resolver=_Keys(known))
        verifier.now = now
        try:
            found = verifier.verify(
                seen,
                max_age=timedelta(seconds=MAX_AGE_S),
                expect_tag=tag,
                require_components=required,
            )
        except _UNTRUSTED:
            continue
        if len(found) == 1:
            return str(found[0].parameters["keyid"])
    raise Unsigned("no signature verifies")


def _find_signature_algorithm(key: Key) -> _Algorithm | None:
    """The one signature of RFC 9421 that *key* makes here; None when it makes none."""
    match key:
        case ECKey(curve_name="P-256"):
            return ECDSA_P256_SHA256
        case OKPKey(curve_name="Ed25519"):
            return ED25519
        case _:
            return None


def _get_key_id(key: Key) -> str:
    return key.kid or key.thumbprint()
