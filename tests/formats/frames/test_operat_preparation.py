"""The preparation of the yearly declaration: each kWh once, what is not known left blank."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, read
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.frames.made import CURVE, PRM, SITE, written

POINT = SupplyPointRecord(
    scheme="prm", code=PRM[4:], site="EP-1", personal_data="none", provenance="synthetic"
)


def energy(start: date, end: date, kwh: str | None, **more: Any) -> PeriodEnergy:
    return PeriodEnergy(
        name="N",
        supply_point=more.pop("supply_point", PRM),
        from_date=start,
        to_date=end,
        energy_kwh=None if kwh is None else Decimal(kwh),
        provenance="synthetic",
        **more,
    )


def month(n: int, kwh: str | None, year: int = 2025, **more: Any) -> PeriodEnergy:
    return energy(date(year, n, 1), date(year + n // 12, n % 12 + 1, 1), kwh, **more)


def rows(records: list[Record]) -> list[dict[str, str]]:
    head, *lines = written(records, "operat-preparation").decode("utf-8-sig").splitlines()
    return [dict(zip(head.split(";"), line.split(";"), strict=True)) for line in lines]


def test_twelve_months_make_one_complete_year_of_a_site() -> None:
    months = [month(n, "100.5") for n in range(1, 13)]
    (row,) = rows([*months, SITE, POINT])
    assert (row["site"], row["site_name"], row["insee_code"]) == (
        "EP-1",
        "École du centre",
        "2A004",
    )
    assert (row["energy_kwh"], row["days_covered"], row["complete"]) == ("1206,0", "365", "oui")
    assert (row["floor_area_m2"], row["year"], row["supply_points"]) == ("450,5", "2025", "1")
    assert row["efa_reference"] == row["siret"] == row["category"] == ""


def test_a_year_with_a_hole_is_not_complete() -> None:
    (row,) = rows([month(n, "1") for n in range(1, 12)])
    assert (row["days_covered"], row["complete"]) == ("334", "non")
    (row,) = rows([*(month(n, "1") for n in range(1, 12)), month(12, None)])
    assert row["complete"] == "non"


def test_a_year_with_a_doubtful_month_is_not_complete() -> None:
    (row,) = rows([*(month(n, "1") for n in range(1, 12)), month(12, "1", quality="suspect")])
    assert (row["days_covered"], row["complete"]) == ("365", "non")


def test_one_point_does_not_cover_for_another() -> None:
    other = [month(1, "5", supply_point="prm:99000000000025")]
    site = POINT.model_copy(update={"code": "99000000000025"})
    (row,) = rows([*(month(n, "1") for n in range(1, 13)), *other, SITE, POINT, site])
    assert (row["energy_kwh"], row["days_covered"], row["complete"]) == ("17", "31", "non")


def test_classes_grids_and_yearly_periods_are_not_counted_twice() -> None:
    january = date(2025, 1, 1), date(2025, 2, 1)
    classes = [
        energy(*january, "60", grid="distributor", tariff_class="HPH"),
        energy(*january, "40", grid="distributor", tariff_class="HCH"),
        energy(*january, "99", grid="supplier", tariff_class="BASE"),
    ]
    (row,) = rows([*classes])
    assert row["energy_kwh"] == "100"
    (row,) = rows([*classes, energy(*january, "101")])
    assert row["energy_kwh"] == "101"
    (row,) = rows([energy(*january, "7"), energy(date(2025, 1, 1), date(2026, 1, 1), "80")])
    assert row["energy_kwh"] == "7"


def test_what_is_fed_in_and_what_spans_two_years_is_left_out() -> None:
    fed = month(1, "5", direction="export")
    across = energy(date(2024, 12, 15), date(2025, 1, 15), "50")
    (row,) = rows([fed, across, month(3, "1")])
    assert (row["energy_kwh"], row["days_covered"]) == ("1", "31")


def test_years_and_energies_are_apart() -> None:
    found = rows([month(1, "1"), month(1, "2", year=2026), month(1, "3", energy="gas")])
    assert [(row["energy"], row["year"], row["energy_kwh"]) for row in found] == [
        ("electricity", "2025", "1"),
        ("electricity", "2026", "2"),
        ("gas", "2025", "3"),
    ]


def test_a_year_is_read_back_with_whether_it_is_complete() -> None:
    data = written([*(month(n, "1") for n in range(1, 13)), SITE, POINT], "operat-preparation")
    with read(data) as result:
        assert result.format == "operat-preparation"
        (record,) = result.records
    assert record == PeriodEnergy(
        name="EP-1",
        from_date=date(2025, 1, 1),
        to_date=date(2026, 1, 1),
        energy_kwh=Decimal(12),
        provenance="synthetic",
    )
    with read(written([month(1, "1")], "operat-preparation")) as result:
        (record,) = result.records
    assert record.quality == "partial"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (";2025;", ";0;", "/year"),
        (";2025;", ";MMXXV;", "/year"),
        (";1;31;", ";1.0;31;", "/energy_kwh"),
        (";electricity;", ";steam;", "/energy"),
    ],
)
def test_a_wrong_cell_is_refused(old: str, new: str, where: str) -> None:
    data = written([month(1, "1")], "operat-preparation")
    assert old.encode() in data
    with read(data.replace(old.encode(), new.encode())) as result:
        assert list(result.records) == []
        assert [(line, fault.where) for line, fault in result.report.refused] == [(2, where)]


def test_a_curve_has_no_place_in_it() -> None:
    with pytest.raises(BadInput, match="MeterCurve"):
        written([CURVE], "operat-preparation")
