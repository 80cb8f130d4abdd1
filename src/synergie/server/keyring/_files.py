"""Key files: private JWKs and one list of what they are for, mode 0600, shared by all workers.

A file is written whole or not at all. Of two workers that make the same file the first wins; a
change of the list waits for the one under way.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import TypeAdapter, ValidationError

from synergie.errors import Misconfigured
from synergie.server.keyring._ring import Ring, RingKey

LIST = "ring.json"

_OTHERS_MAY = 0o077
_RING: TypeAdapter[Ring] = TypeAdapter(tuple[RingKey, ...])


def generate_private_key() -> ECKey:
    """A new private key, EC P-256, named by its thumbprint."""
    return ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)


def get_public_jwk(key: ECKey) -> dict[str, Any]:
    """The public half of *key*."""
    return dict(key.as_dict(private=False))


def create_private_file(path: Path, text: Callable[[], str]) -> Path:
    """*path*, filled with *text* unless it is there already. Misconfigured when others may read."""
    if not path.exists():
        draft = _write_draft_file(path, text())
        try:
            _link_draft_file(draft, path)
        finally:
            draft.unlink()
    return check_private_file(path)


def replace_private_file(path: Path, text: str) -> None:
    """*path* with *text* in the place of what it held."""
    _write_draft_file(path, text).rename(path)


def check_private_file(path: Path) -> Path:
    """*path* again. Misconfigured when others may read it."""
    if path.stat().st_mode & _OTHERS_MAY:
        raise Misconfigured("{}: others may read it, expected mode 0600", path.name)
    return path


def key_file(folder: Path, kid: str) -> Path:
    """Where the private key *kid* is."""
    return folder / f"{kid}.jwk"


def saved_key(folder: Path, key: ECKey) -> None:
    """Write the private *key* into its file."""
    create_private_file(
        key_file(folder, str(key.kid)), lambda: json.dumps(key.as_dict(private=True))
    )


def read_key(folder: Path, held: RingKey) -> ECKey:
    """The private key of *held*. Misconfigured when its file is not that key."""
    path = key_file(folder, held.kid)
    wrong = Misconfigured(
        "{}: expected the private JWK, EC P-256, that it is named after", path.name
    )
    try:
        key = ECKey.import_key(json.loads(check_private_file(path).read_text(encoding="ascii")))
    except (OSError, JoseError, ValueError, TypeError) as error:
        raise wrong from error
    if not key.is_private or key.curve_name != "P-256" or key.thumbprint() != held.kid:
        raise wrong
    key.ensure_kid()
    return key


def read_ring(folder: Path) -> Ring:
    """The list of keys. Misconfigured when the file is not one."""
    try:
        return _RING.validate_json(check_private_file(folder / LIST).read_bytes())
    except ValidationError as error:
        raise Misconfigured("{}: expected the list of the server's keys", LIST) from error


def format_ring(ring: Ring) -> str:
    """The list of keys as its file holds it."""
    rows = [
        {field.name: _convert_to_plain_value(getattr(held, field.name)) for field in fields(held)}
        for held in ring
    ]
    return json.dumps(rows, indent=1)


def file_time(path: Path) -> datetime:
    """When *path* was written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """The one who changes the list, until the block ends."""
    handle = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _convert_to_plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _write_draft_file(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    return draft


def _link_draft_file(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another worker was faster; its file is ours
