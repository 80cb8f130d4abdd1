"""What no coalition may compute: written from the specification, not from the code under test."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

LEAST_POINTS, LEAST_ENTERPRISES = 10, 3


class Wh(NamedTuple):
    """The energy of one point in one month: its first value (0) or the n-th change of it."""

    point: str
    month: int
    version: int


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands behind a point. `free`: a public body's own, which needs no threshold."""

    holder: str
    professional: bool = False
    free: bool = False


def threshold_rule(
    people: Mapping[str, Person], values: Mapping[Wh, int]
) -> Callable[[Mapping[Wh, int]], str | None]:
    """Of a sum of points of third parties: ten of them, three enterprises, none over 85 %."""

    def rule(terms: Mapping[Wh, int]) -> str | None:
        third = {one: k for one, k in terms.items() if not people[one.point].free}
        points = {one.point for one in third}
        if not points:
            return None
        if len(points) < LEAST_POINTS:
            return f"{len(points)} points"
        if all(people[point].professional for point in points):
            enterprises = {people[point].holder for point in points}
            if len(enterprises) < LEAST_ENTERPRISES:
                return f"{len(enterprises)} enterprises"
        return _dominance(third, people, values)

    return rule


def _dominance(
    terms: Mapping[Wh, int], people: Mapping[str, Person], values: Mapping[Wh, int]
) -> str | None:
    by_point: dict[str, int] = defaultdict(int)
    for one, k in terms.items():
        by_point[one.point] += k * values[one]
    by_holder: dict[str, int] = defaultdict(int)
    for point, wh in by_point.items():
        by_holder[people[point].holder] += abs(wh)
    whole, largest = sum(by_holder.values()), max(by_holder.values())
    if not whole:
        return "a sum of nothing"
    return f"{largest} of {whole} is one's" if 100 * largest > 85 * whole else None
