"""The campaign of faults, a short one; and that it would see what is lost."""

from pathlib import Path
from secrets import randbelow

import pytest

from tests.faults.campaign import run_campaign
from tests.faults.disk import Disk


@pytest.mark.faults
def test_kills_power_cuts_and_a_failing_disk_lose_and_double_nothing(tmp_path: Path) -> None:
    faults = run_campaign(
        {"kill": 1, "cut": 2, "torn": 2, "eio": 1}, tmp_path, seed=randbelow(1 << 32)
    )
    assert (faults.lost, faults.doubled) == (0, 0), faults
    assert faults.acknowledged > sum(faults.faults.values()), faults


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
