"""The two plans, from what was read through the agreements and from nothing else."""

from collections.abc import Iterable

from synergie.demo.reading import Park, PointYear
from synergie.plan import maintenance, purchase
from synergie.samples.maintenance import gathered, maintenance_problem
from synergie.samples.needs import Need
from synergie.samples.purchase import tender
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import PurchasePlan


def purchase_plan(points: Iterable[PointYear]) -> tuple[PurchaseProblem, PurchasePlan]:
    """The group purchase of what the coordinator read, month by month."""
    problem = tender(
        Need(point=one.point, member=one.member, months_kwh=one.months_kwh) for one in points
    )
    return problem, purchase.solve(problem)


def maintenance_plan(park: Park) -> tuple[MaintenanceProblem, MaintenancePlan]:
    """The joint maintenance of the cabinets and light points that were read."""
    owners = sorted({cabinet.owner for cabinet in park.cabinets})
    found = [
        one
        for owner in owners
        for one in gathered(
            owner,
            [cabinet for cabinet in park.cabinets if cabinet.owner == owner],
            [point for point in park.light_points if point.owner == owner],
        )
    ]
    problem = maintenance_problem(found)
    return problem, maintenance.solve(problem)
