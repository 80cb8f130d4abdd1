"""A request to be registered, signed by the key to be registered: proof that its sender holds it.

A partner makes it with the word that the operator gave; the operator registers from it and keeps
it. It is good once, for one server, until its end (RFC 7800 §3, RFC 8725 §3.11).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import ValidationError

from synergie.proof import jose
from synergie.proof.jose import Key, Signed, Unsigned
from synergie.schemas.trust.enrolment import Request

__all__ = [
    "CLIENT",
    "KEY",
    "LIFE",
    "Request",
    "read",
    "sign_enrolment_request",
    "verify_enrolment_request",
]

CLIENT = "synergie-client+jwt"
"""`typ` of the request of a program."""
KEY = "synergie-key+jwt"
"""`typ` of the request of an organisation that will sign with the key."""

LIFE = timedelta(days=7)
"""How long a request may wait for the operator."""

_LIMIT = 65_536
_SKEW_S = 60


def sign_enrolment_request(
    key: Key,
    kind: Literal["synergie-client+jwt", "synergie-key+jwt"],
    *,
    now: datetime,
    **said: Any,
) -> str:
    """The request of the holder of the private *key*, a compact JWS of *kind*.

    *said*: `iss`, `aud`, `nonce`, `organisation`, and for a program `scopes`, `name`, `jwks_uri`.
    The public half of *key* goes with it, unless the program publishes its keys.
    """
    times = {"iat": int(now.timestamp()), "exp": int((now + LIFE).timestamp())}
    claims = {name: value for name, value in said.items() if value is not None} | times
    if said.get("jwks_uri") is None:
        claims["jwks"] = {"keys": [{**key.as_dict(private=False), "kid": key.kid}]}
    return jose.sign_compact(key, kind, claims)


def read(text: str, kind: str) -> tuple[Signed, Request]:
    """The request *text*, **not verified**: see `proven`. Unsigned when it is not of *kind*."""
    signed = jose.parse_unverified(text.strip(), limit=_LIMIT)
    if signed.header.get("typ") != kind:
        raise Unsigned("signed for another use")
    try:
        return signed, Request.model_validate(signed.claims)
    except ValidationError as error:
        raise Unsigned("not a request to be registered") from error


def verify_enrolment_request(
    signed: Signed, request: Request, jwks: Mapping[str, Any], *, audience: str, now: datetime
) -> None:
    """Check that the holder of the one key of *jwks* asks this of *audience*, at *now*.

    Unsigned when the key did not sign it, it is for another server, or its time is over.
    """
    if request.aud != audience:
        raise Unsigned("for another server")
    at = now.timestamp()
    if request.iat > at + _SKEW_S or not at < request.exp <= request.iat + LIFE.total_seconds():
        raise Unsigned("made for another time")
    jose.verify_signature(signed, jose.public_keys(jwks))
