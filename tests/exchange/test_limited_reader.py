"""A file that would take all of the machine takes a process of its own, and is refused."""

import fcntl
import io
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast, override

import pytest

from synergie.errors import BadInput, Overloaded, SynergieError, TooLarge
from synergie.exchange.files import limited_reader
from synergie.exchange.files._record_lines import read_packed_records
from synergie.exchange.files.file_reader import DirectReader, FileReader, NoClerk
from synergie.exchange.files.file_tasks import (
    Clerk,
    Order,
    ProposalRequest,
    SendBack,
    bears_motives,
    examine_file,
    propose_profile,
    send_back,
)
from synergie.exchange.files.limited_reader import LimitedReader
from synergie.formats.tables.propose import Unconfirmed
from synergie.schemas.readings.file_report import FileReport
from synergie.schemas.readings.profile import Profile
from tests.formats.frames.made import half_hours, written
from tests.formats.tables.made import BILLS
from tests.formats.test_conformance import CASES

CURVES = Order(name="a.csv", form="curves-csv")


@pytest.fixture
def spool() -> Iterator[BinaryIO]:
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as file:
        file.write(written([half_hours(date(2026, 6, 10))], "curves-csv"))
        yield cast(BinaryIO, file)


class Desk(NoClerk):
    """A clerk that keeps what it is given."""

    def __init__(self, *, wanted: bool = True, power: str | None = None) -> None:
        self.wanted, self.power = wanted, power
        self.opened: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.shares: list[float] = []
        self.packs: list[bytes] = []

    @override
    def open(self, form: str, digest: str) -> bool:
        self.opened.append((form, digest))
        return self.wanted

    @override
    def subscribed(self, key: str) -> Decimal | None:
        self.asked.append(key)
        return None if self.power is None else Decimal(self.power)

    @override
    def keep(self, pack: bytes) -> None:
        self.packs.append(pack)

    @override
    def progress(self, share: float) -> None:
        self.shares.append(share)

    @property
    def records(self) -> list[Any]:
        return [record for pack in self.packs for record, _ in read_packed_records(pack)]


def examined(reader: FileReader, source: BinaryIO, order: Order) -> tuple[Any, list[Any]]:
    """What the reader tells of a file, or why it does not, and the records."""
    desk = Desk(power="0.1")
    try:
        answer: object = reader.run(examine_file, source, order, desk)
    except SynergieError as error:
        answer = type(error), str(error)
    return answer, desk.records


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_file_of_each_format_is_the_same_in_a_process_of_its_own(name: str) -> None:
    case = CASES[name]
    order = Order(name=case.name, form=case.format, profile=case.profile)
    for data in {case.data, case.bad or case.data}:
        there = examined(LimitedReader(), io.BytesIO(data), order)
        assert there == examined(DirectReader(), io.BytesIO(data), order)
        assert isinstance(there[0], FileReport) or data != case.data


def test_the_subscribed_power_of_a_point_is_asked_once_and_believed(spool: BinaryIO) -> None:
    desk = Desk(power="0.05")
    report = LimitedReader().run(examine_file, spool, CURVES, desk)
    assert report is not None
    assert [one.code for one in report.findings] == ["power-over-subscribed"]
    assert len(desk.asked) == 1
    (curve,) = desk.records
    assert {run.quality for run in curve.quality} == {"suspect"}


def test_a_known_file_is_not_read_and_a_trial_run_hands_over_nothing(spool: BinaryIO) -> None:
    unwanted = Desk(wanted=False)
    assert LimitedReader().run(examine_file, spool, CURVES, unwanted) is None
    assert unwanted.opened[0][0] == "curves-csv"
    dry = Desk()
    order = Order(name="a.csv", records=False)
    assert LimitedReader().run(examine_file, spool, order, dry)
    assert dry.records == []


def test_a_table_is_proposed_with_its_rows_as_they_stand() -> None:
    source = io.BytesIO(BILLS.encode())
    here = DirectReader().run(propose_profile, source, ProposalRequest("bills.csv"), NoClerk())
    there = LimitedReader().run(propose_profile, source, ProposalRequest("bills.csv"), NoClerk())
    assert there == here
    assert str(there.table_rows[0][1][0]).startswith("Relevé")
    with pytest.raises(Unconfirmed) as error:
        LimitedReader().run(examine_file, source, Order(name="bills.csv"), Desk())
    with pytest.raises(Unconfirmed) as direct:
        DirectReader().run(examine_file, source, Order(name="bills.csv"), Desk())
    assert error.value.proposal == direct.value.proposal


def test_refused_rows_are_cut_out_there() -> None:
    case = CASES["curves-csv"]
    assert case.bad is not None
    source = io.BytesIO(case.bad)
    report = DirectReader().run(examine_file, source, CURVES, Desk())
    assert report is not None
    why = {one.line: "faux" for one in report.refused if one.line is not None}
    order = SendBack("curves-csv", Profile(), report.refused, why)
    found = LimitedReader().run(send_back, source, order, NoClerk())
    assert found is not None
    assert b"faux" in found.files["csv"]
    assert set(found.files) == {"csv", "xlsx"}
    back = io.BytesIO(found.files["csv"])
    assert LimitedReader().run(bears_motives, back, None, NoClerk())
    assert not LimitedReader().run(bears_motives, source, None, NoClerk())


