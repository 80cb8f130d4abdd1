from datetime import UTC, datetime

import pytest

from synergie.samples import ENERGY, EPCI, LIGHTING, Territory, YearCurve, territory, year_curves
from synergie.samples.curves import lighting_loads

STEPS = {"PT10M": 52_560, "PT30M": 17_520}


@pytest.fixture(scope="module")
def whole() -> Territory:
    return territory()


@pytest.fixture(scope="module")
def curves(whole: Territory) -> dict[str, YearCurve]:
    return {
        c.supply_point: c for owner in (EPCI, ENERGY, LIGHTING) for c in year_curves(whole, owner)
    }


def test_each_delivery_point_has_the_curve_of_a_whole_year(
    whole: Territory, curves: dict[str, YearCurve]
) -> None:
    assert set(curves) == {point.external_id for point in whole.supply_points}
    for curve in curves.values():
        assert curve.start == datetime(2024, 12, 31, 23, tzinfo=UTC)
        assert len(curve.values) == STEPS[curve.step]
        assert min(curve.values) >= 0


def test_the_step_is_that_of_the_segment(whole: Territory, curves: dict[str, YearCurve]) -> None:
    for point in whole.supply_points:
        expected = "PT30M" if point.market_segment == "C5" else "PT10M"
        assert curves[point.external_id].step == expected


def test_a_curve_has_the_energy_its_delivery_point_declares(
    whole: Territory, curves: dict[str, YearCurve]
) -> None:
    for point in whole.supply_points:
        assert curves[point.external_id].kwh() == pytest.approx(point.annual_kwh, rel=0.005)


def test_lighting_curves_add_up_to_4_01_gwh(whole: Territory, curves: dict[str, YearCurve]) -> None:
    lit = sum(curves[key].kwh() for key in lighting_loads(whole))
    assert lit == pytest.approx(4_006_300, abs=3_000)


def test_the_switch_off_spares_45_percent(whole: Territory) -> None:
    owners = (EPCI, ENERGY, LIGHTING)
    loads = lighting_loads(whole)
    spared = sum(
        curve.kwh()
        for owner in owners
        for curve in year_curves(whole, owner, part_night=True)
        if curve.supply_point in loads
    )
    assert 1 - spared / 4_006_300 == pytest.approx(0.448, abs=0.004)


def test_lights_are_out_at_noon_and_full_at_midnight(
    whole: Territory, curves: dict[str, YearCurve]
) -> None:
    for key, load in lighting_loads(whole).items():
        day = curves[key].values[:48]
        assert day[0] == load.power_w
        assert day[24] == 0


def test_a_building_works_on_monday_noon_more_than_on_sunday_noon(
    curves: dict[str, YearCurve], whole: Territory
) -> None:
    building = next(p for p in whole.supply_points if p.usage == "building")
    values = curves[building.external_id].values
    monday, sunday = 48 * 5 + 24, 48 * 4 + 24  # 1 January 2025 was a Wednesday
    assert values[monday] > 1.5 * values[sunday]
