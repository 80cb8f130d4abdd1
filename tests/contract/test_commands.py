"""`synergie contract` and `synergie weather` from files, from the draft to what is due."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.client.keys import new_key, public_jwks, save_key
from tests.contract.made import (
    BASELINE,
    SCHOOL,
    YEAR,
    building,
    contract,
    outside,
    plan,
    point,
    statement,
)
from tests.formats.weather.tables import row, table

SPANS = (BASELINE, YEAR)


def run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str]:
    code = main([*map(str, args), "--locale", "fr"])
    told = capsys.readouterr()
    return code, (told.out + told.err).replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A contract, its readings as days, its weather, and a key of each party."""
    (tmp_path / "contrat.json").write_text(contract(point(SCHOOL)).model_dump_json())
    temperatures = []
    for span in SPANS:
        for i, mean in enumerate(map(float, outside(span))):
            day = span.from_date + timedelta(days=i)
            temperatures.append(row(f"{day:%Y%m%d}", round(mean - 4, 1), round(mean + 4, 1), mean))
    write_days(tmp_path / "energies.csv")
    (tmp_path / "Q_67.csv").write_bytes(table(temperatures))
    for party in ("constructeur", "syndicat"):
        key = new_key()
        save_key(key, tmp_path / f"{party}.json")
        (tmp_path / f"{party}.jwks.json").write_text(json.dumps(public_jwks(key)))
    return tmp_path


def write_days(path: Path) -> None:
    """Both years as a file of energies that `synergie check` knows."""
    from synergie import formats
    from synergie.schemas.readings.period_energy import PeriodEnergy

    records = [
        PeriodEnergy(
            name="École",
            supply_point=SCHOOL,
            from_date=span.from_date + timedelta(days=i),
            to_date=span.from_date + timedelta(days=i + 1),
            energy_kwh=kwh,
            provenance="synthetic",
        )
        for span, factor in zip(SPANS, (1.0, 0.75), strict=True)
        for i, kwh in enumerate(building(SCHOOL, span, factor=factor).values)
    ]
    with path.open("wb") as sink:
        formats.write(records, sink, format="monthly-csv")


