"""The workbook of a joint maintenance reads back equal, and runs no formula."""

import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.maintenance.reports.answers import answers
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.workbook import write_maintenance
from tests.components import program
from tests.reports.maintained import MONDAY, NAMES, PARIS, kept

SHEETS = ["Lisez-moi", "Semaines", "Visites", "Jours d'équipe", "Membres", "Service", "Tournées",
          "À charger", "Laissé", "Signalements", "Parc", "Mis de côté", "Hypothèses"]  # fmt: skip
DANGEROUS = dict(zip(NAMES, ('=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)"), strict=True))


@pytest.fixture(scope="module")
def brief() -> MaintenanceBrief:
    return replace(kept(), names=DANGEROUS)


@pytest.fixture(scope="module")
def packed(brief: MaintenanceBrief) -> bytes:
    sink = BytesIO()
    write_maintenance(brief, sink)
    return sink.getvalue()


def rows(packed: bytes, sheet: str) -> list[dict[str, Any]]:
    """Each row of *sheet* by its heads."""
    book = CalamineWorkbook.from_filelike(BytesIO(packed))
    head, *found = book.get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in found]


def test_it_has_its_sheets_and_each_is_told_in_the_first(packed: bytes) -> None:
    assert CalamineWorkbook.from_filelike(BytesIO(packed)).sheet_names == SHEETS
    assert set(SHEETS[1:]) <= {row["Question"] for row in rows(packed, "Lisez-moi")}


def test_the_first_sheet_answers_what_the_report_answers(
    brief: MaintenanceBrief, packed: bytes
) -> None:
    told = {row["Question"]: row[brief.title] for row in rows(packed, "Lisez-moi")}
    for one in answers(brief).answers:
        assert told[one.question] == f"{one.answer} {one.more}".strip()


def test_visits_and_crew_days_read_back_equal(brief: MaintenanceBrief, packed: bytes) -> None:
    plan = brief.plan
    assert plan is not None
    found = rows(packed, "Visites")
    assert [
        (row["Armoire"], int(row["Semaine"]), int(row["Semaines de retard"])) for row in found
    ] == [(one.cabinet, one.week, one.late_weeks) for one in plan.visits]
    assert all(row["Lundi"] == MONDAY + timedelta(weeks=row["Semaine"] - 1) for row in found)
    assert all(str(row["Pourquoi"]).startswith("Groupée avec") for row in found)
    crews = rows(packed, "Jours d'équipe")
    assert sum(int(row["Jours d'équipe"]) for row in crews) == plan.crew_days
    weeks = rows(packed, "Semaines")
    assert len(weeks) == 12 and weeks[0]["Lundi"] == date(2026, 11, 30)
    assert sum(int(row["Visites"]) for row in weeks) == len(plan.visits)
    assert sum(int(row["Jours d'équipe"]) for row in weeks) == plan.crew_days


def test_members_and_zones_read_back_equal(brief: MaintenanceBrief, packed: bytes) -> None:
    plan = brief.plan
    assert plan is not None
    for row, one in zip(rows(packed, "Membres"), plan.members, strict=True):
        assert Decimal(str(row["Ensemble (€)"])) == one.cost_eur
        assert Decimal(str(row["Gain (€)"])) == one.gain_eur
    late = [int(row["Retard ensemble (points × semaines)"]) for row in rows(packed, "Service")]
    assert late == [one.late for one in plan.zones]


def test_stops_read_back_as_local_times_in_order(brief: MaintenanceBrief, packed: bytes) -> None:
    week = brief.weeks[0]
    planned = [(one, p) for one in week.rounds for p in one.stops]
    for row, (one, stop) in zip(rows(packed, "Tournées"), planned, strict=True):
        assert (row["Jour"], row["Équipe"]) == (one.day, one.crew)
        local = stop.starts_at.astimezone(PARIS).replace(tzinfo=None)
        assert row["Début"] == local
        assert row["Ouvrage"] == week.stops[stop.stop].asset
        assert row["Latitude"] == week.places[week.stops[stop.stop].place].location.latitude
    load = rows(packed, "À charger")
    assert [int(row["Nombre"]) for row in load] == [5, 10] * 4
    assert len(rows(packed, "Laissé")) == 4


def test_faults_and_rows_set_aside_are_all_there(packed: bytes) -> None:
    told = rows(packed, "Signalements")
    assert [row["Signalement"] for row in told] == ["T-2026-001", "T-2026-002"]
    assert told[0]["Signalé"] == datetime(2026, 11, 24, 9)  # noqa: DTZ001
    assert [row["Où"] for row in rows(packed, "Mis de côté")] == [
        "armoires.csv, ligne 12", "signalements.csv, ligne 4"]  # fmt: skip


def test_no_text_is_a_formula_whatever_it_begins_with(packed: bytes) -> None:
    assert set(DANGEROUS.values()) <= {row["Organisme"] for row in rows(packed, "Membres")}
    with zipfile.ZipFile(BytesIO(packed)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                text = book.read(name).decode()
                assert "<f>" not in text and "<f " not in text
                assert 'state="frozen"' in text and "<autoFilter" in text


def test_the_same_brief_gives_the_same_bytes(packed: bytes) -> None:
    sink = BytesIO()
    write_maintenance(replace(kept(), names=DANGEROUS), sink)
    assert sink.getvalue() == packed


def test_a_week_alone_and_nothing_at_all_are_workbooks_too(brief: MaintenanceBrief) -> None:
    for bare in (
        replace(brief, problem=None, plan=None),
        MaintenanceBrief(made_at=datetime(2026, 11, 26, tzinfo=UTC), tell=str),
    ):
        sink = BytesIO()
        write_maintenance(bare, sink)
        assert CalamineWorkbook.from_filelike(BytesIO(sink.getvalue())).sheet_names == SHEETS


@pytest.mark.interop
def test_an_office_suite_opens_it_and_runs_nothing(packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "classeur.xlsx").write_bytes(packed)
    shown = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,true,false,false,-1"
    done = subprocess.run(
        [
            program("soffice", "libreoffice"),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless", "--convert-to", shown, str(tmp_path / "classeur.xlsx"),
            "--outdir", str(tmp_path),
        ],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = {path.stem.removeprefix("classeur-"): path for path in tmp_path.glob("classeur-*.csv")}
    assert set(files) == set(SHEETS)
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    assert "=HYPERLINK" in texts["Membres"]  # as the text it is
    assert not any(error in text for text in texts.values() for error in ("#NAME", "#REF", "Err:"))
