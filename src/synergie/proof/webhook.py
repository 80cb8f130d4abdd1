"""Signed webhooks, by the Standard Webhooks specification: three headers over the raw body.

Two kinds of secret. `v1a`: Ed25519; the sender keeps `whsk_…`, the receiver knows `whpk_…`, which
need not be hidden and cannot sign. `v1`: HMAC-SHA-256; both keep the same `whsec_…`. Which key
verifies is the receiver's choice, made before a message comes: nothing is taken from the message.
"""

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TOLERANCE_S = 300
"""How far the time of a message may be from ours, seconds."""
MOST_BYTES = 20_000
"""Most bytes of the body of a webhook that we send."""

type Kind = Literal["v1a", "v1"]

_ID, _TIME, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_SECRET, _PUBLIC, _SHARED = "whsk_", "whpk_", "whsec_"
_SEED = 32
_LEAST, _MOST = 24, 64
_MOST_SIGNATURES = 16
_LONGEST = 4096
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Forged(ValueError):
    """A message that is not signed as it must be. Its words are constant: no part of the input."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers of a message say. Nothing of it may be believed before it is verified."""

    id: str
    """The same each time that one message is sent again."""
    timestamp: int
    """When this attempt was made, seconds since 1970."""
    signatures: tuple[str, ...]


def new_secret(kind: Kind = "v1a") -> str:
    """A new secret of a sender: `whsk_…` of 32 bytes, or `whsec_…` of 32 bytes."""
    return secret_of(secrets.token_bytes(_SEED), kind)


def secret_of(seed: bytes, kind: Kind) -> str:
    """The secret whose 32 bytes are *seed*."""
    if len(seed) != _SEED:
        raise ValueError(f"seed of {len(seed)} bytes, expected {_SEED}")
    return (_SECRET if kind == "v1a" else _SHARED) + b64encode(seed).decode()


def kind_of(secret: str) -> Kind:
    """With which kind of signature *secret*, or a public key, goes; ValueError for another text."""
    if secret.startswith((_SECRET, _PUBLIC)):
        return "v1a"
    if secret.startswith(_SHARED):
        return "v1"
    raise ValueError(f"expected {_SECRET}…, {_PUBLIC}… or {_SHARED}…")


def derive_receiver_key(secret: str) -> str:
    """What the receiver is given: `whpk_…` of an Ed25519 secret; a shared one is the same."""
    if kind_of(secret) == "v1":
        return secret
    return _PUBLIC + b64encode(_load_private_key(secret).public_key().public_bytes_raw()).decode()


def sign_webhook_message(secret: str, *, id_: str, timestamp: int, body: bytes) -> str:
    """One signature over a message, as it stands in the header: `v1a,…` or `v1,…`."""
    text = _build_signed_bytes(id_, timestamp, body)
    if kind_of(secret) == "v1":
        return "v1," + b64encode(_compute_mac(secret, text)).decode()
    return "v1a," + b64encode(_load_private_key(secret).sign(text)).decode()


def headers(signing: Iterable[str], *, id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, with a signature by each of *signing* (two in a rotation)."""
    signed = [sign_webhook_message(one, id_=id_, timestamp=timestamp, body=body) for one in signing]
    return {_ID: id_, _TIME: str(timestamp), _SIGNATURE: " ".join(signed)}


def verify_webhook(
    sent: Mapping[str, str], body: bytes, keys: Sequence[str], *, now: float
) -> Envelope:
    """The envelope of a message that one of *keys* signed, at most 5 min from *now*; else Forged.

    *sent*: the headers, by names in any case of letters. *keys*: `whpk_…` and `whsec_…` that the
    receiver trusts. *body*: the bytes as they came, before anything parses them.
    """
    envelope = _parse_envelope(sent)
    text = _build_signed_bytes(envelope.id, envelope.timestamp, body)
    tried = [_is_signature_of(key, one, text) for key in keys for one in envelope.signatures]
    if not any(tried):
        raise Forged("no signature verifies with a key that is trusted")
    if abs(now - envelope.timestamp) > TOLERANCE_S:
        raise Forged("signed too long ago, or ahead of time")
    return envelope


def _parse_envelope(sent: Mapping[str, str]) -> Envelope:
    found = {name.lower(): value for name, value in sent.items()}
    if len(found) < len(sent):
        raise Forged("a header is given twice")
    identifier, told = found.get(_ID, ""), found.get(_TIME, "")
    if not _IDENTIFIER.fullmatch(identifier) or not _SECONDS.fullmatch(told):
        raise Forged("no webhook-id, or no webhook-timestamp in seconds")
    signed = found.get(_SIGNATURE, "")
    parts = tuple(signed.split(" ", _MOST_SIGNATURES))
    if not signed or len(signed) > _LONGEST or len(parts) > _MOST_SIGNATURES:
        raise Forged("no webhook-signature, or too many")
    return Envelope(identifier, int(told), parts)


def _is_signature_of(key: str, told: str, text: bytes) -> bool:
    """Whether *told* is the signature of *text* by *key*; a kind only ever meets its own."""
    kind, _, value = told.partition(",")
    if kind != kind_of(key):
        return False
    try:
        raw = b64decode(value, validate=True)
    except ValueError:
        return False
    if kind == "v1":
        return hmac.compare_digest(raw, _compute_mac(key, text))
    try:
        _load_public_key(key).verify(raw, text)
    except InvalidSignature:
        return False
    return True


def _build_signed_bytes(identifier: str, timestamp: int, body: bytes) -> bytes:
    """The bytes that are signed; the dots part them, so the identifier may hold none."""
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError("id: expected letters, digits, _ and -")
    return f"{identifier}.{timestamp}.".encode() + body


def _compute_mac(secret: str, text: bytes) -> bytes:
    return hmac.digest(_decode_key_bytes(secret, _LEAST, _MOST), text, sha256)


def _load_private_key(secret: str) -> Ed25519PrivateKey:
    """Of the 32 bytes of RFC 8032; a secret of 64 bytes repeats the public key after them."""
    if not secret.startswith(_SECRET):
        raise ValueError(f"expected {_SECRET}…")
    raw = _decode_key_bytes(secret, _SEED, 2 * _SEED)
    key = Ed25519PrivateKey.from_private_bytes(raw[:_SEED])
    if raw[_SEED:] not in (b"", key.public_key().public_bytes_raw()):
        raise ValueError("the two halves of the secret do not fit")
    return key


def _load_public_key(key: str) -> Ed25519PublicKey:
    if not key.startswith(_PUBLIC):
        raise ValueError(f"expected {_PUBLIC}…")
    return Ed25519PublicKey.from_public_bytes(_decode_key_bytes(key, _SEED, _SEED))


def _decode_key_bytes(text: str, least: int, most: int) -> bytes:
    raw = b64decode(text.partition("_")[2], validate=True)
    if not least <= len(raw) <= most:
        raise ValueError(f"key of {len(raw)} bytes, expected {least} to {most}")
    return raw
