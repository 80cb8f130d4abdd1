"""Watts and numbers of lamps: which heads tell of them, what multiplies, what is asked."""

import io

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.check import check
from synergie.formats.lighting._heads import Watts, lamps_of, watts_of
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.profile import Profile


def watts(text: str) -> dict[str, int | None]:
    """The power of each light of an inventory, by its identifier."""
    with formats.read(text.encode()) as result:
        return {r.external_id: r.power_w for r in result.records if isinstance(r, LightPointRecord)}


@pytest.mark.parametrize(
    ("head", "level"),
    [
        ("Puissance de la source (W)", "lamp"),
        ("P lampe W", "lamp"),
        ("LAMP_WATTS", "lamp"),
        ("puissanceLampe", "lamp"),
        ("W lampe", "lamp"),
        ("Puiss. lum (W)", "light"),
        ("Total circuit watts", "light"),
        ("Potenza (W)", ""),
        ("Leistung [W]", ""),
        ("Puis. lampe", "lamp"),
        ("W", ""),
    ],
)
def test_a_head_of_watts_is_known_by_its_words(head: str, level: str) -> None:
    found = watts_of(head)
    assert found is not None
    assert (found.level, found.total, found.kilo) == (level, False, False)


@pytest.mark.parametrize(
    "head",
    [
        "Puissance réduite (W)", "Puissance (VA)", "Puissance souscrite (kVA)", "Flux (lm)",
        "Puissance totale armoire (W)", "Consommation annuelle (kWh)", "P", "Point lumineux",
    ],
)  # fmt: skip
def test_a_head_of_another_quantity_is_none(head: str) -> None:
    assert watts_of(head) is None


def test_kilowatts_totals_and_second_lamps_are_told_apart() -> None:
    assert watts_of("Puissance (kW)") == Watts("", total=False, kilo=True, second=False)
    assert watts_of("Puissance totale (W)") == Watts("", total=True, kilo=False, second=False)
    assert watts_of("WATTAGE2") == Watts("", total=False, kilo=False, second=True)


def test_a_number_of_lamps_is_no_number_of_a_lamp() -> None:
    heads = ("Nb lampes", "Nombre de foyers", "Qté luminaires", "Quantité")
    assert [lamps_of(head) for head in heads] == ["lamp", "light", "light", ""]
    assert lamps_of("Numéro de lampe") is None
    assert lamps_of("Nombre de points") is None


def test_lamps_multiply_and_the_text_says_how() -> None:
    text = "identifiant;armoire;puissance lampe (W);nb lampes\nA;1;70;2\nB;1;70;1\nC;1;70;\n"
    assert watts(text) == {"A": 140, "B": 70, "C": 70}
    with formats.read(text.encode()) as result:
        told = [r.power_text for r in result.records if isinstance(r, LightPointRecord)]
    assert told == ["2 x 70", None, None]


def test_a_number_of_lamps_that_the_cell_has_too_counts_once() -> None:
    head = "identifiant;armoire;puissance;nb lampes\n"
    assert watts(f"{head}A;1;2 x 70 W;2\nB;1;70;2\n") == {"A": 140, "B": 140}
    with formats.read(f"{head}A;1;3 x 70 W;2\n".encode()) as result:
        assert list(result.records) == []
        assert [refused.column for refused in result.report.refused] == ["nb lampes"]


def test_a_row_that_names_a_cabinet_alone_gives_it_to_those_below() -> None:
    text = "identifiant;lampe;puissance\nA;LED;70\nArmoire B;;\nB;LED;70\nC;LED;55\n"
    with formats.read(text.encode()) as result:
        lights = [one for one in result.records if isinstance(one, LightPointRecord)]
    cabinets = [(one.external_id, one.cabinet) for one in lights]
    assert cabinets == [("A", None), ("B", "Armoire B"), ("C", "Armoire B")]


def test_thousands_of_watts_are_read_with_a_space_and_asked_about_with_a_dot() -> None:
    assert watts("identifiant;lampe;puissance\nA;LED;1 000\nB;LED;70\n") == {"A": 1000, "B": 70}
    assert watts("identifiant;lampe;puissance\nA;LED;9.000\nB;LED;70.000\n") == {"A": 9, "B": 70}
    assert watts("identifiant;lampe;puissance (kW)\nA;LED;1.000\nB;LED;2.000\n") == {
        "A": 1000,
        "B": 2000,
    }
    with pytest.raises(BadInput, match="two watts or two thousand"):
        watts("identifiant;lampe;puissance\nA;LED;1.000\nB;LED;70\n")


