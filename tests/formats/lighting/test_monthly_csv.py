"""Monthly consumption by delivery point: exact sums, half-open months, nothing guessed."""

import io
from datetime import date
from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.lighting import monthly_csv as lighting_consumption_csv
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

HEADER = "Region,Departement,Ville,CP,BatimentOuRue,Date,Consommation,Cout,Emission"


def read(*rows: str) -> tuple[list[PeriodEnergy], Report]:
    data = "\n".join([HEADER, *rows]).encode()
    records, report = lighting_consumption_csv.read(io.BytesIO(data), Profile())
    return list(records), report


def row(name: str = "RUE HAUTE", day: str = "2017-12-01", kwh: str = "10.5") -> str:
    return f"R,D,Ville,00000,{name},{day},{kwh},1.5,0.88"


def test_a_month_is_half_open_and_amounts_are_exact() -> None:
    (month,), _ = read(row(kwh="2397.8037600000002"))
    assert (month.from_date, month.to_date) == (date(2017, 12, 1), date(2018, 1, 1))
    assert month.energy_kwh == Decimal("2397.80376")
    assert (month.cost_eur, month.vat_included) == (Decimal("1.5"), None)


def test_repeated_spaces_in_a_name_become_one() -> None:
    months, report = read(row("RUE  HAUTE"), row("RUE HAUTE", "2018-01-01"))
    assert {month.name for month in months} == {"RUE HAUTE"}
    assert len(report.notes) == 1


def test_a_blank_is_unknown_and_a_negative_is_a_regularisation() -> None:
    months, _ = read(row(kwh=""), row(day="2018-01-01", kwh="-3"))
    assert [month.energy_kwh for month in months] == [None, Decimal(-3)]


def test_the_same_month_twice_is_ignored_or_refused() -> None:
    months, report = read(row(), row(), row(kwh="11"))
    assert len(months) == 1
    assert (report.kept, report.duplicates, report.refusals) == (1, 1, 1)
    assert report.refused[0].line == 4


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (row(kwh="10,5"), None),
        (row(kwh="NaN"), "Consommation"),
        (row(kwh="1e3"), "Consommation"),
        (row(kwh="1.12345678"), "Consommation"),
        (row(day="2017-12-02"), "Date"),
        (row(day="2017-13-01"), "Date"),
        (row(name=" "), "BatimentOuRue"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(bad: str, column: str | None) -> None:
    months, report = read(row(), bad)
    assert len(months) == 1
    assert [(refused.line, refused.column) for refused in report.refused] == [(3, column)]


def test_another_header_is_refused() -> None:
    data = HEADER.replace(",", ";").encode()
    with pytest.raises(BadInput, match="line 1"):
        lighting_consumption_csv.read(io.BytesIO(data), Profile())
