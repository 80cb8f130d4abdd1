"""The plan of a portfolio: every point's outcome, who pays what, totals, and what was assumed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from synergie.energy.plan.power import _text
from synergie.energy.plan.power._text import phrase
from synergie.energy.records.power import PowerProblem
from synergie.energy.records.power_plan import OptionCost, PowerOutcome, PowerPlan, PowerTotals
from synergie.plan import record as _record
from synergie.schemas.plan import MemberOutcome, Phrase, PlanLine

_CENT = Decimal("0.01")


def plan_of(problem: PowerProblem, outcomes: Sequence[PowerOutcome]) -> PowerPlan:
    """All outcomes as one plan; what could not be compared is in no sum."""
    compared = [one for one in outcomes if one.status != "not_compared"]
    members = _build_member_outcomes(compared)
    objective = sum((one.cost_eur for one in members), Decimal(0))
    baseline = sum((one.alone_eur or Decimal(0) for one in members), Decimal(0))
    return PowerPlan(
        status="proved",
        objective_eur=objective,
        bound_eur=objective,
        gap=0.0,
        tolerance=_record.TOLERANCE,
        baseline_eur=baseline,
        baseline=(phrase(_text.BASELINE),),
        members=members,
        least_gain=_record.find_least_gainer(members),
        lines=tuple(_build_plan_line(one) for one in compared),
        assumptions=tuple(_iterate_power_assumptions(problem, outcomes)),
        inputs_digest=digest(problem),
        run=_record.build_run_record((), "proved", solver=f"numpy {np.__version__}"),
        outcomes=tuple(outcomes),
        totals=_compute_plan_totals(problem, outcomes),
    )


def digest(problem: PowerProblem) -> str:
    """SHA-256 of the problem in the form of RFC 8785, point after point.

    There is no float in it: sorted keys and the least of white space are that form, and the
    encoder of the standard library is a hundred times as fast on twenty thousand points.
    """
    found = hashlib.sha256(
        f'{{"on":{_dump_canonical_json(problem.on.isoformat())},"points":['.encode()
    )
    for n, point in enumerate(problem.points):
        found.update(("," if n else "").encode())
        found.update(_dump_canonical_json(point.model_dump(mode="json")).encode())
    prices = [one.model_dump(mode="json") for one in problem.prices]
    rules = problem.rules.model_dump(mode="json")
    rest = f'],"prices":{_dump_canonical_json(prices)},"rules":{_dump_canonical_json(rules)}}}'
    found.update(rest.encode())
    return found.hexdigest()


def _dump_canonical_json(told: object) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _build_member_outcomes(compared: Sequence[PowerOutcome]) -> tuple[MemberOutcome, ...]:
    """What each member pays with its changes and their fees, and would pay without."""
    cost: dict[str, Decimal] = defaultdict(Decimal)
    today: dict[str, Decimal] = defaultdict(Decimal)
    for one in compared:
        cost[one.member] += _compute_option_total(one.best) + one.fee_eur
        today[one.member] += _compute_option_total(one.today)
    return tuple(_record.outcome_of(name, cost[name], today[name]) for name in sorted(cost))


def _compute_option_total(one: OptionCost | None) -> Decimal:
    return Decimal(0) if one is None else one.bill.total_eur


def _build_plan_line(one: PowerOutcome) -> PlanLine:
    best, second = one.best, one.second
    return PlanLine(
        subject=one.point,
        chosen=_describe_chosen_option(best),
        runner_up=None if second is None else _describe_chosen_option(second),
        difference_eur=None
        if second is None
        else _compute_option_total(second) - _compute_option_total(best),
        reason=one.reasons[0],
    )


def _describe_chosen_option(one: OptionCost | None) -> str:
    if one is None:
        return ""
    return (
        f"{one.tariff_code}, "
        f"{'/'.join(_text.format_plain_number(part.kva) for part in one.subscribed)} kVA"
    )


def _compute_plan_totals(problem: PowerProblem, outcomes: Sequence[PowerOutcome]) -> PowerTotals:
    compared = [one for one in outcomes if one.status != "not_compared"]
    changed = [one for one in compared if one.status == "change"]
    saving = sum((one.saving_eur or Decimal(0) for one in changed), Decimal(0))
    fees = sum((one.fee_eur for one in changed), Decimal(0))
    lighting = {point.id for point in problem.points if point.usage == "public_lighting"}
    count = sum(one.point in lighting for one in compared)
    yardstick = problem.rules.yardstick_eur
    return PowerTotals(
        points=len(outcomes),
        compared=len(compared),
        changed=len(changed),
        saving_eur=saving,
        fees_eur=fees,
        per_point_eur=_divide_per_point(saving - fees, len(compared)),
        per_change_eur=_divide_per_point(saving - fees, len(changed)),
        yardstick_eur=yardstick,
        yardstick=phrase(
            _text.YARDSTICK, _text.format_plain_number(yardstick), len(compared), count
        ),
    )


def _divide_per_point(amount: Decimal, count: int) -> Decimal | None:
    return (amount / count).quantize(_CENT, ROUND_HALF_UP) if count else None


def _list_power_factors(problem: PowerProblem) -> set[Decimal]:
    """Power factors by which overruns above 36 kVA were counted from curves."""
    loads = (point.load for point in problem.points if point.market_segment == "C4")
    counted = (one for one in loads if one is not None and one.source == "curve")
    return {one.power_factor for one in counted}


def _iterate_power_assumptions(
    problem: PowerProblem, outcomes: Sequence[PowerOutcome]
) -> Iterator[Phrase]:
    rules = problem.rules
    yield phrase(_text.ONE_DAY, problem.on.isoformat())
    yield phrase(_text.EXACT)
    yield phrase(_text.WITHOUT_VAT)
    yield phrase(_text.MARGIN, _text.format_plain_number(rules.margin * 100))
    yield phrase(_text.STEP_MEANS)
    for factor in sorted(_list_power_factors(problem)):
        yield phrase(_text.ACTIVE_ONLY, _text.format_plain_number(factor))
    yield phrase(_text.STAY)
    if rules.lu_kva_step != rules.kva_step:
        yield phrase(_text.LU_STEP, _text.format_plain_number(rules.lu_kva_step))
    left = sum(one.status == "not_compared" for one in outcomes)
    if left:
        yield phrase(_text.LEFT_OUT, left)
