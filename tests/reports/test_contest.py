"""Letters about contested lines: one a supplier, every blocking finding, sums that add up."""

from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff.invoice import control
from synergie.energy.reports.contest import build_contest_document, list_letters, sum_contested
from synergie.formats.french import build_french_translator
from synergie.reports.document import Document, Table
from synergie.reports.language import use_language
from synergie.reports.page import html
from synergie.schemas.readings.invoice import Invoice, InvoiceControl
from tests.plan.tariff.invoices import POINTS, at, sound, told

DAY = date(2026, 12, 1)


def billed(number: str, supplier: str | None, **wrong: str) -> list[Invoice]:
    """A sound invoice of April 2026; its accise, or its management fee, as told."""
    rows = sound(number=number)
    if "accise" in wrong:  # 5,555 kWh at 30.85: 171.37
        at(rows, "accise").update({"Prix unitaire": "33,70", "Montant HT": wrong["accise"]})
    if "cg" in wrong:
        at(rows, "cg").update({"Montant HT": wrong["cg"]})
    return [
        one.model_copy(
            update={"rows": tuple(r.model_copy(update={"supplier": supplier}) for r in one.rows)}
        )
        for one in told(rows, file=f"{number}.csv")
    ]


INVOICES = [
    *billed("F-1", "Énergie d'ici 552081317", accise="187,20"),
    *billed("F-2", "Énergie d'ici 552081317"),
    *billed("F-3", "Énergie d'ici 552081317", accise="190,00", cg="3,40"),
    *billed("F-4", None, cg="2,40"),
]


def found() -> InvoiceControl:
    """Each invoice for itself: the same days in four invoices are no matter here."""
    parts = [control([one], points=POINTS) for one in INVOICES]
    return parts[0].model_copy(
        update={"findings": tuple(finding for part in parts for finding in part.findings)}
    )


def letter_of(supplier: str | None) -> Document:
    (letter,) = (one for one in list_letters(found(), INVOICES) if one.supplier == supplier)
    return build_contest_document(
        letter, sender="Commune d'essai", day=DAY, tell=build_french_translator()
    )


def tables(document: Document) -> list[Table]:
    return [one for part in document.sections for one in part.blocks if isinstance(one, Table)]


def test_a_supplier_has_one_letter_with_every_blocking_line_of_its_invoices() -> None:
    letters = list_letters(found(), INVOICES)
    assert [(one.supplier, [i.number for i in one.invoices]) for one in letters] == [
        ("Énergie d'ici 552081317", ["F-1", "F-3"]), (None, ["F-4"]),
    ]  # fmt: skip
    blocking = [one for one in found().findings if one.severity == "blocking"]
    assert sorted(f.where for one in letters for f in one.findings) == sorted(
        one.where for one in blocking
    )


def test_a_line_with_several_faults_counts_once_with_the_largest() -> None:
    """F-1: 15.83. F-3: the accise is 15.83 too dear and 2.80 beside its product; a fee, 2.00."""
    (letter, _) = list_letters(found(), INVOICES)
    rules = {(one.invoice, one.rule): one.amount_eur for one in letter.findings}
    assert rules == {
        ("F-1", "accise"): Decimal("15.83"), ("F-3", "accise"): Decimal("15.83"),
        ("F-3", "product"): Decimal("2.80"), ("F-3", "network-price"): Decimal("2.00"),
    }  # fmt: skip
    assert letter.contested_eur == Decimal("33.66")
    assert sum_contested(()) == 0


def test_the_letter_tells_line_reason_amounts_and_the_text_they_rest_on() -> None:
    document = letter_of("Énergie d'ici 552081317")
    assert "Commune d'essai à Énergie d'ici" in document.lead
    first, second = tables(document)
    (row,) = first.rows
    assert row[0].startswith("F-1.csv, ligne ") and row[1] == "99000000000017"
    assert row[2].endswith("[accise]") and "accise" in row[2].lower()
    assert row[3:5] == ("33,7", "30,85")
    assert row[6].startswith("CIBS L312-37"), "the text that the rate is from"
    assert first.total is not None and "15,83" in first.total[5]
    assert [one[2].rpartition("[")[2] for one in second.rows] == [
        "product]", "network-price]", "accise]",
    ]  # fmt: skip
    assert {one[6] for one in second.rows} >= {"la facture"}
    assert any(one[6].startswith("CRE 2025-78") for one in second.rows)
    page = html(document)
    assert "Facture F-3" in page and "avoir ou une facture rectificative" in page


def test_a_supplier_that_is_not_told_and_a_sender_are_blanks_and_english_is_beside() -> None:
    assert "[fournisseur]" in letter_of(None).lead
    (letter, _) = list_letters(found(), INVOICES)
    with use_language("en"):
        document = build_contest_document(letter, sender=None, day=DAY, tell=str)
    assert document.title == "Contested invoices"
    assert "[body] to Énergie d'ici" in document.lead
    assert tables(document)[0].rows[0][4] == "30.85"


def test_warnings_make_no_letter() -> None:
    invoices = billed("F-5", "X")
    found = control(invoices, points=POINTS)
    assert list_letters(found, invoices) == ()
