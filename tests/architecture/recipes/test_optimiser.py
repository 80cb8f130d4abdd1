"""The recipe "Add an optimiser", followed: which parts a van carries, proved, from a file."""

import json
from decimal import Decimal
from pathlib import Path

from tests.architecture.recipes.scratch import Scratch

RECORDS = '''"""Which spare parts a van carries."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.schemas.plan import Plan
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many

type Litres = Annotated[int, Field(ge=0, le=100_000, json_schema_extra={"unit": "l"})]


class VanPart(Wire):
    """A spare part."""

    id: Key
    """Which one."""
    missed_eur: Euros
    """What a year of second trips for it costs when it is not carried, EUR excluding VAT."""
    litres: Litres
    """Its room, l."""


class VanProblem(Wire):
    """A van and what it could carry."""

    parts: Many[VanPart]
    """What it could carry."""
    litres: Litres
    """Room of the van, l."""


class VanPlan(Plan):
    """What it carries."""

    carried: Many[Key]
    """The parts."""
'''
MODEL = '''"""Which parts a van carries, at the least cost of second trips: docs/plan/van.md."""

from decimal import Decimal
from math import ceil

from synergie.maintenance.records.van import VanPlan, VanProblem
from synergie.plan.record import (
    TOLERANCE,
    build_run_record,
    choose_status,
    compute_gap,
    digest,
)
from synergie.plan.solver import Model, check_outcome
from synergie.schemas.plan import Phrase, PlanLine

_CENT = Decimal("0.01")


def solve(problem: VanProblem, *, limit_s: float = 60) -> VanPlan:
    """The best load, and its proof. OutOfTime when none was found."""
    model = Model("van")
    carried = [model.binary(part.id, -float(part.missed_eur)) for part in problem.parts]
    _limit_room(model, carried, problem)
    outcome = check_outcome(model.minimise(limit_s=limit_s), limit_s)
    chosen = [p for p, column in zip(problem.parts, carried, strict=True) if outcome.chosen(column)]
    whole = sum((part.missed_eur for part in problem.parts), Decimal(0))
    cost = whole - sum((part.missed_eur for part in chosen), Decimal(0))
    bound = None if outcome.bound is None else _bound(whole, outcome.bound, cost)
    gap = compute_gap(cost, bound)
    return VanPlan(
        status=choose_status(outcome.stop, gap),
        objective_eur=cost,
        bound_eur=bound,
        gap=gap,
        tolerance=TOLERANCE,
        baseline_eur=whole,
        baseline=(Phrase(text="the van carries nothing"),),
        members=(),
        least_gain=None,
        lines=tuple(
            PlanLine(
                subject=part.id,
                chosen="van" if part in chosen else "depot",
                reason=Phrase(text="saves {} EUR a year", values=(str(part.missed_eur),)),
            )
            for part in problem.parts
        ),
        assumptions=(),
        inputs_digest=digest(problem),
        run=build_run_record((outcome,), outcome.stop),
        carried=tuple(part.id for part in chosen),
    )


def _limit_room(model: Model, carried: list[int], problem: VanProblem) -> None:
    """V1: what is carried fits."""
    litres = (part.litres for part in problem.parts)
    model.require(zip(carried, litres, strict=True), high=problem.litres)


def _bound(whole: Decimal, bound: float, cost: Decimal) -> Decimal:
    """The certified bound in cents, never above the plan."""
    cents = ceil((float(whole) + bound) * 100 - 1e-6)
    return min(cost, max(Decimal(0), Decimal(cents) * _CENT))
'''
COMMAND = '''"""`synergie plan van`: which parts a van carries."""

from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number

HELP = N_("Which parts a van carries, at the least cost of second trips.")
EPILOG = """
    synergie plan van pieces.json
    """


def van(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The van and its parts, as JSON."))
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole plan as one JSON document."))
    ] = False,
) -> None:
    """Exit 0 when there is a plan."""
    from synergie.maintenance.records.van import VanProblem

    problem = load_record(file, VanProblem)
    with needs("plan"):
        from synergie.maintenance.plan.van import solve
    plan = solve(problem)
    if as_json:
        print_json(plan)
        return
    typer.echo(_("carried: {}").format(", ".join(plan.carried)))
    cost = format_number(float(plan.objective_eur), 2)
    typer.echo(_("second trips: {} EUR a year, proved").format(cost))
'''
PAGE = r"""# Which parts a van carries

$\min \sum_i c_i (1 - x_i)$, $x_i \in \{0, 1\}$: part $i$ is carried; $c_i$: second trips, EUR.

V1. $\sum_i l_i x_i \le L$: what is carried fits.
"""
FORCE = '''"""The load of a van against all loads; the check shares nothing with the model."""

from decimal import Decimal
from itertools import combinations
from random import Random

from synergie.maintenance.plan.van import solve
from synergie.maintenance.records.van import VanPart, VanProblem


def draw(seed: int) -> VanProblem:
    """A van of up to seven parts."""
    draws = Random(seed)
    parts = tuple(
        VanPart(id=f"p{n}", missed_eur=Decimal(draws.randint(0, 9999)) / 100,
                litres=draws.randint(0, 30))
        for n in range(draws.randint(0, 7))
    )
    return VanProblem(parts=parts, litres=draws.randint(0, 60))


def test_no_other_load_is_cheaper() -> None:
    for seed in range(60):
        problem = draw(seed)
        loads = (some for n in range(len(problem.parts) + 1)
                 for some in combinations(problem.parts, n)
                 if sum(part.litres for part in some) <= problem.litres)
        whole = sum((part.missed_eur for part in problem.parts), Decimal(0))
        best = min(whole - sum((part.missed_eur for part in some), Decimal(0)) for some in loads)
        plan = solve(problem)
        rooms = {part.id: part.litres for part in problem.parts}
        assert sum(rooms[one] for one in plan.carried) <= problem.litres
        assert plan.objective_eur == best <= plan.baseline_eur
        assert plan.status == "proved"
        assert plan.bound_eur is not None and plan.bound_eur <= best
'''
APPLICATION = "src/synergie/maintenance/application.py"
FRENCH = {
    "The van and its parts, as JSON.": "Le fourgon et ses pièces, en JSON.",
    "Which parts a van carries, at the least cost of second trips.":
        "Quelles pièces un fourgon emporte, au moindre coût des seconds trajets.",
    "carried: {}": "emportées : {}",
    "saves {} EUR a year": "évite {} € par an",
    "second trips: {} EUR a year, proved": "seconds trajets : {} € par an, prouvé",
    "the van carries nothing": "le fourgon n'emporte rien",
}  # fmt: skip
PROBLEM = {
    "parts": [
        {"id": "lampe", "missed_eur": "60.00", "litres": 10},
        {"id": "fusible", "missed_eur": "100.00", "litres": 20},
        {"id": "ballast", "missed_eur": "120.00", "litres": 30},
    ],
    "litres": 50,
}


