"""What a tier asks, in decimals where points are bought for whole years: exactly the fractions."""

from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from synergie.purchase.plan.award._delivery import is_volume_in_window, to_cents
from synergie.purchase.plan.award._prices import Schedule
from synergie.purchase.plan.award.baskets import DIGITS, Basket

_MWH = st.decimals(0, 10_000, places=6)
_YEARS = st.fractions(Fraction(1, 366), 6, max_denominator=366)


@given(st.decimals(-500, 500, places=6), _MWH, st.decimals(0, 500, places=6), _YEARS)
@example(Decimal("-0.001"), Decimal(1), Decimal(0), Fraction(1))
@example(Decimal("0.005"), Decimal(1), Decimal(0), Fraction(1))
@example(Decimal("0.004"), Decimal(1), Decimal("0.003"), Fraction(1, 3))
def test_a_price_is_that_of_fractions_to_the_digit(
    eur: Decimal, mwh: Decimal, each: Decimal, years: Fraction
) -> None:
    cell = ("BTINFMU4", "HPH", None)
    schedule = Schedule({cell: eur}, {cell[0]: each}, Decimal(0), None, (Decimal(0), None))
    need = Basket("commune", "lot", mwh, {cell: mwh}, {cell[0]: years}, {})
    with localcontext(prec=DIGITS):
        found = schedule.price(need)
    assert str(found) == str(to_cents(Fraction(eur) * Fraction(mwh) + Fraction(each) * years))


@given(_MWH, _MWH, st.none() | _MWH, _YEARS)
@example(Decimal(50), Decimal(150), Decimal(150), Fraction(1, 3))
@example(Decimal("49.999999"), Decimal(150), None, Fraction(1, 3))
def test_a_window_is_met_exactly(
    volume: Decimal, low: Decimal, high: Decimal | None, years: Fraction
) -> None:
    mean = Fraction(volume) / years
    expected = low <= mean and (high is None or mean <= high)
    with localcontext(prec=DIGITS):
        assert is_volume_in_window(volume, (low, high), years) is expected
