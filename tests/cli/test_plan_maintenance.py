"""`synergie plan maintenance`: from the files an agent has to a year, a week, and back."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.formats.templates.catalogue import TEMPLATES
from synergie.formats.templates.sheet import write_workbook
from tests.components import package
from tests.plan.upkeep_cases import CITY, cabinet, crew, depot, order, row, town, write

STARTS = ["--starts", "2027-01-04", "--at", "2026-12-28T12:00+01:00", "--limit", "20"]
WEEK = ["--week", "2027-W01", "--at", "2027-01-04T06:00+01:00", "--limit", "2"]
NEXT = ["--week", "2027-W02", "--at", "2027-01-10T20:00+01:00", "--limit", "2"]
FAULT = order("T-1", asset="A-01", fault_type="armoire éteinte", reported_at="2026-12-27")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Cabinets, light points, tickets and a crew book in a workbook."""
    boxes, lamps = town()
    paths = [
        write(tmp_path / "armoires.csv", boxes, "cabinets"),
        write(tmp_path / "points.csv", lamps, "light-points"),
        write(tmp_path / "tickets.csv", [FAULT], "work-orders"),
    ]
    rows = [row("crew", crew()), row("depot", depot())]
    with (tmp_path / "equipes.xlsx").open("wb") as sink:
        write_workbook(TEMPLATES["crews"], sink, TEMPLATES["crews"].rows(rows))
    return [*map(str, paths), "--crews", str(tmp_path / "equipes.xlsx")]


def plan(*words: str) -> int:
    return main(["plan", "maintenance", *words])


@pytest.fixture
def told(files: list[str], tmp_path: Path) -> Path:
    """The folder of the year of these files."""
    folder = tmp_path / "annee"
    assert plan(*files, *STARTS, "--out", str(folder)) == 0
    return folder