def test_a_file_of_which_some_was_read_before_is_read_whole_after(spool: BinaryIO) -> None:
    """What is in the buffer already must not make the rest of the file start elsewhere."""
    content = written([half_hours(date(2026, 6, day)) for day in range(1, 29)], "curves-csv")
    assert len(content) > 8 * io.DEFAULT_BUFFER_SIZE
    for before in (0, 1, 100, io.DEFAULT_BUFFER_SIZE + 1):
        spool.seek(0)
        spool.write(content)
        spool.seek(0)
        spool.read(before)
        LimitedReader().run(examine_file, spool, CURVES, Desk())
        assert spool.tell() == 0
        assert spool.read() == content


def test_a_fault_of_the_file_is_told_as_here(spool: BinaryIO) -> None:
    order = Order(name="a.xml", form="enedis-r50")
    with pytest.raises(BadInput) as there:
        LimitedReader().run(examine_file, spool, order, Desk())
    with pytest.raises(BadInput) as here:
        DirectReader().run(examine_file, spool, order, Desk())
    assert str(there.value) == str(here.value)


def test_a_reader_that_takes_too_much_memory_is_refused(spool: BinaryIO) -> None:
    with pytest.raises(TooLarge, match="file: more found, over the limit of 64 MB of memory"):
        LimitedReader(memory_mb=64).run(
            examine_file, spool, Order(name="a.parquet", form="parquet"), Desk()
        )


def test_a_reader_that_takes_too_long_is_killed(spool: BinaryIO) -> None:
    spool.seek(0)
    rows = b"2026-06-10T00:00:00+02:00,1\n" * 3_000_000
    spool.write(written([half_hours(date(2026, 6, 10))], "curves-csv") + rows)
    desk, began = Desk(), _spent()
    with pytest.raises(TooLarge, match="1 seconds"):
        LimitedReader(cpu_s=1).run(examine_file, spool, CURVES, desk)
    assert _spent() - began < 30
    assert desk.shares
    assert max(desk.shares) < 1


def _spent() -> float:
    """Processor time of this process and of those that it waited for, seconds."""
    return sum(os.times()[:4])


def test_a_file_waits_for_a_process_and_is_not_refused_for_good(
    spool: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_reader, "_WAIT_S", 0.01)
    reader = LimitedReader()
    while reader.room.acquire(blocking=False):
        pass
    with pytest.raises(Overloaded):
        reader.run(examine_file, spool, CURVES, Desk())
    reader.room.release()
    assert reader.run(examine_file, spool, CURVES, Desk())


def test_no_process_and_no_descriptor_is_left_whatever_its_clerk_says(spool: BinaryIO) -> None:
    reader = LimitedReader()
    reader.run(examine_file, spool, CURVES, Desk())
    before = _open()
    for _ in range(5):
        reader.run(examine_file, spool, CURVES, Desk())
        with pytest.raises(KeyboardInterrupt):
            reader.run(examine_file, spool, CURVES, _Stops())
    assert _open() <= before + 1
    assert multiprocessing.active_children() == []


class _Stops(Desk):
    @override
    def open(self, form: str, digest: str) -> bool:
        raise KeyboardInterrupt


def _open() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_reader_holds_nothing_that_the_server_has_open(spool: BinaryIO) -> None:
    read, write = os.pipe()
    reader = LimitedReader()
    high = fcntl.fcntl(write, fcntl.F_DUPFD, 500)  # the reader has none of its own so high
    assert reader.run(_is_closed, spool, high, NoClerk()) is True
    assert reader.run(_is_closed, spool, 0, NoClerk()) is False  # or it would prove nothing
    for descriptor in (read, write, high):
        os.close(descriptor)


def _is_closed(_: BinaryIO, descriptor: int, __: Clerk) -> bool:
    """In the reader: whether it has no such descriptor."""
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False


LIES: dict[str, tuple[bytes, type[Exception]]] = {
    "no record": (b"r\0\0\0\x09no packed bytes", BadInput),
    "a record larger than any": (b"r\xff\xff\xff\xff", TooLarge),
    "an answer of another form": (b'a{"rows": 1}', ValueError),
    "an error of another form": (b"f{}", ValueError),
    "an unknown kind": (b"?", RuntimeError),
    "a share that is no number": (b"pmuch", ValueError),
}


@pytest.mark.parametrize("name", LIES)
def test_what_a_reader_sends_is_data_and_is_not_believed(spool: BinaryIO, name: str) -> None:
    """As if a file had taken the process over: it says what it likes."""
    frame, error = LIES[name]
    with pytest.raises(error):
        LimitedReader().run(_lie, spool, frame, _Reads())


class _Reads(Desk):
    """As a deposit does at its end."""

    @override
    def keep(self, pack: bytes) -> None:
        super().keep(pack)
        assert self.records is not None


def _lie(_: BinaryIO, frame: bytes, clerk: Any) -> bool:
    clerk.send(frame[:1], frame[1:])
    clerk.send(b"l")
    return True
