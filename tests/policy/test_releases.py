"""Each attack of security.md §9.1, and series of releases over a year, as an observer sees them."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.policy.publication.cells import Tree
from synergie.policy.publication.releases import (
    MONTHS,
    Member,
    Out,
    build_parts_by_leaf,
    change_fault,
    find_solvable_sum,
    selection,
)
from synergie.policy.trust.atoms import Limits, fault
from synergie.schemas.publication.cell_scheme import Category
from tests.policy.cells import Observer, epci, member, members

TEN = Limits(min_points=10)


def category_attack() -> list[Member]:
    return [*members("54430-r", [5] * 30), *members("54430-p", [900])]


def test_category_all_and_residential_do_not_tell_the_one_professional() -> None:
    chosen = selection(epci(1), category_attack(), Out(), month=1, limits=TEN)
    assert chosen.published == {"54430-r"}
    reasons = {line.cell: (line.kind, line.fault) for line in chosen.hidden}
    assert reasons["54430-p"] == ("primary", "few_points")
    assert reasons["54430"][0] == reasons["epci"][0] == "complementary"


def test_a_cell_of_zero_is_not_told() -> None:
    chosen = selection(epci(1), members("54430-r", [0] * 30), Out(), month=1, limits=TEN)
    assert chosen.published == frozenset()
    assert {line.fault for line in chosen.hidden} == {"zero"}


def test_a_member_that_is_nearly_the_whole_cell_is_not_told() -> None:
    values = [9_000, *[10] * 20]
    chosen = selection(epci(1), members("54430-p", values), Out(), month=1, limits=TEN)
    assert chosen.published == frozenset()
    assert {line.fault for line in chosen.hidden} == {"dominated"}


def test_the_total_does_not_tell_what_its_parts_leave() -> None:
    found = [m for insee in ("54430", "54318") for m in members(f"{insee}-r", [5] * 20)]
    found += members("54357-r", [7] * 4)
    chosen = selection(epci(3), found, Out(), month=1, limits=TEN)
    shown = chosen.published & {"epci", "54430", "54318", "54357"}
    assert "54357" not in shown
    assert not {"epci", "54430", "54318"} <= shown


def joiner() -> list[Member]:
    """Twelve who stay, and one who came in June."""
    late = member("joiner", "54430-m", [None] * 5 + [40] * 7, "residential")
    return [*members("54430-r", [5] * 12), late]


def test_who_joins_is_in_no_sum_of_those_who_stay() -> None:
    made, found, out = epci(1), joiner(), Out()
    for month in (*MONTHS, None):
        chosen = selection(made, found, out, month=month, limits=TEN)
        assert "54430-m" not in chosen.published
        # before June nobody is in the movements: the commune's own sum is that of who stays
        assert ("54430" in chosen.published) == (month is not None and month < 6)
        if month is not None:
            out = replace(out, months={**out.months, month: chosen.published})


def test_a_year_and_eleven_months_do_not_tell_the_twelfth() -> None:
    """In July nobody draws anything: with the eleven others, the year would tell it."""
    found = [member(f"p{i}", "54430-r", [5] * 6 + [0] + [5] * 5) for i in range(15)]
    made, out = epci(1), Out()
    for month in MONTHS:
        chosen = selection(made, found, out, month=month, limits=TEN)
        assert bool(chosen.published) == (month != 7)
        if chosen.published:
            out = replace(out, months={**out.months, month: chosen.published})
    assert selection(made, found, out, month=None, limits=TEN).published == frozenset()


def test_after_the_year_no_month_may_leave_one_that_fails() -> None:
    found = [member(f"p{i}", "54430-r", [5] * 6 + [0] + [5] * 5) for i in range(15)]
    made = epci(1)
    out = Out(year=selection(made, found, Out(), month=None, limits=TEN).published)
    assert "54430-r" in out.year
    told = []
    for month in MONTHS:
        chosen = selection(made, found, out, month=month, limits=TEN)
        if chosen.published:
            told.append(month)
            out = replace(out, months={**out.months, month: chosen.published})
    # July stays in a sum with December: each of the others may be told but that one
    assert told == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11]


def test_the_year_counts_with_the_other_cells_of_a_month_that_is_out() -> None:
    """The total of January is out; the year's 54318 would tell January's, and the rest of it."""
    found = [*members("54430-r", [5] * 3), *members("54318-r", [5] * 12)]
    made = epci(2)
    alone = selection(made, found, Out(), month=None, limits=TEN)
    assert alone.published == {"54318", "54318-r"}
    out = Out(months={1: frozenset({"epci"})})
    assert selection(made, found, out, month=None, limits=TEN).published == {"epci"}


def test_a_month_counts_with_the_cells_of_the_year_that_is_out() -> None:
    found = [*members("54430-r", [5] * 3), *members("54318-r", [5] * 12)]
    out = Out(year=frozenset({"epci"}))
    assert selection(epci(2), found, out, month=1, limits=TEN).published == {"epci"}


def test_a_month_that_fails_in_the_cells_of_the_year_is_not_told_at_all() -> None:
    found = [member(f"p{i}", "54430-r", [5] * 6 + [0] + [5] * 5) for i in range(15)]
    chosen = selection(epci(1), found, Out(year=frozenset({"54430-r"})), month=7, limits=TEN)
    assert chosen.published == frozenset()
    assert {(line.fault, line.protects) for line in chosen.hidden} == {("zero", "54430-r")}
    assert {line.cell for line in chosen.hidden} == {"epci", "54430", "54430-r"}


def test_a_correction_of_one_point_is_refused_and_of_twelve_is_not() -> None:
    made, old = epci(1), members("54430-r", [5] * 30)
    out = Out(months={1: selection(made, old, Out(), month=1, limits=TEN).published})

    def corrected(n: int) -> Sequence[Member]:
        return [m._replace(energies=(9, *m.energies[1:])) if i < n else m
                for i, m in enumerate(old)]  # fmt: skip

    for n, passes in ((0, True), (1, False), (9, False), (10, True), (12, True)):
        found = change_fault(made, old, corrected(n), out, month=1, limits=TEN)
        assert (found is None) == passes, n


def test_a_correction_is_looked_at_in_the_cells_of_the_year_too() -> None:
    """Six changes in each of two communes: the month's total may tell twelve, the year six."""
    made = epci(2)
    old = [*members("54430-r", [5] * 12), *members("54318-r", [5] * 12)]
    new = [m._replace(energies=(9, *m.energies[1:])) if i % 2 else m for i, m in enumerate(old)]
    out = Out(months={1: frozenset({"epci"})})
    assert change_fault(made, old, new, out, month=1, limits=TEN) is None
    both = replace(out, year=frozenset({"epci", "54430", "54318"}))
    assert change_fault(made, old, new, both, month=1, limits=TEN) is not None


