"""Who calls, with which key: assertions (RFC 7523), proofs (RFC 9449) and signed agreements.

Nothing here does I/O but `Auth.from_files`. The proof key is made anew for each `Auth` and never
leaves the process, so a stolen token is worth nothing elsewhere.
"""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from joserfc import jws, jwt
from joserfc.jwk import ECKey

from synergie.client._origin import check_secure
from synergie.client.keys import Algorithm, JoseKey, jose_key, load_key, public_jwks
from synergie.schemas.trust.agreement import Agreement, Party
from synergie.schemas.trust.agreement_bytes import SIGNATURE_TYPE

_ASSERTION_S = 60
_SHARING = "urn:synergie:data-sharing:1"


@dataclass(frozen=True, slots=True)
class _Signer:
    """A private key ready to sign."""

    key: JoseKey = field(repr=False)
    alg: Algorithm
    kid: str

    @classmethod
    def of(cls, jwk: Mapping[str, Any]) -> Self:
        return cls(*jose_key(jwk))


@dataclass(frozen=True, eq=False)
class Auth:
    """The identity of a program: its key, its name, and the server that knows both.

    `key` is a private JWK (`synergie.client.keys.load_key`, `new_key`). `signing_key` signs
    agreements; it is `key` when not given. `scope` narrows what is asked for: None asks for all
    that the program was registered with. `agreements` narrows the tokens to these agreements
    (RFC 9396): None leaves all live ones open. `organisation` is the one it acts for, needed to
    propose an agreement. Misconfigured when a key is of a kind we do not use, or when the issuer
    is neither https nor on this machine.

    `Auth.from_files(key="cle.json", client_id="pompey-exports", issuer="https://donnees.example")`
    is the usual way to make one.
    """

    key: Mapping[str, Any] = field(repr=False)
    client_id: str
    issuer: str
    _: KW_ONLY
    signing_key: Mapping[str, Any] | None = field(default=None, repr=False)
    scope: Iterable[str] | None = None
    agreements: Iterable[str] | None = None
    organisation: str | None = None
    clock: Callable[[], float] = field(default=time.time, repr=False)
    """Seconds since 1970; assertions, proofs and tokens are dated by it."""

    def __post_init__(self) -> None:
        check_secure(self.issuer, "issuer")
        signer = _Signer.of(self.key)
        own = signer if self.signing_key is None else _Signer.of(self.signing_key)
        proof_key = ECKey.generate_key("P-256")
        for name, value in (("_signer", signer), ("_own", own), ("_proof_key", proof_key)):
            object.__setattr__(self, name, value)
        for name in ("scope", "agreements"):
            given = getattr(self, name)
            object.__setattr__(self, name, None if given is None else tuple(given))

    _signer: _Signer = field(init=False, repr=False)
    _own: _Signer = field(init=False, repr=False)
    _proof_key: ECKey = field(init=False, repr=False)

    @classmethod
    def from_files(
        cls,
        *,
        key: str | Path,
        client_id: str,
        issuer: str,
        signing_key: str | Path | None = None,
        scope: Iterable[str] | None = None,
        agreements: Iterable[str] | None = None,
        organisation: str | None = None,
    ) -> Self:
        """The same, with keys in files (JWK or PEM, mode 0600); Misconfigured otherwise."""
        return cls(
            load_key(key),
            client_id,
            issuer,
            signing_key=None if signing_key is None else load_key(signing_key),
            scope=scope,
            agreements=agreements,
            organisation=organisation,
        )

    def assertion(self) -> str:
        """A new client assertion for the issuer, good once and for 60 s."""
        now = int(self.clock())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + _ASSERTION_S,
        }
        header = {"alg": self._signer.alg, "kid": self._signer.kid}
        return jwt.encode(header, claims, self._signer.key, algorithms=[self._signer.alg])

    def proof(self, method: str, url: str, *, token: str | None, nonce: str | None) -> str:
        """A new DPoP proof for one request; *url* without query and fragment (RFC 9449 §4.2)."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(self.clock()),
        }
        if token is not None:
            claims["ath"] = _encode_base64url(sha256(token.encode()).digest())
        if nonce is not None:
            claims["nonce"] = nonce
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self._proof_key.as_dict(private=False)}
        return jwt.encode(header, claims, self._proof_key, algorithms=["ES256"])

    def token_form(self, resource: str) -> dict[str, str]:
        """The fields of a token request for *resource*, with a new assertion."""
        form = {
            "grant_type": "client_credentials",
            "resource": resource,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(),
        }
        if self.scope is not None:
            form["scope"] = " ".join(self.scope)
        if self.agreements is not None:
            details = [{"type": _SHARING, "agreement": name} for name in self.agreements]
            form["authorization_details"] = json.dumps(details, separators=(",", ":"))
        return form

    def sign(self, agreement: Agreement, role: Party, organisation: str) -> str:
        """The signature of *organisation* as *role* over the terms, by their digest: a JWS."""
        payload = {
            "agreement": agreement.id,
            "version": agreement.version,
            "terms_sha256": agreement.terms_sha256,
            "role": role,
            "org": organisation,
            "iat": int(self.clock()),
        }
        return self.prove(SIGNATURE_TYPE, payload)

    def prove(self, typ: str, claims: Mapping[str, Any]) -> str:
        """*claims* as a compact JWS of the kind *typ*, by the key that signs agreements."""
        header = {"alg": self._own.alg, "kid": self._own.kid, "typ": typ}
        text = json.dumps(claims, separators=(",", ":"))
        return jws.serialize_compact(header, text, self._own.key, algorithms=[self._own.alg])

    def signing_jwks(self) -> dict[str, Any]:
        """The public half of the key that signs agreements and receipts, as a JWK set."""
        return public_jwks(self.signing_key or self.key)


def _encode_base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
