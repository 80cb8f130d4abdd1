"""The authorization server's private keys: JWK files of mode 0600, shared by all workers.

`current.jwk` signs; `next.jwk` is already published, so that no cache is surprised by it.
"""

import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from synergie.errors import Misconfigured

_OTHERS_MAY = 0o077


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that sign tokens now and next, and a secret of this server."""

    current: ECKey
    next: ECKey
    secret: bytes

    @classmethod
    def open(cls, folder: Path) -> "Keyring":
        """The keys in *folder*, made when they are not there yet; two workers may race.

        Misconfigured when a file can be read by others, or is not a key of ours.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(
            _key(_file(folder / "current.jwk", _fresh_key)),
            _key(_file(folder / "next.jwk", _fresh_key)),
            _file(folder / "secret", lambda: secrets.token_hex(32)).read_bytes(),
        )

    @property
    def trusted(self) -> KeySet:
        """The keys by which our own tokens verify."""
        return KeySet([self.current, self.next])

    def published(self) -> dict[str, list[dict[str, Any]]]:
        """The JWK set that everyone may read: public members only."""
        return {"keys": [dict(key.as_dict(private=False)) for key in (self.current, self.next)]}

    def secret_for(self, use: str) -> bytes:
        """A secret for one *use*, the same in every worker."""
        return hmac.digest(self.secret, use.encode(), sha256)


def _fresh_key() -> str:
    key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True))


def _file(path: Path, made: Callable[[], str]) -> Path:
    """*path*, written whole or not at all; of two racing writers the first wins."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(made())
                file.flush()
                os.fsync(handle)
            _link(draft, path)
        finally:
            draft.unlink()
    if path.stat().st_mode & _OTHERS_MAY:
        raise Misconfigured("{}: others may read it, expected mode 0600", path.name)
    return path


def _link(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another worker was faster; its key is ours


def _key(path: Path) -> ECKey:
    try:
        key = ECKey.import_key(json.loads(path.read_text(encoding="ascii")))
    except (JoseError, ValueError, TypeError) as error:
        raise Misconfigured("{}: expected a private JWK, EC P-256", path.name) from error
    if not key.is_private or key.curve_name != "P-256":
        raise Misconfigured("{}: expected a private JWK, EC P-256", path.name)
    key.ensure_kid()
    return key
