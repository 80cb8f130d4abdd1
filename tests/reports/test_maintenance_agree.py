"""Report, workbook, plan.json, notes: every amount that two of them tell is the same to a cent."""

from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.maintenance import MaintenancePlan
from synergie.maintenance.records.rounds import RoundsPlan
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.folder import maintenance_folder
from synergie.reports.french import format_euros
from tests.reports.maintained import ENERGY, EPCI, FOURTH, NOW, THIRD, kept, year_problem
from tests.reports.purchases import amounts

CENT = Decimal("0.01")
WITH_CREWS = {THIRD: EPCI, FOURTH: ENERGY}
"""Whose crews do the work of a body that has none."""


@pytest.fixture(scope="module")
def solved() -> dict[str, bytes]:
    """The folder of a year that was solved, whose shares are not round."""
    problem = year_problem()
    visits = tuple(
        one.model_copy(
            update={
                "organisation": WITH_CREWS.get(one.organisation, one.organisation),
                "costs_eur": tuple((Decimal(17 * w + n) / 3).quantize(CENT) for w in range(12)),
            }
        )
        for n, one in enumerate(problem.visits)
    )
    problem = problem.model_copy(update={"visits": visits})
    plan = solve(problem, limit_s=300)
    return maintenance_folder(MaintenanceBrief(made_at=NOW, tell=str, problem=problem, plan=plan))


@pytest.fixture(scope="module")
def by_hand() -> dict[str, bytes]:
    return maintenance_folder(kept())


def plan_of(files: dict[str, bytes]) -> MaintenancePlan:
    return MaintenancePlan.model_validate_json(files["plan.json"])


def column(files: dict[str, bytes], sheet: str, head: str) -> list[Decimal]:
    """The amounts of a column of the workbook; empty cells are left out."""
    book = CalamineWorkbook.from_filelike(BytesIO(files["classeur.xlsx"]))
    heads, *rows = book.get_sheet_by_name(sheet).to_python()
    at = heads.index(head)
    return [Decimal(str(row[at])).quantize(CENT) for row in rows if row[at] != ""]


@pytest.mark.parametrize("name", ["solved", "by_hand"])
def test_the_report_and_the_workbook_tell_the_amounts_of_the_plan(
    name: str, request: pytest.FixtureRequest
) -> None:
    files: dict[str, bytes] = request.getfixturevalue(name)
    plan, report = plan_of(files), files["rapport.html"].decode()
    assert format_euros(plan.objective_eur) in report
    assert plan.baseline_eur is not None and format_euros(plan.baseline_eur) in report
    assert format_euros(plan.baseline_eur - plan.objective_eur) in report
    assert column(files, "Membres", "Ensemble (€)") == [one.cost_eur for one in plan.members]
    assert column(files, "Membres", "Seul (€)") == [one.alone_eur for one in plan.members]
    whole = column(files, "Jours d'équipe", "Coût (€)")
    assert whole == [one.cost_eur for one in plan.crews]
    visits = column(files, "Visites", "Coût du choix de la semaine (€)")
    assert sum(whole + visits, Decimal(0)) == plan.objective_eur
    assert sum(column(files, "Semaines", "Coût des équipes (€)")) == sum(whole)
    assert sum(column(files, "Membres", "Ensemble (€)")) == plan.objective_eur
    assert sum(column(files, "Membres", "Gain (€)")) == plan.baseline_eur - plan.objective_eur


@pytest.mark.parametrize("name", ["solved", "by_hand"])
def test_each_note_tells_the_amounts_of_its_body_at_most(
    name: str, request: pytest.FixtureRequest
) -> None:
    files: dict[str, bytes] = request.getfixturevalue(name)
    notes = sorted(file for file in files if file.startswith("notes/"))
    members = {one.member: one for one in plan_of(files).members}
    assert len(notes) == len(members)
    for file, (_, one) in zip(notes, sorted(members.items()), strict=True):
        cost, alone, gain = amounts(files[file].decode())[:3]
        assert one.alone_eur is not None and one.gain_eur is not None
        assert alone == one.alone_eur and gain == abs(alone - cost)
        assert one.cost_eur <= cost <= max(one.cost_eur, alone)


def test_the_rounds_cost_the_same_in_the_report_the_workbook_and_the_json(
    by_hand: dict[str, bytes],
) -> None:
    week = next(n for n in by_hand if n.endswith("-tournees.json"))
    rounds = RoundsPlan.model_validate_json(by_hand[week]).rounds
    cost = sum((one.cost_eur for one in rounds if one.stops), Decimal(0))
    report = by_hand["rapport.html"].decode()
    assert report.count(format_euros(cost)) == 2  # the first page, and the total of the table
