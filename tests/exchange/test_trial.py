"""A file that would take all of the machine takes a process of its own, and is refused."""

import io
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from synergie.errors import TooLarge
from synergie.exchange.trial import Trial
from synergie.schemas.profile import Profile
from tests.formats.frames.made import half_hours, written


@pytest.fixture
def spool() -> Iterator[BinaryIO]:
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as file:
        file.write(written([half_hours(date(2026, 6, 10))], "curves-csv"))
        yield cast(BinaryIO, file)


def test_a_right_file_passes_and_can_be_read_from_its_start(spool: BinaryIO) -> None:
    Trial()(spool, "curves-csv", "a.csv", Profile())
    assert spool.tell() == 0
    assert spool.read(6) == b"series" or spool.read(1)


def test_a_file_of_which_some_was_read_before_is_read_whole_after(spool: BinaryIO) -> None:
    """What is in the buffer already must not make the rest of the file start elsewhere."""
    content = written([half_hours(date(2026, 6, day)) for day in range(1, 29)], "curves-csv")
    assert len(content) > 8 * io.DEFAULT_BUFFER_SIZE
    for before in (0, 1, 100, io.DEFAULT_BUFFER_SIZE + 1):
        spool.seek(0)
        spool.write(content)
        spool.seek(0)
        spool.read(before)
        Trial()(spool, "curves-csv", "a.csv", Profile())
        assert spool.read() == content


def test_a_wrong_file_passes_too_for_its_faults_are_told_later(spool: BinaryIO) -> None:
    Trial()(spool, "enedis-r50", "a.xml", Profile())


def test_a_reader_that_takes_too_much_memory_is_refused(spool: BinaryIO) -> None:
    with pytest.raises(TooLarge, match="64 MB of memory"):
        Trial(memory_mb=64)(spool, "parquet", "a.parquet", Profile())


def test_a_reader_that_takes_too_long_is_killed(spool: BinaryIO) -> None:
    spool.seek(0)
    rows = b"2026-06-10T00:00:00+02:00,1\n" * 3_000_000
    spool.write(written([half_hours(date(2026, 6, 10))], "curves-csv") + rows)
    began = _spent()
    with pytest.raises(TooLarge, match="1 seconds"):
        Trial(cpu_s=1)(spool, "curves-csv", "a.csv", Profile())
    assert _spent() - began < 30


def _spent() -> float:
    """Processor time of this process and of those that it waited for, seconds."""
    return sum(os.times()[:4])


def test_what_is_in_memory_only_is_not_tried() -> None:
    Trial()(io.BytesIO(b"x"), "curves-csv", "a.csv", Profile())


def test_no_process_and_no_descriptor_is_left(spool: BinaryIO) -> None:
    trial = Trial()
    trial(spool, "curves-csv", "a.csv", Profile())
    before = _open()
    for _ in range(5):
        trial(spool, "curves-csv", "a.csv", Profile())
    assert _open() <= before + 1
    assert multiprocessing.active_children() == []


def _open() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_reader_holds_nothing_that_the_server_has_open(
    spool: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, write = os.pipe()
    monkeypatch.setattr("synergie.exchange.trial._read", _finds)
    Trial()(spool, "curves-csv", str(write), Profile())
    with pytest.raises(TooLarge):  # or the test would prove nothing: it does find what it is given
        Trial()(spool, "curves-csv", "0", Profile())
    os.close(read)
    os.close(write)


def _finds(_source: Any, told: tuple[str, str, str], *_: object) -> None:
    """In the reader: fails when the descriptor that `told` names is open there."""
    try:
        os.fstat(int(told[1]))
    except OSError:
        os._exit(0)
    os._exit(9)
