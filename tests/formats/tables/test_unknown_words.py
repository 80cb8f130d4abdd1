"""A word that nobody listed makes a column unproved: the file proves it, or it is asked about."""

from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats.lighting._heads import may_count
from synergie.formats.tables.differences import find_differences
from synergie.formats.tables.titles import (
    find_file_qualifier,
    find_shared_qualifier,
    find_unknown_qualifier,
)
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal

PRM = "99000000000017"
KWH = (1240, 990, 1105, 870)


def bills(head: str, *cells: str, title: str = "", when: str = "Du;Au") -> str:
    """Bills of four months; `#` in a cell is the energy."""
    lines = [*([title, ""] if title else []), f"PRM;{when};{head}"]
    for n, kwh in enumerate(KWH, start=1):
        days = f"01/0{n}/2025;{(31, 28, 31, 30)[n - 1]}/0{n}/2025"
        told = days if when == "Du;Au" else f"0{n}/2025"
        values = [str(eval(one.replace("#", str(kwh)))) for one in cells or ("#",)]  # noqa: S307
        lines.append(";".join([PRM, told, *values]))
    return "\n".join(lines).replace(".", ",") + "\n"


def asked(text: str) -> list[str]:
    return [one.field for one in proposal(text).questions]


def energies(text: str) -> list[PeriodEnergy]:
    return [one for one in as_proposed(text)[0] if isinstance(one, PeriodEnergy)]


@pytest.mark.parametrize("word", ["écrêtée", "bloc 2", "base RT", "réf. bail", "théor.", "/1000"])
def test_one_energy_of_an_unknown_word_is_asked_about(word: str) -> None:
    assert asked(bills(f"Consommation {word} (kWh)")) == ["energy"]
    assert asked(bills("Consommation (kWh)")) == []


def test_a_power_of_an_unknown_word_is_asked_about() -> None:
    lines = "".join(f"{PRM};01/06/2025 {h:02}:00;1,5\n" for h in range(24))
    assert "energy" in asked(f"PRM;Début;Puissance visée (kW)\n{lines}")
    assert "energy" not in asked(f"PRM;Début;Puissance active (kW)\n{lines}")


def test_the_price_and_the_cost_prove_an_energy_of_an_unknown_word() -> None:
    head = "Consommation écrêtée (kWh);Prix (€/MWh);Montant HT (€)"
    text = bills(head, "#", "150", "#*0.15")
    assert [one.energy_kwh for one in energies(text)] == [Decimal(kwh) for kwh in KWH]
    assert asked(bills(head, "#", "150", "#*0.10")) == ["energy"]


def test_classes_prove_what_is_their_sum_and_put_aside_what_is_not() -> None:
    head = "HP (kWh);HC (kWh);Énergie livrable (kWh)"
    whole = bills(head, "#-#//4", "#//4", "#")
    assert asked(whole) == []
    assert {one.tariff_class for one in energies(whole)} == {None, "HP", "HC"}
    other = proposal(bills(head, "#-#//4", "#//4", "#*2"))
    assert [one.field for one in other.questions] == []
    told = next(one for one in other.told if one.name == "Énergie livrable (kWh)")
    assert (told.read, told.why) == (False, "another number than its classes together")


@pytest.mark.parametrize("head", ["Montant prov. (€)", "Coût écrêté HT (€)", "Mt bloc A TTC"])
def test_an_amount_of_an_unknown_word_is_no_cost(head: str) -> None:
    assert {one.cost_eur for one in energies(bills(f"Conso (kWh);{head}", "#", "#*0.2"))} == {None}
    plain = energies(bills("Conso (kWh);Montant HT (€)", "#", "#*0.2"))
    assert None not in {one.cost_eur for one in plain}


def test_a_volume_and_a_subscribed_power_of_an_unknown_word_are_not_read() -> None:
    fields = {one.field for one in proposal(
        bills("Volume nominé (m3);Conso gaz (kWh)", "#*0.09", "#")).table.columns}  # fmt: skip
    assert "volume" not in fields
    power = f"PRM;Segment;Puissance souscrite optimisée (kVA)\n{PRM};C5;12\n"
    assert "subscribed_power" not in {one.field for one in proposal(power).table.columns}
    plain = power.replace(" optimisée", "")
    assert "subscribed_power" in {one.field for one in proposal(plain).table.columns}


@pytest.mark.parametrize(
    "head",
    ["Mois de valeur", "Mois d'imputation", "Période de validation", "Mois de prélèvement",
     "Mois de versement"],
)  # fmt: skip
def test_a_month_of_an_unknown_word_is_asked_about_and_gives_way(head: str) -> None:
    assert asked(bills("Conso (kWh)", when=head)) == ["billed"]
    assert asked(bills("Conso (kWh)", when="Mois concerné")) == []
    dated = bills(f"{head};Conso (kWh)", "'05/2025'", "#").replace("'", "")
    assert asked(dated) == []
    assert {one.from_date.month for one in energies(dated)} == {1, 2, 3, 4}


