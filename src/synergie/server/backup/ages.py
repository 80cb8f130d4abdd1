"""How long ago the last backup and the last drill ended well: two gauges for whoever watches."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from synergie.errors import BadInput
from synergie.units import parse_instant

type Done = Literal["backup", "drill"]

_NAME = "backup-times.json"


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds since each ended well. None: it never did, as far as this folder knows."""

    backup_s: float | None
    drill_s: float | None


def note_done(data_dir: Path, what: Done, *, now: datetime) -> None:
    """Note in the server's folder that *what* ended well at *now*."""
    told = json.dumps(_read_backup_times(data_dir) | {what: now.isoformat()})
    beside = data_dir / f".{_NAME}.{os.getpid()}"
    beside.write_text(told + "\n", encoding="utf-8")
    beside.replace(data_dir / _NAME)


def read_ages(data_dir: Path, *, now: datetime) -> Ages:
    """The ages at *now*. A file that cannot be read, or a time to come, is no backup."""
    times = _read_backup_times(data_dir)
    return Ages(
        _compute_backup_age(times.get("backup"), now), _compute_backup_age(times.get("drill"), now)
    )


def _read_backup_times(data_dir: Path) -> dict[str, object]:
    try:
        found = json.loads((data_dir / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _compute_backup_age(told: object, now: datetime) -> float | None:
    try:
        age = (now - parse_instant(str(told), "time")).total_seconds()
    except BadInput:
        return None
    return age if age >= 0 else None
