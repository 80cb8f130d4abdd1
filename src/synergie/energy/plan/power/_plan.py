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
    members = _members(compared)
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
        least_gain=_record.least(members),
        lines=tuple(_line(one) for one in compared),
        assumptions=tuple(_assumptions(problem, outcomes)),
        inputs_digest=digest(problem),
        run=_record.run((), "proved", solver=f"numpy {np.__version__}"),
        outcomes=tuple(outcomes),
        totals=_totals(problem, outcomes),
    )


def digest(problem: PowerProblem) -> str:
    """SHA-256 of the problem in the form of RFC 8785, point after point.

    There is no float in it: sorted keys and the least of white space are that form, and the
    encoder of the standard library is a hundred times as fast on twenty thousand points.
    """
    found = hashlib.sha256(f'{{"on":{_canonical(problem.on.isoformat())},"points":['.encode())
    for n, point in enumerate(problem.points):
        found.update(("," if n else "").encode())
        found.update(_canonical(point.model_dump(mode="json")).encode())
    prices = [one.model_dump(mode="json") for one in problem.prices]
    rules = problem.rules.model_dump(mode="json")
    rest = f'],"prices":{_canonical(prices)},"rules":{_canonical(rules)}}}'
    found.update(rest.encode())
    return found.hexdigest()


def _canonical(told: object) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _members(compared: Sequence[PowerOutcome]) -> tuple[MemberOutcome, ...]:
    """What each member pays with its changes and their fees, and would pay without."""
    cost: dict[str, Decimal] = defaultdict(Decimal)
    today: dict[str, Decimal] = defaultdict(Decimal)
    for one in compared:
        cost[one.member] += _total(one.best) + one.fee_eur
        today[one.member] += _total(one.today)
    return tuple(_record.outcome_of(name, cost[name], today[name]) for name in sorted(cost))


def _total(one: OptionCost | None) -> Decimal:
    return Decimal(0) if one is None else one.bill.total_eur


def _line(one: PowerOutcome) -> PlanLine:
    best, second = one.best, one.second
    return PlanLine(
        subject=one.point,
        chosen=_chosen(best),
        runner_up=None if second is None else _chosen(second),
        difference_eur=None if second is None else _total(second) - _total(best),
        reason=one.reasons[0],
    )


def _chosen(one: OptionCost | None) -> str:
    if one is None:
        return ""
    return f"{one.tariff_code}, {'/'.join(_text.told(part.kva) for part in one.subscribed)} kVA"


def _totals(problem: PowerProblem, outcomes: Sequence[PowerOutcome]) -> PowerTotals:
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
        per_point_eur=_share(saving - fees, len(compared)),
        per_change_eur=_share(saving - fees, len(changed)),
        yardstick_eur=yardstick,
        yardstick=phrase(_text.YARDSTICK, _text.told(yardstick), len(compared), count),
    )


def _share(amount: Decimal, count: int) -> Decimal | None:
    return (amount / count).quantize(_CENT, ROUND_HALF_UP) if count else None


def _factors(problem: PowerProblem) -> set[Decimal]:
    """Power factors by which overruns above 36 kVA were counted from curves."""
    loads = (point.load for point in problem.points if point.market_segment == "C4")
    counted = (one for one in loads if one is not None and one.source == "curve")
    return {one.power_factor for one in counted}


def _assumptions(problem: PowerProblem, outcomes: Sequence[PowerOutcome]) -> Iterator[Phrase]:
    rules = problem.rules
    yield phrase(_text.ONE_DAY, problem.on.isoformat())
    yield phrase(_text.EXACT)
    yield phrase(_text.WITHOUT_VAT)
    yield phrase(_text.MARGIN, _text.told(rules.margin * 100))
    yield phrase(_text.STEP_MEANS)
    for factor in sorted(_factors(problem)):
        yield phrase(_text.ACTIVE_ONLY, _text.told(factor))
    yield phrase(_text.STAY)
    if rules.lu_kva_step != rules.kva_step:
        yield phrase(_text.LU_STEP, _text.told(rules.lu_kva_step))
    left = sum(one.status == "not_compared" for one in outcomes)
    if left:
        yield phrase(_text.LEFT_OUT, left)
