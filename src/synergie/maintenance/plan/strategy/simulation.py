"""The life of a park for years under a policy, drawn many times with a fixed seed."""

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from synergie.errors import BadInput
from synergie.maintenance.plan.strategy._ground import (
    DAYS,
    Floats,
    StrategyInputs,
    count_light_points,
)
from synergie.maintenance.plan.strategy._lives import Lives
from synergie.maintenance.plan.strategy._places import Places, build_places
from synergie.maintenance.plan.strategy._tally import HOUR_BINS, Tally
from synergie.maintenance.records.strategy import (
    Estimate,
    SimulatedDelay,
    SimulatedLife,
    SimulatedYear,
    StrategyProblem,
    UpkeepPolicy,
)
from synergie.park.records.park import Interval

_CELLS = 4_000_000
"""Places times lives that are drawn at once: bounds the memory."""
_MEGA = 1e6


def simulate(
    problem: StrategyProblem,
    policy: UpkeepPolicy,
    *,
    lives: int = 100,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
) -> SimulatedLife:
    """*lives* lives of the park under *policy*: points out, delays, work, money, with intervals.

    The same arguments give the same answer. Raises BadInput (a group that the policy does not
    know), Cancelled.
    """
    ground = StrategyInputs.of(problem)
    _same_groups(ground, policy)
    if lives < 1:
        raise BadInput("/lives", lives, "at least one life")
    columns = build_places(ground, policy)
    at_once = max(1, min(lives, _CELLS // len(columns.group)))
    tallies = []
    for number, first in enumerate(range(0, lives, at_once)):
        rng = np.random.default_rng([seed, number])
        size = min(at_once, lives - first)
        tallies.append(Lives(ground, columns, policy, lives=size, rng=rng).run(cancel))
    return _Summary(ground, columns, tallies).life(seed)


def _same_groups(ground: StrategyInputs, policy: UpkeepPolicy) -> None:
    known = {group.id for group in ground.problem.groups}
    for number, one in enumerate(policy.groups):
        if one.group not in known:
            raise BadInput(f"/groups/{number}/group", one.group, "a group of the problem")


class _Summary:
    """All lives together."""

    def __init__(self, ground: StrategyInputs, columns: Places, tallies: list[Tally]) -> None:
        self.ground, self.columns, self.tallies = ground, columns, tallies
        self.years = ground.problem.years
        self.points = sum(count_light_points(group) for group in ground.problem.groups)

    def life(self, seed: int) -> SimulatedLife:
        """The record."""
        shares = self._all("dark") / (self.points * DAYS)
        return SimulatedLife(
            years=self.years,
            lives=len(shares),
            seed=seed,
            light_points=self.points,
            out_share=estimate_mean(shares.mean(axis=1)),
            points_out=estimate_mean(shares.mean(axis=1) * self.points),
            worst_year_out_share=estimate_mean(shares.max(axis=1)),
            delays=tuple(d for n in range(len(self.columns.kinds)) if (d := self._delay(n))),
            waiting=estimate_mean(np.concatenate([t.open for t in self.tallies])),
            visits_year=estimate_mean(self._all("visits").mean(axis=1)),
            crew_hours_year=estimate_mean(self._all("hours").mean(axis=1)),
            energy_mwh_year=estimate_mean(self._energy().mean(axis=1)),
            cost_eur=estimate_mean(self._now()),
            by_year=tuple(self._year(year, shares) for year in range(self.years)),
        )

    def _all(self, field: str) -> Floats:
        found: Floats = np.concatenate([getattr(tally, field) for tally in self.tallies])
        return found

    def _energy(self) -> Floats:
        """MWh by life and year."""
        groups = self.ground.problem.groups
        base = sum(count_light_points(g) * g.power_w * g.burn_hours_year for g in groups) / _MEGA
        found: Floats = base - self._all("saved")
        return found

    def _now(self) -> Floats:
        grown = 1 + self.ground.problem.discount
        worth = grown ** -(np.arange(self.years) + 0.5)
        price = float(self.ground.problem.costs.energy_eur_mwh)
        found: Floats = self._all("now").ravel() + self._energy() @ worth * price
        return found

    def _delay(self, kind: int) -> SimulatedDelay | None:
        severity, contract = self.columns.kinds[kind]
        mends = np.concatenate([tally.mends[kind] for tally in self.tallies])
        if not mends.any():
            return None
        bins = np.sum([tally.delays[kind] for tally in self.tallies], axis=0)
        days = np.concatenate([tally.days[kind] for tally in self.tallies])
        late = np.concatenate([tally.beyond[kind] for tally in self.tallies])
        return SimulatedDelay(
            severity=severity,
            contract=contract,
            faults=estimate_mean(mends / self.years),
            mean_days=_estimate_ratio(days, mends),
            median_days=_compute_delay_quantile(bins, 0.5),
            p90_days=_compute_delay_quantile(bins, 0.9),
            p95_days=_compute_delay_quantile(bins, 0.95),
            target_days=self.ground.target_days(severity, contract),
            beyond=_estimate_ratio(late, mends),
        )

    def _year(self, year: int, shares: Floats) -> SimulatedYear:
        price = float(self.ground.problem.costs.energy_eur_mwh)
        paid = self._all("paid")[:, year] + self._energy()[:, year] * price
        return SimulatedYear(
            year=year,
            out_share=estimate_mean(shares[:, year]),
            faults=estimate_mean(self._all("faults")[:, year]),
            cost_eur=estimate_mean(paid),
        )


def _estimate_ratio(part: Floats, whole: Floats) -> Estimate:
    """Life by life; a life without faults has none beyond."""
    return estimate_mean(part / np.maximum(whole, 1))


def _compute_delay_quantile(bins: np.ndarray, share: float) -> float:
    """Days by which this share is mended, to the hour."""
    reached = int(np.searchsorted(np.cumsum(bins), share * bins.sum()))
    return min(reached, HOUR_BINS) / 24


# Figures of drawn lives with their intervals.

LEVEL = 0.95


def estimate_mean(values: Floats) -> Estimate:
    """The mean of *values*, one a life, where it lies, and where 95 % of the lives lie."""
    mean = float(values.mean())
    half = (
        float("inf")
        if len(values) < 2  # noqa: PLR2004
        else _compute_student_quantile(len(values) - 1) * _compute_standard_error(values)
    )
    half = 0.0 if math.isinf(half) else half
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(
        mean=mean,
        interval=Interval(low=mean - half, high=mean + half, level=LEVEL),
        spread=Interval(low=float(low), high=float(high), level=LEVEL),
    )


def _compute_standard_error(values: Floats) -> float:
    return float(values.std(ddof=1)) / math.sqrt(len(values))


def _compute_student_quantile(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's law, by its expansion in 1 / freedom."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return z + first + second
