"""`synergie plan verify`: what it says of a folder, whole, changed, or without its certificate."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.maintenance.plan.rounds import solve as solve_rounds
from tests.plan import rounds_cases

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


SERVICE = Path(__file__).parents[2] / "examples" / "entretien-commun.json"


@pytest.fixture(scope="module")
def year_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verify") / "annee"
    assert main(["--locale", "fr", "plan", "maintenance", str(SERVICE), "--out", str(out)]) == 0
    return out


def test_a_year_is_verified_and_its_faults_are_told_in_french(
    year_made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(year_made, tmp_path / "annee")
    assert main(["--locale", "fr", "plan", "verify", str(folder)]) == 0
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    plan["visits"][0]["week"] = 4 if plan["visits"][0]["week"] == 1 else 1
    plan["crews"][0]["days"] += 40
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    capsys.readouterr()
    assert main(["--locale", "fr", "plan", "verify", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "jours-équipe" in said and "n'est pas son coût" in said
    assert "crew-days" not in said and "week" not in said


def test_rounds_are_verified_and_a_fault_inside_another_is_told_in_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = rounds_cases.territory(24, 4, 2)
    plan = solve_rounds(given, iterations=50)
    (one, *_) = plan.rounds
    late = one.model_copy(update={"returns_at": one.returns_at + timedelta(hours=14)})
    wrong = plan.model_copy(update={"rounds": (late, *plan.rounds[1:])})
    files = [tmp_path / name for name in ("probleme.json", "plan.json", "faux.json")]
    for file, record in zip(files, (given, plan, wrong), strict=True):
        file.write_text(record.model_dump_json(), "utf-8")
    assert main(["--locale", "fr", "plan", "verify", *map(str, files[:2])]) == 0
    capsys.readouterr()
    assert main(["--locale", "fr", "plan", "verify", str(files[0]), str(files[2])]) == 1
    said = capsys.readouterr().err
    assert " le 20" in said and "elle rentre à" in said and "au plus tard" in said


def test_a_certificate_of_a_kind_that_has_none_is_refused(
    year_made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [year_made / name for name in ("probleme.json", "plan.json", "plan.json")]
    assert verify(*files) == 1
    assert "plans of this kind have none" in capsys.readouterr().err


@pytest.fixture(scope="module")
def shared_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verify") / "partage"
    assert main(["--locale", "fr", "plan", "share", str(EXAMPLE), "--out", str(out)]) == 0
    return out


def test_the_nucleolus_of_a_sharing_is_proved(
    shared_made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--locale", "fr", "plan", "verify", str(shared_made)]) == 0
    assert capsys.readouterr().out.startswith("Nucléole prouvé : les coalitions")
    names = [shared_made / name for name in ("probleme.json", "partage.json", "nucleole.json")]
    assert verify(*names, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "holds": True, "reason": None, "checker": "proved: the nucleolus of 4 players, 3 stages"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "change", "reason"),
    [
        ("probleme.json", lambda told: told["lots"][0].update(name="autre"), "problem"),
        ("nucleole.json", lambda told: told["costs"].__setitem__(1, "9" * 9), "other"),
        ("nucleole.json", lambda told: told["stages"].pop(), "proof"),
        (
            "partage.json",
            lambda told: told["sharings"][-1]["shares"][0].update(share_eur="1.00"),
            "amount",
        ),
    ],
)
def test_shares_that_were_changed_are_not_proved(
    shared_made: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    change: Callable[[Any], None],
    reason: str,
) -> None:
    folder = shutil.copytree(shared_made, tmp_path / "partage")
    told = json.loads((folder / file).read_text("utf-8"))
    change(told)
    (folder / file).write_text(json.dumps(told), "utf-8")
    assert verify(folder, "--json") == 1
    assert json.loads(capsys.readouterr().out)["reason"] == reason
    assert verify(folder) == 1
    assert capsys.readouterr().err


def test_a_purchase_with_its_study_has_both_proofs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "achat"
    asked = ["plan", "purchase", str(EXAMPLE), "--study", "--out", str(out)]
    assert main(["--locale", "en", *asked]) == 0
    page = (out / "rapport.html").read_text("utf-8")
    assert "Nucléole (prouvé, certificat à l" in page
    capsys.readouterr()
    assert verify(out) == 0
    said = capsys.readouterr().out
    assert "Proved: no other plan costs less" in said and "Nucleolus proved" in said
    told = json.loads((out / "nucleole.json").read_text("utf-8"))
    told["stages"].pop()
    (out / "nucleole.json").write_text(json.dumps(told), "utf-8")
    assert verify(out, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["holds"] and found["proved"] and found["nucleolus"] == "proof"
