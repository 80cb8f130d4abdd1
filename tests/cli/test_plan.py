"""`synergie plan`: from a file to a plan, in words and as JSON."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CASES = [("purchase", "achat-groupe.json"), ("maintenance", "entretien-commun.json")]


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_the_example_is_proved_and_nobody_pays_more_than_alone(
    kind: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", kind, str(EXAMPLES / name), "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["status"], plan["gap"]) == ("proved", 0)
    paid = sum(Decimal(member["cost_eur"]) for member in plan["members"])
    assert paid == Decimal(plan["objective_eur"]) < Decimal(plan["baseline_eur"])
    assert all(Decimal(member["gain_eur"]) >= 0 for member in plan["members"])


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_the_summary_is_french(kind: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", kind, str(EXAMPLES / name)]) == 0
    said = capsys.readouterr().out
    assert "Borne atteinte\u00a0: le solveur ne trouve rien de moins cher" in said
    assert "Qui paie quoi" in said
    assert "week" not in said
    assert "EUR" not in said
    assert not set(said) & set("\x1b│")


def _purchase() -> dict[str, Any]:
    problem: dict[str, Any] = json.loads((EXAMPLES / "achat-groupe.json").read_text("utf-8"))
    return problem


def _run(tmp_path: Path, problem: object) -> int:
    path = tmp_path / "besoins.json"
    path.write_text(json.dumps(problem), encoding="utf-8")
    return main(["plan", "purchase", str(path)])


def test_a_wrong_price_is_said_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = _purchase()
    problem["offers"][1]["tiers"][0]["prices"][0]["eur_per_mwh"] = 94.9
    assert _run(tmp_path, problem) == 1
    said = capsys.readouterr().err
    assert "besoins.json /offers/1/tiers/0/prices/0/eur_per_mwh" in said
    assert "94.9" in said


def test_what_cannot_be_ends_with_7_and_names_the_requirements(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = _purchase()
    problem["limits"] = [
        {"supplier": offer["supplier"], "max_lots": 0} for offer in problem["offers"]
    ]
    problem["may_leave"] = False
    assert _run(tmp_path, problem) == 7
    assert "ne tiennent pas ensemble" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"points": NaN}', "\xff"])
def test_a_file_that_is_no_problem_is_refused_in_one_line_a_fault(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "besoins.json"
    path.write_text(text, encoding="latin-1")
    assert main(["plan", "purchase", str(path)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == (3 if "NaN" in text else 1)  # no lots and no offers, too
    assert all("besoins.json" in line for line in said)


def test_an_endless_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("no endless file on this system")
    assert main(["plan", "purchase", str(endless)]) == 1
    assert "limite" in capsys.readouterr().err
