"""Tables that count twice, mix quantities or leap: each is told or stopped, and has its twin."""

from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.tables.propose import propose
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal

PRM = "99000000000017"


def read(text: str, name: str = "", **answers: str) -> tuple[Decimal, Report]:
    """All the energy of periods, and the report."""
    found, report = as_proposed(text, name, **answers)
    energies = [one.energy_kwh or Decimal(0) for one in found if isinstance(one, PeriodEnergy)]
    return sum(energies, Decimal(0)), report


def stops(report: Report) -> list[str]:
    return [code for code, one in report.findings.items() if one.check.severity == "block"]


def rows(head: str, *lines: str) -> str:
    return "\n".join([head, *lines]) + "\n"


MONTHS = ("01/2025", "02/2025", "03/2025")


def test_a_point_that_is_the_sum_of_the_others_is_a_total_without_the_word() -> None:
    head = "Site;Mois;Consommation (kWh)"
    some = [f"{site};{m};{kwh}" for m in MONTHS[:2]
            for site, kwh in (("Mairie", 100), ("École", 50), ("Patrimoine", 150))]  # fmt: skip
    total, report = read(rows(head, *some))
    assert total == 300
    assert (report.findings["total-row"].times, stops(report)) == (2, [])
    other = [line.replace(";150", ";151") for line in some]
    assert read(rows(head, *other))[0] == 602
    one = read(rows(head, *some[:3]))[1]
    assert stops(one) == ["point-is-sum"]


def test_the_total_of_months_is_compared_with_them() -> None:
    head = "PRM;janv-25 (kWh);févr-25 (kWh);mars-25 (kWh);Total (kWh)"
    assert stops(read(rows(head, f"{PRM};100;90;80;270"), direction="import")[1]) == []
    assert stops(read(rows(head, f"{PRM};100;90;80;370"), direction="import")[1]) == [
        "total-differs"
    ]


def test_a_credit_cancels_a_bill_and_a_measure_replaces_an_estimate() -> None:
    bill = f"{PRM};01/01/2025;31/01/2025;"
    head = "PRM;Du;Au;Consommation (kWh);Nature"
    told = rows(head, f"{bill}100;Réel", f"{bill}-100;Réel", f"{bill}80;Réel")
    assert read(told)[0] == 80
    assert read(rows(head, f"{bill}100;Estimé", f"{bill}120;Réel"))[0] == 120
    both = read(rows(head, f"{bill}100;Réel", f"{bill}120;Réel"))[1]
    assert stops(both) == ["two-values"]
    shown = repr(both.findings["two-values"])
    assert "100 kWh" in shown
    assert "120 kWh" in shown


@pytest.mark.parametrize(
    ("column", "other"),
    [("Type", "Budget"), ("Énergie", "Gaz"), ("Flux", "Autoconsommation")],
)
def test_rows_of_another_quantity_are_refused(column: str, other: str) -> None:
    lines = [f"{PRM};{m};Électrique;{100 - n}" for n, m in enumerate(MONTHS)]
    lines += [f"{PRM};{n:02}/2024;{other};{90 + n}" for n in range(1, 4)]
    total, report = read(rows(f"PRM;Mois;{column};Consommation (kWh)", *lines))
    assert total == 297
    assert [one.fault.check for one in report.refused] == ["not-energy"] * 3


@pytest.mark.parametrize(
    "head",
    ["Consommation (milliers de kWh)", "Consommation (x 100 kWh)", "Consommation (10 kWh)"],
)
def test_a_unit_many_times_over_is_asked_about(head: str) -> None:
    told = proposal(rows(f"PRM;Mois;{head}", *(f"{PRM};{m};{9 - n}" for n, m in enumerate(MONTHS))))
    assert [one.field for one in told.questions] == ["energy", "unit"]


@pytest.mark.parametrize(
    "unit", ["kVAh", "GJ", "litres", "tep", "€", "kVArh"]
)  # fmt: skip
def test_what_is_no_active_energy_is_refused(unit: str) -> None:
    with pytest.raises(BadInput):
        proposal(rows(f"PRM;Mois;Consommation ({unit})", f"{PRM};01/2025;5", f"{PRM};02/2025;6"))


