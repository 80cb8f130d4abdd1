"""Whether the fixed scales of a weighing fit its comparison; told before anybody weighs. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.weighing import ValueBounds


def faults(comparison: LightingComparison, bounds: Sequence[ValueBounds]) -> tuple[str, ...]:
    """What is wrong with *bounds*; empty when each is of a criterion that may be weighed, once."""
    return tuple(_iterate_bound_faults(comparison, bounds))


def _iterate_bound_faults(
    comparison: LightingComparison, bounds: Sequence[ValueBounds]
) -> Iterator[str]:
    directions = {one.criterion: one.direction for one in comparison.criteria}
    for name, times in Counter(one.criterion for one in bounds).items():
        if times > 1:
            yield f"{name}: two scales"
    for one in bounds:
        direction = directions.get(one.criterion)
        if direction is None or direction == "constraint":
            yield f"{one.criterion}: not a criterion that is weighed"
        elif one.worst == one.best or (one.worst > one.best) != (direction == "min"):
            yield f"{one.criterion}: its best is no better than its worst"
