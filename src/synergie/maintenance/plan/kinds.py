"""Years and rounds, as `synergie plan verify` knows them: they have no certificate."""

from synergie.maintenance.plan.rounds import proof as rounds_proof
from synergie.maintenance.plan.year import proof as year_proof
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.plan.certificate import PlanKind

YEAR = PlanKind("crew_day_hours", MaintenanceProblem, MaintenancePlan, year_proof.faults)
ROUNDS = PlanKind("shifts", RoundsProblem, RoundsPlan, rounds_proof.faults)
