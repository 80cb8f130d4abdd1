"""The arrêté of 27 December 2018 case by case, each verdict worked out by hand from its text."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.law import breaches, facts_of, judge_lights, tally_law
from synergie.lighting.plan.law._hours import judge_hours
from synergie.lighting.plan.lights import park_of
from synergie.lighting.records.effects import LawTally
from synergie.lighting.records.lit_area import Derogation, LitArea
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan
from synergie.lighting.records.study import StudyLight
from tests.scenarios.criteria_cases import FULL, TOWN, light, study

DAY = date(2027, 1, 1)
LEAVE = Derogation(
    document="arrêté municipal", signed_on=date(2026, 6, 1), until=date(2027, 12, 31)
)
MORE: dict[str, dict[str, Any]] = {
    "": {},
    "early": {},
    "adapted": {"is_adapted": True},
    "leave": {"derogation": LEAVE},
    "ended": {"derogation": LEAVE.model_copy(update={"until": date(2026, 12, 31)})},
    "december": {"derogation": LEAVE.model_copy(update={"from_day": "12-01", "to_day": "12-31"})},
}


def read(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=";"))


def schedule_of(row: dict[str, str]) -> LightingSchedule:
    spans = []
    if row["dark"]:
        hours, *days = row["dark"].split()
        starts, ends = hours.split("-")
        season: dict[str, Any] = dict(zip(("from_day", "to_day"), days, strict=False))
        spans.append(ScheduleSpan(starts=starts, ends=ends, **season))
    told: dict[str, Any] = {"spans": tuple(spans)}
    if row["more"].startswith("off_at"):
        told["off_at"] = row["more"].split()[1]
    if row["more"] == "early":
        told["lit_below_deg"] = 2.0
    return FULL.model_copy(update=told)


def area_of(row: dict[str, str]) -> LitArea:
    more = {} if row["more"].startswith("off_at") else MORE[row["more"]]
    return LitArea.model_validate(
        {"id": "x", "kind": row["kind"], "opens": row["opens"] or None,
         "closes": row["closes"] or None, "source": "made", **more}
    )  # fmt: skip


def test_every_case_of_hours_is_judged_as_by_hand() -> None:
    rows = read("law_hours.csv")
    assert len(rows) >= 50
    found = {row["case"]: judge_hours(schedule_of(row), area_of(row), "A", DAY)[0] for row in rows}
    assert found == {row["case"]: row["verdict"] for row in rows}


AREA = {"path": "is_accessible_path", "natural": "is_natural", "built_up": "is_built_up",
        "lux": "illuminance_lx", "kind": "kind"}  # fmt: skip


def case_of(row: dict[str, str]) -> tuple[StudyLight, LitArea]:
    area: dict[str, Any] = {"is_accessible_path": False}
    mine: dict[str, Any] = {
        "cct_k": 3000,
        "ulr": 0.0,
        "cie3": 0.97,
        "flux_lm": 3000,
        "power_w": 200,
    }
    for told in row["more"].split():
        name, value = told.split("=")
        read_ = {"": None, "yes": True, "no": False}.get(value, value)
        if name == "natural":
            mine["in_corridor"] = None
        if name == "surface":
            area["width_m"] = None
        elif name in AREA:
            area[AREA[name]] = float(value) if name == "lux" else read_
        else:
            mine[name] = None if read_ is None else float(value) if "." in value else int(value)
    installed = date(int(row["installed"]), 1, 1) if row["installed"] else None
    one = light("x", usage=row["usage"] or None, installed_on=installed, **mine)
    return one, TOWN.model_copy(update=area)


def judged(row: dict[str, str]) -> tuple[list[str], LawTally]:
    one, area = case_of(row)
    made = study(one, areas=(area,), corridors=None)
    found = Setting(made, park_of(made)).measured(made.scenarios[0])
    told = judge_lights(found, facts_of(made))
    broken = [b.rule for b in breaches(found) if not b.rule.startswith("hours")]
    return broken, tally_law(found.park.count, {"equipment": told["equipment"]})[0]


def test_every_case_of_luminaires_is_judged_as_by_hand() -> None:
    """A case keeps all, breaks what it names, or is not judged for want of what it names."""
    rows = read("law_lights.csv")
    assert len(rows) >= 40
    wrong = {}
    for row in rows:
        broken, tally = judged(row)
        state = (tally.kept, tally.broken, tally.unjudged)
        lacks = row["lacks"]
        expected = (0, 1, 0) if row["breaks"] else (0, 0, 1) if lacks else (1, 0, 0)
        fields = [one.field for one in tally.missing]
        if (broken, state) != (row["breaks"].split(), expected) or fields != lacks.split():
            wrong[row["case"]] = (broken, state, fields)
    assert wrong == {}


@pytest.mark.parametrize("usage", ["A", "C", "F", "PU"])
def test_what_no_hour_binds_is_kept_and_what_is_not_known_never_is(usage: Any) -> None:
    assert judge_hours(FULL, None, usage, DAY)[0] == "kept"
    assert judge_hours(FULL, None, None, DAY)[0] == "unknown"
    assert judge_hours(None, TOWN.model_copy(update={"kind": "facade"}), usage, DAY)[0] == "unknown"
    assert judge_hours(FULL, None, "D", DAY)[0] == "unknown"
    assert judge_hours(FULL, None, "B3", DAY) == ("broken", "hours-heritage")