def test_water_is_no_gas_and_months_over_new_year_have_no_one_year() -> None:
    with pytest.raises(BadInput, match="gas"):
        proposal(rows("Site;Mois;Volume (m3)", "Mairie;01/2025;5", "Mairie;02/2025;6"))
    with pytest.raises(BadInput, match="New Year"):
        proposal(rows("PRM;Mois;Conso (kWh)", f"{PRM};décembre;5", f"{PRM};janvier;6"))


@pytest.mark.parametrize(
    ("first", "side", "blocks"),
    [(1, "start", 1), (1, "end", 0), (0, "end", 1), (0, "start", 0), (2, "start", 0)],
)
def test_times_that_mark_the_other_side_of_whole_days_stop(
    first: int, side: str, blocks: int
) -> None:
    steps = [divmod(n, 24) for n in range(first, first + 48)]
    lines = [f"{PRM};{13 + day}/06/2025 {hour:02}:00;{hour % 7}" for day, hour in steps]
    text = rows("PRM;Horodate;Soutirage (kWh)", *lines)
    assert stops(as_proposed(text, stamp=side)[1]) == ["stamp-other-side"] * blocks
    utc = text.replace("Horodate", "Horodate (UTC)")
    assert stops(as_proposed(utc, stamp=side)[1]) == [], "whole days there are others"


def test_a_curve_that_only_grows_stops_and_one_that_falls_does_not() -> None:
    def curve(*kwh: int) -> str:
        lines = (
            f"{PRM};{13 + n // 24}/06/2025 {n % 24:02}:00;{value}" for n, value in enumerate(kwh)
        )
        return rows("PRM;Horodate;Soutirage (kWh)", *lines)

    found, report = as_proposed(curve(*range(45_000, 45_048)), stamp="start")
    assert (len(found), stops(report)) == (
        1,
        ["energy-never-falls", "energy-over-usual"],
    )
    of_day = as_proposed(curve(*range(1, 25), *range(2, 26)), stamp="start")[1]
    assert stops(of_day) == ["energy-never-falls"]
    plain, report = as_proposed(curve(*(n % 7 for n in range(48))), stamp="start")
    assert (isinstance(plain[0], MeterCurve), stops(report)) == (True, [])


def test_another_head_between_the_rows_stops_and_the_same_one_is_passed_over() -> None:
    head = "PRM;Mois;Consommation (kWh)"
    one = [f"{PRM};{m};{100 - n}" for n, m in enumerate(MONTHS)]
    again = read(rows(head, *one, head, f"{PRM};04/2025;95"))
    assert again[0] == 392
    assert stops(again[1]) == []
    other = read(rows(head, *one, "PRM;Mois;Quantité (MWh)", f"{PRM};04/2025;95"))
    assert stops(other[1]) == ["other-head"]


def test_the_cost_is_that_of_the_whole_bill() -> None:
    head = "PRM;Mois;Consommation (kWh);Abonnement HT;Énergie HT;Total HT"
    found, _ = as_proposed(
        rows(head, *(f"{PRM};{m};{100 - n};10;20;30" for n, m in enumerate(MONTHS)))
    )
    assert {one.cost_eur for one in found if isinstance(one, PeriodEnergy)} == {Decimal(30)}


def test_a_row_of_data_that_holds_two_years_is_no_head() -> None:
    head = "PRM;Année;Mois;Consommation (kWh)"
    energies = (2024, 5424, 1944, 2001)
    lines = [f"{PRM};2024;{n};{kwh}" for n, kwh in enumerate(energies, start=1)]
    assert read(rows(head, *lines))[0] == sum(energies)
    years = ("Site;2023;2024;2025", "Mairie;1949;2050;1980", "École;1951;1962;1973")
    assert read(rows("Consommation (kWh)", *years))[0] == 5979 + 5886


@pytest.mark.parametrize(
    ("head", "expected"),
    [("2023;2024;2025 prév.", 30), ("2023;2024;Budget 2025", 30), ("2023;2024;2025 réel", 60)],
)
def test_a_year_that_is_set_beforehand_is_not_read(head: str, expected: int) -> None:
    told = rows("Consommations annuelles (kWh)", f"PRM;{head}", f"{PRM};10;20;30")
    assert read(told)[0] == expected


