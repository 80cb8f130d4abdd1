"""A store copied between SQLite and PostgreSQL: table by table in key order, then compared.

Both engines keep the same values in other bytes, so rows are compared in a form of ours: the
SHA-256 of every row in key order, texts in the order of their UTF-8 bytes. The target is no store
until everything is equal: its revision says that it is being copied. An interrupted copy goes on
after the last row of each table; a table that then differs is copied again whole.
"""

import pkgutil
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    Text,
    create_engine,
    event,
    literal,
    select,
    text,
)
from sqlalchemy import tuple_ as row_of

import synergie
from synergie.errors import BadInput, Misconfigured, Words
from synergie.storage.columns import instant_text
from synergie.storage.dump import Progress, is_empty, open_bare_connection, read_content
from synergie.storage.mark import mark_path
from synergie.storage.migrations import COPYING, require_head
from synergie.storage.readings.readings_digest import digest_readings
from synergie.storage.scratch import redact_url_password, sqlite_file
from synergie.storage.store import Store
from synergie.storage.tables import Row

ROWS = 500
"""Rows of one transaction of the target."""
_SET_REVISION = text("UPDATE alembic_version SET version_num = :revision")


@dataclass(frozen=True, slots=True)
class Copied:
    """One table: how many rows, and their digest, the same on both sides."""

    table: str
    rows: int
    sha256: str


def copy_store(source: str, target: str, progress: Progress) -> list[Copied]:
    """Copy the store at *source* into the empty place *target*, in the same epoch.

    *source* is read in one transaction that cannot write. Misconfigured when *target* is neither
    empty nor the target of the same copy; BadInput when a table still differs at the end, and the
    target then stays unusable.
    """
    with ExitStack() as stack:
        reader = _create_snapshot_engine(source)
        stack.callback(reader.dispose)
        require_head(reader)
        known = stack.enter_context(reader.connect())
        content = read_content(known)
        _prepare_target(target, content.epoch)
        writer = _create_copy_engine(target)
        stack.callback(writer.dispose)
        tables = _list_copy_tables(known)
        for place, table in enumerate(tables):
            progress("tables", place, 2 * len(tables))
            _copy_table_rows(known, writer, table)
        copied = []
        for place, table in enumerate(tables):
            progress("tables", len(tables) + place, 2 * len(tables))
            copied.append(_compare_table(known, writer, table))
        with writer.connect() as connection:
            _require_same_readings(known, connection)
        with writer.begin() as connection:
            _require_same_journal(content.root, read_content(connection).root)
            connection.execute(_SET_REVISION, {"revision": content.revision})
    Store.open(target).close()
    return copied


def digest_table(connection: Connection, table: Table) -> tuple[int, str]:
    """How many rows *table* has, and the SHA-256 of them in key order, in our form."""
    digest, n = sha256(), 0
    columns = [column for column in table.columns if (table.name, column.name) != _PLACE]
    query = select(*columns).order_by(*_list_order_columns(connection, table))
    for row in connection.execution_options(yield_per=ROWS).execute(query):
        digest.update(canonical_row(tuple(row)))
        n += 1
    return n, digest.hexdigest()


def canonical_row(values: tuple[object, ...]) -> bytes:
    """A row as the same bytes on both engines: of each value its kind, length and content."""
    return b"".join(map(_encode_canonical_value, values)) + b"\n"


_PLACE = ("head", "place")
"""Of the cluster, not of the store."""


def _encode_canonical_value(value: object) -> bytes:
    kind, pack = _FORMS[type(value)]
    content = pack(value)
    return kind + struct.pack(">Q", len(content)) + content


_FORMS: dict[type, tuple[bytes, Callable[[Any], bytes]]] = {
    type(None): (b"n", lambda _: b""),
    bool: (b"?", lambda value: b"1" if value else b"0"),
    int: (b"i", lambda value: str(value).encode()),
    float: (b"f", lambda value: struct.pack(">d", value)),
    datetime: (b"t", lambda value: instant_text(value).encode()),
    str: (b"s", lambda value: value.encode()),
    bytes: (b"b", bytes),
    memoryview: (b"b", bytes),
}
"""What a column holds → the letter of its kind, and its content as bytes."""


def _prepare_target(target: str, epoch: str) -> None:
    """Empty tables at *target*, marked as being copied; those of an interrupted copy stay."""
    named = f"{COPYING}{epoch}"
    if not is_empty(target):
        with open_bare_connection(target) as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found == named:
            return
        if found != f"{COPYING}begun":
            raise Misconfigured(
                "{}: expected an empty place to copy into", redact_url_password(target)
            )
    else:
        Store.open(target).close()
        mark = mark_path(target)
        if mark is not None:  # of a store that begins: the copy has another epoch
            mark.unlink()
        with open_bare_connection(target) as connection:  # from here on nobody takes it for a store
            connection.execute(_SET_REVISION, {"revision": f"{COPYING}begun"})
            connection.commit()
    engine = _create_copy_engine(target)
    try:
        with engine.begin() as connection:
            for table in reversed(_list_copy_tables(connection)):
                connection.execute(table.delete())
            connection.execute(_SET_REVISION, {"revision": named})
    finally:
        engine.dispose()


