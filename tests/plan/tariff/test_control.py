"""Control of invoices: a sound one passes; one planted fault is exactly the finding of its rule."""

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.formats.invoices import read_rows
from synergie.plan.tariff.bill import bill
from synergie.plan.tariff.control._meaning import meaning, time_class
from synergie.plan.tariff.invoice import (
    KnownPoint,
    control,
    invoices_of_lines,
    invoices_of_rows,
    known_points,
)
from synergie.schemas.bill import Bill
from synergie.schemas.invoice import (
    ControlRules,
    Invoice,
    InvoiceControl,
    InvoiceFinding,
    InvoiceRow,
)
from synergie.schemas.invoice_line import InvoiceLine
from synergie.schemas.offer import Price, PriceParts, Subscription
from synergie.schemas.supply_terms import SupplyTerms
from synergie.schemas.tariff import (
    BilledTerms,
    ClassKwh,
    ClassPower,
    PeriodUse,
    PriceSchedule,
)

HEAD = (
    "N° facture;PRM;Marché;FTA;Composante;Libellé;Poste;Du;Au;Quantité;Unité;Prix unitaire;"
    "Unité prix;Montant HT;TVA"
)
PRM = "99000000000017"
OTHER = "99000000000024"


def _cell(eur: str, supply: str) -> tuple[Decimal, PriceParts]:
    rest = Decimal(eur) - Decimal(supply) - Decimal("10.61")
    parts = PriceParts(
        supply=Decimal(supply), capacity=rest, cee=Decimal("9.09"), guarantees=Decimal("1.52")
    )
    return Decimal(eur), parts


SCHEDULE = PriceSchedule(
    name="lot 2",
    market="2025-EP-02",
    prices=tuple(
        Price(tariff_code=code, time_class=name, eur_per_mwh=eur, parts=parts)
        for code, cells in {
            "BTINFMU4": {"HPH": ("117.16", "105.58"), "HCH": ("85.53", "74.92"),
                         "HPE": ("59.45", "48.84"), "HCE": ("61.94", "51.33")},
            "BTSUPCU": {"HPH": ("117.96", "106.14"), "HCH": ("89.37", "78.76"),
                        "HPE": ("57.08", "46.47"), "HCE": ("67.71", "57.10")},
        }.items()
        for name, told in cells.items()
        for eur, parts in [_cell(*told)]
    ),
    subscriptions=(Subscription(tariff_code="BTINFMU4", eur_per_point=Decimal("36.50")),),
)  # fmt: skip
POINTS = [
    KnownPoint(
        supply_point=f"prm:{PRM}", tariff_code="BTINFMU4", powers=(ClassPower(kva=Decimal(6)),)
    ),
    KnownPoint(
        supply_point=f"prm:{OTHER}",
        tariff_code="BTSUPCU4",
        powers=tuple(
            ClassPower(time_class=name, kva=Decimal(kva))
            for name, kva in (("HPH", 40), ("HCH", 40), ("HPE", 60), ("HCE", 60))
        ),
    ),
]
WORDS = {
    "cg": "Composante de gestion", "cc": "Composante de comptage",
    "cs_fixed": "Composante de soutirage part fixe", "supply": "Consommation",
    "cs_energy": "Composante de soutirage part variable", "subscription": "Abonnement fourniture",
    "cta": "Contribution tarifaire d'acheminement (CTA)", "accise": "Accise sur l'électricité",
    "capacity": "Mécanisme de capacité", "cee": "CEE", "guarantees": "Garanties d'origine",
}  # fmt: skip


