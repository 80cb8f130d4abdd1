"""Files of a store that its owner alone reads, whatever its folder allows and however it was made.

SQLite gives `-wal` and `-shm` the mode of the file they belong to, so what counts is how that file
is made; a file that others may read is closed to them, and one that is not ours is refused.
"""

import os
from contextlib import suppress
from pathlib import Path

from synergie.errors import Misconfigured

MODE = 0o600
_OTHERS = 0o077
_BESIDE = ("", "-wal", "-shm", "-journal")


def make_private(file: Path) -> None:
    """*file*, made empty when it is not there, and what SQLite keeps beside it: mode 0600.

    Misconfigured when another user owns one of them and lets others read it. A folder that is
    missing or read-only is for SQLite to tell.
    """
    with suppress(OSError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))
    for ending in _BESIDE:
        _close_to_others(file.with_name(file.name + ending))


def _close_to_others(file: Path) -> None:
    try:
        mode = file.stat().st_mode
    except OSError:  # not there, or taken away by the last connection meanwhile
        return
    if not mode & _OTHERS:
        return
    try:
        file.chmod(MODE)
    except FileNotFoundError:
        return
    except PermissionError as error:
        found = f"{mode & 0o777:04o}"
        raise Misconfigured(
            "{}: mode {} lets others read it and it is another user's; expected 0600", file, found
        ) from error
