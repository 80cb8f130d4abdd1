"""What a column means: traps that are asked or told, and their twins that are read unasked."""

from decimal import Decimal

import pytest

from synergie.formats.tables._heading import parse_heading
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal, records

PRM = "99000000000017"
KWH = (1241, 1100, 980, 1430, 1010, 905)


def bills(head: str, *rows: tuple[object, ...]) -> str:
    """A row a month of one point: its columns behind the point and the month."""
    lines = [";".join([PRM, f"2025-{n:02}", *map(_cell, row)]) for n, row in enumerate(rows, 1)]
    return "\n".join([f"PRM;Mois;{head}", *lines]) + "\n"


def _cell(value: object) -> str:
    return str(value).replace(".", ",")


def total(data: str, **answers: str) -> Decimal:
    """All the energy that the table is read as, drawn."""
    found, report = as_proposed(data, **answers)
    assert not [one for one in report.findings.values() if one.check.severity == "block"]
    energies = [one for one in found if isinstance(one, PeriodEnergy) and one.direction == "import"]
    return sum((one.energy_kwh or Decimal(0) for one in energies), Decimal(0))


def blocks(data: str, **answers: str) -> list[str]:
    """Codes of the doubts that stop."""
    told = proposal(data, **answers)
    assert told.sure, told.questions
    _, report = records(data, told.profile)
    return [code for code, one in report.findings.items() if one.check.severity == "block"]


BESIDE = [
    "Terme variable (€/MWh)", "Prix (ct/kWh)", "Prix du kWh", "Ratio (kWh/m²)", "kWh/élève",
    "Conso moyenne (kWh/jour)", "Consommation moyenne (kWh)", "Consommation N-1 (kWh)",
    "Consommation prévue (kWh)", "Budget (kWh)", "Objectif (kWh)", "Seuil (kWh)", "Part HP (kWh)",
    "Conso 2024 (kWh)", "Coefficient (kWh/m3)", "Énergie réactive (kVArh)", "Pertes (kWh)",
    "gCO2/kWh", "Index (kWh)", "Ancien index (kWh)", "Autoconsommation (kWh)", "Production (kWh)",
    "Puissance atteinte (kW)", "Consommation cumulée (kWh)", "Énergie primaire (kWhEP)",
    "Évolution (%)", "Consommation normalisée (kWh)", "CAR (kWh)", "Consommation max (kWh)",
]  # fmt: skip


@pytest.mark.parametrize("other", BESIDE)
@pytest.mark.parametrize("first", [True, False], ids=["before", "behind"])
def test_what_is_no_energy_of_the_period_is_never_read_for_it(other: str, first: bool) -> None:  # noqa: FBT001
    rows = [(150 + n, kwh) if first else (kwh, 150 + n) for n, kwh in enumerate(KWH)]
    names = (other, "Consommation (kWh)") if first else ("Consommation (kWh)", other)
    data = bills(";".join(names), *rows)
    assert total(data) == sum(KWH)
    assert {one.name: one.read for one in proposal(data).told}[other] is False


@pytest.mark.parametrize("other", ["Livré (kWh)", "Zorglub (kWh)", "Chauffage (kWh)"])
def test_of_two_columns_of_one_unit_none_is_taken_unproved(other: str) -> None:
    data = bills(f"{other};Consommation (kWh)", *((2 * kwh + n, kwh) for n, kwh in enumerate(KWH)))
    told = proposal(data)
    (question,) = told.questions
    assert (question.field, set(question.choices)) == (
        "energy", {other, "Consommation (kWh)", "ignore"},
    )  # fmt: skip
    assert "Σ" in question.why
    assert total(data, energy="Consommation (kWh)") == sum(KWH)
    assert total(data, energy=other) == sum(2 * kwh + n for n, kwh in enumerate(KWH))


def test_a_price_times_an_energy_is_an_amount_and_proves_which_is_which() -> None:
    rows = [(2 * kwh + 7 * n, kwh, "0,15", kwh * 0.15) for n, kwh in enumerate(KWH)]
    data = bills("Relève (kWh);Facturé (kWh);Prix unitaire;Montant HT", *rows)
    assert total(data) == sum(KWH)


def test_the_same_energy_in_two_units_is_read_once() -> None:
    data = bills("Conso (MWh);Conso (kWh)", *((kwh / 1000, kwh) for kwh in KWH))
    assert total(data) == sum(KWH)


def test_parts_and_their_sum_are_read_by_the_sum() -> None:
    data = bills("Chauffage (kWh);Éclairage (kWh);Conso totale (kWh)",
                 *((kwh - 300, 300 - n, kwh - n) for n, kwh in enumerate(KWH)))  # fmt: skip
    assert total(data) == sum(KWH) - 15


