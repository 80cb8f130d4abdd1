"""`synergie plan verify`: what it says of a folder, whole, changed, or without its certificate."""

import json
import shutil
from pathlib import Path

import pytest

from synergie.cli import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "achat-groupe.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verify") / "achat"
    assert main(["--locale", "en", "plan", "purchase", str(EXAMPLE), "--out", str(out)]) == 0
    return out


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "achat")


def verify(*files: Path | str) -> int:
    return main(["--locale", "en", "plan", "verify", *map(str, files)])


def test_a_folder_is_proved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(folder) == 0
    said = capsys.readouterr().out
    assert "Proved: no other plan costs less than 46,414.80 €" in said
    assert verify(folder / "probleme.json", folder / "plan.json", folder / "preuve.vipr") == 0
    assert capsys.readouterr().out == said
    assert verify(folder, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["holds"] and found["proved"]
    assert (found["bound_eur"], found["objective_eur"]) == ("46414.80", "46414.80")
    assert found["checker"].startswith("proved: no cost below 232074/5 (")


def test_without_a_certificate_it_says_whose_word_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "preuve.vipr").unlink()
    assert verify(folder) == 0
    said = capsys.readouterr().out
    assert "the word of the solver" in said and "Proved" not in said


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("plan.json", "46414.80", "46414.70", "members pay 46,414.80 EUR in all"),
        (
            "probleme.json",
            '"award_at": null',
            '"award_at": "2026-11-24T10:00:00Z"',
            "another problem",
        ),
        ("preuve.vipr", "RTP range 232074/5 inf", "RTP range 232075/5 inf", "does not say"),
        ("preuve.vipr", "\nOBJ min\n", "\nOBJ min\n\n", "of another problem or plan"),
    ],
)
def test_what_was_changed_is_said_and_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    assert verify(folder) == 1
    captured = capsys.readouterr()
    assert said in captured.err and captured.out == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("46414.80", "46414.70", "les membres paient 46 414,80\u00a0EUR en tout, le plan coûte"),
        ('"status": "proved"', '"status": "feasible"', "l'état «\u00a0feasible\u00a0» n'est pas"),
    ],
)
def test_a_fault_is_told_in_the_language_of_the_reader(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    text = (folder / "plan.json").read_text("utf-8")
    assert old in text
    (folder / "plan.json").write_text(text.replace(old, new), "utf-8")
    assert main(["--locale", "fr", "plan", "verify", str(folder)]) == 1
    assert said in capsys.readouterr().err.replace("\u202f", " ")


def test_what_is_no_plan_is_bad_input(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(folder / "probleme.json") == 2
    assert "its problem and the plan" in capsys.readouterr().err
    other = tmp_path / "autre.json"
    other.write_text('{"weeks": 4}', "utf-8")
    assert verify(other, folder / "plan.json") == 1
    assert "autre.json" in capsys.readouterr().err
    assert verify(tmp_path / "nulle-part.json", folder / "plan.json") != 0
