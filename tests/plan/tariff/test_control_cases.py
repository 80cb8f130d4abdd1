"""Control of invoices: real flows, credits, totals, units and rates of all kinds."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.energy.plan.tariff.invoice import (
    PerimeterPoint,
    control,
    invoices_of_lines,
    invoices_of_rows,
    list_perimeter_points,
)
from synergie.energy.records.tariff import PeriodUse
from synergie.formats.invoices import read_rows
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.invoice_line import InvoiceLine
from tests.plan.tariff.invoices import (
    HEAD,
    OTHER,
    PRM,
    at,
    look,
    one,
    sound,
    told,
)


def test_the_real_f12_adds_up_again_to_the_cent(shared: Path) -> None:
    """domain.md §6.5: 32.74, -13.71, 27.87, 5.81; 52.71 in all; its grid is not collected."""
    with formats.read(shared / "data/enedis-flux/f12.xml") as result:
        some = [r for r in result.records if isinstance(r, InvoiceLine | SupplyTerms)]
    invoices = invoices_of_lines(some, "f12.xml", lots="agree")
    points = list_perimeter_points(r for r in some if isinstance(r, SupplyTerms))
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
    ("price", "finding"),
    [
        ("29,98", ("version-crossed", "30.393", None)),
        ("30,85", ("version-crossed", "30.393", None)),
        ("30,40", None),
        ("33,70", ("accise", "29.98 - 30.85", Decimal("2.85"))),
    ],
)
def test_a_tax_over_a_change_of_its_rate_lies_between_both(
    price: str, finding: tuple[str, str, Decimal | None] | None
) -> None:
    """31 days at 29.98, 28 at 30.85 are 30.39: another price is told, one beyond blocked."""
    eur = str(round(Decimal(price.replace(",", ".")), 2)).replace(".", ",")
    rows = [
        at(sound(), "accise") | {"Du": "01/01/2026", "Au": "28/02/2026", "Quantité": "1000",
                                 "Prix unitaire": price, "Montant HT": eur}
    ]  # fmt: skip
    found = look(told(rows)).findings
    told_of = [(f.rule, f.expected, f.amount_eur) for f in found]
    assert told_of == ([] if finding is None else [finding])


@pytest.mark.parametrize(
    ("day", "price", "rule"),
    [
        ("01/10/2025", "29,98", "accise-category"),
        ("01/10/2025", "25,79", "accise-category"),
        ("01/09/2026", "30,62", "accise-category"),
        ("01/09/2026", "28,00", "accise"),
        ("01/09/2026", "33,70", "accise"),
    ],
)
def test_the_accise_of_36_to_250_kva_is_by_an_activity_that_is_not_known(
    day: str, price: str, rule: str
) -> None:
    """A town hall of 60 kVA is taxed as households are: lawful, and never blocked."""
    rows = [
        at(sound(), "accise") | {"PRM": OTHER, "FTA": "BTSUPCU", "Du": day, "Au": f"30{day[2:]}",
                                 "Quantité": "1000", "Prix unitaire": price, "Montant HT": price}
    ]  # fmt: skip
    found = one(look(told(rows)))
    due = "25.79 / 29.98" if "2025" in day else "26.35 / 30.62"
    amounts = f" €/MWh ({due} €)" if rule == "accise-category" else ""
    assert (found.rule, found.expected) == (rule, due + amounts), "of 1,000 kWh: both amounts"
    assert found.severity == ("blocking" if rule == "accise" else "warning")
    nearest = {"28,00": "1.65", "33,70": "3.08"}.get(price)
    assert found.amount_eur == (None if nearest is None else Decimal(nearest))


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
    months = {(begins + timedelta(days=n)).month for n in range((ends - begins).days)}
    low = {name: any((month in range(4, 11)) == (name[-1] == "B") for month in months)
           for name in classes}  # fmt: skip
    classes = {name: each if low[name] else 0 for name, each in classes.items()}
    rows = sound(begins.isoformat(), ends.isoformat(), "F-1", **classes)
    found = look(told(rows))
    assert [(f.rule, f.where, f.found, f.expected) for f in found.findings] == []
    (summed,) = found.invoices
    off = abs(summed.recomputed_eur - summed.added_eur)
    assert off <= Decimal("0.02"), "energies told to six decimals: half a cent may round down"


def test_hours_of_overrun_are_held_against_those_of_the_operator_and_of_curves() -> None:
    """12 h billed at 12.41 €; the operator tells 10: 24.82 € too many; a curve cannot be exact."""
    row = at(sound(), "cc") | {
        "PRM": OTHER, "FTA": "BTSUPCU", "Libellé": "Dépassement de puissance", "Quantité": "12",
        "Unité": "h", "Prix unitaire": "12,41", "Montant HT": "148,92",
    }  # fmt: skip

    def find(hours: int, source: str) -> list[tuple[str, str, Decimal | None]]:
        use = PeriodUse(
            from_date=date(2026, 4, 1), to_date=date(2026, 5, 1), energy=(),
            overrun_hours=Decimal(hours), overrun_source=source,  # type: ignore[arg-type]
        )  # fmt: skip
        found = look(told([row]), uses={f"prm:{OTHER}": [use]})
        return [(one.rule, one.expected, one.amount_eur) for one in found.findings]

    assert find(12, "operator") == []
    assert find(11, "operator") == [], "a meter rounds to the hour"
    assert find(10, "operator") == [("overrun-hours", "10", Decimal("24.82"))]
    assert find(14, "operator") == [("overrun-hours", "14", Decimal("-24.82"))]
    assert find(10, "apparent_curve") == [("energy-differs", "10", Decimal("24.82"))]
    assert find(11, "apparent_curve") == find(20, "apparent_curve") == []
    assert find(0, "active_curve") == [], "the least there are: nothing to compare with"


def test_a_kilowatt_of_overrun_in_hta_has_the_price_of_its_class() -> None:
    """0.04 × 14.41 € of b for POINTE in April 2026: 0.5764 €/kW."""
    row = at(sound(), "cc") | {
        "FTA": "HTACU5", "Libellé": "Dépassement de puissance", "Poste": "Pointe",
        "Quantité": "20", "Unité": "kW", "Prix unitaire": "0,5764", "Montant HT": "11,53",
    }  # fmt: skip
    hta = PerimeterPoint(supply_point=f"prm:{PRM}", tariff_code="HTACU5")
    assert control(told([row]), points=[hta]).findings == ()
    row |= {"Prix unitaire": "0,6764", "Montant HT": "13,53"}
    (found,) = control(told([row]), points=[hta]).findings
    assert (found.rule, found.expected, found.amount_eur) == (
        "network-price", "0.5764", Decimal("2.00"),
    )  # fmt: skip
