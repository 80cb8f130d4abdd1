"""From a request to its caller: token, proof, live state, scopes.

The order is that of RFC 9449 §7.1; whatever is wrong with a token before its live state is looked
up, the answer is the same. Nothing of `Host` or `X-Forwarded-*` is believed.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response, Security
from fastapi.openapi.models import OAuth2, OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from synergie.errors import NotAllowed, NotAuthenticated
from synergie.exchange.trust.admission import Admission
from synergie.exchange.trust.clients import Clients, build_admission_request
from synergie.policy import Principal
from synergie.policy.trust.principal import Narrowing
from synergie.proof import jose
from synergie.proof.jose import Unsigned
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.oauth import Details
from synergie.server import dpop
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.server.wall_clock import CLOCK, refuse_while_off
from synergie.units import Many

TOKEN_TYPES = ("at+jwt", "application/at+jwt")
"""`typ` of an access token, in any case of letters (RFC 9068 §4). Absent is refused."""

_DETAILS: TypeAdapter[tuple[Details, ...]] = TypeAdapter(Many[Details])
_LIMIT = 8192
_AHEAD_S = 60
_REMEMBERED = 10_000
_SWEEP_S = 60


async def get_current_time(request: Request) -> datetime:
    """The present moment of the server (`app.state.now`), UTC."""
    return cast("datetime", request.app.state.now())


Now = Annotated[datetime, Depends(get_current_time)]
"""The moment of the request, for a route that needs it."""


async def get_clock(request: Request) -> Callable[[], datetime]:
    """The clock itself, for what lasts: an export is decided again page after page."""
    return cast("Callable[[], datetime]", request.app.state.now)


Clock = Annotated[Callable[[], datetime], Depends(get_clock)]
"""The clock of a route that outlives the moment of its request."""

_LINGER = timedelta(seconds=60)
"""How long what runs goes on after its token has expired; a revoked one is cut at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An access token of ours whose signature and claims hold; its live state is not known."""

    jti: str
    client: str
    jkt: str
    scopes: frozenset[str]
    narrowings: tuple[Narrowing, ...] | None
    """What it was narrowed to (RFC 9396); None when it was not."""
    issued_at: float
    expires_at: float
    kid: str
    """The key of ours that signed it."""
    claims: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Memory:
    """Tokens verified lately, by SHA-256: the signature once, the live state at each request."""

    known: OrderedDict[bytes, AccessToken] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, text: str) -> AccessToken | None:
        with self.lock:
            return self.known.get(sha256(text.encode()).digest())

    def keep(self, text: str, token: AccessToken, *, now: float) -> None:
        """Those that expired go, oldest first: what lasts minutes is not kept for days."""
        with self.lock:
            self.known[sha256(text.encode()).digest()] = token
            while self.known and (
                len(self.known) > _REMEMBERED or next(iter(self.known.values())).expires_at <= now
            ):
                self.known.popitem(last=False)


class Guard:
    """Who calls, and whether the token opens what is asked.

    Made once by the application, which puts it in `app.state.guard`; routes use `needs`.
    """

    def __init__(self, settings: Settings, keyring: Keyring, clients: Clients) -> None:
        self.settings, self.clients = settings, clients
        self.nonces = dpop.Nonces(keyring.secret_for("nonce"))
        self._keyring = keyring
        self._memory = _Memory()
        self._admission = Admission(clients)
        self._swept_at = 0.0

    async def caller(self, request: Request, *, scopes: Sequence[str], now: datetime) -> Principal:
        """The caller of *request*; the token must hold now and bear every one of *scopes*.

        NotAuthenticated or NotAllowed. Uses up the proof. What needs no disk is done at once, in
        the thread that asks: to change threads would cost as much as to verify.
        """
        text = _get_presented_token(request)
        token = self.token(text, now=now)
        proof = self._proof(request, text, token, now)
        live = await self._admission.admit(
            build_admission_request(token.jti, jkt=token.jkt, proof=proof.jti, now=now)
        )
        await self._sweep(now)
        held = token.scopes & live.scopes
        for scope in scopes:
            if scope not in held:
                raise NotAllowed(scope)
        return Principal(
            client_id=live.client,
            organisation=live.organisation,
            scopes=held,
            agreements=_get_narrowed_agreements(token.narrowings),
            narrowings=token.narrowings or (),
            token_id=token.jti,
        )

    def token(self, text: str, *, now: datetime) -> AccessToken:
        """The access token *text*: ours, for this resource, unexpired. NotAuthenticated otherwise.

        Whether it was revoked is not looked up here.
        """
        token = self._memory.find(text)
        if token is None or not self._keyring.trusts(token.kid):
            try:
                token = self._verified(text, now.timestamp())
            except Unsigned as error:
                raise NotAuthenticated("invalid_token") from error
            self._memory.keep(text, token, now=now.timestamp())
        if token.expires_at <= now.timestamp():
            raise NotAuthenticated("invalid_token")
        return token

    def still(self, caller: Principal, *, now: datetime) -> None:
        """NotAuthenticated when the token of *caller* was revoked since, or is long expired.

        Asked again by what lasts: page by page of an export, group by group of an upload.
        """
        if self.clients.live_token(caller.token_id or "", now=now - _LINGER) is None:
            raise NotAuthenticated("invalid_token")

    def stale(self, request: Request, now: datetime) -> str | None:
        """The nonce to hand out with a good answer, when the caller's is about to end."""
        if not self.settings.demand_nonce:
            return None
        fresh = self.nonces.fresh(now)
        used = dpop.nonce_of(dpop.parse_single_proof(request.headers.getlist("dpop")))
        return None if used == fresh else fresh

    def _verified(self, text: str, now: float) -> AccessToken:
        signed = jose.parse_unverified(text, limit=_LIMIT)
        if str(signed.header.get("typ", "")).lower() not in TOKEN_TYPES:
            raise Unsigned("not an access token")
        jose.verify_signature(signed, self._keyring.trusted)
        expires, issued = jose.time_of(signed, "exp"), jose.time_of(signed, "iat")
        if expires is None or issued is None or issued > now + _AHEAD_S:
            raise Unsigned("not a token of this time")
        if jose.text_of(signed, "iss") != self.settings.issuer:
            raise Unsigned("another issuer's token")
        if jose.text_of(signed, "aud") != self.settings.resource:  # a list is refused
            raise Unsigned("a token for another resource")
        bound = signed.claims.get("cnf")
        if not isinstance(bound, dict) or not isinstance(bound.get("jkt"), str):
            raise Unsigned("a token bound to no key")
        return AccessToken(
            jti=jose.text_of(signed, "jti"),
            client=jose.text_of(signed, "client_id"),
            jkt=bound["jkt"],
            scopes=frozenset(str(signed.claims.get("scope", "")).split()),
            narrowings=_parse_narrowings(signed.claims.get("authorization_details")),
            issued_at=issued,
            expires_at=expires,
            kid=str(signed.header.get("kid")),
            claims=dict(signed.claims),
        )

    def _proof(self, request: Request, text: str, token: AccessToken, now: datetime) -> dpop.Proof:
        raw = request.scope.get("raw_path") or request.scope["path"].encode()
        url = self.settings.public_url + raw.split(b"?", 1)[0].decode("latin-1")
        proofs = request.headers.getlist("dpop")
        try:
            proof = dpop.check_dpop_proof(
                proofs, method=_get_sent_method(request), url=url, token=text, now=now
            )
        except Unsigned as error:
            refuse_while_off(CLOCK)
            raise NotAuthenticated("invalid_dpop_proof") from error
        if proof.jkt != token.jkt:
            raise NotAuthenticated("invalid_token")
        if self.settings.demand_nonce and not self.nonces.holds(proof.nonce, now):
            raise NotAuthenticated("use_dpop_nonce", self.nonces.fresh(now))
        return proof

    async def _sweep(self, now: datetime) -> None:
        if now.timestamp() - self._swept_at < _SWEEP_S:
            return
        self._swept_at = now.timestamp()
        await run_in_threadpool(self.clients.forget_used, now=now)


