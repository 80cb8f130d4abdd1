"""How fine: the granularities in order, finest first; an aggregate compares with none."""

from collections.abc import Iterable
from typing import get_args

from synergie.calendar.civil import Bucket
from synergie.schemas.trust.agreement import Grant, Granularity
from synergie.units import Step

FINEST_FIRST: tuple[Granularity, ...] = get_args(Granularity.__value__)


def is_finer(one: Grant, other: Grant) -> bool:
    """Whether *one* tells more than *other*; an aggregate and a step of a curve each do."""
    if one == "aggregate" or other == "aggregate":
        return one != other
    return FINEST_FIRST.index(one) < FINEST_FIRST.index(other)


def choose_coarser(one: Grant, other: Grant) -> Grant:
    """The coarser of two that compare."""
    return other if is_finer(one, other) else one


STEPS: dict[Bucket, Step] = {
    "half_hour": "PT30M", "hour": "PT1H", "day": "P1D", "month": "P1M", "year": "P1Y",
}  # fmt: skip
"""The step that each civil period is told with."""

_HOLDS: dict[Step, Bucket] = {
    "PT1M": "half_hour", "PT5M": "half_hour", "PT10M": "half_hour", "PT15M": "half_hour",
    "PT30M": "half_hour", "PT1H": "hour", "P1D": "day", "P1M": "month", "P1Y": "year",
}  # fmt: skip
"""The finest period that readings of each step add up to."""


def finest_of(steps: Iterable[Step]) -> Bucket | None:
    """The finest period that readings of some of *steps* add up to; None without steps."""
    return min((_HOLDS[step] for step in steps), key=FINEST_FIRST.index, default=None)
