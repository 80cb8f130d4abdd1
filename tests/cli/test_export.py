"""What the store holds, written as each format: whole or not at all."""

import io
import json
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from synergie.calendar import day_bounds, load_time_zone
from synergie.cli import main
from synergie.cli.trust import export
from synergie.formats import load_formats, read
from tests.databases import sqlite

ORG = "cc-bassin-de-pompey"
HDM = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes\r\n"
    "99000000000017;Courbe de charge;25/10/2026;26/10/2026;Energie active;Consommation;"
    "Comptage Brut;W;30\r\nHorodate;Valeur\r\n"
)
LIGHTS = (
    "external_id,cabinet,insee_code,longitude,latitude,source_type,power_w,power_text,flux_lm,"
    "cct_k,ulr_installed,height_m,installed_on,luminaire_model,provenance\n"
    "L1,A1,54430,6.13,48.77,LED,70,,,,,,,,synthetic\n"
    "L2,A1,54430,,,SHP,,250/85,,,,,,,synthetic\n"
)
ENERGIES = (
    "name,from_date,to_date,energy_kwh,provenance\nRUE HAUTE,2026-09-01,2026-10-01,12.5,synthetic\n"
)


def october() -> bytes:
    """The half-hours of the day on which clocks go back: 50 of them."""
    tz = load_time_zone("Europe/Paris")
    start, end = day_bounds(date(2026, 10, 25), tz)
    n = int((end - start) / timedelta(minutes=30))
    stamps = ((start + i * timedelta(minutes=30)).astimezone(tz) for i in range(n))
    return (
        HDM + "".join(f"{at.isoformat()};{100 + i}\r\n" for i, at in enumerate(stamps))
    ).encode()


