"""Control of invoices: a sound one passes; one planted fault is exactly the finding of its rule."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from synergie.energy.plan.tariff.time_classes import count_class_days
from synergie.energy.records.tariff import ClassKwh, PeriodUse
from synergie.schemas.readings.invoice import ControlRules
from tests.plan.tariff.invoices import OTHER, PRM, WORDS, at, look, one, sound, told


def test_a_sound_invoice_passes_and_every_kind_of_line_was_compared() -> None:
    found = look(told(sound()))
    assert found.findings == ()
    assert not found.is_blocked
    compared = {"unknown-point", "wrong-market", "duplicate", "product", "network-price", "cta",
                "accise", "vat", "schedule", "class-mapping", "energy-differs",
                "version-crossed"}  # fmt: skip
    assert compared <= {rule for rule, n in found.n_checked.items() if n}
    assert [phrase.text for phrase in found.not_checked] == [
        "{} invoices tell no total: their lines are added up, not compared"
    ]
    (summed,) = found.invoices
    assert (summed.n_rows, summed.recomputed_eur) == (len(sound()), summed.added_eur)


PLANTED: dict[str, Callable[[list[dict[str, str]]], object]] = {
    "unknown-point": lambda rows: [row.update({"PRM": "99000000009999"}) for row in rows],
    "wrong-market": lambda rows: [row.update({"Marché": "2019-EP-01"}) for row in rows],
    "product": lambda rows: at(rows, "cs_energy", "HPB").update({"Montant HT": "19,97"}),
    "network-price cg": lambda rows: at(rows, "cg").update({"Montant HT": "1,50"}),
    "network-price cc": lambda rows: at(rows, "cc").update({"Montant HT": "1,74"}),
    "network-price b": lambda rows: at(rows, "cs_fixed").update({"Montant HT": "9,96"}),
    "network-price c": lambda rows: at(rows, "cs_energy", "HCB").update(
        {"Prix unitaire": "1,16", "Montant HT": "50,12"}
    ),
    "cta": lambda rows: at(rows, "cta").update({"Montant HT": "2,01"}),
    "accise": lambda rows: at(rows, "accise").update(
        {"Prix unitaire": "33,70", "Montant HT": "187,20"}
    ),
    "vat": lambda rows: at(rows, "cg").update({"TVA": "5,5"}),
    "schedule": lambda rows: at(rows, "supply", "HCB").update(
        {"Prix unitaire": "51,93", "Montant HT": "224,39"}
    ),
    "schedule cee": lambda rows: at(rows, "cee", "HCB").update(
        {"Prix unitaire": "9,59", "Montant HT": "41,44"}
    ),
    "schedule twice": lambda rows: at(rows, "supply", "HCB").update(
        {"Prix unitaire": "61,94", "Montant HT": "267,64"}
    ),
    "schedule subscription": lambda rows: at(rows, "subscription").update({"Montant HT": "3,65"}),
    "energy-differs": lambda rows: at(rows, "accise").update(
        {"Quantité": "6555", "Montant HT": "202,22"}
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_one_planted_fault_is_exactly_its_finding(fault: str) -> None:
    rows = sound()
    PLANTED[fault](rows)
    found = one(look(told(rows)))
    rule = fault.partition(" ")[0]
    assert found.rule == rule
    assert found.severity == ("warning" if rule == "energy-differs" else "blocking")
    assert found.where.startswith("facture.csv")
    assert found.reason.tell(str)


AMOUNTS = {
    "network-price cg": "0.10", "network-price c": "2.16", "accise": "15.83", "product": "0.10",
    "schedule": "2.59", "schedule twice": "45.85", "cta": "0.63", "vat": "-0.20",
    "schedule subscription": "0.61",
}  # fmt: skip


@pytest.mark.parametrize("fault", AMOUNTS)
def test_a_finding_says_by_how_much(fault: str) -> None:
    rows = sound()
    PLANTED[fault](rows)
    assert one(look(told(rows))).amount_eur == Decimal(AMOUNTS[fault])


def test_five_cents_and_five_cents_a_megawatt_hour_are_let_pass() -> None:
    rows = sound()
    at(rows, "cg").update({"Montant HT": "1,45"})  # a twelfth is 1.40
    assert look(told(rows)).findings == ()
    at(rows, "cg").update({"Montant HT": "1,46"})
    assert one(look(told(rows))).rule == "network-price"


def test_a_total_that_the_lines_do_not_make_is_blocking() -> None:
    rows = sound()
    ht = sum(Decimal(row["Montant HT"].replace(",", ".")) for row in rows)
    right = f"{ht}".replace(".", ",")
    assert look(told(rows, f"Total HT;;;;;;;;;;;;;{right};")).findings == ()
    wrong = f"{ht + 1}".replace(".", ",")
    found = one(look(told(rows, f"Total HT;;;;;;;;;;;;;{wrong};")))
    assert found.severity == "blocking"
    assert (found.rule, found.amount_eur) == ("total", Decimal(1))
    ttc = ht + round(ht * Decimal("0.2"), 2)
    totals = [
        f"Total HT;;;;;;;;;;;;;{right};",
        f"Net à payer;;;;;;;;;;;;;{ttc + 3}".replace(".", ",") + ";",
    ]
    assert one(look(told(rows, *totals))).amount_eur == 3
    totals[1] = f"Net à payer;;;;;;;;;;;;;{ttc}".replace(".", ",") + ";"
    assert look(told(rows, *totals)).findings == ()


def test_a_number_that_comes_twice_is_blocking() -> None:
    first, second = told(sound(), file="a.csv"), told(sound(), file="b.csv")
    found = look([*first, *second])
    assert {f.rule for f in found.findings} == {"duplicate"}
    before = ControlRules(known_numbers=("F-1",))
    assert one(look(first, before)).rule == "duplicate"


def test_one_invoice_in_two_files_has_other_points_in_each() -> None:
    other = [row | {"PRM": OTHER, "FTA": "", "Libellé": "Prestation"} for row in sound()[:1]]
    found = look([*told(sound(), file="a.csv"), *told(other, file="b.csv")])
    assert "duplicate" not in {f.rule for f in found.findings}


def test_a_period_without_a_table_is_a_warning_and_nothing_else_is_compared() -> None:
    rows = [row | {"Du": "01/06/2028", "Au": "30/06/2028"} for row in sound()]
    found = look(told(rows))
    assert {(f.rule, f.severity) for f in found.findings} == {("table-missing", "warning")}
    assert {f.expected.partition(",")[0] for f in found.findings} == {"turpe.csv", "accise.csv"}


@pytest.mark.parametrize(
    ("poste", "du", "au", "rules"),
    [
        ("HPH", "01/08/2025", "31/08/2025", ["class-season"]),
        ("HCH", "01/04/2026", "30/04/2026", ["class-season"]),
        ("HPB", "01/01/2026", "31/01/2026", ["class-season"]),
        ("HCB", "15/10/2025", "14/11/2025", []),
        ("HPH", "15/03/2026", "14/04/2026", []),
    ],
)
def test_energy_of_a_class_that_no_day_of_its_line_has_is_contested(
    poste: str, du: str, au: str, rules: list[str]
) -> None:
    line = at(sound(), "cs_energy", "HPB") | {"Poste": poste, "Du": du, "Au": au, "TVA": ""}
    line |= {"Quantité": "100", "Prix unitaire": "", "Unité prix": "", "Libellé": ""}
    found = look(told([line | {"Montant HT": "10,00"}])).findings
    season = [each for each in found if each.rule == "class-season"]
    assert [each.rule for each in season] == rules
    assert all(each.severity == "blocking" and each.found == poste for each in season)
    given_back = look(told([line | {"Montant HT": "-10,00"}])).findings
    assert "class-season" not in {each.rule for each in given_back}, "a credit is not contested"


@pytest.mark.parametrize(
    ("option", "name", "begins", "ends", "days"),
    [
        ("HTACU5", "POINTE", "2025-11-01", "2025-12-01", 0),
        ("HTACU5", "POINTE", "2025-12-01", "2026-01-01", 27),
        ("HTACU5", "POINTE", "2026-02-01", "2026-02-02", 0),  # a Sunday
        ("HTACUPM5", "POINTE", "2025-11-01", "2025-12-01", 30),
        ("HTACUPM5", "POINTE", "2026-04-01", "2026-05-01", 0),
        ("BTSUPCU", "POINTE", "2026-03-31", "2026-05-01", 1),
        ("BTINFCUST", "BASE", "2026-03-31", "2026-05-01", 31),
    ],
)
def test_days_of_a_class_are_those_of_the_calendar_of_the_grid(
    option: str, name: str, begins: str, ends: str, days: int
) -> None:
    period = date.fromisoformat(begins), date.fromisoformat(ends)
    assert count_class_days(option, name, *period) == days


def test_a_period_that_crosses_two_versions_is_compared_with_both() -> None:
    """July and August 2025, 6 kVA: 16.92 then 16.80 € of management, 1.57 then 1.61 c€/kWh."""
    days = {"Du": "01/07/2025", "Au": "31/08/2025", "TVA": ""}
    fees = [at(sound(), "cg") | days | {"Montant HT": "2,86"}]  # (16.92 + 16.80) × 31 / 365
    assert look(told(fees)).findings == ()
    fees[0]["Montant HT"] = "3,00"
    assert one(look(told(fees))).rule == "network-price"
    price = {"Quantité": "1000", "Prix unitaire": "1,57", "Montant HT": "15,70"}
    energy = [at(sound(), "cs_energy", "HPB") | days | price]
    found = one(look(told(energy)))
    assert (found.rule, found.expected) == ("version-crossed", "15.9")
    energy[0] |= {"Prix unitaire": "1,70", "Montant HT": "17,00"}
    found = one(look(told(energy)))
    assert (found.rule, found.expected) == ("network-price", "15.7 - 16.1")


def test_a_four_class_point_billed_under_base_is_the_known_trap() -> None:
    rows = sound()
    for row in rows:
        if row["Poste"] and row["Libellé"] in {WORDS["supply"], WORDS["cs_energy"]}:
            row["Poste"] = "Base"
    assert one(look(told(rows))).rule == "class-mapping"


def test_the_line_pointe_of_a_c4_point_is_at_the_price_of_hph() -> None:
    rows = [
        sound()[0] | {"PRM": OTHER, "FTA": "BTSUPCU4", "Libellé": "Consommation",
                      "Poste": "Pointe", "Quantité": "1000", "Unité": "kWh",
                      "Prix unitaire": price, "Unité prix": "€/MWh", "Montant HT": price,
                      "Du": "01/01/2026", "Au": "31/01/2026"}
        for price in ("117,96",)
    ]  # fmt: skip
    found = look(told(rows))
    assert (found.findings, found.n_checked["schedule"]) == ((), 1)
    rows[0].update({"Prix unitaire": "120,96", "Montant HT": "120,96"})
    assert one(look(told(rows))).rule == "schedule"


def test_an_energy_without_a_cell_in_the_schedule_is_blocking() -> None:
    rows = [sound()[0] | {"FTA": "BTINFMUDT", "Libellé": "Consommation", "Poste": "HP",
                          "Quantité": "10", "Unité": "kWh", "Prix unitaire": "90",
                          "Unité prix": "€/MWh", "Montant HT": "0,90"}]  # fmt: skip
    found = one(look(told(rows)))
    assert (found.rule, found.expected) == ("schedule", "-")
    assert "no price" in found.reason.text


def test_days_billed_twice_or_never_are_warnings() -> None:
    april, may = sound(), sound("2026-05-01", "2026-06-01", "F-2")
    assert look([*told(april), *told(may)]).findings == ()
    late = sound("2026-05-04", "2026-06-01", "F-2")
    found = one(look([*told(april), *told(late)]))
    assert (found.rule, found.found, found.expected) == ("period-gap", "2026-05-04", "2026-05-01")
    assert look([*told(april), *told(late)], ControlRules(gap_days=3)).findings == ()
    early = sound("2026-04-28", "2026-06-01", "F-2")
    assert one(look([*told(april), *told(early)])).rule == "period-overlap"


def test_a_credit_takes_back_what_it_covers_and_is_compared_as_one() -> None:
    april = sound()
    credit = [
        row | {"N° facture": "A-1", "Montant HT": "-" + row["Montant HT"],
               "Quantité": row["Quantité"] and "-" + row["Quantité"]}
        for row in april
    ]  # fmt: skip
    again = [row | {"N° facture": "F-3"} for row in sound(HPB=1000, HCB=4000)]
    assert look([*told(april), *told(credit), *told(again)]).findings == ()
    assert one(look([*told(april), *told(again)])).rule == "period-overlap"


def test_readings_of_the_same_days_are_compared_with_what_is_billed() -> None:
    def measured(kwh: int) -> dict[str, list[PeriodUse]]:
        use = PeriodUse(
            from_date=date(2026, 4, 1), to_date=date(2026, 5, 1),
            energy=(ClassKwh(time_class="HPB", kwh=Decimal(kwh)),), method="curve",
        )  # fmt: skip
        return {f"prm:{PRM}": [use]}

    assert look(told(sound()), uses=measured(5560)).findings == ()
    found = one(look(told(sound()), uses=measured(5300)))
    assert (found.rule, found.found, found.expected) == ("energy-differs", "5555", "5300")


def test_a_power_that_is_not_the_one_subscribed_is_told() -> None:
    rows = [
        row | {"Quantité": "270", "Unité": "kVA.j", "Prix unitaire": "0,03321",
               "Unité prix": "", "Montant HT": "8,97"}
        for row in sound()
        if row["Libellé"] == WORDS["cs_fixed"]
    ]  # fmt: skip
    found = one(look(told(rows)))
    assert (found.rule, found.found, found.expected) == ("power-differs", "9", "6")
    assert found.amount_eur == Decimal("2.99")


def test_days_that_are_not_those_of_the_period_are_told() -> None:
    rows = [at(sound(), "cg") | {"Quantité": "31", "Unité": "j", "Prix unitaire": "0,04603",
                                 "Montant HT": "1,43"},
            at(sound(), "cc") | {"Quantité": "30", "Unité": "j", "Prix unitaire": "0,06027",
                                 "Montant HT": "1,81"}]  # fmt: skip
    assert one(look(told(rows))).rule == "days"


@pytest.mark.parametrize(
    ("quantity", "unit", "price", "price_unit"),
    [("1234", "kWh", "0,06941", "€/kWh"), ("1234", "kWh", "6,941", "c€/kWh"),
     ("1,234", "MWh", "69,41", "€/MWh"), ("1234", "kWh", "69,41", "€/MWh"),
     ("1,234", "MWh", "6,941", "cts/kWh"), ("1234", "kWh", "6,941", ""),
     ("1234", "kWh", "0,06941", ""), ("1234", "", "69,41", "EUR/MWh"),
     ("1 234,00", "kwh", "0.06941 €", "EUR / kWh HT")],
)  # fmt: skip
def test_prices_are_read_in_the_units_that_invoices_write(
    quantity: str, unit: str, price: str, price_unit: str
) -> None:
    def rows(eur: str) -> list[dict[str, str]]:
        return [at(sound(), "cs_energy", "HPB") | {
            "Quantité": quantity, "Unité": unit, "Prix unitaire": price, "Unité prix": price_unit,
            "Montant HT": eur,
        }]  # fmt: skip

    found = look(told(rows("85,65")))
    assert {f.rule for f in found.findings} == {"network-price"}
    assert one(found).found == "69.41"
    assert (one(found).expected, one(found).amount_eur) == ("16.1", Decimal("65.78"))
    both = look(told(rows("85,75")))
    assert "product" in {f.rule for f in both.findings}


@pytest.mark.parametrize("billed", ["33,90", "34,40"])
def test_fixed_amounts_are_by_days_or_by_months(billed: str) -> None:
    """CC above 36 kVA for April: 283.27 × 30 / 365 = 23.28, by a twelfth 23.61."""
    by = {"33,90": "23,28", "34,40": "23,61"}[billed]
    rows = [at(sound(), "cc") | {"PRM": OTHER, "FTA": "BTSUPCU", "Montant HT": by}]
    assert look(told(rows)).findings == ()
    rows[0]["Montant HT"] = billed
    assert one(look(told(rows))).rule == "network-price"
