"""Random histories over the policy: no reader and no two of them compute what they may not."""

from collections.abc import Sequence
from typing import Any

import pytest

from synergie.policy import insiders, releases
from synergie.policy.atoms import Limits, Part, fault
from synergie.policy.cells import Tree
from synergie.policy.suppression import Choice, Slice, choose
from tests.adversary.coalitions import Leak
from tests.adversary.histories import find_leak, find_leaks
from tests.adversary.release_histories import ReleaseHistory
from tests.depth import times

RELEASES = (ReleaseHistory.draw,)


def test_no_history_lets_two_readers_compute_what_they_may_not() -> None:
    """`python -m tests.adversary 10000` plays as many as one likes."""
    leaks = find_leaks(range(times(100, deep=10_000)))
    assert not leaks, f"{len(leaks)} leaks\n{leaks[0]}"


def first_leak(games: Sequence[object], seeds: int = 150) -> Leak[Any]:
    """The leak of the first history that has one."""
    found = next(filter(None, (find_leak(seed, games) for seed in range(seeds))), None)
    assert found is not None, "no leak was seen"
    return found.leak


def test_it_sees_two_insiders_who_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insiders, "_list_pairs", lambda sizes, test: [])
    assert len(first_leak(RELEASES).readers) == 2


def test_it_sees_one_insider(monkeypatch: pytest.MonkeyPatch) -> None:
    def remain_nothing(parts: Sequence[Part], bounds: insiders.Bounds) -> list[list[Part]]:
        return []

    monkeypatch.setattr("synergie.policy.atoms.list_remainders", remain_nothing)
    assert len(first_leak(RELEASES).readers) == 1


def test_it_sees_a_correction_that_tells_who_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.adversary.release_histories.change_faults", lambda *_, **__: ())
    assert "points" in first_leak(RELEASES).reason


def test_it_sees_a_total_that_tells_what_its_parts_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "choose", choose_alone)
    assert first_leak(RELEASES).reason


def choose_alone(made: Tree, slices: Sequence[Slice], limits: Limits) -> Choice:
    """Each cell looked at by itself, and not for what the cells below leave of it."""

    def passes(cell: str) -> bool:
        some = [[p for leaf in made.below(cell) for p in one.parts.get(leaf, ())] for one in slices]
        return all(parts and fault(parts, limits) is None for parts in some)

    return Choice(frozenset(filter(passes, made.order)), (), (0, 0), optimal=False)


def test_it_sees_the_month_that_a_year_and_eleven_others_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def choose_last(made: Tree, slices: Sequence[Slice], limits: Limits) -> Choice:
        return choose(made, slices[-1:], limits)

    monkeypatch.setattr(releases, "choose", choose_last)
    assert first_leak(RELEASES).reason
