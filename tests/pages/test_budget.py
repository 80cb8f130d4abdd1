"""`/budget`: what was voted against what is known, next year to vote; unknown stays unknown."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import pytest

from synergie.formats import Record
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.frames.made import written
from tests.pages.people import People

POINT = "99000000000033"


@pytest.fixture(scope="module")
def voted(people: People) -> People:
    """Two years of bills of one point of `org-one`, 0.20 EUR a kWh, and votes of 2025 and 2026."""
    firsts = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(34)]
    bills: list[Record] = [
        PeriodEnergy(
            name="Mairie", supply_point=f"prm:{POINT}", from_date=starts, to_date=ends,
            energy_kwh=Decimal(1000 + 10 * starts.month), cost_eur=Decimal(200 + 2 * starts.month),
            vat_included=True, provenance="synthetic",
        )
        for starts, ends in pairwise(firsts)
    ]  # fmt: skip
    owner = people.furnished.owner
    owner.deposited("mairie.csv", written(bills, "template-monthly-energy"))
    lines = [
        {"member": "Commune", "service": "Mairie", "point": f"prm:{POINT}", "year": year,
         "eur": "2500.00", "vat_included": True}
        for year in (2025, 2026)
    ]  # fmt: skip
    owner.put("/v1/budget/lines", {"lines": lines})
    return people


def read(people: People, who: str, path: str) -> str:
    answer = people.browser(who).get(path)
    assert answer.status_code == 200, (who, path, answer.status_code)
    return unescape(answer.text).replace("\u202f", " ").replace("\xa0", " ")


def test_a_whole_year_has_its_gap_by_service_and_month(voted: People) -> None:
    page = read(voted, "reader", "/budget?annee=2025")
    total = sum(200 + 2 * month for month in range(1, 13))
    assert f"{total:,}".replace(",", " ") + ",00 €" in page
    assert f"+{total - 2500} €" in page and f"{total - 2500},00 €" in page
    assert "12/12" in page and "01/2025" in page and "202,00 €" in page
    assert f"2025 : {total:,} € connus".replace(",", " ") in page


def test_each_mark_of_a_picture_is_a_cell_of_its_table(voted: People) -> None:
    for path in ("/budget?annee=2025", "/budget", "/budget/prevision"):
        page = read(voted, "reader", path)
        marks = set(re.findall(r'data-v="([^"]*)"', page))
        assert marks and marks <= set(re.findall(r"<td[^>]*>([^<]*)</td>", page)), path


def test_a_year_that_goes_on_is_known_in_part_and_has_no_gap(voted: People) -> None:
    page = read(voted, "reader", "/budget")
    assert "Budget 2026" in page and "9/12" in page and "au moins" in page
    assert "12/2026" in page and "inconnu" in page


def test_home_of_a_councillor_says_what_is_spent_of_what_was_voted(voted: People) -> None:
    page = read(voted, "reader", "/?pour=elu")
    spent = sum(200 + 2 * month for month in range(1, 10))
    assert "Budget 2026, mois de points connus : 9 sur 12" in page
    assert f"{spent:,} € sur 2 500 € votés".replace(",", " ") in page
    assert "Payé en 2026, d’après factures" in page and "TTC (incomplet)" in page
    assert "Budget inconnu" not in page
    nobody = read(voted, "stranger", "/?pour=elu")
    assert "Budget 2026" not in nobody or "<dd>inconnu</dd>" in nobody
    assert "2 500" not in nobody
    voted.browser("reader").get("/?pour=tous")


def test_a_year_without_a_vote_is_unknown(voted: People) -> None:
    page = read(voted, "reader", "/budget?annee=2019")
    assert "Budget inconnu." in page and "<figure" not in page
    nobody = read(voted, "stranger", "/budget")
    assert "Budget inconnu." in nobody and "Mairie" not in nobody
    assert "Budget inconnu." in read(voted, "stranger", "/budget/prevision")
    assert "Budget unknown." in read(voted, "stranger", "/budget?lang=en")


def test_next_year_is_foreseen_with_its_interval_and_its_sheet(voted: People) -> None:
    page = read(voted, "reader", "/budget/prevision")
    assert "2027 à voter" in page and "une chance sur dix de dépasser" in page
    assert "À voter" in page and "<figure" in page
    client = voted.browser("reader")
    told = client.get("/budget/feuille.csv?annee=2027")
    assert told.status_code == 200 and "Mairie" in told.text
    assert told.headers["content-disposition"] == 'attachment; filename="budget-2027.csv"'
    with ZipFile(BytesIO(client.get("/budget/feuille.ods?annee=2027").content)) as sheet:
        assert "Mairie" in sheet.read("content.xml").decode()
    assert client.get("/budget/feuille.xlsx?annee=2027").status_code == 200
    assert client.get("/budget/feuille.pdf?annee=2027").status_code == 404


def test_a_year_that_is_none_is_said(voted: People) -> None:
    client = voted.browser("reader")
    for year in ("1999", "21", "²025", "deux"):
        answer = client.get("/budget", params={"annee": year})
        assert answer.status_code in {400, 422} and "2000" in answer.text, year


def test_nobody_reads_it_without_an_account_or_the_scope(
    voted: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ("/budget", "/budget/prevision", "/budget/feuille.csv?annee=2027")
    nobody, reader, stranger = voted.browser(), voted.browser("reader"), voted.browser("stranger")
    for path in paths:
        assert nobody.get(path).status_code == 303, path
        assert reader.get(path).status_code == 200, path
    assert stranger.get(paths[2]).status_code == 404
    monkeypatch.setattr("synergie.exchange.trust.accounts.scopes_of", lambda _: frozenset())
    for path in paths:
        assert reader.get(path).status_code == 403, path
