"""Making a backup of a server that runs: a folder that is there whole, or not at all."""

import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from synergie import __version__
from synergie.errors import BadInput, Misconfigured, Words
from synergie.proof import tree_head
from synergie.server.backup._content import (
    FORM,
    JWKS,
    KEYS,
    MANIFEST,
    SIGNATURE,
    TYP,
    Manifest,
    list_backup_files,
)
from synergie.server.backup._keys import pack_keys
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.storage.dump import Progress, dump_store, sync_path
from synergie.storage.store import Store

FOLDERS = ("depot", "exports")
"""Folders of the data folder that go with a store."""


def create_backup(
    settings: Settings, out: Path, *, passphrase: str | None, now: datetime, progress: Progress
) -> Manifest:
    """Back up the server of *settings* into the new folder *out*; it may run meanwhile.

    *passphrase* None: the private keys are in it as they are. Everything is on the disk when this
    returns. BadInput when *out* is there already.
    """
    if out.exists():
        raise BadInput(str(out), Words("something"), "a name that is not taken")
    if not settings.keys_dir.is_dir():
        raise Misconfigured("{}: no keys of a server here (SYNERGIE_DATA_DIR)", settings.keys_dir)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{token_hex(4)}")
    draft.mkdir(mode=0o700)
    try:
        manifest = _fill_backup_folder(settings, draft, passphrase, now=now, progress=progress)
        draft.rename(out)
        sync_path(out.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def _fill_backup_folder(
    settings: Settings, folder: Path, passphrase: str | None, *, now: datetime, progress: Progress
) -> Manifest:
    store = Store.open(settings.store_url, migrate=False)
    try:
        _, content = dump_store(store, folder, progress)
        keyring = Keyring.open(settings.keys_dir)
        _write_synced_file(folder / KEYS, pack_keys(settings.keys_dir, passphrase))
    finally:
        store.close()
    _write_synced_file(
        folder / JWKS, json.dumps({"keys": keyring.published()}, default=str).encode()
    )
    for name in FOLDERS:
        copy_files(settings.data_dir / name, folder / name)
    prover = keyring.prover(settings.issuer)
    root = bytes.fromhex(content.root)
    manifest = Manifest(
        form=FORM,
        made_at=now,
        version=__version__,
        issuer=settings.issuer,
        engine="sqlite" if settings.store_url.startswith("sqlite") else "postgresql",
        **asdict(content),
        head=tree_head.sign_tree_head(prover, content.tree_size, root, now=now),
        keys="plain" if passphrase is None else "sealed",
        files=list_backup_files(folder, progress),
    )
    body = manifest.model_dump_json(indent=1).encode()
    _write_synced_file(folder / MANIFEST, body)
    claims = {"sha256": sha256(body).hexdigest(), "iat": int(now.timestamp())}
    _write_synced_file(folder / SIGNATURE, prover.sign(TYP, claims).encode())
    sync_path(folder)
    return manifest


def copy_files(source: Path, target: Path) -> None:
    """The files of a folder in use: what is removed or half made meanwhile is left out."""
    for path in source.rglob("*") if source.is_dir() else ():
        if not path.is_file() or path.name.startswith("."):
            continue
        place = target / path.relative_to(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            shutil.copyfile(path, place)
            place.chmod(0o600)
            sync_path(place)


def _write_synced_file(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
