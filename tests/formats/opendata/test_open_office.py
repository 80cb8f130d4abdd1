"""The open sums for spreadsheets, opened by LibreOffice in French: texts, numbers, days survive."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from synergie.formats.opendata import open_csv
from tests.components import program
from tests.formats.opendata.test_open_files import NAMES, SOME

pytestmark = pytest.mark.interop

OPENED = "CSV:59,34,76,1,,1036,false,true"
"""Semicolons, UTF-8, French; what looks like a number or a day is one, as the import box offers."""


def test_a_double_click_shows_each_column_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "electricite-tableur.csv"
    path.write_bytes(open_csv.for_spreadsheets(SOME))
    done = subprocess.run(
        [
            program("soffice", "libreoffice"),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless", f"--infilter={OPENED}", "--convert-to", "xlsx", str(path),
            "--outdir", str(tmp_path),
        ],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    book = CalamineWorkbook.from_path(path.with_suffix(".xlsx"))
    head, *rows = book.get_sheet_by_index(0).to_python()
    told = [dict(zip(map(str, head), row, strict=True)) for row in rows]
    assert len(told) == 2 * (len(NAMES) + 1)
    assert not str(head[0]).startswith("\ufeff")
    first, second = told[0], told[1]
    assert second["Énergie (kWh)"] == pytest.approx(12_345_678.902)
    assert (first["Début"], first["Fin (exclue)"]) == (date(2025, 3, 1), date(2025, 4, 1))
    names = {str(row["Libellé"]) for row in told}
    assert {"Élan\u202f: été", "Custines", 'L\'Hay; "ouest", est'} <= names
    assert "'=1+1" in names  # guarded, so it is a text there too
