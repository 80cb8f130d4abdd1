"""Migrations, inside the wheel: one revision a file, forward only, one at a time.

The first is the baseline: it makes what a store of its revision has, and goes on from no earlier.

A store that is at this version's revision, as at nearly every start, is seen by its revision and
by the names of the files alone: Alembic is loaded by what upgrades.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from synergie.errors import Misconfigured

COPYING = "copying:"
"""How the revision of a database begins that `db copy` is filling: it is no store yet."""
_LOCK = 0x53594E45
"""PostgreSQL advisory lock of migrations."""
_BEFORE_BASELINE = ("0.1.0", "bf7d6bbf")
"""The version, and its commit, that brings every earlier store to the baseline."""


@cache
def _known() -> tuple[str, ...]:
    """The revisions, oldest first: files begin with theirs, and each follows the one before."""
    files = (Path(__file__).parent / "versions").glob("[0-9]*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def head_revision() -> str:
    """The revision this version of the code works with."""
    return _known()[-1]


def is_known(revision: str) -> bool:
    """Whether this version of the code brings a store of *revision* to its own."""
    return revision in _known()


def current_revision(connection: Connection) -> str | None:
    """The revision of the store; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def bring_to_head(engine: Engine) -> None:
    """Create or upgrade the tables; servers that start together do it once.

    Misconfigured for a store of a later version, for nothing is ever taken back, and for one of
    before the baseline.
    """
    with _alone(engine) as connection:
        found = current_revision(connection)
        if found == head_revision():
            return
        _require_copied(found)
        require_baseline(found)
        if found is not None and not is_known(found):
            raise Misconfigured(
                "store at revision {}, later than this program's {}: use the version that wrote it",
                found,
                head_revision(),
            )
        from synergie.storage.migrations._upgrade import upgrade  # noqa: PLC0415 (see above)

        upgrade(connection)


def require_head(engine: Engine) -> None:
    """Misconfigured when the store is not at this version's revision."""
    with engine.connect() as connection:
        found, expected = current_revision(connection), head_revision()
    _require_copied(found)
    require_baseline(found)
    if found != expected:
        raise Misconfigured(
            "store at revision {}, expected {}: run `synergie db upgrade`", found, expected
        )


def require_baseline(found: str | None) -> None:
    """Misconfigured when a store at revision *found* is of before the baseline."""
    if found is not None and found < _known()[0]:
        raise Misconfigured(
            "store at revision {}, expected {} or later: "
            "upgrade it first with version {} at commit {}",
            found,
            _known()[0],
            *_BEFORE_BASELINE,
        )


def _require_copied(found: str | None) -> None:
    if found is not None and found.startswith(COPYING):
        raise Misconfigured(
            "the store is the target of a copy that did not end: run the same `synergie db copy`"
        )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    writing = engine.execution_options(synergie_write=True)
    with writing.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection
