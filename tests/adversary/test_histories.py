"""Random histories over the policy: no reader and no two of them compute what they may not."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import pytest

from synergie.lighting.policy import combined as lighting_combined
from synergie.policy.publication import releases
from synergie.policy.publication.cells import Tree
from synergie.policy.publication.suppression import Choice, Slice, choose_cells
from synergie.policy.shared_plan import round_up
from synergie.policy.trust import insiders
from synergie.policy.trust.atoms import Limits, Part, fault
from synergie.purchase.policy import rounding as purchase_rounding
from tests.adversary.coalitions import Leak
from tests.adversary.histories import RELEASES, SHARES, TOTALS, find_leak, find_leaks
from tests.depth import times


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
    assert len(first_leak((RELEASES,)).readers) == 2


def test_it_sees_one_insider(monkeypatch: pytest.MonkeyPatch) -> None:
    def remain_nothing(parts: Sequence[Part], bounds: insiders.Bounds) -> list[list[Part]]:
        return []

    monkeypatch.setattr("synergie.policy.trust.atoms.list_remainders", remain_nothing)
    assert len(first_leak((RELEASES,)).readers) == 1


def test_it_sees_a_correction_that_tells_who_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.adversary.release_histories.change_faults", lambda *_, **__: ())
    assert "points" in first_leak((RELEASES,)).reason


def test_it_sees_a_total_that_tells_what_its_parts_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "choose_cells", choose_alone)
    assert first_leak((RELEASES,)).reason


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
        return choose_cells(made, slices[-1:], limits)

    monkeypatch.setattr(releases, "choose_cells", choose_last)
    assert first_leak((RELEASES,)).reason


def test_it_sees_totals_of_four_scenarios_that_tell_one_body(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sums and pairs of them looked at, as before, and no other combination: S1 + S2 - S0 - S3."""

    def compare_pairs(table: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
        for one, two in combinations(table, 2):
            yield [a - b for a, b in zip(one, two, strict=True)]

    monkeypatch.setattr(lighting_combined, "_iterate_countable_bodies", lambda table, names: names)
    monkeypatch.setattr(lighting_combined, "_iterate_row_differences", compare_pairs)
    assert "bodies" in first_leak((TOTALS,), 1000).reason


def test_it_sees_who_varies_its_own_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purchase_rounding, "round_up", lambda amount: amount)
    assert first_leak((SHARES,)).readers == ("a",)


def test_it_sees_who_varies_its_needs_as_often_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purchase_rounding, "MOST_VERSIONS", 20)
    assert first_leak((SHARES,), 1000).readers == ("a",)


def test_it_sees_shares_above_all_savings_told_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: where more is due than all save, in a later plan, the share stood there."""
    monkeypatch.setattr(purchase_rounding, "list_not_covered", lambda *_: [])
    assert first_leak((SHARES,), 1000).reason == "bounded from above"


def test_it_sees_shares_by_volume_that_are_each_rounded_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it was: no rate of an offer in which nobody has a cost alone."""
    of_savings = purchase_rounding.rates_of

    def rates_of(places: Any, before: Any) -> Any:
        return {} if places[0].alone_eur is None else of_savings(places, before)

    monkeypatch.setattr(purchase_rounding, "rates_of", rates_of)
    assert first_leak((SHARES,), 1000).reason == "bounded from above"


def test_it_sees_two_who_vary_together_when_each_plan_tells_its_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it was: the rate of each plan rounded up by itself, whatever was told before."""
    monkeypatch.setattr(purchase_rounding, "next_rate", lambda due, offer, before: round_up(due))
    assert first_leak((SHARES,), 1000).reason == "bounded from above"
