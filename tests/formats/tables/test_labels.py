"""Rows by their labels: groups over their members, other quantities, meters behind a meter."""

from collections.abc import Mapping, Sequence

import pytest

from synergie.formats import Report
from synergie.formats.tables._labels import is_other_row, names_quantity
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal

MONTHS = ("janvier 2025", "février 2025", "mars 2025", "avril 2025")
SCHOOLS = {"Centre de loisirs": (9751, 9669, 8575, 8083), "Piscine": (5435, 5438, 4706, 3661)}
OTHERS = {"Crèche": (3970, 4332, 3315, 2834), "Cimetière": (5153, 5552, 5240, 4095)}


def table(rows: Mapping[str, Sequence[object]], title: str = "Consommations (kWh)") -> str:
    """A row a label, a column a month."""
    width = len(next(iter(rows.values())))
    head = ";".join(["Site", *MONTHS[:width]])
    return "\n".join([title, head, *(";".join([k, *map(str, v)]) for k, v in rows.items()), ""])


def read(text: str, **answers: str) -> tuple[dict[str, set[str]], Report]:
    """Names with the ways of their energies, and the report."""
    found, report = as_proposed(text, **answers)
    out: dict[str, set[str]] = {}
    for one in found:
        if isinstance(one, PeriodEnergy):
            out.setdefault(one.name, set()).add(one.direction)
    return out, report


def stops(report: Report) -> list[str]:
    return [code for code, one in report.findings.items() if one.check.severity == "block"]


def added(*some: Sequence[int]) -> list[int]:
    return [sum(each) for each in zip(*some, strict=True)]


@pytest.mark.parametrize("above", [True, False])
def test_a_group_over_its_members_is_counted_once(*, above: bool) -> None:
    rows: dict[str, Sequence[object]] = {}
    for name, members in (("Écoles", SCHOOLS), ("Sports", OTHERS)):
        whole = {name: added(*members.values())}
        rows |= {**whole, **members} if above else {**members, **whole}
    found, report = read(table(rows))
    assert found.keys() == {*SCHOOLS, *OTHERS}
    assert (report.findings["total-row"].times, report.kept, stops(report)) == (2, 4, [])


def test_a_group_of_one_member_among_groups_is_counted_once() -> None:
    rows = {"Écoles": added(*SCHOOLS.values()), **SCHOOLS, "Sports": OTHERS["Crèche"]}
    assert read(table({**rows, "Crèche": OTHERS["Crèche"]}))[0].keys() == {*SCHOOLS, "Crèche"}


def test_a_group_of_one_year_is_asked_about_and_one_of_small_numbers_is_not() -> None:
    rows = {"Écoles": [151_873], "Piscine": [97_512], "Mairie": [54_361], "Stade": [12_007]}
    head = "Site;Du;Au;Consommation (kWh)"
    lines = [f"{name};01/01/2025;31/12/2025;{kwh}" for name, (kwh,) in rows.items()]
    assert stops(read("\n".join([head, *lines, ""]))[1]) == ["point-is-sum"]
    few = {"Abri": 83, "Lavoir": 48, "Kiosque": 35, "Stade": 900}
    small = [f"{name};01/01/2025;31/12/2025;{kwh}" for name, kwh in few.items()]
    assert stops(read("\n".join([head, *small, ""]))[1]) == []


def test_a_sum_with_a_number_of_its_own_is_asked_about() -> None:
    rows = {"Écoles": added(*SCHOOLS.values()), **SCHOOLS, **OTHERS}
    lines = table(rows).splitlines()
    numbered = [f"9900000000{n:04};{line}" for n, line in enumerate(lines[2:])]
    told = "\n".join([lines[0], f"PRM;{lines[1]}", *numbered, ""])
    assert stops(read(told)[1]) == ["point-is-sum"]


def test_lights_of_one_calendar_are_no_groups() -> None:
    rows = {f"Armoire {n}": [kw * hours for hours in (412, 351, 333, 271)]
            for n, kw in enumerate((3, 1, 2, 7))}  # fmt: skip
    assert read(table(rows))[0].keys() == rows.keys()


@pytest.mark.parametrize(
    ("energy", "other"),
    [
        ("{} kWh", "{} €"), ("{} réalisé", "{} prévu"), ("{} N", "{} N-1"), ("{}", "{} eau"),
        ("Conso {}", "Coût {}"), ("{} (élec)", "{} (gaz)"),
        ("{} compteur général", "{} compteur production PV"), ("{}", "{} - sous-compteur 2"),
    ],
)  # fmt: skip
def test_a_row_of_another_quantity_by_its_label_is_refused(energy: str, other: str) -> None:
    rows = {
        form.format(site): [one + len(form) for one in kwh]
        for site, kwh in SCHOOLS.items()
        for form in (energy, other)
    }
    found, report = read(table(rows))
    assert found.keys() == {energy.format(site) for site in SCHOOLS}
    assert [one.fault.check for one in report.refused] == ["not-energy"] * 2
    assert (report.kept, stops(report)) == (2, [])


