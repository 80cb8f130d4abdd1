"""A partner's program and a small server, for the tests of authentication.

JWTs are made here with `cryptography` alone: an oracle that shares no code with the server.
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import httpx2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from fastapi import APIRouter, FastAPI

from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal
from synergie.policy.trust.principal import Narrowing
from synergie.schemas.trust.agreement import Terms
from synergie.schemas.trust.organisation import Organisation
from synergie.server import problems
from synergie.server.guard import Guard, needs
from synergie.server.keyring import Keyring
from synergie.server.oauth import Authority, PartnerKeys, oauth_router
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.http_client import HttpClient

URL = "https://api.synergie.test"
RESOURCE = f"{URL}/v1"
THING = f"{RESOURCE}/sites"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DETAILS_TYPE = "urn:synergie:data-sharing:1"
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
GONE: Any = object()
"""As a claim's value: the claim is left out."""


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8))


@dataclass(frozen=True)
class Signer:
    """A private key and the algorithm it signs with."""

    key: Any
    alg: str
    kid: str = "k1"

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key, without kid."""
        public = self.key.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            point = public.public_numbers()
            x, y = (b64(one.to_bytes(32)) for one in (point.x, point.y))
            return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes_raw())}

    @property
    def private_jwk(self) -> dict[str, Any]:
        return {**self.jwk, "d": b64(self.key.private_numbers().private_value.to_bytes(32))}

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [{**self.jwk, "kid": self.kid}]}

    @property
    def jkt(self) -> str:
        text = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        return b64(sha256(text.encode()).digest())

    def signature(self, data: bytes, alg: str) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(SHA256())))
            return r.to_bytes(32) + s.to_bytes(32)
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return bytes(self.key.sign(data))
        pad: Any = padding.PKCS1v15() if alg == "RS256" else padding.PSS(padding.MGF1(SHA256()), 32)
        return bytes(self.key.sign(data, pad, SHA256()))


def jwt(header: dict[str, Any], claims: Any, signer: Signer) -> str:
    """A compact JWS of *header* and *claims*, RS256 when the header of an RSA key says so."""
    alg = "RS256" if header.get("alg") == "RS256" else signer.alg
    return signed_raw(json.dumps(header), json.dumps(claims), signer, alg)


def signed_raw(header: str, claims: str, signer: Signer, alg: str | None = None) -> str:
    """A compact JWS of two texts, JSON or not."""
    data = f"{b64(header.encode())}.{b64(claims.encode())}"
    return f"{data}.{b64(signer.signature(data.encode(), alg or signer.alg))}"


def ec_signer(kid: str = "k1") -> Signer:
    return Signer(ec.generate_private_key(ec.SECP256R1()), "ES256", kid)


def ed_signer(kid: str = "k1") -> Signer:
    return Signer(ed25519.Ed25519PrivateKey.generate(), "Ed25519", kid)


@cache
def rsa_signer(bits: int = 3072) -> Signer:
    return Signer(rsa.generate_private_key(65537, bits), "PS256", "rsa1")


def _without(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not GONE}


@dataclass
class Clock:
    """The server's moment, set by the test."""

    now: datetime = NOW

    def at(self, seconds: float) -> int:
        return int((self.now + timedelta(seconds=seconds)).timestamp())

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Partner:
    """A client with its assertion key and its DPoP key."""

    client_id: str
    clock: Clock
    key: Signer = field(default_factory=ec_signer)
    dpop: Signer = field(default_factory=ec_signer)
    issuer: str = URL
    """The server it talks to."""

    def assertion(self, *, header: Any = None, signer: Signer | None = None, **claims: Any) -> str:
        """A good assertion (security profile §5.1), but for *header* and *claims*."""
        key = signer or self.key
        whole = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "jti": secrets.token_hex(10),
            "iat": self.clock.at(0),
            "nbf": self.clock.at(0),
            "exp": self.clock.at(60),
            **claims,
        }
        head = _without({"alg": key.alg, "kid": key.kid, **(header or {})})
        return jwt(head, _without(whole), key)

    def proof(
        self,
        method: str = "GET",
        url: str = THING,
        token: str | None = None,
        *,
        header: Any = None,
        signer: Signer | None = None,
        **claims: Any,
    ) -> str:
        """A good DPoP proof, but for *header* and *claims*."""
        key = signer or self.dpop
        whole = {
            "jti": secrets.token_hex(10),
            "htm": method,
            "htu": url,
            "iat": self.clock.at(0),
            **({"ath": b64(sha256(token.encode()).digest())} if token else {}),
            **claims,
        }
        head = _without({"alg": key.alg, "typ": "dpop+jwt", "jwk": key.jwk, **(header or {})})
        return jwt(head, _without(whole), key)

    def form(self, **fields: Any) -> dict[str, str]:
        """A good token request's parameters, but for *fields*."""
        whole = {
            "grant_type": "client_credentials",
            "scope": "sites:read",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": fields.pop("client_assertion", None) or self.assertion(),
            **fields,
        }
        return _without(whole)

    def presenting(self, token: str, *, text: str | None = None, **proof: Any) -> dict[str, str]:
        """The headers of a good request to the resource, but for *proof*."""
        return {
            "Authorization": text or f"DPoP {token}",
            "DPoP": self.proof(token=token, **proof),
        }


