"""Amounts that are split, shared and bounded: exact to their finest decimal place."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from synergie.plan.money import CENT, certify_bound, share_fairly

AMOUNTS = st.decimals(0, 1000, places=3)


@example(used=[Decimal("60.33"), Decimal(40)], alone=[Decimal("50.125"), Decimal(100)])
@given(
    used=st.lists(AMOUNTS, min_size=2, max_size=2),
    alone=st.lists(AMOUNTS | st.none(), min_size=2, max_size=2),
)
def test_fair_shares_sum_to_what_is_used_whatever_the_places(
    used: list[Decimal], alone: list[Decimal | None]
) -> None:
    shares = share_fairly(used, alone, CENT)
    assert sum(shares) == sum(used)
    known = [cap for cap in alone if cap is not None]
    if len(known) == len(alone) and sum(known) >= sum(used):
        assert all(share <= cap for share, cap in zip(shares, known, strict=True))


@pytest.mark.parametrize("bound", [0.0, -1e-9, 1e-9])
def test_a_bound_of_nothing_has_no_minus(bound: float) -> None:
    assert str(certify_bound(bound, Decimal("0.00"), CENT)) == "0.00"