@pytest.fixture(scope="module")
def deposited(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store in which one organisation has deposited three files; to copy."""
    folder = tmp_path_factory.mktemp("deposited")
    line = ["org", "add", ORG, "--kind", "epci", "--name", "Bassin de Pompey"]
    files = {"hdm.csv": october(), "points.csv": LIGHTS.encode(), "mois.csv": ENERGIES.encode()}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SYNERGIE_DATABASE_URL", sqlite(folder, like=blank_sqlite))
        patched.chdir(folder)
        assert main([*line, "--siren", "245400601"]) == 0
        for name, data in files.items():
            (folder / name).write_bytes(data)
            assert main(["deposit", name, "--org", ORG]) == 0
    return folder


@pytest.fixture
def place(deposited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, where one is."""
    shutil.copytree(deposited, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def records(path: Path) -> list[Any]:
    with read(path) as result:
        return list(result.records)


@pytest.mark.parametrize("form", ["curves-csv", "curves-csv-fr", "parquet", "arrow", "workbook"])
def test_the_october_day_leaves_whole(place: Path, form: str) -> None:
    line = ["export", form, "--org", ORG, "--from", "2026-10-25", "--to", "2026-10-26"]
    assert main([*line, "-o", "out"]) == 0
    curves = [one for one in records(place / "out") if hasattr(one, "values")]
    assert [one.values for one in curves] == [list(range(100, 150))]
    assert curves[0].supply_point == "prm:99000000000017"


def test_a_part_of_the_time_is_that_part(place: Path) -> None:
    line = ["export", "curves-csv", "--org", ORG, "-o", "out", "--from"]
    assert main([*line, "2026-10-25T01:00:00Z", "--to", "2026-10-25T02:00:00Z"]) == 0
    (curve,) = records(place / "out")
    assert curve.values == [106, 107]


def test_the_file_says_its_date_and_why_it_is_late(place: Path) -> None:
    assert main(["export", "data-package", "--org", ORG, "--licence", "Licence Ouverte 2.0"]) == 0
    import zipfile

    with zipfile.ZipFile(place / "synergie.zip") as archive:
        told = json.loads(archive.read("datapackage.json"))
        assert {"curves.csv", "energies.csv", "light_points.csv"} <= set(archive.namelist())
    assert told["title"] == "Bassin de Pompey"
    assert told["created"]
    assert "séries à jour sur 1." in told["description"]
    assert told["licenses"][0]["name"] == "etalab-2.0"


def test_lights_go_to_the_map_and_energies_to_their_table(place: Path) -> None:
    assert main(["export", "geopackage", "--org", ORG]) == 0
    assert {one.external_id for one in records(place / "eclairage.gpkg")} == {"L1", "L2", "A1"}
    database = sqlite3.connect(place / "eclairage.gpkg")
    (told,) = database.execute("SELECT description FROM gpkg_contents LIMIT 1").fetchone()
    database.close()
    assert "Dernière mise à jour : " in told
    assert main(["export", "monthly-csv", "--org", ORG]) == 0
    (energy,) = records(place / "energies-ouvert.csv")
    assert str(energy.energy_kwh) == "12.5"


def test_what_has_no_place_is_left_out_aloud(place: Path, capsys: Any) -> None:
    capsys.readouterr()
    assert main(["export", "darkskylab-csv", "--org", ORG]) == 0
    said = capsys.readouterr().err
    assert "1" in said.splitlines()[0]
    assert len(records(place / "points-lumineux-ciel.csv")) == 1
    lines = ["ngsi-ld", "ngsi-ld-keyvalues"]
    for form in lines:
        assert main(["export", form, "--org", ORG, "--kind", "light_points", "-o", form]) == 0
        assert [one.external_id for one in records(place / form)] == ["L1"]


def test_a_dash_is_the_standard_output_and_nothing_else_is_there(
    place: Path, capfdbinary: Any
) -> None:
    capfdbinary.readouterr()
    assert main(["export", "curves-csv", "--org", ORG, "-o", "-"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"start_utc,end_utc,local_start,offset,value,unit,quality,")
    assert len(out.splitlines()) == 51
    assert b"1" in err
    assert not list(place.glob("*ouvert*"))


@pytest.mark.parametrize(("grain", "lines"), [("raw", 50), ("half_hour", 50), ("hour", 25)])
def test_curves_are_written_as_fine_as_asked(place: Path, grain: str, lines: int) -> None:
    """The day of October has 25 hours; nothing after it makes the month and the year whole."""
    words = ["export", "curves-csv", "--org", ORG, "--granularity"]
    assert main([*words, grain, "-o", grain]) == 0
    assert len((place / grain).read_bytes().splitlines()) == 1 + lines
    assert main([*words, "day", "-o", "days"]) == 0
    (curve,) = records(place / "days")
    assert (curve.step, len(curve.values), curve.quantity) == ("P1D", 1, "active_energy")


def test_each_format_that_is_written_has_its_file_name_and_is_listed(
    place: Path, capsys: Any
) -> None:
    capsys.readouterr()
    assert main(["export", "--list"]) == 0
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    filled = {
        "meteo-france-daily",
        "offers",
        "offers-xlsx",
        "template-crews",
        "template-purchase-group",
        "template-forward-prices",
        "template-rules",
    }
    elsewhere = {"perimeter", "perimeter-xlsx", *filled}
    assert (
        listed == {one.name for one in load_formats().values() if one.write is not None} - elsewhere
    )
    assert set(export._HELD) <= listed
    assert set(export._NAMES) <= listed
    assert main(["export", "perimeter", "--org", ORG]) == 2


def test_every_listed_format_takes_what_the_store_holds(place: Path) -> None:
    before = set(place.iterdir())
    names = list(export._list_export_formats())
    for form in names:
        assert main(["export", form, "--org", ORG]) == 0, form
    assert {path.name for path in set(place.iterdir()) - before} == set(
        map(export._get_export_name, names)
    )


def test_a_file_that_fails_is_not_left_behind(place: Path, capsys: Any) -> None:
    before = set(place.iterdir())
    assert main(["export", "parquet", "--org", ORG, "--kind", "work_orders", "-o", "p"]) == 1
    assert set(place.iterdir()) == before
    (place / "p").write_bytes(b"old")
    assert main(["export", "parquet", "--org", ORG, "--kind", "work_orders", "-o", "p"]) == 1
    assert (place / "p").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["export"], 2),
        (["export", "curves-csv"], 2),
        (["export", "nothing", "--org", ORG], 2),
        (["export", "lighting-csv", "--org", ORG], 2),
        (["export", "curves-csv", "--org", ORG, "--kind", "clouds"], 2),
        (["export", "curves-csv", "--org", ORG, "--granularity", "week"], 2),
        (["export", "curves-csv", "--org", ORG, "--granularity", "aggregate"], 2),
        (["export", "curves-csv", "--org", "nobody"], 1),
        (["export", "curves-csv", "--org", ORG, "--from", "25/10/2026"], 1),
        (["export", "curves-csv", "--org", ORG, "--from", "2026-10-25T00:00:00"], 1),
        (["export", "curves-csv", "--org", ORG, "--from", "0001-01-01"], 1),
        (["export", "curves-csv", "--org", ORG, "--to", "9999-12-31"], 1),
        (["export", "monthly-csv", "--org", ORG, "--agreement", "agr_0000000000"], 5),
        (["export", "curves-csv", "--org", ORG, "--series", "ser_0000000000"], 5),
        (["export", "curves-csv", "--org", ORG, "--agreement", "agr_0000000000"], 5),
        (["export", "curves-csv", "--org", ORG, "-o", "absent/out.csv"], 2),
    ],
)
def test_each_end_has_its_exit_code(place: Path, line: list[str], code: int) -> None:
    assert main(line) == code
    assert not [*place.glob("courbes*"), *place.glob("energies*")]


def test_the_same_export_twice_is_the_same_file(place: Path) -> None:
    for form in ("curves-csv", "workbook", "geopackage", "data-package", "parquet"):
        for name in ("one", "two"):
            assert main(["export", form, "--org", ORG, "-o", name]) == 0
        assert (place / "one").read_bytes() == (place / "two").read_bytes(), form


def test_a_catalogue_names_what_is_published(place: Path) -> None:
    line = ["export", "dcat-ap", "--org", ORG, "--address", "https://donnees.example/pompey"]
    assert main(line) == 0
    told = json.loads((place / "catalog.jsonld").read_text(encoding="utf-8"))
    urls = [one["dcat:distribution"][0]["@id"] for one in told["dcat:dataset"]]
    assert "https://donnees.example/pompey/curves-ouvert.csv" in urls
    assert io.StringIO(json.dumps(told)).read().count("54430") >= 1
