"""`synergie aggregate`: groups, sums, what is hidden and why."""

import json
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.storage.store import Store
from tests.exchange.people import NOW, body
from tests.exchange.sums import Territory, codes

ALL = [1000] * 12


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_sqlite: Path) -> str:
    """A store with homes in three communes, two only in Liverdun, of `syndicat`."""
    path = tmp_path / "synergie.db"
    path.write_bytes(blank_sqlite.read_bytes())
    url = f"sqlite:///{path}"
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", url)
    store = Store.open(url)
    who = body(store, "syndicat")
    place = Territory(store, who).add(codes(12), ALL).add(codes(2, 100), ALL, insee="54318")
    place.add(codes(11, 200), ALL, insee="54357")
    store.close()
    return url


def defined(*more: str) -> int:
    return main(
        ["aggregate", "scheme", "communes", "--org", "syndicat", "--title", "Communes",
         "--commune", "54430=Custines", "--commune", "54318=Liverdun",
         "--commune", "54357=Malleloy", *more]
    )  # fmt: skip


def test_from_communes_to_a_release_that_says_what_it_hides(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert defined() == 0
    assert "version 1" in capsys.readouterr().out
    line = ["aggregate", "release", "communes", "2025-03", "--org", "syndicat"]
    assert main(["--locale", "en", *line]) == 0
    said = capsys.readouterr().out
    assert "Custines" in said
    assert "12 points" in said
    assert "0.012 MWh" in said
    assert "hidden: Liverdun (residential-stables-54318): too few delivery points" in said
    assert main(["aggregate", "show", "--org", "syndicat", "--json"]) == 0
    (made,) = json.loads(capsys.readouterr().out)
    assert made["period"] == "2025-03"
    assert main(["--locale", "en", "aggregate", "show", made["id"], "--org", "syndicat"]) == 0
    assert "Custines" in capsys.readouterr().out
    assert main(["aggregate", "show", "--org", "syndicat"]) == 0
    assert made["id"] in capsys.readouterr().out


def test_what_is_wrong_is_said_with_its_place(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert defined("--commune", "99=x") == 1
    assert "--commune" in capsys.readouterr().err
    assert main(["aggregate", "scheme", "communes", "--org", "syndicat"]) == 2
    assert defined() == 0
    line = ["aggregate", "release", "communes", "2025-13", "--org", "syndicat"]
    assert main(line) == 1
    assert "2025-13" in capsys.readouterr().err
    assert main(["aggregate", "release", "rien", "2025", "--org", "syndicat"]) == 5
    assert main(["aggregate", "release", "communes", "2099", "--org", "syndicat"]) == 1
    assert main(["aggregate", "show", "rel_1", "--org", "syndicat"]) == 5


def test_a_scheme_is_taken_from_a_file(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert defined() == 0
    store = Store.open(place)
    caller = body(store, "lecteur").caller
    made = capsys.readouterr().out.split(", ")[-1].strip()
    told = CellSchemes(store).read(caller, made, now=NOW)
    store.close()
    file = tmp_path / "groupes.json"
    fields = told.model_dump_json(include={"title", "cells", "own_points"})
    file.write_text(fields, encoding="utf-8")
    line = ["aggregate", "scheme", "communes", "--org", "syndicat", "--file", str(file)]
    assert main(line) == 0
    assert "version 1" in capsys.readouterr().out  # the same again


def test_nothing_published_is_said(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--locale", "en", "aggregate", "show", "--org", "syndicat"]) == 0
    assert "Nothing published yet" in capsys.readouterr().out
