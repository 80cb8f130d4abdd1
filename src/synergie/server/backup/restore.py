"""Putting a server back from a backup: into an empty place, in a new epoch, and said to everybody.

Everything is made in a folder beside its place and moved in at the end, the database last. A
restore that was interrupted is taken up by the same command; no server starts meanwhile.
"""

import errno
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from synergie.errors import BadInput, Misconfigured, Words
from synergie.policy import permit_operator
from synergie.server.backup._content import KEYS, Backup
from synergie.server.backup._keys import unpack_keys, write_keys
from synergie.server.backup.create import FOLDERS, copy_files
from synergie.server.backup.verify import (
    Verdict,
    check_store,
    require_content,
    require_revision,
    scratch_store,
)
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.storage.dump import Progress, is_empty, load_store, sync_path
from synergie.storage.epochs import Why, begin_epoch, close_doors
from synergie.storage.mark import mark_path, read_mark, write_mark
from synergie.storage.scratch import (
    forget_place,
    read_epoch,
    read_revision,
    redact_url_password,
    sqlite_file,
    summarise_restore,
)
from synergie.storage.store import Store

RESTORING = ".restoring"
"""The folder in the data folder where a restore is made; a server does not start beside it."""
_OVER, _STAGING = ".restored", ".restoring"
_WHICH, _FILLED = "backup", "filled"
_STORE = "store.db"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to. `lost`: changes after `seq` that were told; None: unknown."""

    epoch: str
    seq: int
    lost: int | None
    paused: int
    organisations: tuple[str, ...]


def restore_backup(
    backup: Backup, settings: Settings, *, passphrase: str | None, now: datetime, progress: Progress
) -> Restored:
    """Put the server of *backup* where *settings* say: nothing may be there, but a half restore.

    A new epoch begins; tokens and log-ins are gone, webhooks paused. BadInput before anything is
    written when the passphrase is another one or the backup is of another engine or of a later
    version.
    """
    _require_engine(backup, settings)
    require_revision(backup)
    keys = unpack_keys((backup.folder / KEYS).read_bytes(), passphrase)
    if not any(name.startswith(backup.kid) for name in keys):
        raise BadInput(KEYS, Words("keys of another server"), "the key that signed the manifest")
    staging = settings.data_dir / RESTORING
    _prepare_staging(staging, backup, settings)
    before = _read_lost_mark(settings.store_url)
    if not (staging / _FILLED).exists():
        _fill_staging(staging, backup, keys)
        if backup.manifest.engine == "sqlite":
            _load_staged(staging, backup, now, progress)
        (staging / _FILLED).touch()
        sync_path(staging)
    if backup.manifest.engine == "postgresql":
        _load_in_place(backup, settings.store_url, now, progress)
    _move_staged_parts(staging, settings)
    return _finish_restore(settings, staging, before, now)


def accept_store(settings: Settings, *, now: datetime) -> Restored:
    """Say that the database that stands there, put back by hand, is the right one: a new epoch."""
    before = _read_lost_mark(settings.store_url)
    store = Store.open(settings.store_url, accept=True)
    try:
        _begin_epoch(store, "accepted", now)
        return _summarise_restored_store(store, before, now)
    finally:
        store.close()


def _require_engine(backup: Backup, settings: Settings) -> None:
    engine = backup.manifest.engine
    if not settings.store_url.startswith(engine):
        raise BadInput(
            "--store",
            settings.store_url.partition(":")[0],
            "the engine of the backup; to another one: synergie db copy",
        )


def _prepare_staging(staging: Path, backup: Backup, settings: Settings) -> None:
    """The folder of this restore: a new one in an empty place, or the one that was interrupted."""
    name = staging / _WHICH
    if staging.exists():
        if name.exists() and name.read_text(encoding="ascii") != backup.digest:
            raise Misconfigured(
                "{}: a restore of another backup was interrupted here; end that one, or remove"
                " this folder",
                staging,
            )
        name.write_text(backup.digest, encoding="ascii")
        return
    _require_empty(settings)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    staging.mkdir(mode=0o700)
    name.write_text(backup.digest, encoding="ascii")
    sync_path(staging)


def _require_empty(settings: Settings) -> None:
    for folder in (settings.keys_dir, *(settings.data_dir / name for name in FOLDERS)):
        if folder.exists() and any(folder.iterdir()):
            raise Misconfigured("{}: expected an empty place to restore into", folder)
    if not is_empty(settings.store_url):
        raise Misconfigured(
            "{}: expected an empty place to restore into", redact_url_password(settings.store_url)
        )


def _fill_staging(staging: Path, backup: Backup, keys: dict[str, str]) -> None:
    """The files; what an interrupted restore had made of them is made again."""
    for path in staging.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _WHICH:
            path.unlink()
    write_keys(keys, staging / "keys")
    for name in FOLDERS:
        if (backup.folder / name).is_dir():
            copy_files(backup.folder / name, staging / name)
    for path in staging.rglob("*"):
        sync_path(path)


def _load_staged(staging: Path, backup: Backup, now: datetime, progress: Progress) -> None:
    url = f"sqlite:///{staging / _STORE}"
    load_store(backup.store, url, progress)
    require_content(backup, url)
    _begin_restored(url, now)


def _load_in_place(backup: Backup, url: str, now: datetime, progress: Progress) -> None:
    """One transaction loads the database, another begins the epoch; what is done stays."""
    if is_empty(url):
        load_store(backup.store, url, progress)
    if read_epoch(url) == backup.manifest.epoch:
        if read_revision(url) == backup.manifest.revision:  # else an interrupted try migrated it
            require_content(backup, url)
        _begin_restored(url, now)


def _begin_restored(url: str, now: datetime) -> None:
    forget_place(url)
    store = Store.open(url)
    try:
        _begin_epoch(store, "restored", now)
    finally:
        store.close()


def _begin_epoch(store: Store, why: Why, now: datetime) -> None:
    with store.write(essential=True) as session:
        permit = permit_operator(now=now)
        begin_epoch(permit, session, why, now=now)
        close_doors(permit, session)


def _move_staged_parts(staging: Path, settings: Settings) -> None:
    """Each part into its place, the database last; one that was moved already is not there."""
    for name, target in (
        ("keys", settings.keys_dir),
        *((name, settings.data_dir / name) for name in FOLDERS),
    ):
        if (staging / name).exists():
            if target.exists():
                target.rmdir()  # empty: looked at before
            (staging / name).rename(target)
    if (staging / _STORE).exists():
        target = sqlite_file(settings.store_url)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _move_file(staging / _STORE, target)
        sync_path(target.parent)
    sync_path(settings.data_dir)


def _move_file(source: Path, target: Path) -> None:
    """At once, also onto another file system."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = target.with_name(f".{target.name}{_STAGING}")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        shutil.copyfile(source, draft)
        sync_path(draft)
        draft.rename(target)
        source.unlink()


