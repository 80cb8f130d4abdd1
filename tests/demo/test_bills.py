"""Bills of the sandbox: those of its curves, until the last month that is over, but for one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from synergie.demo.files import iterate_bills, list_votes
from synergie.samples import EPCI, YEAR, Territory, territory, year_curves
from synergie.schemas.readings.period_energy import PeriodEnergy


@pytest.fixture(scope="module")
def drawn() -> Territory:
    return territory(seed=54, fast=True)


@pytest.fixture(scope="module")
def bills(drawn: Territory) -> list[PeriodEnergy]:
    return list(iterate_bills(drawn, now=datetime(YEAR + 1, 4, 30, 21, 59, tzinfo=UTC)))


def test_months_of_a_year_make_the_energy_of_its_curve_but_for_the_wrong_bill(
    drawn: Territory, bills: list[PeriodEnergy]
) -> None:
    curves = {one.supply_point: one.kwh() for one in year_curves(drawn, EPCI)}
    gaps = {
        key: float(sum((one.energy_kwh or 0) for one in bills
                       if one.supply_point == key and one.from_date.year == YEAR)) - kwh
        for key, kwh in curves.items()
    }  # fmt: skip
    wrong = max(curves, key=lambda key: curves[key])
    assert all(abs(gap) <= 6 for key, gap in gaps.items() if key != wrong), "half a kWh a month"
    march = next(one for one in bills if one.supply_point == wrong and one.from_date.month == 3)
    assert march.energy_kwh is not None
    assert gaps[wrong] == pytest.approx(float(march.energy_kwh) / 3, abs=6)


def test_no_bill_is_of_a_month_that_goes_on_and_each_has_its_euros(
    bills: list[PeriodEnergy],
) -> None:
    assert max(one.to_date for one in bills) == date(YEAR + 1, 4, 1), "23:59 of 30 April in Paris"
    assert len({one.external_id for one in bills}) == len(bills)
    for one in bills:
        assert one.energy_kwh is not None and one.cost_eur is not None
        assert one.cost_eur == one.energy_kwh * Decimal("0.21") + 15 and one.vat_included
        assert one.provenance == "synthetic"


def test_every_point_has_a_vote_of_both_years(drawn: Territory) -> None:
    points = {one.external_id for one in drawn.holding(EPCI).supply_points}
    votes = [(one.point, one.year) for one in list_votes(drawn)]
    assert sorted(votes, key=str) == sorted(
        ((point, year) for point in points for year in (YEAR, YEAR + 1)), key=str
    )
