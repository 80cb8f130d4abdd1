"""Sums of two purchases of the same coordinator: nobody is told by their difference."""

from dataclasses import replace
from decimal import Decimal

import pytest

from synergie.policy.publication import group_sums
from synergie.policy.publication.group_sums import Amounts, tells_no_change
from synergie.purchase.exchange.purchases import Purchases
from synergie.storage.store import Store
from tests.exchange.buying import Buying, record
from tests.exchange.people import NOW

SEVEN = tuple(f"membre-{n}" for n in range(7))
YEAR, NEXT = ("2028-01-01", "2029-01-01"), ("2029-01-01", "2030-01-01")


def first(store: Store) -> Buying:
    """A purchase of seven whose sums each of them reads."""
    buying = Buying.of(store, SEVEN, delivery=days(YEAR))
    assert told(buying)
    return buying


def again(before: Buying, names: tuple[str, ...], span: tuple[str, str]) -> Buying:
    """Another purchase of the same coordinator."""
    book, who = Purchases(before.store), before.coordinator.caller
    made = book.create(who, record(delivery=days(span)), now=NOW)
    made = book.invite(who, made.id, names, now=NOW)
    members = {one: before.members[one] for one in names}
    return replace(before, purchase=made, members=members, agreements={})


def days(span: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("starts", "ends"), span, strict=True))


def told(buying: Buying) -> bool:
    """Whether a member reads sums once the purchase is awarded."""
    plan = buying.proposed()
    for member in buying.members:
        buying.answer(member, plan)
    buying.act("award", plan)
    return buying.part(SEVEN[0], plan).view.group is not None


@pytest.mark.parametrize(("members", "span"), [(SEVEN[:6], NEXT), (SEVEN, YEAR)])
def test_a_purchase_with_one_member_less_tells_no_sums_to_subtract(
    store: Store, members: tuple[str, ...], span: tuple[str, str]
) -> None:
    """Nor one of the same days."""
    assert not told(again(first(store), members, span))


def test_the_same_members_read_the_sums_of_the_next_years(store: Store) -> None:
    assert told(again(first(store), SEVEN, NEXT))


def test_the_difference_is_seen_when_nobody_looks_at_those_who_left(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_sums, "select_readers", tuple)
    assert told(again(first(store), SEVEN[:6], NEXT))


def test_as_many_as_stand_behind_a_sum_may_come_or_leave() -> None:
    rows: dict[str, Amounts] = {name: (Decimal(10),) for name in "abcdefghij"}
    for left, may in (("", True), ("a", False), ("abcd", False), ("abcde", True)):
        assert tells_no_change({n: rows[n] for n in rows if n not in left}, rows) == may
    large = rows | {"a": (Decimal(10_000),)}
    assert not tells_no_change({n: rows[n] for n in "fghij"}, large)