def _finish_restore(
    settings: Settings, staging: Path, before: int | None, now: datetime
) -> Restored:
    store = Store.open(settings.store_url, migrate=False, accept=True)
    try:
        write_mark(store.engine, store.url)
        found = _summarise_restored_store(store, before, now)
    finally:
        store.close()
    over = staging.with_name(_OVER)
    shutil.rmtree(over, ignore_errors=True)
    staging.rename(over)  # at once: a half removed folder would be taken for a half restore
    shutil.rmtree(over)
    return found


def _read_lost_mark(url: str) -> int | None:
    """How far the store had come that was lost, when its mark is still there."""
    path = mark_path(url)
    mark = None if path is None else read_mark(path)
    return None if mark is None else mark.n


def _summarise_restored_store(store: Store, before: int | None, now: datetime) -> Restored:
    with store.read() as session:
        epoch, seq, paused, names = summarise_restore(permit_operator(now=now), session)
    lost = None if before is None else max(0, before - seq)
    return Restored(epoch=epoch, seq=seq, lost=lost, paused=paused, organisations=names)


def drill_backup(
    backup: Backup,
    folder: Path,
    *,
    server: str | None,
    passphrase: str | None,
    now: datetime,
    progress: Progress,
) -> Verdict:
    """Restore *backup* into the empty *folder* and a scratch database, and read all of it."""
    with scratch_store(backup, server) as url:
        place = Settings(data_dir=folder / "data", database_url=url)
        restore_backup(backup, place, passphrase=passphrase, now=now, progress=progress)
        Keyring.open(place.keys_dir)
        progress("journal", 0, 1)
        return check_store(url, now=now)