def half_up(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def rows_of(found: Bill, number: str, prm: str, market: str = "2025-EP-02") -> list[dict[str, str]]:
    """The lines of a bill as a supplier's table would tell them, to the cent."""
    rows = []
    for one in found.lines:
        last = one.to_date.fromordinal(one.to_date.toordinal() - 1)
        row = {
            "N° facture": number, "PRM": prm, "Marché": market, "FTA": found.tariff_code,
            "Composante": "Détail", "Libellé": WORDS[one.component], "Poste": one.time_class or "",
            "Du": f"{one.from_date:%d/%m/%Y}", "Au": f"{last:%d/%m/%Y}",
            "Quantité": "", "Unité": "", "Prix unitaire": "", "Unité prix": "",
            "Montant HT": str(half_up(one.amount_eur or Decimal(0))).replace(".", ","),
            "TVA": str(one.vat_percent.normalize()).replace("2E+1", "20").replace(".", ","),
        }  # fmt: skip
        if one.unit == "kWh" and one.unit_price is not None:
            scale = {"EUR/MWh": 1, "cEUR/kWh": 1}[one.price_unit or ""]
            row["Quantité"], row["Unité"] = str(one.quantity).replace(".", ","), "kWh"
            row["Prix unitaire"] = str(one.unit_price * scale).replace(".", ",")
            row["Unité prix"] = {"EUR/MWh": "€/MWh", "cEUR/kWh": "c€/kWh"}[one.price_unit or ""]
        rows.append(row)
    return rows


def sound(
    begins: str = "2026-04-01", ends: str = "2026-05-01", number: str = "F-1", **kwh: int
) -> list[dict[str, str]]:
    energies = kwh or {"HPB": 1234, "HCB": 4321}
    use = PeriodUse(
        from_date=date.fromisoformat(begins),
        to_date=date.fromisoformat(ends),
        energy=tuple(ClassKwh(time_class=k, kwh=Decimal(v)) for k, v in energies.items()),
    )
    powers = (ClassPower(kva=Decimal(6)),)
    terms = BilledTerms(tariff_code="BTINFMU4", powers=powers, prices=SCHEDULE)
    return rows_of(bill(terms, [use]), number, PRM)


def table(rows: Sequence[dict[str, str]], *more: str) -> bytes:
    names = HEAD.split(";")
    lines = [HEAD, *(";".join(row[name] for name in names) for row in rows), *more]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def told(rows: Sequence[dict[str, str]], *more: str, file: str = "facture.csv") -> list[Invoice]:
    found, report = read_rows(io.BytesIO(table(rows, *more)), file)
    assert report.refused == []
    return invoices_of_rows(found, file)


def look(
    invoices: Sequence[Invoice],
    rules: ControlRules | None = None,
    uses: dict[str, list[PeriodUse]] | None = None,
) -> InvoiceControl:
    return control(invoices, points=POINTS, schedules=[SCHEDULE], rules=rules, uses=uses)


def one(found: InvoiceControl) -> InvoiceFinding:
    assert len(found.findings) == 1, [(f.rule, f.where, f.found) for f in found.findings]
    return found.findings[0]


def at(rows: list[dict[str, str]], label: str, poste: str = "") -> dict[str, str]:
    return next(
        row for row in rows if row["Libellé"] == WORDS[label] and row["Poste"].startswith(poste)
    )


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
    rows = [row | {"Du": "01/08/2026", "Au": "31/08/2026"} for row in sound()]
    found = look(told(rows))
    assert {(f.rule, f.severity) for f in found.findings} == {("table-missing", "warning")}
    assert {f.expected.partition(",")[0] for f in found.findings} == {"turpe.csv", "accise.csv"}


def test_a_period_that_crosses_two_versions_is_a_warning() -> None:
    kinds = {WORDS["cg"], WORDS["cc"], WORDS["cs_fixed"], WORDS["cs_energy"]}
    rows = [row | {"Du": "01/07/2025", "Au": "31/08/2025", "TVA": ""} for row in sound()]
    rows = [row for row in rows if row["Libellé"] in kinds]
    found = look(told(rows))
    assert {f.rule for f in found.findings} == {"version-crossed"}
    assert one(found).expected == "2025-08-01"


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


def test_the_real_f12_adds_up_again_to_the_cent(shared: Path) -> None:
    """domain.md §6.5: 32.74, -13.71, 27.87, 5.81; 52.71 in all; its grid is not collected."""
    with formats.read(shared / "data/enedis-flux/f12.xml") as result:
        some = [r for r in result.records if isinstance(r, InvoiceLine | SupplyTerms)]
    invoices = invoices_of_lines(some, "f12.xml", lots="agree")
    points = known_points(r for r in some if isinstance(r, SupplyTerms))
    found = control(invoices, points=points)
    (summed,) = found.invoices
    assert summed.added_eur == summed.recomputed_eur == summed.told_eur == Decimal("52.71")
    assert (summed.n_rows, summed.n_recomputed, summed.n_points) == (4, 4, 1)
    assert (one(found).rule, one(found).severity) == ("table-missing", "warning")
    assert "HTACU5" in one(found).expected
    assert found.n_checked["product"] == 4
    assert found.n_checked["days"] == 3


def test_the_real_f12_with_a_fault_is_blocking(shared: Path) -> None:
    text = (shared / "data/enedis-flux/f12.xml").read_text(encoding="utf-8")
    with formats.read(text.replace("27.87", "28.87").encode()) as result:
        some = [r for r in result.records if isinstance(r, InvoiceLine | SupplyTerms)]
    found = control(invoices_of_lines(some, "f12.xml"))
    assert [f.rule for f in found.findings if f.severity == "blocking"] == ["product"]
    assert found.findings[0].amount_eur == 1


def test_the_real_f15_is_a_penalty_that_no_rule_compares(shared: Path) -> None:
    with formats.read(shared / "data/enedis-flux/f15.xml") as result:
        some = [r for r in result.records if isinstance(r, InvoiceLine)]
    found = control(invoices_of_lines(some, "f15.xml", lots="agree"))
    assert (found.findings, found.invoices[0].recomputed_eur) == ((), Decimal(-48))
    assert ("1",) in [p.values for p in found.not_checked if "of a kind" in p.text]


def test_a_fee_and_what_is_taken_off_it_are_compared_together() -> None:
    """A grid operator bills the management fee of CARD, then takes off what the supplier bears."""
    rows = [
        at(sound(), "cg") | {"Libellé": label, "Montant HT": eur}
        for label, eur in (
            ("Composante gestion - Echoir", "1,48"),
            ("Composante gestion client CU - Echoir", "-0,10"),
        )
    ]  # fmt: skip
    assert look(told(rows)).findings == ()


def test_a_power_times_a_price_of_the_year_is_for_its_days_or_months() -> None:
    """Many suppliers write kVA, a price a year, and the amount of a month."""
    rows = [at(sound(), "cs_fixed") | {"Quantité": "6", "Unité": "kVA", "Prix unitaire": "12,12"}]
    for eur in ("6,06", "5,98"):
        rows[0]["Montant HT"] = eur
        assert look(told(rows)).findings == ()
    rows[0]["Montant HT"] = "7,06"
    assert {f.rule for f in look(told(rows)).findings} == {"product", "network-price"}


def test_an_hour_of_overrun_has_its_price() -> None:
    rows = [
        at(sound(), "cc") | {"PRM": OTHER, "FTA": "BTSUPCU", "Libellé": "Dépassement de puissance",
                             "Quantité": "3", "Unité": "h", "Prix unitaire": price,
                             "Montant HT": eur}
        for price, eur in (("12,41", "37,23"),)
    ]  # fmt: skip
    assert look(told(rows)).findings == ()
    rows[0].update({"Prix unitaire": "14,41", "Montant HT": "43,23"})
    assert (one(look(told(rows))).rule, one(look(told(rows))).amount_eur) == (
        "network-price", Decimal(6),
    )  # fmt: skip


def test_a_credit_whose_sign_stands_at_the_amount_takes_energy_back() -> None:
    rows = [
        at(sound(), "supply", "HPB") | {"Quantité": "-1234", "Montant HT": "-60,27"},
        at(sound(), "accise") | {"Quantité": "1234", "Montant HT": "-38,07"},
    ]
    assert look(told(rows)).findings == ()


LINES = {
    "Abonnement acheminement": "network", "TURPE part fixe": "cs_fixed",
    "Part variable acheminement HPE": "cs_energy", "CTA": "cta", "CSPE": "accise",
    "TICFE": "accise", "Contribution au service public de l'électricité": "accise",
    "Électricité heures creuses été": "supply", "Heures pleines hiver": "supply",
    "Obligation de capacité HPH": "capacity", "Certificats d'économies d'énergie": "cee",
    "Garanties d'origine": "guarantees", "Option énergie verte": "guarantees",
    "Prime fixe": "subscription", "Énergie réactive": "reactive", "CMDPS": "cmdps",
    "Composante de gestion": "cg", "Frais de gestion": None, "Pénalité de coupure": None,
    "Composante de relevé": None, "Correctif Composante Comptage": "cc", "TVA": "vat",
    "Versement nucléaire universel": "vnu",
}  # fmt: skip


@pytest.mark.parametrize("label", LINES)
def test_lines_are_understood_by_their_words(label: str) -> None:
    unit = "kWh" if LINES[label] not in {"subscription", "network", "cs_fixed"} else "mois"
    row = InvoiceRow(where="x", label=label, quantity_unit=unit, amount_eur=Decimal(1))
    assert meaning(row) == LINES[label]


CLASSES = {
    "HPE": "HPB", "hce": "HCB", "Pointe": "POINTE", "PTE": "POINTE", "Base": "BASE",
    "Heures pleines saison haute": "HPH", "heures creuses été": "HCB", "Heures creuses": "HC",
    "HP": "HP", "Heures Pleines Saison Basse": "HPB", "forfait": None,
}  # fmt: skip


@pytest.mark.parametrize("words", CLASSES)
def test_classes_are_understood_by_their_words(words: str) -> None:
    for row in (
        InvoiceRow(where="x", time_class=words, amount_eur=Decimal(1)),
        InvoiceRow(where="x", label=f"Consommation {words}", amount_eur=Decimal(1)),
    ):
        assert time_class(row) == CLASSES[words]


@pytest.mark.parametrize(("vat", "wrong"), [("5,5", False), ("20", True)])
def test_until_august_2025_subscriptions_up_to_36_kva_bear_5_5_percent(
    vat: str, *, wrong: bool
) -> None:
    rows = [
        at(sound(), "cg") | {"Du": "01/07/2025", "Au": "31/07/2025", "Montant HT": "1,44",
                             "TVA": vat}
    ]  # fmt: skip
    assert [f.rule for f in look(told(rows)).findings] == (["vat"] if wrong else [])


def test_a_line_that_stands_twice_is_blocking() -> None:
    rows = sound()
    rows.insert(3, dict(at(rows, "cc")))
    found = look(told(rows))
    assert {f.rule for f in found.findings} == {"duplicate", "network-price"}
    assert {f.amount_eur for f in found.findings if f.rule == "duplicate"} == {Decimal("1.81")}


def _eur(rows: Sequence[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["Montant HT"].replace(",", ".")) for row in rows), Decimal(0))


