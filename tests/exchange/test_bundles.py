"""Bundles: what is kept by the hundred in one row is answered as if it were not.

A twin that never bundles does the same acts; whatever is asked, both answer alike, but for the
identifiers and digests that they drew.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlmodel import col, false, func, select

from synergie.errors import SynergieError
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.folding import Folding
from synergie.exchange.readings.once import Once
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_operator, permit_own_data
from synergie.schemas.readings.batch import HeldReceipt, Receipt
from synergie.schemas.readings.curve import Curve
from synergie.storage.assets.held import find_series_in_permit
from synergie.storage.readings.bundles import bundling
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.changes import changes
from synergie.storage.readings.compaction import Fold, fold_some
from synergie.storage.readings.feeds import deposits_by_source
from synergie.storage.readings.morning_check import find_astray_rows
from synergie.storage.readings.readings import next_start
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from synergie.storage.tables import BatchRow, ChangeRow, SegmentRow
from tests.exchange.people import Body, body, point, terms
from tests.exchange.test_curves import declared

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
HALF = timedelta(minutes=30)
DAY = timedelta(days=1)
LATER = datetime(2026, 11, 26, 10, tzinfo=UTC)
"""When all is asked: the agreements hold since a day before 25 November."""
_STRANGE = re.compile(r"[0-9a-f]{64}")
_BATCH = re.compile(r"bat_([0-9a-f]{10})[0-9a-f]{10}")


@dataclass
class World:
    """A store with two series that came by half-hours, opened to a partner raw and by the hour."""

    store: Store
    owner: Body
    partner: Body
    series: list[str]
    agreements: list[str]
    posted: list[Curve] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    keys: int = 0

    @classmethod
    def made(cls, store: Store) -> "World":
        owner, partner = body(store, "owner"), body(store, "partner")
        codes = ["99000000000017", "99000000000018"]
        points = SupplyPoints(store).publish(owner.caller, list(map(point, codes)), now=START)
        series = [declared(store, owner, supply_point=f"prm:{code}") for code in codes]
        found, book = [], Agreements(store)
        for step in ("raw", "hour"):
            said = terms(
                owner, partner, {"supply_points": [one.id for one in points.items]},
                granularity=step, datasets=["consumption"],
            )  # fmt: skip
            one = book.draft(owner.caller, said, now=LATER - DAY)
            signed = owner.sign(one)
            book.act(owner.caller, one.id, "propose", signature=signed, now=LATER - DAY)
            signed = partner.sign(one)
            book.act(partner.caller, one.id, "accept", signature=signed, now=LATER - DAY)
            found.append(one.id)
        return cls(store, owner, partner, series, found)

    def post(self, which: int, n: int, values: list[Any], at: datetime, **more: Any) -> str:
        """Values from half-hour *n* on; what was answered."""
        one = Curve.model_validate(
            {"series": self.series[which], "start": START + n * HALF, "step": "PT30M", "unit": "W"}
            | {"values": values}
            | more
        )
        return self.send(one, at)

    def send(self, one: Curve, at: datetime) -> str:
        """Send *one* under a key of its own."""
        self.keys += 1
        once = Once("owner-app", f"k{self.keys}", "POST /v1/curves", f"{self.keys:064x}")
        (answer,) = Curves(self.store).deposit(self.owner.caller, [one], onces=[once], now=at)
        if isinstance(answer, Receipt) and not answer.replayed:
            self.posted.append(one)
            self.receipts.append(answer)
        return self.told(answer)

    def undo(self, place: int, at: datetime, *, dry_run: bool = False) -> str:
        """Undo one of all that were stored."""
        batch = self.receipts[place].id
        try:
            done = Deposits(self.store).undo(self.owner.caller, batch, dry_run=dry_run, now=at)
        except SynergieError as fault:
            return self.told(fault)
        return self.told(done)

    def act(self, random: Random, n: int, at: datetime) -> str:
        """One act, drawn: the same again, a correction, one with a hole, or an undo."""
        kind, which, place = random.randrange(7), random.randrange(2), random.randrange(n)
        values = [random.randrange(900) for _ in range(3)]
        known = random.randrange(len(self.posted))
        if kind < 3:
            return self.send(self.posted[known], at)
        if kind == 3:
            return self.post(which, place, values[: 1 + known % 3], at)
        if kind == 4:
            older = self.receipts[known].id
            return self.post(which, place, [None, *values[:1]], at, supersedes=older)
        return self.undo(known, at, dry_run=kind == 5)

    def told(self, answer: Any) -> str:
        """An answer without what each store draws by itself."""
        if isinstance(answer, SynergieError):
            answer = f"{type(answer).__name__}: {answer}"
        text = json.dumps(answer, default=_plain, sort_keys=True)
        for place, name in enumerate([*self.series, *self.agreements]):
            text = text.replace(name, f"<{place}>")
        return _STRANGE.sub("<64>", _BATCH.sub(lambda one: f"<batch {int(one[1], 16)}>", text))

    def ask(self, random: Random) -> list[str]:
        """Everything that bundles may bear on."""
        caller = self.owner.caller
        found: list[Any] = [
            list(self._pages()),
            [list(self._changes(one)) for one in self._sides()],
        ]
        permit = permit_own_data(caller, action="read", now=LATER)
        operator = permit_operator(now=LATER)
        span = START - DAY, START + 60 * DAY
        moments = [None, *(START + random.randrange(700) * HALF for _ in range(3))]
        for name in self.series:
            for moment in moments:
                for who, agreement in self._sides():
                    read = Curves(self.store).extract(
                        who, name, start=span[0], end=span[1], as_of=moment,
                        agreement=agreement, now=LATER,
                    )  # fmt: skip
                    found.append(read.runs)
        with self.store.read() as session:
            for _ in range(3):
                after = random.randrange(800)
                found.append(changes(permit, session, after=after, limit=5, upto=after + 40))
            for name in self.series:
                held = find_series_in_permit(permit, session, name)
                assert held is not None
                moment = START + random.randrange(600) * HALF
                found.append(next_start(permit, session, held, moment))
            found.append(deposits_by_source(permit, session))
            assert list(find_astray_rows(operator, session)) == []
            assert list(find_unsound_rows(operator, session)) == []
        some = random.sample(range(len(self.receipts)), min(6, len(self.receipts)))
        found += [Batches(self.store).read(caller, self.receipts[n].id, now=LATER) for n in some]
        found.append(self._unknown(some))
        return [self.told(one) for one in found]

    def _unknown(self, some: list[int]) -> list[int]:
        """Of receipts by their id, by their digest alone, and by neither: which are not there."""
        names = [self.receipts[n] for n in some]
        held = [HeldReceipt(id=one.id, digest=one.digest) for one in names]
        held += [HeldReceipt(id=f"bat_{n:020x}", digest=one.digest) for n, one in enumerate(names)]
        held.append(HeldReceipt(id=names[0].id[:-1] + "_", digest="0" * 64))
        gone = Batches(self.store).unknown(self.owner.caller, held, now=LATER)
        return [n for n, one in enumerate(held) if one.id in gone]

    def _sides(self) -> list[tuple[Any, str | None]]:
        return [
            (self.owner.caller, None),
            *((self.partner.caller, one) for one in self.agreements),
        ]

    def _pages(self) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = Batches(self.store).page(self.owner.caller, after=after, limit=37, now=LATER)
            yield from (one for one in page.items if one.kind == "curve")
            after = page.next
            if after is None:
                return

    def _changes(self, side: tuple[Any, str | None]) -> Iterator[Any]:
        who, agreement = side
        cursor, more = None, True
        while more:
            page = Changes(self.store).after(who, cursor, limit=41, agreement=agreement, now=LATER)
            yield from (one for one in page.items if one.kind == "curve")
            cursor, more = page.next, page.more

    def fold(self, at: datetime) -> None:
        """What the server's own merging does, of less."""
        fold = Fold(at - HALF, worth=2, saving=False)
        fold_some(self.store, fold, after="", now=at)

    def bundle(self, at: datetime) -> int:
        """What the server's own bundling does."""
        written, _ = bundling.bundle_some(
            permit_operator(now=at), self.store, before=at - DAY, after=""
        )
        return written

    def held(self) -> int:
        """How many batches are bundled."""
        with self.store.read() as session:
            return session.exec(select(func.coalesce(func.sum(BundleRow.n), 0))).one()


