"""The file of a SQLite store, while it is served: the one that was opened, or nothing is promised.

SQLite goes on writing to a file that was moved, removed or replaced under it, and each write looks
as if it had succeeded; whoever opens the address finds another file.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from synergie.errors import StoreDamaged

_RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """The file at *path*; its device and inode are those it had when the store was opened."""

    path: Path
    identity: tuple[int, int]

    @classmethod
    def at(cls, path: Path) -> Self:
        """The file that is at *path* now; OSError when there is none."""
        return cls(path, _get_file_identity(path))

    def require(self) -> None:
        """StoreDamaged when another file, or none, is at the path."""
        try:
            same = _get_file_identity(self.path) == self.identity
        except FileNotFoundError:
            same = False
        if not same:
            raise StoreDamaged(_RETRY_S)


def _get_file_identity(path: Path) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116 (each write asks)
    return status.st_dev, status.st_ino
