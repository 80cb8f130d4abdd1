"""The campaign of faults: a short one, that it would see what is lost, and that it goes on."""

import json
from pathlib import Path
from secrets import randbelow

import pytest

from synergie.schemas.readings.batch import Receipt
from tests.faults.campaign import Figures, Record, continue_campaign
from tests.faults.disk import Disk
from tests.faults.senders import FIRST, STEPS, compare_receipts
from tests.faults.strikes import Round, play_round


@pytest.mark.faults
def test_kills_power_cuts_and_a_failing_disk_lose_and_double_nothing(tmp_path: Path) -> None:
    found = play_round(
        {"kill": 1, "cut": 2, "torn": 2, "eio": 1}, tmp_path, seed=randbelow(1 << 32)
    )
    assert (found.lost, found.doubled) == (0, 0), found
    assert found.acknowledged > sum(found.faults.values()), found
    assert found.starts == 1 + sum(found.faults.values()), found


@pytest.mark.faults
def test_a_cut_takes_what_was_not_synced(tmp_path: Path) -> None:
    disk = Disk.built(tmp_path / "disk", "store.db")
    store = tmp_path / "store.db"
    store.write_bytes(b"written, not synced")
    (disk.folder / "synced" / "store.db").write_bytes(b"synced")
    (tmp_path / "store.db-wal").write_bytes(b"never synced")
    disk.cut_power(store, None)
    assert store.read_bytes() == b"synced"
    assert not (tmp_path / "store.db-wal").exists()


def test_a_loss_and_a_double_are_counted_apart() -> None:
    first, second, third = (_receipt(n, f"{n:064x}") for n in (1, 2, 3))
    told = [first, second, third]
    assert compare_receipts(told, [third, first, second]) == (0, 0)
    assert compare_receipts(told, [first, third]) == (1, 0)
    assert compare_receipts(told, [*told, _receipt(4, third.digest)]) == (0, 1)
    assert compare_receipts(told, [first, third, _receipt(4, third.digest)]) == (1, 1)
    assert compare_receipts(told, [*told, first]) == (0, 1), "listed twice"
    assert compare_receipts([*told, first], told) == (1, 0), "one receipt for two contents"
    assert compare_receipts(told, [first, second, _receipt(3, first.digest)]) == (1, 1)


def test_a_campaign_goes_on_with_its_file_round_by_round(tmp_path: Path) -> None:
    record = Record(tmp_path / "faults.json", "abc")
    played: list[int] = []

    def play(seed: int) -> Round:
        played.append(seed)
        if len(played) == 3:
            raise AssertionError("a value is gone")
        return _round(seed)

    with pytest.raises(AssertionError, match="a value is gone"):
        continue_campaign(record, "sqlite", 4, play)
    stopped = record.read("sqlite")
    assert (stopped.rounds, stopped.seeds) == (2, played[:2])
    assert stopped.broken == [f"seed {played[2]}: AssertionError: a value is gone"]
    continue_campaign(record, "postgresql", 1, _round)
    figures = continue_campaign(record, "sqlite", 4, play)
    assert figures == record.read("sqlite")
    assert (figures.rounds, figures.seeds) == (4, played[:2] + played[3:])
    assert figures.broken == stopped.broken, "a round that failed is not forgotten"
    assert (figures.faults, figures.acknowledged) == ({"kill": 4, "cut": 8}, 28)
    assert (figures.lost, figures.doubled, figures.starts) == (4, 8, 16)
    assert record.read("postgresql").rounds == 1
    assert continue_campaign(record, "sqlite", 4, play) == figures
    assert len(played) == 5, "nothing more is played when all rounds are there"


def test_figures_of_two_commits_are_not_summed_and_each_engine_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    earlier, later = Record(path, "abc"), Record(path, "def")
    earlier.write("sqlite", Figures().plus(_round(1)))
    before = json.loads(path.read_text())["engines"]["sqlite"]
    assert (before["commit"], before["rounds"]) == ("abc", 1)
    with pytest.raises(SystemExit, match="sqlite is of commit abc, this is def"):
        continue_campaign(later, "sqlite", 2, _round)
    continue_campaign(later, "postgresql", 1, _round)
    engines = json.loads(path.read_text())["engines"]
    assert engines["sqlite"] == before, "kept as it was, with its commit"
    assert engines["postgresql"]["commit"] == "def"
    assert (earlier.read("sqlite").rounds, later.read("postgresql").rounds) == (1, 1)


def _receipt(number: int, digest: str) -> Receipt:
    return Receipt(
        id=f"bat_{number}",
        owner="owner",
        kind="curve",
        digest=digest,
        seq=number,
        received_at=FIRST,
        received=STEPS,
        kept=STEPS,
        unchanged=0,
        refused=0,
    )


def _round(seed: int) -> Round:
    return Round(seed, {"kill": 1, "cut": 2}, acknowledged=7, lost=1, doubled=2, starts=4)
