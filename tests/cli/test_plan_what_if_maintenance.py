"""`synergie plan what-if-maintenance`: each answer is the year of its case, solved by itself."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.errors import BadInput
from synergie.maintenance.plan import year
from synergie.maintenance.plan.study import answer_cases, apply_case, list_usual_cases
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.records.what_if import MaintenanceCase

FILE = Path(__file__).parents[2] / "examples" / "entretien-commun.json"


def problem() -> MaintenanceProblem:
    return MaintenanceProblem.model_validate_json(FILE.read_bytes())


def test_each_answer_is_the_year_of_its_case() -> None:
    given = problem()
    plan = year.solve(given)
    cases = list_usual_cases(given)
    assert {case.kind for case in cases} == {"crew_days", "depot_out", "day_costs", "leaves"}
    for answer in answer_cases(given, plan, cases):
        other = year.solve(apply_case(given, answer.case))
        assert answer.cost_eur == other.objective_eur
        gone = answer.case.organisation
        stay = [one.cost_eur for one in plan.members if one.member != gone]
        assert answer.before_eur == sum(stay, Decimal(0))
        assert answer.at_least_eur is not None and answer.at_most_eur is not None
        more = other.objective_eur - answer.before_eur
        assert answer.at_least_eur <= more <= answer.at_most_eur
        shown = MaintenanceCase.model_validate_json(answer.case.model_dump_json())
        assert shown == answer.case


def test_a_year_without_any_crew_says_why() -> None:
    given = problem()
    plan = year.solve(given)
    first, *others = given.depots
    alone = given.model_copy(
        update={
            "depots": (
                first,
                *(d.model_copy(update={"crew_days": (0,) * given.weeks}) for d in others),
            )
        }
    )
    (answer,) = answer_cases(alone, plan, [MaintenanceCase(kind="depot_out", depot=first.id)])
    assert (answer.cost_eur, answer.at_most_eur) == (None, None)
    assert answer.conflicts


def test_a_name_that_is_not_there_is_refused_before_anything_is_solved() -> None:
    given = problem()
    plan = year.solve(given)
    for case in (
        MaintenanceCase(kind="depot_out", depot="nowhere"),
        MaintenanceCase(kind="leaves", organisation="nobody"),
    ):
        with pytest.raises(BadInput):
            answer_cases(given, plan, [case])


def test_the_command_tells_the_cases_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--crew-days", "depot-pompey=-1", "--day-costs", "10", "--leave", "pompey", "--json"]
    assert main(["plan", "what-if-maintenance", str(FILE), *words]) == 0
    told: Any = json.loads(capsys.readouterr().out)
    assert [one["case"]["kind"] for one in told["cases"]] == ["crew_days", "day_costs", "leaves"]
    assert told["cases"][1]["at_most_eur"] == "126.50"
    assert main(["--locale", "fr", "plan", "what-if-maintenance", str(FILE)]) == 0
    out = capsys.readouterr().out
    assert "depot-custines" in out and "part avec ses visites" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--crew-days", "depot-pompey"), 2),
        (("--crew-days", "depot-pompey=0"), 2),
        (("--crew-days", "depot-pompey=NaN"), 2),
        (("--day-costs", "inf"), 2),
        (("--day-costs", "-101"), 2),
        (("--without", "nowhere"), 1),
        (("--leave", "nobody"), 1),
    ],
)
def test_a_bad_question_is_refused(
    words: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "what-if-maintenance", str(FILE), *words]) == code
    told = capsys.readouterr()
    assert told.out == "" and told.err


def test_rules_of_a_file_hold_in_the_year_and_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = problem()
    plan = year.solve(given)
    weeks = {one.cabinet: one.week for one in plan.visits}
    moved, week = next(
        (visit.cabinet, other)
        for visit in given.visits
        for other in range(visit.first_week, visit.last_week + 1)
        if other not in (weeks[visit.cabinet], *visit.closed_weeks)
    )
    rules = tmp_path / "regles.json"
    rule = {"id": "tard", "kind": "pinned", "week": week, "of": {"cabinet": moved}}
    rules.write_text(json.dumps([rule]), encoding="utf-8")
    words = ["plan", "maintenance", str(FILE), "--rules", str(rules)]
    assert main([*words, "--json"]) == 0
    told: Any = json.loads(capsys.readouterr().out)
    assert {one["week"] for one in told["visits"] if one["cabinet"] == moved} == {week}
    assert told["rules"][0]["missed"] == 0 and told["rules"][0]["price"] is not None
    clash = {**rule, "id": "tôt", "week": weeks[moved]}
    rules.write_text(json.dumps([rule, clash]), encoding="utf-8")
    assert main(["--locale", "fr", *words]) == 7
    assert "ensemble : tard, tôt" in capsys.readouterr().err.replace("\u00a0", " ")
    rules.write_text(json.dumps([{**rule, "week": 0}]), encoding="utf-8")
    assert main(words) == 1
    assert "regles.json /rules/0/week" in capsys.readouterr().err
