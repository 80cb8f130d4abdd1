"""Names of places, offers and columns that hold a word of totals, budgets or kinds: they stay."""

import pytest

from synergie.formats.tables._heading import parse_heading
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal
from tests.formats.tables.test_traps import MONTHS, PRM, read, rows, stops

YEAR = (1240, 1180, 990, 760, 540, 410, 380, 350, 520, 770, 1010, 1300)
TWELVE = tuple(f"{n:02}/2025" for n in range(1, 13))
NAMES = (
    "Janvier;Février;Mars;Avril;Mai;Juin;Juillet;Août;Septembre;Octobre;Novembre;Décembre"
)  # fmt: skip


def wide(*lines: str, more: str = "") -> str:
    """Sites with a column a month of 2025; *more*: columns after them."""
    months = ";".join(f"{name} 2025" for name in NAMES.split(";"))
    return f"Consommations électriques en kWh\n\n{rows(f'Site;{months}{more}', *lines)}"


@pytest.mark.parametrize(
    "name", ["École n°1", "École N° 2", "Forage n°3", "Salle du Budget", "Résidence Objectif"]
)
@pytest.mark.parametrize("head", ["Site", "PRM;Site"])
def test_a_number_in_the_name_of_a_site_is_no_other_year(name: str, head: str) -> None:
    point = f"{PRM};" if "PRM" in head else ""
    text = rows(f"{head};Mois;Conso (kWh)", *(f"{point}{name};{m};{9 - i}"
                                              for i, m in enumerate(MONTHS)))  # fmt: skip
    total, report = read(text)
    assert total == 24
    assert report.refused == []


@pytest.mark.parametrize(
    "name", ["N-1", "Budget", "Budget 2025", "Mairie (N-1)", "Mairie - budget"]
)
def test_a_row_of_another_year_or_budget_is_refused_by_its_name(name: str) -> None:
    lines = [f"Mairie;{m};{9 - i}" for i, m in enumerate(MONTHS)]
    total, report = read(rows("Site;Mois;Conso (kWh)", *lines, f"{name};03/2025;5"))
    assert total == 24
    assert [one.fault.check for one in report.refused] == ["not-energy"]


@pytest.mark.parametrize(
    "name",
    ["Max Jacob", "Mini-crèche Les Lutins", "Part-Dieu gymnase", "Moy de l'Aisne", "Maxi Forme",
     "Indice Bohème", "Ecart de la Motte", "Total Access", "Cumul des Pins"],
)  # fmt: skip
def test_a_site_named_like_a_foot_is_kept(name: str) -> None:
    some = (f"{site};{';'.join(map(str, values))}" for site, values in (
        ("Mairie", YEAR), ("École", YEAR[::-1]), (name, YEAR[3:] + YEAR[:3])))  # fmt: skip
    total, report = read(wide(*some))
    assert total == 3 * sum(YEAR)
    assert (stops(report), report.totals) == ([], 0)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Moyenne", [6] * 12),
        ("Moyenne par site", [150] * 12),
        ("Moyenne Val de Loire", [150] * 12),
        ("Max du jour", [200] * 12),
        ("Ecart 2", [100] * 12),
        ("Ensemble du bourg", [300] * 12),
    ],
)
def test_a_foot_is_passed_over_by_its_word_alone_or_by_its_numbers(
    name: str, values: list[int]
) -> None:
    some = (("Mairie", [100] * 12), ("École", [200] * 12), (name, values))
    total, report = read(wide(*(f"{site};{';'.join(map(str, each))}" for site, each in some)))
    assert total == 3600
    assert (stops(report), report.totals) == ([], 1)


@pytest.mark.parametrize(
    ("column", "told"),
    [("Année", "2025"), ("Coût annuel", "1420"), ("Coût total", "1420"), ("Somme payée", "1420"),
     ("Total facturé", "1420"), ("Total €", "1420"), ("Annuel", "1420")],
)  # fmt: skip
def test_what_is_no_total_of_the_months_is_not_compared(column: str, told: str) -> None:
    line = f"Mairie;{';'.join(map(str, YEAR))};{told}"
    total, report = read(wide(line, more=f";{column}"))
    assert total == sum(YEAR)
    assert stops(report) == []


@pytest.mark.parametrize("column", ["Total", "Total 2025", "Total général", "Cumul annuel (kWh)"])
def test_what_is_the_total_of_the_months_is_compared(column: str) -> None:
    line = f"Mairie;{';'.join(map(str, YEAR))};5"
    assert stops(read(wide(line, more=f";{column}"))[1]) == ["total-differs"]


def test_a_year_beside_months_is_that_of_the_row() -> None:
    line = f"Mairie;2024;{';'.join(map(str, YEAR))}"
    total, report = read(f"Consommations en kWh;;\n\n{rows(f'Site;Année;{NAMES}', line)}")
    assert total == sum(YEAR)
    assert stops(report) == []


def months(*values: int, first: int = 7) -> str:
    """Energies of the months from *first* of 2025."""
    at = (f"{(first + n - 1) % 12 + 1:02}/{2025 + (first + n - 1) // 12}"
          for n in range(len(values)))  # fmt: skip
    return rows(
        "PRM;Mois;Consommation (kWh)", *(f"{PRM};{m};{v}" for m, v in zip(at, values, strict=True))
    )