def _scopes_in_words() -> dict[str, str]:
    words = {scope: scope.replace("-", " ").split(":") for scope in SCOPES}
    return {scope: f"{verb.capitalize()} {noun}." for scope, (noun, verb) in words.items()}


class _Scheme(SecurityBase):
    """The security scheme as the OpenAPI document tells it; `_caller` does the work."""

    def __init__(self) -> None:
        flow = OAuthFlowClientCredentials(tokenUrl="/token", scopes=_scopes_in_words())
        self.model = OAuth2(
            flows=OAuthFlows(clientCredentials=flow),
            description=(
                "OAuth 2 client credentials with private_key_jwt (RFC 7523). The token is bound to "
                "a key: each request bears `Authorization: DPoP <token>` and a fresh `DPoP` proof "
                "(RFC 9449)."
            ),
        )
        self.scheme_name = "dpop"

    async def __call__(self) -> None:
        """Nothing: it documents."""


_scheme = _Scheme()


async def _authenticate_caller(
    request: Request,
    response: Response,
    asked: SecurityScopes,
    now: Now,
    _documented: Annotated[None, Depends(_scheme)],
) -> Principal:
    guard = cast(Guard, request.app.state.guard)
    principal = await guard.caller(request, scopes=asked.scopes, now=now)
    if (nonce := guard.stale(request, now)) is not None:
        response.headers["DPoP-Nonce"] = nonce
    return principal


def needs(*scopes: str) -> Any:
    """The dependency of a route whose caller must hold all of *scopes*; it gives the Principal.

    The OpenAPI document shows it as the operation's security requirement, with these scopes.
    """
    unknown = set(scopes).difference(SCOPES)
    if unknown:
        raise ValueError(f"no such scope: {sorted(unknown)}")
    return Security(_authenticate_caller, scopes=list(scopes))


def _get_sent_method(request: Request) -> str:
    """The method as it was sent: HEAD is routed as GET, and says so in the state."""
    return str(request.scope.get("state", {}).get("method", request.method))


def _get_presented_token(request: Request) -> str:
    """The token of the one Authorization header, scheme DPoP in any case of letters."""
    if "access_token" in request.query_params:
        raise NotAuthenticated("invalid_request")
    found = request.headers.getlist("authorization")
    if not found:
        raise NotAuthenticated("missing_token")
    scheme, _, text = found[0].partition(" ")
    if len(found) > 1 or scheme.lower() != "dpop":
        raise NotAuthenticated("invalid_request" if len(found) > 1 else "invalid_token")
    return text.strip(" ")


def _get_narrowed_agreements(narrowings: tuple[Narrowing, ...] | None) -> frozenset[str] | None:
    return None if narrowings is None else frozenset(one.agreement for one in narrowings)


def _parse_narrowings(details: object) -> tuple[Narrowing, ...] | None:
    """What a token of ours was narrowed to, element by element; None when it was not."""
    if details is None:
        return None
    try:
        return tuple(_build_narrowing(one) for one in _DETAILS.validate_python(details))
    except (ValidationError, RecursionError) as error:
        raise Unsigned("details that are not ours") from error


def _build_narrowing(details: Details) -> Narrowing:
    period = details.period
    return Narrowing(
        agreement=details.agreement,
        datasets=None if details.datasets is None else frozenset(details.datasets),
        granularity=details.granularity,
        start=period.start if period else None,
        end=period.end if period else None,
        purpose=details.purpose,
    )
