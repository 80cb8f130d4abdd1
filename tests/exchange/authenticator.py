"""A passkey in a few lines of `cryptography` and hand-made CBOR: no code of the library we test.

W3C Web Authentication Level 3: §6.1 authenticator data, §6.5.4 attestation object, §6.3.3
assertion signature.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey for one site; `count` rises at each use unless it *counts* not at all."""

    origin: str
    rp: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    handle: bytes = b""
    count: int = 0
    counts: bool = True

    def made(self, options: dict[str, Any], **other: Any) -> str:
        """The answer to *options* of a registration (RegistrationResponseJSON)."""
        self.handle = raw(options["user"]["id"])
        client = self._client("webauthn.create", options["challenge"], other)
        data = self._data(other.get("flags", PRESENT | VERIFIED) | ATTESTED) + self._attested()
        found = {
            "clientDataJSON": b64(client),
            "attestationObject": b64(
                b"\xa3" + _text("fmt") + _text("none") + _text("attStmt") + b"\xa0"
                + _text("authData") + _bytes(data)
            ),
        }  # fmt: skip
        return self._answer(found)

    def signed(self, options: dict[str, Any], **other: Any) -> str:
        """The answer to *options* of a log-in (AuthenticationResponseJSON)."""
        self.count += self.counts
        client = self._client("webauthn.get", options["challenge"], other)
        data = self._data(other.get("flags", PRESENT | VERIFIED))
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        found = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(other.get("signature", signature)),
            "userHandle": b64(other.get("handle", self.handle)),
        }
        return self._answer(found)

    def _answer(self, response: dict[str, str]) -> str:
        name = b64(self.credential)
        told = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(told | {"clientExtensionResults": {}})

    def _client(self, kind: str, challenge: str, other: dict[str, Any]) -> bytes:
        told = {
            "type": other.get("type", kind),
            "challenge": other.get("challenge", challenge),
            "origin": other.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def _data(self, flags: int) -> bytes:
        rp = sha256(self.rp.encode()).digest()
        return rp + bytes([flags]) + self.count.to_bytes(4, "big")

    def _attested(self) -> bytes:
        size = len(self.credential).to_bytes(2, "big")
        return bytes(16) + size + self.credential + self._cose()

    def _cose(self) -> bytes:
        """ES256 on P-256 (RFC 9053 §2.1, §7.1.1)."""
        point = self.key.public_key().public_numbers()
        x, y = (value.to_bytes(32, "big") for value in (point.x, point.y))
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21" + _bytes(x) + b"\x22" + _bytes(y)


def b64(value: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    """The bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(value: str) -> bytes:
    return bytes([0x60 + len(value)]) + value.encode()


def _bytes(value: bytes) -> bytes:
    assert len(value) < 1 << 16
    head = b"\x58" + bytes([len(value)]) if len(value) < 256 else b"\x59" + len(value).to_bytes(2)
    return head + value
