"""The journal: an append whatever its size, and the whole of it hashed anew."""

import atexit
import os
import sqlite3
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from synergie.policy import permit_operator
from synergie.proof import merkle
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.journal.journal_audit import audit_journal
from tests.bench.harness import Bench, Goal, Measured, seconds

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
SMALL, MIDDLE, LARGE = 1_000, 100_000, 1_000_000
APPENDS = 300
_AT = "2026-11-25T10:00:00.000000Z"
_CHUNK = 20_000


@cache
def journal(size: int) -> Store:
    """A SQLite store whose journal has *size* records, as that many acts would have left it."""
    folder = TemporaryDirectory(prefix="synergie-journal-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "store.db"
    store = Store.open(f"sqlite:///{path}")
    tree = merkle.Frontier()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for start in range(0, size, _CHUNK):
            numbers = range(start, min(size, start + _CHUNK))
            rows = []
            for seq in numbers:
                row, tree = _row(seq, tree)
                rows.append(row)
            connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.executemany(
                "INSERT INTO journal_party VALUES (?, 1, ?, ?)", _parties(numbers)
            )
            subjects = ((_series(seq), seq) for seq in numbers)
            connection.executemany("INSERT INTO journal_subject VALUES (?, ?)", subjects)
        peaks = b"".join(tree.peaks)
        connection.execute("INSERT INTO journal_head VALUES (1, ?, ?)", (tree.size, peaks))
    return store


def _row(seq: int, tree: merkle.Frontier) -> tuple[tuple[object, ...], merkle.Frontier]:
    salt = os.urandom(16)
    record = (
        f'{{"agreement":"agr_0123456789abcdef/1","at":"2026-11-25T10:00:00Z","by":"partner",'
        f'"client":"partner-app","dataset":"consumption","event":"data.read",'
        f'"granularity":"day","owner":"owner","rows":48,"seq":{seq},'
        f'"subjects":["{_series(seq)}"]}}'
    ).encode()
    hashed = merkle.hash_leaf(salt + record)
    tree, made = tree.add(hashed)
    return (seq, _AT, salt, record, hashed, b"".join(made)), tree


def _series(seq: int) -> str:
    return f"ser_{seq % 50_000:020}"


def _parties(numbers: range) -> Iterator[tuple[str, str, int]]:
    for seq in numbers:
        yield "owner", _AT, seq
        yield "partner", _AT, seq


def _append(store: Store, n: int) -> None:
    entry = Entry(
        "data.read",
        by="partner",
        client="partner-app",
        owner="owner",
        agreement="agr_0123456789abcdef/1",
        subjects=(_series(n),),
        dataset="consumption",
        granularity="day",
        rows=48,
    )
    with store.write(essential=True) as session:
        append(permit_operator(now=NOW), session, entry, now=NOW)


@cache
def _appends() -> tuple[float, float]:
    """Median seconds of one append, commit and fsync with it: to the large one, to the small."""
    large, small = journal(LARGE), journal(SMALL)
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(APPENDS):
        order = ((0, large), (1, small)) if n % 2 else ((1, small), (0, large))
        for place, store in order:
            times[place].append(seconds(lambda store=store, n=n: _append(store, n)))  # type: ignore[misc]
    return median(times[0]), median(times[1])


def append_ms() -> Measured:
    """One append to a journal of 10⁶ records, on the disk when it returns."""
    large, small = _appends()
    return Measured(large * 1000, f"10³ records: {small * 1000:.3g} ms; {APPENDS} appends each")


def append_growth() -> Measured:
    """The same, over one to a journal of 10³."""
    large, small = _appends()
    notes = f"10⁶ records {large * 1000:.3g} ms, 10³ records {small * 1000:.3g} ms, by turns"
    return Measured(large / small, notes)


def _verify(store: Store) -> float:
    with store.read() as session:
        return seconds(lambda: _sound(audit_journal(permit_operator(now=NOW), session).fault))


def _sound(fault: object) -> None:
    if fault is not None:
        raise AssertionError(fault)


def verify_growth() -> Measured:
    """Time a record of a full verify: of 10⁶ over of 10⁵."""
    middle = median(_verify(journal(MIDDLE)) for _ in range(3)) / MIDDLE
    whole = _verify(journal(LARGE))
    notes = f"10⁶ records in {whole:.3g} s ({LARGE / whole:,.0f} a second)"
    return Measured(whole / LARGE / middle, notes)


def verify_memory() -> Measured:
    """Most memory of Python objects during a full verify of 10⁵ records, MiB."""
    tracemalloc.start()
    try:
        _verify(journal(MIDDLE))
        return Measured(tracemalloc.get_traced_memory()[1] / 2**20, "10⁵ records, 39 MB of them")
    finally:
        tracemalloc.stop()


BENCHES = [
    Bench(
        name="journal-append",
        title="One append to a journal of 10⁶ records, committed to the disk",
        goal=Goal("<", 5),
        unit="ms",
        peer="the same on 10³ records, in the notes",
        run=append_ms,
    ),
    Bench(
        name="journal-append-growth",
        title="Time of an append to a journal of 10⁶ records, over one of 10³",
        goal=Goal("<=", 1.5),
        unit="× the time",
        peer="a journal of 10³ records",
        run=append_growth,
    ),
    Bench(
        name="journal-verify-growth",
        title="Time a record of a full verify of 10⁶ records, over one of 10⁵",
        goal=Goal("<=", 1.25),
        unit="× the time",
        peer="a journal of 10⁵ records",
        run=verify_growth,
    ),
    Bench(
        name="journal-verify-memory",
        title="Most memory of a full verify of 10⁵ records",
        goal=Goal("<", 16),
        unit="MiB",
        peer="held whole they are 39 MB",
        run=verify_memory,
    ),
]
