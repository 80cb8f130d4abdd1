"""Proofs of possession (DPoP, RFC 9449): the checks, in the order of §4.3, and our nonces."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urlsplit

from synergie.proof import jose
from synergie.proof.jose import Signed, Unsigned

WINDOW_S = 60
"""A proof is taken when it was made at most this many seconds ago, or ahead."""

_LIMIT = 4096
_NONCE_S = 120
_PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(r"[!-~]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that holds, but for its nonce, and but for having been used before."""

    jkt: str
    """Thumbprint of its key (RFC 7638): what a token is bound to."""
    jti: str
    nonce: str | None


def check_dpop_proof(
    proofs: Sequence[str], *, method: str, url: str, token: str | None, now: datetime
) -> Proof:
    """The one proof among the values of the `DPoP` header fields.

    It must be for *method* and *url* and, at a resource, for *token*. Unsigned when it is not.
    """
    signed = parse_single_proof(proofs)
    key, jkt = _parse_proof_key(signed.text.split(".", 1)[0])
    jose.verify_signature(signed, key)
    jti = jose.text_of(signed, "jti")
    _check_proof_time(signed, now.timestamp())
    if jose.text_of(signed, "htm") != method:
        raise Unsigned("proof for another method")
    if normalize_url(jose.text_of(signed, "htu")) != normalize_url(url):
        raise Unsigned("proof for another address")
    if token is not None and jose.text_of(signed, "ath") != digest(token):
        raise Unsigned("proof for another token")
    return Proof(jkt, jti, nonce_of(signed))


def parse_single_proof(proofs: Sequence[str]) -> Signed:
    """The one proof in its parts, **not verified**; Unsigned when there is none, or several."""
    if len(proofs) != 1:
        raise Unsigned("not one proof")
    return jose.parse_unverified(proofs[0], limit=_LIMIT)


def nonce_of(signed: Signed) -> str | None:
    """The nonce that a proof bears; None when it bears none."""
    nonce = signed.claims.get("nonce")
    return nonce if isinstance(nonce, str) else None


def digest(token: str) -> str:
    """The `ath` of a token: base64url of its SHA-256 (RFC 9449 §4.2)."""
    return _encode_base64url(sha256(token.encode()).digest())


@lru_cache(maxsize=4096)
def normalize_url(url: str) -> str:
    """*url* as proofs are compared: RFC 3986 §6.2.2-§6.2.3, without query and fragment.

    Unsigned when it is not http or https, or names a user.
    """
    if not _PLAIN.fullmatch(url):  # urlsplit drops tabs and line ends without a word
        raise Unsigned("not an address")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise Unsigned("not an address") from error
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        raise Unsigned("not an address")
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        place = f"{place}:{port}"
    return f"{parts.scheme}://{place}{_normalize_url_path(parts.path)}"


@dataclass(frozen=True, slots=True)
class Nonces:
    """Nonces without memory: a MAC of the time, new every two minutes, good for two to four."""

    secret: bytes

    def fresh(self, now: datetime) -> str:
        """The nonce to use from now on."""
        return self._of(int(now.timestamp()) // _NONCE_S)

    def holds(self, nonce: str | None, now: datetime) -> bool:
        """Whether *nonce* is ours, of this period or of the one before."""
        period = int(now.timestamp()) // _NONCE_S
        sent = (nonce or "").encode("utf-8", "surrogatepass")
        known = [self._of(period).encode(), self._of(period - 1).encode()]
        return any([hmac.compare_digest(sent, one) for one in known])  # noqa: C419 (constant time)

    def _of(self, period: int) -> str:
        return _encode_base64url(hmac.digest(self.secret, str(period).encode(), sha256)[:16])


@lru_cache(maxsize=1024)
def _parse_proof_key(header: str) -> tuple[jose.Key, str]:
    """The key in a proof's header, and its thumbprint. A client's header is always the same."""
    members = jose.parse_unverified(f"{header}.e30.AA", limit=_LIMIT).header
    if members.get("typ") != "dpop+jwt":
        raise Unsigned("not a proof")
    key = jose.public_key(members.get("jwk"))
    return key, key.thumbprint()


def _check_proof_time(signed: Signed, now: float) -> None:
    made = jose.time_of(signed, "iat")
    if made is None or not now - WINDOW_S <= made <= now + WINDOW_S:
        raise Unsigned("proof of another time")
    begins, ends = jose.time_of(signed, "nbf"), jose.time_of(signed, "exp")
    if begins is not None and begins > now + WINDOW_S:
        raise Unsigned("proof not valid yet")
    if ends is not None and ends <= now:
        raise Unsigned("proof expired")


def _normalize_url_path(path: str) -> str:
    """Unreserved characters unescaped, escapes in capitals, no dot segment (RFC 3986 §5.2.4)."""
    kept: list[str] = []
    segments = _ESCAPE.sub(_normalize_escape, path or "/").split("/")
    for segment in segments:
        if segment == "..":
            kept = kept[:1] if len(kept) <= 1 else kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _normalize_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _encode_base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
