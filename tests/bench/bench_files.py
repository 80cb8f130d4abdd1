"""The memory that hostile files take of a server, eight at a time."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.harness import Bench, Goal, Measured
from tests.faults.process import Process
from tests.formats.frames.made import CURVE, written
from tests.formats.hostile import Hostile, some
from tests.server.file_memory import AT_ONCE, MIB, rss, send, send_all, watched

FILES = 100


def file_memory() -> Measured:
    """Bytes that the server process grows by at most, whatever the files stand for."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder:
        url = f"sqlite:///{folder}/store.db"
        with Process.started(Path(folder), url) as process, process.client("bench") as client:
            assert process.process is not None
            send(client, Hostile("good.csv", written([CURVE], "curves-csv")), dry_run=True)
            with watched(process) as memory:
                send_all(client, some(FILES))
            left = rss(process.process.pid) - memory.before
    notes = (
        f"{FILES} files, {AT_ONCE} at once; the server had {memory.before / MIB:.0f} MiB before "
        f"and {left / MIB:+.0f} MiB after, a reader of a file {memory.reader / MIB:.0f} MiB at "
        f"most; health answered {len(memory.health)} times of {len(memory.health)}"
    )
    return Measured(max(0, memory.grown) / MIB, notes)


BENCHES = [
    Bench(
        name="file-memory",
        title="Memory that hostile files take of the server: 100 of them, 8 at once",
        goal=Goal("<", 300),
        unit="MiB",
        peer="the resident memory of the server process, read every 20 ms",
        run=file_memory,
    ),
]
