"""`synergie plan lighting`: from the files an agent has to a comparison, and back from a study."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from synergie import formats
from synergie.cli import main
from synergie.cli.misuse import Misuse
from synergie.lighting.commands._lighting import criteria_of
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.weighing import Weighing
from synergie.samples.territory import territory

AT = ["--at", "2026-11-26T06:00+01:00", "--on", "2026-03-01"]
HEADS = "scenario;nom;communes;types;programmable;materiel;horaire;annee"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some cabinets of one commune with their luminaires, as two files to fill."""
    whole = territory(fast=True)
    boxes = [one for holding in whole.holdings for one in holding.cabinets][:4]
    named = {one.external_id for one in boxes}
    lights = [one for one in whole.light_points if one.cabinet in named]
    folder = tmp_path_factory.mktemp("ville")
    for name, records in (("armoires", boxes), ("foyers", lights)):
        form = {"armoires": "template-cabinets", "foyers": "template-light-points"}[name]
        with (folder / f"{name}.csv").open("wb") as sink:
            formats.write(records, sink, format=form)
    (folder / "scenarios.csv").write_text(
        f"{HEADS}\r\na;Aujourd'hui;;;;;;\r\nb;Éteindre;;;oui;;off-0000-0530;\r\n"
        "c;LED;;;;led-40-3000;;2028\r\n",
        encoding="utf-8-sig",
    )
    return folder


@pytest.fixture
def files(town: Path) -> list[str]:
    return [str(town / "armoires.csv"), str(town / "foyers.csv"), *AT]


@pytest.fixture
def three(files: list[str], town: Path) -> list[str]:
    """The same with three scenarios of a table."""
    return [*files, "--scenarios", str(town / "scenarios.csv")]


def plan(*words: str) -> int:
    return main(["plan", "lighting", *words])