def _plain(one: Any) -> Any:
    if hasattr(one, "model_dump"):
        return one.model_dump(mode="json")
    if isinstance(one, datetime):
        return one.isoformat()
    return {name: getattr(one, name) for name in one.__slots__}


@pytest.fixture
def twin(tmp_path: Path, blank_sqlite: Path) -> Iterator[Store]:
    """A second store, on SQLite."""
    shutil.copy(blank_sqlite, tmp_path / "twin.db")
    opened = Store.open(f"sqlite:///{tmp_path / 'twin.db'}")
    yield opened
    opened.close()


def feed(worlds: list[World], n: int, until: int) -> None:
    """Half-hours *n* to *until* of both series, one by one, as they are over."""
    random = Random(n)  # noqa: S311 (drawn again from its seed)
    for place in range(n, until):
        for which in (0, 1):
            values = [random.randrange(900)]
            said = {each.post(which, place, values, START + (place + 1) * HALF) for each in worlds}
            assert len(said) == 1


CHILD = """
import sys
from datetime import datetime
from synergie.policy import permit_operator
from synergie.storage.readings.bundles import bundling
from synergie.storage.store import Store
bundling.BATCHES, at = 4, datetime.fromisoformat(sys.argv[2])
store = Store.open(sys.argv[1])
while True:
    for series in sys.argv[3:]:
        bundling._bundle_one(store, permit_operator(now=at), series, at)
        print(series, flush=True)
"""