@pytest.mark.parametrize(
    "head",
    [
        "2023;2024;2025 estimé",
        "2023;2030;2040",
        "2023;2024;2025 visé",
        "2023 (MWh);2024 (kWh)",
        "2024;2025 partiel",
    ],
)
def test_years_of_targets_parts_and_two_units_stop(head: str) -> None:
    told = rows("Consommations annuelles (kWh)", f"PRM;{head}", f"{PRM};10;20;30")
    with pytest.raises(BadInput, match="years"):
        proposal(told)


@pytest.mark.parametrize(
    ("title", "open_"),
    [
        ("Budget primitif 2025", ["measured"]), ("BP 2025", ["measured"]),
        ("Consommations à climat normal", ["measured"]), ("Consommation d'eau", ["measured"]),
        ("Mise en place - prévision", ["measured"]), ("Rue de la Moyenne-Côte", []),
        ("Mairie de Budget-le-Bas", []), ("Plan de sobriété", []),
        ("Période de référence : 2025", []), ("Direction des finances et du budget", []),
    ],
)  # fmt: skip
def test_a_title_that_says_another_energy_is_asked_about(title: str, open_: list[str]) -> None:
    lines = (f"{PRM};{m};{100 - n}" for n, m in enumerate(MONTHS))
    told = proposal(rows(title, "PRM;Mois;Consommation (kWh)", *lines))
    assert [one.field for one in told.questions] == open_


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Rappel 2024", 2), ("Autoconsommation", 2), ("Économies attendues", 2), ("Propane", 2),
        ("Mairie (gaz)", 2), ("Conso 2024", 2), ("Coût", 2), ("Salle 2000", 3),
        ("Château d'eau", 3), ("Rue du Surplus", 3), ("Chaufferie bois", 3),
    ],
)  # fmt: skip
def test_a_row_that_names_no_site_is_refused(name: str, kept: int) -> None:
    sites = (f"{site};{100 + n};{91 - n};80" for n, site in enumerate(("Mairie", "École", name)))
    title = "Consommations électriques (kWh)"
    found, report = as_proposed(rows(title, "Site;01/2025;02/2025;03/2025", *sites))
    assert (len(found), [one.fault.check for one in report.refused]) == (
        3 * kept,
        ["not-energy"] * (3 - kept),
    )


@pytest.mark.parametrize("name", ["Tot.", "TOTAL PÉRIODE", "Total"])
def test_a_bare_total_is_held_against_its_classes(name: str) -> None:
    def told(more: int) -> str:
        lines = (f"{PRM};{m};{100 - n};40;{140 - n + more}" for n, m in enumerate(MONTHS))
        return rows("Énergie active (kWh)", f"PRM;Mois;HP;HC;{name}", *lines)

    assert stops(read(told(0))[1]) == []
    assert stops(read(told(19))[1]) == ["total-differs"]


def test_a_total_of_rounded_months_is_theirs() -> None:
    head = "PRM;01/2025 (MWh);02/2025 (MWh);03/2025 (MWh);Total (MWh)"
    told = {total: stops(read(rows(head, f"{PRM};1,4;1,4;1,4;{total}"), direction="import")[1])
            for total in ("4,3", "5,9")}  # fmt: skip
    assert told == {"4,3": [], "5,9": ["total-differs"]}


@pytest.mark.parametrize(
    ("more", "kept"),
    [("{} réel", 4), ("{} réalisé", 4), ("{} kWh", 4), ("{} budget", 3), ("{} (€)", 3),
     ("{} estimé", 0), ("{} (prov.)", 0), ("Est. {}", 0), ("{} à venir", 0)],
)  # fmt: skip
def test_a_month_with_a_word_is_read_left_or_stops(more: str, kept: int) -> None:
    head = f"PRM;janv-25;févr-25;mars-25;{more.format('avr-25')}"
    told = rows("Consommations électriques (kWh)", head, f"{PRM};100;90;80;70")
    if not kept:
        with pytest.raises(BadInput, match="month"):
            proposal(told)
        return
    assert read(told)[0] == sum((100, 90, 80, 70)[:kept])