def test_a_point_taken_out_of_a_month_is_a_change_like_another() -> None:
    made, old = epci(1), members("54430-r", [5] * 30)
    out = Out(months={1: selection(made, old, Out(), month=1, limits=TEN).published})
    without = [old[0]._replace(energies=(None, *old[0].energies[1:])), *old[1:]]
    found = change_fault(made, old, without, out, month=1, limits=TEN)
    assert found is not None
    assert found.fault == "few_points"


def test_a_correction_that_one_point_dominates_is_refused() -> None:
    made, old = epci(1), members("54430-r", [5] * 30)
    out = Out(months={1: selection(made, old, Out(), month=1, limits=TEN).published})
    new = [m._replace(energies=(5 + (1 if i else 500), *m.energies[1:])) for i, m in enumerate(old)]
    found = change_fault(made, old, new, out, month=1, limits=TEN)
    assert found is not None
    assert found.fault == "dominated"


def test_after_a_correction_a_reader_comes_to_know_a_whole_group_or_none_of_it() -> None:
    """Ten points changed, and their difference is out: who reads nine of them knows the tenth's."""
    made, found = epci(1), members("54430-r", [5] * 30)
    out = Out(months={1: frozenset({"54430-r"})})
    corrected = replace(out, corrected=frozenset({1}))
    for n, plain, after in ((9, None, "insider"), (30, None, None), (0, None, None)):
        more = {one.point: frozenset({"reader"}) for one in found[:n]}
        for some, wanted in ((out, plain), (corrected, after)):
            solved = find_solvable_sum(made, found, more, out=some, limits=TEN)
            assert (solved and solved.fault) == wanted, (n, wanted)


