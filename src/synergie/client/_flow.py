"""One flow for both clients: discovery, token, proofs, nonces. It yields what to send, never sends.

A nonce demanded by the token endpoint means a new proof *and* a new assertion: the first one's
`jti` may be used up. Nonces are kept a server, and a fresh one replaces the last at any answer.
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from synergie.client._bodies import Body, BytesBody
from synergie.client._origin import check_secure, parse_origin, well_known
from synergie.client._problems import demands_nonce, error_of, oauth_error
from synergie.client.auth import Auth
from synergie.client.calls import Call
from synergie.errors import Misconfigured, NotAuthenticated, Unreachable

_OK = 200
_TOKEN_TRIES = 3  # without a nonce, with one, and once more: it may have changed meanwhile
_REQUEST_TRIES = 3
_EARLY_S = 30.0
_METADATA_LIMIT = 256 * 1024
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to send. `limit`: most decoded bytes of an answer that is read whole."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    stream: bool = False
    limit: int = _METADATA_LIMIT


@dataclass(frozen=True, slots=True)
class Answer[R]:
    """What came back. `content` is empty and `stream` is open when it is streamed."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    stream: R | None = None

    @property
    def good(self) -> bool:
        """Whether it is what was asked for (2xx)."""
        return self.status // 100 == 2  # noqa: PLR2004 (RFC 9110 §15)


type Flow[R, T] = Generator[Ask, Answer[R], T]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    refresh_at: float | None
    """None: the server did not say how long it lives, so it is used once."""


class Session:
    """What one client knows of its two servers: where tokens are had, the token, the nonces.

    One `Auth` and one resource a session, so the token is kept by issuer, client, scope, resource
    and details. The caller sees to it that one `token` flow runs at a time.
    """

    def __init__(self, auth: Auth, base_url: str) -> None:
        self.auth = auth
        self.base_url = check_secure(base_url, "base_url").removesuffix("/v1")
        self.resource = f"{self.base_url}/v1"
        self._origin = parse_origin(self.resource)
        self._token: _Token | None = None
        self._token_url: str | None = None
        self._nonces: dict[tuple[str, str, int], str] = {}

    def token[R](self) -> Flow[R, str]:
        """The token in hand, or a new one. NotAuthenticated or NotAllowed when it is refused."""
        held = self._token
        if held is not None and held.refresh_at is None:
            self._token = None
            return held.text
        if held is not None and held.refresh_at is not None:
            if self.auth.clock() < held.refresh_at:
                return held.text
            self._token = None
        return (yield from self._new_token())

    def forget(self, token: str) -> None:
        """Drop *token*, which the resource refused, if it is still the one in hand."""
        if self._token is not None and self._token.text == token:
            self._token = None

    def request[R, T](self, call: Call[T], token: str, *, stream: bool) -> Flow[R, Answer[R]]:
        """The answer to *call* under *token*, sent again when the resource wants its nonce."""
        url = f"{self.base_url}{call.path}"
        if parse_origin(url) != self._origin:  # a token goes to its audience only
            raise Misconfigured("path: found {!r}, expected a path of {}", call.path, self.resource)
        answer: Answer[R] = Answer(0, {})
        for _ in range(_REQUEST_TRIES):
            headers = {
                **call.headers(),
                "Authorization": f"DPoP {token}",
                "DPoP": self._proof(call.method, url, token),
            }
            ask = Ask(call.method, url, headers, call.params, call.body, stream, call.limit)
            answer = yield ask
            self._note(url, answer.headers)
            if not demands_nonce(answer.status, answer.headers):
                break
        return answer

    def _new_token[R](self) -> Flow[R, str]:
        url = self._token_url or (yield from self._discovered())
        answer: Answer[R] = Answer(0, {})
        for _ in range(_TOKEN_TRIES):
            form = urlencode(self.auth.token_form(self.resource)).encode()
            headers = {
                "DPoP": self._proof("POST", url, None),
                "Accept": "application/json",
                "Content-Type": _FORM,
            }
            answer = yield Ask("POST", url, headers, body=BytesBody(form, _FORM, pack=False))
            self._note(url, answer.headers)
            if answer.good:
                self._token = self._read_token(answer.content)
                if self._token.refresh_at is None:
                    once, self._token = self._token, None
                    return once.text
                return self._token.text
            if "use_dpop_nonce" not in answer.content.decode("utf-8", "replace"):
                break
        raise oauth_error(answer.status, answer.headers, answer.content)

    def _discovered[R](self) -> Flow[R, str]:
        """The token endpoint, from metadata whose issuer is ours (RFC 8414 §3.3)."""
        issuer = self.auth.issuer
        answer = yield Ask("GET", well_known(issuer), {"Accept": "application/json"})
        if answer.status != _OK:
            raise error_of(answer.status, answer.headers, answer.content)
        metadata = _parse_json_object(answer.content)
        if metadata.get("issuer") != issuer:
            found = str(metadata.get("issuer"))[:80]
            raise Misconfigured("issuer in the metadata: found {!r}, expected {!r}", found, issuer)
        self._token_url = check_secure(str(metadata.get("token_endpoint")), "token_endpoint")
        return self._token_url

    def _read_token(self, content: bytes) -> _Token:
        fields = _parse_json_object(content)
        text, kind = fields.get("access_token"), fields.get("token_type")
        if not isinstance(text, str) or not text or not text.isascii():
            raise NotAuthenticated("no_access_token")
        if not isinstance(kind, str) or kind.lower() != "dpop":  # never as a bearer token
            raise NotAuthenticated("token_type_is_not_dpop")
        lives = fields.get("expires_in")
        if not isinstance(lives, int | float) or lives <= 0:
            return _Token(text, None)
        return _Token(text, self.auth.clock() + lives - min(_EARLY_S, lives / 2))

    def _proof(self, method: str, url: str, token: str | None) -> str:
        return self.auth.proof(method, url, token=token, nonce=self._nonces.get(parse_origin(url)))

    def _note(self, url: str, headers: Mapping[str, str]) -> None:
        if nonce := headers.get("DPoP-Nonce"):
            self._nonces[parse_origin(url)] = nonce


def _parse_json_object(content: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreachable("the authorization server does not answer in JSON") from error
    if not isinstance(fields, dict):
        raise Unreachable("the authorization server does not answer with an object")
    return fields
