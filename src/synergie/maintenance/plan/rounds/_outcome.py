"""From orders to the plan that people read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version

from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.plan.rounds._case import Case
from synergie.maintenance.plan.rounds._round import round_of
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.maintenance.records.rounds import LeftOut, Round, RoundsPlan
from synergie.plan import record as _record
from synergie.plan.money import CENT, find_finest_unit, share_fairly, split
from synergie.schemas.plan import MemberOutcome, Phrase, PlanLine, Run

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class RoundsPlanContext:
    """What a plan says beside its rounds."""

    left: Mapping[int, Phrase]
    """Why each job that is left is left."""
    lines: tuple[PlanLine, ...]
    alone: Mapping[str, Decimal | None]
    """What each organisation pays alone. None: it cannot, or it is not told."""
    baseline: tuple[Phrase, ...]
    seed: int
    steps: int
    stop: str
    seconds: float
    extra: tuple[Phrase, ...] = ()
    replaced: str | None = None
    moved: tuple[str, ...] = field(default=())


def build_rounds_plan(tours: Tours, told: RoundsPlanContext) -> RoundsPlan:
    """The plan of these orders."""
    case = tours.case
    rounds = rounds_of(tours)
    left_out = _build_left_out(case, told.left)
    objective = cost(rounds, left_out)
    members = _share_rounds_costs(case, rounds, left_out, told.alone)
    known = [alone for alone in told.alone.values() if alone is not None]
    compared = bool(told.alone) and len(known) == len(told.alone)
    return RoundsPlan(
        status="cancelled" if told.stop == "cancelled" else "feasible",
        objective_eur=objective,
        bound_eur=None,
        gap=None,
        tolerance=_record.TOLERANCE,
        baseline_eur=sum(known, _NONE) if compared else None,
        baseline=told.baseline,
        members=members,
        least_gain=_record.find_least_gainer(members),
        lines=told.lines,
        assumptions=(*_list_rounds_assumptions(case, compared=bool(known)), *told.extra),
        inputs_digest=_record.digest(case.problem),
        run=_build_rounds_run(told),
        rounds=rounds,
        left_out=left_out,
        replaced_digest=told.replaced,
        moved=told.moved,
    )


def rounds_of(tours: Tours) -> tuple[Round, ...]:
    """All rounds, by day and crew."""
    made = (round_of(tours.case, number, order) for number, order in enumerate(tours.orders))
    return tuple(sorted((one for one in made if one), key=lambda one: (one.day, one.crew)))


def cost(rounds: Sequence[Round], left_out: Sequence[LeftOut]) -> Decimal:
    """What all rounds and all that is left cost."""
    return sum((one.cost_eur for one in rounds), _NONE) + sum(
        (one.skip_eur for one in left_out), _NONE
    )


def list_case_organisations(case: Case) -> list[str]:
    """Who has work or crews."""
    stops, shifts = case.problem.stops, case.problem.shifts
    return sorted({stop.organisation for stop in stops} | {one.organisation for one in shifts})


def _build_left_out(case: Case, left: Mapping[int, Phrase]) -> tuple[LeftOut, ...]:
    reasons = {case.jobs[job].stop: reason for job, reason in left.items()} | case.set_aside
    stops = case.problem.stops
    return tuple(
        LeftOut(stop=stops[n].id, reason=reasons[n], skip_eur=stops[n].skip_eur or _NONE)
        for n in sorted(reasons)
    )


def _share_rounds_costs(
    case: Case,
    rounds: Sequence[Round],
    left_out: Sequence[LeftOut],
    alone: Mapping[str, Decimal | None],
) -> tuple[MemberOutcome, ...]:
    """Each pays its part of each round by the time worked for it, and what is left of its work."""
    names = list_case_organisations(case)
    owner = {stop.id: stop.organisation for stop in case.problem.stops}
    minutes = {stop.id: stop.minutes for stop in case.problem.stops}
    used: dict[str, Decimal] = defaultdict(Decimal)
    for one in rounds:
        worked: dict[str, Decimal] = defaultdict(Decimal)
        for planned in one.stops:
            worked[owner[planned.stop]] += minutes[planned.stop]
        payers = sorted(worked)
        parts = split(one.cost_eur, [worked[name] for name in payers], CENT)
        for name, part in zip(payers, parts, strict=True):
            used[name] += part
    for left in left_out:
        used[owner[left.stop]] += left.skip_eur
    unit = find_finest_unit([*used.values()])
    caps = [alone.get(name) for name in names]
    shares = share_fairly([used[name] for name in names], caps, unit)
    triples = zip(names, shares, caps, strict=True)
    return tuple(_record.outcome_of(name, share, cap) for name, share, cap in triples)


def _list_rounds_assumptions(case: Case, *, compared: bool) -> tuple[Phrase, ...]:
    said = [Phrase(text=_text.HEURISTIC), _describe_roads(case), Phrase(text=_text.PAID)]
    if any(duty.pause_s for duty in case.duties):
        said.append(Phrase(text=_text.DEPOT_BREAK))
    said.append(Phrase(text=_text.SHARED if compared else _text.SHARED_TIME))
    able = frozenset[int]().union(*(job.may or job.able for job in case.jobs))
    used = {case.problem.shifts[duty].crew for duty in able}
    used |= {done.crew for done in case.problem.done}
    idle = sorted({shift.crew for shift in case.problem.shifts} - used)
    if idle:
        said.append(Phrase(text=_text.IDLE, values=(", ".join(idle)[:200],)))
    return tuple(said)


def _describe_roads(case: Case) -> Phrase:
    if case.problem.matrix is not None:
        return Phrase(text=_text.MATRIX)
    values = (f"{case.problem.detour:g}", f"{case.problem.speed_km_h:g}")
    return Phrase(text=_text.STRAIGHT, values=values)


def _build_rounds_run(told: RoundsPlanContext) -> Run:
    stop = {"iterations": "nodes", "all": "nodes"}.get(told.stop, told.stop)
    made = _record.build_run_record((), stop, _format_solver_name())
    return made.model_copy(
        update={"seed": told.seed, "nodes": told.steps, "seconds": told.seconds, "threads": 1}
    )


def _format_solver_name() -> str:
    try:
        return f"PyVRP {version('pyvrp')}"
    except PackageNotFoundError:
        return "all orders"
