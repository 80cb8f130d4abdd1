"""Whoever signs proofs in a test: an independent signer, with cryptography alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.server.partner import Signer, ec_signer, jwt

ISSUER = "https://donnees.example"


@dataclass(frozen=True)
class Hand:
    """A Prover whose JWS are made by hand."""

    key: Signer = field(default_factory=ec_signer)
    issuer: str = ISSUER

    def sign(self, typ: str, claims: Mapping[str, Any]) -> str:
        header = {"alg": self.key.alg, "kid": self.key.kid, "typ": typ}
        return jwt(header, {"iss": self.issuer, **claims}, self.key)

    def jwks(self, **more: Any) -> dict[str, Any]:
        """The public key, with *more* members as a server tells them."""
        return {"keys": [{**self.key.jwk, "kid": self.key.kid, **more}]}
