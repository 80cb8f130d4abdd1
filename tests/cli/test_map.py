"""`synergie map`: outlines of communes from any file, checked before they are kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.exchange.assets.communes import IMPORTED, Communes, read_outlines
from synergie.server.settings import Settings
from synergie.storage.assets.places import Box

SQUARE = [[[6.1, 48.7], [6.2, 48.7], [6.2, 48.8], [6.1, 48.7]]]
PART = [[[6.3, 48.7], [6.4, 48.7], [6.4, 48.8], [6.3, 48.7]]]


def shape(code: str | None, rings: Any = SQUARE, kind: str = "Polygon") -> dict[str, Any]:
    told = {"nom": "Pompey"} | ({} if code is None else {"insee_com": code})
    return {
        "type": "Feature",
        "properties": told,
        "geometry": {"type": kind, "coordinates": rings},
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, *shapes: dict[str, Any], **more: Any) -> Path:
    path = folder / "layer.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": shapes} | more), "utf-8")
    return path


def run(*words: str | Path) -> int:
    return main(["--locale", "fr", "map", *map(str, words)])


def test_outlines_are_those_that_the_server_draws(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(folder, shape("54430"), shape(None), shape("54430", PART), shape("57463"))
    assert run("import", path, "--source", "IGN  2026", "--only", "54") == 0
    said = capsys.readouterr().out
    assert "communes : 1" in said and "laissées de côté : 1" in said
    read = Communes.load_imported(folder / "data")
    assert read.source == "IGN 2026" and list(read.outlines) == ["54430"]
    assert read.outlines["54430"].name == "Pompey"
    assert [[list(map(list, r)) for r in one] for one in read.outlines["54430"].polygons] == [
        SQUARE, PART,
    ], "shapes of one code are parts of one commune"  # fmt: skip
    assert read.outlines["54430"].box == Box(6.1, 48.7, 6.4, 48.8)
    assert run("show", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "source": "IGN 2026", "communes": {"54430": "Pompey"},
    }  # fmt: skip
    assert run("remove") == 0
    assert Communes.load_imported(folder / "data") == Communes()
    assert run("remove") == 0
    assert "aucun contour" in capsys.readouterr().out


def test_settings_that_name_a_file_go_first(folder: Path) -> None:
    from synergie.server.services.publication import _load_communes

    assert run("import", write(folder, shape("57463")), "--source", "x") == 0
    path = write(folder, shape("54430"))
    data = folder / "data"
    assert list(_load_communes(Settings(data_dir=data)).outlines) == ["57463"]
    named = Settings(data_dir=data, communes=path, communes_source="IGN")
    found = _load_communes(named)
    assert (list(found.outlines), found.source) == (["54430"], "IGN")


@pytest.mark.parametrize(
    ("shapes", "more", "said"),
    [
        ([shape("54430", [[[48.7, 6.1], [48.7, 6.2], [48.8, 6.2], [48.7, 6.1]]])], {}, "48.7, 6.1"),
        ([shape("54430", [[[9e5, 6.8e6], [9e5, 6.9e6], [8e5, 6.9e6], [9e5, 6.8e6]]])], {},
         "système de référence"),
        ([shape(None)], {}, "code INSEE"),
        ([shape("54430", [6.1, 48.7], "Point")], {}, "/features/0/geometry"),
        ([shape("54430")], {"crs": {"type": "name", "properties": {"name": "moon"}}}, "moon"),
    ],
)  # fmt: skip
def test_what_is_elsewhere_or_no_area_changes_nothing(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    shapes: list[dict[str, Any]],
    more: dict[str, Any],
    said: str,
) -> None:
    assert run("import", write(folder, shape("57463")), "--source", "before") == 0
    before = (folder / "data" / IMPORTED).read_bytes()
    assert run("import", write(folder, *shapes, **more), "--source", "after") != 0
    assert said in capsys.readouterr().err
    assert (folder / "data" / IMPORTED).read_bytes() == before


def test_a_source_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", write(folder, shape("54430"))) == 2
    assert run("import", write(folder, shape("54430")), "--source", " ") != 0
    assert "--source" in capsys.readouterr().err
    assert not (folder / "data").exists()


def test_communes_overseas_are_where_they_are(folder: Path) -> None:
    reunion = [[[55.4, -20.9], [55.5, -20.9], [55.5, -21.0], [55.4, -20.9]]]
    with write(folder, shape("97411", reunion)).open("rb") as file:
        found, without = read_outlines(file)
    assert (list(found), without) == (["97411"], 0)


def test_what_is_imported_is_what_stands_in_the_real_file(folder: Path, root: Path) -> None:
    path = root.parent / "shared" / "data" / "communes-54" / "communes-54.geojson"
    if not path.exists():
        pytest.skip("shared/data/communes-54 is absent")
    assert run("import", path, "--source", "IGN", "--only", "54430") == 0
    imported = Communes.load_imported(folder / "data").outlines
    told = Communes.of(path).outlines["54430"]
    assert imported["54430"].name == told.name
    assert [
        [[(round(x, 6), round(y, 6)) for x, y in ring] for ring in rings] for rings in told.polygons
    ] == [[list(ring) for ring in rings] for rings in imported["54430"].polygons]
