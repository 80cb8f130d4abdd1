"""Readings in and out through HTTP and the whole guard, against PostgreSQL holding rows."""

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from statistics import median
from tempfile import TemporaryDirectory

import httpx2
import psycopg

from synergie.client import Auth, Client
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds, side_by_side
from tests.faults.process import Process

START = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=30)
YEAR = 17_520
METERS = 57
READINGS = METERS * YEAR
ROUNDS = 5


@contextmanager
def served() -> Iterator[tuple[Process, Client]]:
    """A real server on SQLite in a process of its own, and a client of it."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder, ExitStack() as stack:
        url = f"sqlite:///{folder}/store.db"
        process = stack.enter_context(Process.started(Path(folder), url))
        yield process, stack.enter_context(process.client("bench"))


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    dsn = os.environ.get("SYNERGIE_TEST_POSTGRES")
    if not dsn:
        raise NotMeasured("needs PostgreSQL (SYNERGIE_TEST_POSTGRES)")
    name = f"synergie_bench_{token_hex(4)}"
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield f"{dsn.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(dsn, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def declared(client: Client, n: int, first: int = 0) -> list[str]:
    """Identifiers of *n* new series of power, in watts."""
    codes = [f"99{number:012}" for number in range(first, first + n)]
    client.publish_supply_points(
        [
            SupplyPointRecord(scheme="prm", code=code, personal_data="none", provenance="synthetic")
            for code in codes
        ]
    )
    receipt = client.publish_series(
        [
            SeriesRecord(
                supply_point=f"prm:{code}",
                quantity="active_power",
                form="mean_power",
                unit="W",
                provenance="synthetic",
            )
            for code in codes
        ]
    )
    return [one.id for one in receipt.items]


def load(meter: int) -> list[int]:
    """A year of half-hours of one meter, W: a daily shape that no two meters share."""
    return [300 + (meter * 37 + step * step) % 4000 + 50 * (step % 48) for step in range(YEAR)]


def curve(series: str, values: list[int]) -> Curve:
    """A year of one series."""
    return Curve(series=series, start=START, step="PT30M", unit="W", values=list(values))


def ingest() -> Measured:
    """A million readings: NDJSON through HTTP, token, proof and policy; or COPY with a key."""
    loads = [load(meter) for meter in range(METERS)]
    stamps = [(START + STEP * n).isoformat() for n in range(YEAR)]
    with served() as (_, client), database() as dsn, psycopg.connect(dsn) as connection:
        series = iter(itertools.batched(declared(client, METERS * (ROUNDS + 1)), METERS))
        tables = (f"reading_{n}" for n in itertools.count())

        def ours() -> None:
            curves = (curve(one, values) for one, values in zip(next(series), loads, strict=True))
            kept = sum(receipt.kept for receipt in client.send_curves(curves))
            assert kept == READINGS, kept

        def peer() -> None:
            table = next(tables)
            connection.execute(
                f"CREATE TABLE {table} (series int, at timestamptz, value int,"
                f" PRIMARY KEY (series, at))".encode()
            )
            with connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for meter, values in enumerate(loads):
                    rows = (
                        f"{meter}\t{at}\t{value}" for at, value in zip(stamps, values, strict=True)
                    )
                    copy.write("\n".join(rows) + "\n")
            connection.commit()

        found = side_by_side(ours, peer, rounds=ROUNDS)
    return Measured(found.value, f"{READINGS} readings; {found.notes}")


_ROWS_APP = """
import os, psycopg
from datetime import datetime
from fastapi import FastAPI
from pydantic import BaseModel

class Reading(BaseModel):
    at: datetime
    value: int

app = FastAPI()
connection = psycopg.connect(os.environ["DSN"], autocommit=True)

@app.get("/{series}")
def readings(series: int) -> list[Reading]:
    rows = connection.execute(
        "SELECT at, value FROM reading WHERE series = %s ORDER BY at", (series,)
    )
    return [Reading(at=at, value=value) for at, value in rows]
"""


@contextmanager
def rows_served(dsn: str, loads: list[list[int]]) -> Iterator[str]:
    """The plain way: rows in PostgreSQL, given by FastAPI models; the address."""
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "CREATE TABLE reading (series int, at timestamptz, value int, PRIMARY KEY (series, at))"
        )
        with connection.cursor().copy("COPY reading FROM STDIN") as copy:
            for meter, values in enumerate(loads):
                for step, value in enumerate(values):
                    copy.write_row((meter, START + STEP * step, value))
        connection.commit()
        connection.execute("ANALYZE reading")
        connection.commit()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="synergie-bench-") as folder:
        (Path(folder) / "rows_app.py").write_text(_ROWS_APP, encoding="utf-8")
        command = [sys.executable, "-m", "uvicorn", "rows_app:app", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--log-level", "error"], cwd=folder, env=os.environ | {"DSN": dsn}
        )
        try:
            _answers(f"http://127.0.0.1:{port}/0")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _answers(url: str) -> None:
    for _ in range(300):
        try:
            if httpx2.get(url, trust_env=False).is_success:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise NotMeasured("the peer's server did not start")


def read_year() -> Measured:
    """One meter-year: ours with token and proof, the peer's with neither."""
    loads = [load(meter) for meter in range(10)]
    with served() as (_, client), database() as dsn, rows_served(dsn, loads) as address:
        series = declared(client, len(loads))
        curves = (curve(one, values) for one, values in zip(series, loads, strict=True))
        assert sum(one.kept for one in client.send_curves(curves)) == len(loads) * YEAR
        end = START + STEP * YEAR
        turns = itertools.cycle(range(len(loads)))
        plain = httpx2.Client(trust_env=False)

        def ours() -> None:
            meter = next(turns)
            found = client.curve(series[meter], start=START, end=end).extract
            assert found.runs[0].values[-1] == loads[meter][-1]

        def peer() -> None:
            meter = next(turns)
            answer = json.loads(plain.get(f"{address}/{meter}").content)
            assert answer[-1]["value"] == loads[meter][-1]

        found = side_by_side(ours, peer, rounds=11)
        plain.close()
    return found