def test_a_contract_from_its_baseline_to_its_signed_statement(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = ("--readings", folder / "energies.csv", "--weather", folder / "Q_67.csv")
    frozen, report = folder / "plan.json", folder / "releve.json"
    code, said = run(
        capsys, "contract", "baseline", folder / "contrat.json", *inputs, "--out", frozen
    )
    assert code == 0, said
    assert "14,944 kWh par degré-jour sous 15,00 °C" in said
    years = ("--from", YEAR.from_date, "--to", "01/07/2025")
    code, said = run(capsys, "contract", "statement", frozen, *inputs, *years, "--out", report)
    assert code == 0, said
    assert "Économie : 16 258 kWh (15 347 à 17 168) pour 13 388 garantis" in said
    assert "l’exploitant reçoit 169,31 €" in said
    for party in ("constructeur", "syndicat"):
        code, said = run(
            capsys, "contract", "sign", report, "--party", party, "--key", folder / f"{party}.json"
        )
        assert code == 0, said
    key = f"syndicat={folder / 'syndicat.jwks.json'}"
    code, said = run(capsys, "contract", "verify", report, "--key", key)
    assert code == 0, said
    assert "signature de syndicat : valable" in said
    assert "signature de constructeur : non vérifiée" in said
    code, said = run(capsys, "contract", "page", report, "--out", folder / "releve.html")
    assert code == 0, said
    page = (folder / "releve.html").read_text("utf-8")
    assert page.count('<svg class="fig f720"') == 2
    assert page.count('<rect class="s1"') >= 2 * 12 and "kWh ± " in page


def test_a_signature_alone_leaves_the_file_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = ("--readings", folder / "energies.csv", "--weather", folder / "Q_67.csv")
    frozen, alone = folder / "plan.json", folder / "signature.txt"
    run(capsys, "contract", "baseline", folder / "contrat.json", *inputs, "--out", frozen)
    text, key = frozen.read_text("utf-8"), folder / "syndicat.json"
    words = ("contract", "sign", frozen, "--org", "syndicat", "--key", key, "--out", alone)
    code, said = run(capsys, *words)
    assert code == 0 and frozen.read_text("utf-8") == text, said
    assert len(alone.read_text("ascii").split(".")) == 3


def test_a_statement_that_was_touched_is_not_verified_signed_or_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = ("--readings", folder / "energies.csv", "--weather", folder / "Q_67.csv")
    frozen = folder / "plan.json"
    run(capsys, "contract", "baseline", folder / "contrat.json", *inputs, "--out", frozen)
    text = json.loads(frozen.read_text())
    text["contract"]["guarantee"]["share"] = "0.1"
    frozen.write_text(json.dumps(text))
    code, said = run(capsys, "contract", "verify", frozen)
    assert code == 1
    assert "son empreinte ne tient pas" in said
    code, said = run(
        capsys, "contract", "sign", frozen, "--party", "syndicat", "--key", folder / "syndicat.json"
    )
    assert code == 1
    code, said = run(
        capsys, "contract", "baseline", folder / "contrat.json", *inputs, "--out", frozen
    )
    assert code != 0
    assert "il n'est pas remplacé" in said


@pytest.mark.parametrize("kind", ["building", "lighting"])
def test_a_draft_is_a_contract(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from synergie.contract.records.contract import PerformanceContract

    code, said = run(capsys, "contract", "draft", "--kind", kind, "--out", tmp_path / "c.json")
    assert code == 0, said
    PerformanceContract.model_validate_json((tmp_path / "c.json").read_text("utf-8"))


def test_degree_days_are_told_by_month_and_a_hole_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = [date(2025, 1, 1) + timedelta(days=i) for i in range(59)]
    rows = [row(f"{day:%Y%m%d}", 4, 10, 7) for day in days if day.day != 7 or day.month != 2]
    path = tmp_path / "Q_67.csv"
    path.write_bytes(table(rows))
    args = ("weather", "degree-days", path, "--station", "67124001", "--method", "meteo", "--base",
            "18", "--from", "2025-01-01", "--to", "2025-03-01")  # fmt: skip
    code, said = run(capsys, *args)
    assert code == 0, said
    assert "01/01/2025  341,0  connu pour 31 jours sur 31" in said
    assert "01/02/2025  ?      connu pour 27 jours sur 28" in said
    code, said = run(capsys, *args, "--json")
    months = json.loads(said)
    assert [one["degree_days"] for one in months] == [341.0, None, None]
    assert months[1]["known_degree_days"] == 297.0


def test_the_nearest_station_is_told_with_its_distance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "Q_67.csv"
    path.write_bytes(table([row(f"202501{day:02}", 1, 5, 3) for day in range(1, 32)]))
    args = ("weather", "stations", path, "--near", "49.2,7.75", "--altitude", "400",
            "--from", "2025-01-01", "--to", "2025-02-01")  # fmt: skip
    code, said = run(capsys, *args)
    assert code == 0, said
    assert "67124001 STRASBOURG-ENTZHEIM : à 72,8 km" in said
    assert "à plus de 50 km" in said
    assert "plus de 150 m" in said


def test_a_member_is_handed_its_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, own = tmp_path / "releve.json", tmp_path / "custines.json"
    made = statement(plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=0.75))
    report.write_text(made.model_dump_json(), "utf-8")
    part = ("contract", "part", report, "--out", own, "--member")
    code, said = run(capsys, *part, "custines")
    assert code == 0, said
    assert json.loads(own.read_text("utf-8"))["part"]["due_eur"] == "-169.31"
    code, said = run(capsys, *part, "pompey")
    assert code == 1
