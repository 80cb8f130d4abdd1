"""Files that people dropped in the browser and that wait to be read: short-lived, their own.

A drop is a folder that the server alone may open: the file, and what is known of it. The file goes
as soon as it is read or refused; what is known of it stays a while, so that its page still answers.
"""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict

from synergie.errors import (
    BadInput,
    Conflict,
    MissingExtra,
    NotAllowed,
    NotFound,
    NotUndone,
    Overloaded,
    ServerFault,
    StorageFull,
    SynergieError,
    TooLarge,
    UnsupportedMedia,
    Words,
)
from synergie.schemas.readings.file_report import Finding
from synergie.schemas.readings.profile import Profile

_ID = re.compile(r"drp_[0-9a-f]{20}", re.ASCII)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ABOUT, _FILE, _BEAT = "about.json", "file", "progress"
_PIECE = 1 << 20
_WHOLE = frozenset(
    one.code
    for one in (
        BadInput, Conflict, MissingExtra, NotAllowed, NotFound, TooLarge, UnsupportedMedia,
    )
)  # fmt: skip
"""Codes of errors that come before anything of a file is stored, or after all was taken back."""


class Fault(BaseModel):
    """Why a file was not taken: an error of the house, kept so that it can be told again."""

    model_config = ConfigDict(frozen=True)

    code: str
    where: str = ""
    found: str = ""
    words: bool = False
    """Whether what was found is told in words of ours, which are translated."""
    expected: str = ""
    check: str = "bad-cell"
    limit: int = 0
    unit: str = ""
    stays: str = ""
    """The deposit of which a part stays."""
    later: str = ""
    """What stands on it."""

    @classmethod
    def of(cls, error: SynergieError) -> "Fault":
        """*error* as it is kept; of another kind than these, its code alone."""
        match error:
            case BadInput():
                return cls(
                    code=error.code,
                    where=error.where,
                    found=str(error.found)[:80],
                    words=isinstance(error.found, Words),
                    expected=error.expected,
                    check=error.check,
                )
            case TooLarge():
                return cls(
                    code=error.code,
                    where=error.where,
                    found=error.found,
                    limit=error.limit,
                    unit=error.unit,
                )
            case NotUndone():
                return cls(
                    code=error.code, found=error.reason, stays=error.deposit, later=error.later
                )
            case NotAllowed(reason=told) | MissingExtra(extra=told) | ServerFault(reference=told):
                return cls(code=error.code, found=str(told))
            case _:
                return cls(code=error.code, found=str(error)[:200])

    @property
    def error(self) -> SynergieError:
        """The error again; one of another kind is a plain one with its sentence."""
        if self.code == BadInput.code:
            found = Words(self.found) if self.words else self.found
            return BadInput(self.where, found, self.expected, self.check)
        if self.code == TooLarge.code:
            return TooLarge(self.limit, self.unit, self.where, self.found)
        if self.stays:
            return NotUndone(self.found, self.stays, self.later)
        if self.code == NotFound.code:
            return NotFound()
        told = _TOLD.get(self.code)
        return SynergieError(self.found) if told is None else told(self.found)

    @property
    def cuts(self) -> bool:
        """Whether the file was read and right, and its storing was cut: a part of it may stay."""
        return self.code not in _WHOLE


_TOLD: dict[str, Callable[[str], SynergieError]] = {
    NotAllowed.code: NotAllowed,
    MissingExtra.code: MissingExtra,
    ServerFault.code: ServerFault,
    StorageFull.code: lambda _: StorageFull(0.0),
    Overloaded.code: lambda _: Overloaded(0.0),
}
"""Code → the error of it, from what was kept. How long to wait is over when its page is read."""


