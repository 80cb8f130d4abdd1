"""Any path of acts, consents and reads: what comes out is what the oracle says, on both engines.

The properties are those of the one door: narrower gives a subset; no row outside selector, period
and dataset; nothing after a revocation; never finer than granted; nothing to another tenant; a
version never covers what was added later; two permits are never one; the same question has the
same answer.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

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

from synergie.calendar import ceil_period
from synergie.errors import BadInput, NotAllowed, NotFound, SynergieError
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.named_perimeters import NamedPerimeters
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.policy import Principal
from synergie.policy.readings.steps import FINEST_FIRST, STEPS
from synergie.policy.trust.principal import Narrowing
from synergie.schemas.assets.named_perimeter import NamedPerimeterRecord
from synergie.schemas.readings.curve import CurveExtract
from synergie.schemas.trust.consent import ConsentRecord
from synergie.storage.store import Store
from tests.conftest import emptied
from tests.exchange.agreed_world import (
    BEGIN,
    HALF,
    PARIS,
    POINTS,
    Agreed,
    Come,
    Given,
    Question,
    Rows,
    Version,
    answer,
    consent_lack,
    finer,
    reason,
    value,
)
from tests.exchange.people import NOW, Body, body, point, site, terms
from tests.exchange.test_curves import curve, put, record

CODES = {name: f"9900000000005{i}" for i, name in enumerate(POINTS)}
DAY = timedelta(days=1)
KNOWN = int((NOW - BEGIN) / HALF)
FLAGS: dict[str, Any] = {"home": {"personal_data": "yes"}, "lamp": {"usage": "public_lighting"}}

steps = st.sampled_from(FINEST_FIRST)
places = st.integers(-4, KNOWN + 8)
picks = st.integers(0, 10**6)
questions = st.tuples(
    picks, st.sampled_from(sorted(POINTS)), st.none() | steps, places, st.integers(1, 1700)
)


class World(RuleBasedStateMachine):
    """An owner of four points, a recipient, another owner with the same numbers, a stranger."""

    store: Store

    @initialize()
    def a_world(self) -> None:
        emptied(self.store)
        self.owner, self.partner, self.other, self.stranger = (
            body(self.store, name) for name in ("owner", "partner", "other", "stranger")
        )
        self.clock, self.known, self.asked = NOW, KNOWN, 0
        self.times = [NOW] * KNOWN
        self.ids = {who.caller.organisation: self._declare(who) for who in (self.owner, self.other)}
        self.things = self.ids["owner"]
        self.agreed: list[Agreed] = []
        self.given: list[Given] = []
        self.perimeter: tuple[str, int, frozenset[str]] | None = None
        self._consent("raw")  # one agreement over everything there is to lose
        self._agree({*POINTS}, "half_hour", ("consumption",), (0, None, 60), renew=1)

    def _declare(self, who: Body) -> dict[str, str]:
        sites = Sites(self.store).publish(who.caller, [site("S1")], now=NOW).items
        records = [
            point(CODES[name], site=of, **FLAGS.get(name, {})) for name, of in POINTS.items()
        ]
        points = SupplyPoints(self.store).publish(who.caller, records, now=NOW).items
        books = [record(code) for code in CODES.values()]
        series = SeriesBook(self.store).publish(who.caller, books, now=NOW).items
        named = {"S1": sites[0].id}
        named |= {name: one.id for name, one in zip(POINTS, points, strict=True)}
        named |= {f"ser_{name}": one.id for name, one in zip(POINTS, series, strict=True)}
        for name in POINTS:
            told = [value(name, place) for place in range(self.known)]
            put(Curves(self.store), who, curve(named[f"ser_{name}"], told, start=BEGIN))
        return named

    # What people do

    @rule(
        names=st.sets(st.sampled_from(["S1", "a", "b", "lamp", "home", "perimeter"]), min_size=1),
        step=steps,
        datasets=st.sampled_from([("consumption",), ("assets",), ("assets", "consumption")]),
        low=st.sampled_from([-8, 0, 5, 48, 337]),
        high=st.sampled_from([None, None, 500, 1001]),
        hours=st.integers(1, 60),
        renew=picks,
    )
    def agree(
        self, names: set[str], step: Any, datasets: Any, low: int, high: Any, hours: int, renew: int
    ) -> None:
        """A new agreement, or the next version of one, signed by both."""
        self._agree(names, step, datasets, (low, high, hours), renew=renew)

    def _agree(
        self, names: set[str], step: Any, datasets: Any, times: tuple[int, Any, int], *, renew: int
    ) -> None:
        low, high, hours = times
        selector, points = self._selected(names)
        if not points:
            return
        good = [one for one in self.given if not one.withdrawn and not finer(step, one.step)]
        start, end = BEGIN + low * HALF, None if high is None else BEGIN + high * HALF
        made = terms(
            self.owner,
            self.partner,
            selector,
            granularity=step,
            datasets=list(datasets),
            data_period={"start": start, "end": end},
            valid_until=self.clock + timedelta(hours=hours),
            consent_refs=[one.id for one in good],
        )
        book = Agreements(self.store)
        old = self.agreed[renew % len(self.agreed)] if self.agreed and renew % 3 == 0 else None
        if old is not None and self._state(old.versions[-1]) != "active":
            return
        if old is None:
            drafted = book.draft(self.owner.caller, made, now=self.clock)
        else:
            drafted = book.redraft(self.owner.caller, old.id, made, now=self.clock)
        try:
            for who, act in ((self.owner, "propose"), (self.partner, "accept")):
                sign = who.sign(drafted)
                book.act(who.caller, drafted.id, act, signature=sign, now=self.clock)  # type: ignore[arg-type]  # one of the acts
        except BadInput as refused:  # a part of a period that was told: test_split_periods
            assert refused.where in {"/data_period/start", "/data_period/end"}  # noqa: PT017
            return
        kept = old or Agreed(drafted.id)
        for one in kept.versions:
            one.stop("ended", self.clock)
        kept.versions.append(
            Version(
                drafted.version, points, step, datasets, start, end,
                self.clock + timedelta(hours=hours), tuple(good),
            )
        )  # fmt: skip
        if old is None:
            self.agreed.append(kept)

    def _selected(self, names: set[str]) -> tuple[dict[str, Any], frozenset[str]]:
        selector: dict[str, Any] = {}
        points = {name for name in names if name in POINTS}
        if points:
            selector["supply_points"] = sorted(self.things[name] for name in points)
        if "S1" in names:
            selector["sites"] = [self.things["S1"]]
            points |= {name for name, of in POINTS.items() if of == "S1"}
        if "perimeter" in names and self.perimeter is not None:
            selector["perimeter"] = {"id": self.perimeter[0], "version": self.perimeter[1]}
            points |= self.perimeter[2]
        return selector, frozenset(points)

    @rule(points=st.sets(st.sampled_from(sorted(POINTS)), min_size=1))
    def save_the_perimeter(self, points: set[str]) -> None:
        """What joins it now is in no agreement that names an older version."""
        ids = sorted(self.things[name] for name in points)
        named = NamedPerimeterRecord(name="Centre", supply_points=tuple(ids))
        saved = NamedPerimeters(self.store).save(self.owner.caller, named, now=self.clock)
        self.perimeter = saved.id, saved.version, frozenset(points)

    @rule(step=steps)
    def consent(self, step: Any) -> None:
        self._consent(step)

    def _consent(self, step: Any) -> None:
        told = ConsentRecord(
            subject="0" * 32,
            supply_points=(self.things["home"],),
            purpose="joint_purchase",
            granularity=step,
            given_at=self.clock - DAY,
        )
        made = Consents(self.store).give(self.owner.caller, told, now=self.clock)
        self.given.append(Given(made.id, step))

    @precondition(lambda self: self.given)
    @rule(which=picks)
    def withdraw(self, which: int) -> None:
        one = self.given[which % len(self.given)]
        Consents(self.store).withdraw(self.owner.caller, one.id, now=self.clock)
        one.withdrawn = one.withdrawn or self.clock

    @precondition(lambda self: self.agreed)
    @rule(which=picks, act=st.sampled_from(["suspend", "resume", "revoke", "terminate"]))
    def act(self, which: int, act: Any) -> None:
        agreed = self.agreed[which % len(self.agreed)]
        last = agreed.versions[-1]
        who = self.partner if act == "terminate" else self.owner
        fits = {"suspend": ["active"], "resume": ["suspended"]}.get(act, ["active", "suspended"])
        if self._state(last) not in fits:
            return
        Agreements(self.store).act(who.caller, agreed.id, act, now=self.clock)
        after = {"suspend": "suspended", "resume": "active"}.get(act, "ended")
        last.stop(after, self.clock)
        if after == "active":
            last.halted = None

    def _state(self, version: Version) -> str:
        return "ended" if self.clock >= version.until else version.state

    @rule(half_hours=st.integers(1, 40))
    def pass_time(self, half_hours: int) -> None:
        """The meter goes on."""
        for name in POINTS:
            told = [value(name, self.known + i) for i in range(half_hours)]
            one = curve(self.things[f"ser_{name}"], told, start=BEGIN + self.known * HALF)
            put(Curves(self.store), self.owner, one, now=self.clock + half_hours * HALF)
        self.known += half_hours
        self.clock += half_hours * HALF
        self.times += [self.clock] * half_hours

    @property
    def come(self) -> Come:
        """What the oracle counts with."""
        signed = [one for agreed in self.agreed for one in agreed.versions]
        return Come(self.clock, self.times, signed)

    # What is read

    def ask(
        self, asked: Question, *, caller: Principal | None = None, agreement: str | None
    ) -> CurveExtract | str:
        try:
            return Curves(self.store).extract(
                caller or self.partner.caller,
                self.things[f"ser_{asked.point}"],
                start=asked.start,
                end=asked.end,
                granularity=asked.step,  # type: ignore[arg-type]  # one of the steps
                agreement=agreement,
                now=self.clock,
            )
        except NotAllowed as refused:
            return refused.reason
        except NotFound:
            return "not_found"

    @precondition(lambda self: self.agreed)
    @rule(asks=st.lists(questions, min_size=2, max_size=5))
    def read(self, asks: list[tuple[int, str, Any, int, int]]) -> None:
        self.only_read = True
        for one in asks:
            self._read(*one)

    def _read(self, which: int, name: str, step: Any, low: int, width: int) -> None:
        agreed = self.agreed[which % len(self.agreed)]
        asked = Question(name, step, BEGIN + low * HALF, BEGIN + (low + width) * HALF)
        wanted = answer(agreed, asked, self.come)
        found = self.ask(asked, agreement=agreed.id)
        assert found == self.ask(asked, agreement=agreed.id)
        if isinstance(found, str):
            assert found == wanted
            return
        assert rows_of(found) == wanted
        self._narrower(agreed, asked, found)
        self._by_any(asked)
        self._by_others(agreed, asked)

    def _narrower(self, agreed: Agreed, asked: Question, whole: CurveExtract) -> None:
        """A token narrowed to a part gives some of the rows, and none beside."""
        low, high = asked.start + 7 * HALF, asked.end - 9 * HALF
        if low >= high:
            return
        part = Narrowing(agreement=agreed.id, start=low, end=high)
        caller = Principal(
            client_id="partner-app",
            organisation="partner",
            scopes=frozenset(),
            agreements=frozenset({agreed.id}),
            narrowings=(part,),
        )
        some = self.ask(asked, caller=caller, agreement=agreed.id)
        assert isinstance(some, CurveExtract)
        assert rows_of(some).items() <= rows_of(whole).items()
        assert all(low <= at < high for at in rows_of(some))
        if FINEST_FIRST.index(whole.granularity) < FINEST_FIRST.index("day"):
            coarse = Narrowing(agreement=agreed.id, granularity="day")
            caller = Principal(
                client_id="partner-app",
                organisation="partner",
                scopes=frozenset(),
                agreements=frozenset({agreed.id}),
                narrowings=(coarse,),
            )
            told = Question(asked.point, whole.granularity, asked.start, asked.end)
            assert self.ask(told, caller=caller, agreement=agreed.id) == "token_narrower"

    def _by_any(self, asked: Question) -> None:
        """Without naming one, the answer is that of one agreement, never of two together."""
        mixed = self.ask(asked, agreement=None)
        assert isinstance(mixed, CurveExtract)
        assert mixed.agreement is not None
        assert mixed == self.ask(asked, agreement=mixed.agreement.split("/")[0])

    def _by_others(self, agreed: Agreed, asked: Question) -> None:
        for who in (self.stranger, self.other):
            for name in (agreed.id, None, "agr_0000000000000000"):
                assert self.ask(asked, caller=who.caller, agreement=name) == "not_found"

    @precondition(lambda self: self.agreed)
    @rule(which=picks, step=st.none() | steps, low=places, width=st.integers(1, 1700))
    def export(self, which: int, step: Any, low: int, width: int) -> None:
        """A list gives every point that is open at this step, and no other."""
        self.only_read = True
        agreed = self.agreed[which % len(self.agreed)]
        start, end = BEGIN + low * HALF, BEGIN + (low + width) * HALF
        ruling = agreed.versions[-1]
        why = reason(ruling, Question("a", step, start, end), self.clock)
        asking = {"start": start, "end": end, "granularity": step, "agreement": agreed.id}
        if why is not None:
            with pytest.raises(NotAllowed) as refused:
                self._pages(asking)
            assert refused.value.reason == why
            return
        pages = self._pages(asking)
        names = {self.things[f"ser_{name}"]: name for name in POINTS}
        found: dict[str, Rows] = {}
        for page in pages:
            found.setdefault(names[page.series], {}).update(_stamped(page))
        wanted = {}
        for name in sorted(ruling.points):
            fine = finer(step or ruling.step, "day")
            if name == "home" and fine and consent_lack(ruling, step or ruling.step):
                continue
            told = answer(agreed, Question(name, step, start, end), self.come)
            assert isinstance(told, dict)
            wanted[name] = told
        assert {n: r for n, r in found.items() if r} == {n: r for n, r in wanted.items() if r}

    def _pages(self, asking: dict[str, Any]) -> list[Any]:
        exported = Curves(self.store).export(
            self.partner.caller, clock=lambda: self.clock, **asking
        )
        return list(exported)

    @precondition(lambda self: self.agreed)
    @rule(which=picks, with_cursor_of=picks)
    def list_series(self, which: int, with_cursor_of: int) -> None:
        self.only_read = True
        agreed = self.agreed[which % len(self.agreed)]
        ruling, book = agreed.versions[-1], SeriesBook(self.store)
        ask: dict[str, Any] = {"agreement": agreed.id, "now": self.clock}
        ever = Question("a", ruling.step, ruling.start, datetime.max.replace(tzinfo=UTC))
        why = reason(ruling, ever, self.clock)
        if why is not None:
            with pytest.raises(NotAllowed) as refused:
                book.page(self.partner.caller, limit=1, **ask)
            assert refused.value.reason == why
            return
        first = book.page(self.partner.caller, limit=1, **ask)
        items = [*first.items]
        if first.next is not None:
            items += book.page(self.partner.caller, after=first.next, **ask).items
            self._stolen(agreed, first.next, with_cursor_of)
        assert {one.id for one in items} == {self.things[f"ser_{n}"] for n in ruling.points}
        for one in items:
            last = one.freshness.last_reading
            grain = "day" if one.id == self.things["ser_home"] else "raw"
            grain = ruling.step if finer(grain, ruling.step) else grain
            if last is not None and grain in STEPS and last != ruling.end:
                assert ceil_period(last, grain, PARIS) == last

    def _stolen(self, agreed: Agreed, cursor: str, of: int) -> None:
        """A cursor is good for its own agreement and bearer only."""
        other = self.agreed[of % len(self.agreed)]
        for who, name in ((self.partner, other.id), (self.owner, None), (self.stranger, None)):
            if name == agreed.id:
                continue
            with pytest.raises(SynergieError) as refused:
                SeriesBook(self.store).page(
                    who.caller, agreement=name, after=cursor, now=self.clock
                )
            assert isinstance(refused.value, NotFound | NotAllowed)

    @invariant()
    def after_each_act_what_is_open_is_what_the_oracle_says(self) -> None:
        """No act is left unasked. What only reads changes nothing, or the next act shows it."""
        if self.__dict__.pop("only_read", False):
            return
        self._each_agreement_opens_what_the_oracle_says()
        self._nobody_else_sees_anything()

    def _each_agreement_opens_what_the_oracle_says(self) -> None:
        """A question of each point, not drawn."""
        for turn, agreed in enumerate(getattr(self, "agreed", [])[-4:]):
            self.asked += 1
            dice = Random(self.asked)  # noqa: S311 (places of a test)
            for name in POINTS:
                low, step = dice.randint(-4, KNOWN), dice.choice([None, *FINEST_FIRST])
                width = dice.choice([30, 200, 1500])
                asked = Question(name, step, BEGIN + low * HALF, BEGIN + (low + width) * HALF)
                found = self.ask(asked, agreement=agreed.id)
                wanted = answer(agreed, asked, self.come)
                assert (found if isinstance(found, str) else rows_of(found)) == wanted, turn

    def _nobody_else_sees_anything(self) -> None:
        if not getattr(self, "agreed", None):
            return
        for noun in (SupplyPoints, SeriesBook, Sites, Cabinets):
            assert noun(self.store).page(self.stranger.caller, now=self.clock).items == ()
            theirs = noun(self.store).page(self.other.caller, now=self.clock).items
            assert not {one.id for one in theirs} & set(self.things.values())


def rows_of(extract: CurveExtract) -> Rows:
    """Start of each step and its value; what is missing is no row."""
    found: Rows = {}
    for run in extract.runs:
        found |= _stamped(run)
    return found


def _stamped(run: Any) -> Rows:
    grain = {step: bucket for bucket, step in STEPS.items()}[run.step]
    at = run.start
    found: Rows = {}
    for told in run.values:
        if told is not None:
            found[at] = told
        at = ceil_period(at + timedelta(seconds=1), grain, PARIS)
    return found


def test_whatever_is_agreed_withdrawn_and_asked_only_what_is_open_comes_out(store: Store) -> None:
    machine = type("OnThisStore", (World,), {"store": store})
    part = 4 if store.engine.dialect.name == "sqlite" else 8  # the logic is one, each asks of both
    some = settings(max_examples=max(10, settings().max_examples // part), stateful_step_count=24)
    run_state_machine_as_test(machine, settings=some)
