"""Enedis curve files: how many readings a second on one core, and how memory grows."""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from synergie.formats.enedis import hdm_curve
from synergie.schemas.readings.profile import Profile
from tests.bench.harness import Bench, Goal, Measured, NotMeasured

ROUNDS = 7
MEGA = 1_000_000
REAL = "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"
PARIS = ZoneInfo("Europe/Paris")
_NAMES = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes"
)
_PEAK = """
import sys
from pathlib import Path
from synergie.formats.enedis import hdm_curve
from synergie.schemas.readings.profile import Profile
with open(sys.argv[1], "rb") as file:
    records, report = hdm_curve.read(file, Profile())
    n = sum(len(record.values) for record in records)
status = Path("/proc/self/status").read_text().split()
print(n, report.refusals, status[status.index("VmHWM:") + 1])
"""


def block(prm: int, first: date, end: date) -> str:
    """One HDM block of ten-minute steps in watts, a blank in fifty."""
    draw = Random(prm)  # noqa: S311 (the same file at each run)
    low, high = (int(datetime(d.year, d.month, d.day, tzinfo=PARIS).timestamp())
                 for d in (first, end))  # fmt: skip
    rows = [
        f"{datetime.fromtimestamp(at, PARIS).isoformat()};"
        f"{'' if draw.random() < 0.02 else draw.randrange(100_000)}"
        for at in range(low, high, 600)
    ]
    head = (
        f"{prm};Courbe de charge;{first:%d/%m/%Y};{end:%d/%m/%Y};Energie active;Consommation;"
        "Comptage Brut;W;"
    )
    return "\r\n".join([_NAMES, head, "Horodate;Valeur", *rows, ""])


def read(data: bytes) -> int:
    """The readings that our reader gives of *data*; none is refused."""
    records, report = hdm_curve.read(io.BytesIO(data), Profile())
    n = sum(len(record.values) for record in records if hasattr(record, "values"))
    assert (report.kept, report.refusals) == (n, 0)
    return n


def bare(data: bytes) -> int:
    """The rows that PyArrow's CSV reader gives of *data*, on one core; nothing is checked."""
    try:
        import pyarrow.csv as peer
    except ImportError as error:
        raise NotMeasured("pyarrow is not installed") from error
    options = peer.ReadOptions(skip_rows=2, use_threads=False)
    parse = peer.ParseOptions(delimiter=";")
    return int(peer.read_csv(io.BytesIO(data), read_options=options, parse_options=parse).num_rows)


def rate(data: bytes) -> Measured:
    """Millions of readings a second; PyArrow's in the notes, both in turn in this run."""
    n = read(data)
    assert bare(data) == n
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(_core_s(read, data))
        theirs.append(_core_s(bare, data))
    own, peer = n / median(mine) / MEGA, n / median(theirs) / MEGA
    return Measured(own, f"{n} readings; pyarrow.csv, nothing checked: {peer:.3g} M readings/s")


def _core_s(act: Callable[[bytes], int], data: bytes) -> float:
    """Seconds of one core, whatever else the machine does."""
    start = time.process_time()
    act(data)
    return time.process_time() - start


def generated() -> Measured:
    """Nineteen years of ten-minute steps of one point."""
    return rate(block(99_000_000_000_017, date(2005, 1, 1), date(2024, 1, 1)).encode("utf-8-sig"))


def real() -> Measured:
    """Two real years of ten-minute steps of a public building."""
    path = Path(__file__).resolve().parents[3] / "shared" / REAL
    if not path.is_file():
        raise NotMeasured("the real files are not beside the project")
    return rate(path.read_bytes())


def memory() -> Measured:
    """Peak of a process that reads 1 GB over that of one that reads 10 MB, MB."""
    if not Path("/proc/self/status").is_file():
        raise NotMeasured("the peak of a process is not told here")
    first = date(2024, 1, 1)
    year = block(99_000_000_000_017, first, first + timedelta(days=366)).encode()
    with TemporaryDirectory() as folder:
        small, large = Path(folder) / "10mb.csv", Path(folder) / "1gb.csv"
        for path, size in ((small, 10 * MEGA), (large, 1000 * MEGA)):
            with path.open("wb") as file:
                for _ in range(-(-size // len(year))):
                    file.write(year)
        low, high = _peak(small), _peak(large)
    notes = f"{low:.4g} MB for 10 MB, {high:.4g} MB for 1 GB"
    return Measured(high - low, notes)


def _peak(path: Path) -> float:
    command = [sys.executable, "-c", _PEAK, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    _, refused, kilobytes = map(int, done.stdout.split())
    assert refused == 0
    return kilobytes / 1000


BENCHES = [
    Bench(
        name="hdm-speed",
        title="read an Enedis HDM curve of 1 M ten-minute rows, checked, on one core",
        goal=Goal(">=", 1.5),
        unit="M readings/s",
        peer="pyarrow.csv in the notes",
        run=generated,
    ),
    Bench(
        name="hdm-real",
        title="read the real HDM curve of 105,120 rows, checked, on one core",
        goal=Goal(">=", 1.5),
        unit="M readings/s",
        peer="pyarrow.csv in the notes",
        run=real,
    ),
    Bench(
        name="memory-1gb",
        title="peak memory of a 1 GB HDM file over that of a 10 MB one",
        goal=Goal("<", 100),
        unit="MB",
        peer="the same reader, 10 MB",
        run=memory,
    ),
]
