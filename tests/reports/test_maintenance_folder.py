"""The folder of a joint maintenance: every file, none else, the same bytes each time."""

import re
from dataclasses import replace

import pytest

from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.rounds import RoundsPlan
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.folder import NAMES, maintenance_folder
from tests.reports.maintained import COMMUNES, NOW, kept


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return maintenance_folder(kept())


def test_every_file_is_there_and_none_else(files: dict[str, bytes]) -> None:
    assert sorted(files) == sorted([
        "agendas/nacelle-1.ics", "agendas/nacelle-2.ics", "agendas/nacelle-sde.ics",
        "classeur.xlsx",
        "feuilles/2026-11-30.html", "feuilles/2026-12-01.html",
        "feuilles/2026-11-30-nacelle-1.html", "feuilles/2026-11-30-nacelle-2.html",
        "feuilles/2026-11-30-nacelle-sde.html", "feuilles/2026-12-01-nacelle-1.html",
        "notes/cc-bassin.html", "notes/sde.html", "notes/sivom.html",
        "notes/ville-de-frouard.html",
        "parc.json", "plan.json", "probleme.json", "rapport.html",
        "semaines/2026-11-30-probleme.json", "semaines/2026-11-30-tournees.json",
        "tournees.geojson", "tournees.gpkg",
    ])  # fmt: skip
    assert {name.partition("/")[0] for name in files} <= NAMES
    assert all(re.fullmatch(r"([a-z]+/)?[a-z0-9-]+\.[a-z]+", name) for name in files)


def test_the_plans_read_back_equal(files: dict[str, bytes]) -> None:
    brief = kept()
    assert MaintenancePlan.model_validate_json(files["plan.json"]) == brief.plan
    assert MaintenanceProblem.model_validate_json(files["probleme.json"]) == brief.problem
    week = RoundsPlan.model_validate_json(files["semaines/2026-11-30-tournees.json"])
    assert week == brief.weeks[0].plan


def test_the_same_brief_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    assert maintenance_folder(kept()) == files


def test_what_is_not_known_has_no_file(files: dict[str, bytes]) -> None:
    year = maintenance_folder(replace(kept(), weeks=()))
    assert not [name for name in year if name.startswith(("feuilles", "agendas", "tournees"))]
    week = maintenance_folder(replace(kept(), problem=None, plan=None, communes=COMMUNES))
    assert not [name for name in week if name.startswith("notes")]
    assert week["tournees.gpkg"] == files["tournees.gpkg"]
    assert set(maintenance_folder(MaintenanceBrief(made_at=NOW, tell=str))) == {
        "rapport.html", "classeur.xlsx"}  # fmt: skip


def test_two_weeks_with_crews_of_one_name_keep_every_sheet() -> None:
    brief = kept()
    week = brief.weeks[0]
    twice = maintenance_folder(replace(brief, weeks=(week, week)))
    sheets = [name for name in twice if name.startswith("feuilles")]
    assert len(sheets) == 8 + 2
    assert len([name for name in twice if name.startswith("semaines")]) == 4
