"""Tables: our own CSV of curves, any CSV through a profile, a workbook, and a proposal.

Seconds of one core. Peers read and cast the same columns, and check nothing.
"""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from synergie.formats import read, write
from synergie.formats.tables.propose import propose
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.table_profile import TableColumn, TableProfile
from tests.bench.harness import Bench, Goal, Measured, NotMeasured

ROUNDS = 3
MEGA = 1_000_000
STEPS = 105_000
PARIS = ZoneInfo("Europe/Paris")
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_PEAK = """
import sys
from pathlib import Path
from synergie.formats import read
with read(sys.argv[1]) as result:
    n = sum(len(record.values) for record in result.records)
status = Path("/proc/self/status").read_text().split()
print(n, result.report.refusals, status[status.index("VmHWM:") + 1])
"""
_ANY = Profile(
    stamp="start",
    table=TableProfile(
        name="bench",
        layout="curve",
        columns=(
            TableColumn(name="PRM", field="supply_point"),
            TableColumn(name="Horodate", field="datetime"),
            TableColumn(name="Puissance (W)", field="value", unit="W"),
        ),
        direction="import",
    ),
)

type Peer = Callable[[Path], int]


def polars_csv(separator: str, times: dict[str, str], **numbers: str) -> Peer:
    """Rows that polars reads of a CSV on one core, times by their form and numbers cast."""

    def act(path: Path) -> int:
        import polars as pl  # a peer

        frame = pl.read_csv(path, separator=separator, infer_schema=False)
        casts = [pl.col(name).str.to_datetime(form) for name, form in times.items()]
        casts += [pl.col(name).cast(pl.Float64) for name in numbers.values()]
        return frame.with_columns(casts).height

    return act


def duckdb_csv(separator: str, times: dict[str, str], **numbers: str) -> Peer:
    """Rows that DuckDB reads of a CSV on one thread, times by their form and numbers cast."""

    def act(path: Path) -> int:
        try:
            import duckdb  # a peer
        except ImportError as error:
            raise NotMeasured("duckdb is not installed") from error
        casts = [f"strptime(\"{name}\", '{form}') AS t{i}"
                 for i, (name, form) in enumerate(times.items())]  # fmt: skip
        casts += [f'CAST("{name}" AS DOUBLE) AS {key}' for key, name in numbers.items()]
        with duckdb.connect() as base:
            base.execute("SET threads = 1")
            base.execute(
                f"CREATE TABLE t AS SELECT * EXCLUDE ({_quoted(times, numbers)}), "  # noqa: S608
                f"{', '.join(casts)} "
                f"FROM read_csv('{path}', delim = '{separator}', all_varchar = true)"
            )
            return int(base.execute("SELECT count(*) FROM t").fetchall()[0][0])

    return act


