"""The private key of an organisation, sealed at rest: AES-256-GCM under a key of its own.

That key is made from one secret of the server, the organisation and the key's name, and is never
stored: a copy of the store, or a backup of it, signs nothing. What is sealed for one organisation
does not open for another (NIST SP 800-38D: the names are additional data).
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from synergie.errors import Conflict

_NONCE = 12


def encrypt_private_key(root: bytes, owner: str, kid: str, jwk: Mapping[str, Any]) -> bytes:
    """The private *jwk* under the secret *root*: nonce, then ciphertext with its tag."""
    nonce = secrets.token_bytes(_NONCE)
    text = json.dumps(dict(jwk), sort_keys=True, separators=(",", ":")).encode()
    return nonce + AESGCM(_derive_box_key(root, owner, kid)).encrypt(
        nonce, text, _encode_key_names(owner, kid)
    )


def opened(root: bytes, owner: str, kid: str, box: bytes) -> dict[str, Any]:
    """The private JWK in *box*. Conflict when it was sealed by another secret, or changed since."""
    try:
        plain = AESGCM(_derive_box_key(root, owner, kid)).decrypt(
            box[:_NONCE], box[_NONCE:], _encode_key_names(owner, kid)
        )
    except (InvalidTag, ValueError) as error:
        raise Conflict("sealed elsewhere", "a key sealed by this server's own secret") from error
    found: dict[str, Any] = json.loads(plain)
    return found


def _derive_box_key(root: bytes, owner: str, kid: str) -> bytes:
    return hmac.digest(root, b"key\x1f" + _encode_key_names(owner, kid), sha256)


def _encode_key_names(owner: str, kid: str) -> bytes:
    return f"{owner}\x1f{kid}".encode()
