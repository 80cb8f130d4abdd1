"""Periods that one cell tells, or the name of a column: made their first and their last day."""

from datetime import date

import pytest

from synergie.errors import BadInput
from synergie.formats.tables._period_cells import parse_period
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal

PRM = "99000000000017"
HEAD = "PRM;Période;Consommation (kWh)"


def spans(text: str) -> list[tuple[date, date, str]]:
    """The periods and energies that the proposal reads."""
    found, _ = as_proposed(text)
    return [
        (one.from_date, one.to_date, str(one.energy_kwh))
        for one in found
        if isinstance(one, PeriodEnergy)
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("T1 2025", date(2025, 1, 1), date(2025, 3, 31)),
        ("2025-Q4 (kWh)", date(2025, 10, 1), date(2025, 12, 31)),
        ("2ème trimestre 2024", date(2024, 4, 1), date(2024, 6, 30)),
        ("1er semestre 2024", date(2024, 1, 1), date(2024, 6, 30)),
        ("S2 2025", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025-W12", date(2025, 3, 17), date(2025, 3, 23)),
        ("bimestre 6 2025", date(2025, 11, 1), date(2025, 12, 31)),
        ("déc. 2024 – janv. 2025", date(2024, 12, 1), date(2025, 1, 31)),
        ("11/2024-02/2025", date(2024, 11, 1), date(2025, 2, 28)),
        ("de mars à mai 2025", date(2025, 3, 1), date(2025, 5, 31)),
    ],
)
def test_a_period_in_words_has_its_first_and_its_last_day(
    text: str, first: date, last: date
) -> None:
    assert parse_period(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["janvier 2025", "2025", "T5 2025", "T1", "S1 2025 (€)", "13/2025-14/2025", "2025-W54",
     "mars 2025 - mars 2027", "lot 1 2025", "99000000000017"],
)  # fmt: skip
def test_what_is_no_period_or_a_month_is_none(text: str) -> None:
    assert parse_period(text) is None


def test_quarters_in_rows_and_as_columns_tell_the_same() -> None:
    rows = [f"{PRM};T{n} 2025;{400 + n}" for n in (1, 2)]
    told = [
        (date(2025, 1, 1), date(2025, 4, 1), "401"),
        (date(2025, 4, 1), date(2025, 7, 1), "402"),
    ]
    assert spans("\n".join([HEAD, *rows, ""])) == told
    assert spans(f"Consommations (kWh)\nPRM;T1 2025;T2 2025\n{PRM};401;402\n") == told


def test_a_total_of_quarters_is_held_against_them() -> None:
    text = "Consommations (kWh)\nPRM;T1 2025;T2 2025;Total 2025\n{};401;402;{}\n"
    assert len(spans(text.format(PRM, 803))) == 2
    assert list(as_proposed(text.format(PRM, 903))[1].findings) == ["total-row", "total-differs"]


def test_halves_of_two_years_are_no_weeks_and_the_third_is_one() -> None:
    rows = (f"{PRM};S{n} {year};{400 + n}" for year in (2024, 2025) for n in (1, 2))
    assert spans("\n".join([HEAD, *rows, ""]))[-1][:2] == (date(2025, 7, 1), date(2026, 1, 1))
    rows = (f"{PRM};S{n} 2025;{40 + n}" for n in (1, 2, 3))
    assert spans("\n".join([HEAD, *rows, ""]))[-1][:2] == (date(2025, 1, 13), date(2025, 1, 20))


def test_two_days_in_one_cell_keep_their_doubt_about_the_last() -> None:
    open_ = proposal(f"{HEAD}\n{PRM};13/01/2025 - 17/02/2025;400\n")
    assert "last_day" in [one.field for one in open_.questions]
    rows = [f"{PRM};du 01/0{n}/2025 au {d}/0{n}/2025;400" for n, d in ((1, 31), (2, 28))]
    assert spans("\n".join([HEAD, *rows, ""]))[0][:2] == (date(2025, 1, 1), date(2025, 2, 1))


def test_a_quarter_beside_its_months_is_a_label() -> None:
    head = "PRM;Mois;Trimestre;Consommation (kWh)"
    rows = (f"{PRM};0{n}/2025;T1 2025;{400 + n}" for n in (1, 2, 3))
    assert [one[:2] for one in spans("\n".join([head, *rows, ""]))][:1] == [
        (date(2025, 1, 1), date(2025, 2, 1))
    ]


def test_numbers_of_quarters_are_no_months_and_euros_of_quarters_are_refused() -> None:
    with pytest.raises(BadInput):
        proposal(f"PRM;Trimestre;Consommation (kWh)\n{PRM};1;400\n{PRM};2;300\n")
    with pytest.raises(BadInput, match="table of its own"):
        proposal(f"kWh\nPRM;T1 2025;T2 2025;Coût T1 2025 (€)\n{PRM};401;402;90\n")


def test_an_open_order_of_dates_leaves_the_last_day_open() -> None:
    rows = (f"{PRM};0{n}/05/2025;0{n}/08/2025;{400 + n}" for n in (1, 2, 3))
    told = proposal("\n".join(["PRM;Du;Au;Consommation (kWh)", *rows, ""]))
    assert {"dates", "last_day"} <= {one.field for one in told.questions}
