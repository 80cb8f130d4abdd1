from decimal import Decimal

import pytest

from synergie.purchase.records.purchase import PurchasePoint
from synergie.purchase.samples.needs import PEAK_SHARE, Need, needs, sum_point_volumes, survey
from synergie.samples import COMMUNES, ENERGY, EPCI, LIGHTING, Territory, territory


@pytest.fixture(scope="module")
def whole() -> Territory:
    return territory()


@pytest.fixture(scope="module")
def found(whole: Territory) -> list[Need]:
    return list(needs(whole))


@pytest.fixture(scope="module")
def points(found: list[Need]) -> tuple[PurchasePoint, ...]:
    return survey(found)


def _shares(point: PurchasePoint) -> dict[str, float]:
    whole = sum(part.mwh for part in point.energy)
    return {part.time_class: float(part.mwh / whole) for part in point.energy}


def test_every_point_is_asked_for_once_by_the_member_that_pays(
    points: tuple[PurchasePoint, ...], whole: Territory
) -> None:
    assert [point.id for point in points] == [point.code for point in whole.supply_points]
    assert {p.member for p in points} == {c.id for c in COMMUNES} | {EPCI, ENERGY, LIGHTING}


def test_months_add_up_to_the_year(found: list[Need], points: tuple[PurchasePoint, ...]) -> None:
    for need, point in zip(found, points, strict=True):
        assert len(need.months_kwh) == 12
        assert sum(need.months_kwh) == pytest.approx(need.point.annual_kwh, rel=0.005)
        assert float(sum_point_volumes([point])) == pytest.approx(
            sum(need.months_kwh) / 1000, abs=1e-5
        )


def test_lighting_has_the_classes_that_the_sun_gives(points: tuple[PurchasePoint, ...]) -> None:
    lighting = next(point for point in points if point.usage == "public_lighting")
    hours = {"HPH": 880, "HCH": 1207, "HPB": 352, "HCB": 1670}
    expected = {name: value / 4109 for name, value in hours.items()}
    assert _shares(lighting) == pytest.approx(expected, abs=0.003)


def test_a_building_has_the_stated_share_of_peak_hours(points: tuple[PurchasePoint, ...]) -> None:
    small = next(p for p in points if p.usage == "building" and p.market_segment == "C5")
    assert _shares(small) == pytest.approx({"HP": PEAK_SHARE, "HC": 1 - PEAK_SHARE}, abs=1e-4)
    large = _shares(next(p for p in points if p.market_segment == "C4"))
    assert large["HPH"] + large["HPB"] == pytest.approx(PEAK_SHARE, abs=1e-4)
    assert large["HPH"] > large["HPB"], "winter takes more than summer in five months"


def test_no_energy_is_negative_and_all_are_exact_to_the_watt_hour(
    points: tuple[PurchasePoint, ...],
) -> None:
    for point in points:
        for part in point.energy:
            assert part.mwh >= 0
            assert part.mwh == part.mwh.quantize(Decimal("0.000001"))