def test_a_total_that_is_the_product_is_not_multiplied_again() -> None:
    head = "identifiant;armoire;puissance lampe;nb lampes;puissance totale\n"
    assert watts(f"{head}A;1;70;2;140\nB;1;70;1;70\n") == {"A": 140, "B": 70}
    assert watts("identifiant;armoire;puissance totale lampes;nb lampes\nA;1;140;2\n") == {"A": 140}
    with pytest.raises(BadInput, match="the power of one times the number"):
        watts(f"{head}A;1;70;2;200\nB;1;70;3;70\n")


def test_a_total_without_a_number_of_lamps_is_that_power_or_asked_about() -> None:
    head = "identifiant;armoire;puissance lampe;puissance totale\n"
    assert watts(f"{head}A;1;70;70\n") == {"A": 70}
    with pytest.raises(BadInput, match="declare which column is right"):
        watts(f"{head}A;1;70;140\n")


def test_a_light_of_a_megawatt_stops() -> None:
    report = check(b"identifiant;lampe;puissance\nA;LED;1000000\nB;LED;2000\n")
    assert report.records == 2
    assert [(one.code, one.times) for one in report.blocks] == [("beyond-reach", 1)]


@pytest.mark.parametrize("head", ["Circuit Watts", "Total circuit watts"])
def test_circuit_watts_of_several_lanterns_are_asked_about(head: str) -> None:
    """Of each lantern, or of all on the circuit: British inventories have both."""
    with pytest.raises(BadInput, match="of each lamp"):
        watts(f"Column No;Street;Lanterns;{head}\nA;High Street;2;70\nB;High Street;1;70\n")
    assert watts(f"Column No;Street;Lanterns;{head}\nA;High Street;1;70\n") == {"A": 70}


def test_a_last_row_with_the_kilowatts_of_all_is_no_light() -> None:
    rows = "".join(f"L{n};SHP;;{watts}\n" for n, watts in enumerate((70, 100, 36, 70)))
    head = "identifiant;lampe;armoire;puissance (W)\n"
    assert len(watts(f"{head}{rows}Z9;;;0,276\n")) == 4
    assert len(watts(f"{head}{rows}Z9;;;0,277\n")) == 5


def test_a_power_of_the_luminaire_beside_its_lamps_is_asked_about() -> None:
    head = "identifiant;armoire;puissance luminaire;nb lampes\n"
    with pytest.raises(BadInput, match="of each lamp"):
        watts(f"{head}A;1;140;2\n")
    assert watts(f"{head}A;1;140;1\n") == {"A": 140}


def test_kilowatts_are_whole_watts() -> None:
    assert watts("identifiant;lampe;puissance (kW)\nA;LED;0.07\n") == {"A": 70}
    assert watts("identifiant;lampe;puissance (kW)\nA;LED;0,07\n") == {"A": 70}
    with formats.read(b"identifiant;lampe;puissance (kW)\nA;LED;0.0701\n") as result:
        assert list(result.records) == []
        assert [refused.column for refused in result.report.refused] == ["puissance (kW)"]


@pytest.mark.parametrize("head", ["puissance (VA)", "consommation (kWh)", "flux (lm)"])
def test_an_inventory_whose_watts_are_not_found_stops(head: str) -> None:
    with pytest.raises(BadInput, match="a column of watts"):
        watts(f"identifiant;lampe;{head}\nA;LED;70\n")


def test_an_inventory_that_tells_no_power_says_so() -> None:
    with formats.read(b"identifiant;lampe\nA;LED\n") as result:
        assert len(list(result.records)) == 1
    assert "no-watts" in result.report.findings


def test_totals_are_no_lights() -> None:
    rows = "A;1;70\nB;1;70\nTOTAL;;140\nSous-total armoire 1;;140\nTotalgaz 3;1;36\n"
    assert watts(f"identifiant;armoire;puissance lampe\n{rows}") == {
        "A": 70,
        "B": 70,
        "Totalgaz 3": 36,
    }


def test_a_text_in_utf_16_is_read() -> None:
    data = "identifiant\tlampe\tpuissance (W)\nÀ1\tLED\t70\n".encode("utf-16")
    with formats.read(io.BytesIO(data)) as result:
        assert [r.external_id for r in result.records] == ["À1"]
    assert any("UTF-16" in told for told in result.report.tell(str))


