"""The CSV of energies of periods: both dialects, read back as they were."""

from datetime import date
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import read
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.frames.made import BARE_ENERGY, CURVE, ENERGY, written

FORMATS = ["monthly-csv", "monthly-csv-fr"]
BOTH: list[Any] = [ENERGY, BARE_ENERGY]


def reading(data: bytes) -> tuple[list[Any], Any]:
    with read(data) as result:
        return list(result.records), result.report


@pytest.mark.parametrize("name", FORMATS)
def test_energies_are_read_back_as_they_were(name: str) -> None:
    records, report = reading(written(BOTH, name))
    assert records == BOTH
    assert (report.kept, report.refusals) == (2, 0)


def test_the_month_of_the_clock_change_has_its_bounds_in_utc() -> None:
    second = written([ENERGY], "monthly-csv").decode().splitlines()[1].split(",")
    assert second[:4] == [
        "2026-09-30T22:00:00Z",
        "2026-10-31T23:00:00Z",
        "2026-10-01T00:00:00",
        "+02:00",
    ]


def test_a_text_that_a_spreadsheet_would_run_bears_an_apostrophe() -> None:
    french = written([BARE_ENERGY], "monthly-csv-fr").decode("utf-8-sig")
    assert ";'=1+1;" in french
    assert ";-12,50;" in written([ENERGY], "monthly-csv-fr").decode("utf-8-sig")
    assert ",=1+1," in written([BARE_ENERGY], "monthly-csv").decode()


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_period_twice_is_counted_and_another_energy_is_refused(name: str) -> None:
    lines = written([ENERGY], name).decode("utf-8-sig").splitlines()
    other = lines[1].replace("1234,567" if "fr" in name else "1234.567", "7")
    records, report = reading("\n".join([*lines, lines[1], other]).encode())
    assert records == [ENERGY]
    assert (report.kept, report.duplicates) == (1, 1)
    assert [(line, fault.check) for line, fault in report.refused] == [(4, "conflicting-duplicate")]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("2026-10-01,2026-11-01", "2026-11-01,2026-10-01", "row"),
        ("2026-10-01,2026-11-01", "01/10/2026,2026-11-01", "/from_date"),
        ("1234.567", "", None),
        ("1234.567", "12 345", "/energy_kwh"),
        ("false", "non", "/vat_included"),
        ("corrected", "fine", "/quality"),
        ("prm:99000000000017", "99000000000017", "/supply_point"),
    ],
)
def test_a_wrong_cell_costs_its_row_only(old: str, new: str, where: str | None) -> None:
    lines = written(BOTH, "monthly-csv").decode().splitlines()
    lines[1] = lines[1].replace(old, new, 1)
    _, report = reading("\n".join(lines).encode())
    assert [fault.where for _, fault in report.refused] == ([where] if where else [])
    assert report.kept + report.refusals == 2


def test_civil_dates_are_enough() -> None:
    data = "name,from_date,to_date,energy_kwh,provenance\nA,2026-01-01,2026-02-01,12.5,partner\n"
    records, _ = reading(data.encode())
    assert records == [
        PeriodEnergy(
            name="A",
            from_date=date(2026, 1, 1),
            to_date=date(2026, 2, 1),
            energy_kwh="12.5",  # type: ignore[arg-type]
            provenance="partner",
        )
    ]


def test_a_curve_is_not_written_here() -> None:
    with pytest.raises(BadInput, match="MeterCurve"):
        written([CURVE], "monthly-csv")
