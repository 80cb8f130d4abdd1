"""Files of an export: written beside under a name that nobody is told, whole or not at all."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BufferedIOBase
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO, cast, override

from synergie.errors import StorageFull, TooLarge
from synergie.schemas.trust.export import ExportFile

_DRAFT = ".draft-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CSV = "text/csv"


class Sink(BufferedIOBase):
    """A file on its way: its bytes are counted and hashed, its lines too. TooLarge over the room.

    What is written goes to the disk in pieces; nothing of it is kept in memory.
    """

    def __init__(self, file: BinaryIO, room: int) -> None:
        self._file, self._room = file, room
        self._digest = sha256()
        self.size = self.lines = 0

    @override
    def writable(self) -> bool:
        """True."""
        return True

    @override
    def write(self, data: Any, /) -> int:
        """Take *data*, a piece of the file."""
        self.size += len(data)
        if self.size > self._room:
            raise TooLarge(self._room, "bytes")
        self._digest.update(data)
        self.lines += bytes(data).count(b"\n")
        return self._file.write(data)

    def describe_file(self, name: str, media_type: str) -> ExportFile:
        """What the file is, now that it is whole."""
        head = 1 if media_type == _CSV else 0
        return ExportFile(
            name=name,
            media_type=media_type,
            bytes=self.size,
            rows=max(0, self.lines - head),
            sha256=self._digest.hexdigest(),
        )


@dataclass(slots=True)
class Draft:
    """A folder of files that is not there for anybody until `publish`.

    *most*: bytes of all its files together.
    """

    home: Path
    path: Path
    most: int
    files: list[ExportFile] = field(default_factory=list)

    @contextmanager
    def file(self, name: str, media_type: str) -> Iterator[BinaryIO]:
        """A new file; noted in `files` once it is on the disk."""
        room = self.most - sum(one.bytes for one in self.files)
        handle = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            sink = Sink(file, room)
            yield cast(BinaryIO, sink)
            file.flush()
            os.fsync(file.fileno())
        self.files.append(sink.describe_file(name, media_type))

    def publish(self, export: str) -> None:
        """Give the folder the name of its *export*."""
        named = folder_of(self.home, export)
        self.path.rename(named)
        self.path = named
        _sync_folder(self.home)


@contextmanager
def open_export_draft(home: Path, most: int) -> Iterator[Draft]:
    """A draft in *home*; unless the block ends well with a published one, nothing is left of it.

    StorageFull when the disk holds no more.
    """
    with _map_full_disk():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = home / f"{_DRAFT}{token_hex(8)}"
        path.mkdir(mode=0o700)
    draft = Draft(home, path, most)
    kept = False
    try:
        with _map_full_disk():
            yield draft
        kept = draft.path != path
    finally:
        if not kept:
            shutil.rmtree(draft.path, ignore_errors=True)


def folder_of(home: Path, export: str) -> Path:
    """Where the files of *export* are."""
    return home / export


def iterate_stale_folders(home: Path, *, before: float) -> Iterator[Path]:
    """Folders in *home* that nobody has written to since *before*, seconds since 1970."""
    if not home.is_dir():
        return
    for entry in sorted(home.iterdir()):
        try:
            old = entry.stat().st_mtime < before
        except FileNotFoundError:
            continue  # another worker was faster
        if old:
            yield entry


def remove(path: Path) -> None:
    """Remove a folder of files, whatever of it is there."""
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _map_full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(60.0) from error
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
