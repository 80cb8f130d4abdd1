"""From orders to the plan that people read."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise

from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.plan.rounds._case import MINUTE, Case, Duty
from synergie.maintenance.plan.rounds._euros import round_to_euro_cents
from synergie.maintenance.plan.rounds._schedule import round_cost
from synergie.maintenance.plan.rounds._timetable import Timetable, Visit, build_timetable
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.maintenance.records.rounds import LeftOut, PlannedStop, Round, RoundsPlan
from synergie.park.records.crew import PartCount
from synergie.plan import record as _record
from synergie.plan.money import CENT, find_finest_unit, share_fairly, split
from synergie.schemas.plan import MemberOutcome, Phrase, PlanLine, Run

# A round as people read it: instants, minutes, metres, parts, cost.


def round_of(case: Case, number: int, order: Sequence[int]) -> Round | None:
    """The day of one crew. None: it stays home."""
    duty, shift = case.duties[number], case.problem.shifts[number]
    if not order and duty.begun is None:
        return None
    times = build_timetable(case, duty, order)
    planned = [*_list_fixed_stops(case, duty), *_build_planned_stops(case, duty, times)]
    stops = [*(duty.begun.stops if duty.begun else ()), *(case.jobs[job].stop for job in order)]
    way = _list_round_legs(case, duty, stops)
    pause = shift.break_at or (None if times.pause is None else case.moment(times.pause))
    return Round(
        crew=shift.crew,
        organisation=shift.organisation,
        day=shift.day,
        leaves_at=case.moment(times.left),
        returns_at=case.moment(times.back),
        break_at=pause,
        stops=tuple(planned),
        distance_m=sum(case.network.metres[a][b] for a, b in way),
        work_minutes=sum(case.problem.stops[stop].minutes for stop in stops),
        cost_eur=round_to_euro_cents(case, round_cost(case, duty, order) or 0),
        parts=_sum_round_parts(case, stops),
        drive_minutes=_convert_to_minutes(sum(case.network.seconds[a][b] for a, b in way)),
        overtime_minutes=_convert_to_minutes(max(0, times.back - max(times.left, duty.closes))),
    )


def _convert_to_minutes(seconds: int) -> int:
    return -(-seconds // MINUTE)


def _list_round_legs(case: Case, duty: Duty, stops: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise([duty.start, *(case.rows[stop] for stop in stops), duty.end]))


def _list_fixed_stops(case: Case, duty: Duty) -> list[PlannedStop]:
    """What is done or under way, with the times it had."""
    done = {done.stop: done for done in case.problem.done}
    planned, place = [], duty.start
    for number in duty.begun.stops if duty.begun else ():
        one = done[case.problem.stops[number].id]
        row = case.rows[number]
        planned.append(
            PlannedStop(
                stop=one.stop,
                arrives_at=one.arrived_at or one.starts_at,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                drive_minutes=_convert_to_minutes(case.network.seconds[place][row]),
                drive_m=case.network.metres[place][row],
                fixed=True,
            )
        )
        place = row
    return planned


def _build_planned_stops(case: Case, duty: Duty, times: Timetable) -> list[PlannedStop]:
    place = duty.start if duty.begun is None else duty.begun.place
    planned = []
    for visit in times.visits:
        planned.append(_build_planned_visit(case, visit, place))
        place = case.jobs[visit.job].place
    return planned


def _build_planned_visit(case: Case, visit: Visit, place: int) -> PlannedStop:
    row = case.jobs[visit.job].place
    return PlannedStop(
        stop=case.name(visit.job),
        arrives_at=case.moment(visit.arrives),
        starts_at=case.moment(visit.starts),
        ends_at=case.moment(visit.ends),
        drive_minutes=_convert_to_minutes(case.network.seconds[place][row]),
        drive_m=case.network.metres[place][row],
    )


def _sum_round_parts(case: Case, stops: Sequence[int]) -> tuple[PartCount, ...]:
    counts: Counter[str] = Counter()
    for stop in stops:
        for part in case.problem.stops[stop].parts:
            counts[part.part] += part.count
    return tuple(PartCount(part=part, count=count) for part, count in sorted(counts.items()))


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
