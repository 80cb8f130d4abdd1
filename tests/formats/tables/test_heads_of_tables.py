"""What heads and titles say and no number does: fuel, money, mass, time; each has its twin."""

from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.tables.propose import propose
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal
from tests.formats.tables.test_books import book, months

PRM = "99000000000017"
MONTHS = ("01/2025", "02/2025", "03/2025", "04/2025")


def table(head: str, *cells: str, title: str = "", first: str = PRM) -> str:
    """A row a month; `#` in *cells* is a number that differs each month."""
    rows = [";".join([first, month, *(cell.replace("#", str(90 - 7 * n)) for cell in cells)])
            for n, month in enumerate(MONTHS)]  # fmt: skip
    return "\n".join([*([title, ""] if title else []), head, *rows, ""])


def read(text: str, name: str = "", **answers: str) -> tuple[list[PeriodEnergy], Report]:
    found, report = as_proposed(text, name, **answers)
    return [one for one in found if isinstance(one, PeriodEnergy)], report


def asked(text: str, name: str = "") -> list[str]:
    return [one.field for one in proposal(text, name).questions]


@pytest.mark.parametrize(
    "text",
    [
        table("Point de livraison;Mois;Consommation gaz (kWh)", "#"),
        table("Point de livraison;Mois;Consommation (kWh)", "#", title="Gaz naturel"),
        table("Point de livraison;Mois;Volume (m3);PCS;Consommation (kWh)", "#", "11", "#0"),
    ],
)
def test_gas_under_a_point_of_delivery_is_gas(text: str) -> None:
    found, _ = read(text)
    assert {(one.energy, str(one.supply_point)[:4]) for one in found} == {("gas", "pce:")}


def test_two_fuels_in_the_words_around_are_asked_about() -> None:
    head = "Point de livraison;Mois;Consommation (kWh)"
    assert asked(table(head, "#"), "eclairage et gaz.csv") == ["scheme"]
    assert asked(table(head, "#")) == ["scheme"]
    assert asked(table(head, "#"), "électricité.csv") == []
    assert asked(table("PRM;Mois;Consommation gaz (kWh)", "#")) == ["scheme"]
    found, _ = read(table(head, "#"), scheme="pce")
    assert {one.energy for one in found} == {"gas"}


@pytest.mark.parametrize(
    "names", [("Électricité", "Gaz"), ("Réel", "Prévision"), ("Consommation", "Production")]
)
def test_sheets_of_two_kinds_are_no_one_table(names: tuple[str, str]) -> None:
    head: list[list[object]] = [["PRM", "Mois", "Énergie (kWh)"]]
    told = {name: head + months(2025 - n, 9, 8, 7) for n, name in enumerate(names)}
    with pytest.raises(BadInput, match="one kind"):
        propose(book(**told))
    assert propose(book(**told), answers={"sheet": names[0]}).table.sheet == names[0]
    years = {str(2025 - n): head + months(2025 - n, 9, 8) for n in range(2)}
    assert propose(book(**years)).table.sheets == ("2025", "2024")


@pytest.mark.parametrize(
    "name",
    [
        "Montant HT (k€)", "Montant HT (centimes)", "Montant (M€)", "Montant ($)", "Montant CHF",
        "Coût moyen", "Coût unitaire", "Coût (€/an)", "Coût prévu", "Facture", "N° de facture",
        "Émissions (tCO2)", "Émissions (gCO2)", "Émissions CO2", "CO2 évité (kg)",
    ],
)  # fmt: skip
def test_money_and_mass_of_another_kind_are_left(name: str) -> None:
    found, _ = read(table(f"PRM;Mois;Consommation (kWh);{name}", "#", "#5"))
    assert {one.cost_eur or one.emissions_kg for one in found} == {None}


@pytest.mark.parametrize(
    "name", ["Montant HT (€)", "Montant hors taxes", "Coût", "Facture (€)", "Total facture TTC"]
)
def test_the_cost_of_the_row_is_kept(name: str) -> None:
    found, _ = read(table(f"PRM;Mois;Consommation (kWh);{name}", "#", "#5"))
    assert found[0].cost_eur == Decimal(905)
    found, _ = read(table("PRM;Mois;Consommation (kWh);Émissions (kgCO2)", "#", "#"))
    assert found[0].emissions_kg == Decimal(90)


def test_a_part_of_a_bill_is_never_its_cost() -> None:
    head = "PRM;Mois;Consommation (kWh);Montant fourniture HT;Montant acheminement HT"
    found, _ = read(table(f"{head};Montant TTC", "#", "100,5", "50", "#5"))
    assert (found[0].cost_eur, found[0].vat_included) == (Decimal(905), True)
    assert read(table(head, "#", "100,5", "50"))[0][0].cost_eur is None


def test_a_volume_many_times_over_is_no_volume() -> None:
    head = "PCE;Mois;Volume ({});Consommation (kWh)"
    assert read(table(head.format("milliers de m3"), "#", "#0"))[0][0].volume_m3 is None
    assert read(table(head.format("m3"), "#", "#0"))[0][0].volume_m3 == Decimal(90)


def _by_class(*names: str) -> str:
    kwh = (60, 30, 90)
    rows = [f"{PRM};{month};{name};{some - n}" for n, month in enumerate(MONTHS)
            for name, some in zip(names, kwh, strict=True)]  # fmt: skip
    return "\n".join(["PRM;Mois;Poste;Consommation (kWh)", *rows, ""])