@pytest.mark.parametrize(("days", "blocks"), [(31, []), (61, ["many-refused"])])
def test_a_month_of_61_days_is_none(days: int, blocks: list[str]) -> None:
    lines = (f"{PRM};{m};{days};{100 - n}" for n, m in enumerate(MONTHS))
    assert stops(read(rows("PRM;Mois;Nb jours;Consommation (kWh)", *lines))[1]) == blocks


@pytest.mark.parametrize(("factor", "blocks"), [("1", []), ("100/5", ["readings-times"])])
def test_a_fraction_beside_registers_is_a_coefficient(factor: str, blocks: list[str]) -> None:
    lines = (f"{PRM};01/0{n}/2025;{900 + 100 * n * n};{factor}" for n in range(1, 5))
    told = rows("PRM;Date relevé;Index (kWh);Rapport TC", *lines)
    assert stops(read(told, direction="import", stamp="start")[1]) == blocks


def test_the_month_of_a_bill_gives_way_to_that_of_its_energy_and_is_asked_about_alone() -> None:
    lines = [f"{PRM};0{n + 1}/2025;0{n}/2025;{100 - n}" for n in (1, 2)]
    some = as_proposed(rows("PRM;Mois de facture;Mois conso;Consommation (kWh)", *lines))[0]
    starts = [one.from_date.month for one in some if isinstance(one, PeriodEnergy)]
    assert starts == [1, 2]
    alone = rows("PRM;Mois de facture;Consommation (kWh)", f"{PRM};02/2025;100")
    asked = proposal(alone)
    assert [(one.field, one.why) for one in asked.questions] == [("billed", "Mois de facture")]
    with pytest.raises(BadInput):
        asked.answered("billed", "no")
    assert asked.answered("billed", "yes").sure
    billed = alone.replace("Mois de facture", "Mois facturé")
    assert proposal(billed).sure


@pytest.mark.parametrize(
    ("first", "second", "odd"),
    [
        ("Mairie", "Mairie N-1", ["row-of-other-year"]),
        ("École", "École (2023)", ["row-of-other-year"]),
        ("École", "Salle (2023)", ["row-of-other-year"]),
        ("Salle", "Salle 2000", ["row-of-other-year"]),
        ("Mairie", "Salle 2000", []),
        ("Mairie", "École (2025)", []),
        ("Mairie", "Parking N-1", []),
    ],
)
def test_a_row_called_after_another_year_stops(first: str, second: str, odd: list[str]) -> None:
    head = "Site;01/2025;02/2025;03/2025"
    total, report = read(rows("Consommations (kWh)", head, f"{first};9;8;7", f"{second};3;2;1"))
    assert (str(total), stops(report)) == ("30", odd)


def test_classes_of_each_day_are_energies_of_that_day() -> None:
    days = [f"{PRM};{n}/01/2025;{kwh};{2 * kwh}" for n, kwh in enumerate((5, 7, 6), start=13)]
    found, report = as_proposed(rows("PRM;Date;HP (kWh);HC (kWh)", *days))
    told = [one for one in found if isinstance(one, PeriodEnergy)]
    assert {(one.to_date - one.from_date).days for one in told} == {1}
    assert [one.energy_kwh for one in told if one.tariff_class == "HP"] == [5, 7, 6]
    assert (len(told), report.refusals, stops(report)) == (6, 0, [])


@pytest.mark.parametrize(
    ("title", "values", "codes"),
    [
        ("Consommations cumulées (kWh)", (900, 1750, 2500), ["energy-never-falls"]),
        ("Index, énergie soutirée (kWh)", (9000, 9100, 9350), ["energy-never-falls"]),
        ("Consommations cumulées (kWh)", (900, 850, 750), []),
        ("Consommations (kWh)", (900, 1750, 2500, 3200), ["energy-never-falls"]),
        ("Consommations (kWh)", (900, 950, 2500, 3200), []),
        ("Consommations (kWh)", (900, 1750, 2500), []),
    ],
)
def test_a_few_values_that_only_rise_are_a_sum_by_their_title_or_steps(
    title: str, values: tuple[int, ...], codes: list[str]
) -> None:
    head = ";".join(["PRM", *(f"0{n}/2025" for n in range(1, len(values) + 1))])
    line = ";".join([PRM, *map(str, values)])
    answers = {"summed": "yes"} if "cumul" in title else {}
    assert stops(read(rows(title, head, line), **answers)[1]) == codes


