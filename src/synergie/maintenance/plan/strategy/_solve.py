"""The cheapest strategy within budgets and limits, each body alone, the shares, the check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from synergie.errors import Cancelled, Infeasible, OutOfTime, SolverFailed
from synergie.maintenance.plan.strategy import _text, _verify
from synergie.maintenance.plan.strategy._choices import items
from synergie.maintenance.plan.strategy._ground import StrategyInputs, count_light_points, out_share
from synergie.maintenance.plan.strategy._options import Gives, Item, Option
from synergie.maintenance.plan.strategy._programme import Chosen, Limits, choose_options
from synergie.maintenance.records.strategy import (
    BodyPolicy,
    Criteria,
    Criterion,
    GroupPolicy,
    StrategyPlan,
    StrategyProblem,
    UpkeepPolicy,
)
from synergie.plan import record as _record
from synergie.plan.money import CENT, certify_bound, share_fairly
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import MemberOutcome, Phrase, PlanLine

_NONE = Decimal(0)
_JOINT = 0.7
"""Share of the time for the joint choice; the rest is for each alone."""


@check_seconds
def solve(
    problem: StrategyProblem,
    *,
    most: Mapping[Criterion, float] | None = None,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
) -> StrategyPlan:
    """The cheapest policy; *most*: limits on other criteria over all the years.

    Raises BadInput, Infeasible with the requirements that conflict, OutOfTime, Cancelled,
    SolverFailed, MissingExtra.
    """
    ground = StrategyInputs.of(problem)
    offered = items(ground)
    limits = Limits(problem.led_budgets_eur, most)
    joint = choose_options(offered, limits, limit_s=limit_s * _JOINT, cancel=cancel)
    if joint.options is None and joint.outcome.stop == "cancelled":
        raise Cancelled
    if joint.options is None:
        raise OutOfTime(limit_s)
    left = limit_s * (1 - _JOINT)
    alone = _each_alone(ground, offered, limits, limit_s=left, cancel=cancel)
    plan = _build_strategy_plan(ground, offered, _choose_best_policy(offered, joint, alone), alone)
    faults = _verify.faults(problem, plan, most)
    if faults:
        raise SolverFailed("; ".join(faults))
    return plan


@dataclass(frozen=True, slots=True)
class _Alone:
    cost: Decimal | None
    late: bool = False
    options: tuple[Option, ...] = ()


def _each_alone(
    ground: StrategyInputs,
    offered: Sequence[Item],
    limits: Limits,
    *,
    limit_s: float,
    cancel: Callable[[], bool] | None,
) -> dict[str, _Alone]:
    names = ground.organisations()
    found = {}
    for name in names:
        mine = [item for item in offered if item.organisation == name]
        part = _scale_body_limits(ground, name, limits) if len(names) > 1 else limits
        try:
            alone = choose_options(
                mine, part, limit_s=max(limit_s / len(names), 0.5), cancel=cancel
            )
        except Infeasible:
            found[name] = _Alone(None)
            continue
        cost = None if alone.options is None else sum_option_costs(alone.options)
        found[name] = _Alone(cost, late=cost is None, options=alone.options or ())
    return found


def _choose_best_policy(
    offered: Sequence[Item], joint: Chosen, alone: Mapping[str, _Alone]
) -> Chosen:
    """The joint choice, or all alone side by side when that is cheaper.

    Both are near the best only; the parts of budgets and limits sum to no more than the whole.
    """
    if joint.options is None or any(one.cost is None for one in alone.values()):
        return joint
    each = {name: iter(one.options) for name, one in alone.items()}
    apart = tuple(next(each[item.organisation]) for item in offered)
    return (
        replace(joint, options=apart)
        if sum_option_costs(apart) < sum_option_costs(joint.options)
        else joint
    )


def _scale_body_limits(ground: StrategyInputs, name: str, limits: Limits) -> Limits:
    """The part of *name* in budgets and limits, by light points, rounded down."""
    mine = sum(count_light_points(g) for g in ground.problem.groups if g.organisation == name)
    share = Decimal(mine) / sum(count_light_points(g) for g in ground.problem.groups)
    budgets = tuple((budget * share).quantize(CENT, "ROUND_FLOOR") for budget in limits.budgets)
    most = {criterion: limit * float(share) for criterion, limit in (limits.most or {}).items()}
    return Limits(budgets, most)


def sum_option_costs(options: Sequence[Option]) -> Decimal:
    """Their cost, EUR of the first day."""
    return sum((option.cost for option in options), _NONE)


def sum_option_criteria(ground: StrategyInputs, options: Sequence[Option]) -> Criteria:
    """What they give together."""
    gives = Gives()
    for option in options:
        gives = gives + option.gives
    return Criteria(
        cost_eur=sum_option_costs(options),
        out=gives.out,
        out_share=out_share(ground, gives.out),
        late=gives.late,
        faults=gives.faults,
        energy=gives.energy,
        hours=gives.hours,
        co2=gives.co2,
    )


def build_policy(offered: Sequence[Item], options: Sequence[Option]) -> UpkeepPolicy:
    """What they decide, group by group and body by body."""
    groups, bodies = (
        [],
        {item.organisation: BodyPolicy(organisation=item.organisation) for item in offered},
    )
    for item, option in zip(offered, options, strict=True):
        if item.kind == "lamps":
            groups.append(
                GroupPolicy(
                    group=item.subject,
                    relamp_years=option.relamp_years,
                    led_year=option.led_year,
                    last_buy=option.last_buy,
                )
            )
            continue
        told = {"inspection_months": option.months, "cleaning_years": option.clean_years}
        told = {field: value for field, value in told.items() if value is not None}
        bodies[item.organisation] = bodies[item.organisation].model_copy(update=told)
    return UpkeepPolicy(groups=tuple(groups), bodies=tuple(bodies[name] for name in sorted(bodies)))


def _build_strategy_plan(
    ground: StrategyInputs, offered: Sequence[Item], joint: Chosen, alone: dict[str, _Alone]
) -> StrategyPlan:
    options = joint.options or ()
    objective = sum_option_costs(options)
    bound = certify_bound(joint.bound, objective, CENT)
    gap = _record.compute_gap(objective, bound)
    stop = "proved" if gap is not None and gap <= _record.TOLERANCE else joint.outcome.stop
    members = _share_strategy_costs(offered, options, alone)
    costs = [one.cost for one in alone.values()]
    known = [cost for cost in costs if cost is not None]
    return StrategyPlan(
        status=_record.choose_status(stop, gap),
        objective_eur=objective,
        bound_eur=bound,
        gap=gap,
        tolerance=_record.TOLERANCE,
        baseline_eur=sum(known, _NONE) if len(known) == len(costs) else None,
        baseline=_describe_strategy_baseline([name for name, one in alone.items() if one.late]),
        members=members,
        least_gain=_record.find_least_gainer(members),
        lines=tuple(
            _build_choice_line(item, option) for item, option in zip(offered, options, strict=True)
        ),
        assumptions=_text.list_strategy_assumptions(),
        inputs_digest=_record.digest(ground.problem),
        run=_record.build_run_record((joint.outcome,), stop),
        policy=build_policy(offered, options),
        criteria=sum_option_criteria(ground, options),
        invested_eur=_sum_yearly_investments(ground, options),
    )


def _describe_strategy_baseline(late: list[str]) -> tuple[Phrase, ...]:
    said = [Phrase(text=_text.ALONE_MODEL)]
    if late:
        said.append(Phrase(text=_text.ALONE_LATE, values=(", ".join(late)[:200],)))
    return tuple(said)


def _share_strategy_costs(
    offered: Sequence[Item], options: Sequence[Option], alone: dict[str, _Alone]
) -> tuple[MemberOutcome, ...]:
    """Each pays its choices, corrected no one more than alone (`_money.share_fairly`)."""
    names = sorted(alone)
    used = dict.fromkeys(names, _NONE)
    for item, option in zip(offered, options, strict=True):
        used[item.organisation] += option.cost
    caps = [alone[name].cost for name in names]
    shares = share_fairly([used[name] for name in names], caps, CENT)
    triples = zip(names, shares, caps, strict=True)
    return tuple(_record.outcome_of(name, share, cap) for name, share, cap in triples)


def _sum_yearly_investments(
    ground: StrategyInputs, options: Sequence[Option]
) -> tuple[Decimal, ...]:
    years = [_NONE] * ground.problem.years
    for option in options:
        if option.led_year is not None:
            years[option.led_year] += option.invested
    return tuple(years)


def _build_choice_line(item: Item, option: Option) -> PlanLine:
    """One choice against the nearest other of its item."""
    others = [one for one in item.options if one is not option]
    nearest = min(others, key=lambda one: abs(one.cost - option.cost), default=None)
    extra = option.cost - min(one.cost for one in item.options)
    reason = Phrase(text=_text.CHEAPEST, values=(str(len(item.options)),))
    if extra:
        reason = Phrase(text=_text.KEPT_BACK, values=(str(extra),))
        nearest = min(others, key=lambda one: one.cost)
    return PlanLine(
        subject=f"{item.kind} {item.subject}"[:200],
        chosen=str(_describe_choice(item, option).tell(str)),
        runner_up=None if nearest is None else _describe_choice(item, nearest).tell(str),
        difference_eur=None if nearest is None else nearest.cost - option.cost,
        binding="budgets or limits" if extra else None,
        reason=reason,
    )


def _describe_choice(item: Item, option: Option) -> Phrase:
    if item.kind == "inspection":
        if option.months is None:
            return Phrase(text=_text.NO_INSPECTION)
        return Phrase(text=_text.INSPECT, values=(str(option.months),))
    if item.kind == "cleaning":
        return Phrase(text=_text.CLEAN, values=(f"{option.clean_years:g}",))
    return _text.describe_group_choice(option.relamp_years, option.led_year)
