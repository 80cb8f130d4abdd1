"""A real server reads a partner's file in a process of its own first."""

from datetime import date
from pathlib import Path

import pytest

from tests.faults.process import Process
from tests.formats.frames.made import half_hours, written

pytestmark = pytest.mark.faults


def test_a_file_is_read_apart_and_then_stored(process: Process, tmp_path: Path) -> None:
    file = tmp_path / "courbe.csv"
    file.write_bytes(written([half_hours(date(2026, 6, 10))], "curves-csv"))
    with process.client("owner") as client:
        report = client.deposit(file)
    assert report.records == 48
    assert report.receipts
    assert process.process is not None
    assert "forkserver" in _children(process.process.pid)


def _children(pid: int) -> str:
    """The command lines of the processes that *pid* has started."""
    told = Path(f"/proc/{pid}/task").glob("*/children")
    ids = [one for path in told for one in path.read_text(encoding="ascii").split()]
    return " ".join(
        Path(f"/proc/{one}/cmdline").read_text(encoding="utf-8").replace("\0", " ") for one in ids
    )
