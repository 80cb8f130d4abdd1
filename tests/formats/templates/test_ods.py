"""Templates that an agent fills and saves with LibreOffice, as ODS."""

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from synergie.errors import BadInput
from synergie.formats.templates.catalogue import TEMPLATES
from tests.components import program
from tests.formats.templates.made import csv_of, read, xlsx_of

NAMES = sorted(TEMPLATES)
HEAD = """<?xml version="1.0"?><office:document-content
 xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:calcext="c"><office:body>
<office:spreadsheet><table:table table:name="Notes"><table:table-row table:number-rows-repeated="3"
><table:table-cell office:value-type="string"><text:p>à lire</text:p></table:table-cell
></table:table-row></table:table><table:table table:name="Sites">"""
TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def converted(folder: Path, *names: str) -> None:
    """Each template as LibreOffice saves it; one start for all, it takes seconds."""
    for name in names:
        (folder / f"{name}.xlsx").write_bytes(xlsx_of(name))
    done = subprocess.run(
        [
            program("soffice", "libreoffice"),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless", "--convert-to", "ods", "--outdir", str(folder),
            *(str(folder / f"{name}.xlsx") for name in names),
        ],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.interop
def test_a_template_saved_as_ods_is_read_as_the_xlsx_was(tmp_path: Path) -> None:
    converted(tmp_path, *NAMES)
    for name in NAMES:
        found, records, report = read((tmp_path / f"{name}.ods").read_bytes(), f"{name}.ods")
        told, expected, _ = read(xlsx_of(name), f"{name}.xlsx")
        assert (found, records) == (told, expected), name
        assert records, name
        assert not report.refusals, name


def ods(rows: str) -> bytes:
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        mimetype = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", HEAD + rows + TAIL)
    return sink.getvalue()


def cells(*texts: str) -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f"<table:table-row>{inner}</table:table-row>"


def site_rows() -> str:
    head, *rows = csv_of("sites").decode("utf-8-sig").splitlines()
    return "".join(cells(*line.split(";")) for line in (head, *rows))


def test_the_sheet_of_the_template_is_found_among_others_and_blank_rows_cost_nothing() -> None:
    filled = site_rows() + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
    filled += ' table:number-columns-repeated="16384"/></table:table-row>'
    found, records, _ = read(ods(filled), "sites.ods")
    assert (found, records) == ("template-sites", read(csv_of("sites"), "sites.csv")[1])


def test_numbers_dates_and_truths_are_taken_as_they_are() -> None:
    from synergie.formats.report import Report
    from synergie.formats.sheets import read_sheets

    row = (
        '<table:table-row><table:table-cell office:value-type="percentage" office:value="0.5">'
        "<text:p>50 %</text:p></table:table-cell>"
        '<table:table-cell office:value-type="date" office:date-value="2026-11-26"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="float" office:value="1234.5"/></table:table-row>'
    )
    sheets = {
        one.name: one.rows for one in read_sheets(BytesIO(ods(row)), Report(), lambda _: None)
    }
    ((number, told),) = sheets["Sites"]
    assert number == 1
    assert [type(cell).__name__ for cell in told] == [
        "Percent", "datetime", "bool", "str", "str", "Decimal",
    ]  # fmt: skip
    assert str(told[-1]) == "1234.5"


@pytest.mark.parametrize(
    "body",
    ["<table:table-row><table:table-cell>", '<!DOCTYPE x [<!ENTITY a "b">]>'],
    ids=["cut", "document type"],
)
def test_a_damaged_one_is_refused(body: str) -> None:
    whole = ods(site_rows())
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(whole)) as good, zipfile.ZipFile(sink, "w") as bad:
        bad.writestr("mimetype", good.read("mimetype"))
        text = good.read("content.xml").decode()
        bad.writestr("content.xml", text[: len(text) // 2] if body[1] == "t" else body + text)
    with pytest.raises(BadInput):
        read(sink.getvalue(), "sites.ods")