def test_files_alone_are_compared_and_told_without_a_score(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(*files) == 0
    said = capsys.readouterr().out
    for text in ("s0: Aujourd'hui", "s5: LED, extinction", "Énergie consommée (MWh/an)"):
        assert text in said.replace("\u00a0", " ")
    assert "score" not in said.replace("No score is given", "")
    assert not set(said) & set("\x1b│")


def test_the_order_of_the_files_changes_no_byte_of_the_folder(
    files: list[str], tmp_path: Path
) -> None:
    turned = [files[1], files[0], *files[2:]]
    folders = [tmp_path / "one", tmp_path / "two"]
    for words, folder in zip((files, turned), folders, strict=True):
        assert plan(*words, "--out", str(folder)) == 0
    one, two = ({p.name: p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_the_table_of_the_agent_gives_the_scenarios(
    three: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(*three, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"comparison", "set_aside"}
    made = LightingComparison.model_validate_json(json.dumps(found["comparison"]))
    assert [one.scenario for one in made.scenarios] == ["a", "b", "c"]
    energy = [one.indicators[0].value for one in made.scenarios]
    assert None not in energy and energy == sorted(energy, reverse=True, key=lambda e: e or 0)


def test_the_folder_holds_the_report_and_reads_back(
    three: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "comparaison"
    assert plan(*three, "--pair", "b,c", "--out", str(out)) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "classeur.xlsx", "comparaison.json", "etude.json", "rapport.html",
    ]  # fmt: skip
    page = (out / "rapport.html").read_text(encoding="utf-8")
    assert "Données synthétiques" in page
    assert "armoires.csv" in page and "--pair b,c" in page
    assert str(tmp_path) not in page
    study = LightingStudy.model_validate_json((out / "etude.json").read_bytes())
    assert [one.id for one in study.scenarios] == ["a", "b", "c"]
    capsys.readouterr()
    assert plan("--study", str(out / "etude.json"), "--json") == 0
    again = json.loads(capsys.readouterr().out)["comparison"]
    assert again == json.loads((out / "comparaison.json").read_bytes())


def test_the_same_command_gives_the_same_bytes_and_keeps_a_folder(
    three: list[str], tmp_path: Path
) -> None:
    one, other = tmp_path / "un", tmp_path / "deux"
    for out in (one, other):
        assert plan(*three, "--out", str(out)) == 0
    for path in one.iterdir():
        assert path.read_bytes() == (other / path.name).read_bytes(), path.name
    assert plan(*three, "--out", str(one)) == 2
    assert plan(*three, "--out", str(one), "--force") == 0
    (one / "lettre.odt").write_text("à garder")
    assert plan(*three, "--out", str(one), "--force") == 2
    assert (one / "lettre.odt").exists()


def test_a_row_set_aside_ends_with_1_and_the_rest_is_compared(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f"{HEADS}\na;A;;;;;;\nb;B;;;;rien-de-tel;;\n")
    assert plan(*files, "--scenarios", str(path)) == 1
    said = capsys.readouterr()
    assert "rien-de-tel" in said.err and "s.csv" in said.err
    assert "a: A" in said.out


def test_tables_beside_the_files_are_read(
    three: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    communes = tmp_path / "communes.csv"
    communes.write_text("insee;nom;population\n54430;Pompey;4900\n", encoding="utf-8")
    places = tmp_path / "lieux.csv"
    places.write_text("id;type;longitude;latitude\nEcole;école;6,129;48,773\n", encoding="utf-8")
    stated = tmp_path / "dits.csv"
    stated.write_text(
        "critere;valeur;scenario;source\nagent_minutes;120;b;relevé\n", encoding="utf-8"
    )
    corridors = tmp_path / "trame.geojson"
    ring = [[6.0, 48.7], [6.3, 48.7], [6.3, 48.9], [6.0, 48.9], [6.0, 48.7]]
    feature = {
        "type": "Feature", "properties": {"name": "Bois"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    corridors.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    more = [
        "--communes", str(communes), "--places", str(places), "--stated", str(stated),
        "--corridors", str(corridors), "--off", "00:00-05:30", "--owner", "CC du Bassin",
        "--name", "Essai", "--tariff", "BTINFCU4", "--offpeak", "22:00-06:00",
    ]  # fmt: skip
    assert plan(*three, *more, "--json") == 0
    found = json.loads(capsys.readouterr().out)["comparison"]
    assert found["study"] == "Essai"
    by = {one["scenario"]: _values(one) for one in found["scenarios"]}
    assert by["b"]["agent_minutes"] == 120
    assert by["a"]["corridor_light"] is not None and by["a"]["corridor_light"] > 0
    assert by["a"]["dark_hours"] > 1_000  # off today, where it can be programmed


def _values(one: dict[str, Any]) -> dict[str, Any]:
    return {each["criterion"]: each["value"] for each in one["indicators"]}


def test_voices_are_weighed_side_by_side(
    three: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voices = tmp_path / "voix.json"
    voices.write_text(
        json.dumps(
            {
                "bounds": [
                    {"criterion": "energy", "worst": 200, "best": 0, "source": "essai"},
                    {"criterion": "dark_hours", "worst": 0, "best": 2190, "source": "essai"},
                ],
                "groups": [
                    {"group": "elus", "kind": "council", "name": "Conseil",
                     "order": [["energy"], ["dark_hours"]], "source": "essai"},
                ],
            }
        )
    )  # fmt: skip
    others = tmp_path / "agents.json"
    others.write_text(
        json.dumps(
            {
                "bounds": [],
                "groups": [
                    {"group": "agents", "kind": "agents", "name": "Agents",
                     "order": [["upward_flux"], ["energy"]], "source": "essai"},
                ],
            }
        )
    )  # fmt: skip
    out = tmp_path / "poids"
    told = ["--voices", str(voices), "--voices", str(others)]
    assert plan(*three, *told, "--out", str(out)) == 0
    said = capsys.readouterr().out
    assert "elus" in said and "agents" in said
    weighed = Weighing.model_validate_json((out / "poids.json").read_bytes())
    assert [one.group for one in weighed.groups] == ["elus", "agents"]
    assert {one.criterion for one in weighed.bounds} >= {"energy", "upward_flux"}
    page = (out / "rapport.html").read_text(encoding="utf-8")
    assert "Qui préfère quoi" in page and "--voices agents.json" in page


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["--pair", "a,z"],
        ["--off", "minuit"],
        ["--frontier", "cost"],
        ["--frontier", "cost,beauté"],
        ["--commune", "54430=absent.csv"],
    ],
    ids=["no file", "no pair", "no hours", "one criterion", "no criterion", "no such file"],
)
def test_misuse_ends_with_2(
    line: list[str], three: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(*(three if line else []), *line) == 2
    assert capsys.readouterr().out == ""


def test_a_study_and_files_together_are_misuse(files: list[str], tmp_path: Path) -> None:
    study = tmp_path / "etude.json"
    study.write_text("{}")
    assert plan(*files, "--study", str(study)) == 2
    assert plan("--study", str(study), "--off", "00:00-05:30") == 2


def test_words_for_criteria_are_their_names_or_short() -> None:
    assert criteria_of("cost, ciel") == ("net_present_cost", "upward_flux")
    assert criteria_of("energy,dark_hours,coût") == ("energy", "dark_hours", "net_present_cost")
    with pytest.raises(Misuse):
        criteria_of("cost,cout")


def test_a_file_that_is_no_inventory_is_refused(tmp_path: Path, three: list[str]) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x00\x01" * 200)
    assert plan(str(path), *AT) != 0


def test_a_real_inventory_is_read_as_a_councillor_would(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shutil.copy(shared / "data/lighting-champaign/Streetlights.csv", tmp_path)
    out = tmp_path / "champaign"
    assert plan(str(path), *AT, "--out", str(out)) == 0
    page = (out / "rapport.html").read_text(encoding="utf-8")
    assert "Compléter les fichiers avant de choisir" in page
    assert "inconnu" in page
    capsys.readouterr()


def test_points_of_the_frontier_open_as_scenarios(
    three: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "frontiere"
    asked = ["--frontier", "energy,dark_hours", "--limit", "10", "--out", str(out)]
    assert plan(*three, *asked) == 0
    page = (out / "rapport.html").read_text(encoding="utf-8")
    assert "Jusqu’où peut-on aller" in page
    points = json.loads((out / "frontiere.json").read_bytes())["points"]
    capsys.readouterr()
    study, plans = str(out / "etude.json"), str(out / "plans.json")
    assert plan("--study", study, "--scenarios", plans, "--json") == 0
    found = json.loads(capsys.readouterr().out)["comparison"]["scenarios"]
    assert [one["scenario"] for one in found] == ["a", *(one["id"] for one in points)]
    for one, point in zip(found[1:], points, strict=True):
        for told in point["values"]:
            assert _values(one)[told["criterion"]] == pytest.approx(told["value"], rel=1e-6)
