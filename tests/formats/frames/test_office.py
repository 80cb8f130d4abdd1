"""LibreOffice, without a screen, opens what we write and shows it as a French reader expects."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.components import program
from tests.formats.frames.made import (
    BARE_ENERGY,
    CURVE,
    ENERGY,
    POINT_OF_SUPPLY,
    half_hours,
    written,
)

pytestmark = pytest.mark.interop

AS_SHOWN = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,true,false,false,-1"
"""Semicolons, UTF-8, cells as the screen shows them, every sheet."""
FRENCH_CSV = "Text - txt - csv (StarCalc):59,34,76,1,1/2/2/1,1036"


def office(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [
            program("soffice", "libreoffice"),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            *arguments,
            "--outdir",
            str(folder),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_workbook_shows_decimal_commas_and_french_dates(tmp_path: Path) -> None:
    (tmp_path / "w.xlsx").write_bytes(written([CURVE, ENERGY, POINT_OF_SUPPLY], "workbook"))
    office(tmp_path, "--convert-to", AS_SHOWN, str(tmp_path / "w.xlsx"))
    curves = (tmp_path / "w-Courbes 2026-10.csv").read_text(encoding="utf-8").splitlines()
    assert curves[1].startswith(
        "24/10/2026 23:00;25/10/2026 00:00;25/10/2026 01:00;+02:00;1,25;kWh"
    )
    energies = (tmp_path / "w-Énergies.csv").read_text(encoding="utf-8").replace("\u202f", "\xa0")
    assert ";01/10/2026;01/11/2026;1\xa0234,567;-12,50;non;" in energies
    points = (tmp_path / "w-Points de livraison.csv").read_text(encoding="utf-8")
    assert "\nprm;01000000000017;EP-1;" in points
    notice = (tmp_path / "w-Lisez-moi.csv").read_text(encoding="utf-8")
    assert "Données au;24/11/2026 09:00 UTC" in notice


def test_the_french_csv_opens_with_numbers_dates_and_no_formula(tmp_path: Path) -> None:
    curves = [half_hours(date(2026, 10, 25)), CURVE]
    (tmp_path / "c.csv").write_bytes(written([*curves], "curves-csv-fr"))
    (tmp_path / "e.csv").write_bytes(written([BARE_ENERGY, ENERGY], "monthly-csv-fr"))
    for name in ("c", "e"):
        source = str(tmp_path / f"{name}.csv")
        office(tmp_path, f"--infilter={FRENCH_CSV}", "--convert-to", "fods", source)
    shown = (tmp_path / "c.fods").read_text(encoding="utf-8")
    assert shown.count('office:value="1.25"') == 1
    assert shown.count('office:date-value="2026-10-25T02:30:00"') >= 2
    for name in ("c", "e"):
        assert "table:formula" not in (tmp_path / f"{name}.fods").read_text(encoding="utf-8")