class Drop(BaseModel):
    """A file that somebody dropped, and what became of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    owner: str
    """The organisation whose data it is."""
    client: str
    """Who dropped it; nobody else sees it while it waits."""
    name: str
    """Name of the file, as the browser told it."""
    size: int
    """Bytes."""
    at: datetime
    """When it was dropped."""
    state: Literal["reading", "asks", "done", "refused"] = "reading"
    """`asks`: its owner has to confirm the profile of a table, or what is in doubt."""
    after: str | None = None
    """The deposit whose refused rows it mends: read in the same way. None: a file of its own."""
    profile: str | None = None
    """Name under which its profile is saved once it was read. None: none was asked for."""
    way: Profile | None = None
    """The profile that was confirmed for it, or that its figures were read with."""
    answers: dict[str, str] = {}
    """What its dropper said of it."""
    doubts: tuple[Finding, ...] = ()
    """What its figures leave in doubt, as they were read last."""
    deposit: str | None = None
    """What it became. None: not stored."""
    again: bool = False
    """Whether the same file had been deposited before: nothing was stored twice."""
    fresh: tuple[str, ...] = ()
    """Flows (by name of format) that were late before it and are up to date since."""
    fault: Fault | None = None

    @property
    def is_table(self) -> bool:
        """Whether what it asks is asked of a table: its columns are proposed."""
        return self.way is None or self.way.table is not None


class Drops:
    """The folder of drops."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def keep(self, drop: Drop, source: BinaryIO) -> None:
        """Put the file of *drop* on the disk, whole or not at all. StorageFull."""
        with map_disk_error():
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = self.home / drop.id
            folder.mkdir(mode=0o700)
        try:
            with map_disk_error():
                handle = os.open(folder / _FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as file:
                    shutil.copyfileobj(source, file, _PIECE)
            self.save(drop)
        except BaseException:
            self.remove(drop.id)
            raise

    def save(self, drop: Drop) -> None:
        """Note what is known of *drop*; a reader sees the old or the new, never half of it."""
        folder = self.home / drop.id
        draft = folder / f".{token_hex(6)}"
        with map_disk_error():
            draft.write_text(drop.model_dump_json(), encoding="utf-8")
            draft.replace(folder / _ABOUT)

    def read(self, name: str) -> Drop:
        """What is known of the drop *name*. NotFound when it is over, or never was."""
        if not _ID.fullmatch(name):
            raise NotFound
        try:
            return Drop.model_validate_json((self.home / name / _ABOUT).read_bytes())
        except (OSError, ValueError):
            raise NotFound from None

    def of(self, owner: str, client: str) -> list[Drop]:
        """Everything that *client* dropped for *owner* and that is still known, newest first."""
        found = []
        for folder in self._folders():
            with suppress(NotFound):
                drop = self.read(folder.name)
                if (drop.owner, drop.client) == (owner, client):
                    found.append(drop)
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)

    def file(self, drop: Drop) -> Path:
        """Where the file of *drop* is. NotFound once it is gone."""
        path = self.home / drop.id / _FILE
        if not path.is_file():
            raise NotFound
        return path

    def forget_file(self, drop: Drop) -> None:
        """Remove the file; what is known of it stays."""
        (self.home / drop.id / _FILE).unlink(missing_ok=True)

    def beat(self, drop: Drop, share: float) -> None:
        """Note that *drop* is being read, and how far: a share of 1."""
        with suppress(OSError):
            (self.home / drop.id / _BEAT).write_text(f"{share:.3f}", encoding="ascii")

    def progress(self, drop: Drop) -> tuple[float, float]:
        """The share that is read, and when that was noted (seconds since 1970); 0 when never."""
        path = self.home / drop.id / _BEAT
        try:
            return float(path.read_text("ascii")), path.stat().st_mtime
        except (OSError, ValueError):
            return 0.0, 0.0

    def remove(self, name: str) -> None:
        """Remove a drop, whatever of it is there."""
        shutil.rmtree(self.home / name, ignore_errors=True)

    def sweep(self, *, before: float) -> None:
        """Remove the drops that nobody touched since *before*, seconds since 1970."""
        for folder in self._folders():
            with suppress(OSError):
                newest = max(one.stat().st_mtime for one in (folder, *folder.iterdir()))
                if newest < before:
                    shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> Iterator[Path]:
        if self.home.is_dir():
            yield from sorted(self.home.iterdir())


def new_id() -> str:
    """A name that nobody guesses."""
    return f"drp_{token_hex(10)}"


@contextmanager
def map_disk_error() -> Iterator[None]:
    """A full disk as StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(60.0) from error
        raise