@dataclass
class World:
    """A server with two partners, p1 and p2, of two organisations."""

    app: FastAPI
    http: HttpClient
    clients: Clients
    guard: Guard
    keyring: Keyring
    clock: Clock
    p1: Partner
    p2: Partner
    published: dict[str, Any]
    """What is at the addresses where clients publish their keys; a failure is raised."""
    calls: list[str]
    """The addresses that the server called."""
    live_agreements: dict[str, Terms]
    """The agreements in force of the organisation of p1."""

    @classmethod
    def of(cls, store: Store, folder: Path, **chosen: Any) -> "World":
        usual: dict[str, Any] = {
            "public_url": URL,
            "data_dir": folder,
            "dev": True,
            "limits": False,
        }
        settings = Settings(**(usual | chosen))
        clients, keyring, clock = Clients(store), Keyring.open(settings.keys_dir), Clock()
        guard = Guard(settings, keyring, clients)
        live: dict[str, Terms] = {}

        def holds(caller: Principal, agreement: str, _now: datetime) -> Terms | None:
            return live.get(agreement) if caller.organisation == "org-one" else None

        published: dict[str, Any] = {}
        calls: list[str] = []

        def read(url: str) -> bytes:
            calls.append(url)
            found = published[url]
            if isinstance(found, Exception):
                raise found
            if callable(found):
                found = found()
            return found if isinstance(found, bytes) else json.dumps(found).encode()

        keys = PartnerKeys(clients, read)
        authority = Authority(settings, keyring, clients, guard, live=holds, keys=keys)
        app = small_app(settings, guard, authority)
        app.state.now = lambda: clock.now
        p1, p2 = (Partner(f"{name}-app", clock) for name in ("one", "two"))
        for partner, organisation in ((p1, "org-one"), (p2, "org-two")):
            enrol(store, organisation)
            clients.register(
                partner.client_id,
                organisation,
                name="A program",
                jwks=partner.key.jwks,
                scopes=["sites:read", "sites:write", "curves:read"],
                now=NOW,
            )
        http = HttpClient(app, base_url=URL, follow_redirects=False)
        return cls(app, http, clients, guard, keyring, clock, p1, p2, published, calls, live)

    def agree(self, agreement: str, **more: Any) -> None:
        """An agreement that opens curves by the hour of 2026 to the organisation of p1."""
        terms: dict[str, Any] = {
            "owner": "org-two",
            "recipient": "org-one",
            "title": "An agreement",
            "datasets": ["consumption"],
            "selector": {"sites": ["sit_1"]},
            "granularity": "hour",
            "purpose": "joint_purchase",
            "legal_basis": "contract",
            "data_period": {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"},
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": "2027-01-01T00:00:00Z",
            "retention_days": 30,
        }
        self.live_agreements[agreement] = Terms.model_validate(terms | more)

    def ask(self, partner: Partner, *, proof: str | None = None, **fields: Any) -> httpx2.Response:
        """A token request; good but for what is given."""
        headers = {"DPoP": proof or partner.proof("POST", f"{URL}/token")}
        return self.http.post("/token", data=partner.form(**fields), headers=headers)

    def token(self, partner: Partner, **fields: Any) -> str:
        """A token of *partner*."""
        answer = self.ask(partner, **fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def get(self, partner: Partner, token: str, url: str = THING, **proof: Any) -> httpx2.Response:
        """A good request to the resource, but for *proof*."""
        return self.http.get(url, headers=partner.presenting(token, url=url, **proof))

    def form(self, path: str, partner: Partner, text: Any = GONE, **fields: Any) -> httpx2.Response:
        """A request to /revoke or /introspect about the token *text*."""
        data = partner.form(grant_type=GONE, scope=GONE, token=text, **fields)
        return self.http.post(path, data=data)


def enrol(store: Store, organisation: str) -> None:
    """An organisation of the directory."""
    record = Organisation(
        id=organisation,
        name=organisation,
        kind="epci",
        siren=None,
        insee_code=None,
        parent=None,
        provenance="synthetic",
    )
    Directory(store).add(record, ec_signer().jwks, now=NOW)


def small_app(settings: Settings, guard: Guard, authority: Authority) -> FastAPI:
    """The authorization server and three guarded routes."""
    app = FastAPI()
    app.state.guard = guard
    problems.install_problem_handlers(app, settings)
    app.include_router(oauth_router(authority))
    v1 = APIRouter(prefix="/v1", responses=problems.responses(401, 403))

    @v1.get("/sites")
    def sites(caller: Annotated[Principal, needs("sites:read")]) -> dict[str, str]:
        return {"organisation": caller.organisation, "client": caller.client_id}

    @v1.head("/sites")
    def head(caller: Annotated[Principal, needs("sites:read")]) -> None:
        assert caller.token_id

    @v1.get("/both")
    def both(caller: Annotated[Principal, needs("sites:read", "curves:read")]) -> list[str] | None:
        return sorted(caller.agreements) if caller.agreements is not None else None

    @v1.get("/narrowed")
    def narrowed(caller: Annotated[Principal, needs("sites:read")]) -> list[Narrowing]:
        return list(caller.narrowings)

    @v1.get("/named/{name}")
    def named(name: str, caller: Annotated[Principal, needs("sites:read")]) -> str:
        return name

    @v1.get("/broken")
    def broken(caller: Annotated[Principal, needs("sites:read")]) -> str:
        raise RuntimeError(f"a secret of {caller.client_id}")

    app.include_router(v1)
    return app
