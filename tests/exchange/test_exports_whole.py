"""An export is whole or not at all, made once, and gone when its time is over."""

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import (
    Conflict,
    InProgress,
    KeyReused,
    NotFound,
    Overloaded,
    StorageFull,
    TooLarge,
)
from synergie.exchange.readings.once import Once
from synergie.exchange.trust.exports import _export_files
from synergie.exchange.trust.exports.exports import Care, Exports
from synergie.schemas.trust.export import Export
from synergie.storage.store import Store
from tests.exchange.exporting import asked, events, held, now
from tests.exchange.people import NOW, Body


def test_over_its_room_nothing_is_kept(
    store: Store, desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    small = replace(desk, care=replace(desk.care, most_bytes=300))
    with pytest.raises(TooLarge):
        small.make(owner.caller, asked("sites", "supply_points"), clock=now)
    assert held(desk) == []
    assert desk.page(owner.caller, now=NOW).items == ()


def test_a_disk_that_is_full_half_way_leaves_nothing(
    store: Store,
    desk: Exports,
    owner: Body,
    things: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write, count = _export_files.Sink.write, [0]

    def full(self: Any, data: Any) -> int:
        count[0] += 1
        if count[0] == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(_export_files.Sink, "write", full)
    with pytest.raises(StorageFull):
        desk.make(owner.caller, asked("sites", "supply_points"), clock=now)
    assert count == [3]
    assert held(desk) == []
    assert desk.page(owner.caller, now=NOW).items == ()
    assert events(store, "export.made") == []


def test_when_the_store_does_not_keep_it_its_files_go(
    store: Store,
    desk: Exports,
    owner: Body,
    things: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The folder has its name a moment before the commit: a commit that fails takes it back."""
    publish = _export_files.Draft.publish

    def then_fails(self: Any, export: str) -> None:
        publish(self, export)
        assert held(desk) == [export]
        raise RuntimeError("the commit fails")

    monkeypatch.setattr(_export_files.Draft, "publish", then_fails)
    with pytest.raises(RuntimeError):
        desk.make(owner.caller, asked("sites"), clock=now)
    assert held(desk) == []
    assert desk.page(owner.caller, now=NOW).items == ()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from synergie.exchange.trust.exports.exports import Care, Exports
from synergie.policy import Principal
from synergie.schemas.trust.export import ExportRequest
from synergie.storage.store import Store
from tests.proof.signers import Hand
import synergie.exchange.trust.exports._export_content as content
content.PAGE = 1
asked = 0
def clock():
    global asked
    asked += 1
    if asked == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return datetime(2026, 11, 25, 10, tzinfo=UTC)
desk = Exports(store=Store.open(sys.argv[1], migrate=False), prover=Hand(),
               care=Care(folder=Path(sys.argv[2])))
caller = Principal(client_id="owner-app", organisation="owner", scopes=frozenset())
desk.make(caller, ExportRequest.model_validate({"kinds": ["sites"]}), clock=clock)
"""


def test_a_run_that_is_killed_shows_nothing_and_is_swept(
    store: Store, desk: Exports, owner: Body, things: dict[str, str], root: Path
) -> None:
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    command = [sys.executable, "-c", KILLED, url, str(desk.care.folder)]
    done = subprocess.run(command, cwd=root, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    (left,) = held(desk)
    assert left.startswith(".draft-")
    assert desk.page(owner.caller, now=NOW).items == ()
    written = (desk.care.folder / left).stat().st_mtime
    desk.sweep(now=datetime.fromtimestamp(written + 3000, UTC))
    assert held(desk) == [left]  # it may be somebody's who still writes
    desk.sweep(now=datetime.fromtimestamp(written + 3700, UTC))
    assert held(desk) == []


def test_files_are_removed_when_their_time_is_over_and_the_proofs_stay(
    store: Store, desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    made = desk.make(owner.caller, asked("sites"), clock=now)
    assert made.kept_until == NOW + timedelta(days=7)
    assert desk.sweep(now=made.kept_until - timedelta(seconds=1)) == 0
    assert desk.download(owner.caller, made.id, "sites.ndjson", clock=now).path.is_file()
    with pytest.raises(Conflict):
        desk.download(owner.caller, made.id, "sites.ndjson", clock=lambda: made.kept_until)
    assert desk.sweep(now=made.kept_until) == 1
    assert desk.sweep(now=made.kept_until) == 0
    assert held(desk) == []
    with pytest.raises(Conflict):
        desk.download(owner.caller, made.id, "sites.ndjson", clock=now)
    assert desk.manifest(owner.caller, made.id, now=made.kept_until)


def test_a_folder_that_is_an_export_is_not_swept_however_old(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    made = desk.make(owner.caller, asked("sites"), clock=now)
    os.utime(desk.care.folder / made.id, (0, 0))
    desk.sweep(now=NOW)
    assert held(desk) == [made.id]


def once(body: str = "b", key: str = "k") -> Once:
    return Once(client="owner-app", key=key, request="POST /v1/exports", body_sha256=body)


def test_the_same_request_again_gives_the_same_export(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    made = desk.make(owner.caller, asked("sites"), once=once(), clock=now)
    assert desk.make(owner.caller, asked("sites"), once=once(), clock=now) == made
    assert held(desk) == [made.id]
    with pytest.raises(KeyReused):
        desk.make(owner.caller, asked("series"), once=once("other"), clock=now)


def test_of_two_of_the_same_at_once_one_is_kept_and_both_are_told_it(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    """In two workers: each knows of the other by the store alone."""
    other, first = replace(desk, care=Care(folder=desk.care.folder)), list[Export]()

    def clock() -> datetime:
        if not first:
            first.append(other.make(owner.caller, asked("sites"), once=once(), clock=now))
        return NOW

    assert desk.make(owner.caller, asked("sites"), once=once(), clock=clock) == first[0]
    assert held(desk) == [first[0].id]


def test_the_same_request_while_it_runs_is_told_to_come_back(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    refused: list[InProgress] = []

    def clock() -> datetime:
        with pytest.raises(InProgress) as again:
            desk.make(owner.caller, asked("sites"), once=once(), clock=now)
        refused.append(again.value)
        return NOW

    made = desk.make(owner.caller, asked("sites"), once=once(), clock=clock)
    assert {error.retry_after for error in refused} == {15.0}
    assert held(desk) == [made.id]
    assert desk.make(owner.caller, asked("sites"), once=once(), clock=now) == made
    assert desk.make(owner.caller, asked("sites"), once=once(key="other"), clock=now) != made


def test_one_more_than_are_made_at_once_is_told_to_come_back(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    places = [desk.care.room.acquire(blocking=False) for _ in range(4)]
    assert all(places)
    with pytest.raises(Overloaded):
        desk.make(owner.caller, asked("sites"), clock=now)
    desk.care.room.release()
    for _ in range(2):  # the place is given back, after a refusal, too
        with pytest.raises(NotFound):
            desk.make(owner.caller, asked("sites", agreement="agr_22222222"), clock=now)
    made = desk.make(owner.caller, asked("sites"), clock=now)
    assert held(desk) == [made.id]
