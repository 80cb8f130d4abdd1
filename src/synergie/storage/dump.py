"""A whole store as one file, of a running server, and back: SQLite and PostgreSQL each its way.

SQLite: `VACUUM INTO`, one snapshot that no writer waits for; it does not fsync, so we do. Never a
copy of the file alone: its WAL is part of it. PostgreSQL: `pg_dump -Fc` of an exported snapshot,
and `pg_restore` in one transaction, so that a store is loaded whole or not at all.
"""

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, make_url, text

from synergie.errors import Misconfigured
from synergie.proof.merkle import Frontier
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import hashes_in

type Progress = Callable[[str, int, int], object]
"""Is given what is worked on, how much of it is done, and how much there is."""

SQLITE_FILE, POSTGRES_FILE = "store.db", "store.dump"
_EVERY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a store holds, as any version of it can be asked: by it a copy is compared."""

    revision: str
    epoch: str
    seq: int
    tree_size: int
    root: str
    counts: Mapping[str, int]


def read_content(connection: Connection) -> Content:
    """What the store holds, in the transaction of *connection*. Misconfigured when it is none."""
    tables = sorted(_list_dump_tables(connection))
    if not {"head", "journal_head", "alembic_version"} <= set(tables):
        raise Misconfigured("the database is no store of synergie: it has no head")
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    epoch, seq = connection.execute(text("SELECT epoch, n FROM head")).one()
    journal = connection.execute(text("SELECT size, peaks FROM journal_head")).first()
    tree = Frontier(journal.size, hashes_in(bytes(journal.peaks))) if journal else Frontier()
    counts = {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608 (names of our tables)
        for name in tables
        if name != "alembic_version"
    }
    return Content(
        revision=revision,
        epoch=epoch,
        seq=seq,
        tree_size=tree.size,
        root=tree.root.hex(),
        counts=counts,
    )


def _list_dump_tables(connection: Connection) -> list[str]:
    """The tables; of one in partitions, the whole alone."""
    if connection.dialect.name != "postgresql":
        return inspect(connection).get_table_names()
    query = (
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('public')"
        " AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    return list(connection.execute(text(query)).scalars())


def dump_store(store: Store, folder: Path, progress: Progress) -> tuple[Path, Content]:
    """*store* as one file in *folder*, and what it holds; servers go on meanwhile."""
    if store.is_sqlite:
        return _dump_sqlite(store, folder / SQLITE_FILE, progress)
    return _dump_postgres(store, folder / POSTGRES_FILE, progress)


def load_store(file: Path, url: str, progress: Progress) -> None:
    """The store in *file* into the empty place *url*: whole, or not at all on PostgreSQL."""
    if url.startswith("sqlite"):
        target = Path(str(make_url(url).database))
        with _report_file_size(target, file.stat().st_size, progress):
            shutil.copyfile(file, target)
        target.chmod(0o600)
        sync_path(target)
        return
    with open_bare_connection(url) as connection:
        program = _find_dump_program("pg_restore", _get_server_version(connection))
    verbose = [program, "--exit-on-error", "--single-transaction", "--verbose"]
    command = [
        *verbose,
        "--no-owner",
        "--no-privileges",
        f"--dbname={_remove_url_password(url)}",
        str(file),
    ]
    _run_dump_program(command, url, sign="processing data for table", n=0, progress=progress)


def is_empty(url: str) -> bool:
    """Whether there is no store at *url* yet: no file, no table."""
    if url.startswith("sqlite"):  # a WAL left behind would be read into the new file
        file = str(make_url(url).database)
        return not any(Path(f"{file}{end}").exists() for end in ("", "-wal", "-journal"))
    with open_bare_connection(url) as connection:
        return not _list_dump_tables(connection)


@contextmanager
def open_bare_connection(url: str) -> Iterator[Connection]:
    """A bare connection to the database at *url*: nothing of a store is expected or changed."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def sync_path(path: Path) -> None:
    """Have *path*, a file or a folder, on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _dump_sqlite(store: Store, path: Path, progress: Progress) -> tuple[Path, Content]:
    source = Path(str(store.engine.url.database))
    path.touch(mode=0o600)  # SQLite fills an empty file; one that it makes others may read
    with _report_file_size(path, source.stat().st_size, progress):
        connection = sqlite3.connect(source, isolation_level=None, timeout=5)
        try:
            connection.execute("VACUUM INTO ?", (str(path),))
        finally:
            connection.close()
    sync_path(path)
    with open_bare_connection(f"sqlite:///{path}") as opened:
        return path, read_content(opened)


def _dump_postgres(store: Store, path: Path, progress: Progress) -> tuple[Path, Content]:
    """The snapshot is held by a transaction of ours, in which the content is read, too."""
    reader = store.engine.execution_options(isolation_level="REPEATABLE READ")
    path.touch(mode=0o600)
    with reader.connect() as connection:
        content = read_content(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        program = _find_dump_program("pg_dump", _get_server_version(connection))
        options = ["--format=custom", "--no-owner", "--no-privileges", "--verbose"]
        command = [program, *options, f"--snapshot={snapshot}", f"--file={path}"]
        command.append(f"--dbname={_remove_url_password(store.url)}")
        n, sign = len(content.counts), "dumping contents of table"
        _run_dump_program(command, store.url, sign=sign, n=n, progress=progress)
    sync_path(path)
    return path, content


def _run_dump_program(
    command: list[str], url: str, *, sign: str, n: int, progress: Progress
) -> None:
    """Run a program of PostgreSQL; each line with *sign* is one table more of *n*."""
    secret = make_url(url).password
    environment = os.environ | {"LC_ALL": "C"} | ({"PGPASSWORD": str(secret)} if secret else {})
    done, last = 0, ""
    with subprocess.Popen(  # noqa: S603 (a program of PostgreSQL, no shell)
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as program:
        for line in program.stderr or ():
            if sign in line:
                done += 1
                progress("tables", done, max(n, done))
            last = line.strip() or last
    if program.returncode:
        raise Misconfigured("{}: {}", Path(command[0]).name, last[:300])


def _find_dump_program(name: str, server: int) -> str:
    """The *name* of this machine that is nearest to the version *server*, and not older.

    An older one refuses a newer server; one much newer sends settings that an older does not know.
    """
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_get_program_version)
    fits = [one for one in beside if _get_program_version(one) >= server] or beside[-1:]
    found = str(fits[0]) if fits else shutil.which(name)
    if found is None:
        raise Misconfigured("{}: not on this machine; install the client of PostgreSQL", name)
    return found


def _get_server_version(connection: Connection) -> int:
    """The version of the PostgreSQL behind *connection*, such as 15."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def _get_program_version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


def _remove_url_password(url: str) -> str:
    """*url* without its password, which would show in the list of processes."""
    return make_url(url)._replace(password=None).render_as_string(hide_password=False)


@contextmanager
def _report_file_size(path: Path, whole: int, progress: Progress) -> Iterator[None]:
    """Tell how large *path* has become while the block runs."""
    over = threading.Event()

    def tell() -> None:
        while not over.wait(_EVERY_S):
            progress("bytes", path.stat().st_size if path.exists() else 0, whole)

    teller = threading.Thread(target=tell, name="synergie-progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