@pytest.mark.parametrize(
    "names",
    [
        ("Rue Haute", "Rue Moyenne"), ("Station eau", "Station pompage"),
        ("Centre", "Centre historique"), ("École N", "École S"), ("Bâtiment V", "Bâtiment W"),
        ("Marché plan", "Marché gare"),
    ],
)  # fmt: skip
def test_names_of_places_stay_sites(names: tuple[str, str]) -> None:
    found, report = read(table(dict(zip(names, SCHOOLS.values(), strict=True))))
    assert (set(found), report.refusals, stops(report)) == (set(names), 0, [])


def test_two_words_for_one_energy_stop_and_classes_do_not() -> None:
    two = {"Mairie facturé": SCHOOLS["Piscine"], "Mairie mesuré": OTHERS["Crèche"]}
    assert stops(read(table(two))[1]) == ["site-twice"]
    classes = {"Mairie HP": SCHOOLS["Piscine"], "Mairie HC": OTHERS["Crèche"]}
    assert stops(read(table(classes))[1]) == []


@pytest.mark.parametrize(
    ("high", "low"),
    [("{} HP", "{} HC"), ("HP {}", "HC {}"), ("{} - heures pleines", "{} - heures creuses"),
     ("{} / H.P.", "{} / H.C."), ("{}_HP", "{}_HC"), ("{} pleines", "{} creuses")],
)  # fmt: skip
def test_rows_of_time_classes_are_registers_of_one_point(high: str, low: str) -> None:
    rows = {high.format("Mairie nord"): SCHOOLS["Piscine"], low.format("Mairie nord"): (8, 9, 7, 8)}
    found, _ = as_proposed(table({**rows, "Crèche": OTHERS["Crèche"]}), "Suivi.csv")
    told = {(one.name, one.tariff_class) for one in found if isinstance(one, PeriodEnergy)}
    assert told == {("Mairie nord", "HP"), ("Mairie nord", "HC"), ("Crèche", None)}


def test_rows_of_time_classes_are_held_against_the_row_of_all() -> None:
    high, low = SCHOOLS["Piscine"], (80, 90, 70, 80)
    whole = tuple(a + b for a, b in zip(high, low, strict=True))
    rows = {"Mairie": whole, "Mairie HP": high, "Mairie HC": low}
    assert stops(read(table(rows))[1]) == []
    rows["Mairie"] = tuple(2 * kwh for kwh in whole)
    assert "total-differs" in stops(read(table(rows))[1])


def test_one_class_alone_is_the_name_of_a_site() -> None:
    found, _ = read(table({"Mairie HP": SCHOOLS["Piscine"], "Crèche": OTHERS["Crèche"]}))
    assert set(found) == {"Mairie HP", "Crèche"}


@pytest.mark.parametrize(
    "label",
    ["Rigueur climatique", "BP 2025", "Année 2024", "Montant payé",
     "Moyenne glissante", "Scénario sobriété", "Estimation", "Prix moyen", "Atterrissage",
     "Fuel domestique", "Cos phi"],
)  # fmt: skip
def test_rows_of_another_quantity_among_sites_are_refused(label: str) -> None:
    found, report = read(table({**SCHOOLS, label: (310, 290, 300, 280)}))
    assert (set(found), report.refusals) == (set(SCHOOLS), 1)


def test_a_use_among_sites_is_asked_about_and_a_table_of_uses_is_not() -> None:
    assert stops(read(table({**SCHOOLS, "Climatisation": (31, 29, 30, 28)}))[1]) == ["meter-behind"]
    uses = {"ECS": SCHOOLS["Piscine"], "Chauffage": OTHERS["Crèche"]}
    assert stops(read(table(uses))[1]) == []


@pytest.mark.parametrize(
    ("state", "found"),
    [("En litige", ["column-claims"]), ("Avoir en cours", ["column-claims"]), ("Payée", [])],
)
def test_a_bill_that_its_state_calls_in_doubt_stops(state: str, found: list[str]) -> None:
    text = table({"Mairie;Validée": SCHOOLS["Piscine"], f"Crèche;{state}": OTHERS["Crèche"]})
    assert stops(read(text.replace("Site;", "Site;Statut;"))[1]) == found


