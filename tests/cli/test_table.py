"""A table whose head is new: shown, asked about, confirmed, saved; and read without a question."""

import io
import json
import sys
from pathlib import Path

import pytest

import synergie.testing
from synergie.cli import main
from synergie.client import Client
from synergie.errors import SynergieError
from tests.formats.tables.made import BILLS

CURVE = "start,value\n2025-01-01 00:00:00+00:00,0.5\n2025-01-01 01:00:00+00:00,0.25\n"


@pytest.fixture
def bills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bills of an agent, and a store with one organisation; nobody is at the terminal."""
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", f"sqlite:///{tmp_path / 'synergie.db'}")
    monkeypatch.setenv("SYNERGIE_LOCALE", "en")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(["db", "upgrade"]) == 0
    assert main(["org", "add", "mairie-essai", "--kind", "commune", "--name", "Essai"]) == 0
    path = tmp_path / "Factures 2026.csv"
    path.write_bytes(BILLS.encode("cp1252"))
    return path


def deposit(path: Path, *more: str) -> int:
    return main(["deposit", str(path), "--org", "mairie-essai", *more])


def test_without_a_terminal_the_command_to_type_is_said_and_nothing_is_stored(
    bills: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ["deposit", str(bills), "--org", "mairie-essai"]
    monkeypatch.setattr(sys, "argv", ["synergie", *line])
    assert main(line) == 2
    said = capsys.readouterr()
    assert said.err.rstrip().endswith(f"synergie deposit '{bills}' --org mairie-essai --yes")
    assert "Consommation (kWh)" in said.err
    assert "in all: 4,680.250 kWh" in said.err
    assert main(["check", str(bills), "--profile", "factures", "--org", "mairie-essai"]) == 1


def test_yes_takes_a_proposal_that_leaves_nothing_open_and_saves_it(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deposit(bills, "--yes") == 0
    assert "profile saved as factures" in capsys.readouterr().err
    bills.write_bytes(BILLS.replace("1 234,5", "1 234,6").replace("4 680,25", "4 680,35").encode())
    assert deposit(bills) == 0
    said = capsys.readouterr()
    assert "read with the saved profile factures" in said.err
    assert "3 records kept, 0 refused" in said.out
    assert main(["check", str(bills), "--profile", "factures", "--org", "mairie-essai"]) == 0


def test_a_dry_run_saves_no_profile(bills: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert deposit(bills, "--yes", "--dry-run") == 0
    assert "profile saved" not in capsys.readouterr().err
    assert deposit(bills) == 2


def test_an_open_question_is_answered_on_the_line_and_never_by_yes(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bills.with_name("compteur.csv")
    path.write_text(CURVE)
    assert deposit(path, "--yes") == 2
    asked = capsys.readouterr().err
    assert "--answer unit=W|kW|Wh|kWh" in asked
    assert "--answer direction=import|export" in asked
    told = ["--answer", "unit=kWh", "--answer", "direction=import"]
    assert deposit(path, "--yes", *told, "--answer", "supply_point=other:cave") == 0
    said = capsys.readouterr()
    assert "energy: 0.750 kWh" in said.out
    assert "for the same meter or year: --profile compteur" in said.err
    assert deposit(path, "--yes") == 2, "a file of the same head may be of another meter"
    assert deposit(path, "--profile", "compteur") == 0
    capsys.readouterr()
    other = bills.with_name("autre.csv")
    other.write_text(CURVE.replace("start", "begin"))
    assert deposit(other, "--yes", "--answer", "colour=red") == 2
    assert "open questions are: unit, direction" in capsys.readouterr().err


def test_check_shows_the_proposal_and_writes_it_to_be_corrected(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sink = bills.with_name("profil.json")
    assert main(["check", str(bills), "--propose", str(sink)]) == 0
    said = capsys.readouterr()
    assert "Consommation (kWh)  energy or power, kWh" in said.out
    profile = json.loads(sink.read_text(encoding="utf-8"))
    assert profile["table"]["last_day"] == "included"
    profile["table"]["last_day"] = "excluded"
    sink.write_text(json.dumps(profile), encoding="utf-8")
    assert main(["check", str(bills), "--profile", str(sink), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["series"][0]["last"] == "2026-02-28"
    assert deposit(bills, "--profile", str(sink)) == 0


def test_check_of_a_table_with_open_questions_says_them_and_reads_from_a_pipe(
    bills: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del bills
    pipe = io.TextIOWrapper(io.BytesIO(CURVE.encode()))
    monkeypatch.setattr(sys, "stdin", pipe)
    assert main(["check", "-"]) == 2
    assert "--answer supply_point=" in capsys.readouterr().err
    pipe.seek(0)
    told = ["--answer", "unit=kWh", "--answer", "direction=import"]
    assert main(["check", "-", *told, "--answer", "supply_point=other:cave"]) == 0


def test_a_file_that_needs_no_profile_says_so(bills: Path) -> None:
    lights = bills.with_name("l.csv")
    lights.write_text("id;commune;armoire;puissance\nL1;54430;A1;70\nL2;54430;A1;70\n")
    assert main(["check", str(lights), "--propose", str(bills.with_name("p.json"))]) == 2
    assert main(["check", str(lights), "--profile", "x"]) == 2


def test_a_doubt_of_the_whole_file_stores_nothing_until_it_is_answered_by_name(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bills.with_name("index.csv")
    rows = "".join(f"99000000000017;{n:02}/2025;{45_000 + 700 * n}\n" for n in range(1, 8))
    path.write_text("PRM;Mois;Consommation (kWh)\n" + rows)
    assert deposit(path, "--yes") == 2
    assert "--answer confirm:energy-never-falls=yes" in capsys.readouterr().err
    assert main(["check", str(path), "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in said["findings"] if one["severity"] == "block"] == [
        "energy-never-falls"
    ]
    assert {one["name"]: one["read"] for one in said["columns"]}["Consommation (kWh)"] is True
    assert deposit(path, "--yes", "--answer", "role:Zorglub=ignore") == 2
    capsys.readouterr()
    assert deposit(path, "--yes", "--answer", "confirm:energy-never-falls=yes") == 0
    assert "7 records kept, 0 refused" in capsys.readouterr().out


def test_a_doubt_that_the_store_raises_is_answered_by_name(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for year, times in ((2024, 1), (2025, 40)):
        rows = "".join(f"99000000000017;{n:02}/{year};{(9 - n) * 50 * times}\n" for n in (1, 2, 3))
        bills.with_name(f"{year}.csv").write_text(f"PRM;Mois;Consommation (kWh)\n{rows}")
    assert deposit(bills.with_name("2024.csv"), "--yes") == 0
    assert deposit(bills.with_name("2025.csv"), "--yes") == 2
    answer = "confirm:far-from-year-before=yes"
    assert f"--answer {answer}" in capsys.readouterr().err
    assert deposit(bills.with_name("2025.csv"), "--yes", "--answer", answer) == 0
    assert "3 records kept, 0 refused" in capsys.readouterr().out


def _titled(title: str, *kwh: str, year: int = 2025, head: str = "Consommation") -> bytes:
    lines = [f"99000000000017;01/{n:02}/{year};31/{n:02}/{year};{told}"
             for n, told in zip((1, 3, 5), kwh, strict=True)]  # fmt: skip
    return "\n".join([title, "", f"PRM;Du;Au;{head}", *lines, ""]).encode()


@pytest.mark.parametrize(
    ("title", "kwh", "what"),
    [
        ("Consommations en MWh", ("124,5", "99,5", "50,5"), "unit: MWh in the file, kWh"),
        ("Injection en kWh", ("124,5", "99,5", "50,5"), "direction: not told in the file, import"),
        ("Consommations", ("124,5", "99,5", "50,5"), "unit: not told in the file, kWh"),
        ("Consommations en kWh", ("1,245", "1,995", "1,505"), "decimal: not told in the file, ,"),
    ],
)
def test_a_saved_profile_silences_nothing_that_the_next_file_says(
    bills: Path,
    capsys: pytest.CaptureFixture[str],
    title: str,
    kwh: tuple[str, ...],
    what: str,
) -> None:
    first, again = bills.with_name("suivi.csv"), bills.with_name("relevé.csv")
    first.write_bytes(_titled("Consommations en kWh", "1240,5", "990,5", "540,5", year=2024))
    assert deposit(first, "--yes") == 0
    again.write_bytes(_titled("Consommations en kWh", "1245,5", "995,5", "505"))
    assert deposit(again, "--dry-run") == 0
    capsys.readouterr()
    again.write_bytes(_titled(title, *kwh))
    assert deposit(again, "--yes") == 2
    assert what in capsys.readouterr().err
    named = ("--profile", "suivi")
    anyhow = ("--answer", "confirm:profile-differs=yes")
    assert deposit(again, "--yes", "--dry-run", *named) == 2
    assert what in capsys.readouterr().err
    assert deposit(again, "--yes", "--dry-run", *named, *anyhow) == 0
    check = ["check", str(again), "--org", "mairie-essai", *named]
    capsys.readouterr()
    assert main([*check, "--json"]) == 2
    finding = json.loads(capsys.readouterr().out)["findings"][0]
    assert (finding["code"], finding["severity"]) == ("profile-differs", "block")
    assert what in finding["text"]
    main([*check, *anyhow])
    assert "otherwise" not in capsys.readouterr().err
    assert main([*check, "--answer", "unit=MWh"]) == 2


def test_a_table_is_read_as_it_says_beside_the_saved_profile_which_stays(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = bills.with_name("suivi.csv"), bills.with_name("suivi 2.csv")
    first.write_bytes(_titled("Consommations en kWh", "1240,5", "990,5", "540,5", year=2024))
    assert deposit(first, "--yes") == 0
    again.write_bytes(_titled("Consommations en MWh", "1,2455", "0,995", "0,505"))
    assert deposit(again, "--yes", "--answer", "confirm:profile-differs=yes") == 0
    assert "2,745.5" in capsys.readouterr().out
    first.write_bytes(_titled("Consommations en kWh", "1241,5", "991,5", "541,5", year=2023))
    assert deposit(first) == 0


def test_a_named_profile_is_held_against_the_file_on_a_server_and_confirmed_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    file = tmp_path / "suivi.csv"
    with synergie.testing.server() as running:
        auth = running.auth("mairie-essai")
        key = tmp_path / "key.json"
        key.write_text(json.dumps(dict(auth.key)))
        key.chmod(0o600)
        there = ["--server", running.url, "--client", auth.client_id, "--key", str(key), "--yes"]
        file.write_bytes(_titled("Consommations en kWh", "1240,5", "990,5", "540,5", year=2024))
        assert main(["deposit", str(file), *there]) == 0
        file.write_bytes(_titled("Consommations en MWh", "124,5", "99,5", "50,5"))
        with Client(running.url, auth) as partner:
            with pytest.raises(SynergieError, match="otherwise than the profile: unit"):
                partner.deposit(file, profile="suivi")
            named = ["deposit", str(file), "--profile", "suivi", *there]
            assert main(named) == 2
            assert main([*named, "--answer", "confirm:profile-differs=yes"]) == 0
            saved = next(one for one in partner.profiles() if one.name == "suivi")
            assert saved.profile.table is not None
            assert saved.profile.table.confirmed == ()


def test_what_an_answer_means_stands_beside_the_question(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bills.write_bytes(_titled("Injection en kWh", "1240,5", "990,5", "540,5"))
    assert main(["--locale", "fr", "check", str(bills)]) == 2
    said = capsys.readouterr().err
    assert "--answer direction=import|export" in said
    assert "(import\xa0: soutirée du réseau / export\xa0: injectée dans le réseau)" in said


@pytest.mark.parametrize(
    "answer", ["confirm:no-such-doubt=yes", "confirm:bad-cell=yes", "unit=kWh"]
)
def test_an_answer_to_no_doubt_of_a_file_that_is_no_table_is_refused(
    bills: Path, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    path = bills.with_name("parc.csv")
    path.write_text("Identifiant;Armoire;Puissance (W)\nA;1;70\n", encoding="utf-8")
    assert main(["check", str(path), "--answer", answer]) == 2
    assert f"{answer}: this file asks no such question" in capsys.readouterr().err


def test_a_column_that_the_named_profile_does_not_know_is_told_and_stops_where_it_is_an_energy(
    bills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = bills.with_name("suivi.csv"), bills.with_name("relevé.csv")
    first.write_bytes(_titled("Consommations en kWh", "1240,5", "990,5", "540,5", year=2024))
    assert deposit(first, "--yes") == 0
    capsys.readouterr()

    def check(*columns: str, row: str = ";x;7,5") -> tuple[int, str]:
        told = _titled("Consommations en kWh", "1245,5", "995,5", "505").decode()
        lines = [line + row if line[:1] == "9" else line for line in told.splitlines()]
        head = ";".join(("Au;Consommation", *columns))
        again.write_text("\n".join(lines).replace("Au;Consommation", head), encoding="utf-8")
        code = main(["check", str(again), "--profile", "suivi", "--org", "mairie-essai"])
        return code, capsys.readouterr().err

    code, said = check("Agence", "Remise (%)")
    assert (code, said) == (0, "columns that the profile does not read: Agence, Remise (%)\n")
    code, said = check("Agence", "Livré (kWh)", row=";x;700,5")
    assert code == 2
    assert "energy: not told in the file" in said or "columns: " in said


def test_which_column_is_the_energy_is_answered_by_the_name_of_its_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deux.csv"
    path.write_text(
        "PRM;Du;Au;Consommation A (kWh);Consommation B (kWh)\n"
        "99000000000017;01/01/2024;31/01/2024;1234;1534\n"
        "99000000000024;01/01/2024;31/01/2024;1834;2003\n",
        encoding="utf-8",
    )
    line = ["--locale", "fr", "check", str(path), "--json"]
    assert main(line) == 2
    (question,) = json.loads(capsys.readouterr().out)["questions"]
    assert main([*line, "--answer", f"{question['name']}={question['choices'][1]}"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["energy_kwh"] for one in told["series"]] == [1534, 2003]
    assert main([*line, "--answer", "energy=Consommation C"]) == 2
    assert "energy=Consommation C" in capsys.readouterr().err