def _quoted(times: dict[str, str], numbers: dict[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in (*times, *numbers.values()))


def calamine(path: Path) -> int:
    """Rows that calamine gives of the first sheet, below its head."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        return sum(1 for _ in book.get_sheet_by_index(0).iter_rows()) - 1


def core_s(act: Callable[[], int], rows: int) -> float:
    """Median seconds of one core, whatever else the machine does; *act* gives *rows*."""
    told = []
    for _ in range(ROUNDS):
        start = time.process_time()
        assert act() == rows
        told.append(time.process_time() - start)
    return median(told)


def beside(path: Path, rows: int, ours: float, **peers: Peer) -> str:
    """What each peer takes of the same rows, and how many times our time that is."""
    told = []
    for name, peer in peers.items():
        try:
            theirs = core_s(lambda peer=peer: peer(path), rows)  # type: ignore[misc]
        except NotMeasured as error:
            told.append(str(error))
        else:
            told.append(f"{name} unchecked {theirs:.2g} s: ours is {ours / theirs:.1f} times that")
    return "; ".join(told)


def values(source: Path, profile: Profile | None = None) -> int:
    """Values that are read of *source*; none is refused."""
    with read(source, profile=profile, format=None if profile is None else _format(source)) as got:
        n = sum(len(one.values) for one in got.records if isinstance(one, MeterCurve))
    assert (got.report.kept, got.report.refusals) == (n, 0)
    return n


def _format(path: Path) -> str:
    return "table-csv" if path.suffix == ".csv" else "table-workbook"


def own_table(path: Path, size: int) -> int:
    """Our CSV of curves of *size* bytes at *path*: points of ten-minute watts; its rows."""
    draw, rows = Random(7), 0  # noqa: S311 (the same file at each run)
    part = io.BytesIO()
    with path.open("wb") as file:
        for point in range(1000):
            curve = MeterCurve(
                supply_point=f"prm:{99_000_000_000_000 + point}", quantity="active_power",
                form="mean_power", direction="import", unit="W", start=FIRST, step="PT10M",
                values=[draw.randrange(100_000) for _ in range(STEPS)], provenance="synthetic",
            )  # fmt: skip
            part = io.BytesIO()
            write([curve], part, format="curves-csv")
            head, _, below = part.getvalue().partition(b"\n")
            lines = below.splitlines(keepends=True)
            if not rows:
                file.write(head + b"\n")
            room = (size - file.tell()) // len(lines[0])
            file.writelines(lines[:room])
            rows += min(room, STEPS)
            if room < STEPS:
                return rows
    raise AssertionError("more points")


def own() -> Measured:
    """Seconds for 100 MB of our own CSV."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "courbes-ouvert.csv"
        rows = own_table(path, 100 * MEGA)
        ours = core_s(lambda: values(path), rows)
        times = dict.fromkeys(("start_utc", "end_utc"), "%Y-%m-%dT%H:%M:%SZ")
        told = beside(path, rows, ours, polars=polars_csv(",", times, number="value"),
                      DuckDB=duckdb_csv(",", times, number="value"))  # fmt: skip
    return Measured(ours, f"{rows} rows; {told}")


def own_memory() -> Measured:
    """Peak of a process that reads 100 MB of our own CSV, MB."""
    if not Path("/proc/self/status").is_file():
        raise NotMeasured("the peak of a process is not told here")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "courbes-ouvert.csv"
        rows = own_table(path, 100 * MEGA)
        command = [sys.executable, "-c", _PEAK, str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    read_, refused, kilobytes = map(int, done.stdout.split())
    assert (read_, refused) == (rows, 0)
    return Measured(kilobytes / 1000, f"{rows} rows")


@cache
def any_rows(points: int, steps: int) -> list[tuple[str, datetime, int]]:
    """Rows of somebody's curve, local times without offset."""
    draw = Random(11)  # noqa: S311 (the same file at each run)
    return [
        (str(99_000_000_000_000 + point),
         (FIRST + timedelta(minutes=10 * i)).astimezone(PARIS).replace(tzinfo=None),
         draw.randrange(100_000))
        for point in range(points) for i in range(steps)
    ]  # fmt: skip


def any_table(path: Path, rows: list[tuple[str, datetime, int]]) -> None:
    """The rows as a French portal writes them."""
    with path.open("w", encoding="utf-8") as file:
        file.write("PRM;Horodate;Puissance (W)\n")
        file.writelines(f"{point};{at:%d/%m/%Y %H:%M};{value}\n" for point, at, value in rows)


def any_csv() -> Measured:
    """Rows a second of any CSV, through its profile."""
    rows = any_rows(4, 100_000)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "courbe.csv"
        any_table(path, rows)
        ours = core_s(lambda: values(path, _ANY), len(rows))
        times = {"Horodate": "%d/%m/%Y %H:%M"}
        told = beside(path, len(rows), ours, polars=polars_csv(";", times, number="Puissance (W)"),
                      DuckDB=duckdb_csv(";", times, number="Puissance (W)"))  # fmt: skip
    return Measured(len(rows) / ours, told)


def workbook() -> Measured:
    """Rows a second of a workbook, through its profile."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    rows = any_rows(1, 100_000)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "courbe.xlsx"
        with Workbook(path, {"constant_memory": True}) as book:
            sheet, form = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
            sheet.write_row(0, 0, ("PRM", "Horodate", "Puissance (W)"))
            for i, (point, at, value) in enumerate(rows, start=1):
                sheet.write_string(i, 0, point)
                sheet.write_datetime(i, 1, at, form)
                sheet.write_number(i, 2, value)
        ours = core_s(lambda: values(path, _ANY), len(rows))
        told = beside(path, len(rows), ours, calamine=calamine)
    return Measured(len(rows) / ours, told)


def proposal() -> Measured:
    """Seconds for the proposal of a CSV of 20 MB."""
    rows = any_rows(6, 100_000)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "courbe.csv"
        any_table(path, rows)
        size = path.stat().st_size / MEGA
        ours = core_s(lambda: len(propose(path).names), 3)
    return Measured(ours, f"{size:.3g} MB, {len(rows)} rows")


BENCHES = [
    Bench(
        name="tables-own",
        title="read 100 MB of our own CSV of curves, checked, on one core",
        goal=Goal("<=", 2),
        unit="s",
        peer="polars and DuckDB in the notes",
        run=own,
    ),
    Bench(
        name="tables-own-memory",
        title="peak memory of a process that reads 100 MB of our own CSV of curves",
        goal=Goal("<=", 200),
        unit="MB",
        peer="the resident memory of the process",
        run=own_memory,
    ),
    Bench(
        name="tables-any",
        title="read any CSV of a curve through its profile, checked, on one core",
        goal=Goal(">=", 300_000),
        unit="rows/s",
        peer="polars and DuckDB in the notes",
        run=any_csv,
    ),
    Bench(
        name="tables-workbook",
        title="read a workbook of a curve through its profile, checked, on one core",
        goal=Goal(">=", 60_000),
        unit="rows/s",
        peer="python-calamine in the notes",
        run=workbook,
    ),
    Bench(
        name="tables-proposal",
        title="propose how a CSV of 20 MB is read, on one core",
        goal=Goal("<=", 0.5),
        unit="s",
        peer="the goal of tables.md",
        run=proposal,
    ),
]
