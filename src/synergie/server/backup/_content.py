"""What a backup is: files, a manifest with the digest of each, and its signature."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Literal

from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from synergie.errors import BadInput, Words
from synergie.proof import jose
from synergie.storage.dump import POSTGRES_FILE, SQLITE_FILE, Progress

FORM: Literal["synergie-backup/1"] = "synergie-backup/1"
TYP = "synergie-backup+jwt"
"""`typ` of the JWS (RFC 8725 §3.11)."""
MANIFEST, SIGNATURE, JWKS, KEYS = "manifest.json", "manifest.jws", "jwks.json", "keys.json"
_SIGNED = "a signature of the manifest by a key of the server"
_LIMIT = 4096
_MOST_MANIFEST = 64 << 20


class File(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Its path in the folder, with `/`."""
    size: int
    """Bytes."""
    sha256: str
    """Of its bytes, hexadecimal."""


class Manifest(BaseModel):
    """What a backup holds, and of which moment of which store."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Literal["synergie-backup/1"]
    """Name and version of this form."""
    made_at: datetime
    """When it was begun."""
    version: str
    """Of the program that made it."""
    issuer: str
    """Public address of the server."""
    engine: Literal["sqlite", "postgresql"]
    """Which engine its store is of; a restore is to the same one."""
    revision: str
    """Of the tables."""
    epoch: str
    """Of the store."""
    seq: int
    """Number of its last change: what came later is not in it."""
    tree_size: int
    """How many records its journal has."""
    root: str
    """Root of the journal, hexadecimal."""
    head: str
    """The same two, signed: a tree head (`synergie-sth+jwt`)."""
    counts: Mapping[str, int]
    """Rows of each table."""
    keys: Literal["sealed", "plain"]
    """Whether the private keys need a passphrase."""
    files: tuple[File, ...]
    """Every other file of the folder but the signature."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose manifest is signed and whose files have the digests that it says."""

    folder: Path
    manifest: Manifest
    digest: str
    """SHA-256 of the manifest."""
    kid: str
    """The key that signed it."""
    keys: KeySet
    """The public keys that it was verified with."""

    @property
    def store(self) -> Path:
        """The file of the store."""
        name = SQLITE_FILE if self.manifest.engine == "sqlite" else POSTGRES_FILE
        return self.folder / name


def open_backup(folder: Path, jwks: Mapping[str, Any] | None, progress: Progress) -> Backup:
    """The backup in *folder*, its signature and every digest verified; nothing is written.

    *jwks*: public keys of the server that the reader holds; else those beside the manifest, which
    show that nothing changed since, not who made it. BadInput names the file that does not hold.
    """
    content = _read_backup_file(folder / MANIFEST, _MOST_MANIFEST)
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise BadInput(MANIFEST, Words("another content"), f"a manifest {FORM}") from error
    keys = _public_keys(_read_backup_file(folder / JWKS, _MOST_MANIFEST) if jwks is None else jwks)
    digest = sha256(content).hexdigest()
    signed = _verify_backup_signature(
        _read_backup_file(folder / SIGNATURE, _LIMIT).decode("ascii", "replace"), keys
    )
    if signed.claims.get("sha256") != digest:
        raise BadInput(MANIFEST, Words("changed since it was signed"), "the manifest as signed")
    _require_files(folder, manifest, progress)
    return Backup(folder, manifest, digest, str(signed.header.get("kid")), keys)


def list_backup_files(folder: Path, progress: Progress) -> tuple[File, ...]:
    """Every file in *folder*, with its digest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    whole, done, files = sum(path.stat().st_size for path in paths), 0, list[File]()
    for path in paths:
        size = path.stat().st_size
        name = path.relative_to(folder).as_posix()
        files.append(File(name=name, size=size, sha256=digest_of(path)))
        done += size
        progress("digests", done, whole)
    return tuple(files)


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _require_files(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Each file is there as it was, and there is no other."""
    named = {one.name: one for one in manifest.files}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(there - set(named) - {MANIFEST, SIGNATURE}):
        raise BadInput(name, Words("a file"), "only files that the manifest names")
    whole, done = sum(one.size for one in manifest.files), 0
    for name, one in named.items():
        path = folder / name
        if ".." in Path(name).parts or name not in there:
            raise BadInput(name, Words("no file"), "the file that the manifest names")
        if path.stat().st_size != one.size:
            found = Words("another length: the backup was cut short or changed")
            raise BadInput(name, found, f"{one.size} bytes")
        if digest_of(path) != one.sha256:
            raise BadInput(name, Words("changed since the backup was made"), "the bytes as signed")
        done += one.size
        progress("digests", done, whole)


def _verify_backup_signature(text: str, keys: KeySet) -> jose.Signed:
    try:
        return jose.verify_compact(text.strip(), TYP, keys, limit=_LIMIT)
    except jose.Unsigned as error:
        raise BadInput(SIGNATURE, Words("another one"), _SIGNED) from error


def _public_keys(jwks: bytes | Mapping[str, Any]) -> KeySet:
    try:
        members = (json.loads(jwks) if isinstance(jwks, bytes) else jwks)["keys"]
        return KeySet([jose.public_key(_get_public_jwk(one)) for one in members])
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # Unsigned is a ValueError
        raise BadInput(JWKS, Words("another content"), "the public keys of the server") from error


def _get_public_jwk(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """A published key without what it is for."""
    return {
        name: jwk[name] for name in ("kty", "crv", "x", "y", "kid", "alg", "use") if name in jwk
    }


def _read_backup_file(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadInput(path.name, Words("no file"), "a folder that a backup made") from error
