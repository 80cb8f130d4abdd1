"""`synergie check` and `synergie deposit`: the file as it is, said in words or as JSON."""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from synergie.cli import main

KEYS = {
    "format", "records", "duplicates", "rejected", "totals", "blanks", "refused", "series",
    "assets", "kinds", "findings", "warnings",
}  # fmt: skip
SERIES = {
    "id", "quantity", "unit", "steps", "first", "last", "readings", "energy_kwh", "missing",
    "civil_days_off", "direction", "by_year", "stored_by_year",
}  # fmt: skip


@pytest.fixture
def lights(tmp_path: Path) -> Path:
    """A small lighting inventory, all of it right."""
    from synergie import formats
    from synergie.samples import LIGHTING, territory

    path = tmp_path / "inventaire.csv"
    with path.open("wb") as sink:
        points = territory(fast=True).holding(LIGHTING).light_points
        formats.write(points[:20], sink, format="light-points-csv")
    return path


@pytest.fixture
def spoiled(lights: Path) -> Path:
    """The same with one power that is not a number of watts."""
    lines = lights.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[7].split(",")
    power = lines[0].split(",").index("power_w")
    cells[power] = "soixante"
    lines[7] = ",".join(cells)
    lights.write_text("".join(lines), encoding="utf-8")
    return lights


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one organisation, named by the environment."""
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", f"sqlite:///{tmp_path / 'synergie.db'}")
    assert main(["db", "upgrade"]) == 0
    line = ["org", "add", "se-essai", "--kind", "lighting_syndicate", "--name", "Essai"]
    assert main(line) == 0
    return tmp_path / "synergie.db"


def test_a_right_file_ends_with_0_and_says_what_it_is(
    lights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(lights)]) == 0
    said = capsys.readouterr()
    assert "format\u00a0: light-points-csv" in said.out
    assert "20 points lumineux" in said.out
    assert said.err == ""


def test_a_refused_row_ends_with_1_and_is_said_on_stderr_with_its_place(
    spoiled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(spoiled)]) == 1
    said = capsys.readouterr()
    assert "ligne 8, colonne power_w" in said.err
    assert "'soixante' lu" in said.err
    assert "20 points" not in said.out


def test_an_item_without_a_line_is_placed_by_its_number_or_its_pointer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = tmp_path / "r50.xml"
    points = "<PDC><H>2026-05-01T00:30:00+02:00</H><V>-5</V></PDC>" * 60
    flow.write_text(
        "<R50><PRM><Id_PRM>99000000000017</Id_PRM>"
        f"<Donnees_Releve>{points}</Donnees_Releve></PRM></R50>"
    )
    assert main(["check", str(flow)]) == 1
    out, err = capsys.readouterr()
    assert "0 enregistrements gardés, 60 refusés" in out
    assert "colonne record" not in err
    assert ", colonne V\u00a0: '-5' lu" in err
    answer = tmp_path / "answer.json"
    reading = {"value": "1", "date": "2026-03-29 02:30:00", "interval_length": "PT30M"}
    kind = {"unit": "W", "measurement_kind": "power", "aggregate": "average"}
    told = {"usage_point_id": "99000000000017", "reading_type": kind, "interval_reading": [reading]}
    answer.write_text(json.dumps({"meter_reading": told}))
    assert main(["check", str(answer)]) == 1
    assert capsys.readouterr().err.startswith("/meter_reading/interval_reading/0/time\u00a0: ")


def test_the_json_has_the_public_keys_and_is_the_same_in_both_languages(
    spoiled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(spoiled), "--json"]) == 1
    french = capsys.readouterr().out
    assert main(["--locale", "en", "check", str(spoiled), "--json"]) == 1
    assert capsys.readouterr().out == french
    report = json.loads(french)
    assert set(report) == KEYS
    (refused,) = report["refused"]
    assert set(refused) == {"line", "column", "value", "reason", "code"}
    assert (refused["line"], refused["column"], refused["value"]) == (8, "power_w", "soixante")


@pytest.mark.parametrize(("text", "found"), [("bonjour", "bonjour"), ("", "an empty file")])
def test_the_json_of_a_file_refused_outright_says_where_and_why(
    text: str, found: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "note.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["--locale", "fr", "check", str(path), "--json"]) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert set(told) == {"records", "error"}
    assert told["records"] == 0
    assert set(told["error"]) == {"code", "where", "found", "expected"}
    assert (told["error"]["where"], told["error"]["found"]) == ("note.csv", found)
    assert err.startswith("synergie")
    assert main(["--locale", "fr", "check", str(path)]) == 1
    assert capsys.readouterr().out == ""


def test_the_real_curve_is_told_with_its_facts(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "data" / "enedis-sge"
    name = next(path for path in sorted(folder.rglob("*.csv")) if "hdm" in path.name.casefold())
    assert main(["check", str(name), "--json"]) in {0, 1}
    report = json.loads(capsys.readouterr().out)
    assert report["format"] == "enedis-hdm-curve"
    assert all(set(series) == SERIES for series in report["series"])


def test_a_dash_reads_the_standard_input(
    lights: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lights.read_bytes())))
    assert main(["check", "-"]) == 0
    assert "20 points lumineux" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"hello\nworld\n", bytes(range(256)) * 20]
)
def test_a_file_of_another_kind_is_refused_in_one_line(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "autre.bin"
    path.write_bytes(content)
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_a_deposit_is_stored_once_and_a_dry_run_not_at_all(
    lights: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.read_bytes()
    assert main(["deposit", str(lights), "--org", "se-essai", "--dry-run"]) == 0
    assert "rien n'a été rangé" in capsys.readouterr().out
    assert place.read_bytes() == before
    assert main(["deposit", str(lights), "--org", "se-essai"]) == 0
    assert "rangé\u00a0: 20 gardés" in capsys.readouterr().out
    assert main(["deposit", str(lights), "--org", "se-essai"]) == 0
    assert "déjà déposé" in capsys.readouterr().out


def test_a_deposit_of_an_unknown_organisation_is_refused(
    lights: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.read_bytes()
    assert main(["deposit", str(lights), "--org", "nobody"]) == 1
    assert "synergie org add" in capsys.readouterr().err
    assert place.read_bytes() == before


def test_a_deposit_needs_an_owner_or_a_server(lights: Path) -> None:
    assert main(["deposit", str(lights)]) == 2
    assert main(["deposit", str(lights), "--server", "https://donnees.example"]) == 2


def test_a_deposit_goes_to_a_server(
    lights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import synergie.testing
    from synergie.client.keys import load_key, public_jwks
    from synergie.exchange.trust.clients import Clients
    from synergie.schemas.scopes import SCOPES

    key = tmp_path / "key.json"
    assert main(["keys", "new", "--out", str(key)]) == 0
    with synergie.testing.server() as running:
        running.auth("se-essai", program="autre-app")  # registers the organisation, too
        Clients(running.store).register(
            "essai-app", "se-essai", name="Essai", jwks=public_jwks(load_key(key)),
            scopes=SCOPES, now=datetime(2026, 11, 25, tzinfo=UTC),
        )  # fmt: skip
        line = ["deposit", str(lights), "--server", running.url, "--client", "essai-app"]
        assert main([*line, "--key", str(key)]) == 0
        assert main([*line, "--key", str(lights)]) == 2, "not a key"
    assert "rangé\u00a0: 20 gardés" in capsys.readouterr().out
    assert main([*line, "--key", str(key)]) == 6, "the server is gone"


def test_the_place_of_a_finding_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "factures.csv"
    path.write_bytes(
        b"PRM;Du;Au;Consommation (kWh)\n99000000000017;01/01/2026;31/01/2026;5\nTOTAL;;;5\n"
    )
    main(["check", str(path), "--propose", str(tmp_path / "profil.json")])
    capsys.readouterr()
    assert main(["check", str(path), "--profile", str(tmp_path / "profil.json")]) == 0
    told = capsys.readouterr().out
    assert "d'abord ligne 3" in told
    assert "line 3" not in told
