"""A sandbox as a season of the server: a folder that is emptied, limits that are low, one end.

The folder bears a mark, so that nothing else is ever removed: a folder that holds anything and no
mark is refused.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from synergie.errors import Misconfigured
from synergie.server.settings import Settings

HEADER = "Synergie-Sandbox"
"""On each answer of a sandbox: until when its content stands."""

MARK = ".synergie-sandbox"

LOW: dict[str, Any] = {
    "docs": True,
    "max_body_bytes": 4 << 20,
    "max_decoded_bytes": 16 << 20,
    "max_lines": 5_000,
    "max_export_bytes": 16 << 20,
    "max_exports": 1,
    "requests_per_s": 2.0,
    "burst": 120.0,
    "organisation_requests_per_s": 4.0,
    "organisation_burst": 240.0,
    "tokens_per_min": 10.0,
    "organisation_tokens_per_min": 20.0,
    "address_tokens_per_min": 30.0,
    "webhooks_every_s": 0.0,
    "outbound_hosts": "none.invalid",
}
"""What a sandbox allows where its operator chose nothing else; it calls nobody."""


_KEPT = frozenset({MARK, "synergie.db-server"})
"""What stays: the mark, and the lock of the server that runs."""


def lower_limits(settings: Settings) -> Settings:
    """*settings* with the limits of a sandbox for all that was not chosen."""
    free = {name: value for name, value in LOW.items() if name not in settings.model_fields_set}
    chosen = settings.model_dump(include=settings.model_fields_set)
    return Settings.model_validate(free | chosen)


def ends_at(settings: Settings, now: datetime) -> datetime:
    """When a season that begins at *now* ends."""
    return now + timedelta(hours=settings.sandbox_h)


def empty_sandbox_folder(folder: Path) -> None:
    """*folder* with nothing but its mark. Misconfigured when it holds what no sandbox made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = folder / MARK
    if not mark.exists() and any(path.name not in _KEPT for path in folder.iterdir()):
        raise Misconfigured("{}: holds something that no sandbox made; nothing is removed", folder)
    mark.touch(mode=0o600)
    for path in folder.iterdir():
        if path.name in _KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def limit_season(hours: float, end: Callable[[], None]) -> Iterator[None]:
    """*end* is called after *hours*, unless the block ends before."""
    timer = threading.Timer(hours * 3600, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