def test_a_process_that_is_killed_as_it_bundles_loses_nothing(store: Store) -> None:
    world = World.made(store)
    feed([world], 0, 60)
    at = START + 60 * HALF
    world.fold(at)
    random = Random(7)  # noqa: S311 (drawn again from its seed)
    state, held = random.getstate(), [0]
    before = world.ask(random)
    command = [sys.executable, "-c", CHILD, store.url, at.isoformat(), *world.series]
    for lines in (2, 5, 9):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(lines):
                assert child.stdout.readline()
            child.kill()
        held.append(world.held())
        random.setstate(state)
        assert world.ask(random) == before
    assert held == sorted(set(held))


def ask_both(worlds: list[World], random: Random) -> bool:
    """Whether all worlds answer alike to the same questions."""
    state, asked = random.getstate(), []
    for each in worlds:
        random.setstate(state)
        asked.append(each.ask(random))
    return asked[0] == asked[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_store_that_bundles_answers_as_one_that_does_not(
    store: Store, twin: Store, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "BATCHES", 8)
    worlds = [World.made(store), World.made(twin)]
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    n, most, again = 0, 0, 0
    for turn in range(6):
        feed(worlds, n, n + 24)
        n += 24
        at = START + n * HALF
        for _ in range(5):
            at += timedelta(seconds=1)
            state, said = random.getstate(), []
            for each in worlds:
                random.setstate(state)
                said.append(each.act(random, n, at))
            assert said[0] == said[1]
            again += '"replayed": true' in said[0]
        for each in worlds:
            each.fold(at)
        worlds[0].bundle(at)
        most = max(most, worlds[0].held())
        if turn % 3 < 2:
            continue
        assert ask_both(worlds, random)
    assert most > n
    assert again
    assert worlds[1].held() == 0


def test_what_is_bundled_leaves_no_row_and_comes_back_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "BATCHES", 16)
    world = World.made(store)
    feed([world], 0, 130)
    at = START + 130 * HALF
    world.fold(at)
    before = _rows(store)
    bundled = world.bundle(at)
    assert bundled == 10
    assert len(before) - len(_rows(store)) == 3 * 16 * bundled
    assert world.bundle(at) == 0
    first = world.undo(0, at, dry_run=True)
    assert '"lost": 1' in first
    assert world.held() == 160  # what was tried is rolled back
    assert world.post(0, 0, [999], at)
    assert world.held() == 144  # the bundle that it touches is rows again, and no other
    found = _rows(store)
    ids = {one.id for one in world.receipts[:32:2]}
    assert {one for one in before if one.split()[1] in ids} - found == {
        one for one in before if one.split()[1] in ids and world.receipts[0].id in one
        and one.startswith("batch")
    }  # fmt: skip


@pytest.mark.parametrize("column", ["rest", "seqs"])
def test_a_damaged_bundle_is_found(
    store: Store, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "BATCHES", 16)
    world = World.made(store)
    feed([world], 0, 82)
    world.fold(START + 82 * HALF)
    assert world.bundle(START + 82 * HALF) == 4
    with store.write() as session:
        one = session.exec(select(BundleRow)).first()
        assert one is not None
        setattr(one, column, b"damaged")
        session.add(one)
    with store.read() as session:
        found = [str(one) for one in find_unsound_rows(permit_operator(now=LATER), session)]
    assert len(found) == 1
    assert "cannot be decoded" in found[0]


def _rows(store: Store) -> set[str]:
    """Every row of batches, changes and arrivals: its table, its batch, and all that it holds."""
    found = set()
    with store.read() as session:
        tables = (("batch", BatchRow, "id"), ("change", ChangeRow, "subject"))
        for name, table, batch in (*tables, ("segment", SegmentRow, "batch")):
            query = select(table)
            if table is SegmentRow:
                query = query.where(col(SegmentRow.compacted).is_(false()))
            for row in session.exec(query):
                held = sorted(row.model_dump().items())
                found.add(f"{name} {getattr(row, batch)} {held}")
    return found


def test_the_server_bundles_by_itself_what_is_old_enough(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "BATCHES", 8)
    world = World.made(store)
    feed([world], 0, 120)
    folding = Folding(store, timedelta(hours=2), DAY)
    folding.fold(now=START + 60 * HALF)
    young = world.held()
    folding.fold(now=START + 60 * HALF + timedelta(hours=3))
    assert world.held() == young  # one round a day
    folding.fold(now=START + 120 * HALF)
    old = world.held()
    assert young < old <= 2 * 72
    assert old >= 2 * 64
