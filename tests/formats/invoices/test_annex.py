"""Annexes of electronic invoices: the detail per site, in place of lines without a point."""

import io
from decimal import Decimal
from typing import Any

import pytest

from synergie.energy.plan.tariff.invoice import PerimeterPoint, control
from synergie.formats.invoices.electronic import read_electronic
from synergie.schemas.readings.invoice import Invoice
from tests.formats.invoices.electronic import PRM, facturx, fields, line, pdf, pypdf, xml

OTHER = "99000000000024"
HEAD = "N° facture;PRM;Libellé;Du;Au;Quantité;Unité;Prix unitaire;Unité prix;Montant HT"
DETAIL = (
    f"FE-1;{PRM};Accise;01/06/2026;30/06/2026;1000;kWh;30,85;€/MWh;30,85",
    f"FE-1;{OTHER};Accise;01/06/2026;30/06/2026;234;kWh;30,85;€/MWh;7,22",
)
"""1,000 and 234 kWh at 30.85 €/MWh: 30.85 and 7.22, the 38.07 of the grouped line."""
GROUPED: dict[str, Any] = {"BG-32": None}


def csv(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def xlsx(*rows: str) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]

    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink)
    sheet = book.add_worksheet("Détail par site")
    for n, row in enumerate([HEAD, *rows]):
        for m, cell in enumerate(row.split(";")):
            sheet.write_string(n, m, cell)
    book.close()
    return sink.getvalue()


def attached(content: bytes, name: str = "detail.csv", **more: Any) -> dict[str, Any]:
    mime = "text/csv" if name.endswith("csv") else "application/vnd.ms-excel"
    annex = {"BT-122": "1", "BT-125": content, "BT-125-1": mime, "BT-125-2": name}
    return fields([line(1, **GROUPED)], **{"BG-24": [annex]}, **more)


def read(told: dict[str, Any], form: str = "cii") -> Invoice:
    content = {"cii": xml, "ubl": lambda it: xml(it, "ubl-2.1"), "pdf": pdf}[form](told)
    return read_electronic(content, "facture.xml")


@pytest.mark.parametrize("form", ["cii", "ubl", "pdf"])
def test_the_lines_of_an_annex_stand_for_the_grouped_line(form: str) -> None:
    for name, content in (("detail.csv", csv(*DETAIL)), ("Détail.XLSX", xlsx(*DETAIL))):
        found = read(attached(content, name), form)
        (annex,) = found.annexes
        assert (annex.name, annex.n_rows, annex.added_eur, annex.is_detail) == (
            name, 2, Decimal("38.07"), True,
        )  # fmt: skip
        assert [(row.supply_point, row.quantity, row.amount_eur) for row in found.rows] == [
            (f"prm:{PRM}", Decimal(1000), Decimal("30.85")),
            (f"prm:{OTHER}", Decimal(234), Decimal("7.22")),
        ]  # fmt: skip
        assert found.rows[0].where.startswith(f"facture.xml, {name}")
        points = [PerimeterPoint(supply_point=f"prm:{one}", tariff_code="BTINFMU4") for one in
                  (PRM, OTHER)]  # fmt: skip
        assert control([found], points=points).findings == ()


def test_a_fault_in_the_detail_of_one_site_is_found_at_its_line() -> None:
    """1,000 kWh at 29.85 and 234 at 35.12 make the same 38.07."""
    rows = (DETAIL[0].replace("30,85", "29,85"),
            f"FE-1;{OTHER};Accise;01/06/2026;30/06/2026;234;kWh;35,13;€/MWh;8,22")  # fmt: skip
    points = [PerimeterPoint(supply_point=f"prm:{one}", tariff_code="BTINFMU4") for one in
              (PRM, OTHER)]  # fmt: skip
    found = control([read(attached(csv(*rows)))], points=points).findings
    assert [(one.rule, one.where) for one in found] == [
        ("accise", f"facture.xml, detail.csv, line {n}") for n in (2, 3)
    ]  # fmt: skip


def test_an_annex_that_does_not_add_up_is_told_and_the_lines_stay() -> None:
    found = read(attached(csv(DETAIL[0])))
    assert [row.where for row in found.rows] == ["facture.xml, BG-25 1"]
    (finding,) = control([found]).findings
    assert (finding.rule, finding.severity, finding.found, finding.expected) == (
        "annex-differs", "warning", "30.85", "38.07",
    )  # fmt: skip
    assert finding.reason.values == ("detail.csv",)


def test_lines_of_other_invoices_and_files_that_are_no_table_are_left_alone() -> None:
    other = f"FE-2;{PRM};Accise;01/06/2026;30/06/2026;500;kWh;30,85;€/MWh;15,43"
    assert len(read(attached(csv(*DETAIL, other))).rows) == 2
    for content, name in ((b"a;b\n1;2\n", "courbe.csv"), (b"PK\x03\x04broken", "detail.xlsx")):
        found = read(attached(content, name))
        assert [(one.name, one.added_eur) for one in found.annexes] == [(name, None)]
        assert len(found.rows) == 1
    assert read(attached(b"%PDF-", "facture.pdf")).annexes == (), "no table by its name"


def test_each_line_with_its_point_needs_no_annex() -> None:
    annex = {"BT-122": "1", "BT-125": csv(*DETAIL), "BT-125-1": "text/csv", "BT-125-2": "d.csv"}
    found = read(fields([line(1)], **{"BG-24": [annex]}))
    assert [row.where for row in found.rows] == ["facture.xml, BG-25 1"]
    assert control([found]).findings == ()


def test_a_credit_note_takes_the_sign_of_its_annex() -> None:
    more: dict[str, Any] = {"BT-3": "381", "BG-3": [{"BT-25": "FE-0"}]}
    minus = [row.replace(";1000;", ";-1000;").replace(";234;", ";-234;") for row in DETAIL]
    minus = [";".join([*(c := row.split(";"))[:-1], f"-{c[-1]}"]) for row in minus]
    for rows in (DETAIL, minus):
        found = read(attached(csv(*rows), **more))
        assert [(row.quantity, row.amount_eur) for row in found.rows] == [
            (Decimal(-1000), Decimal("-30.85")), (Decimal(-234), Decimal("-7.22")),
        ]  # fmt: skip


def test_a_table_that_the_pdf_itself_holds_is_read() -> None:
    writer, page = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(page)
    content = facturx.generate_from_binary(
        page.getvalue(), xml(fields([line(1, **GROUPED)])), flavor="factur-x", level="en16931",
        check_xsd=False, check_schematron=False,
        attachments={"detail.csv": {"filedata": csv(*DETAIL), "description": "Détail"}},
    )  # fmt: skip
    found = read_electronic(content, "facture.pdf")
    assert [row.supply_point for row in found.rows] == [f"prm:{PRM}", f"prm:{OTHER}"]