def read_flat() -> Measured:
    """One meter-year read where ten times as much is stored, over the same before."""
    with served() as (_, client):
        small = _filled(client, 100, first=0)
        before = _reading(client, small)
        _filled(client, 900, first=100)
        after = _reading(client, small)
    notes = f"1.75 M stored {before * 1000:.3g} ms, 17.5 M stored {after * 1000:.3g} ms"
    return Measured(after / before, notes)


def _filled(client: Client, n: int, *, first: int) -> list[str]:
    series = declared(client, n, first)
    values = load(first)
    kept = sum(one.kept for one in client.send_curves(curve(one, values) for one in series))
    assert kept == n * YEAR
    return series


def _reading(client: Client, series: list[str]) -> float:
    end = START + STEP * YEAR
    turns = itertools.cycle(series)
    times = [
        seconds(lambda: client.curve(next(turns), start=START, end=end).extract) for _ in range(301)
    ]
    return median(times[1:])


def export_memory() -> Measured:
    """How much higher a new server's memory peaks for an export of 1,000 meter-years than of 10."""
    with served() as (process, client):
        _filled(client, 1000, first=0)
        process.kill()
        process.start()  # so that nothing taken by the uploads hides what an export takes
        assert process.process is not None
        return _peaks(client, process.process.pid)


def client_memory() -> Measured:
    """The same of a client in a process of its own, which only exports."""
    with served() as (process, _):
        auth = process.auth("another")
        with Client(process.url, auth) as client:
            _filled(client, 1000, first=0)
        words = [process.url, auth.client_id, json.dumps(auth.key)]
        done = subprocess.run(
            [sys.executable, "-c", "from tests.bench import bench_http; bench_http.exporting()"],
            input="\n".join(words), capture_output=True, text=True, check=True,
        )  # fmt: skip
    growth, notes = done.stdout.splitlines()
    return Measured(float(growth), notes)


def exporting() -> None:
    """What the process of `client_memory` does: it is told address, program and key."""
    url, client_id, key = sys.stdin.read().splitlines()
    with Client(url, Auth(json.loads(key), client_id, url)) as client:
        found = _peaks(client, os.getpid())
    sys.stdout.write(f"{found.value}\n{found.notes}\n")


def _peaks(client: Client, pid: int) -> Measured:
    _export(client, 10)  # what is loaded once is loaded
    few, many = (_peak(pid, client, meters) for meters in (10, 1000))
    return Measured((many - few) / 1e6, f"peaks {few / 1e6:.0f} MB, then {many / 1e6:.0f} MB")


def _peak(pid: int, client: Client, meters: int) -> int:
    """Highest resident size of a process while *meters* years are exported, bytes (Linux)."""
    status, forget = Path(f"/proc/{pid}/status"), Path(f"/proc/{pid}/clear_refs")
    if not forget.exists():
        raise NotMeasured("needs /proc (Linux)")
    forget.write_text("5", encoding="ascii")  # the peak so far is forgotten
    _export(client, meters)
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _export(client: Client, meters: int) -> None:
    """Stream *meters* years in one answer and let each go."""
    named = [one.id for one in itertools.islice(client.series(), meters)] if meters < 100 else []
    end = START + STEP * YEAR
    exported = client.export(start=START, end=end, series=named)
    readings = sum(len(one.values) for one in exported)
    assert readings == meters * YEAR, readings


BENCHES = [
    Bench(
        name="ingest-http",
        title="a million readings through HTTP and the whole guard",
        goal=Goal(">=", 2),
        unit="×",
        peer="COPY of the same rows with a primary key into PostgreSQL, same process",
        run=ingest,
    ),
    Bench(
        name="read-year-http",
        title="one meter-year through HTTP",
        goal=Goal(">=", 5),
        unit="×",
        peer="the same from PostgreSQL rows through FastAPI models, no authentication",
        run=read_year,
    ),
    Bench(
        name="read-flat",
        title="cost of one read with 17.5 M readings stored over 1.75 M",
        goal=Goal("<=", 1.2),
        unit="ratio",
        peer="itself with a tenth stored",
        run=read_flat,
    ),
    Bench(
        name="export-memory-server",
        title="memory of the server, 1,000 meter-years exported over 10",
        goal=Goal("<", 50),
        unit="MB",
        peer="itself after 10",
        run=export_memory,
    ),
    Bench(
        name="export-memory-client",
        title="memory of a client that streams, 1,000 meter-years over 10",
        goal=Goal("<", 50),
        unit="MB",
        peer="itself after 10",
        run=client_memory,
    ),
]