def test_one_total_below_several_invoices_is_that_of_all() -> None:
    rows = [*sound(), *sound("2026-05-01", "2026-06-01", "F-2")]
    total = str(_eur(rows)).replace(".", ",")
    assert look(told(rows, f"Total HT;;;;;;;;;;;;;{total};")).findings == ()
    wrong = str(_eur(rows) - 7).replace(".", ",")
    found = one(look(told(rows, f"Total HT;;;;;;;;;;;;;{wrong};")))
    assert (found.rule, found.amount_eur) == ("total", Decimal(-7))


def test_each_invoice_may_have_its_own_total_below_it() -> None:
    data = [HEAD]
    for rows in (sound(), sound("2026-05-01", "2026-06-01", "F-2")):
        names = HEAD.split(";")
        data += [";".join(row[name] for name in names) for row in rows]
        data.append(f"Total HT;;;;;;;;;;;;;{str(_eur(rows)).replace('.', ',')};")
        data.append(f"Sous-total PRM;;;;;;;;;;;;;{str(_eur(rows)).replace('.', ',')};")
    found, report = read_rows(io.BytesIO("\n".join(data).encode()), "f.csv")
    assert [note.text for note in report.notes] == ["sub-totals repeat lines and are left out"]
    checked = look(invoices_of_rows(found, "f.csv"))
    assert (checked.findings, checked.n_checked["total"]) == ((), 2)