@pytest.mark.parametrize(
    ("cell", "times"), [("70 W / 35 W", 1), ("70/35", 1), ("1.500", 1), ("70", 0), ("", 0)]
)
def test_a_power_that_gives_no_watts_is_counted_beside_others_that_do(
    cell: str, times: int
) -> None:
    text = f"id;x;y;puissance (W);armoire\nA1;6.1;48.7;70;C1\nA2;6.1;48.8;{cell};C1\n"
    with formats.read(text.encode()) as result:
        list(result.records)
        found = result.report.findings.get("watts-open")
    assert (0 if found is None else found.times) == times


def test_two_lamps_of_two_powers_are_counted() -> None:
    text = (
        "id;x;y;Puissance lampe 1 (W);Puissance lampe 2 (W);armoire\n"
        "A1;6.1;48.7;70;0;C1\nA2;6.1;48.8;70;100;C1\n"
    )
    with formats.read(text.encode()) as result:
        list(result.records)
        assert result.report.findings["watts-open"].times == 1


def test_a_doubt_of_an_inventory_is_confirmed_by_its_code() -> None:
    text = b"identifiant;lampe;puissance;longitude;latitude\nA;LED;70;36,1;48,7\n"
    with formats.read(text) as result:
        assert len(list(result.records)) == 1
    assert result.report.findings["places-abroad"].check.severity == "block"
    with formats.read(text, profile=Profile(confirmed=("places-abroad",))) as result:
        assert len(list(result.records)) == 1
    assert result.report.findings["places-abroad"].check.severity == "warning"


def findings(text: str) -> dict[str, int]:
    """The codes of what the reading of an inventory found, and how often."""
    with formats.read(text.encode()) as result:
        list(result.records)
    return {code: found.times for code, found in result.report.findings.items()}


def test_a_count_under_a_word_that_may_be_another_stops_until_it_is_confirmed() -> None:
    head = "identifiant;armoire;puissance (W);x\n"
    assert "count-unused" in findings(f"{head}A;1;70;2\nB;1;70;1\n")
    assert "count-unused" not in findings(f"{head}A;1;70;1\nB;1;70;1\n")
    assert "count-unused" not in findings(f"{head}A;1;70;401\nB;1;70;1\n")


def test_a_column_that_asks_for_double_lights_stops_where_one_is() -> None:
    head = "identifiant;rue;puissance lampe (W);Double feux\n"
    assert "count-unused" in findings(f"{head}A;Haute;70;oui\nB;Haute;70;non\n")
    assert "count-unused" not in findings(f"{head}A;Haute;70;non\nB;Haute;70;non\n")


@pytest.mark.parametrize(
    ("head", "cells"),
    [("Configuration", ("simple", "double")), ("Montage", ("1x", "2x")),
     ("Type de mât", ("simple crosse", "double crosse"))],
)  # fmt: skip
def test_arms_told_in_words_stop_where_each_row_has_a_place_of_its_own(
    head: str, cells: tuple[str, str]
) -> None:
    def lights(second: str, y: str) -> str:
        names = f"identifiant;rue;puissance lampe (W);{head};longitude;latitude\n"
        return f"{names}A;Haute;70;{cells[0]};6.13;48.77\nB;Haute;70;{second};6.13;{y}\n"

    assert "count-unused" in findings(lights(cells[1], "48.78"))
    assert "count-unused" not in findings(lights(cells[0], "48.78"))
    assert "count-unused" not in findings(lights(cells[1], "48.77"))


def test_heads_of_a_pole_are_its_lights() -> None:
    head = "pole_id;street;wattage;no_of_heads\n"
    assert watts(f"{head}A;Main;70;2\nB;Main;70;1\n") == {"A": 140, "B": 70}


@pytest.mark.parametrize("head", ["Foyers", "Nb de points lumineux", "Lampes", "Têtes"])
def test_a_plural_of_what_burns_multiplies_where_it_holds_numbers(head: str) -> None:
    assert watts(f"identifiant;armoire;puissance (W);{head}\nA;1;70;2\nB;1;70;1\n")["A"] == 140
    assert watts(f"identifiant;armoire;puissance (W);{head}\nA;1;70;SHP\n") == {"A": 70}


def test_control_gear_is_added_to_its_lamp_alone() -> None:
    rows = "A;1;100;12\nB;1;70;\n"
    assert watts(f"identifiant;armoire;puissance lampe (W);puissance ballast (W)\n{rows}") == {
        "A": 112, "B": 70,
    }  # fmt: skip
    assert watts(f"identifiant;armoire;puissance luminaire (W);P ballast (W)\n{rows}")["A"] == 100
    with pytest.raises(BadInput, match="control gear"):
        watts(f"identifiant;armoire;puissance (W);puissance ballast (W)\n{rows}")
    with pytest.raises(BadInput, match="control gear"):
        watts("identifiant;armoire;puissance lampe (W);P ballast (W)\nA;1;100;112\nB;1;70;80\n")


