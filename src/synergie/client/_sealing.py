"""Signed messages (RFC 9421) from the client's side: requests that write, and answers held whole.

A request is signed with the key that the program authenticates with; an answer is held against the
keys that the server publishes for proofs. Everything that is signed is held in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from synergie.client._flow import Ask
from synergie.client.auth import Auth
from synergie.client.keys import jose_key
from synergie.errors import BadSignature, Misconfigured
from synergie.proof import jose, message
from synergie.proof.jose import Key, Unsigned
from synergie.schemas.readings import ndjson

JWKS = "/jwks"

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_AGAIN_S = 60.0


class _Headers(Protocol):
    def multi_items(self) -> list[tuple[str, str]]: ...


class _Request(Protocol):
    """What we look at of a request of httpx2."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> object: ...
    @property
    def headers(self) -> _Headers: ...


@dataclass(slots=True)
class Sealing:
    """What one client signs and verifies."""

    auth: Auth
    resource: str
    key: Key | None
    """What requests are signed with. None: they are not."""
    verifies: bool
    _keys: list[Key] = field(default_factory=list)
    _learnt_at: float | None = None

    @classmethod
    def of(cls, auth: Auth, resource: str, *, sign: bool, verify: bool) -> "Sealing":
        """Misconfigured when *sign* and the key of *auth* makes no signature of RFC 9421 here."""
        if not sign:
            return cls(auth, resource, None, verify)
        key, alg, kid = jose_key(auth.key)
        if alg == "PS256":
            raise Misconfigured("sign_requests: the key is RSA, expected EC P-256 or Ed25519")
        named = type(key).import_key({**key.as_dict(private=True), "kid": kid})
        return cls(auth, resource, named, verify)

    def headers(self, ask: Ask) -> dict[str, str]:
        """The headers of *ask*, with the wish for a signed answer when that is verified."""
        asked = dict(ask.headers)
        if self.checks(ask):
            asked |= {"Accept-Signature": message.ACCEPT, "Accept-Encoding": "identity"}
        return asked

    def signs(self, ask: Ask) -> bool:
        """Whether *ask* is to be signed."""
        return self.key is not None and ask.method in _WRITES and self._ours(ask)

    def signed(self, request: _Request, content: bytes) -> dict[str, str]:
        """The headers that sign *request* with its *content*, as it travels."""
        if self.key is None:
            return {}
        return message.signed_request(
            _convert_request(request), content, self.key, now=self.auth.clock()
        )

    def checks(self, ask: Ask) -> bool:
        """Whether a good answer to *ask* must be signed: one that comes line by line is not."""
        streams = ask.stream or ask.headers.get("Accept") == ndjson.MEDIA_TYPE
        return self.verifies and self._ours(ask) and not streams

    def holds(self, reply: message.Answer, content: bytes) -> bool:
        """Whether *reply* is signed with a key of the server that we know."""
        try:
            message.answer_signer(reply, content, self._keys, now=self.auth.clock())
        except Unsigned:
            return False
        return True

    def may_learn(self) -> bool:
        """Whether the keys of the server may be read again: once a minute."""
        return self._learnt_at is None or self.auth.clock() - self._learnt_at >= _AGAIN_S

    def learn(self, content: bytes) -> None:
        """Take the keys that the server publishes for proofs. BadSignature when there is none."""
        self._learnt_at = self.auth.clock()
        try:
            told = jose.parse_strict_json(content)
        except Unsigned as error:
            raise BadSignature(_NO_KEYS) from error
        keys = told.get("keys") if isinstance(told, dict) else None
        self._keys = [*_proof_keys(keys if isinstance(keys, list) else [])]
        if not self._keys:
            raise BadSignature(_NO_KEYS)

    def _ours(self, ask: Ask) -> bool:
        return ask.url.startswith(f"{self.resource}/") and "Authorization" in ask.headers


_NO_KEYS = "the server publishes no key for proofs"


def reply_to(request: _Request, status: int, headers: _Headers) -> message.Answer:
    """An answer of httpx2 as it is verified."""
    return message.Answer(status, _convert_request(request), tuple(headers.multi_items()))


def _convert_request(request: _Request) -> message.Request:
    lines = tuple(request.headers.multi_items())
    return message.Request(request.method, str(request.url), lines)


def _proof_keys(keys: list[Any]) -> list[Key]:
    """Those among *keys* that sign proofs now; one that is not of a kind we take is left out."""
    found: list[Key] = []
    for jwk in keys:
        if not isinstance(jwk, Mapping) or jwk.get("role", "proofs") != "proofs":
            continue
        if jwk.get("valid_until") is not None:
            continue
        try:
            found.append(jose.public_key(dict(jwk)))
        except Unsigned:
            continue
    return found