def test_a_year_under_which_months_stand_is_a_month() -> None:
    assert len(energies(bills("Conso (kWh)", when="Mois/Année"))) == len(KWH)


@pytest.mark.parametrize(
    "title",
    ["Consommation conventionnée", "Énergie de design", "CONSO THEOR", "Énergie CPE", "kWh bloc 2",
     "Consommations Écrêtées", "bouclier (kWh)", "Suivi 2025 - consommation ruban"],
)  # fmt: skip
def test_a_title_of_an_unknown_word_is_asked_about(title: str) -> None:
    assert asked(bills("kWh", title=title))[:1] == ["measured"]


@pytest.mark.parametrize(
    "title",
    ["Consommations de la commune de Frouard", "Consommation électrique Pompey",
     "CONSOMMATIONS DE LA VILLE DE TOUL", "Consommations SDE 54",
     "Consommations des écoles de Meurthe-et-Moselle", "Suivi des consommations par site"],
)  # fmt: skip
def test_a_title_of_a_place_or_of_paper_is_not(title: str) -> None:
    assert "measured" not in asked(bills("kWh", title=title))


def test_words_of_the_cells_below_are_no_qualifiers() -> None:
    assert find_unknown_qualifier("Consommation gymnase", set()) == "Consommation gymnase"
    assert find_unknown_qualifier("Consommation gymnase", {"gymnase"}) is None
    text = bills("kWh", title="Consommation gymnase")
    assert asked(text) == ["measured"]
    lines = text.replace("PRM;", "PRM;Site;").replace(f"{PRM};", f"{PRM};Gymnase;")
    assert asked(lines) == []


def test_what_a_later_file_proves_goes_before_the_answer_that_was_saved() -> None:
    head = "Énergie active (kWh);Énergie facturée (kWh);Prix (€/MWh);Montant HT (€)"
    first = bills(head, "#", "#*1.5", "150", "7")
    saved = proposal(first).answered("energy", "Énergie active (kWh)").profile
    assert list(find_differences(proposal(first), saved)) == []
    other = bills(head, "#", "#*1.5", "150", "#*1.5*0.15")
    assert [one.what for one in find_differences(proposal(other), saved)] == ["columns"]


def test_an_answer_among_columns_is_none_among_others() -> None:
    first = bills("Énergie active (kWh);Énergie facturée (kWh)", "#", "#*1.5")
    saved = proposal(first).answered("energy", "Énergie active (kWh)").profile
    other = bills("Énergie active (kWh);Énergie livrée (kWh)", "#", "#*1.2")
    assert [one.what for one in find_differences(proposal(other), saved)] == ["energy"]


def test_a_plural_alone_may_count_lamps() -> None:
    assert all(map(may_count, ("Barrettes", "Spots", "Globes")))
    assert not any(map(may_count, ("Phases", "Hauteur", "Classe", "kWh annuels")))


def test_a_word_beside_every_point_of_the_head_is_of_the_energy() -> None:
    def wide(word: str) -> str:
        head = ";".join(f"990000000000{n} {word} (kWh)" for n in (17, 24, 31))
        return f"Mois;{head}\n01/2025;120;90;80\n02/2025;99;85;70\n"

    assert "energy" in asked(wide("théor."))
    assert "energy" not in asked(wide("réel"))
    sites = wide("réel").replace("17 réel", "17 Stade").replace("24 réel", "24 Halle")
    assert "energy" not in asked(sites)


def test_a_note_that_calls_the_energies_by_an_unknown_word_stops() -> None:
    def stops(note: str) -> list[str]:
        report = as_proposed(f"{bills('Conso (kWh)')}\n{note};;;\n")[1]
        return [code for code, one in report.findings.items() if one.check.severity == "block"]

    assert stops("Consommations conventionnées") == ["title-claims"]
    assert stops("Consommations de Frouard") == []
    assert stops("Consommations Frouard") == []
    assert stops("Les consommations sont celles que le gestionnaire a publiées cette année") == []


def test_labels_that_are_one_share_of_others_stop() -> None:
    def stops(share: int, more: int = 0) -> list[str]:
        lines = ["Site;Mois;Conso (kWh)"]
        for rank, site in enumerate(("Mairie", "Stade", "Halle")):
            for n, kwh in enumerate(KWH, start=1):
                own = kwh * (rank + 2)
                lines.append(f"{site};0{n}/2025;{own}")
                lines.append(f"{site} annexe;0{n}/2025;{own * share // 100 + more * n * n}")
        report = as_proposed("\n".join([*lines, ""]))[1]
        return [code for code, one in report.findings.items() if one.check.severity == "block"]

    assert stops(70) == ["site-twice"]
    assert stops(70, 97) == []


