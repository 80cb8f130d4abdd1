"""What it takes to try: sizes of the installs, and `make demo` from an empty folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds

ROOT = Path(__file__).resolve().parents[2]


def base_mb() -> Measured:
    """The light client alone, in an empty environment, byte-code included."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder:
        home = Path(folder) / "env"
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "-c"]
        try:
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            subprocess.run([*pip, ROOT / ".ci" / "constraints.txt", ROOT], check=True)
            subprocess.run([home / "bin" / "pip", "uninstall", "-q", "-y", "pip"], check=True)
        except subprocess.CalledProcessError as error:
            raise NotMeasured("needs the package index") from error
        return Measured(_size(home) / 1e6, "pip itself not counted")


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


@cache
def _demo() -> tuple[float, float, float]:
    """Seconds of `make demo` in a fresh clone, seconds of the demo alone, MB of its environment."""
    if shutil.which("git") is None or shutil.which("make") is None:
        raise NotMeasured("needs git and make")
    with _clone() as folder:
        whole = seconds(lambda: _make(folder))
        again = seconds(lambda: _make(folder))
        return whole, again, _size(folder / ".venv") / 1e6


@contextmanager
def _clone() -> Iterator[Path]:
    with TemporaryDirectory(prefix="synergie-bench-") as home:
        folder = Path(home) / "clone"
        subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
        yield folder


def _make(folder: Path) -> None:
    command = ["make", "-s", "demo", "ARGS=--json"]
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "LANG": "C.UTF-8"}
    found = subprocess.run(command, cwd=folder, env=bare, capture_output=True, check=False)
    if found.returncode:
        raise NotMeasured(f"make demo failed: {found.stderr.decode()[-200:]}")
    json.loads(found.stdout)


def demo_mb() -> Measured:
    """The environment that `make demo` makes."""
    return Measured(_demo()[2], "pip included")


def make_demo_s() -> Measured:
    """`make demo` from an empty folder, installation included."""
    return Measured(_demo()[0], "packages from the index or pip's cache")


def demo_s() -> Measured:
    """The demo itself, once installed."""
    return Measured(_demo()[1])


BENCHES = [
    Bench(
        name="install-base",
        title="size of the base install",
        goal=Goal("<", 60),
        unit="MB",
        peer="FlexMeasures' client alone: 165 MB",
        run=base_mb,
    ),
    Bench(
        name="install-demo",
        title="size of what the demo needs",
        goal=Goal("<", 250),
        unit="MB",
        peer="FlexMeasures: 1,500 MB",
        run=demo_mb,
    ),
    Bench(
        name="make-demo",
        title="`make demo` from an empty folder, all included",
        goal=Goal("<", 180),
        unit="s",
        peer="FlexMeasures' install alone: 101 s",
        run=make_demo_s,
    ),
    Bench(
        name="demo",
        title="the demo itself",
        goal=Goal("<", 60),
        unit="s",
        peer="none of its kind",
        run=demo_s,
    ),
]