def test_the_sum_of_a_cabinet_is_no_light_and_a_light_named_as_its_cabinet_is_one() -> None:
    head = "identifiant;armoire;puissance (W)\n"
    lights = "PL1;A-1;70\nPL2;A-1;36\n"
    assert watts(f"{head}A-1;A-1;106\n{lights}") == {"PL1": 70, "PL2": 36}
    assert findings(f"{head}{lights}A-1;A-1;106\n") == {"total-row": 1}
    assert watts(f"{head}A-1;A-1;50\n{lights}")["A-1"] == 50


def test_lights_that_a_remark_calls_gone_are_left_out_or_told() -> None:
    text = "identifiant;armoire;puissance (W);{}\nA;1;70;{}\nB;1;70;\n"
    for head, gone in (
        ("État", "absent"), ("Statut", "en attente de pose"), ("Observation", "lampe absente"),
        ("Commentaire", "n'existe plus"), ("Observation", "à enlever du fichier"),
        ("Date fin de service", "12/05/2022"), ("Mise hors service", "2021"), ("Existant", "N"),
    ):  # fmt: skip
        made = text.format(head, gone)
        assert watts(made) == {"B": 70}, head
        assert findings(made) == {"no-light": 1}
    for head, odd in (
        ("État", "éteint définitivement"), ("Alimentation", "débranché"),
        ("Observation", "mât accidenté le 3/4"),
    ):  # fmt: skip
        made = text.format(head, odd)
        assert watts(made) == {"A": 70, "B": 70}
        assert findings(made) == {"kind-unknown": 1}


def test_rows_that_say_that_they_are_no_light_are_told_and_not_read() -> None:
    text = "identifiant;armoire;puissance (W);{}\nA;1;70;{}\nB;1;70;{}\n"
    for head, gone, there in (
        ("État", "DÉPOSÉ le 3/4", "à déposer"),
        ("Type d'objet", "Armoire", "Luminaire"),
        ("Nature", "Prise illuminations", "Borne"),
    ):
        made = text.format(head, gone, there)
        assert watts(made) == {"B": 70}
        assert findings(made) == {"no-light": 1}


@pytest.mark.parametrize(
    ("cell", "told"),
    [("SHP 150 W", 150), ("LED 45", 45), ("150(x2)", 300), ("150 x 2", 300), ("50x2", 100)],
)
def test_a_power_may_have_its_lamp_before_it_or_its_number_behind(cell: str, told: int) -> None:
    text = f"identifiant;armoire;puissance (W);nb lampes\nA;1;{cell};{2 if 'x' in cell else 1}\n"
    assert watts(text) == {"A": told}


def test_an_inventory_most_of_whose_rows_are_refused_stops() -> None:
    head = "identifiant;armoire;puissance (W)\n"
    rows = [f"P{n};1;{'rue 70' if n < 4 else 70}\n" for n in range(7)]
    assert findings(head + "".join(rows)) == {"many-refused": 1}
    assert findings(head + "".join(rows[1:])) == {}


def test_a_word_that_holds_two_is_taken_apart() -> None:
    heads = ("nblampes", "NBLAMPE", "NbreFoyers")
    assert [lamps_of(head) for head in heads] == ["lamp", "lamp", "light"]
    assert lamps_of("No. of lamps") == "lamp"
    assert lamps_of("No. lamp") is None
    told = watts_of("Lampenleistung (W)")
    assert told is not None
    assert told.level == "lamp"
    assert watts_of("Puissance (%)") is None


def blocks(text: str) -> set[str]:
    """Codes of the doubts that stop an inventory."""
    return {one.code for one in check(text.encode()).blocks}


def test_rows_of_another_cabinet_each_are_asked_about_from_five_on() -> None:
    head = "Identifiant;Armoire;Puissance (W)\n"
    rows = [f"PL{n};A{n};70\n" for n in range(5)]
    assert blocks(head + "".join(rows[:4])) == set()
    assert blocks(head + "".join(rows)) == {"cabinet-rows"}
    assert blocks(head + "".join(rows).replace("A4", "A3")) == set()


def test_rows_of_another_delivery_point_each_are_asked_about_from_two_on() -> None:
    head = "Identifiant;Armoire;PRM;Puissance (W)\n"
    assert blocks(f"{head}1;A;30000000000017;870\n2;A;30000000000024;920\n") == {"cabinet-rows"}
    assert blocks(f"{head}1;A;30000000000017;70\n2;A;30000000000017;70\n") == set()
    assert blocks(f"{head}1;A;30000000000017;870\n") == set()


