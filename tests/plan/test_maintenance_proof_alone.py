"""Costs alone that cannot be true, in plans whose other amounts all follow from them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from synergie.maintenance.plan.year import proof, solve
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.plan import record as _record
from synergie.plan.verification import compute_dues
from tests.plan.test_maintenance_proof import problem


@pytest.fixture(scope="module")
def plan() -> MaintenancePlan:
    return solve(problem())


def _told(plan: MaintenancePlan, **alone: str) -> MaintenancePlan:
    """*plan* with other costs alone, costs shared by them, and all that follows."""
    used = {one.member: Fraction(one.cost_eur) for one in plan.members}
    caps = {one.member: one.alone_eur for one in plan.members}
    caps |= {member: Decimal(eur) for member, eur in alone.items()}
    owed = compute_dues(used, caps)
    cents = {member: round(eur * 100) for member, eur in owed.items()}
    cents[max(cents)] += round(plan.objective_eur * 100) - sum(cents.values())
    members = tuple(
        _record.outcome_of(name, Decimal(n).scaleb(-2), caps[name]) for name, n in cents.items()
    )
    known = [cap for cap in caps.values() if cap is not None]
    more = {
        "members": members,
        "baseline_eur": sum(known, Decimal(0)) if len(known) == len(caps) else None,
        "least_gain": _record.find_least_gainer(members),
    }
    return plan.model_copy(update=more)


def _asked() -> MaintenanceProblem:
    return problem()


def test_what_the_solver_tells_holds(plan: MaintenancePlan) -> None:
    assert proof.faults(_asked(), plan) == ()


def test_nobody_pays_nothing_by_a_cost_alone_that_is_made_up(plan: MaintenancePlan) -> None:
    first, *others = (one.member for one in plan.members)
    wrong = _told(plan, **{first: "0.01"}, **dict.fromkeys(others, "5000.00"))
    assert wrong.members[0].cost_eur == Decimal("0.01")
    told = proof.faults(_asked(), wrong)
    assert f"{first}: cannot pay 0.01 EUR alone, its visits cost more" in told


def test_who_has_no_crews_can_do_nothing_alone() -> None:
    asked = _asked()
    name = asked.depots[-1].organisation
    few = asked.model_copy(update={"depots": asked.depots[:-1]})
    again = solve(few)
    assert proof.faults(few, again) == ()
    (mine,) = (one for one in again.members if one.member == name)
    assert mine.alone_eur is None
    wrong = _told(again, **{name: "5000.00"})
    assert f"{name} cannot do its visits alone" in proof.faults(few, wrong)
