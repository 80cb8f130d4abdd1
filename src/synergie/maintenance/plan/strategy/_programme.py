"""The choice of one option an item at least cost: docs/plan/strategy.md, S3 and S4."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from synergie.errors import Infeasible, Reason
from synergie.maintenance.plan.strategy import _text
from synergie.maintenance.plan.strategy._options import Item, Option
from synergie.maintenance.records.strategy import Criterion
from synergie.plan.conflicts import find_conflicts
from synergie.plan.solver import Model, Need, Outcome

_CENT, _NEAR, _TOLERANCE = 0.0099, 1e-7, 5e-5
"""EUR and relative gaps at which a choice counts as the best."""
_MAX_DIGITS = 1e-9


@dataclass(frozen=True, slots=True)
class Limits:
    """What a choice has to keep."""

    budgets: tuple[Decimal, ...] = ()
    """Most LED investment in each year, EUR. Empty: no limit."""
    most: Mapping[Criterion, float] | None = None
    """Most of each criterion over all the years."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One option an item, in the order of the items (None: none in time), and the proof."""

    options: tuple[Option, ...] | None
    bound: float | None
    outcome: Outcome


def compute_criterion_amount(option: Option, criterion: Criterion) -> float:
    """What *option* gives of *criterion*."""
    return float(option.cost) if criterion == "cost" else float(getattr(option.gives, criterion))


def choose_options(
    items: Sequence[Item],
    limits: Limits,
    *,
    least: Criterion = "cost",
    start: Sequence[Option] | None = None,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
) -> Chosen:
    """The options of least cost, or of least of another criterion. Raises Infeasible.

    *start*: options to begin from, which keep the limits: then some are always found. Without
    them, when time ends first, those that invest nothing, where they keep the limits.
    """
    for item in items:
        if not item.options:
            raise Infeasible((Reason(_text.NO_OPTION[item.kind], item.subject),))
    model = Model("strategy")
    columns = [
        [
            model.binary(f"x{n}_{o}", compute_criterion_amount(option, least))
            for o, option in enumerate(item.options)
        ]
        for n, item in enumerate(items)
    ]
    for mine in columns:
        model.require([(column, 1) for column in mine], low=1, high=1)
    _add_budget_limits(model, items, columns, limits.budgets)
    _add_criterion_limits(model, items, columns, limits.most or {})
    money = least == "cost"
    outcome = model.minimise(
        limit_s=limit_s,
        gap=_TOLERANCE if money else _NEAR,
        gap_abs=_CENT if money else 0.0,
        cancel=cancel,
        start=_build_start_values(items, columns, start) if start else None,
    )
    if outcome.stop == "infeasible":
        raise Infeasible(find_conflicts(model, limit_s=max(limit_s, 1.0)))
    if not outcome.values:
        known = tuple(start) if start else _choose_plain_options(items, limits)
        return Chosen(known, outcome.bound or _sum_least_amounts(items, least), outcome)
    picked = tuple(
        item.options[max(range(len(mine)), key=lambda o: outcome.values[mine[o]])]
        for item, mine in zip(items, columns, strict=True)
    )
    return Chosen(picked, outcome.bound, outcome)


def _choose_plain_options(items: Sequence[Item], limits: Limits) -> tuple[Option, ...] | None:
    """Of each item what invests least, then gives least of one criterion; None: no limit allows it.

    Without investment every budget is kept.
    """
    most = limits.most or {}
    for criterion in ("cost", *sorted(most)):
        options = tuple(
            min(
                item.options,
                key=lambda o: (o.invested, compute_criterion_amount(o, criterion), o.cost),
            )
            for item in items
        )
        if _are_limits_kept(options, limits):
            return options
    return None


def _are_limits_kept(options: Sequence[Option], limits: Limits) -> bool:
    """S3 and S4."""
    spent: dict[int | None, Decimal] = defaultdict(Decimal)
    for option in options:
        spent[option.led_year] += option.invested
    return all(spent[year] <= budget for year, budget in enumerate(limits.budgets)) and all(
        sum(compute_criterion_amount(option, criterion) for option in options)
        <= limit - abs(limit) * _MAX_DIGITS
        for criterion, limit in (limits.most or {}).items()
    )


def _sum_least_amounts(items: Sequence[Item], criterion: Criterion) -> float:
    """What no choice gives less of: each item by itself, limits apart."""
    return sum(
        min(compute_criterion_amount(option, criterion) for option in item.options)
        for item in items
    )


def _build_start_values(
    items: Sequence[Item], columns: list[list[int]], start: Sequence[Option]
) -> dict[int, float]:
    return {
        column: float(option is chosen)
        for item, mine, chosen in zip(items, columns, start, strict=True)
        for option, column in zip(item.options, mine, strict=True)
    }


def _add_budget_limits(
    model: Model, items: Sequence[Item], columns: list[list[int]], budgets: tuple[Decimal, ...]
) -> None:
    """S3: the LED investment of each year."""
    terms: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for item, mine in zip(items, columns, strict=True):
        for option, column in zip(item.options, mine, strict=True):
            if option.led_year is not None and option.invested:
                terms[option.led_year].append((column, float(option.invested)))
    for year, most in enumerate(budgets):
        scale = max([factor for _, factor in terms[year]], default=1.0)
        need = Need(
            sentence=_text.BUDGET.format(year, most),
            missing=_text.MORE_BUDGET,
            per=1 / scale,
            about=(year,),
            handle=("budget", str(year)),
        )
        row = [(column, factor / scale) for column, factor in terms[year]]
        model.require(row, high=float(most) / scale, need=need)


def _add_criterion_limits(
    model: Model, items: Sequence[Item], columns: list[list[int]], most: Mapping[Criterion, float]
) -> None:
    """S4: no more of a criterion than asked."""
    for criterion, limit in sorted(most.items()):
        row = [
            (column, compute_criterion_amount(option, criterion))
            for item, mine in zip(items, columns, strict=True)
            for option, column in zip(item.options, mine, strict=True)
        ]
        scale = max([factor for _, factor in row], default=0.0) or 1.0
        need = Need(
            sentence=_text.LIMITS[criterion].format(f"{limit:.1f}"),
            missing=_text.MORE[criterion],
            per=1 / scale,
            handle=("limit", criterion),
        )
        tight = limit - abs(limit) * _MAX_DIGITS
        model.require([(c, f / scale) for c, f in row], high=tight / scale, need=need)