def test_a_line_of_the_bill_is_no_class_and_an_unknown_class_stops() -> None:
    found, report = read(_by_class("HP", "HC", "Acheminement"))
    assert {one.tariff_class for one in found} == {"HP", "HC"}
    assert {one.fault.check for one in report.refused} == {"not-energy"}
    assert "class-unknown" in read(_by_class("HP", "HC", "Divers"))[1].findings
    assert "class-unknown" not in read(_by_class("HP", "HC", "Heures normales"))[1].findings


@pytest.mark.parametrize("column", ["Nature", "Type de relevé"])
@pytest.mark.parametrize("word", ["Budget", "Objectif", "Prévision"])
def test_what_was_set_beforehand_is_not_measured(column: str, word: str) -> None:
    text = table(f"PRM;Mois;{column};Consommation (kWh)", "Réel", "#")
    found, _ = read(text.replace("Réel", "Estimé", 1))
    assert [one.quality for one in found] == ["estimated", "measured", "measured", "measured"]
    found, report = read(text.replace("Réel", word, 1))
    assert len(found) == 3
    assert report.refused[0].fault.check == "not-energy"


def dated(head: str, *days: str) -> str:
    return "\n".join([head, *(f"{PRM};{day};{90 - n * 7}" for n, day in enumerate(days)), ""])


WEEKS = ("06/01/2025", "13/01/2025", "20/01/2025", "27/01/2025")
QUARTERS = ("01/01/2025", "01/04/2025", "01/07/2025", "01/10/2025")


@pytest.mark.parametrize(
    ("head", "days"),
    [
        ("PRM;Date;Consommation trimestrielle (kWh)", QUARTERS),
        ("PRM;Date;Consommation (kWh)", QUARTERS),
        ("PRM;Date;Consommation (kWh)", WEEKS),
        ("PRM;Date;Consommation hebdomadaire (kWh)", WEEKS),
        ("PRM;Date de facture;Consommation (kWh)", ("01/02/2025", "01/03/2025", "01/04/2025")),
        ("PRM;Date de relève;Consommation (kWh)", ("15/02/2025", "17/03/2025", "16/04/2025")),
        ("PRM;Date;Consommation (kWh)", ("01/03/2025",)),
        ("PRM;Mois;Consommation journalière (kWh)", MONTHS),
    ],
)
def test_a_date_whose_period_nothing_tells_is_refused(head: str, days: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="begin and the end"):
        proposal(dated(head, *days))


def test_days_and_months_told_by_a_date_are_read() -> None:
    firsts = ("01/01/2025", "01/02/2025", "01/03/2025")
    head = "PRM;Date;Consommation (kWh)"
    assert proposal(dated(head, *firsts)).table.layout == "periods"
    days = ("01/03/2025", "02/03/2025", "03/03/2025")
    assert proposal(dated(head, *days)).table.layout == "curve"
    assert proposal(dated("PRM;Date de relève;Conso (kWh)", *days)).table.layout == "curve"
    one = dated("PRM;Date;Consommation journalière (kWh)", "01/03/2025")
    assert proposal(one).table.layout == "curve"
    told = propose(dated(head, *QUARTERS).encode(), answers={"role:Date": "month"})
    assert told.table.layout == "periods"
    american = dated("PRM;Date;Consumption (kWh)", *(f"03/{n:02}/2025" for n in range(1, 14)))
    assert proposal(american).table.layout == "curve"
    period = "01/01/2025", "31/03/2025"
    bills = table("PRM;Mois;Du;Au;Consommation trimestrielle (kWh)", *period, "#")
    assert proposal(bills).table.layout == "periods"


@pytest.mark.parametrize(
    "name",
    [
        "Consommation M-1", "Consommation A-1", "Consommation 12 mois glissants",
        "Consommation non facturée", "Consommation /lit", "Énergie stockée", "Consommation LHV",
    ],
)  # fmt: skip
def test_a_word_that_makes_another_energy_is_asked_about(name: str) -> None:
    assert "energy" in asked(table(f"PRM;Mois;{name} (kWh)", "#"))
    for plain in ("Consommation école", "Consommation éclairage", "Consommation HP"):
        assert "energy" not in asked(table(f"PRM;Mois;{plain} (kWh)", "#"))


def _wide(title: str) -> str:
    return f"{title}\n\nPRM;janv-25;févr-25;mars-25\n{PRM};90;80;75\n"


def test_a_title_is_taken_whole() -> None:
    assert asked(_wide("Consommations électriques (en kWh/jour)")) == ["unit"]
    assert asked(_wide("Consommations (en kWh/mois)")) == []
    assert asked(_wide("Production solaire en kWh")) == ["production"]
    assert asked(_wide("Injection en kWh")) == []
    head = "PRM;Mois;Consommation (kWh)"
    for title in ("Unité : MWh", "Consommations en milliers de kWh", "Consommations en kWh/jour"):
        with pytest.raises(BadInput, match="one unit"):
            proposal(table(head, "#", title=title))
    text = table(head, "#", title="Unité : MWh").encode()
    assert propose(text, answers={"unit:Consommation (kWh)": "kWh"}).sure
    assert proposal(table(head, "#", title="Unité : kWh")).sure
