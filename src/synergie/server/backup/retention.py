"""Backups of one folder, one a night: their names, and which are old."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from synergie.server.backup._content import MANIFEST

_FORM = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z", re.ASCII)


def name_backup(now: datetime) -> str:
    """The name of a backup that begins at *now*: names in order are backups in order."""
    return now.astimezone(UTC).strftime(_FORM)


def remove_old_backups(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the *keep* latest backups of *folder*, and say which.

    Only what bears such a name and holds a manifest is a backup; all else is left alone.
    """
    known = sorted(
        path
        for path in folder.iterdir()
        if _NAME.fullmatch(path.name) and (path / MANIFEST).is_file()
    )
    old = known[:-keep]
    for path in old:
        shutil.rmtree(path)
    return old
