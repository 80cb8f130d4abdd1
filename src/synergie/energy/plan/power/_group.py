"""Points of one segment under one price schedule, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from synergie.energy.plan.power._clock import CLASSES, Ints
from synergie.energy.records.power import ClassLoad, PowerLoad, PowerPoint, PowerRules
from synergie.errors import BadInput

NONE = -1
"""Not known."""
MARGIN_SCALE = 10_000
_LEVELS: tuple[tuple[str, ...], ...] = (("BASE",), ("HP", "HC"), CLASSES)


@dataclass(frozen=True)
class Group:
    """Points whose year is known, in the order of the plan."""

    points: Sequence[PowerPoint]
    rules: PowerRules

    @cached_property
    def loads(self) -> list[PowerLoad]:
        """The load of each."""
        return [point.load for point in self.points if point.load is not None]

    @cached_property
    def _energy(self) -> list[tuple[int, list[int]]]:
        return [class_energy(load) for load in self.loads]

    @cached_property
    def level(self) -> Ints:
        """How many classes the energy of each point is told in: 1, 2 or 4."""
        return np.array([level for level, _ in self._energy], np.int64)

    def energy(self, classes: int) -> Ints:
        """Energy by class, Wh, (points, classes); zeros for a point that does not tell so many."""
        told = np.array([row + [0] * (4 - len(row)) for _, row in self._energy], np.int64)
        four, two = self.level == len(CLASSES), self.level == len(_LEVELS[1])
        if classes == 1:
            total: Ints = told.sum(axis=1, keepdims=True)
            return total
        if classes == len(CLASSES):
            whole: Ints = told * four[:, None]
            return whole
        pairs: Ints = np.stack([told[:, 0] + told[:, 2], told[:, 1] + told[:, 3]], axis=1)
        return np.where((four | two)[:, None], pairs, 0)

    @cached_property
    def reached_va(self) -> Ints:
        """Greatest power reached, VA; NONE when it is not known."""
        return np.array([_or_none(compute_reached_power(load)) for load in self.loads], np.int64)

    @cached_property
    def today_va(self) -> Ints:
        """Highest power subscribed today, VA; NONE when it is not known."""
        return np.array([_or_none(highest_va(point)) for point in self.points], np.int64)

    @cached_property
    def connection_va(self) -> Ints:
        """Most that its connection allows, VA: today's power at least; much when not known."""
        told = (point.connection_kva for point in self.points)
        known = np.array([10**9 if one is None else va_of(one) for one in told], np.int64)
        return np.maximum(known, self.today_va)

    @cached_property
    def margin(self) -> Ints:
        """1 + margin, in MARGIN_SCALE parts."""
        common = self.rules.margin
        told = (common if one.margin is None else one.margin for one in self.points)
        return np.array([int((1 + one) * MARGIN_SCALE) for one in told], np.int64)

    @cached_property
    def step_s(self) -> Ints:
        """Seconds of each step; 0 without a curve."""
        return np.array([load.step_s or 0 for load in self.loads], np.int64)

    @cached_property
    def has_steps(self) -> np.ndarray:
        """Whether the steps above each kVA are known."""
        return np.array([any(one.steps_over for one in load.classes) for load in self.loads], bool)

    def steps_over(self, most_kva: int) -> Ints:
        """Steps above 0, 1 … most_kva, by point and class; zeros where they are not known."""
        over = np.zeros((len(self.points), len(CLASSES), most_kva + 1), np.int64)
        for i, load in enumerate(self.loads):
            for one in load.classes:
                if one.time_class in CLASSES and one.steps_over:
                    told = one.steps_over[: most_kva + 1]
                    over[i, CLASSES.index(one.time_class), : len(told)] = told
        return over

    @cached_property
    def class_reached_va(self) -> Ints:
        """Greatest power of each of the four classes, VA; that of all where a class tells none."""
        found = np.repeat(self.reached_va[:, None], len(CLASSES), axis=1)
        for i, load in enumerate(self.loads):
            of_class = {one.time_class: one for one in load.classes}
            if self.has_steps[i] or any(one.reached_va is not None for one in load.classes):
                found[i] = [_class_va(of_class.get(name)) for name in CLASSES]
        return found


def class_energy(load: PowerLoad) -> tuple[int, list[int]]:
    """How many classes *load* is told in, and the energy of each, Wh.

    BadInput: classes of two kinds, which cannot be added up.
    """
    told: dict[str, int] = {
        one.time_class: int(one.kwh.scaleb(3).to_integral_value()) for one in load.classes
    }
    for classes in _LEVELS:
        if told.keys() <= set(classes):
            return len(classes), [told.get(name, 0) for name in classes]
    raise BadInput("/load/classes", ", ".join(told), "BASE, or HP and HC, or the four classes")


def compute_reached_power(load: PowerLoad) -> int | None:
    """Greatest power of the period, VA; None when neither the load nor a class tells it."""
    told = [load.reached_va, *(one.reached_va for one in load.classes)]
    return max((one for one in told if one is not None), default=None)


def highest_va(point: PowerPoint) -> int | None:
    """Highest power subscribed today, VA."""
    return max((va_of(one.kva) for one in point.subscribed), default=None)


def va_of(kva: Decimal) -> int:
    """A power of at most three decimals in VA."""
    return int(kva.scaleb(3))


def _or_none(value: int | None) -> int:
    return NONE if value is None else value


def _class_va(one: ClassLoad | None) -> int:
    return 0 if one is None or one.reached_va is None else one.reached_va
