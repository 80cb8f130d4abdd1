"""Restore: how fast a verified backup is a server again, and what its followers miss."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from synergie.errors import CursorExpired
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.changes import Changes
from synergie.server.backup import create_backup, open_backup, restore_backup
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.bench.bench_journal import MIDDLE, journal
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.exchange.people import body, site

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
LOST, LATER = 46, 60


def _still(_step: str, _done: int, _whole: int) -> None:
    """No progress is shown."""


def restore_rate() -> Measured:
    """A store of 10⁵ records of the journal, backed up, then verified and restored: MB a second."""
    with TemporaryDirectory(prefix="synergie-restore-") as name:
        folder = Path(name)
        place = Settings(data_dir=folder / "server", database_url=journal(MIDDLE).url)
        Keyring.open(place.keys_dir)
        made = seconds(lambda: _create(place, folder / "kept"))
        size = sum(path.stat().st_size for path in (folder / "kept").rglob("*"))
        took = seconds(lambda: _restore(folder / "kept", Settings(data_dir=folder / "other")))
    rate = size / took / 1e6
    notes = f"{size / 1e6:.3g} MB: backup {made:.3g} s, digests and restore {took:.3g} s"
    return Measured(rate, notes)


def restore_missed() -> Measured:
    """Of 60 commits after a restore, those that a follower with its cursor from before misses."""
    with TemporaryDirectory(prefix="synergie-restore-") as name:
        folder = Path(name)
        place, other = Settings(data_dir=folder / "one"), Settings(data_dir=folder / "two")
        Keyring.open(place.keys_dir)
        store = Store.open(place.store_url)
        owner = body(store, "owner")
        _create(place, folder / "kept")
        for n in range(LOST):
            Sites(store).publish(owner.caller, [site(f"lost-{n}")], now=NOW)
        cursor = Changes(store).after(owner.caller, limit=999, now=NOW).next
        store.close()
        _restore(folder / "kept", other)
        store = Store.open(other.store_url)
        for n in range(LATER):
            Sites(store).publish(owner.caller, [site(f"new-{n}")], now=NOW)
        told = _followed(Changes(store), owner.caller, cursor)
        store.close()
    return Measured(LATER - told, f"{told} of {LATER} told, {LOST} lost before")


def _followed(changes: Changes, caller: object, cursor: str | None) -> int:
    try:
        page = changes.after(caller, cursor, limit=999, now=NOW)  # type: ignore[arg-type]
    except CursorExpired as error:
        return _followed(changes, caller, error.cursor)
    return len(page.items)


def _create(place: Settings, out: Path) -> None:
    create_backup(place, out, passphrase="a phrase", now=NOW, progress=_still)  # noqa: S106


def _restore(kept: Path, place: Settings) -> None:
    backup = open_backup(kept, None, _still)
    restore_backup(backup, place, passphrase="a phrase", now=NOW, progress=_still)  # noqa: S106


BENCHES = [
    Bench(
        name="restore",
        title="Verify the digests of a backup and restore it, SQLite",
        goal=Goal(">=", 20),
        unit="MB/s",
        peer="a goal: 35 GB in 30 minutes",
        run=restore_rate,
    ),
    Bench(
        name="restore-missed",
        title="Commits after a restore that a follower with an old cursor misses, of 60",
        goal=Goal("<=", 0),
        unit="",
        peer="46 of 60 before epochs",
        run=restore_missed,
    ),
]