def test_a_year_is_planned_from_files_and_told_in_french(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(*files, *STARTS) == 0
    said = capsys.readouterr().out
    assert "12" in said
    assert "Qui paie quoi" in said
    assert "semaine 1" in said
    assert "04/01/2027" in said
    assert not set(said) & set("\x1b│")


def test_the_year_as_json_has_the_problem_the_plan_and_what_was_set_aside(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(*files, *STARTS, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"problem", "plan", "set_aside"}
    assert len(found["plan"]["visits"]) == len(found["problem"]["visits"]) >= 12
    assert found["problem"]["starts_on"] == "2027-01-04"


def test_a_row_that_is_set_aside_ends_with_1_and_the_rest_is_planned(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = write(tmp_path / "perdues.csv", [cabinet("A-99", location=None)], "cabinets")
    assert plan(str(lost), *files, *STARTS, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert any("A-99" in one["where"] for one in found["set_aside"])
    assert "perdues.csv, line 2" in found["set_aside"][0]["where"]
    assert len(found["plan"]["visits"]) >= 12


def test_the_folder_holds_the_plan_and_is_not_overwritten_without_a_word(
    files: list[str], told: Path
) -> None:
    assert {"plan.json", "probleme.json", "rapport.html", "classeur.xlsx"} <= {
        path.name for path in told.iterdir()
    }
    assert plan(*files, *STARTS, "--out", str(told)) == 2
    assert plan(*files, *STARTS, "--out", str(told), "--force") == 0


def test_a_year_planned_again_after_little_news_moves_nothing(
    files: list[str], told: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert plan(*files, *STARTS, "--plan", str(told), "--json") == 0
    assert json.loads(capsys.readouterr().out)["plan"]["moved"] == []


def fill(path: Path, done: dict[str, str], why: dict[str, str]) -> None:
    """What the crews write in the list: a day, or why not."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source, delimiter=";"))
    head = rows[0]
    at = {name: head.index(name) for name in ("Fait le", "Cause du défaut")}
    for one in rows[1:]:
        one[at["Fait le"]] = done.get(one[0], "")
        one[at["Cause du défaut"]] = why.get(one[0], "")
    with path.open("w", encoding="utf-8-sig", newline="") as sink:
        csv.writer(sink, delimiter=";").writerows(rows)


def numbers(path: Path) -> list[str]:
    """The interventions of a list."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        return [one[0] for one in csv.reader(source, delimiter=";")][1:]


def stops(folder: Path) -> dict[str, Any]:
    """The stops of a week's folder, by their ticket or key."""
    (path,) = (folder / "semaines").glob("*-probleme.json")
    found = json.loads(path.read_text(encoding="utf-8"))["stops"]
    return {one["ticket"] or one["id"]: one for one in found}


def test_a_week_goes_out_comes_back_and_the_next_takes_in_what_is_left(
    files: list[str], told: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package("icalendar")
    first, second = tmp_path / "s1", tmp_path / "s2"
    assert plan(*files, *WEEK, "--plan", str(told), "--out", str(first)) == 0
    said = capsys.readouterr().out
    assert "lundi" in said or "Monday" in said
    assert list((first / "feuilles").iterdir())
    assert list((first / "agendas").iterdir())
    sent = numbers(first / "interventions.csv")
    assert "T-1" in sent
    assert "armoire éteinte" in (first / "interventions.csv").read_text(encoding="utf-8-sig")
    failed, late = sent[0], sent[1]
    done = dict.fromkeys(sent[2:], "05/01/2027")
    fill(first / "interventions.csv", done, {failed: "accès impossible"})
    back = ["--done", str(first / "interventions.csv"), "--before", str(first)]
    assert plan(*files, *NEXT, "--plan", str(told), *back, "--out", str(second)) == 0
    found = stops(second)
    assert {failed, late} <= set(found), "nothing is lost"
    assert not set(done) & set(found), "nothing is done twice"
    assert "accès impossible" in found[failed]["instructions"]


def test_files_of_nobody_are_all_named_at_once(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        row("crew", crew()), row("depot", depot()),
        row("crew", crew(id="autre", organisation="autre", depot="loin")),
        row("depot", depot(id="loin", organisation="autre")),
    ]  # fmt: skip
    book = write(tmp_path / "deux.csv", rows, "crews")
    assert plan(*files[:3], "--crews", str(book), *STARTS) == 1
    said = capsys.readouterr().err
    assert "armoires.csv, points.csv" in said
    assert "tickets.csv" not in said, "an order is of the owner of its asset"


def test_when_nothing_is_left_to_plan_the_commonest_reason_is_told(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    boxes = [cabinet(f"A-{n}", insee_code=None) for n in range(3)]
    bare = write(tmp_path / "sans.csv", boxes, "cabinets")
    assert plan(str(bare), *files[3:], *STARTS) == 1
    said = capsys.readouterr().err
    assert "sans.csv" in said
    assert "--commune" in said
    assert "× 3" in said
    assert plan(str(bare), *files[3:], "--commune", "54430", *STARTS) == 0


def test_sheets_name_the_commune_as_its_cabinets_do_and_whom_to_call(
    files: list[str], tmp_path: Path
) -> None:
    package("icalendar")
    boxes = [
        cabinet(f"A-{n}").model_copy(update={"name": f"Armoire {n}, Pompey"}) for n in range(3)
    ]
    named = write(tmp_path / "noms.csv", boxes, "cabinets")
    settings = row("settings", {"holidays": "metropole", "on_call": "service technique, 03 99"})
    rows = [row("crew", crew()), row("depot", depot()), settings]
    with (tmp_path / "astreinte.xlsx").open("wb") as sink:
        write_workbook(TEMPLATES["crews"], sink, TEMPLATES["crews"].rows(rows))
    out = tmp_path / "s1"
    book = ["--crews", str(tmp_path / "astreinte.xlsx")]
    assert plan(str(named), *book, *WEEK, "--out", str(out)) == 0
    sheet = next((out / "feuilles").glob("*-nacelle-1.html")).read_text(encoding="utf-8")
    assert "<td>Pompey</td>" in sheet
    assert "service technique, 03 99" in sheet
    report = (out / "rapport.html").read_text(encoding="utf-8")
    assert "synergie plan maintenance noms.csv --crews astreinte.xlsx --week 2027-W01" in report
    assert "Données synthétiques" in sheet


def test_a_matrix_of_roads_is_taken_and_what_it_lacks_is_said(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trajets.json"
    told = {"places": ["depot-1", "A-01"], "durations": [[0, 600], [None, 0]]}
    path.write_text(json.dumps(told), encoding="utf-8")
    assert plan(*files, *WEEK, "--matrix", str(path), "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert "trajets.json, durations 2, 1" in [one["where"] for one in found["set_aside"]]
    names = [place["id"] for place in found["problem"]["places"]]
    row_ = found["problem"]["matrix"]["durations_s"][names.index("depot-1")]
    assert row_[names.index("A-01")] == 600


def test_a_crew_book_is_checked_as_any_file(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", files[-1]]) == 0
    assert "template-crews" in capsys.readouterr().out


def test_a_week_needs_no_year(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(*files, *WEEK, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {stop["asset"] for stop in found["problem"]["stops"]} >= {
        f"A-{i:02}" for i in range(1, 13)
    }


def test_what_cannot_be_done_ends_with_7(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    danger = [
        order(f"D-{i}", asset=f"A-{i:02}", fault_type="fils nus", reported_at="2027-01-03")
        for i in range(1, 13)
    ]
    more = write(tmp_path / "dangers.csv", danger, "work-orders")
    rows = [
        row("crew", crew(starts_at="07:30", ends_at="11:00", break_minutes=0)),
        row("depot", depot()),
    ]
    short = write(tmp_path / "matin.csv", rows, "crews")
    words = [*files[:3], str(more), "--crews", str(short), *WEEK, "--days", "1"]
    assert plan(*words) == 7
    assert capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--week", "demain"], 1),
        (["--starts", "2027-01-05"], 1),
        (["--owner", f"{CITY}=absent.csv"], 2),
        (["--before", "."], 2),
        (["--at", "hier"], 2),
        (["--weeks", "60"], 2),
    ],
    ids=str,
)
def test_a_misuse_is_said(files: list[str], change: list[str], code: int, monkeypatch: Any,
                          tmp_path: Path) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert plan(*files, *change) == code


def test_without_a_crew_book_the_command_says_how_to_get_one(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(*files[:2]) == 2
    assert "synergie template crews" in capsys.readouterr().err


def test_a_book_without_crews_is_refused_with_the_row(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sea = row("depot", depot(location={"longitude": -5.0, "latitude": 45.0}))
    book = write(tmp_path / "mer.csv", [sea, row("crew", crew())], "crews")
    assert plan(*files[:3], "--crews", str(book), *STARTS) == 1
    said = capsys.readouterr().err
    assert "mer.csv" in said
    assert "45, -5" in said


EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "entretien-commun.json"


def test_four_weeks_are_not_told_as_a_year(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(str(EXAMPLE)) == 0
    said = capsys.readouterr().out
    assert "Coût : 1 280,00 €, semaines du plan : 4" in said.replace("\xa0", " ").replace(
        "\u202f", " "
    )
    assert "par an" not in said


def test_a_study_says_what_other_means_would_change(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(str(EXAMPLE), "--study") == 0
    said = capsys.readouterr().out
    assert "Avec d'autres moyens" in said
    assert "depot-liverdun : aucune semaine n'est pleine" in said
    assert plan(*files, *STARTS, "--study", "--out", str(tmp_path / "annee")) == 0
    assert json.loads((tmp_path / "annee" / "etude.json").read_bytes())["crew_days"]
    assert "Si les moyens changeaient" in (tmp_path / "annee" / "rapport.html").read_text("utf-8")


@pytest.mark.parametrize(
    "option",
    [
        ("--week", "2027-W14"), ("--weeks", "52"), ("--days", "5"), ("--done", "rendus.csv"),
        ("--plan", "annee"), ("--starts", "2027-01-04"), ("--at", "2027-01-04T08:00+01:00"),
        ("--matrix", "routes.json"), ("--before", "s13"), ("--owner", "org-a"),
        ("--commune", "54528"),
    ],
)  # fmt: skip
def test_a_ready_problem_refuses_options_that_it_would_not_heed(
    option: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(str(EXAMPLE), *option) == 2
    said = capsys.readouterr()
    assert option[0] in said.err and "plan replan" in said.err
    assert not said.out


@pytest.mark.parametrize(
    "options",
    [
        ("--days", "3"), ("--weeks", "8", "--week", "2027-W14"), ("--study", "--week", "2027-W14"),
        ("--starts", "2027-01-04", "--week", "2027-W14"),
        ("--rules", "regles.json", "--week", "2027-W14"),
        ("--processes", "2", "--week", "2027-W14"),
        ("--cluster", "tcp://localhost:8786", "--week", "2027-W14"),
    ],
)  # fmt: skip
def test_a_year_refuses_what_is_for_a_week_and_a_week_what_is_for_a_year(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan("armoires.xlsx", "--crews", "equipes.xlsx", *options) == 2
    assert options[0] in capsys.readouterr().err


def test_an_impossible_year_says_what_would_make_it_possible(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = json.loads(EXAMPLE.read_bytes())
    for depot_told in problem["depots"]:
        depot_told["crew_days"] = [0] * problem["weeks"]
    (tmp_path / "visites.json").write_text(json.dumps(problem), encoding="utf-8")
    assert plan(str(tmp_path / "visites.json")) == 7
    said = capsys.readouterr().err
    assert "possible si : " in said
    assert "jour(s) d'équipe de plus par semaine" in said


@pytest.mark.parametrize("hours", ["abc", "NaN", "Infinity", "-1", "1e400", "7,5", True, None, [1]])
def test_an_hour_that_is_no_number_is_refused_with_its_place_and_nothing_is_written(
    hours: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(EXAMPLE.read_text("utf-8"))
    told["visits"][0]["hours"] = hours
    file, out = tmp_path / "annee.json", tmp_path / "annee"
    file.write_text(json.dumps(told), "utf-8")
    assert main(["--locale", "fr", "plan", "maintenance", str(file), "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert "annee.json /visits/0/hours" in said.err and "attendu un nombre" in said.err
    assert said.out == "" and not out.exists()
