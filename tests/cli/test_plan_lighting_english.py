"""`synergie --locale en plan lighting` and `consult read`: the report and the result in English."""

import re
from pathlib import Path

import pytest
from markupsafe import Markup

from synergie.cli import main
from synergie.lighting.records.study import LightingStudy
from synergie.reports.language import use_language
from tests.cli.test_plan_lighting import files, three, town
from tests.reports.english import french_left
from tests.scenarios.consulted import consultation, csv, row

__all__ = ["files", "three", "town"]

LAWS = ("arrêté du 27 décembre 2018", "arrêté du 27/12/2018", "DREAL or the région")


def _page(path: Path) -> Markup:
    page = path.read_text("utf-8")
    assert '<html lang="en"' in page
    return Markup(page.partition("</style>")[2])  # noqa: S704 (a page of ours)


def _typed(folder: Path) -> list[str]:
    """Names of the files: schedules and entries are those of the house."""
    study = LightingStudy.model_validate_json((folder / "etude.json").read_bytes())
    return [one.name for one in study.communes]


def test_six_scenarios_of_the_house_are_named_in_english(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with use_language("en"):
        assert main(["--locale", "en", "plan", "lighting", *files, "--out", str(out)]) == 0
    assert "s0: Today" in capsys.readouterr().out
    page = _page(out / "rapport.html")
    assert french_left(page, (*_typed(out), *LAWS)) == []
    assert "S5 LED, off from 00:00 to 05:30 everywhere" in page
    kept = LightingStudy.model_validate_json((out / "etude.json").read_bytes())
    assert kept.scenarios[0].name == "Aujourd'hui", "records keep what they are called"


def test_the_folder_is_told_in_english(three: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with use_language("en"):
        assert main(["--locale", "en", "plan", "lighting", *three, "--out", str(out)]) == 0
    page = _page(out / "rapport.html")
    of_table = ("Aujourd'hui", "Éteindre")
    assert french_left(page, (*_typed(out), *LAWS, *of_table)) == []
    told = re.sub(r"<[^>]*>", " ", page)
    assert "The study says so itself: no real assets, no real figures." in told
    assert "inventory" in told and "inventaire" not in told


def test_the_result_of_a_consultation_is_told_in_english(tmp_path: Path) -> None:
    asked, answers, out = tmp_path / "c.json", tmp_path / "r.csv", tmp_path / "out"
    asked.write_text(consultation().model_dump_json(), encoding="utf-8")
    answers.write_bytes(csv(*(row(n) for n in range(20))))
    words = ["--locale", "en", "consult", "read", str(answers), "-c", str(asked)]
    with use_language("en"):
        assert main([*words, "--out", str(out)]) == 0
    page = _page(out / "resultat.html")
    made = consultation()
    names = [made.title, *(one.name for one in made.groups), *(q.label for q in made.questions)]
    assert french_left(page, names) == []
    assert "20 answers count" in page
