"""A database that is being put in place: what is asked of it, and done to it, before it is a store.

Everything here is for the operator's own restore: it reads heads and counts, and gives out no row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select

from synergie.errors import BadInput, Misconfigured
from synergie.policy import Permit
from synergie.storage.dump import Content, open_bare_connection, read_content
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.tables import EpochRow, FactRow, OrganisationRow, SegmentRow
from synergie.storage.trust.webhook_tables import WebhookRow


def sqlite_file(url: str) -> Path:
    """The file of a SQLite store."""
    return Path(str(make_url(url).database))


def redact_url_password(url: str) -> str:
    """*url* without its password."""
    return make_url(url).render_as_string(hide_password=True)


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    """The address of a new database of the PostgreSQL at *server*, dropped at the end."""
    name = f"synergie_scratch_{token_hex(6)}"
    _run_statement(server, f"CREATE DATABASE {name}")
    try:
        yield make_url(server)._replace(database=name).render_as_string(hide_password=False)
    finally:
        _run_statement(server, f"DROP DATABASE {name} WITH (FORCE)")


def read_sound_content(url: str) -> Content:
    """What the store at *url* holds; BadInput when its file is damaged."""
    with open_bare_connection(url) as connection:
        if connection.dialect.name == "sqlite":
            found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            if found != ["ok"]:
                raise BadInput(sqlite_file(url).name, found[0], "a database without damage")
        return read_content(connection)


def read_epoch(url: str) -> str:
    """The epoch of the store at *url*, of whatever version."""
    with open_bare_connection(url) as connection:
        return str(connection.execute(text("SELECT epoch FROM head")).scalar_one())


def read_revision(url: str) -> str:
    """The revision of the tables of the store at *url*."""
    with open_bare_connection(url) as connection:
        query = text("SELECT version_num FROM alembic_version")
        return str(connection.execute(query).scalar_one())


def forget_place(url: str) -> None:
    """The place goes with the old cluster: the epoch of a restore is enough."""
    with open_bare_connection(url) as connection:
        if "place" in {one["name"] for one in inspect(connection).get_columns("head")}:
            connection.execute(text("UPDATE head SET place = NULL"))
            connection.commit()


def count_pieces(permit: Permit, session: Session) -> int:
    """How many pieces of curves and facts there are."""
    _require_operator(permit)
    return sum(
        session.exec(select(func.count()).select_from(table)).one()
        for table in (SegmentRow, FactRow)
    ) + int(session.exec(select(func.coalesce(func.sum(BundleRow.n), 0))).one())


def summarise_restore(permit: Permit, session: Session) -> tuple[str, int, int, tuple[str, ...]]:
    """Epoch, its `since_seq`, how many webhooks are paused, and the organisations to be told."""
    _require_operator(permit)
    last = session.exec(select(EpochRow).order_by(col(EpochRow.number).desc())).first()
    if last is None:
        raise Misconfigured("the store has no epoch")
    paused = select(func.count()).where(col(WebhookRow.reason) == "restored")
    names = select(col(OrganisationRow.id)).order_by(col(OrganisationRow.id))
    return last.id, last.since_seq, session.exec(paused).one(), tuple(session.exec(names))


def _require_operator(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator restores a store")


def _run_statement(url: str, statement: str) -> None:
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        raise Misconfigured("no scratch database can be made there: {}", error.orig) from error
    finally:
        engine.dispose()
