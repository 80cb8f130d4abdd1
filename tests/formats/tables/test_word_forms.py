"""Words that nobody listed, known by their form: shares, parts, treatments, cut words."""

import pytest

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.tables._title_kinds import find_file_qualifier, find_unknown_qualifier
from tests.formats.tables.made import as_proposed, proposal
from tests.formats.tables.test_unknown_words import PRM, asked, bills


def _stops(table: str, **answers: str) -> list[str]:
    report = as_proposed(table, **answers)[1]
    return [code for code, one in report.findings.items() if one.check.severity == "block"]


@pytest.mark.parametrize(
    "title",
    ["Sous-comptage départs TGBT", "Copropriété Les Lilas – tantièmes 412/10000", "Part à 30 %",
     "Après travaux", "Imputation analytique", "État estimatif", "Simu 2", "Hyp 1", "1/3 du site",
     "Index de fin de mois (kWh)"],
)  # fmt: skip
def test_a_title_made_of_such_words_is_asked_about(title: str) -> None:
    assert asked(bills("Conso (kWh)", title=title))[:1] == ["measured"]


@pytest.mark.parametrize(
    "title",
    ["Client : CC du Val – édité le 03/02/2026", "Ville de Nancy – Direction du patrimoine bâti",
     "Syndicat Départemental d'Énergie de la Moselle", "Station d'épuration", "Page 1/2",
     "Pôle aménagement et environnement", "Électricité 100 % renouvelable", "TVA 20 %",
     "Relevés d'index et consommations", "Maison des associations", "Quart d'heure",
     "Restitution brute – pas 1 mois – heure locale", "Périmètre : tous les PDL en C5"],
)  # fmt: skip
def test_a_title_of_paper_or_of_a_place_is_not(title: str) -> None:
    assert find_unknown_qualifier(title, ()) is None
    assert "measured" not in asked(bills("Conso (kWh)", title=title))


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("conso_apres_travaux", True), ("conso_moitie_bailleur", True), ("Var. 2", True),
        ("mairie_simu", True), ("station_epuration_2025", False), ("conso_mairie_est", False),
        ("facturation_2025", False), ("EDF_Collectivites_export_202501", False),
    ],
)  # fmt: skip
def test_the_name_of_a_file_or_a_sheet_is_looked_at_as_well(name: str, *, odd: bool) -> None:
    assert find_file_qualifier(name, ()) == (name if odd else None)


def test_a_site_beside_itself_before_or_after_works_stops() -> None:
    def table(other: str) -> str:
        return "Site;Mois;Conso (kWh)\n" + "".join(
            f"{site};0{month}/2025;{kwh * month % 700 + 300}\n"
            for site, kwh in (("Mairie", 310), (other, 457))
            for month in range(1, 5)
        )

    assert _stops(table("Mairie (avant travaux)")) == [checks.SITE_TWICE.code]
    assert _stops(table("Mairie (annexe)")) == []


def test_a_column_that_changes_within_a_point_says_what_its_rows_are() -> None:
    def table(head: str, *kinds: str) -> str:
        rows = (
            f"{PRM};0{month}/2025;{900 - 100 * month};{kinds[month % len(kinds)]}\n"
            for month in range(1, 7)
        )
        return f"PRM;Mois;Conso (kWh);{head}\n{''.join(rows)}"

    assert _stops(table("Ligne", "Conso", "Régul. antérieure")) == [checks.COLUMN_CLAIMS.code]
    assert _stops(table("Ligne", "Conso", "Pondération")) == [checks.COLUMN_CLAIMS.code]
    assert _stops(table("Ligne", "Conso", "Hiver")) == []
    assert _stops(table("Ligne", "Régul. antérieure")) == []
    assert _stops(table("Statut", "Soldée", "À rejeter")) == [checks.COLUMN_CLAIMS.code]
    assert _stops(table("Statut", "Soldée", "À payer")) == []


def test_a_unit_that_is_none_of_those_that_are_kept_may_be_said() -> None:
    table = f"PRM;Mois;Conso\n{PRM};01/2025;120\n{PRM};02/2025;90\n"
    (question,) = proposal(table).questions
    assert question.choices == ("kWh", "MWh", "Wh", "ignore")
    with pytest.raises(BadInput, match="Wh"):
        proposal(table).answered("unit", "ignore")
    with pytest.raises(BadInput, match="Wh"):
        proposal(table, unit="ignore")
