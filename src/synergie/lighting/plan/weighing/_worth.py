"""Piecewise linear worth on a fixed published scale (W3). Outside the scale its end counts."""

from dataclasses import dataclass

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing import _text as text
from synergie.lighting.records.effects import Direction
from synergie.lighting.records.weighing import ValueBounds


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """One fixed scale: values in rising order and their worths."""

    values: Floats
    worths: Floats

    def worth(self, values: Floats) -> Floats:
        """Worth 0 to 1 of each of *values*."""
        found: Floats = np.interp(values, self.values, self.worths)
        return found

    def outside(self, values: Floats) -> int:
        """How many of *values* the scale does not reach."""
        low, high = self.values[0], self.values[-1]
        return int(np.count_nonzero((values < low) | (values > high)))


def scale_of(bounds: ValueBounds, where: str, direction: Direction) -> Scale:
    """The scale that *bounds* publish; BadInput at *where* when it is none.

    A criterion that is to be small has its best below its worst, and the other way round.
    """
    _check_ends(bounds, where, direction)
    points = [(bounds.worst, 0.0), *((value, worth) for value, worth in bounds.steps)]
    points.append((bounds.best, 1.0))
    if bounds.best < bounds.worst:
        points = [(-value, worth) for value, worth in points]
    points.sort(key=lambda point: point[0])
    _check_steps(bounds, points, where)
    if bounds.best < bounds.worst:
        points = [(-value, worth) for value, worth in reversed(points)]
    return Scale(np.array([value for value, _ in points]), np.array([worth for _, worth in points]))


def _check_ends(bounds: ValueBounds, where: str, direction: Direction) -> None:
    name = bounds.criterion
    if bounds.best == bounds.worst:
        raise BadInput(where, f"{name}: {bounds.worst:g}", text.APART)
    found = f"{name}: {bounds.worst:g} … {bounds.best:g}"
    if direction == "min" and bounds.best > bounds.worst:
        raise BadInput(where, found, text.THE_RIGHT_WAY)
    if direction == "max" and bounds.best < bounds.worst:
        raise BadInput(where, found, text.THE_OTHER_WAY)


def _check_steps(bounds: ValueBounds, points: list[tuple[float, float]], where: str) -> None:
    """*points* from the worst on: the ends stay ends, and worth never falls."""
    low, high = sorted((bounds.worst, bounds.best))
    values = [value for value, _ in points]
    if len(set(values)) < len(values) or any(not low < v < high for v, _ in bounds.steps):
        raise BadInput(f"{where}/steps", bounds.criterion, text.BETWEEN)
    worths = [worth for _, worth in points]
    if worths != sorted(worths):
        raise BadInput(f"{where}/steps", bounds.criterion, text.RISING)