def _copy_table_rows(source: Connection, writer: Engine, table: Table) -> None:
    """The rows of *table* that come after the last one that the target has."""
    with writer.connect() as connection:
        last = connection.execute(
            select(*table.primary_key.columns)
            .order_by(*(one.desc() for one in _list_order_columns(connection, table)))
            .limit(1)
        ).first()
    for rows in _iterate_rows_to_copy(source, table, last):
        with writer.begin() as connection:
            connection.execute(table.insert(), rows)


def _iterate_rows_to_copy(
    source: Connection, table: Table, last: Any
) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*_list_order_columns(source, table))
    if last is not None:
        columns = table.primary_key.columns
        place = [literal(value, one.type) for value, one in zip(last, columns, strict=True)]
        query = query.where(row_of(*_list_order_columns(source, table)) > row_of(*place))
    options = source.execution_options(yield_per=ROWS)
    with closing(options.execute(query)) as answer:
        for part in answer.mappings().partitions(ROWS):
            yield [dict(row) for row in part]


def _compare_table(source: Connection, writer: Engine, table: Table) -> Copied:
    """Both sides compared; what differs is copied again once, for the source may have gone on."""
    wanted = digest_table(source, table)
    for again in (True, False):
        with writer.connect() as connection:
            found = digest_table(connection, table)
        if found == wanted:
            return Copied(table.name, *found)
        if again:
            with writer.begin() as connection:
                connection.execute(table.delete())
            _copy_table_rows(source, writer, table)
    raise BadInput(table.name, Words("other rows than in the source"), "the same rows")


def _require_same_readings(source: Connection, target: Connection) -> None:
    """Every series decoded on both sides: the same rows may hold what cannot be read."""
    for wanted, found in zip_longest(digest_readings(source), digest_readings(target)):
        if wanted != found:
            name = (wanted or found).series
            raise BadInput(f"series {name}", Words("other readings than in the source"), "the same")


def _require_same_journal(wanted: str, found: str) -> None:
    if wanted != found:
        raise BadInput("journal_head", found, "the head of the journal of the source")


def _list_order_columns(connection: Connection, table: Table) -> list[Any]:
    """The key of *table*; texts by their bytes, as SQLite does."""
    columns = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql":
        return columns
    return [_by_bytes(column) for column in columns]


def _by_bytes(column: Column[Any]) -> Any:
    return column.collate("C") if isinstance(column.type, Text) else column


def _list_copy_tables(connection: Connection) -> list[Table]:
    """Every table, those that others refer to first. Misconfigured for one that is unknown."""
    for module in _list_table_modules():
        import_module(module)
    tables = list(Row.metadata.sorted_tables)
    there = set(read_content(connection).counts)
    strange = there ^ {table.name for table in tables}
    if strange:
        raise Misconfigured("table {}: not one of this version", min(strange))
    return tables


def _list_table_modules() -> Iterator[str]:
    """Modules that declare tables: below `storage`, and below `storage` of each subject."""
    packages = (one.name for one in pkgutil.iter_modules(synergie.__path__) if one.ispkg)
    for home in ("synergie.storage", *(f"synergie.{name}.storage" for name in packages)):
        if find_spec(home):
            for one in pkgutil.walk_packages(import_module(home).__path__, f"{home}."):
                if one.name.endswith("tables"):
                    yield one.name


def _create_snapshot_engine(url: str) -> Engine:
    """An engine whose transactions see one snapshot and cannot write."""
    if url.startswith("sqlite"):
        engine = create_engine(f"sqlite:///file:{sqlite_file(url).resolve()}?mode=ro&uri=true")
        event.listen(engine, "connect", _leave_transactions)
        event.listen(engine, "begin", _begin_transaction)
        return engine
    return _create_copy_engine(url, isolation_level="REPEATABLE READ", read_only=True)


def _leave_transactions(connection: Any, _record: Any) -> None:
    """The driver would begin none for what only reads: each statement would see another state."""
    connection.isolation_level = None


def _begin_transaction(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _create_copy_engine(url: str, *, read_only: bool = False, **options: Any) -> Engine:
    if url.startswith("sqlite"):
        return create_engine(url, **options)
    flags = "-c timezone=UTC" + (" -c default_transaction_read_only=on" if read_only else "")
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(address, connect_args={"options": flags}, **options)
