"""Random histories through the exchange: what two readers got does not tell what they may not."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from synergie.exchange.publication._release_making import Making
from synergie.exchange.publication.aggregate_year import YearContent
from synergie.exchange.publication.publications import Publications
from synergie.exchange.readings import curves
from synergie.exchange.trust import _agreement_acts
from synergie.storage.publication.insiders import Knowers
from synergie.storage.readings._periods import Period
from synergie.storage.store import Store
from synergie.storage.trust.agreements.splits import Splits
from tests.adversary.coalitions import Leak
from tests.adversary.point_histories import PointHistory
from tests.adversary.publication_histories import PublicationHistory
from tests.adversary.series_histories import SeriesHistory
from tests.adversary.series_periods import MONTH_STARTS
from tests.conftest import emptied

HISTORIES = {"ci": 20, "deep": 1000}.get(os.environ.get("SYNERGIE_TEST_HYPOTHESIS", ""), 5)
"""Of curves in three ways and of publications; half as many of late agreements and of
declarers: a hundred in `make test-all`."""
ACTS = 7

type Draw = Callable[[Random, Store], Any]


@pytest.fixture
def exchange(tmp_path: Path, blank_sqlite: Path) -> Iterator[Store]:
    """A store in a file."""
    path = tmp_path / "store.db"
    path.write_bytes(blank_sqlite.read_bytes())
    store = Store.open(f"sqlite:///{path}")
    yield store
    store.close()


def draw_series(random: Random, store: Store) -> SeriesHistory:
    """Agreements whose periods begin and end with civil months."""
    history = SeriesHistory.draw(random, store)
    history.starts = MONTH_STARTS
    return history


def draw_cut_series(random: Random, store: Store) -> SeriesHistory:
    """Agreements whose periods begin and end anywhere."""
    return SeriesHistory.draw(random, store)


def draw_ended_series(random: Random, store: Store) -> SeriesHistory:
    """Agreements that are ended, suspended and resumed while days fill."""
    history = draw_series(random, store)
    history.weights = (6, 1, 1, 5, 4, 0, 0)
    return history


def draw_point(random: Random, store: Store) -> SeriesHistory:
    """Two series of a point that moves between sites; agreements that begin later."""
    return PointHistory.draw(random, store)


def draw_publication(random: Random, store: Store) -> PublicationHistory:
    """Releases, looks at what would be published, schemes in other shapes, corrections."""
    history = PublicationHistory.draw(random, store)
    history.acts_drawn = ("release", "release", "look", "look", "redraw", "join", "correct")
    return history


def draw_late_agreement(random: Random, store: Store) -> PublicationHistory:
    """Agreements over single homes, before and after their sums are out."""
    history = PublicationHistory.draw(random, store)
    history.acts_drawn = ("release", "open", "open", "correct")
    return history


def draw_declarer(random: Random, store: Store) -> PublicationHistory:
    """Another body declares the same homes, and may open them to somebody."""
    history = PublicationHistory.draw(random, store)
    history.acts_drawn = ("declare", "release", "release")
    return history


def find_leaks(store: Store, draw: Draw, seeds: Sequence[int], *, first: bool = False) -> list[str]:
    """What leaks, with its seed and acts; *first*: no more than one."""
    found: list[str] = []
    for seed in seeds:
        emptied(store)
        history = draw(Random(seed), store)  # noqa: S311 (drawn again from its seed)
        history.play(ACTS)
        leaks: Sequence[Leak[Any]] = history.leaks()
        if leaks:
            found.append("\n  ".join((f"seed {seed}: {leaks[0]}", *history.acts)))
            if first:
                break
    return found


@pytest.mark.parametrize(
    "draw", [draw_series, draw_cut_series, draw_ended_series, draw_point, draw_publication]
)
def test_no_history_lets_two_readers_compute_what_they_may_not(exchange: Store, draw: Draw) -> None:
    leaks = find_leaks(exchange, draw, range(HISTORIES))
    assert not leaks, f"{len(leaks)} of {HISTORIES}\n{leaks[0]}"


def test_it_sees_a_period_that_fills(exchange: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Period, "is_final", property(lambda self: self.measured_s > 0))
    assert find_leaks(exchange, draw_series, range(60), first=True)


def test_it_sees_freshness_that_tells_of_a_day_that_fills(
    exchange: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curves, "find_told_end", lambda _, __, series, **___: series.last_end)
    (leak,) = find_leaks(exchange, draw_series, range(60), first=True)
    assert "fresh until" in leak


def test_it_sees_a_look_that_computes_sums_and_rolls_back(
    exchange: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def show_sums(self: Publications, caller: Any, terms: Any, period: str, *, now: Any) -> Any:
        task = self._task(caller, terms, period, now)
        with self.store.write() as session:
            making = Making.opened(session, task)
            draft = making.drafted(task.look(session))
            cells = () if draft.refused is not None else making.cells_of(draft)
            session.rollback()
        return SimpleNamespace(cells=cells)

    monkeypatch.setattr(Publications, "preview_release", show_sums)
    assert find_leaks(exchange, draw_publication, range(100), first=True)


def test_it_sees_the_rest_of_a_period_that_a_finer_agreement_cuts(
    exchange: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day as one, and its hours from noon on: told at once, or the hours afterwards."""
    monkeypatch.setattr(Splits, "splits", lambda *_: False)
    monkeypatch.setattr(_agreement_acts, "hold_periods", lambda *_: None)
    (leak,) = find_leaks(exchange, draw_cut_series, range(60), first=True)
    assert "less than a" in leak


def test_a_late_agreement_is_held_against_what_is_out(exchange: Store) -> None:
    leaks = find_leaks(exchange, draw_late_agreement, range(HISTORIES // 2))
    assert not leaks, f"{len(leaks)}\n{leaks[0]}"


def test_it_sees_a_late_agreement(exchange: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_agreement_acts, "hold_agreement", lambda *_, **__: None)
    (leak,) = find_leaks(exchange, draw_late_agreement, range(60), first=True)
    assert "points" in leak


def test_another_declarer_is_an_insider(exchange: Store) -> None:
    leaks = find_leaks(exchange, draw_declarer, range(HISTORIES // 2))
    assert not leaks, f"{len(leaks)}\n{leaks[0]}"


def test_it_sees_insiders_that_are_sought_among_the_sources_only(
    exchange: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def weigh_sources(self: YearContent, *_: object) -> YearContent:
        by_owner = {one.id: frozenset({of.permit.owner}) for of, one, _ in self.points.values()}
        return replace(self, knowers=Knowers(by_owner, {}))

    monkeypatch.setattr(YearContent, "weighed", weigh_sources)
    (leak,) = find_leaks(exchange, draw_declarer, range(60), first=True)
    assert "declarer" in leak
