"""A small authorization server and resource that check what a client sends, without a network."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx2
from joserfc import jws, jwt
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.util import urlsafe_b64encode

from synergie.client import AsyncClient, Auth, Client
from synergie.client.keys import Jwk, new_key, public_jwks
from synergie.schemas.readings import coding

BASE = "https://synergie.example"
NOW = 1_790_000_000.0
ALGORITHMS = ["ES256", "PS256", "Ed25519"]
KEY = new_key("ES256")

type Route = Callable[["Seen"], httpx2.Response]


class Seen:
    """One request as the resource saw it."""

    def __init__(self, request: httpx2.Request) -> None:
        self.method, self.path = request.method, request.url.path
        self.headers = request.headers
        self.query = dict(request.url.params.multi_items())
        self.queries = request.url.params.multi_items()
        packed = request.content
        self.body = coding.decompress(
            packed, request.headers.get("content-encoding", "identity"), 1 << 28
        )


class Fake:
    """Both servers. Set its fields to make it demanding or faulty."""

    def __init__(self, key: Jwk = KEY, client_id: str = "pompey") -> None:
        other = new_key("ES256" if key["alg"] == "Ed25519" else "Ed25519")
        decoys = [{**decoy, "kid": key["kid"]} for decoy in public_jwks(other)["keys"]]
        self.key, self.client_id = key, client_id
        self.jwks = KeySet.import_key_set({"keys": [*decoys, *public_jwks(key)["keys"]]})
        self.now = NOW
        self.metadata: dict[str, Any] = {"issuer": BASE, "token_endpoint": f"{BASE}/token"}
        self.token_fields: dict[str, Any] = {"token_type": "DPoP", "expires_in": 300}
        self.token_answers: list[httpx2.Response] = []
        self.nonces = False
        self.challenge = 'DPoP error="use_dpop_nonce"'
        self.forms: list[dict[str, str]] = []
        self.seen: list[Seen] = []
        self.sent: list[httpx2.Request] = []
        self.routes: dict[tuple[str, str], Route] = {}
        self._nonce = {"as": "as-0", "rs": "rs-0"}
        self._jtis: set[str] = set()
        self._tokens: dict[str, str] = {}
        self.refused_tokens: set[str] = set()

    def auth(self, **more: Any) -> Auth:
        """The identity this server knows."""
        return Auth(self.key, self.client_id, BASE, clock=lambda: self.now, **more)

    def client(self, *, deadline: float = 120.0, **more: Any) -> Client:
        """A client of this server."""
        transport = httpx2.MockTransport(self)
        return Client(BASE, self.auth(**more), deadline=deadline, transport=transport)

    def async_client(self, **more: Any) -> AsyncClient:
        """The same for asyncio."""
        return AsyncClient(BASE, self.auth(**more), transport=httpx2.MockTransport(self))

    def on(self, method: str, path: str, *answers: httpx2.Response | Exception | Route) -> None:
        """Answer so, one after the other; the last one stays."""
        waiting = list(answers)

        def route(seen: Seen) -> httpx2.Response:
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, httpx2.Response) else answer(seen)

        self.routes[method, path] = route

    def refuse_tokens(self) -> None:
        """Every token given so far is no good any more."""
        self.refused_tokens |= set(self._tokens)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        if request.url.path == "/.well-known/oauth-authorization-server":
            return httpx2.Response(200, json=self.metadata)
        if request.url.path == "/token":
            return self._token(request)
        return self._resource(request)

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: only for name, (only,) in parse_qs(request.content.decode()).items()}
        claims = self._proof(request)
        assertion = jws.deserialize_compact(
            form["client_assertion"], self.jwks, algorithms=ALGORITHMS
        )
        told = json.loads(assertion.payload)
        assert told["iss"] == told["sub"] == self.client_id
        assert told["aud"] == BASE
        assert told["iat"] == int(self.now) and told["exp"] == told["iat"] + 60
        self._once(told["jti"])
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        if self.token_answers:
            return self.token_answers.pop(0)
        if self.nonces and claims.get("nonce") != self._nonce["as"]:
            body = {"error": "use_dpop_nonce"}
            return httpx2.Response(400, json=body, headers={"DPoP-Nonce": self._nonce["as"]})
        self.forms.append(form)
        token = f"token-{len(self._tokens)}"
        self._tokens[token] = JWKRegistry.import_key(self._header(request)["jwk"]).thumbprint()
        return httpx2.Response(
            200, json={"access_token": token, **self.token_fields}, headers=self._fresh("as")
        )

    def _resource(self, request: httpx2.Request) -> httpx2.Response:
        claims = self._proof(request)
        scheme, token = request.headers["authorization"].split(" ")
        assert scheme == "DPoP"
        assert claims["ath"] == _sha256(token)
        thumbprint = JWKRegistry.import_key(self._header(request)["jwk"]).thumbprint()
        assert self._tokens[token] == thumbprint
        if self.nonces and claims.get("nonce") != self._nonce["rs"]:
            headers = {"WWW-Authenticate": self.challenge, "DPoP-Nonce": self._nonce["rs"]}
            return httpx2.Response(401, headers=headers)
        if token in self.refused_tokens:
            headers = {"WWW-Authenticate": 'DPoP error="invalid_token"', **self._fresh("rs")}
            return httpx2.Response(401, headers=headers)
        seen = Seen(request)
        self.seen.append(seen)
        answer = self.routes[request.method, request.url.path](seen)
        answer.headers.update(self._fresh("rs"))
        return answer

    def _fresh(self, side: str) -> dict[str, str]:
        """A new nonce after every success, when nonces are demanded."""
        if not self.nonces:
            return {}
        self._nonce[side] = f"{side}-{len(self.sent)}"
        return {"DPoP-Nonce": self._nonce[side]}

    def _proof(self, request: httpx2.Request) -> dict[str, Any]:
        (text,) = request.headers.get_list("DPoP")
        header = self._header(request)
        assert header["typ"] == "dpop+jwt" and header["alg"] in ALGORITHMS
        assert not {"d", "p", "q"} & set(header["jwk"])
        key = JWKRegistry.import_key(header["jwk"])
        claims = jwt.decode(text, key, algorithms=ALGORITHMS).claims
        assert claims["htm"] == request.method
        assert claims["htu"] == str(request.url.copy_with(query=None, fragment=None))
        assert claims["iat"] == int(self.now)
        self._once(claims["jti"])
        return claims

    def _header(self, request: httpx2.Request) -> dict[str, Any]:
        return jws.extract_compact(request.headers["DPoP"].encode()).headers()

    def _once(self, jti: str) -> None:
        assert jti not in self._jtis, "a proof or an assertion came twice"
        self._jtis.add(jti)


def problem(status: int, code: str, **more: Any) -> httpx2.Response:
    """A problem document as the server sends it."""
    body = {"type": f"{BASE}/errors/{code}", "title": code, "status": status, **more}
    return httpx2.Response(
        status, content=json.dumps(body), headers={"Content-Type": "application/problem+json"}
    )


def page(*items: Any, after: str | None = None) -> httpx2.Response:
    """One page."""
    return httpx2.Response(200, json={"items": items, "next": after})


def _sha256(token: str) -> str:
    from hashlib import sha256

    return urlsafe_b64encode(sha256(token.encode()).digest()).decode()
