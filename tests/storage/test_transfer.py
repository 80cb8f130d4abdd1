"""A store copied to the other engine: equal in every row, restartable, no store before its end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import BadInput, Misconfigured
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import permit_operator
from synergie.storage import transfer
from synergie.storage.readings.bundles import bundling
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.readings.readings_digest import digest_readings
from synergie.storage.readings.segments import IN_MERGED
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from synergie.storage.transfer import canonical_row, copy_store
from synergie.storage.trust.journal import journal_bundles, journal_packing
from synergie.storage.trust.journal.journal_audit import audit_journal
from tests.databases import postgres
from tests.depth import times
from tests.exchange.people import NOW, Body, body, point, site
from tests.exchange.test_curves import MONDAY, curve, declared, put

pytestmark = pytest.mark.postgres


def still(_step: str, _done: int, _whole: int) -> None:
    """No progress is shown."""


@pytest.fixture(params=["to postgres", "to sqlite"])
def ends(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str, Body]]:
    """A store with something in it, and an empty place on the other engine."""
    with postgres() as server:
        file = f"sqlite:///{tmp_path / 'synergie.db'}"
        source, target = (file, server) if request.param == "to postgres" else (server, file)
        store = Store.open(source)
        owner = body(store, "owner")
        for name in ("a", "B", "é", "zé", "Z"):  # whose order is another in another collation
            Sites(store).publish(owner.caller, [site(name)], now=NOW)
        SupplyPoints(store).publish(owner.caller, [point()], now=NOW)
        put(Curves(store), owner, curve(declared(store, owner), [1, None, 3, -4]))
        store.close()
        yield source, target, owner


def test_everything_is_there_and_a_follower_goes_on_with_its_cursor(
    ends: tuple[str, str, Body],
) -> None:
    source, target, owner = ends
    store = Store.open(source)
    cursor = Changes(store).after(owner.caller, limit=3, now=NOW).next
    told = Changes(store).after(owner.caller, cursor, now=NOW).items
    store.close()
    assert told
    copied = copy_store(source, target, still)
    assert {one.table: one.rows for one in copied}["site"] == 5
    other = Store.open(target)
    assert Changes(other).after(owner.caller, cursor, now=NOW).items == told
    with other.read() as session:
        assert list(find_unsound_rows(permit_operator(now=NOW), session)) == []
    other.close()


class _Killed(BaseException):
    """The process is gone."""


def test_a_copy_that_is_killed_often_goes_on_and_opens_for_nobody_meanwhile(
    ends: tuple[str, str, Body], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target, _ = ends
    monkeypatch.setattr(transfer, "ROWS", 2)
    chunks, left = transfer._iterate_rows_to_copy, [0]

    def mortal(*given: Any) -> Iterator[list[dict[str, Any]]]:
        for rows in chunks(*given):
            if left[0] == 0:
                raise _Killed
            left[0] -= 1
            yield rows

    monkeypatch.setattr(transfer, "_iterate_rows_to_copy", mortal)
    for _ in range(times(5, deep=20)):
        left[0] = 1
        with pytest.raises(_Killed):
            copy_store(source, target, still)
        with pytest.raises(Misconfigured, match="did not end"):
            Store.open(target)
    monkeypatch.setattr(transfer, "_iterate_rows_to_copy", chunks)
    assert copy_store(source, target, still)
    Store.open(target).close()


def test_what_the_source_took_in_between_two_tries_is_copied_too(
    ends: tuple[str, str, Body], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target, owner = ends

    def killed(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_compare_table", killed)
        with pytest.raises(_Killed):
            copy_store(source, target, still)
    store = Store.open(source)
    Sites(store).publish(owner.caller, [site("a", name="Renamed")], now=NOW)
    store.close()
    copy_store(source, target, still)
    other = Store.open(target)
    assert "Renamed" in {one.name for one in Sites(other).page(owner.caller, now=NOW).items}
    other.close()


def test_a_target_that_is_not_empty_is_refused(ends: tuple[str, str, Body]) -> None:
    source, target, _ = ends
    Store.open(target).close()
    with pytest.raises(Misconfigured, match="empty"):
        copy_store(source, target, still)


def test_a_row_that_arrives_otherwise_leaves_the_target_unusable(
    ends: tuple[str, str, Body], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target, _ = ends
    chunks = transfer._iterate_rows_to_copy

    def spoiled(reader: Any, table: Any, last: Any) -> Iterator[list[dict[str, Any]]]:
        for rows in chunks(reader, table, last):
            yield [row | ({"name": "x"} if "jwks" in row else {}) for row in rows][
                : -1 if table.name == "site" else None
            ]

    monkeypatch.setattr(transfer, "_iterate_rows_to_copy", spoiled)
    with pytest.raises(BadInput, match="site"):
        copy_store(source, target, still)
    with pytest.raises(Misconfigured, match="did not end"):
        Store.open(target)


@pytest.mark.parametrize(("codec", "data"), [(1, b"no zstd"), (IN_MERGED, b"")])
def test_readings_that_cannot_be_read_are_not_taken_for_a_copy(
    ends: tuple[str, str, Body], codec: int, data: bytes
) -> None:
    """The rows are the same on both sides, byte by byte, and no more than that."""
    source, target, _ = ends
    store = Store.open(source)
    with store.write() as session:
        spoil = text("UPDATE segment SET codec = :codec, data = :data")
        session.connection().execute(spoil, {"codec": codec, "data": data})
    store.close()
    with pytest.raises(BadInput, match=r"^series ser_\w+, change \d+: other bytes found"):
        copy_store(source, target, still)
    with pytest.raises(Misconfigured, match="did not end"):
        Store.open(target)


def test_a_month_that_was_merged_is_copied_with_its_past(ends: tuple[str, str, Body]) -> None:
    source, target, owner = ends
    store, day = Store.open(source), timedelta(days=1)
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    for n in range(4):
        start = MONDAY + day + n * timedelta(hours=2)
        put(Curves(store), owner, curve(series.id, [n, 7, 8, n], start=start))
    assert compact_segments(store, now=NOW + 400 * day, saving=False)
    with store.read() as session:
        wanted = list(digest_readings(session.connection()))
    store.close()
    copy_store(source, target, still)
    other = Store.open(target)
    with other.read() as session:
        assert list(digest_readings(session.connection())) == wanted
        kept = session.connection().execute(text("SELECT codec FROM segment")).scalars()
        assert IN_MERGED in set(kept)
        assert list(find_unsound_rows(permit_operator(now=NOW), session)) == []
    other.close()
    (told,) = wanted
    assert told.n > 20, "what arrived and what was merged of it"


def test_what_is_bundled_is_copied_and_answers_the_same(
    ends: tuple[str, str, Body], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target, owner = ends
    monkeypatch.setattr(bundling, "BATCHES", 8)
    monkeypatch.setattr(journal_bundles, "WIDTH", 8)
    store, day = Store.open(source), timedelta(days=1)
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    sent = [
        curve(series.id, [n, 7], start=MONDAY + day + n * timedelta(hours=1)) for n in range(40)
    ]
    for n, one in enumerate(sent):
        put(Curves(store), owner, one, now=NOW + timedelta(seconds=n))
    assert compact_segments(store, now=NOW + 400 * day, saving=False)
    permit = permit_operator(now=NOW)
    bundled, _ = bundling.bundle_some(permit, store, before=NOW + day, after="")
    assert bundled == 4
    packed = journal_packing.pack_some(permit, store, before=NOW + day)
    assert packed > 4
    told = Changes(store).after(owner.caller, limit=999, now=NOW).items
    store.close()
    copied = copy_store(source, target, still)
    rows = {one.table: one.rows for one in copied}
    assert (rows["bundle"], rows["journal_bundle"]) == (bundled, packed)
    other = Store.open(target)
    assert Changes(other).after(owner.caller, limit=999, now=NOW).items == told
    assert put(Curves(other), owner, sent[3]).replayed
    with other.read() as session:
        assert list(find_unsound_rows(permit, session)) == []
        assert audit_journal(permit, session).fault is None
    other.close()


def test_the_form_of_a_row_tells_kinds_and_limits_apart() -> None:
    rows = [(1,), ("1",), (b"1",), (True,), (1.0,), (None,), ("", "1"), ("1", "")]
    rows += [(datetime(2026, 1, 1, tzinfo=UTC),)]
    assert len({canonical_row(row) for row in rows}) == len(rows)
