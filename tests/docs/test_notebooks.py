"""Every notebook of the examples runs as it stands, in its own process, and shows something."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from synergie import formats
from synergie.demo.files import meter_curve
from synergie.samples import ENERGY, territory, year_curves
from synergie.schemas.readings.profile import Profile
from tests.docs import notebook

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "examples" / "notebooks").glob("*.ipynb"))
FIRST_ANSWER = 15
"""Lines of code to the first answer, at most."""
BILL = """N° facture;PRM;Libellé;Du;Au;Quantité;Unité;Prix unitaire;Unité prix;Montant HT
F-1;99000000000017;Consommation Base;01/06/2026;30/06/2026;832;kWh;86,90;€/MWh;72,30
F-1;99000000000017;Accise sur l'électricité;01/06/2026;30/06/2026;832;kWh;33,70;€/MWh;28,04
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that a reader of the notebooks has: a curve of a year, a bill with a wrong tax."""
    path = tmp_path_factory.mktemp("files")
    curve = meter_curve(next(iter(year_curves(territory(fast=True), ENERGY))))
    with (path / "courbe.csv").open("wb") as sink:
        formats.write([curve], sink, format="enedis-hdm-curve", profile=Profile(stamp="start"))
    (path / "facture.csv").write_text(BILL, encoding="utf-8")
    return path


def run(path: Path, folder: Path) -> list[str]:
    """What each code cell of the notebook at *path* shows."""
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:synergie", notebook.__file__, path],
        cwd=folder, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_every_cell_shows_something(path: Path, folder: Path) -> None:
    shown = run(path, folder)
    assert len(shown) == len(notebook.list_code(path))
    assert all(shown), shown
    for figure in (text for text in shown if text.startswith("<figure>")):
        root = ET.fromstring(f"<div>{figure}</div>")  # noqa: S314 (our own drawing)
        assert root.find("figure/{*}svg") is not None
        assert root.find("details/table/tr") is not None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_and_kept_without_answers(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))
    assert cells["nbformat"] == 4
    code = [cell for cell in cells["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    lines = notebook.list_code(path)[0].splitlines()
    assert len([line for line in lines if line.strip()]) <= FIRST_ANSWER


def test_figures_are_those_of_the_files(folder: Path) -> None:
    year = run(next(path for path in NOTEBOOKS if path.stem == "read_a_year"), folder)
    assert "365 jours connus de 365" in year[0]
    bills = run(next(path for path in NOTEBOOKS if path.stem == "check_bills"), folder)
    assert "('facture.csv, line 3', '33.7', '30.85', Decimal('2.37'), 'supplier')" in bills[0]


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 7
