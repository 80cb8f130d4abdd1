"""Years and rounds, as `synergie plan verify` and `compare` know them: they have no certificate."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from synergie.maintenance.plan.rounds import proof as rounds_proof
from synergie.maintenance.plan.year import proof as year_proof
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.plan.certificate import PlanKind
from synergie.plan.comparison import Choice, PlanOutline
from synergie.schemas.plan import Phrase, PlanQuantity

_KM = Decimal("0.001")


def outline_year(
    plan: MaintenancePlan, problem: MaintenanceProblem | None, other: MaintenanceProblem | None
) -> PlanOutline:
    """Each visit in its week; by its Monday where both problems say when week 1 begins."""
    starts = problem.starts_on if problem and other and other.starts_on else None
    visits = problem.visits if problem else ()
    owners = {one.id or one.cabinet: one.organisation for one in visits}
    choices = {}
    for visit in plan.visits:
        name, week = visit.id or visit.cabinet, Phrase(text="week {}", values=(str(visit.week),))
        if starts is not None:
            monday = starts + timedelta(weeks=visit.week - 1)
            week = Phrase(text="week of {}", values=(monday.isoformat(),))
        choices[name] = Choice(week, owners.get(name))
    days: Counter[str] = Counter()
    for crew in plan.crews:
        days[crew.depot] += crew.days
    quantities: dict[tuple[PlanQuantity, str | None], Decimal] = {
        ("crew_days", None): Decimal(plan.crew_days),
        ("late_light_point_weeks", None): Decimal(sum(zone.late for zone in plan.zones)),
    }
    quantities |= {("crew_days", depot): Decimal(n) for depot, n in days.items()}
    quantities |= {
        ("late_light_point_weeks", z.zone): Decimal(z.late) for z in plan.zones if z.late
    }
    return PlanOutline(choices, quantities)


def outline_rounds(
    plan: RoundsPlan, problem: RoundsProblem | None, _other: RoundsProblem | None
) -> PlanOutline:
    """Each stop with its crew and day, or left out."""
    owners = {stop.id: stop.organisation for stop in problem.stops} if problem else {}
    choices = {
        stop.stop: Choice(
            Phrase(text="{} on {}", values=(one.crew, one.day.isoformat())), owners.get(stop.stop)
        )
        for one in plan.rounds
        for stop in one.stops
    }
    for left in plan.left_out:
        choices[left.stop] = Choice(Phrase(text="left out"), owners.get(left.stop))
    totals: Counter[tuple[PlanQuantity, str | None]] = Counter()
    for one in plan.rounds:
        for of in (None, one.crew):
            totals["crew_days", of] += 1
            totals["distance_km", of] += one.distance_m
            totals["drive_minutes", of] += one.drive_minutes
            totals["work_minutes", of] += one.work_minutes
            totals["overtime_minutes", of] += one.overtime_minutes
    totals["stops_left_out", None] = len(plan.left_out)
    return PlanOutline(
        choices,
        {at: n * _KM if at[0] == "distance_km" else Decimal(n) for at, n in totals.items()},
    )


YEAR = PlanKind(
    "crew_day_hours", MaintenanceProblem, MaintenancePlan, year_proof.faults, outline_year
)
ROUNDS = PlanKind("shifts", RoundsProblem, RoundsPlan, rounds_proof.faults, outline_rounds)
