"""A year as it happens: points come, readings come late, agreements end; an observer adds it up.

The observer sees what is published and nothing else. What each sum is made of is taken from the
frozen counts, and its own linear algebra says what can be computed (security.md §9.2).
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from synergie.errors import Conflict
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_own_data
from synergie.policy.publication.cells import tree
from synergie.policy.trust.atoms import Part, fault
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.release import Release
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.publication.releases import Frozen, YearKey, list_year_members
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.exchange.sums import TEN, YEAR, Territory, codes, publish, saved, scheme
from tests.policy.cells import Observer

COMMUNES = ("54430", "54318")


@dataclass
class Watch:
    """The frozen counts after each release, as changes of changes; and who watches them."""

    store: Store
    publisher: Body
    made: CellScheme
    observer: Observer = field(default_factory=Observer)
    steps: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    seen: set[str] = field(default_factory=set)
    refused: int = 0

    def release(self, period: str) -> None:
        """Publish, or be refused, and let the observer see what is new."""
        try:
            done = publish(self.store, self.publisher, self.made, period)
        except Conflict:
            self.refused += 1
            return
        if done.id not in self.seen:
            self.seen.add(done.id)
            self.note(done)

    def frozen(self) -> dict[str, Frozen]:
        key = YearKey(self.made.id, "electricity", YEAR)
        permit = permit_own_data(self.publisher.caller, action="write", now=NOW)
        with self.store.read() as session:
            return {one.member.point: one for one in list_year_members(permit, session, key)}

    def note(self, done: Release) -> None:
        now = self.frozen()
        for name, one in now.items():
            for month, wh in enumerate(one.member.energies, start=1):
                steps = self.steps[name, month]
                if wh is None and not steps:
                    continue
                if (wh or 0) != sum(steps) or not steps:
                    steps.append((wh or 0) - sum(steps))
        _, _, of_year = done.period.partition("-")
        wanted = (int(of_year),) if of_year else range(1, 13)
        shape = tree(self.made.cells)
        for cell in done.cells:
            inside = set(shape.below(cell.cell))
            variables = [
                (name, one, step)
                for name, frozen in now.items()
                if frozen.member.leaf in inside
                for one in wanted
                for step in range(len(self.steps[name, one]))
            ]
            assert cell.energy_wh == sum(self.steps[p, m][k] for p, m, k in variables)
            self.observer.see(variables)

    def check(self) -> None:
        """No sum that can be computed is of a set that fails, and no point is told."""
        now = self.frozen()
        for learned in self.observer.learned():
            values: dict[str, int] = defaultdict(int)
            for name, month, step in learned:
                values[name] += self.steps[name, month][step]
            told = [
                Part(
                    name,
                    now[name].member.holder,
                    now[name].member.category,
                    wh,
                    now[name].member.moves,
                    now[name].member.known_to,
                )
                for name, wh in values.items()
            ]
            change = any(step for *_, step in learned)
            assert fault(told, TEN, change=change) is None, learned
        alone: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
        for (name, month), steps in self.steps.items():
            alone[name] |= {(name, month, step) for step in range(len(steps))}
        assert not any(self.observer.learns_about(*alone.values()))


def happens(random: Random, ours: Territory, turn: int) -> None:
    """Something of the life of a territory: points that come, readings that change or go."""
    at, some = NOW + timedelta(minutes=turn + 1), list(ours.series)
    match random.choice(["join", "one", "many", "hole", "nothing"]):
        case "join":
            ours.add(codes(random.choice([1, 12]), 5000 + 100 * turn), [700] * 12)
        case "one":
            ours.measure(random.sample(some, 1), [1234] * 12, at=at)
        case "many":
            ours.measure(some, [random.choice([800, 850])] * 12, at=at)
        case "hole":
            ours.measure(random.sample(some, 2), [None] * 12, at=at)
        case _:
            pass


@pytest.mark.parametrize("seed", range(8))
def test_no_year_as_it_happens_tells_a_point(
    store: Store, owner: Body, partner: Body, agreed: Callable[..., Agreement], seed: int
) -> None:
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    theirs, ours = Territory(store, owner), Territory(store, partner)
    for number, place in enumerate((theirs, ours)):
        for k, insee in enumerate(COMMUNES):
            values = [random.choice([900, 1000, 1100]) for _ in range(12)]
            some = codes(random.choice([3, 10, 13]), 1000 * number + 100 * k + 1)
            place.add(some, values, insee=insee)
    made = saved(store, partner, scheme(*COMMUNES))
    selector = {"supply_points": sorted(theirs.points.values())}
    opened = agreed(
        selector, granularity="aggregate", cell_scheme=made.id, datasets=["consumption"]
    )
    watch = Watch(store, partner, made)
    periods = [f"2025-{month:02}" for month in random.sample(range(1, 13), 5)] + ["2025"]
    random.shuffle(periods)
    for turn, period in enumerate(periods):
        watch.release(period)
        happens(random, ours, turn)
        watch.release(random.choice(periods[: turn + 1]))
        if turn == seed:
            Agreements(store).act(owner.caller, opened.id, "revoke", now=NOW)
    watch.check()


def test_the_years_above_do_publish_and_do_refuse(store: Store, owner: Body, partner: Body) -> None:
    """Else the test before would show nothing."""
    ours = Territory(store, partner).add(codes(13), [1000] * 12)
    watch = Watch(store, partner, saved(store, partner, scheme()))
    watch.release("2025-01")
    ours.measure(list(ours.series)[:1], [1234] * 12, at=NOW + timedelta(minutes=1))
    watch.release("2025-01")
    ours.measure(list(ours.series)[1:], [1234] * 12, at=NOW + timedelta(minutes=2))
    watch.release("2025-01")
    assert (len(watch.seen), watch.refused) == (2, 1)
    assert len(watch.observer.learned()) == 2  # the month, and what changed
    watch.check()
