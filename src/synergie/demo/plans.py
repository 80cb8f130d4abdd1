"""The two plans, from what was read through the agreements and from nothing else."""

from collections.abc import Iterable
from pathlib import Path

from synergie.demo.reading import Park, PointYear
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.samples.maintenance import iterate_upkeep, maintenance_problem
from synergie.plan.certificate import certify_plan, write_certificate
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award.certificate import KIND
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.samples.needs import Need
from synergie.purchase.samples.purchase import tender


def purchase_plan(points: Iterable[PointYear]) -> tuple[PurchaseProblem, PurchasePlan]:
    """The group purchase of what the coordinator read, month by month."""
    problem = tender(
        Need(point=one.point, member=one.member, months_kwh=one.months_kwh) for one in points
    )
    return problem, purchase.solve(problem)


def write_certified_purchase(problem: PurchaseProblem, plan: PurchasePlan, folder: Path) -> bool:
    """The purchase and its certificate into *folder*; whether it proves that none costs less."""
    certificate = certify_plan(KIND, problem, plan)
    folder.mkdir()
    for name, record in (("probleme.json", problem), ("plan.json", plan)):
        (folder / name).write_text(record.model_dump_json(indent=2) + "\n", "utf-8")
    write_certificate(certificate, folder / "preuve.vipr")
    return certificate.proves(plan)


def maintenance_plan(park: Park) -> tuple[MaintenanceProblem, MaintenancePlan]:
    """The joint maintenance of the cabinets and light points that were read."""
    owners = sorted({cabinet.owner for cabinet in park.cabinets})
    found = [
        one
        for owner in owners
        for one in iterate_upkeep(
            owner,
            [cabinet for cabinet in park.cabinets if cabinet.owner == owner],
            [point for point in park.light_points if point.owner == owner],
        )
    ]
    problem = maintenance_problem(found)
    return problem, maintenance.solve(problem)