class Year:
    """A year that is released piece by piece under an observer's eyes."""

    def __init__(self, made: Tree, found: list[Member]) -> None:
        self.made, self.found, self.out = made, found, Out()
        self.observer = Observer()
        self.changes: dict[tuple[str, int, int], int] = {}
        self.step = 0

    def release(self, month: int | None) -> None:
        chosen = selection(self.made, self.found, self.out, month=month, limits=TEN)
        self.tell(month, chosen.published)
        if month is None:
            self.out = replace(self.out, year=chosen.published)
        elif chosen.published:
            self.out = replace(self.out, months={**self.out.months, month: chosen.published})

    def tell(self, month: int | None, published: frozenset[str]) -> None:
        for cell in published:
            inside = set(self.made.below(cell))
            months = MONTHS if month is None else (month,)
            self.observer.see(
                [
                    variable
                    for m in self.found
                    if m.leaf in inside
                    for one in months
                    for variable in self.variables(m, one)
                ]
            )

    def variables(self, m: Member, month: int) -> list[tuple[str, int, int]]:
        """What a point's month is the sum of: its first value, and each later change."""
        first = [(m.point, month, 0)] if (m.point, month, 0) in self.changes else []
        later = [key for key in self.changes if key[:2] == (m.point, month) and key[2]]
        return first + later

    def open(self) -> None:
        for m in self.found:
            for month in MONTHS:
                wh = m.energies[month - 1]
                if wh is not None:
                    self.changes[m.point, month, 0] = wh

    def correct(self, month: int, new: list[Member]) -> bool:
        """Release a month again; whether it was allowed."""
        found = change_fault(self.made, self.found, new, self.out, month=month, limits=TEN)
        if found is not None:
            return False
        self.step += 1
        for old, now in zip(self.found, new, strict=True):
            then, there = old.energies[month - 1], now.energies[month - 1]
            if then != there:
                self.changes[now.point, month, self.step] = (there or 0) - (then or 0)
        self.found = new
        self.tell(month, self.out.months[month])
        return True

    def check(self) -> None:
        """No sum that the observer can compute is of a set that fails; no point is alone."""
        by_point = {m.point: m for m in self.found}
        for learned in self.observer.learned():
            points = {point for point, *_ in learned}
            change = any(step for *_, step in learned)
            some = [
                by_point[point]._replace(energies=(
                    sum(self.changes[key] for key in learned if key[0] == point),
                    *[None] * 11,
                ))
                for point in points
            ]  # fmt: skip
            told = [part for leaf in build_parts_by_leaf(some, (1,)).values() for part in leaf]
            assert fault(told, TEN, change=change) is None, learned
        mine: dict[str, set[tuple[str, int, int]]] = {
            m.point: set() for m in self.found if m.category != "public_body"
        }
        for key in self.changes:
            mine.get(key[0], set()).add(key)
        assert not any(self.observer.learns_about(*mine.values()))


def random_members(random: Random, made: Tree) -> list[Member]:
    """Points of which some join, some leave, some miss a month and some are very large."""
    found: list[Member] = []
    for leaf in made.leaves:
        for i in range(random.choice([0, 1, 6, 10, 12, 13])):
            energies: list[int | None] = [random.choice([0, 3, 5, 5, 8]) for _ in MONTHS]
            if random.random() < 0.15:
                energies[random.randrange(12)] = None
            if random.random() < 0.03:
                energies = [random.choice([400, 5]) for _ in MONTHS]
            mixed: list[Category] = ["residential", "professional"]
            category = random.choice(mixed) if leaf[-1] == "m" else None
            found.append(member(f"{leaf}#{i}", leaf, energies, category))
    return found


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_no_series_of_releases_over_a_year_tells_a_point(seed: int) -> None:
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    made = epci(random.choice([1, 2]))
    year = Year(made, random_members(random, made))
    year.open()
    periods: list[int | None] = random.sample(MONTHS, random.choice([1, 3, 5, 11, 12]))
    if random.random() < 0.8:
        periods.insert(random.randrange(len(periods) + 1), None)
        rest_is_whole(year, periods)
    for period in periods:
        year.release(period)
    year.check()
    for month in list(year.out.months)[:2]:
        n = random.choice([1, 5, 10, 12, 40])
        touched = {m.point for m in random.sample(year.found, min(n, len(year.found)))}
        new = [
            m._replace(energies=tuple(
                random.choice([6, 9]) if m.point in touched and k == month - 1 else wh
                for k, wh in enumerate(m.energies)
            ))
            for m in year.found
        ]  # fmt: skip
        year.correct(month, new)
        year.check()


def rest_is_whole(year: Year, periods: list[int | None]) -> None:
    """As the exchange counts: what the year takes of months not released yet, it takes whole."""
    at = periods.index(None)
    rest = [month for month in MONTHS if month not in periods[:at]]
    found = []
    for m in year.found:
        broken = any(m.energies[month - 1] is None for month in rest)
        energies = tuple(
            None if broken and month in rest else m.energies[month - 1] for month in MONTHS
        )
        found.append(m._replace(energies=energies))
    year.found = found
    year.changes.clear()
    year.open()
