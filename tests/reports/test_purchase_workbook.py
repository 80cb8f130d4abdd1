"""The workbook of a purchase reads back equal, opens in an office suite, and runs no formula."""

import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.errors import MissingExtra, TooLarge
from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.words import Brief
from synergie.purchase.reports.workbook import write_purchase
from synergie.reports.sheets import Column, Sheet, write
from synergie.reports.written import PARIS
from tests.components import program
from tests.reports.purchases import bought, together

SHEETS = ["Lisez-moi", "Périmètre", "Offres", "Attribution", "Membres", "Partage", "Sensibilité",
          "Hypothèses"]  # fmt: skip
DANGEROUS = ('=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\u0009=1")


@pytest.fixture(scope="module")
def brief() -> Brief:
    """A purchase whose offers tell a validity, and whose members bear dangerous names."""
    made = bought()
    until = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    offers = tuple(o.model_copy(update={"valid_until": until}) for o in made.problem.offers)
    awards = tuple(a.model_copy(update={"expires_at": until}) for a in made.plan.awards)
    members = [one.member for one in made.plan.members]
    return replace(
        made,
        problem=made.problem.model_copy(update={"offers": offers}),
        plan=made.plan.model_copy(update={"awards": awards}),
        names=dict(zip(members, DANGEROUS, strict=False)),
    )


@pytest.fixture(scope="module")
def packed(brief: Brief) -> bytes:
    sink = BytesIO()
    write_purchase(brief, sink)
    return sink.getvalue()


def rows(packed: bytes, sheet: str) -> list[dict[str, Any]]:
    """Each row of *sheet* by its heads."""
    book = CalamineWorkbook.from_filelike(BytesIO(packed))
    head, *found = book.get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in found]


def money(cell: object) -> Decimal:
    assert isinstance(cell, float), cell
    return Decimal(str(cell))


def test_it_has_its_sheets_and_each_is_told_in_the_first(packed: bytes) -> None:
    assert CalamineWorkbook.from_filelike(BytesIO(packed)).sheet_names == SHEETS
    told = rows(packed, "Lisez-moi")
    assert set(SHEETS[1:]) <= {row["Question"] for row in told}


def test_the_first_sheet_answers_what_the_report_answers(brief: Brief, packed: bytes) -> None:
    told = {row["Question"]: row[brief.group] for row in rows(packed, "Lisez-moi")}
    for one in answers(brief).answers:
        assert told[one.question] == f"{one.answer} {one.more}".strip()


def test_the_points_read_back_equal(brief: Brief, packed: bytes) -> None:
    found = rows(packed, "Périmètre")
    assert [row["Point de livraison"] for row in found] == [p.id for p in brief.problem.points]
    for row, point in zip(found, brief.problem.points, strict=True):
        for one in point.energy:
            assert money(row[f"{one.time_class} (MWh/an)"]) == one.mwh
        whole = sum((one.mwh for one in point.energy), Decimal(0))
        assert money(row["Total (MWh/an)"]) == whole
        assert row["Nom du membre"] == brief.member(point.member)
    years = {row.supply_point.partition(":")[2]: row.reference for row in brief.perimeter}
    year = years[str(found[0]["Point de livraison"])]
    assert year is not None
    assert found[0]["Énergie : premier jour"] == year.from_date == date(2025, 1, 1)


def test_every_price_of_every_offer_reads_back_equal(brief: Brief, packed: bytes) -> None:
    found = {
        (row["Offre"], int(row["Tranche"]), row["Formule tarifaire d'acheminement"], row["Classe"]):
        money(row["Prix (€/MWh)"])
        for row in rows(packed, "Offres")
    }  # fmt: skip
    given = {
        (offer.id, k, price.tariff_code, price.time_class): price.eur_per_mwh
        for offer in brief.problem.offers
        for k, tier in enumerate(offer.tiers, start=1)
        for price in tier.prices
    }
    assert found == given
    states = {row["Offre"]: row["Ce qu'il en est"] for row in rows(packed, "Offres")}
    taken = {award.offer for award in brief.plan.awards}
    assert {offer for offer, state in states.items() if state == "retenue"} == taken
    unpriced = {one.offer for one in brief.plan.not_priced} - taken
    assert unpriced
    assert all(states[offer] == "non chiffrée : un prix manque" for offer in unpriced)


def test_moments_are_local_dates_and_not_texts(packed: bytes) -> None:
    for sheet in ("Offres", "Attribution"):
        for row in rows(packed, sheet):
            assert row["Valable jusqu'au"] == datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001


def test_what_members_pay_adds_up_to_the_plan(brief: Brief, packed: bytes) -> None:
    places, members = rows(packed, "Membres"), rows(packed, "Partage")
    paid = sum((money(row["Coût (€)"]) for row in places), Decimal(0))
    assert paid == sum((money(row["Ensemble (€)"]) for row in members), Decimal(0))
    assert paid == together(brief.problem, brief.plan)
    for row in members:
        assert money(row["Seul (€)"]) - money(row["Ensemble (€)"]) == money(row["Gain (€)"])


def test_no_text_is_a_formula_whatever_it_begins_with(packed: bytes) -> None:
    names = {row["Nom du membre"] for row in rows(packed, "Partage")}
    assert set(DANGEROUS) <= names
    with zipfile.ZipFile(BytesIO(packed)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                text = book.read(name).decode()
                assert "<f>" not in text and "<f " not in text
                assert 'state="frozen"' in text and "<autoFilter" in text
        assert not any("hyperlink" in book.read(name).decode("utf-8", "replace").lower()
                       for name in book.namelist() if name.endswith(".rels"))  # fmt: skip


def test_the_same_purchase_gives_the_same_bytes(brief: Brief, packed: bytes) -> None:
    sink = BytesIO()
    write_purchase(brief, sink)
    assert sink.getvalue() == packed


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synergie.reports.sheets.LAST_ROW", 3)
    table = Sheet("Trop", (Column("n", "whole"),), [(n,) for n in range(4)])
    with pytest.raises(TooLarge):
        write([table], BytesIO(), PARIS)


def test_without_the_writer_it_says_what_to_install(
    brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra, match="frames"):
        write_purchase(brief, BytesIO())


@pytest.mark.interop
def test_an_office_suite_opens_it_and_shows_french_numbers(
    brief: Brief, packed: bytes, tmp_path: Path
) -> None:
    (tmp_path / "classeur.xlsx").write_bytes(packed)
    shown = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,true,false,false,-1"
    done = subprocess.run(
        [
            program("soffice", "libreoffice"),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless", "--convert-to", shown, str(tmp_path / "classeur.xlsx"),
            "--outdir", str(tmp_path),
        ],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = {path.stem.removeprefix("classeur-"): path for path in tmp_path.glob("classeur-*.csv")}
    assert set(files) == set(SHEETS)
    awards = files["Attribution"].read_text(encoding="utf-8")
    for one in brief.plan.awards:
        text = f"{one.cost_eur:,.2f}".replace(",", " ").replace(".", ",")
        plain = awards.replace("\u202f", " ").replace("\xa0", " ")
        assert f"{text} €" in plain
    assert ";24/11/2026 14:30\n" in awards
    for path in files.values():
        assert "#NAME" not in path.read_text(encoding="utf-8")