@pytest.mark.parametrize(
    ("values", "first", "blocks"),
    [
        ((300, 350, 410, 480, 540, 580), 7, False),
        ((290, 300, 350, 410, 480, 540, 580, 590), 6, False),
        ((300, 350, 410, 480, 540, 580, 570), 7, False),
        ((200, 210, 400, 1200, 2200, 3000), 7, False),
        ((300, 350, 410, 480, 540, 580), 2, True),
        ((300, 650, 1060, 1540, 2080, 2660), 7, True),
        ((45_000, 45_350, 45_760, 46_240, 46_780, 47_360), 7, True),
        ((300, 350, 410, 480, 540, 580, 590, 600, 610), 7, True),
        ((1000, 2100, 3000, 3900, 4600, 5400, 400), 7, True),
    ],
)
def test_energies_that_rise_into_winter_are_no_dial(
    values: tuple[int, ...], first: int, *, blocks: bool
) -> None:
    assert stops(read(months(*values, first=first))[1]) == ["energy-never-falls"] * blocks


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("Type d'offre", "Prix fixe"),
        ("Type", "Chaufferie bois"),
        ("Type", "Eau"),
        ("Type", "Station de production d'eau potable"),
        ("Type de budget", "Budget annexe assainissement"),
        ("Statut", "Contrat en cours"),
    ],
)
def test_a_kind_of_offer_or_site_is_no_other_quantity(column: str, told: str) -> None:
    lines = (f"{PRM};{m};{told};{99 - n}" for n, m in enumerate(MONTHS))
    total, report = read(rows(f"PRM;Mois;{column};Conso électricité (kWh)", *lines))
    assert total == 294
    assert report.refused == []


@pytest.mark.parametrize(
    ("column", "told"),
    [("Statut", "Estimé"), ("Type de facture", "Estimée"), ("Type de facture", "Facture estimée")],
)
def test_an_estimate_is_a_quality_in_any_column_of_kinds(column: str, told: str) -> None:
    text = rows(f"PRM;Mois;{column};Conso électricité (kWh)",
                f"{PRM};01/2025;Réel;7", f"{PRM};02/2025;{told};8")  # fmt: skip
    found, report = as_proposed(text)
    assert [getattr(one, "quality", None) for one in found] == ["measured", "estimated"]
    assert report.refused == []


@pytest.mark.parametrize(
    "told", ["Budget", "Prévisionnel", "Production solaire", "Énergie réactive", "Objectif 2025"]
)
def test_a_file_that_loses_most_of_its_rows_stops(told: str) -> None:
    lines = [f"{PRM};{m};Réel;{99 - n}" for n, m in enumerate(TWELVE[:2])]
    lines += [f"{PRM};{m};{told};{99 - n}" for n, m in enumerate(TWELVE[2:])]
    total, report = read(rows("PRM;Mois;Type;Conso électricité (kWh)", *lines))
    assert total == 197
    assert (len(report.refused), stops(report)) == (10, ["many-refused"])


def test_points_that_cannot_be_read_count_among_what_is_refused() -> None:
    lines = [f"{PRM};{m};{990 - 60 * n}" for n, m in enumerate(TWELVE)]
    lines += [f"9900000000001;{m};{99 - n}" for n, m in enumerate(MONTHS)]
    total, report = read(rows("PRM;Mois;Conso (kWh)", *lines))
    assert total == 7920
    assert (len(report.refused), stops(report)) == (3, ["many-refused"])


@pytest.mark.parametrize(
    ("name", "role"),
    [("HP (€)", "amount"), ("HC (%)", "ratio"), ("HP", "energy"), ("HP (kWh)", "energy")],
)
def test_a_class_is_of_energy_only_without_money_or_a_share(name: str, role: str) -> None:
    assert parse_heading(name).role == role


def test_classes_in_kwh_beside_their_cost_are_read_unasked() -> None:
    text = rows("PRM;Du;Au;HP (kWh);HC (kWh);HP (€);HC (€);Montant TTC", *(
        f"{PRM};01/{m};28/{m};{200 - n};{100 - n};{40 - n},10;{9 - n},05;{70 - n},00"
        for n, m in enumerate(MONTHS)))  # fmt: skip
    found, report = as_proposed(text)
    energies = [one for one in found if isinstance(one, PeriodEnergy)]
    told = [(one.tariff_class, int(one.energy_kwh or 0)) for one in energies[:2]]
    assert told == [("HP", 200), ("HC", 100)]
    assert len(found) == 6
    assert stops(report) == []


def test_each_class_that_is_in_doubt_is_asked_about_by_itself() -> None:
    head = "PRM;Du;Au;Conso HP relevée;Conso HP facturée;Conso HC relevée;Conso HC facturée"
    text = rows(head, *(
        f"{PRM};01/{m};28/{m};{200 - n};{190 + n * n};{100 - n};{90 + n * n}"
        for n, m in enumerate(MONTHS)))  # fmt: skip
    told = proposal(text, unit="kWh")
    assert [(one.field, one.choices, one.name) for one in told.questions] == [
        ("energy", ("Conso HP relevée", "Conso HP facturée", "ignore"), "energy"),
        ("energy", ("Conso HC relevée", "Conso HC facturée", "ignore"), "energy-2"),
    ]
    half = told.answered("energy", "Conso HP facturée")
    assert [one.choices for one in half.questions] == [
        ("Conso HC relevée", "Conso HC facturée", "ignore")
    ]
    whole = half.answered("energy", "Conso HC relevée")
    values = [one.name for one in whole.table.columns if one.field == "value"]
    assert (whole.sure, values) == (True, ["Conso HP facturée", "Conso HC relevée"])
