"""What a plan changes against the one told before."""

from collections.abc import Sequence

from synergie.errors import BadInput
from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.plan.rounds._case import Case, Orders
from synergie.maintenance.plan.rounds._rising import out_of_order
from synergie.maintenance.records.rounds import Round, RoundsPlan
from synergie.plan import record as _record
from synergie.schemas.plan import Run


def compute_previous_digest(plan: RoundsPlan) -> str:
    """Digest of the plan told before, its seconds left aside: they differ from run to run."""
    run: Run = plan.run.model_copy(update={"seconds": 0.0})
    return _record.digest(plan.model_copy(update={"run": run}))


def build_previous_orders(case: Case, plan: RoundsPlan, *, all_known: bool) -> Orders:
    """The orders of the plan told before, what is done left aside.

    Stops and crews that are gone are left aside, too; with *all_known* they are refused.
    """
    jobs = {case.name(job): job for job in range(len(case.jobs))}
    duties = {(s.crew, s.day): n for n, s in enumerate(case.problem.shifts)}
    stops = {stop.id for stop in case.problem.stops}
    orders: Orders = [[] for _ in case.duties]
    for number, one in enumerate(plan.rounds):
        duty = duties.get((one.crew, one.day))
        unknown = [planned.stop for planned in one.stops if planned.stop not in stops]
        if all_known and (duty is None or unknown):
            found = unknown[0] if unknown else f"{one.crew} {one.day}"
            raise BadInput(f"/plan/rounds/{number}", found, _text.OWN_PLAN)
        if duty is not None:
            orders[duty] = [jobs[p.stop] for p in one.stops if p.stop in jobs]
    return orders


def list_moved_stops(before: Sequence[Round], after: Sequence[Round]) -> tuple[str, ...]:
    """Stops of *before* that have another crew or day, another order, or no round any more."""
    there = {
        planned.stop: (one.crew, one.day, at)
        for one in after
        for at, planned in enumerate(one.stops)
    }
    found: set[str] = set()
    for one in before:
        kept = []
        for planned in one.stops:
            now = there.get(planned.stop)
            if now is None or now[:2] != (one.crew, one.day):
                found.add(planned.stop)
            else:
                kept.append((now[2], planned.stop))
        found |= {kept[n][1] for n in out_of_order([at for at, _ in kept])}
    return tuple(sorted(found))
