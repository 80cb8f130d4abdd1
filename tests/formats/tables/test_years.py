"""Years over months, years of sheets, energies of days to come, sums that were rounded."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats.check import check
from synergie.formats.tables.propose import propose
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed
from tests.formats.tables.test_books import book
from tests.formats.tables.test_traps import PRM, rows, stops
from tests.formats.tables.test_traps import read as energy

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
TITLE = "Consommations électriques (kWh)"


def by_month(data: bytes | str) -> dict[tuple[str, date], Decimal | None]:
    """Energies by name and first day, all of whole months."""
    found, report = as_proposed(data)
    assert (stops(report), report.refusals) == ([], 0)
    some = [one for one in found if isinstance(one, PeriodEnergy)]
    assert all((one.to_date - one.from_date).days < 32 for one in some)
    return {(one.name, one.from_date): one.energy_kwh for one in some}


def groups(first: str, second: str, low: str = ";".join(MONTHS)) -> str:
    """Two groups of twelve columns, as a CSV is saved of merged heads."""
    blank = ";" * 11
    kwh = [str(n) for n in (*range(654, 54, -50), *range(600, 60, -45))]
    return rows(
        TITLE, f"PRM;Site;{first}{blank};{second}{blank}", f";;{low};{low}",
        f"{PRM};Mairie;{';'.join(kwh)}",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["{}", "Conso {}", "{} (kWh)", "Année {}", "Exercice {}", "Réalisé {}"]
)
def test_years_over_months_are_months_of_their_year(name: str) -> None:
    told = by_month(groups(name.format(2025), name.format(2024)))
    assert len(told) == 24
    assert told["Mairie", date(2025, 1, 1)] == 654
    assert told["Mairie", date(2024, 1, 1)] == 600
    assert told["Mairie", date(2024, 12, 1)] == 105


def test_a_forecast_over_months_is_refused_by_its_name() -> None:
    with pytest.raises(BadInput) as refused:
        propose(groups("Réalisé 2025", "Prévision 2026").encode())
    assert refused.value.where == "/Prévision 2026 / janvier"


def test_numbers_without_a_name_among_years_are_refused() -> None:
    low = ";".join(map(str, range(1, 13)))
    with pytest.raises(BadInput) as refused:
        propose(groups("2025", "2024", low).encode())
    assert "a name over each column" in refused.value.expected


def test_years_that_are_columns_of_their_own_are_whole_years() -> None:
    text = rows(TITLE, "PRM;Site;2024;2025", f"{PRM};Mairie;7654;7589")
    assert energy(text)[0] == 7654 + 7589


def months_of(*titles: str, head: str = "Site") -> bytes:
    """A sheet for each title: a site and its months, from 1,110 or 2,110 kWh downwards."""
    kwh = {1: range(1110, 390, -60), 2: range(2110, 910, -100)}
    return book(**{
        name: [[f"{title} - {TITLE}"], [head, *MONTHS], [f"Site {n}", *kwh[n]]]
        for n, (name, title) in enumerate(zip(("Nord", "Sud"), titles, strict=True), 1)
    })  # fmt: skip


def test_a_year_in_the_title_of_each_sheet_is_that_of_its_months() -> None:
    told = by_month(months_of("Année 2024", "Année 2025"))
    assert told["Site 1", date(2024, 1, 1)] == 1110
    assert told["Site 2", date(2025, 12, 1)] == 1010
    assert len(told) == 24
    same = by_month(months_of("Année 2024", "Année 2024"))
    assert {day.year for _, day in same} == {2024}


@pytest.mark.parametrize(
    "titles", [("Année 2024", "Suivi"), ("2023-2024", "2024-2025"), ("Suivi", "2025 et 2024")]
)
def test_sheets_of_which_one_does_not_tell_its_year_are_refused(titles: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        propose(months_of(*titles))
    assert "one year each" in refused.value.expected


def test_sheets_that_are_called_after_their_sites_lose_no_name() -> None:
    with pytest.raises(BadInput) as refused:
        propose(months_of("Année 2024", "Année 2025", head="Commune"))
    assert "one year each" in refused.value.expected


def test_dates_in_full_need_no_year_of_the_title() -> None:
    head: list[object] = ["PRM", "Mois", "Consommation (kWh)"]
    pages: dict[str, list[list[object]]]
    pages = {f"P{year}": [[f"Année {year}"], head, [PRM, f"01/{year}", year]]
             for year in (2024, 2025)}  # fmt: skip
    assert sum(int(kwh or 0) for kwh in by_month(book(**pages)).values()) == 2024 + 2025


def coded(text: str, now: datetime | None, **answers: str) -> dict[str, str]:
    """The findings of a table that is checked at *now*."""
    told = propose(text.encode(), answers=answers or None)
    report = check(text.encode(), format="table-csv", profile=told.profile, now=now)
    return {one.code: str(one.severity) for one in report.findings}


def test_an_energy_of_days_to_come_stops_and_may_be_confirmed() -> None:
    text = rows("PRM;Du;Au;Consommation (kWh)", f"{PRM};01/10/2026;31/10/2026;654",
                f"{PRM};01/11/2026;30/11/2026;721")  # fmt: skip
    last, before = datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 11, 29, 9, tzinfo=UTC)
    assert "in-future" not in coded(text, last)
    assert "in-future" not in coded(text, None)
    assert coded(text, before)["in-future"] == "block"
    assert coded(text, before, **{"confirm:in-future": "yes"})["in-future"] == "warning"


def sites(commune: list[int]) -> str:
    """Three sites of three months, and the row of all."""
    some = {"Mairie": (9751, 9669, 8575), "Piscine": (5435, 5438, 4706), "Stade": (812, 1913, 977)}
    lines = [f"{name};{';'.join(map(str, kwh))}" for name, kwh in some.items()]
    whole = f"Commune;{';'.join(map(str, commune))}"
    return rows(TITLE, "Site;01/2025;02/2025;03/2025", *lines[:2], whole, lines[2])


def test_loads_of_one_calendar_that_add_up_are_no_sum() -> None:
    hours = (4120, 3510, 3330)
    some = (("Rue Haute", "3"), ("Rue Basse", "1.2"), ("Stade", "4.2002"))
    lines = [f"{n};{';'.join(str(round(Decimal(kw) * h)) for h in hours)}" for n, kw in some]
    told = energy(rows(TITLE, "Site;01/2025;02/2025;03/2025", *lines))[1]
    assert stops(told) == []


def test_a_sum_of_all_that_was_rounded_is_asked_about() -> None:
    assert stops(energy(sites([16_005, 17_012, 14_265]))[1]) == ["point-is-sum"]
    exact = energy(sites([15_998, 17_020, 14_258]))
    assert (int(exact[0]), stops(exact[1])) == (47_276, [])
    assert stops(energy(sites([16_005, 17_012, 14_299]))[1]) == []
