"""`synergie perimeter` and `synergie template`: files in, the file of the tender out."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.calendar import day_bounds, load_time_zone
from synergie.cli import main
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.readings.meter_curve import MeterCurve
from tests.formats.templates.made import RECORDS, csv_of

PRM = "99000000000017"
OTHER = "99000000000025"


@pytest.fixture
def bills(tmp_path: Path) -> Path:
    """Twelve months of a supplier's export: Windows-1252, decimal commas, a total at the end."""
    rows = ["PRM;Nom du site;Mois;Conso HPH (kWh);Conso HCH (kWh);Montant TTC (€)"]
    rows += [f"{PRM};École;{m:02}/2025;1 00{m % 10},5;{m};12,30" for m in range(1, 13)]
    rows.append("Total;;;12 051,0;78;147,60")
    path = tmp_path / "factures.csv"
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    return path


@pytest.fixture
def curve(tmp_path: Path) -> Path:
    """A load curve of another point, 1 kW all year."""
    tz = load_time_zone("Europe/Paris")
    low, high = day_bounds(date(2025, 1, 1), tz)[0], day_bounds(date(2026, 1, 1), tz)[0]
    run = MeterCurve(
        supply_point=f"prm:{OTHER}", quantity="active_power", form="mean_power",
        direction="import", unit="W", start=low, step="PT30M",
        values=[1000] * (int((high - low).total_seconds()) // 1800), provenance="synthetic",
    )  # fmt: skip
    path = tmp_path / "courbe.csv"
    with path.open("wb") as sink:
        formats.write([run], sink, format="enedis-hdm-curve")
    return path


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    """A filled template: the terms of the other point, off-peak hours among them."""
    text = csv_of("supply-points").decode().replace("09000000000017", OTHER)
    path = tmp_path / "points.csv"
    path.write_bytes("\r\n".join(text.split("\r\n")[:2]).encode())
    return path


def rows_in(path: Path) -> dict[str, PerimeterRow]:
    with formats.read(path) as result:
        rows = [one for one in result.records if isinstance(one, PerimeterRow)]
        assert result.report.refusals == 0
    return {row.supply_point.removeprefix("prm:"): row for row in rows}


@pytest.mark.parametrize("name", ["perimetre.csv", "perimetre.xlsx"])
def test_bills_a_curve_and_a_list_make_a_perimeter_in_one_command(
    bills: Path, curve: Path, terms: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    line = ["perimeter", "build", str(bills), str(curve), str(terms), "-o", str(out)]
    assert main([*line, "--entry", "01/01/2027", "--siret", "24540060100010"]) == 0
    rows = rows_in(out)
    school, other = rows[PRM].reference, rows[OTHER].reference
    assert school is not None
    assert other is not None
    classes = {one.tariff_class: one.kwh for one in school.classes}
    assert (school.method, classes["HCH"]) == ("computed_12m", Decimal(78))
    assert school.total_kwh == sum(classes.values())
    assert other.total_kwh == Decimal(8760)
    assert {one.tariff_class for one in other.classes} == {"HPH", "HCH", "HPB", "HCB"}
    assert (rows[OTHER].load_curve, rows[OTHER].tariff_code) == (True, "BTINFCU4")
    assert rows[PRM].entry_date == date(2027, 1, 1)
    assert {row.member_siret for row in rows.values()} == {"24540060100010"}


def test_missing_cells_are_listed_on_the_screen_and_beside_the_csv(
    bills: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "perimetre.csv"
    assert main(["perimeter", "build", str(bills), "-o", str(out), "--locale", "en"]) == 0
    said = capsys.readouterr()
    listed = (tmp_path / "perimetre-a-completer.csv").read_text(encoding="utf-8-sig").splitlines()
    assert listed[0].startswith("Point de livraison;Site;Colonne à compléter")
    assert any(f"{PRM};École;Fin du contrat;" in line for line in listed)
    assert "to fill: Fin du contrat (points: 1)" in said.out
    assert f"cells to fill: {len(listed) - 1}; the list:" in said.out
    assert "12 records kept" in said.err


def test_an_output_that_is_there_is_not_overwritten_unless_forced(
    bills: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "perimetre.csv"
    beside = tmp_path / "perimetre-a-completer.csv"
    beside.write_text("rempli à la main")
    assert main(["perimeter", "build", str(bills), "-o", str(out)]) == 2
    assert str(beside) in capsys.readouterr().err
    assert not out.exists()
    assert beside.read_text() == "rempli à la main"
    assert main(["perimeter", "build", str(bills), "-o", str(out), "--force"]) == 0


def test_a_filled_perimeter_goes_in_again_and_fills_its_blanks(bills: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    assert main(["perimeter", "build", str(bills), "-o", str(first)]) == 0
    sink = io.BytesIO()
    row = rows_in(first)[PRM].model_copy(
        update={"member": "Commune d'Essai", "green_percent": 50, "reference": None}
    )
    formats.write([row], sink, format="perimeter")
    mine = tmp_path / "rempli.csv"
    mine.write_bytes(sink.getvalue())
    assert main(["perimeter", "build", str(bills), str(mine), "-o", str(second)]) == 0
    again = rows_in(second)[PRM]
    assert (again.member, again.green_percent) == ("Commune d'Essai", 50)
    assert again.reference == rows_in(first)[PRM].reference


def test_a_refused_row_ends_with_1_and_is_named(
    terms: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terms.write_bytes(terms.read_bytes() + f"\r\nPRM;{OTHER[1:]}\r\n".encode())
    out = tmp_path / "p.csv"
    assert main(["perimeter", "build", str(terms), "-o", str(out)]) == 1
    said = capsys.readouterr().err
    assert "Point de livraison (PRM ou PCE)" in said
    assert OTHER[1:] in said
    assert list(rows_in(out)) == [OTHER]


@pytest.mark.parametrize(
    "line",
    [
        ["-o", "x.csv"],
        ["a.csv", "-o", "x.pdf"],
        ["a.csv", "-o", "x.csv", "--from", "2025-13-01"],
        ["a.csv"],
    ],
)
def test_a_line_that_cannot_be_carried_out_is_misuse(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_bytes(csv_of("circuits"))
    assert main(["perimeter", "build", *line]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_the_first_day_of_the_year_may_be_chosen(bills: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.csv"
    assert main(["perimeter", "build", str(bills), "-o", str(out), "--from", "2024-07-01"]) == 0
    year = rows_in(out)[PRM].reference
    assert year is not None
    assert (year.from_date, year.method, year.covered_days) == (
        date(2024, 7, 1),
        "partial",
        Decimal(181),
    )


def test_json_gives_the_whole_perimeter(
    bills: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["perimeter", "build", str(bills), "-o", str(tmp_path / "p.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"][0]["supply_point"] == f"prm:{PRM}"
    assert told["missing"]


def test_a_perimeter_becomes_the_needs_of_a_purchase_plan(
    curve: Path, terms: Path, bills: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, problem = tmp_path / "p.csv", tmp_path / "besoins.json"
    files = [str(curve), str(terms), str(bills)]
    assert main(["perimeter", "build", *files, "-o", str(out), "--siret", "24540060100010"]) == 0
    assert main(["perimeter", "needs", str(out), "-o", str(problem)]) == 1
    assert PRM in capsys.readouterr().err
    made = PurchaseProblem.model_validate_json(problem.read_text())
    (point,) = made.points
    assert (point.id, point.tariff_code) == (OTHER, "BTINFCU4")
    assert sum(part.mwh for part in point.energy) == Decimal("8.76")


def test_templates_are_listed_written_checked_and_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", "--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert set(names) == set(RECORDS)
    for name in names:
        for kind in ("csv", "xlsx"):
            out = tmp_path / f"{name}.{kind}"
            assert main(["template", name, "-o", str(out)]) == 0
            assert main(["check", str(out)]) == 0
    assert main(["template", "sites", "-o", str(tmp_path / "sites.csv")]) == 2
    assert main(["template", "toitures", "-o", str(tmp_path / "t.csv")]) == 2
    assert main(["template", "sites"]) == 2


def test_a_template_goes_to_the_output_of_a_pipe(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert main(["template", "sites", "-o", "-"]) == 0
    assert capsysbinary.readouterr().out.startswith(b"\xef\xbb\xbfIdentifiant du site;")


def test_an_organisation_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not an empty perimeter: a slip of the pen in its name looks the same."""
    out, store = tmp_path / "p.csv", f"sqlite:///{tmp_path}/a.db"
    assert main(["db", "upgrade", "--store", store]) == 0
    line = ["perimeter", "build", "--org", "nobody", "--store", store, "--out", str(out)]
    assert main(line) == 1
    assert "nobody" in capsys.readouterr().err
    assert not out.exists()