@pytest.mark.parametrize(
    "part", ["Piscine – bornes", "Piscine (chaufferie)", "Piscine : vestiaires"]
)
def test_a_part_of_a_site_beside_its_whole_is_asked_about(part: str) -> None:
    assert stops(read(table({**SCHOOLS, part: (31, 29, 30, 28)}))[1]) == ["meter-behind"]
    others = {one: kwh for one, kwh in SCHOOLS.items() if one != "Piscine"}
    assert stops(read(table({**others, part: (31, 29, 30, 28)}))[1]) == []


def test_a_meter_behind_no_other_is_asked_about() -> None:
    assert stops(read(table({**SCHOOLS, "Divisionnaire 3": (8, 9, 7, 8)}))[1]) == ["meter-behind"]


def test_rows_drawn_and_fed_in_are_told_apart_by_a_column_and_by_their_labels() -> None:
    rows = {f"{site};{way}": kwh for site, kwh in SCHOOLS.items()
            for way in ("Soutirage", "Injection")}  # fmt: skip
    text = table(rows).replace("Site;", "Site;Indicateur;")
    assert set(map(frozenset, read(text)[0].values())) == {frozenset({"import", "export"})}
    named = {f"{site} {way}": kwh for site, kwh in SCHOOLS.items()
             for way in ("soutirage", "surplus")}  # fmt: skip
    found = read(table(named))[0]
    assert {name.split()[-1]: ways for name, ways in found.items()} == {
        "soutirage": {"import"}, "surplus": {"export"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("section", "found"),
    [("Eau (m3)", ["other-head"]), ("Budget", ["other-head"]), ("Année 2024", ["other-head"]),
     ("Année 2025", []), ("Export du 12/01/2026", []), ("Quartier nord", []), ("Électricité", [])],
)  # fmt: skip
def test_a_row_of_one_text_that_says_another_quantity_stops(section: str, found: list[str]) -> None:
    lines = table({**SCHOOLS, **OTHERS}).splitlines()
    lines.insert(4, f"{section};;;;")
    assert stops(read("\n".join([*lines, ""]))[1]) == found


@pytest.mark.parametrize(
    "name", ["conso_2025_export_20260112.csv", "Centre de vente.csv", "Maison du Gaz.csv"]
)
def test_a_word_in_the_name_of_the_file_decides_no_flow_and_no_fuel(name: str) -> None:
    found, _ = as_proposed(table(SCHOOLS), name)
    told = {(one.direction, one.energy) for one in found if isinstance(one, PeriodEnergy)}
    assert told == {("import", "electricity")}


def test_drawn_and_fed_in_together_in_the_title_are_asked_about() -> None:
    told = proposal(table(SCHOOLS, "Consommation et production (kWh)"))
    assert [one.field for one in told.questions] == ["direction"]


@pytest.mark.parametrize(
    "name",
    ["Degree days", "HDD", "Gradtage", "Durchschnitt", "Vorjahr", "Sollwert", "Kosten", "Promedio",
     "Días", "Objetivo", "Año anterior", "Superficie", "Share %", "Écart-type", "DJU18"],
)  # fmt: skip
def test_a_row_of_another_quantity_is_known_in_the_languages_of_neighbours(name: str) -> None:
    assert is_other_row(name, gas=False)


@pytest.mark.parametrize("name", ["Town Hall", "Days Inn", "Área deportiva", "Rathaus", "Piscina"])
def test_a_site_of_the_neighbours_stays_one(name: str) -> None:
    assert not is_other_row(name, gas=False)


@pytest.mark.parametrize(
    "name",
    ["Température Nancy", "Fréquentation piscine", "Nombre d’élèves", "Volume d’eau", "Prix spot",
     "Mutualisé", "Non affecté", "Refacturé CCAS", "Sous-ensemble scolaire",
     "Seuil bas", "Moyenne écoles", "Coût total EDF", "Gain LED Mairie", "Repas cantine"],
)  # fmt: skip
def test_a_row_that_begins_by_a_quantity_is_no_site_whoever_it_is_of(name: str) -> None:
    found, report = read(table(SCHOOLS | {name: (12, 13, 14, 12)}))
    assert report.refusals == 1
    assert set(found) == set(SCHOOLS)


@pytest.mark.parametrize(
    "name",
    ["Économie sociale et solidaire", "Entrées de ville", "Portage de repas", "Tour des Agents",
     "Passage Bellevue", "Maison des usagers", "Espace Population"],
)  # fmt: skip
def test_a_site_whose_name_has_such_a_word_stays_one(name: str) -> None:
    assert not names_quantity(name)
