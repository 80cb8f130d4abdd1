"""Sums, means and shares that carry what is not known."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.schemas.plan import Phrase

type Chosen = NDArray[np.bool_]

_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with its range; None and why where not known."""

    value: float | None
    """In the unit of the criterion. None: not known."""
    low: float | None = None
    """The least it may be. None: no range."""
    high: float | None = None
    """The most it may be. None: no range."""
    known: float = 1.0
    """Share of what it stands on that is known, 0 to 1."""
    unknown: Phrase | None = None
    """What is not known. None: nothing."""
    source: Phrase | None = None
    """What it stands on. None: what the criterion says."""

    def scaled(self, by: float) -> "Figure":
        """The same in another unit."""
        value, low, high = (
            None if one is None else one * by for one in (self.value, self.low, self.high)
        )
        return replace(self, value=value, low=low, high=high)


def phrase(text: str, *values: object) -> Phrase:
    """A sentence: constant English *text* and what fills it, each cut at 200 characters."""
    return Phrase(text=text, values=tuple(str(value)[:_TEXT] or "-" for value in values))


def unknown(why: Phrase, known: float = 0.0) -> Figure:
    """Not known at all."""
    return Figure(value=None, known=known, unknown=why)


def compute_luminaire_sum(
    view: View, each: Callable[[ScenarioEvaluation], Column], missing: str
) -> Figure:
    """The sum over luminaires of *each*, which is that of one luminaire and NaN where not known.

    One that is not known makes the sum unknown: *missing* says so, with their number.
    """
    values = view.column(each)
    lost = np.isnan(values)
    if lost.any():
        return unknown(
            phrase(missing, _count_luminaires(view.count, lost)),
            _compute_known_share(view.count, lost),
        )
    return Figure(value=float(values @ view.count))


def mean(view: View, each: Callable[[ScenarioEvaluation], Column], missing: str) -> Figure:
    """The mean over luminaires of *each*; as `total` where one is not known."""
    whole = float(view.count.sum())
    return compute_luminaire_sum(view, each, missing).scaled(1 / whole)


def share(view: View, good: Chosen, lost: Chosen, missing: str) -> Figure:
    """The share of the luminaires looked at that are *good*, %; those *lost* may be so or not."""
    count = view.count
    whole = float(count.sum())
    sure = 100 * float(count[good & ~lost].sum()) / whole
    if not lost.any():
        return Figure(value=sure)
    high = sure + 100 * float(count[lost].sum()) / whole
    why = phrase(missing, _count_luminaires(count, lost))
    return Figure(
        value=None, low=sure, high=high, known=_compute_known_share(count, lost), unknown=why
    )


def _compute_known_share(count: Column, lost: Chosen) -> float:
    return float(count[~lost].sum() / count.sum())


def _count_luminaires(count: Column, chosen: Chosen) -> int:
    return round(float(count[chosen].sum()))
