"""Two plans beside each other: what moved, for whom, what it costs whom; in words and as JSON."""

import json
import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from synergie.cli import main
from synergie.errors import BadInput, Infeasible
from synergie.maintenance.plan.kinds import ROUNDS, YEAR
from synergie.maintenance.plan.rounds import solve as solve_rounds
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.plan.comparison import Side, compare_plans
from synergie.purchase.plan.award import solve as solve_purchase
from synergie.purchase.plan.award.certificate import KIND as PURCHASE
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.plan import Phrase, PlanComparison
from tests.depth import times
from tests.plan.maintenance_cases import problems, small
from tests.plan.rounds_cases import territory

EXAMPLES = Path(__file__).parents[2] / "examples"
YEAR_FILE, PURCHASE_FILE = EXAMPLES / "entretien-commun.json", EXAMPLES / "achat-groupe.json"


def quantities(found: PlanComparison) -> dict[tuple[str, str | None], tuple[Any, Any]]:
    return {(one.quantity, one.of): (one.before, one.after) for one in found.quantities}


def unknown(plan: MaintenancePlan) -> Side[MaintenanceProblem, MaintenancePlan]:
    """A plan whose problem is not given."""
    return None, plan


def shut(problem: MaintenanceProblem, plan: MaintenancePlan) -> MaintenanceProblem:
    """*problem* whose first visit may no longer be made in its week."""
    first = plan.visits[0]
    return problem.model_copy(
        update={
            "visits": tuple(
                one.model_copy(update={"closed_weeks": (*one.closed_weeks, first.week)})
                if (one.id or one.cabinet) == (first.id or first.cabinet) else one
                for one in problem.visits
            )
        }
    )  # fmt: skip


def test_a_year_beside_itself_differs_in_nothing() -> None:
    problem = small()
    plan = solve(problem)
    found = compare_plans(YEAR.outline, (problem, plan), (problem, plan))
    assert found.same_problem and not found.inputs and not found.changes
    assert found.same == len(plan.visits)
    assert all(one.before == one.after for one in found.quantities)
    assert {one.difference_eur for one in found.members} == {Decimal(0)}


@settings(max_examples=times(15, deep=300))
@given(problems(), problems())
def test_each_visit_is_the_same_moved_new_or_gone_and_euros_add_up(
    first: MaintenanceProblem, second: MaintenanceProblem
) -> None:
    try:
        plans = solve(first), solve(second)
    except Infeasible:
        return
    found = compare_plans(YEAR.outline, (first, plans[0]), (second, plans[1]))
    weeks: list[Mapping[str, int]] = [{v.cabinet: v.week for v in one.visits} for one in plans]
    expected = {
        name: tuple(None if name not in one else f"week {one[name]}" for one in weeks)
        for name in {*weeks[0], *weeks[1]}
        if weeks[0].get(name) != weeks[1].get(name)
    }
    told = {c.subject: tuple(x and x.tell(str) for x in (c.before, c.after)) for c in found.changes}
    assert told == expected
    assert found.same + len(found.changes) == len({*weeks[0], *weeks[1]})
    assert found.same_problem == (first == second)
    paid = [(one.before_eur or 0, one.after_eur or 0) for one in found.members]
    assert sum(one for one, _ in paid) == plans[0].objective_eur
    assert sum(one for _, one in paid) == plans[1].objective_eur
    days = quantities(found)
    for at, plan in enumerate(plans):
        parts = [n[at] or 0 for (kind, of), n in days.items() if kind == "crew_days" and of]
        assert sum(parts) == days["crew_days", None][at] == plan.crew_days


def test_a_visit_that_moves_is_told_with_its_body_its_weeks_and_why() -> None:
    problem = small()
    before = solve(problem)
    other = shut(problem, before)
    after = solve(other)
    found = compare_plans(YEAR.outline, (problem, before), (other, after))
    assert (found.same_problem, found.inputs) == (False, ("visits",))
    name = before.visits[0].cabinet
    (change,) = (one for one in found.changes if one.subject == name)
    assert change.member == problem.visits[0].organisation
    assert change.before == Phrase(text="week {}", values=(str(before.visits[0].week),))
    assert change.reason == next(one.reason for one in after.lines if one.subject == name)
    alone = compare_plans(YEAR.outline, unknown(before), unknown(after))
    assert not alone.inputs and {one.member for one in alone.changes} == {None}
    assert not alone.same_problem


def test_weeks_of_years_that_begin_on_different_days_are_told_by_their_monday() -> None:
    """Week 2 of the one is week 1 of the other: nothing moved."""
    first = small(starts_on=date(2027, 1, 4))
    plan = solve(first)
    later = small(starts_on=date(2027, 1, 11))
    earlier = plan.visits[0].week
    moved = solve(later)
    found = compare_plans(YEAR.outline, (first, plan), (later, moved))
    told = {one.subject: one.before for one in found.changes}
    assert earlier == 2 == moved.visits[0].week
    assert told[plan.visits[0].cabinet] == Phrase(text="week of {}", values=("2027-01-11",))
    undated = compare_plans(YEAR.outline, (first, plan), (small(), solve(small())))
    assert not undated.changes, "one of them has weeks with numbers only"


