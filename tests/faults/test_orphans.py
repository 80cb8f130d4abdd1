"""Workers end with the process that started them: the port and the store are free for the next."""

import os
import signal
from pathlib import Path

import pytest

from tests.faults.process import Process, until


@pytest.mark.faults
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with Process.started(tmp_path, url, {"SYNERGIE_WORKERS": "2"}) as process:
        for _ in range(3):
            assert process.process is not None
            workers = _children(process.process.pid)
            assert len(workers) >= 2
            os.kill(process.process.pid, signal.SIGKILL)
            process.process.wait()
            until(lambda: not any(map(_runs, workers)))  # noqa: B023 (used at once)
            process.start()  # the port is free, and the lock of the store


def _children(pid: int) -> list[int]:
    """The processes that *pid* started and that run."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