def test_drawn_and_injected_are_both_read_each_its_way() -> None:
    data = bills("Soutirage (kWh);Injection (kWh)", *((kwh, kwh // 10) for kwh in KWH))
    found, _ = as_proposed(data)
    sides = {
        side: sum(one.energy_kwh or 0 for one in found
                  if isinstance(one, PeriodEnergy) and one.direction == side)
        for side in ("import", "export")
    }  # fmt: skip
    assert sides == {"import": sum(KWH), "export": sum(kwh // 10 for kwh in KWH)}


def test_production_alone_is_asked_about_and_is_not_injection() -> None:
    data = bills("Production (kWh)", *((kwh,) for kwh in KWH))
    assert [one.field for one in proposal(data).questions] == ["production"]


def test_an_unknown_word_beside_the_unit_is_asked_about() -> None:
    data = bills("Zorglub (kWh)", *((kwh,) for kwh in KWH))
    assert proposal(data).questions[0].field == "energy"


RISING = (45_210, 45_980, 46_700, 47_350, 48_010, 48_900)


def test_values_that_never_fall_are_no_energy_unless_somebody_says_so() -> None:
    data = bills("Consommation (kWh)", *((kwh,) for kwh in RISING))
    assert blocks(data) == ["energy-never-falls"]
    assert blocks(bills("Consommation (kWh)", *((kwh,) for kwh in RISING[::-1]))) == []
    assert blocks(bills("Consommation (kWh)", *((kwh,) for kwh in RISING[:2]))) == []


def test_a_dial_and_a_running_sum_become_the_energies_between() -> None:
    dial = bills("Index (kWh)", *((kwh,) for kwh in RISING))
    assert proposal(dial).questions[0].field == "energy"
    side = {"energy": "Index (kWh)", "direction": "import"}
    assert total(dial, stamp="end", **side) == RISING[-1] - RISING[0]
    assert total(dial, stamp="start", **side) == RISING[-1] - RISING[0]
    told = bills("Cumul (kWh)", *((kwh,) for kwh in (100, 250, 400, 600, 800, 850)))
    assert total(told, energy="Cumul (kWh)", direction="import") == 850


def test_a_year_beside_its_months_is_counted_once_and_an_overlap_stops() -> None:
    head = f"PRM;Du;Au;Consommation (kWh)\n{PRM};01/01/2025;31/01/2025;100\n"
    months = head + f"{PRM};01/02/2025;28/02/2025;90\n"
    for row in (f"{PRM};01/01/2025;28/02/2025;190\n",):
        assert total(months + row) == 190
        assert (
            total(head.replace("100\n", f"100\n{row}") + f"{PRM};01/02/2025;28/02/2025;90\n") == 190
        )
    assert blocks(months + f"{PRM};01/01/2025;28/02/2025;260\n") == ["periods-overlap"]
    assert blocks(months + f"{PRM};15/02/2025;15/03/2025;95\n") == ["periods-overlap"]
    assert blocks(months + f"{PRM};01/03/2025;31/03/2025;95\n") == []


def test_a_unit_a_thousand_times_off_stops() -> None:
    assert blocks(bills("Consommation (kWh)", *((kwh * 1000,) for kwh in KWH))) == [
        "energy-over-usual"
    ]
    assert blocks(bills("Consommation (kWh)", *((kwh / 1000,) for kwh in KWH[:3]), (0.5,))) == [
        "energy-under-usual"
    ]
    assert blocks(bills("Consommation (MWh)", *((kwh / 1000,) for kwh in KWH[:3]), (0.5,))) == []


def test_an_energy_that_the_subscribed_power_cannot_give_stops_or_is_marked() -> None:
    head = "Consommation (kWh);Puissance souscrite (kVA)"
    high = [(kwh * 9, 6) for kwh in KWH]
    assert blocks(bills(head, *high)) == ["energy-over-power"]
    assert blocks(bills(head, *((kwh, 6) for kwh in KWH))) == []
    many = [(1000 + n * 7 % 50, 6) for n in range(12)] * 2
    rows = [f"9900000000{n:04};2025-01;{kwh};6" for n, (kwh, _) in enumerate(many)]
    data = "\n".join([f"PRM;Mois;{head}", *rows, f"{PRM};2025-02;9000;6"]) + "\n"
    found, report = as_proposed(data)
    assert report.findings["absurd-value"].times == 1
    assert [one.quality for one in found if isinstance(one, PeriodEnergy)].count("suspect") == 1


@pytest.mark.parametrize(
    ("name", "role", "unit"),
    [
        ("kWh", "energy", "kWh"), ("€ HT/MWh", "price", None), ("MWh / HPH", "energy", "MWh"),
        ("Facture / kWh", "energy", "kWh"), ("kWh.m-2", "ratio", None),
        ("Conso/kWh", "energy", "kWh"),
        ("Quantité (kWh PCS)", "energy", "kWh"), ("PCS (kWh/m3)", "coefficient", None),
        ("Énergie (kWh PCI)", "loss", None), ("Abonnement HT (€)", "component", None),
        ("Puissance moyenne (kW)", "power", "kW"), ("Puissance atteinte (kW)", "statistic", "kW"),
        ("Surplus injecté (kWh)", "injected", "kWh"), ("Compteur (kWh)", "register", "kWh"),
        ("Conso compteur (kWh)", "energy", "kWh"), ("kWh cumac", "loss", None),
    ],
)  # fmt: skip
def test_the_head_is_parsed_as_an_expression(name: str, role: str, unit: str | None) -> None:
    told = parse_heading(name)
    assert (told.role, told.unit) == (role, unit)


@pytest.mark.parametrize("head", ["kWh de jour", "kWh (A-1)", "Conso P-1 (kWh)", "kWh été"])
def test_a_name_that_may_tell_another_time_than_the_rows_is_asked_about(head: str) -> None:
    rows = [f"99000000000017;{month:02}/2025;{4000 - 7 * month}" for month in range(1, 13)]
    asked = proposal("\n".join([f"PRM;Mois;{head}", *rows]).encode())
    assert asked.questions[0].name == "energy"
    plain = proposal("\n".join(["PRM;Mois;kWh du mois", *rows]).encode())
    assert "energy" not in [one.name for one in plain.questions]
