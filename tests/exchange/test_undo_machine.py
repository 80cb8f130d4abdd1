"""Deposits, corrections and undos in any order: the store is what the ones that are left say.

The model keeps each batch whole and folds those that are not undone, in their order; it shares no
code with the store.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, override

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from synergie.errors import Conflict, NotFound
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import permit_operator
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from tests.exchange import lines
from tests.exchange.people import NOW, Body, body

START = datetime(2026, 2, 28, 12, tzinfo=UTC)
"""A day and a half before a civil month ends, so that compaction has something to do."""
STEP = timedelta(minutes=30)
_BELIEVED = {"enedis-c15": 70, "enedis-r64": 60, "enedis-r151": 40, "other": 50}


@dataclass(eq=False)
class Batch:
    """What one batch of a file said: place → what holds there, and how far it is believed."""

    deposit: str
    content: str
    kind: str
    priority: int
    said: dict[Any, Any]
    undone: bool = False


@dataclass
class Model:
    """Every batch in order; of a curve what is known goes before what is missing."""

    batches: list[Batch] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """What a file is known by → its deposit."""
    again: set[tuple[str, str]] = field(default_factory=set)
    """Deposits that brought batches of other deposits again: both ids."""

    def live(self) -> list[Batch]:
        return [one for one in self.batches if not one.undone]

    def holds(self, kind: str) -> dict[Any, Any]:
        best: dict[Any, tuple[tuple[bool, int], Any]] = {}
        for one in self.live():
            for place, value in one.said.items() if one.kind == kind else ():
                there = value is not None or kind != "curve"
                rank, known = best.get(place, ((False, -1), {}))
                if (there, one.priority) >= rank:
                    laid = known | value if kind == "site" else value
                    best[place] = (there, one.priority), laid
        return {place: value for place, (_, value) in best.items()}


class Undos(RuleBasedStateMachine):
    """One organisation that deposits files and changes its mind."""

    store: Store
    owner: Body

    @initialize()
    def begin(self) -> None:
        self.owner = body(self.store, f"org-{len(_made)}")
        _made.append(self.owner)
        self.model, self.named = Model(), ""
        self.clock = NOW
        self.past: list[tuple[datetime, dict[Any, Any], dict[Any, Any]]] = []

    @rule(
        facts=st.dictionaries(
            st.tuples(st.integers(1, 3), st.sampled_from(sorted(_BELIEVED))),
            st.integers(0, 2),
            max_size=3,
        ),
        at=st.none() | st.integers(0, 80),
        values=st.lists(st.none() | st.integers(0, 2), min_size=1, max_size=12),
        sites=st.dictionaries(
            st.sampled_from("AB"), st.tuples(st.sampled_from("xy"), st.none() | st.just("54430"))
        ),
        lamps=st.dictionaries(st.sampled_from("LM"), st.none() | st.integers(1, 2)),
        raw=st.booleans(),
    )
    def deposit(
        self, *, facts: Any, at: Any, values: Any, sites: Any, lamps: Any, raw: bool
    ) -> None:
        records: list[Any] = [
            lines.index(value, source=source, day=day) for (day, source), value in facts.items()
        ]
        said: list[tuple[str, str, int, dict[Any, Any]]] = []
        for source in dict.fromkeys(source for _, source in facts):
            told = {day: value for (day, of), value in facts.items() if of == source}
            said.append((f"{source}{told}", "fact", _BELIEVED[source], told))
        if at is not None:
            start, priority = START + at * STEP, 40 if raw else 50
            records.append(lines.curve(start, values))
            told = {start + i * STEP: value for i, value in enumerate(values)}
            said.append((f"{told}{priority}", "curve", priority, told))
        for key, (name, insee) in sites.items():
            more = {} if insee is None else {"insee_code": insee}
            record = SiteRecord(
                external_id=key, name=name, kind="other", provenance="synthetic", **more
            )
            records.append(record)
        if sites:
            told = {
                key: {"name": name} | ({} if insee is None else {"insee_code": insee})
                for key, (name, insee) in sites.items()
            }
            said.append((f"{told}", "site", 50, told))
        records += [
            LightPointRecord(external_id=key, power_w=power, provenance="synthetic")
            for key, power in lamps.items()
        ]
        if lamps:
            said.append((f"{lamps}", "lamp", 50, dict(lamps)))
        if records:
            self.send(records, said, lines.RAW if raw else lines.LINES)

    def send(self, records: list[Any], said: list[Any], form: str) -> None:
        self.clock += STEP / 30
        report = lines.put(self.store, self.owner, *records, form=form, now=self.clock)
        known = f"{form}{lines.file(*records)!r}"
        assert report.id is not None
        if known in self.model.files:
            assert report.id == self.model.files[known]
            assert all(one.replayed for one in report.receipts)
            return
        self.model.files[known] = report.id
        for one in report.receipts:
            assert one.received == one.kept + one.unchanged + one.refused
        for content, kind, priority, told in said:
            first = next(
                (b for b in self.model.live() if (b.content, b.kind) == (content, kind)), None
            )
            if first is None:
                batch = Batch(report.id, content, kind, priority, told)
                self.model.batches.append(batch)
            else:
                self.model.again.add((report.id, first.deposit))
        self.note()

    @precondition(lambda self: self.model.files)
    @rule(data=st.data(), dry_run=st.booleans())
    def undo(self, data: st.DataObject, *, dry_run: bool) -> None:
        in_order = list(dict.fromkeys(self.model.files.values()))  # ids are random: never sorted
        deposit = in_order[data.draw(st.integers(0, len(in_order) - 1))]
        self.clock += STEP / 30
        book = Deposits(self.store)
        try:
            done = book.undo(self.owner.caller, deposit, dry_run=dry_run, now=self.clock)
        except Conflict:
            assert self.is_stood_on(deposit)
            return
        if dry_run:
            assert done.undone_at is None
            return
        assert book.undo(self.owner.caller, deposit, now=self.clock + STEP) == done
        for one in self.model.live():
            one.undone = one.deposit == deposit
        self.model.files = {k: d for k, d in self.model.files.items() if d != deposit}
        self.model.again = {pair for pair in self.model.again if pair[0] != deposit}
        self.note()

    @rule()
    def tidy(self) -> None:
        compact_segments(self.store, now=NOW, saving=False)

    def is_stood_on(self, deposit: str) -> bool:
        """Whether a later one says something where *deposit* did, or brought it again."""
        live = self.model.live()
        mine = [(n, one) for n, one in enumerate(live) if one.deposit == deposit]
        again = any(of == deposit for _, of in self.model.again)
        return again or any(
            n < m and one.kind == other.kind and one.said.keys() & other.said.keys()
            for n, one in mine
            for m, other in enumerate(live)
            if other.deposit != deposit
        )

    def note(self) -> None:
        self.past.append((self.clock, self.model.holds("fact"), self.model.holds("curve")))

    @invariant()
    def the_store_is_what_is_left(self) -> None:
        who, now = self.owner.caller, self.clock
        assert self.facts() == self.model.holds("fact")
        assert self.curve() == _there(self.model.holds("curve"))
        found = {
            one.external_id: {"name": one.name}
            | ({} if one.insee_code is None else {"insee_code": one.insee_code})
            for one in Sites(self.store).page(who, now=now).items
        }
        assert found == self.model.holds("site")
        lamps = LightPoints(self.store).page(who, now=now).items
        assert {one.external_id: one.power_w for one in lamps} == self.model.holds("lamp")

    @invariant()
    def the_past_is_as_it_was(self) -> None:
        for moment, facts, curve in self.past[-4:]:
            assert self.facts(moment) == facts
            assert self.curve(moment) == _there(curve)

    @invariant()
    def the_newest_reading_is_of_what_is_left(self) -> None:
        ends = [
            place + STEP
            for one in self.model.live()
            if one.kind == "curve"
            for place, value in one.said.items()
            if value is not None
        ]
        for series in SeriesBook(self.store).page(self.owner.caller, now=self.clock).items:
            assert series.freshness.last_reading == max(ends, default=None)
        points = SupplyPoints(self.store).page(self.owner.caller, now=self.clock).items
        assert points or not any(one.kind in {"fact", "curve"} for one in self.model.live())

    @override
    def teardown(self) -> None:
        """What was undone is undone everywhere."""
        with self.store.read() as session:
            assert list(find_unsound_rows(permit_operator(now=NOW), session)) == []

    def facts(self, as_of: datetime | None = None) -> dict[Any, Any]:
        page = Facts(self.store).page(
            self.owner.caller, "register_reading", as_of=as_of, now=self.clock
        )
        records = [one.record for one in page.items]
        return {
            one.instant.day: int(one.value) for one in records if isinstance(one, RegisterReading)
        }

    def curve(self, as_of: datetime | None = None) -> dict[Any, Any]:
        end, named = START + 200 * STEP, self.series()
        try:
            found = Curves(self.store).extract(
                self.owner.caller, named, start=START, end=end, as_of=as_of, now=self.clock
            )
        except NotFound:
            return {}
        return _there(
            {
                run.start + i * STEP: value
                for run in found.runs
                for i, value in enumerate(run.values)
            }
        )

    def series(self) -> str:
        """The series once it was there; its identifier is the same ever after."""
        for one in SeriesBook(self.store).page(self.owner.caller, now=self.clock).items:
            self.named = one.id
        return self.named


_made: list[Body] = []


def _there(values: dict[Any, Any]) -> dict[Any, Any]:
    """Without what is null: a hole may be read as null."""
    return {place: value for place, value in values.items() if value is not None}


def test_what_is_left_after_any_deposits_and_undos_is_what_they_say(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines.register(monkeypatch)
    machine = type("OnThisStore", (Undos,), {"store": store})
    some = settings(max_examples=max(10, settings().max_examples // 4), stateful_step_count=12)
    run_state_machine_as_test(machine, settings=some)