@pytest.mark.parametrize(
    ("price", "wrong"), [("29,98", False), ("30,85", False), ("30,40", False), ("33,70", True)]
)
def test_a_tax_over_a_change_of_its_rate_lies_between_both(price: str, *, wrong: bool) -> None:
    eur = str(round(Decimal(price.replace(",", ".")), 2)).replace(".", ",")
    rows = [
        at(sound(), "accise") | {"Du": "01/01/2026", "Au": "28/02/2026", "Quantité": "1000",
                                 "Prix unitaire": price, "Montant HT": eur}
    ]  # fmt: skip
    found = look(told(rows)).findings
    assert [(f.rule, f.expected, f.amount_eur) for f in found] == (
        [("accise", "29.98 - 30.85", Decimal("2.85"))] if wrong else []
    )


@given(
    begins=st.dates(date(2025, 8, 1), date(2026, 7, 30)),
    days=st.integers(1, 120),
    kwh=st.tuples(*[st.integers(0, 50_000)] * 4),
)
def test_what_a_bill_says_is_a_sound_invoice(
    begins: date, days: int, kwh: tuple[int, int, int, int]
) -> None:
    ends = min(begins + timedelta(days=days), date(2026, 8, 1))
    classes = dict(zip(("HPH", "HCH", "HPB", "HCB"), kwh, strict=True))
    rows = sound(begins.isoformat(), ends.isoformat(), "F-1", **classes)
    found = look(told(rows))
    assert [(f.rule, f.where, f.found, f.expected) for f in found.findings] == []
    assert found.invoices[0].recomputed_eur == found.invoices[0].added_eur
