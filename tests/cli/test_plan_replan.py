"""`synergie plan replan`: what stays, what moves, in words and as JSON."""

import json
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.maintenance import MaintenanceProblem

EXAMPLE = Path(__file__).parents[2] / "examples" / "entretien-commun.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the plan of the example."""
    plan = solve(MaintenanceProblem.model_validate_json(EXAMPLE.read_bytes()))
    (tmp_path / "plan.json").write_text(plan.model_dump_json(), "utf-8")
    return tmp_path


def test_a_crew_less_moves_what_was_not_announced(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = json.loads(EXAMPLE.read_text("utf-8"))
    before = {
        one["cabinet"]: one["week"]
        for one in json.loads((folder / "plan.json").read_text())["visits"]
    }
    last = max(before.values())
    for depot in problem["depots"]:
        depot["crew_days"][last - 1] = 0
    now = folder / "maintenant.json"
    now.write_text(json.dumps(problem), "utf-8")
    asked = ["plan", "replan", str(now), "--before", str(folder)]
    assert main(["--locale", "fr", *asked, "--announced", "1", "--trades"]) == 0
    said = capsys.readouterr().out
    moved = [name for name, week in before.items() if week == last]
    assert "Visites\u00a0:" in said and f"{len(moved)} déplacée" in said
    for name in moved:
        (row,) = [line for line in said.splitlines() if line.startswith(f"  {name} ")]
        assert "semaine" in row and row.count("  ") > 3, "its weeks, what it costs, why"
    assert "celui-ci coûte" in said
    assert "Ce que valent les déplacements\u00a0:" in said
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["visit"] for one in found["moves"]} == set(moved)
    assert main(["--locale", "fr", *asked, "--announced", str(last)]) == 7


def test_a_plan_that_is_none_is_bad_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "replan", str(EXAMPLE), "--before", str(EXAMPLE)]) == 1
    assert EXAMPLE.name in capsys.readouterr().err
    assert main(["plan", "replan", str(EXAMPLE), "--before", str(folder / "absent")]) != 0
