"""Options and budgets as numbers."""

import numpy as np

from synergie.lighting.plan.front import FrontOptions
from synergie.lighting.plan.frontier._options import Option, Options
from synergie.lighting.plan.retrofit import Problem
from synergie.lighting.records.study import Budget, LightingStudy

_DIGITS = 12


def build_programme(
    study: LightingStudy, found: Options
) -> tuple[FrontOptions, list[int], list[Option]]:
    """The numbers, the cabinet of each segment, the option of each place in the row."""
    cabinets = sorted(found.of)
    row = [(n, cabinet, one) for n, cabinet in enumerate(cabinets) for one in found.of[cabinet]]
    segment = np.array([n for n, _, _ in row], dtype=np.int64)
    bodies = [study.cabinets[cabinet].body for _, cabinet, _ in row]
    options = [one for _, _, one in row]
    uses = np.array(
        [
            [
                float(one.eur) if _is_paid_from_budget(budget, body, one) else 0.0
                for budget in study.budgets
            ]
            for body, one in zip(bodies, options, strict=True)
        ]
    ).reshape(len(row), len(study.budgets))
    problem = Problem(
        segment=segment,
        cost=np.zeros(len(row)),
        uses=uses,
        limits=np.array([float(budget.eur) for budget in study.budgets]),
        keep=np.searchsorted(segment, np.arange(len(cabinets))),
    )
    values = np.array([one.values for one in options])
    return FrontOptions(problem, _round_to_largest(values)), cabinets, options


def _is_paid_from_budget(budget: Budget, body: str, one: Option) -> bool:
    """Whether an option is paid from a budget."""
    return (budget.body is None or budget.body == body) and (
        budget.year is None or budget.year == one.year
    )


def _round_to_largest(values: np.ndarray) -> np.ndarray:
    """Twelve significant digits of the largest: what is less is noise of sums."""
    size = np.abs(values).max(axis=0, initial=0.0)
    digits = [_DIGITS - 1 - int(np.floor(np.log10(one))) if one > 0 else 0 for one in size]
    return np.column_stack([np.round(values[:, k], max(d, 0)) for k, d in enumerate(digits)]) + 0.0


def years_of(study: LightingStudy) -> tuple[int, ...]:
    """Years in which works may be done: those that have a budget of their own, else the first."""
    told = sorted({one.year for one in study.budgets if one.year is not None})
    first, last = study.rules.starts, study.rules.starts + study.rules.horizon_years
    return tuple(year for year in told if first <= year < last) or (first,)
