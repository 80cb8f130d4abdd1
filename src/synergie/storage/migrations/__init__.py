"""Migrations, inside the wheel: one revision a file, forward only, one at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from synergie.errors import Misconfigured

COPYING = "copying:"
"""How the revision of a database begins that `db copy` is filling: it is no store yet."""
_LOCK = 0x53594E45
"""PostgreSQL advisory lock of migrations."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


@cache
def head_revision() -> str:
    """The revision this version of the code works with: read once, for files do not change."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None, "the wheel holds its migrations"  # noqa: S101 (packaging fault)
    return found


def is_known(revision: str) -> bool:
    """Whether this version of the code brings a store of *revision* to its own."""
    return revision in _known()


def _known() -> frozenset[str]:
    script = ScriptDirectory.from_config(_config())
    return frozenset(one.revision for one in script.walk_revisions())


def current_revision(connection: Connection) -> str | None:
    """The revision of the store; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def bring_to_head(engine: Engine) -> None:
    """Create or upgrade the tables; servers that start together do it once.

    Misconfigured for a store of a later version: nothing is ever taken back.
    """
    with _alone(engine) as connection:
        found = current_revision(connection)
        if found == head_revision():
            return
        _require_copied(found)
        if found is not None and found not in _known():
            raise Misconfigured(
                "store at revision {}, later than this program's {}: use the version that wrote it",
                found,
                head_revision(),
            )
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_head(engine: Engine) -> None:
    """Misconfigured when the store is not at this version's revision."""
    with engine.connect() as connection:
        found, expected = current_revision(connection), head_revision()
    _require_copied(found)
    if found != expected:
        raise Misconfigured(
            "store at revision {}, expected {}: run `synergie db upgrade`", found, expected
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
