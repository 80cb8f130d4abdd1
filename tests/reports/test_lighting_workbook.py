"""The workbook of a comparison reads back equal, opens in an office suite, and runs no formula."""

import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.frontier import LightingFrontier
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.weighing import LightingVoices, Weighing
from synergie.lighting.reports.answers import answers
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.folder import NAMES, lighting_folder
from synergie.lighting.reports.workbook import write_lighting
from synergie.park.records.park import SetAside
from tests.components import program
from tests.reports.lighted import FIGURES, KEYS, brief, whole

SHEETS = [
    "Lisez-moi", "Scénarios", "Critères", "Effets", "Communes", "Gagnants", "Armoires", "Heures",
    "Années", "Qui paie", "Loi", "Conformité", "Lumière sur la route", "Sans équivalent",
    "Impossible", "Groupes", "Frontière", "Mis de côté", "Hypothèses",
]  # fmt: skip
DANGEROUS = ('=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)")


@pytest.fixture(scope="module")
def told() -> LightingBrief:
    rows = tuple(SetAside(where=one, found=one, expected="a power") for one in DANGEROUS)
    return replace(whole(), set_aside=rows)


@pytest.fixture(scope="module")
def packed(told: LightingBrief) -> bytes:
    sink = BytesIO()
    write_lighting(told, sink)
    return sink.getvalue()


def rows(packed: bytes, sheet: str) -> list[dict[str, Any]]:
    """Each row of *sheet* by its heads."""
    book = CalamineWorkbook.from_filelike(BytesIO(packed))
    head, *found = book.get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in found]


def test_it_has_its_sheets_and_each_is_told_in_the_first(packed: bytes) -> None:
    assert CalamineWorkbook.from_filelike(BytesIO(packed)).sheet_names == SHEETS
    assert set(SHEETS[1:]) <= {row["Question"] for row in rows(packed, "Lisez-moi")}


def test_the_first_sheet_answers_what_the_report_answers(
    told: LightingBrief, packed: bytes
) -> None:
    found = {row["Question"]: row[told.study.name] for row in rows(packed, "Lisez-moi")}
    for one in answers(told).answers:
        assert found[one.question] == f"{one.answer} {one.more}".strip()


def test_figures_read_back_equal_and_the_unknown_is_blank(packed: bytes) -> None:
    found = rows(packed, "Critères")
    assert len(found) == len(FIGURES)
    for row, values in zip(found, FIGURES.values(), strict=True):
        shown = list(row.values())[4:]
        assert [None if one == "" else one for one in shown] == list(values)
    effects = rows(packed, "Effets")
    assert len(effects) == len(FIGURES) * len(KEYS)
    felt = [row for row in effects if row["Valeur"] == ""]
    assert [row["Scénario"] for row in felt] == ["s4", "s5"]
    assert {row["Inconnu"] for row in felt} == {"nobody asked the people of Pompey"}


def test_every_cabinet_year_breach_rank_and_point_is_a_row(packed: bytes) -> None:
    counts = {name: len(rows(packed, name)) for name in SHEETS}
    assert counts["Armoires"] == 36
    assert counts["Heures"] == 24
    assert counts["Années"] == 6
    assert counts["Gagnants"] == 6
    assert counts["Loi"] == 2
    assert counts["Impossible"] == 3
    assert counts["Groupes"] == 5
    assert counts["Frontière"] == 5
    unknown = [row for row in rows(packed, "Années") if row["En tout (€)"] == ""]
    assert [(row["Scénario"], row["Année"]) for row in unknown] == [("s5", 2028)]


def test_no_text_is_a_formula_whatever_it_begins_with(packed: bytes) -> None:
    assert {row["Où"] for row in rows(packed, "Mis de côté")} == set(DANGEROUS)
    with zipfile.ZipFile(BytesIO(packed)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                text = book.read(name).decode()
                assert "<f>" not in text and "<f " not in text
                assert 'state="frozen"' in text and "<autoFilter" in text


@pytest.mark.interop
def test_an_office_suite_opens_it_and_shows_french_numbers(packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "classeur.xlsx").write_bytes(packed)
    shown = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,true,false,false,-1"
    done = subprocess.run(
        [
            program("soffice", "libreoffice"),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless", "--convert-to", shown, str(tmp_path / "classeur.xlsx"),
            "--outdir", str(tmp_path),
        ],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = {path.stem.removeprefix("classeur-"): path for path in tmp_path.glob("classeur-*.csv")}
    assert set(files) == set(SHEETS)
    years = files["Années"].read_text(encoding="utf-8")
    assert "438 000,00 €" in years.replace("\u202f", " ").replace("\xa0", " ")
    for path in files.values():
        assert "#NAME" not in path.read_text(encoding="utf-8")


def test_the_folder_holds_every_record_and_each_reads_back_equal(told: LightingBrief) -> None:
    files = lighting_folder(told)
    assert set(files) == NAMES
    assert LightingComparison.model_validate_json(files["comparaison.json"]) == told.comparison
    assert LightingStudy.model_validate_json(files["etude.json"]) == told.study
    assert Weighing.model_validate_json(files["poids.json"]) == told.weighing
    assert LightingVoices.model_validate_json(files["voix.json"]) == told.voices
    assert LightingFrontier.model_validate_json(files["frontiere.json"]) == told.frontier
    assert lighting_folder(told) == files


def test_what_was_not_asked_for_has_no_file() -> None:
    assert set(lighting_folder(brief())) == NAMES - {"poids.json", "voix.json", "frontiere.json"}