def test_thirteen_lamps_of_one_row_are_asked_about() -> None:
    head = "Identifiant;Armoire;Puissance (W);Nb lampes\n"
    assert blocks(f"{head}1;A;70;12\n2;A;70;1\n") == set()
    assert blocks(f"{head}1;A;70;13\n2;A;70;1\n") == {"many-lamps"}


def test_states_and_kinds_that_are_not_known_are_told_and_kept() -> None:
    head = "identifiant;lampe;puissance (W);nature;etat\n"
    rows = "A;LED;70;Luminaire;En service\nB;LED;70;Balise;HS\nC;LED;70;Luminaire;En service\n"
    report = check(f"{head}{rows}".encode())
    assert report.records == 3
    told = [one for one in report.findings if one.code == "kind-unknown"]
    assert [(one.times, one.severity) for one in told] == [(2, "warning")]
    quiet = check(f"{head}{rows}".replace("Balise;HS", "Lanterne;En service").encode())
    assert "kind-unknown" not in {one.code for one in quiet.findings}


def test_a_day_of_removal_is_no_day_of_installation() -> None:
    head = "identifiant;lampe;puissance (W);"
    for name, kept in (("Date de dépose", {"B"}), ("Date de pose", {"A", "B"})):
        report = formats.read(f"{head}{name}\nA;LED;70;12/03/2024\nB;LED;70;\n".encode())
        with report as result:
            lights = [r for r in result.records if isinstance(r, LightPointRecord)]
        assert {one.external_id for one in lights} == kept
        assert any(one.installed_on for one in lights) == (name == "Date de pose")


@pytest.mark.parametrize(
    ("told", "power"),
    [
        ("2 x SHP 150 W", 300), ("SHP 150W x2", 300), ("2 x 150 W SHP", 300), ("SHP 150 W", 150),
        ("SHP 150 W + LED 30 W", None),
    ],
)  # fmt: skip
def test_watts_in_the_words_for_the_lamp_are_those_of_all_its_lamps(
    told: str, power: int | None
) -> None:
    assert watts(f"N° foyer;Rue;Lampe\nA1;rue Haute;{told}\nA2;rue Haute;SHP 70 W\n") == {
        "A1": power,
        "A2": 70,
    }


def test_a_number_of_lamps_multiplies_watts_in_words_too() -> None:
    text = "N° foyer;Rue;Lampe;Nb lampes\nA1;rue Haute;SHP 150 W;2\nA2;rue Haute;SHP 70 W;1\n"
    assert watts(text) == {"A1": 300, "A2": 70}


@pytest.mark.parametrize(
    ("head", "cell", "stops"),
    [
        ("Type de donnée", "valeur par défaut", True), ("Phase", "APD", True),
        ("Variante", "solution 2", True), ("Source de la donnée", "relevé terrain", False),
        ("Phase", "existant", False), ("Propriétaire", "Syndicat", False),
        ("Régime", "nuit réduite", True), ("Calcul", "auto", True), ("Fiabilité", "faible", True),
        ("Régime", "permanent", False), ("Donnée", "mesurée", False),
    ],
)  # fmt: skip
def test_a_column_that_says_what_the_powers_are_is_looked_at(
    head: str, cell: str, *, stops: bool
) -> None:
    rows = "".join(f"A{n};rue Haute;{70 + n};{cell}\n" for n in range(3))
    found = check(io.BytesIO(f"N° foyer;Rue;Puissance lampe (W);{head}\n{rows}".encode()))
    assert ("column-not-read" in {one.code for one in found.findings}) == stops


@pytest.mark.parametrize(
    "head",
    [
        "Lichtmast;Straat;Vermogen (W)", "Punto luce;Via;Potenza (W)",
        "Leuchten-Nr;Straße;Leistung [W]",
    ],
)  # fmt: skip
def test_lights_under_heads_of_neighbours_are_known(head: str) -> None:
    assert watts(f"{head}\nA1;Haute;70\nA2;Haute;100\n") == {"A1": 70, "A2": 100}


def test_a_power_called_p_alone_is_asked_about() -> None:
    with pytest.raises(BadInput) as fault:
        watts("N° foyer;Rue;Lampe;P;Armoire\nA1;rue Haute;SHP;70;C1\nA2;rue Haute;SHP;100;C1\n")
    assert fault.value.found == "P"
