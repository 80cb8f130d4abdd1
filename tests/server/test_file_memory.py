"""Files made to take the memory of the server: it stays small and answers; nothing is stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from synergie.client import Client
from synergie.schemas.problem import Problem
from synergie.schemas.readings.deposit import DepositReport
from tests.depth import times
from tests.faults.process import Process
from tests.formats.frames.made import CURVE, written
from tests.formats.hostile import Hostile, every, some
from tests.server.file_memory import MIB, rss, send, send_all, watched

FILES = times(24, deep=100)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("server")
    with Process.started(folder, f"sqlite:///{folder}/store.db") as running:
        yield running


@pytest.fixture(scope="module")
def client(process: Process) -> Iterator[Client]:
    with process.client("bodies") as one:
        yield one


def test_hostile_files_at_once_take_no_memory_of_the_server_and_leave_nothing(
    process: Process, client: Client
) -> None:
    assert process.process is not None
    good = Hostile("good.csv", written([CURVE], "curves-csv"))
    assert isinstance(send(client, good, dry_run=True), DepositReport)
    files = some(FILES)
    before = [one.seq for one in client.changes()]
    with watched(process) as memory:
        answers = send_all(client, files)
    for file, answer in zip(files, answers, strict=True):
        assert isinstance(answer, Problem), file.name
        assert answer.status in {400, 413, 422}, (file.name, answer)
        (fault,) = answer.faults
        assert fault.where, file.name
        assert fault.found, file.name
        assert fault.expected, file.name
    assert memory.grown < 300 * MIB
    assert 0 < memory.reader < 700 * MIB
    assert rss(process.process.pid) - memory.before < 100 * MIB
    assert memory.health
    assert set(memory.health) == {200}
    assert [one.seq for one in client.changes()] == before
    assert isinstance(send(client, good, dry_run=False), DepositReport)


def test_the_first_files_are_of_every_family() -> None:
    first = {Path(one.name).suffix for one in some(24)}
    assert first >= {".parquet", ".arrow", ".xlsx", ".csv"}
    assert len({one.name for one in some(100)}) == 100
    assert len(every()) > 50
