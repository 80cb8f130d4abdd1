"""The page on planning a purchase: its command runs as it stands, and writes what it says."""

import re
import shlex
from pathlib import Path

import pytest

from synergie.cli import main
from tests.cli import purchase_files

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "plan-a-purchase.md"


def test_the_command_of_the_page_writes_the_files_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (line,) = re.findall(r"^```sh\nsynergie (.*)\n```", text, re.MULTILINE)
    problem = purchase_files.bought()
    few = {"cc-bassin-de-pompey", "syndicat-energie-fictif", "syndicat-eclairage-fictif"}
    points = tuple(point for point in problem.points if point.member in few)
    small = problem.model_copy(
        update={"members": tuple(m for m in problem.members if m.id in few), "points": points}
    )
    purchase_files.written(tmp_path, small)
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(line)) == 0
    made = {path.name for path in (tmp_path / "achat").iterdir()}
    told = set(re.findall(r"`([\w.]+\.(?:html|xlsx|json|vipr))`", text))
    assert (
        {"rapport.html", "classeur.xlsx", "plan.json", "probleme.json"} <= made <= told | {"notes"}
    )
    notes = {path.suffix for path in (tmp_path / "achat" / "notes").iterdir()}
    assert notes == {".html", ".pdf"}
