"""`synergie plan hedge`: from files of scenarios or of the past, in words and as JSON."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synergie.cli import main

PARIS = ZoneInfo("Europe/Paris")
AUTUMN = (date(2026, 10, 25), date(2026, 10, 26))  # a day of 25 hours


def _problem(tmp_path: Path, days: tuple[date, date] = AUTUMN, **changes: Any) -> str:
    starts, ends = map(str, days)
    base = {"id": "base", "shape": "base", "starts": starts, "ends": ends, "eur_per_mwh": "50.00"}
    problem = {
        "delivery": {"starts": starts, "ends": ends},
        "products": [base],
        "fixed_offers": [{"id": "fixe", "supplier": "Fournisseur", "eur_per_mwh": "60.00"}],
        "risk_weights": [0.0, 1.0],
    }
    path = tmp_path / "blocs.json"
    path.write_text(json.dumps(problem | changes), encoding="utf-8")
    return str(path)


def _hours(days: tuple[date, date] = AUTUMN) -> list[datetime]:
    first, end = (datetime(d.year, d.month, d.day, tzinfo=PARIS).astimezone(UTC) for d in days)
    return [first + timedelta(hours=i) for i in range(int((end - first) / timedelta(hours=1)))]


def _table(form: str = "iso", separator: str = ";") -> str:
    rows = [separator.join(("charge_MW", "Scénario", "début", "prix EUR/MWh"))]
    for name, price in (("doux", "40,0"), ("froid", "90,0")):
        for hour in _hours():
            local = hour.astimezone(PARIS)
            told = {
                "iso": hour.isoformat(),
                "paris": f"{local:%d/%m/%Y %H:%M}",
                "plain": f"{local:%Y-%m-%d %H:%M}",
            }[form]
            rows.append(separator.join(("2", name, told, price)))
    return "\n".join(rows)


def _saved(tmp_path: Path, text: str) -> str:
    path = tmp_path / "scenarios.csv"
    path.write_text(text, encoding="utf-8-sig")
    return str(path)


@pytest.mark.parametrize("form", ["iso", "paris", "plain"])
def test_a_day_of_25_hours_is_read_as_people_write_it(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["plan", "hedge", _problem(tmp_path), "--scenarios", _saved(tmp_path, _table(form))]
    assert main([*line, "--json"]) == 0
    study = json.loads(capsys.readouterr().out)
    assert (study["scenarios"], study["hours"], study["load_mwh"]) == (2, 25, "50.000")
    # 2 MW for 25 h at 40 or 90 EUR/MWh; bought whole at 50 they cost 2 500 EUR
    assert study["spot_only"]["worst_eur"] == "4500.00"
    assert study["spot_only"]["worst_scenario"] == "froid"
    assert [c["positions"][0]["mw"] for c in study["choices"]] == [2.0, 2.0]
    assert study["choices"][1]["risk"]["worst_eur"] == "2500.00"
    assert study["fixed"][0]["risk"]["mean_eur"] == "3000.00"


def test_the_summary_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["plan", "hedge", _problem(tmp_path), "--scenarios", _saved(tmp_path, _table())]
    assert main(["--locale", "en", *line]) == 0
    said = capsys.readouterr().out
    assert "risk counted for 100 %: base 2.00 MW" in said
    assert "share bought ahead: 2026-Q4 100 %" in said
    assert "no price is forecast here" in said


def test_scenarios_as_json_give_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"name": name, "prices": [price] * 25, "loads": [2] * 25}
        for name, price in (("doux", 40), ("froid", 90))
    ]
    problem = _problem(tmp_path)
    outs = []
    for text in (json.dumps(rows), _table()):
        assert (
            main(["plan", "hedge", problem, "--scenarios", _saved(tmp_path, text), "--json"]) == 0
        )
        study = json.loads(capsys.readouterr().out)
        study["run"].pop("seconds")
        outs.append(study)
    assert outs[0] == outs[1]


def test_weeks_of_the_past_become_scenarios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = (date(2026, 10, 5), date(2026, 11, 9))
    rows = ["debut;prix_eur_mwh;charge_mw"]
    rows += [f"{hour.isoformat()};{40 + i // 168};2" for i, hour in enumerate(_hours(days))]
    line = ["plan", "hedge", _problem(tmp_path), "--history", _saved(tmp_path, "\n".join(rows))]
    outs = []
    for seed in ("1", "1", "2"):
        assert main([*line, "--count", "20", "--run-weeks", "1", "--seed", seed, "--json"]) == 0
        outs.append(json.loads(capsys.readouterr().out)["inputs_digest"])
    assert outs[0] == outs[1] != outs[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("90,0", "cher"), "scenarios.csv ligne 27, colonne prix_eur_mwh"),
        (("début", "quand"), "scenarios.csv ligne 1"),
        ((";2026-10-24T22:00:00+00:00", ";2026-10-24T22:30:00+00:00"), "ligne 2, colonne debut"),
        ((";2026-10-24T22:00:00+00:00", ";2026-10-24T23:00:00+00:00"), "ligne 3, colonne debut"),
        ((";2026-10-24T22:00:00+00:00", ";2026-10-23T22:00:00+00:00"), "2026-10-24T22:00:00"),
        (("2;doux", "-2;doux"), "-2 MW"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(
    change: tuple[str, str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = _table().replace(*change, 1)
    line = ["plan", "hedge", _problem(tmp_path), "--scenarios", _saved(tmp_path, table)]
    assert main(line) == 1
    assert said in capsys.readouterr().err


def test_scenarios_or_a_history_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "hedge", _problem(tmp_path)]) == 2
    assert "--history" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[", "[1]", "[]", '[{"name": "a"}]', "a;b\n1;2"])
def test_a_file_that_holds_no_scenario_is_refused_in_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["plan", "hedge", _problem(tmp_path), "--scenarios", _saved(tmp_path, text)]
    assert main(line) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
