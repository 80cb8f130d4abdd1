"""Checks of the store: revision, server, clock, PostgreSQL's settings, keys, backups."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from synergie.cli.operate._finding import Finding, advise, judge
from synergie.cli.texts import _, format_number
from synergie.errors import Misconfigured, SynergieError

if TYPE_CHECKING:
    from synergie.server.settings import Settings
    from synergie.storage.store import Store

_SKEW = timedelta(seconds=30)
_BACKUP_H, _DRILL_D = 26, 8
_POOL = 30
"""Connections that one process may hold (`storage/store.py`: 10 and 20 more)."""
_SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
}  # fmt: skip


def check_store(settings: "Settings", now: datetime) -> Iterator[Finding]:
    """Whether the store opens at this version's revision, and what it says of clock and place."""
    from synergie.cli._store import require_store
    from synergie.storage.store import Store

    try:
        require_store(settings.store_url)
        store = Store.open(settings.store_url, migrate=False)
    except SynergieError as error:
        yield Finding(
            "store",
            "fault",
            error.tell_whole(_),
            _("a store at this version"),
            "synergie db upgrade",
        )
        return
    try:
        yield Finding("store", "ok", settings.store_address)
        yield _check_server(settings)
        yield from _check_clock(store, now)
        if not store.is_sqlite:
            yield from _check_postgres(store, settings)
    finally:
        store.close()


def check_keys(settings: "Settings", now: datetime) -> Iterator[Finding]:
    """Whether a step of a key's rotation is due."""
    from synergie.server.keyring import ROLES, Keyring

    if not settings.keys_dir.is_dir() or not any(settings.keys_dir.iterdir()):
        return  # a ring that is opened where none is would be made
    try:
        ring = Keyring.open(settings.keys_dir, now=now)
    except Misconfigured as error:
        yield Finding("keys", "fault", error.tell_whole(_), _("the keys of the server"))
        return
    due = sorted(role for role in ROLES if ring.due(role, now=now))
    yield advise(
        "keys", ", ".join(due) or _("nothing is due"), _("no step of a rotation that is due"),
        holds=not due, mend="synergie keys rotate",
    )  # fmt: skip


def check_backups(settings: "Settings", now: datetime) -> Iterator[Finding]:
    """How long ago the last backup and the last drill ended well."""
    from synergie.server.backup.ages import read_ages

    ages = read_ages(settings.data_dir, now=now)
    for name, age, most, mend in (
        ("backup", ages.backup_s, timedelta(hours=_BACKUP_H), "synergie backup create"),
        ("drill", ages.drill_s, timedelta(days=_DRILL_D), "synergie backup drill"),
    ):
        hours = _("never") if age is None else _("{} h ago").format(format_number(int(age // 3600)))
        yield advise(
            name, hours, _("within {} h").format(int(most.total_seconds() // 3600)),
            holds=age is not None and age <= most.total_seconds(), mend=mend,
        )  # fmt: skip


def _check_server(settings: "Settings") -> Finding:
    from synergie.storage.store_lock import read_server_name

    if not settings.store_url.startswith("sqlite"):
        return Finding("server", "ok", _("several may serve one PostgreSQL"))
    holder = read_server_name(settings.store_url)
    return advise(
        "server", holder or _("none serves this store"), _("one server"),
        holds=bool(holder), mend="synergie serve",
    )  # fmt: skip


def _check_clock(store: "Store", now: datetime) -> Iterator[Finding]:
    from synergie.exchange.time_marks import TimeMarks

    marks = TimeMarks(store)
    last, shown = marks.last_use(), marks.database_time()
    ahead = timedelta(0) if last is None else last - now
    yield judge(
        "clock", now.astimezone(UTC).isoformat(timespec="seconds"),
        _("not before the store was last in use, {}").format(last),
        holds=ahead <= _SKEW, mend="timedatectl set-ntp true",
    )  # fmt: skip
    if shown is not None:
        skew = abs(shown - datetime.now(UTC)).total_seconds()
        yield judge(
            "database_clock", _("{} s apart").format(round(skew, 1)), _("less than 30 s apart"),
            holds=skew <= _SKEW.total_seconds(), mend="timedatectl set-ntp true",
        )  # fmt: skip


def _check_postgres(store: "Store", settings: "Settings") -> Iterator[Finding]:
    from synergie.storage.postgres_state import read_postgres_state

    state = read_postgres_state(store)
    for name, value in _SETTINGS.items():
        found = state.settings[name]
        check = advise if name == "data_checksums" else judge
        mend = (
            "pg_checksums --enable"
            if name == "data_checksums"
            else f"ALTER SYSTEM SET {name} = {value}"
        )
        yield check(f"postgresql_{name}", found, value, holds=found == value, mend=mend)
    most, needed = int(state.settings["max_connections"]), settings.workers * _POOL
    yield advise(
        "postgresql_connections", str(most),
        _("{} at least: {} for each process").format(needed, _POOL),
        holds=most >= needed, mend=f"ALTER SYSTEM SET max_connections = {needed + 20}",
    )  # fmt: skip
    if state.archive_age is not None:
        hours = state.archive_age.total_seconds() / 3600
        yield advise(
            "postgresql_archive", _("{} h ago").format(round(hours, 1)), _("within {} h").format(1),
            holds=hours <= 1, mend="pgbackrest check",
        )  # fmt: skip
    for name, lag in state.replicas.items():
        yield advise(
            "postgresql_replica", _("{}: {} s behind").format(name, round(lag.total_seconds(), 1)),
            _("less than 30 s"), holds=lag <= _SKEW,
        )  # fmt: skip
