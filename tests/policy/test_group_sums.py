"""Sums of a group and who may be told them, against the rule said by brute force."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from synergie.policy.publication.group_sums import Amounts, select_readers, sums_of

AMOUNTS = st.tuples(*[st.decimals(-50, 1_000, places=2) for _ in range(2)])
ROWS = st.dictionaries(st.sampled_from("abcdefgh"), AMOUNTS, max_size=8)


def may_read(name: str, rows: dict[str, Amounts]) -> bool:
    """Of each column, whoever else joins: three count for something, none for more than 85 %."""
    others = {one: row for one, row in rows.items() if one != name}
    for column, joins in product(range(2), (None, *others)):
        left = [Fraction(abs(row[column])) for one, row in others.items() if one != joins]
        some = [part for part in left if part]
        if len(some) < 3 or max(some) > Fraction(85, 100) * sum(some):
            return False
    return True


@given(rows=ROWS)
def test_those_are_told_for_whom_the_others_stay_hidden(rows: dict[str, Amounts]) -> None:
    assert set(select_readers(rows)) == {name for name in rows if may_read(name, rows)}


@given(rows=ROWS, name=st.sampled_from("abcdefgh"))
def test_nobody_is_told_when_one_is_not_known(rows: dict[str, Amounts], name: str) -> None:
    assert select_readers({**rows, name: None}) == ()


def test_a_group_without_rows_tells_nobody_and_one_alone_learns_nothing() -> None:
    assert select_readers({}) == ()
    assert select_readers({"custines": (Decimal(1), Decimal(2))}) == ()


def test_the_others_are_told_when_none_of_them_stands_out() -> None:
    even = {name: (Decimal(10), Decimal(-3)) for name in "abcde"}
    assert select_readers(even) == ("a", "b", "c", "d", "e")
    assert select_readers(even | {"a": (Decimal(10_000), Decimal(-3))}) == ("a",)


@given(rows=st.lists(AMOUNTS, min_size=1, max_size=8))
def test_sums_are_by_column(rows: list[Amounts]) -> None:
    assert sums_of(rows) == (sum(row[0] for row in rows), sum(row[1] for row in rows))