def test_a_participle_in_the_name_of_the_file_is_asked_about() -> None:
    text = bills("Conso (kWh)")
    assert [one.field for one in proposal(text, "conso_allouée_2025.csv").questions] == ["measured"]
    for name in ("conso_frouard_2025.csv", "conso_lycée.csv", "factures_allouées.csv"):
        assert proposal(text, name).questions == ()


def test_years_of_two_digits_are_years_and_no_months() -> None:
    lines = "".join(f"{PRM};{year};{1000 + year}\n" for year in (23, 24, 25))
    text = f"PRM;Année;Conso (kWh)\n{lines}"
    assert [one.from_date.year for one in energies(text)] == [2023, 2024, 2025]
    early = text.replace(";23;", ";10;").replace(";24;", ";11;").replace(";25;", ";12;")
    assert [one.from_date.year for one in energies(early)] == [2010, 2011, 2012]


def test_quarters_are_of_the_one_year_that_the_title_tells() -> None:
    rows = "".join(f"{PRM};T{n};{100 * n}\n" for n in range(1, 5))
    head = f"PRM;Trimestre;Conso (kWh)\n{rows}"
    told = energies(f"Consommations électriques 2025\n\n{head}")
    assert [one.from_date.month for one in told] == [1, 4, 7, 10]
    wide = f"PRM;T1;T2;T3;T4\n{PRM};1;2;3;4\n"
    assert len(energies(f"Consommations 2025 (kWh)\n\n{wide}")) == len(told)
    for title in ("Consommations 2024 et 2025", "Consommations"):
        with pytest.raises(BadInput):
            proposal(f"{title}\n\n{head}")
    with pytest.raises(BadInput):
        proposal(f"Consommations 2025\n\n{head.replace('Trimestre', 'Tarif')}")


def test_a_lone_question_about_an_energy_may_be_answered_by_no() -> None:
    text = bills("Consommation écrêtée (kWh)")
    (question,) = proposal(text).questions
    column = "Consommation écrêtée (kWh)"
    assert question.choices == (column, "ignore")
    assert question.lines == (f"role:{column}=energy", f"role:{column}=ignore")
    with pytest.raises(BadInput, match="écrêtée"):
        proposal(text, energy="ignore")


def test_where_classes_are_left_a_no_leaves_the_other_column_out() -> None:
    head = "Conso HP (kWh);Conso HC (kWh);Conso HC bis 2 (kWh)"
    told = proposal(bills(head, "#", "#//2", "#//3"))
    assert [one.field for one in told.questions] == ["energy"]
    left = told.answered("energy", "ignore").table.columns
    assert {one.name for one in left if one.field == "value"} == {"Conso HP (kWh)"}


@pytest.mark.parametrize(
    ("labels", "odd"),
    [
        (("Mairie CPE", "École CPE"), True), (("Mairie lot 3", "École lot 3"), True),
        (("Tantièmes Mairie", "Tantièmes École"), True), (("Mairie", "École"), False),
        (("École Pasteur", "École Ferry"), False), (("Mairie de Toul", "École de Toul"), False),
        (("Salle nord", "Salle sud"), False), (("Lot 1", "Lot 2"), False), (("A x",), False),
        (("Square du lac", "Square de la paix"), False), (("Mairie kWh", "École kWh"), False),
    ],
)  # fmt: skip
def test_a_word_of_all_labels_says_what_they_hold(labels: tuple[str, ...], *, odd: bool) -> None:
    assert find_shared_qualifier(labels, ()) == (labels[0] if odd else None)
    assert find_shared_qualifier(("Mairie Toul", "École Toul"), {"toul"}) is None


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("conso_cadran_1", True), ("conso_lot3", True), ("bilan_provisoire", True),
        ("conso_part_ville", True), ("conso_corrigee", True), ("conso_frouard_2025", False),
        ("groupement_lot_3", False), ("conso_2025_12", False), ("export_conso_v2", False),
        ("conso_pompey_3_2025", False), ("ventes_pv_provisoire", True), ("ventes_pv", False),
        ("ecs_solaire", True), ("production_solaire_2025", False),
    ],
)  # fmt: skip
def test_a_name_of_a_file_that_makes_another_energy_of_its_own(name: str, *, odd: bool) -> None:
    assert find_file_qualifier(name, ()) == (name if odd else None)


def test_sums_up_to_a_month_are_asked_about_unless_months_fall() -> None:
    lines = [f"{PRM};{n:02}/2025;{kwh}" for n, kwh in enumerate((300, 500, 900), start=1)]
    rising = "\n".join(["PRM;Mois;Conso (kWh)", *lines]) + "\n"
    assert asked(f"Situation à fin mars\n\n{rising}") == ["summed"]
    assert asked(rising) == []
    falling = bills("Conso (kWh)", when="Mois", title="Situation à fin avril")
    assert asked(falling) == []