def test_rounds_tell_crews_days_and_the_road() -> None:
    problem = territory(14, 2, 2, seed=3)
    before = solve_rounds(problem, iterations=30)
    fewer = problem.model_copy(update={"shifts": problem.shifts[2:]})
    after = solve_rounds(fewer, iterations=30)
    found = compare_plans(ROUNDS.outline, (problem, before), (fewer, after))
    assert found.inputs == ("shifts",)
    figures = quantities(found)
    for at, plan in enumerate((before, after)):
        assert (
            figures["distance_km", None][at]
            == Decimal(sum(one.distance_m for one in plan.rounds)) / 1000
        )
        assert figures["stops_left_out", None][at] == len(plan.left_out)
    gone = problem.shifts[0].crew
    assert figures["crew_days", gone][1] is None, "it has no round any more"
    told = {one.subject: one for one in found.changes}
    for stop in (stop for one in before.rounds if one.crew == gone for stop in one.stops):
        assert told[stop.stop].member == next(
            one.organisation for one in problem.stops if one.id == stop.stop
        )
    left = {one.subject for one in found.changes if one.after == Phrase(text="left out")}
    assert left == {one.stop for one in after.left_out} - {one.stop for one in before.left_out}


def test_a_purchase_without_its_cheapest_offer_tells_who_buys_elsewhere() -> None:
    problem = PurchaseProblem.model_validate_json(PURCHASE_FILE.read_bytes())
    before = solve_purchase(problem)
    taken = before.awards[0].offer
    fewer = problem.model_copy(
        update={"offers": tuple(one for one in problem.offers if one.id != taken)}
    )
    after = solve_purchase(fewer)
    found = compare_plans(PURCHASE.outline, (problem, before), (fewer, after))
    left = {f"{one.member}, {one.lot}": one for one in before.places if one.offer == taken}
    assert left and set(left) <= {one.subject for one in found.changes}
    assert all(one.member and one.member in one.subject for one in found.changes)
    cost = quantities(found)["cost_eur", None]
    assert cost == (before.objective_eur, after.objective_eur) and cost[0] <= cost[1]


def test_a_problem_that_is_not_of_its_plan_is_bad_input() -> None:
    problem = small()
    plan = solve(problem)
    with pytest.raises(BadInput, match="after"):
        compare_plans(YEAR.outline, (problem, plan), (shut(problem, plan), plan))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Two years, the second with a visit that has to move, and a purchase."""
    root = tmp_path_factory.mktemp("compare")
    problem = MaintenanceProblem.model_validate_json(YEAR_FILE.read_bytes())
    plan = solve(problem)
    for name, year in (("one", problem), ("two", shut(problem, plan))):
        (root / name).mkdir()
        (root / name / "probleme.json").write_text(year.model_dump_json(), "utf-8")
        (root / name / "plan.json").write_text(solve(year).model_dump_json(), "utf-8")
    (root / "achat").mkdir()
    purchase = PurchaseProblem.model_validate_json(PURCHASE_FILE.read_bytes())
    told = solve_purchase(purchase, explain=False).model_dump_json()
    (root / "achat" / "plan.json").write_text(told, "utf-8")
    return root / "one", root / "two", root / "achat"


def test_two_folders_are_one_page(
    folders: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, _ = folders
    assert main(["--locale", "fr", "plan", "compare", str(one), str(two)]) == 0
    said = capsys.readouterr().out
    assert "Plans de deux problèmes différents, qui diffèrent par : visits" in said
    assert "Qui paie quoi :" in said and "semaine 2 → semaine 3" in said
    assert "4 identiques, 2 changées" in said
    assert main(["--locale", "fr", "plan", "compare", str(one), str(one)]) == 0
    assert "Deux plans d’un même problème" in capsys.readouterr().out
    assert main(["plan", "compare", str(one), str(two), "--json"]) == 0
    found = PlanComparison.model_validate_json(capsys.readouterr().out)
    assert not found.same_problem and found.inputs == ("visits",)


def test_plan_files_alone_say_that_their_problems_differ(
    folders: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [shutil.copy(one / "plan.json", tmp_path / f"{n}.json")
             for n, one in enumerate(folders[:2])]  # fmt: skip
    assert main(["--locale", "fr", "plan", "compare", *map(str, files)]) == 0
    assert "Plans de deux problèmes différents :" in capsys.readouterr().out


def test_what_cannot_be_compared_is_bad_input(
    folders: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, purchase = folders
    assert main(["--locale", "fr", "plan", "compare", str(one), str(purchase)]) == 1
    assert "même nature" in capsys.readouterr().err
    assert main(["--locale", "fr", "plan", "compare", str(one / "probleme.json"), str(two)]) == 1
    assert "probleme.json" in capsys.readouterr().err
    other = shutil.copytree(one, tmp_path / "other")
    content = json.loads((two / "probleme.json").read_text("utf-8"))
    (other / "probleme.json").write_text(json.dumps(content), "utf-8")
    assert main(["--locale", "fr", "plan", "compare", str(other), str(two)]) == 1
    assert "le problème dont son plan est fait" in capsys.readouterr().err
