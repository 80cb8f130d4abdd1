"""Lines over a change of terms or of prices: split by days, held to amounts written out by hand."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from synergie.energy.plan.tariff.control._spread import measure_days
from synergie.energy.plan.tariff.invoice import PerimeterPoint, control, invoices_of_rows
from synergie.energy.records.tariff import Activity, ClassKwh, ClassPower, PeriodUse
from synergie.formats.invoices import read_rows
from synergie.schemas.readings.invoice import Invoice, InvoiceControl
from tests.plan.tariff.invoices import HEAD, PRM, SCHEDULE, WORDS, told

POINT = f"prm:{PRM}"


def terms(
    fta: str, kva: int, begins: date = date.min, ends: date = date.max,
    activity: Activity = "economic",
) -> PerimeterPoint:  # fmt: skip
    return PerimeterPoint(
        supply_point=POINT, tariff_code=fta, powers=(ClassPower(kva=Decimal(kva)),),
        activity=activity, contract="single", valid_from=begins, valid_to=ends,
    )  # fmt: skip


MOVED = date(2025, 10, 15)
SMALL, LARGE = terms("BTINFMU4", 36, ends=MOVED), terms("BTSUPCU4", 60, MOVED)
"""14 days of October under C5, 17 under C4."""


def use(begins: date, ends: date, **kwh: int) -> PeriodUse:
    energy = tuple(ClassKwh(time_class=name, kwh=Decimal(each)) for name, each in kwh.items())
    return PeriodUse(from_date=begins, to_date=ends, energy=energy)


READ = [
    use(date(2025, 10, 1), MOVED, HPB=250, HCB=150),
    use(MOVED, date(2025, 11, 1), HPB=500, HCB=400),
]
"""The meter was read on the day of the change."""


def line(
    meaning: str, amount: str, *, kwh: str = "", poste: str = "", days: str = ""
) -> dict[str, str]:
    begins, _, ends = (days or "01/10/2025-31/10/2025").partition("-")
    return {
        "N° facture": "F-1", "PRM": PRM, "Marché": "", "FTA": "", "Composante": "Détail",
        "Libellé": WORDS[meaning], "Poste": poste, "Du": begins, "Au": ends, "Quantité": kwh,
        "Unité": "kWh" if kwh else "", "Prix unitaire": "", "Unité prix": "",
        "Montant HT": amount, "TVA": "",
    }  # fmt: skip


def look(
    rows: Sequence[dict[str, str]],
    points: Sequence[PerimeterPoint] = (SMALL, LARGE),
    uses: Sequence[PeriodUse] = READ,
) -> InvoiceControl:
    return control(told(list(rows)), points=points, uses={POINT: uses})


BY_HAND = (
    # 16.80 × 14/365 + 217.80 × 17/365 = 0.644 + 10.144; by twelfths 0.632 + 9.953
    ("cg", "10,79", "", ""), ("cg", "10,59", "", ""),
    # 22.00 × 14/365 + 283.27 × 17/365 = 0.844 + 13.193
    ("cc", "14,04", "", ""),
    # 12.12 × 36 × 14/365 + 17.61 × 60 × 17/365 = 16.736 + 49.212
    ("cs_fixed", "65,95", "", ""),
    # 21.93 % of 90.773
    ("cta", "19,91", "", ""),
    # 250 × 1.61 + 500 × 2.13 = 1,467.5 c€; 150 × 1.11 + 400 × 1.52 = 774.5 c€
    ("cs_energy", "14,68", "750", "HPB"), ("cs_energy", "7,75", "550", "HCB"),
    # 0.4 MWh × 29.98 + 0.9 MWh × 25.79 = 11.992 + 23.211
    ("accise", "35,20", "1300", ""),
)  # fmt: skip


@pytest.mark.parametrize(("meaning", "amount", "kwh", "poste"), BY_HAND)
def test_one_line_over_a_move_from_c5_to_c4_is_held_to_the_cent(
    meaning: str, amount: str, kwh: str, poste: str
) -> None:
    """From BTINFMU4, 36 kVA, to BTSUPCU, 60 kVA, on 15 October 2025."""

    def find(eur: str) -> set[str]:
        found = look([line(meaning, eur, kwh=kwh, poste=poste)])
        return {one.rule for one in found.findings if one.severity == "blocking"}

    lawful = {one.rule for one in look([line(meaning, amount, kwh=kwh, poste=poste)]).findings}
    assert lawful <= {"energy-differs"}, "one class of two is not the whole energy"
    rule = meaning if meaning in {"cta", "accise"} else "network-price"
    for more in ("0.60", "-0.60"):
        wrong = str(Decimal(amount.replace(",", ".")) + Decimal(more)).replace(".", ",")
        assert find(wrong) == {rule}, (meaning, wrong)


NOVEMBER = "01/11/2025-30/11/2025"
JANUARY = "01/01/2026-31/01/2026"
AUGUST = "01/07/2026-31/08/2026"
CHANGES = (
    # a power of 60 kVA for 10 days, of 90 for 20: 17.61 × (60 × 10 + 90 × 20) / 365
    ("power", NOVEMBER, "cs_fixed", "115,79",
     (terms("BTSUPCU", 60, ends=date(2025, 11, 11)), terms("BTSUPCU", 90, date(2025, 11, 11)))),
    # CU for 15 days, LU for 16: 60 × (17.61 × 15 + 30.16 × 16) / 365
    ("option", JANUARY, "cs_fixed", "122,75",
     (terms("BTSUPCU", 60, ends=date(2026, 1, 16)), terms("BTSUPLU", 60, date(2026, 1, 16)))),
    # the grid of 1 August 2026: 283.27 × 31/365 + 291.88 × 31/365
    ("grid", AUGUST, "cc", "48,85", (terms("BTSUPCU", 60),)),
    # and 60 × (17.61 + 18.15) × 31/365
    ("grid", AUGUST, "cs_fixed", "182,23", (terms("BTSUPCU", 60),)),
)  # fmt: skip


def test_changes_of_power_option_and_grid_are_split_by_days() -> None:
    for what, days, meaning, amount, points in CHANGES:
        assert look([line(meaning, amount, days=days)], points, ()).findings == (), what
        more = str(Decimal(amount.replace(",", ".")) + Decimal("0.60")).replace(".", ",")
        wrong = look([line(meaning, more, days=days)], points, ()).findings
        assert [one.rule for one in wrong] == ["network-price"], what
        expected = Decimal(amount.replace(",", "."))
        assert abs(Decimal(wrong[0].expected) - expected) <= Decimal("0.01"), what


def test_a_change_of_activity_makes_one_accise_of_two_rates() -> None:
    """0.6 MWh economic at 25.79, 0.4 not economic at 29.98: 15.474 + 11.992."""
    moved = date(2025, 11, 16)
    points = (
        terms("BTSUPCU", 60, ends=moved), terms("BTSUPCU", 60, moved, activity="non_economic"),
    )  # fmt: skip
    read = [
        use(date(2025, 11, 1), moved, HPH=600), use(moved, date(2025, 12, 1), HPH=400),
    ]  # fmt: skip
    assert look([line("accise", "27,47", kwh="1000", days=NOVEMBER)], points, read).findings == ()
    (wrong,) = look([line("accise", "28,60", kwh="1000", days=NOVEMBER)], points, read).findings
    assert (wrong.rule, wrong.expected) == ("accise", "27.466")


def test_without_readings_a_price_between_both_is_told_and_one_beyond_is_blocked() -> None:
    by_days = [line("accise", "35,99", kwh="1300")]  # 1.3 × (14 × 29.98 + 17 × 25.79) / 31
    assert look(by_days, uses=()).findings == ()
    (between,) = look([line("accise", "35,20", kwh="1300")], uses=()).findings
    assert (between.rule, between.severity, between.expected) == (
        "version-crossed", "warning", "27.682",
    )  # fmt: skip
    assert between.reason.values == ("2025-10-15",)
    (beyond,) = look([line("accise", "40,00", kwh="1300")], uses=()).findings
    assert (beyond.rule, beyond.severity, beyond.expected) == (
        "accise", "blocking", "25.79 - 29.98",
    )  # fmt: skip


def test_days_whose_terms_are_not_known_are_told_and_nothing_is_compared() -> None:
    (found,) = look([line("cg", "99,99"), line("accise", "99,00", kwh="1300")], (LARGE,)).findings
    assert (found.rule, found.severity, found.ask) == ("version-crossed", "warning", "coordinator")
    assert (found.found, found.expected) == ("2025-10-01", "2025-10-15")


def test_a_supply_over_a_change_of_option_has_a_price_of_both() -> None:
    """HPB: 59.45 under MU4, 57.08 under CU above 36 kVA; 250 and 500 kWh make 57.87."""

    def find(eur: str) -> list[tuple[str, str]]:
        row = line("supply", eur, kwh="750", poste="HPB")
        found = control(
            told([row]), points=(SMALL, LARGE), schedules=[SCHEDULE], uses={POINT: READ}
        )
        return [(one.rule, one.expected) for one in found.findings if one.rule == "schedule"]

    assert find("43,40") == []
    assert find("44,60") == [("schedule", "57.87")]


def test_a_line_of_another_supplier_or_option_than_the_terms_of_its_days_is_told() -> None:
    """The supplier changes on 1 November; the one before bills December, and the option of then."""
    moved = date(2025, 11, 1)
    points = [
        replace(terms("BTSUPCU", 60, ends=moved), supplier="552081317"),
        replace(terms("BTSUPLU", 60, moved), supplier="Énergie d'ici"),
    ]
    lawful = {"FTA": "BTSUPCU4", "Fournisseur": "Électricité générale 552081317"}
    late = line("cc", "24,06", days="01/12/2025-31/12/2025")  # 283.27 × 31 / 365
    found = [
        control(rows_with_supplier([row]), points=points).findings
        for row in (
            line("cc", "24,06") | lawful,
            late | lawful,
            late | {"FTA": "BTSUPLU", "Fournisseur": "Energie d'ici (SA)"},
        )
    ]
    assert [[(one.rule, one.severity, one.expected) for one in some] for some in found] == [
        [],
        [("terms-differ", "warning", "Énergie d'ici"), ("terms-differ", "warning", "BTSUPLU")],
        [],
    ]


def rows_with_supplier(rows: Sequence[dict[str, str]]) -> list[Invoice]:
    """Lines of a table with a column for who bills."""
    names = [*HEAD.split(";"), "Fournisseur"]
    text = "\n".join([";".join(names), *(";".join(row[name] for name in names) for row in rows)])
    found, report = read_rows(io.BytesIO(text.encode()), "facture.csv")
    assert report.refused == []
    return invoices_of_rows(found, "facture.csv")


def test_readings_that_overlap_make_no_days_up_for_days_that_nobody_read() -> None:
    """Ten days told twice and ten days not told are thirty days by count, and no month."""
    day = [date(2025, 9, n) for n in (1, 11, 21)] + [date(2025, 10, 1)]
    twice = [use(day[0], day[1], HPB=10), use(day[0], day[1], HPB=10), use(day[2], day[3], HPB=30)]
    assert measure_days(twice, day[0], day[3]) is None
    whole = [*twice, use(day[1], day[2], HPB=20)]
    assert measure_days(whole, day[0], day[3]) == 60
    assert measure_days([*whole, use(day[0], day[3], HPB=61)], day[0], day[3]) == 61
