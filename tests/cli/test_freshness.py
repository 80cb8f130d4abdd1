"""`synergie freshness`: what is late, why, and who can act."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from synergie import formats
from synergie.cli import main
from synergie.schemas.freshness import FreshnessLine
from tests.databases import sqlite
from tests.exchange.test_deposits import LIGHTS, curve_file
from tests.formats.templates.made import RECORDS, csv_of, xlsx_of


@pytest.fixture
def place(blank_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", sqlite(tmp_path, like=blank_sqlite))
    assert main(["org", "add", "cc-essai", "--kind", "epci", "--name", "Essai"]) == 0
    return tmp_path


def test_flows_and_late_series_are_told_with_who_can_act(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in (("courbe.csv", curve_file()), ("armoires.csv", LIGHTS.encode())):
        (place / name).write_bytes(content)
        assert main(["deposit", str(place / name), "--org", "cc-essai"]) == 0
    capsys.readouterr()
    assert main(["freshness", "--org", "cc-essai", "--locale", "en"]) == 0
    said = capsys.readouterr().out
    assert "HDM (enedis-hdm-curve): Last file: HDM of 01/06/2026." in said
    assert "inventaire (lighting-csv): Up to date." in said
    assert said.startswith("0 series of 1 up to date\n1 without a due date")
    assert main(["freshness", "--org", "cc-essai", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = [FreshnessLine.model_validate_json(json.dumps(line)) for line in told]
    assert [line.subject for line in found] == ["flow", "flow", "series"]


def test_nothing_yet_is_said_with_what_to_do(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["freshness", "--org", "cc-essai", "--locale", "en"]) == 0
    assert "synergie deposit FILE" in capsys.readouterr().out


def test_an_organisation_that_is_not_there_or_not_named_is_said(place: Path) -> None:
    assert main(["freshness", "--org", "cc-ailleurs"]) == 1
    assert main(["freshness"]) == 2


READ_BY_PLANS = ("offers", "purchase-group", "forward-prices", "crews", "rules")


@pytest.mark.parametrize("name", READ_BY_PLANS)
@pytest.mark.parametrize("made", [csv_of, xlsx_of])
def test_what_a_plan_reads_is_not_deposited_and_nothing_is_begun(
    place: Path, name: str, made: Callable[[str], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "rempli"
    path.write_bytes(made(name))
    for _ in range(2):
        assert main(["deposit", str(path), "--org", "cc-essai", "--json"]) == 1
        assert "synergie plan purchase" in capsys.readouterr().err
    assert main(["freshness", "--org", "cc-essai", "--json"]) == 0
    assert "offers" not in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(set(RECORDS) - set(READ_BY_PLANS)))
@pytest.mark.parametrize("made", [csv_of, xlsx_of])
def test_a_filled_template_is_deposited_without_a_question_and_once(
    place: Path, name: str, made: Callable[[str], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "rempli"
    path.write_bytes(made(name))
    line = ["deposit", str(path), "--org", "cc-essai", "--json"]
    assert main(line) == 0
    capsys.readouterr()
    assert main(line) == 0
    again = json.loads(capsys.readouterr().out)
    assert all(receipt["replayed"] for receipt in again["receipts"])
    assert again["receipts"]


def test_a_deposited_perimeter_fills_the_next_one(place: Path) -> None:
    path, out = place / "perimetre.csv", place / "suivant.csv"
    path.write_bytes(csv_of("perimeter"))
    assert main(["deposit", str(path), "--org", "cc-essai"]) == 0
    assert main(["perimeter", "build", "--org", "cc-essai", "-o", str(out)]) == 0
    with formats.read(out) as result:
        assert set(result.records) == set(RECORDS["perimeter"])


def test_a_perimeter_is_built_from_what_was_deposited(place: Path) -> None:
    (place / "courbe.csv").write_bytes(curve_file())
    assert main(["deposit", str(place / "courbe.csv"), "--org", "cc-essai"]) == 0
    out = place / "perimetre.csv"
    assert main(["perimeter", "build", "--org", "cc-essai", "-o", str(out)]) == 0
    text = out.read_text(encoding="utf-8-sig")
    assert "99000000000017" in text
    assert "somme partielle, non extrapolée" in text
    assert "données déposées (courbe)" in text
