"""What a failure model says of the next hours: the risk to fail, the failures to expect.

H(t) = (t / scale)^shape is the hazard cumulated since new. docs/plan/park.md, P3 and P4.
"""

from functools import lru_cache
from math import expm1

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synergie.park.plan.models import mean_life
from synergie.park.records.park import FailureModel

type Floats = NDArray[np.float64]

_STEPS = 64
"""Parts of the time ahead in which the first failure may fall."""
_GRID = 2_000
"""Steps of the renewal function."""
_LONG = 12.0
"""Mean lives after which the renewal function is its asymptote."""
_TOGETHER = 8_192
"""Things whose failures are computed in one go: bounds the memory."""


def risk(model: FailureModel, burned_hours: float, hours: float) -> float:
    """Probability that a thing that has worked *burned_hours* fails in the next *hours*, 0 to 1."""
    k, scale = model.shape, model.scale_hours
    return -expm1((burned_hours / scale) ** k - ((burned_hours + hours) / scale) ** k)


def risks_of(model: FailureModel, burned_hours: ArrayLike, hours: ArrayLike) -> Floats:
    """As `risk`, for many at once."""
    burned, ahead = _broadcast_hours(burned_hours, hours)
    return _compute_fail_probability(
        model.shape, burned / model.scale_hours, ahead / model.scale_hours
    )


def expected_failures(model: FailureModel, burned_hours: float, hours: float) -> float:
    """Failures to expect in the next *hours*, each mended at once by a new one."""
    return float(expected_failures_of(model, [burned_hours], [hours])[0])


def expected_failures_of(model: FailureModel, burned_hours: ArrayLike, hours: ArrayLike) -> Floats:
    """As `expected_failures`, for many at once; like pairs are computed once."""
    burned, ahead = _broadcast_hours(burned_hours, hours)
    pairs = np.stack([burned, ahead]) / model.scale_hours
    alike, back = np.unique(pairs, axis=1, return_inverse=True)
    renewal = _Renewal.upto(model, float(ahead.max(initial=0.0)) / model.scale_hours)
    parts = [
        _compute_later_failures(
            model.shape, alike[0, i : i + _TOGETHER], alike[1, i : i + _TOGETHER], renewal
        )
        for i in range(0, alike.shape[1], _TOGETHER)
    ]
    found: Floats = np.concatenate([np.empty(0), *parts])[back.ravel()]
    return found


def renewals_between(model: FailureModel, since_new: ArrayLike, hours: ArrayLike) -> Floats:
    """Failures to expect in the next *hours* of places first fitted *since_new* hours ago.

    Each failure was mended at once, on days that nobody wrote down: M(t + h) - M(t).
    """
    start, ahead = _broadcast_hours(since_new, hours)
    found: Floats = compute_renewals(model, start + ahead) - compute_renewals(model, start)
    return found


def renewed_ages(model: FailureModel, since_new: float, count: int) -> Floats:
    """Hours burned by the thing that stands now where each was renewed as it failed, rising.

    *count* of them, evenly among all that may be: the chance of an age up to a is Σ R(x) dM(t - x)
    over x up to a, R the share alive and t the hours *since_new*; the rest never failed. For lamps
    whose age is that of the luminaire.
    """
    life = mean_life(model)
    whole = min(since_new, _LONG * life)
    steps = np.linspace(0, whole, _GRID + 1)
    alive = np.exp(-(((steps[:-1] + steps[1:]) / 2 / model.scale_hours) ** model.shape))
    past = compute_renewals(model, since_new - steps)
    chance = np.concatenate([[0.0], np.cumsum(alive * (past[:-1] - past[1:]))])
    found: Floats = np.interp((np.arange(count) + 0.5) / count, chance, steps, right=since_new)
    return found


def compute_renewals(model: FailureModel, hours: ArrayLike) -> Floats:
    """Failures to expect of a new thing within *hours*, each mended at once: the renewal function.

    Within 0.5 % for shapes of 0.5 and above, 0.003 % above 1.
    """
    ahead = np.atleast_1d(np.asarray(hours, np.float64)) / model.scale_hours
    return _Renewal.upto(model, float(ahead.max(initial=0.0)))(ahead)


def _broadcast_hours(burned_hours: ArrayLike, hours: ArrayLike) -> tuple[Floats, Floats]:
    burned, ahead = np.broadcast_arrays(
        np.asarray(burned_hours, np.float64), np.asarray(hours, np.float64)
    )
    return burned, ahead


def _compute_fail_probability(shape: float, age: Floats, ahead: Floats) -> Floats:
    """Probability to fail within *ahead*, both in scales."""
    found: Floats = -np.expm1(age**shape - (age + ahead) ** shape)
    return found


def _compute_later_failures(
    shape: float, age: Floats, ahead: Floats, renewal: "_Renewal"
) -> Floats:
    """F_age(h) + Σ F_age(step) · M(h - step): the first failure, then those of its successors."""
    edges = np.linspace(0, 1, _STEPS + 1)[:, None] * ahead
    fallen = _compute_fail_probability(shape, age, edges)
    middles = (edges[:-1] + edges[1:]) / 2
    later: Floats = (np.diff(fallen, axis=0) * renewal(ahead - middles)).sum(axis=0)
    found: Floats = later + fallen[-1]
    return found


class _Renewal:
    """The renewal function M(t) of one shape, time in scales, by the rule of Xie (1989).

    M(t_i) (1 - F(d/2)) = F(t_i) + Σ_j<i (M_j - M_j-1) F(t_i - t_j + d/2) - F(d/2) M_i-1.
    """

    def __init__(self, shape: float, end: float, life: float) -> None:
        self._end, self._life = end, life
        self._times, self._values = _compute_renewal_table(shape, end)
        self._rate = 1 / life

    @staticmethod
    def upto(model: FailureModel, longest: float) -> "_Renewal":
        """The function as far as *longest*, or to where it is its asymptote."""
        life = mean_life(model) / model.scale_hours
        return _build_renewal(model.shape, min(_round_horizon_up(longest), _LONG * life), life)

    def __call__(self, times: Floats) -> Floats:
        inside = np.interp(times, self._times, self._values)
        found: Floats = inside + np.maximum(times - self._end, 0) * self._rate
        return found


@lru_cache(maxsize=64)
def _build_renewal(shape: float, end: float, life: float) -> _Renewal:
    return _Renewal(shape, end, life)


def _round_horizon_up(longest: float) -> float:
    """The next power of two: few tables serve all horizons."""
    return float(2.0 ** np.ceil(np.log2(max(longest, 1e-6))))


def _compute_renewal_table(shape: float, end: float) -> tuple[Floats, Floats]:
    times = np.linspace(0, end, _GRID + 1)
    step = times[1]
    failed = -np.expm1(-(times**shape))
    half = -np.expm1(-((times[:-1] + step / 2) ** shape))
    values = np.zeros_like(times)
    gains = np.zeros(_GRID)
    for i in range(1, _GRID + 1):
        past = gains[: i - 1] @ half[i - 1 : 0 : -1]
        values[i] = (failed[i] + past - half[0] * values[i - 1]) / (1 - half[0])
        gains[i - 1] = values[i] - values[i - 1]
    return times, values