def test_an_optimiser_of_the_recipe_plans_from_a_file(scratch: Scratch, tmp_path: Path) -> None:
    scratch.write("src/synergie/maintenance/records/van.py", RECORDS)
    scratch.write("docs/plan/van.md", PAGE)
    scratch.write("src/synergie/maintenance/plan/van.py", MODEL)
    scratch.write("tests/plan/test_van.py", FORCE)
    scratch.write("src/synergie/maintenance/commands/plan_van.py", COMMAND)
    placed = 'Placement("van", "synergie.maintenance.commands.plan_van", before="power")'
    scratch.insert(APPLICATION, after="    plans=(\n", text=f"        {placed},\n")
    scratch.translate(FRENCH)
    scratch.test("tests/plan/test_van.py")
    file = tmp_path / "pieces.json"
    file.write_text(json.dumps(PROBLEM), encoding="utf-8")
    said = scratch.command("plan", "van", str(file))
    assert said.splitlines() == [
        "emportées : fusible, ballast", "seconds trajets : 60,00 € par an, prouvé",
    ]  # fmt: skip
    plan = json.loads(scratch.command("plan", "van", str(file), "--json"))
    assert plan["status"] == "proved"
    assert Decimal(plan["bound_eur"]) == Decimal(plan["objective_eur"]) == 60
    scratch.command("specs")
    schema = json.loads(scratch.read("specs/schemas/VanPlan.json"))
    assert "carried" in schema["properties"]
    assert "Quelles pièces un fourgon emporte" in scratch.command("plan", "--help")
