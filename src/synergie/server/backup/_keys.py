"""The keyring in a backup: as it is, or sealed under a passphrase (scrypt, AES-256-GCM)."""

import json
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from synergie.errors import BadInput, Words

_N, _R, _P = 2**15, 8, 1
"""scrypt (RFC 7914): 32 MiB and about 0.1 s a try."""
_WANTED = "the passphrase of this backup's keys"
_USE = b"synergie-backup-keys/1"


def pack_keys(folder: Path, passphrase: str | None) -> bytes:
    """The files of the key folder as one text; sealed with *passphrase* when there is one."""
    files = {path.name: path.read_text(encoding="ascii") for path in _list_key_files(folder)}
    plain = json.dumps(files, sort_keys=True).encode()
    if passphrase is None:
        return json.dumps({"form": "plain", "files": files}, sort_keys=True).encode()
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    data = AESGCM(_derive_backup_key(passphrase, salt)).encrypt(nonce, plain, _USE)
    body = {"salt": salt, "nonce": nonce, "data": data}
    shown = {name: b64encode(value).decode() for name, value in body.items()}
    return json.dumps({"form": "scrypt-aes256gcm", "n": _N, "r": _R, "p": _P} | shown).encode()


def unpack_keys(content: bytes, passphrase: str | None) -> dict[str, str]:
    """The files of the key folder by name. BadInput for another passphrase, or none."""
    packed = json.loads(content)
    if packed["form"] == "plain":
        return dict(packed["files"])
    if passphrase is None:
        raise BadInput("--passphrase-file", Words("none"), _WANTED)
    salt, nonce, data = (b64decode(packed[name]) for name in ("salt", "nonce", "data"))
    try:
        plain = AESGCM(_derive_backup_key(passphrase, salt)).decrypt(nonce, data, _USE)
    except InvalidTag as error:
        raise BadInput("--passphrase-file", Words("another one"), _WANTED) from error
    return dict(json.loads(plain))


def write_keys(files: dict[str, str], folder: Path) -> None:
    """Write the files of a key folder, which others may not read."""
    folder.mkdir(mode=0o700)
    for name, content in files.items():
        if Path(name).name != name:
            raise BadInput(name, Words("a path"), "a name of a key file")
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(content, encoding="ascii")


def _list_key_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."]


def _derive_backup_key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_N, r=_R, p=_P).derive(passphrase.encode())