@pytest.mark.parametrize("last", ["2025 (janv-juin)", "2025*"])
def test_a_part_of_a_year_beside_whole_ones_is_refused(last: str) -> None:
    table = rows("Consommations (kWh)", f"PRM;2023;2024;{last}", f"{PRM};900;950;400")
    with pytest.raises(BadInput) as refused:
        proposal(table)
    assert refused.value.where == f"/{last}"
    assert read(table.replace(last, "2025"))[0] == 2250


def test_first_days_of_months_in_another_order_are_no_days_of_january() -> None:
    lines = [f"{PRM};{n:02d}/01/2025;{1000 - n}" for n in range(1, 13)]
    table = rows("PRM;Date;Consommation (kWh)", *lines)
    with pytest.raises(BadInput):
        proposal(table)
    laid = {
        order: propose(table.encode(), answers={"dates": order}).table.layout
        for order in ("dmy", "mdy")
    }
    assert laid == {"dmy": "curve", "mdy": "periods"}


def test_every_second_month_alone_stops() -> None:
    lines = [f"{PRM};{n:02d}/2025;{1000 - n}" for n in (1, 3, 5, 7)]
    head = "PRM;Mois;Consommation (kWh)"
    assert stops(read(rows(head, *lines))[1]) == ["months-between"]
    assert stops(read(rows(head, *lines, f"{PRM};08/2025;5"))[1]) == []


@pytest.mark.parametrize(
    ("head", "first", "second", "odd"),
    [
        ("Site", "Mairie", "Chaufferie bois", True),
        ("Site", "Mairie", "Toiture PV", True),
        ("Site", "Mairie", "Rue du Gaz", False),
        ("Site", "Mairie", "Château d'eau", False),
        ("PRM", PRM, "99000000000028", False),
    ],
)
def test_a_point_called_after_another_energy_stops(
    head: str, first: str, second: str, *, odd: bool
) -> None:
    table = rows(
        "Consommations (kWh)",
        f"{head};01/2025;02/2025;03/2025",
        f"{first};9;8;7",
        f"{second};3;2;1",
    )
    total, report = read(table)
    assert (str(total), bool({"point-of-other-energy", "plant-draws"} & {*stops(report)})) == (
        "30",
        odd,
    )


def test_a_point_of_gas_by_a_column_is_not_kept_as_electricity() -> None:
    other = "99000000000028"
    table = rows(
        "PRM;Distributeur;Mois;Consommation (kWh)",
        *(f"{PRM};Enedis;{n:02}/2025;{n}" for n in range(1, 4)),
        *(f"{other};GRDF;{n:02}/2025;{10 * n}" for n in range(1, 4)),
    )
    total, report = read(table)
    assert (str(total), len(report.refused)) == ("6", 3)


@pytest.mark.parametrize(
    ("head", "cell", "blocks"),
    [
        ("Usage", "Panneaux solaires toiture", ["column-claims"]),
        ("Tarif", "Obligation d'achat T5", ["column-claims"]),
        ("Tarif", "C5 base", []),
    ],
)
def test_a_column_that_tells_of_a_plant_stops(head: str, cell: str, blocks: list[str]) -> None:
    lines = [f"{PRM};{m};{(100, 90, 107)[n]};{cell}" for n, m in enumerate(MONTHS)]
    assert stops(read(rows(f"PRM;Mois;Consommation (kWh);{head}", *lines))[1]) == blocks


@pytest.mark.parametrize(
    ("head", "name", "asked"),
    [
        ("Corrigé climat", "", True),
        ("Budget", "", True),
        ("Facture", "", False),
        ("", "test_formation.csv", True),
        ("", "conso_avenant.csv", True),
        ("", "conso_frouard.csv", False),
    ],
)
def test_a_yes_and_a_file_that_say_what_figures_are_are_asked_about(
    head: str, name: str, asked: bool,  # noqa: FBT001 (drawn)
) -> None:  # fmt: skip
    lines = [f"{PRM};{m};{(100, 90, 107)[n]};oui" for n, m in enumerate(MONTHS)]
    told = proposal(rows(f"PRM;Mois;Consommation (kWh);{head or 'Payée'}", *lines), name)
    assert ("measured" in {one.field for one in told.questions}) is asked
