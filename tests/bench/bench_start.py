"""Start-up: the command line and the import, over a bare interpreter; the server until ready."""

import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.faults.process import Process

ROUNDS = 15


def _timed(*command: str) -> float:
    def run() -> None:
        subprocess.run([sys.executable, *command], check=True, capture_output=True)

    run()
    return median(seconds(run) for _ in range(ROUNDS))


def help_s() -> Measured:
    """`synergie --help`, the whole process."""
    value = _timed("-m", "synergie", "--help")
    return Measured(value, f"bare interpreter {_timed('-c', 'pass'):.3g} s")


def import_s() -> Measured:
    """`import synergie`, over a bare interpreter."""
    bare, ours = _timed("-c", "pass"), _timed("-c", "import synergie")
    return Measured(ours - bare, f"bare {bare:.3g} s, with the import {ours:.3g} s")


def client_import_s() -> Measured:
    """`from synergie import Client`, over a bare interpreter: what a syndicate's program pays."""
    bare, ours = _timed("-c", "pass"), _timed("-c", "from synergie import Client")
    return Measured(ours - bare, f"bare {bare:.3g} s, with the import {ours:.3g} s")


def serve_s() -> Measured:
    """Processor time of `synergie serve` from its start until ready, on a store that is there."""
    with (
        TemporaryDirectory(prefix="synergie-bench-") as folder,
        Process.started(Path(folder), f"sqlite:///{folder}/store.db") as process,
    ):
        process.kill()
        used = [_used_by(process) for _ in range(ROUNDS)]
    return Measured(min(used), f"least of {ROUNDS} starts, SQLite: others on the machine only add")


def _used_by(process: Process) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process.start()
    process.kill()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


BENCHES = [
    Bench(
        name="help",
        title="`synergie --help`",
        goal=Goal("<", 0.3),
        unit="s",
        peer="a bare interpreter in the notes",
        run=help_s,
    ),
    Bench(
        name="import",
        title="`import synergie` over a bare interpreter",
        goal=Goal("<", 0.15),
        unit="s",
        peer="python -c pass",
        run=import_s,
    ),
    Bench(
        name="import-client",
        title="`from synergie import Client` over a bare interpreter",
        goal=Goal("<", 1),
        unit="s",
        peer="python -c pass",
        run=client_import_s,
    ),
    Bench(
        name="serve",
        title="`synergie serve` until it is ready: processor time",
        goal=Goal("<=", 2),
        unit="s",
        peer="a goal; what was compiled before is kept",
        run=serve_s,
    ),
]
