"""What a policy promises: points out and delays, each with its interval; and whether it held."""

import math
from collections.abc import Callable

from synergie.maintenance.plan.strategy import _text
from synergie.maintenance.plan.strategy.simulation import simulate
from synergie.maintenance.records.strategy import (
    Estimate,
    Promise,
    PromisedFigure,
    SimulatedDelay,
    SimulatedLife,
    StrategyProblem,
    UpkeepPolicy,
)
from synergie.park.records.park import Interval
from synergie.schemas.plan import Phrase


def promise(
    problem: StrategyProblem,
    policy: UpkeepPolicy,
    *,
    lives: int = 200,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
) -> Promise:
    """Points out, faults beyond their target and days to repair, crews queueing.

    An interval holds one life of the park 95 times in 100. Raises BadInput, Cancelled.
    """
    life = simulate(problem, policy, lives=lives, seed=seed, cancel=cancel)
    figures = [
        _build_promised_figure("out_share", life.out_share, problem.most_out, lives),
        _build_promised_figure("worst_year_out_share", life.worst_year_out_share, None, lives),
    ]
    for delay in life.delays:
        figures.append(_build_delay_figure("mean_days", delay, None, lives))
        if delay.beyond is not None:
            figures.append(_build_delay_figure("beyond", delay, problem.most_beyond, lives))
    basis = Phrase(text=_text.SIMULATED, values=(str(lives), str(seed)))
    return Promise(years=problem.years, figures=tuple(figures), basis=basis)


def broken(given: Promise, life: SimulatedLife) -> tuple[Phrase, ...]:
    """Which figures of a promise a simulated life does not hold; none when it is kept.

    A figure is held when the mean over the lives lies inside the promised interval.
    """
    return tuple(
        Phrase(
            text=_text.BROKEN[figure.figure],
            values=(
                f"{seen.mean:.5g}",
                f"{figure.interval.low:.5g}",
                f"{figure.interval.high:.5g}",
            ),
        )
        for figure in given.figures
        if (seen := _find_simulated_figure(figure, life)) is not None
        and not _is_inside_interval(seen.mean, figure.interval)
    )


def _is_inside_interval(value: float, interval: Interval) -> bool:
    dust = 1e-9 * max(abs(interval.low), abs(interval.high))
    return interval.low - dust <= value <= interval.high + dust


def _find_simulated_figure(figure: PromisedFigure, life: SimulatedLife) -> Estimate | None:
    if figure.figure == "out_share":
        return life.out_share
    if figure.figure == "worst_year_out_share":
        return life.worst_year_out_share
    for delay in life.delays:
        if (delay.severity, delay.contract) == (figure.severity, figure.contract):
            return delay.mean_days if figure.figure == "mean_days" else delay.beyond
    return None


def _build_promised_figure(
    name: str, seen: Estimate, limit: float | None, lives: int
) -> PromisedFigure:
    interval = _compute_life_interval(seen, lives)
    return PromisedFigure.model_validate(
        {
            "figure": name,
            "expected": seen.mean,
            "interval": interval,
            "limit": limit,
            "verdict": _judge_interval(interval, limit),
        }
    )


def _build_delay_figure(
    name: str, delay: SimulatedDelay, limit: float | None, lives: int
) -> PromisedFigure:
    seen = delay.mean_days if name == "mean_days" else delay.beyond
    assert seen is not None  # noqa: S101 (asked for only with a target)
    told = {"severity": delay.severity, "contract": delay.contract}
    return _build_promised_figure(name, seen, limit, lives).model_copy(update=told)


def _compute_life_interval(seen: Estimate, lives: int) -> Interval:
    """Where one life lies: as drawn, or by its deviation when that is wider; figures are >= 0.

    Of what is rare most lives have none: what was drawn alone would promise none at all.
    """
    half = (seen.interval.high - seen.interval.low) / 2 * math.sqrt(lives)
    low = max(min(seen.spread.low, seen.mean - half), 0.0)
    return Interval(low=low, high=max(seen.spread.high, seen.mean + half), level=seen.spread.level)


def _judge_interval(interval: Interval, limit: float | None) -> str:
    if limit is None:
        return "no limit"
    if interval.high <= limit:
        return "kept"
    return "missed" if interval.low > limit else "uncertain"
