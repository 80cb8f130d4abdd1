"""Checks of the disk and of the process: modes, room, kind of disk, its speed, open files."""

import os
import resource
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli.operate._finding import Finding, advise, judge
from synergie.cli.texts import _, format_number

if TYPE_CHECKING:
    from synergie.server.settings import Settings

_NETWORK = {
    "9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "lustre", "nfs",
    "nfs4", "smb3", "smbfs",
}  # fmt: skip
"""Kinds of mounts over which locks and fsync of SQLite do not hold (sqlite.org/howtocorrupt)."""
_LEAST_ROOM = 1 << 30
_LEAST_SHARE = 0.1
_LEAST_SYNCS = 50
"""A second; each commit waits for one, and a spinning disk does about 100."""
_TRIES = 20
_SPARE_FILES = 256
"""Open files beside connections: store, keys, logs, workers."""
_MOUNTS = Path("/proc/self/mountinfo")


def check_disk(settings: "Settings", config: Path | None) -> Iterator[Finding]:
    """Modes of folder, keys and file of settings; room, kind and speed of the disk."""
    folder = settings.data_dir
    if not folder.is_dir():
        expected = _("the folder of the store (data_dir), made by the first start")
        yield Finding(
            "data_dir", "fault", _("{}: absent").format(folder), expected, "synergie serve"
        )
        return
    yield from _check_modes(folder, config, with_secret="@" in (settings.database_url or ""))
    yield _check_room(folder)
    if settings.store_url.startswith("sqlite"):
        yield _check_kind(folder)
    yield _check_speed(folder)


def check_open_files(settings: "Settings") -> Finding:
    """Whether the process may open as many files as connections are taken."""
    may, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_connections + _SPARE_FILES
    return advise(
        "open_files",
        format_number(may),
        _("{} at least (max_connections and {})").format(format_number(needed), _SPARE_FILES),
        holds=may == resource.RLIM_INFINITY or may >= needed,
        mend=f"LimitNOFILE={needed}",
    )


def _check_modes(folder: Path, config: Path | None, *, with_secret: bool) -> Iterator[Finding]:
    for path in (folder, folder / "keys"):
        if path.is_dir():
            yield _check_mode(path, stat.S_IRWXG | stat.S_IRWXO, "700")
    files = [*folder.glob("synergie.db*"), *(folder / "keys").glob("*")]
    for path in sorted(file for file in files if file.is_file()):
        found = _check_mode(path, stat.S_IRWXG | stat.S_IRWXO, "600")
        if found.state != "ok":
            yield found
    if config is not None:
        others = stat.S_IWGRP | stat.S_IWOTH | (stat.S_IROTH if with_secret else 0)
        yield _check_mode(config, others, "640")


def _check_mode(path: Path, closed: int, mode: str) -> Finding:
    found = stat.S_IMODE(path.stat().st_mode)
    return judge(
        "modes",
        f"{path} {found:04o}",
        _("0{}: closed to others").format(mode),
        holds=not found & closed,
        mend=f"chmod {mode} {path}",
    )


def _check_room(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    found = _("{} MB free of {}").format(
        *(format_number(n // 10**6) for n in (usage.free, usage.total))
    )
    expected = _("1 GB and a tenth of the disk")
    if usage.free < _LEAST_ROOM:
        return Finding("room", "fault", found, expected, "synergie db compact")
    return advise(
        "room",
        found,
        expected,
        holds=usage.free >= _LEAST_SHARE * usage.total,
        mend="synergie db compact",
    )


def _check_kind(folder: Path) -> Finding:
    kind = _find_mount_kind(folder.resolve())
    return judge(
        "disk_kind",
        kind or _("unknown"),
        _("a disk of this machine: over a network SQLite's locks do not hold"),
        holds=kind not in _NETWORK,
        mend="synergie db copy --from … --to postgresql://…",
    )


def _find_mount_kind(folder: Path) -> str:
    """The kind of the mount that *folder* is on; empty where the system does not tell."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    mounts = []
    for line in lines:
        before, _dash, after = line.partition(" - ")
        place = Path(before.split()[4].replace("\\040", " "))
        if folder.is_relative_to(place):
            mounts.append((len(place.parts), after.split()[0]))
    return max(mounts, default=(0, ""), key=lambda mount: mount[0])[1]


def _check_speed(folder: Path) -> Finding:
    path = folder / f".doctor-{secrets.token_hex(4)}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        started = time.perf_counter()
        for _n in range(_TRIES):
            os.pwrite(handle, b"x" * 4096, 0)
            os.fsync(handle)
        rate = _TRIES / (time.perf_counter() - started)
    finally:
        os.close(handle)
        path.unlink()
    return advise(
        "fsync",
        _("{} a second").format(format_number(round(rate))),
        _("{} a second: each commit waits for one").format(_LEAST_SYNCS),
        holds=rate >= _LEAST_SYNCS,
    )
