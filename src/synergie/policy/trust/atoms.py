"""Atoms: the finest sets of points whose sums can be found out from what is published.

atom(c) = the points of a published cell c without those of the published cells below it. On a
laminar family every combination of published sums is constant on each atom (security.md §9.2),
so what passes atom by atom gives away nothing finer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from synergie.policy.trust.insiders import Bounds, list_remainders, sizes_by_holder
from synergie.schemas.publication.cell_scheme import Category
from synergie.schemas.publication.release import Fault

LEAST_POINTS, LEAST_ENTERPRISES, LARGEST_SHARE = 10, 3, Fraction(85, 100)
"""FR-AGG-N and FR-AGG-ENT: no threshold for third parties' data is weaker than these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The thresholds in force. ValueError when one is weaker than the law's.

    `min_points` 11 satisfies the rule before March 2020, too (FR-AGG-11).
    """

    min_points: int = 11
    min_enterprises: int = LEAST_ENTERPRISES
    max_share: Fraction = LARGEST_SHARE
    members_only: bool = False
    """Whether no value is looked at: what passes may fail yet. For looks, never for a release."""

    def __post_init__(self) -> None:
        if self.min_points < LEAST_POINTS or self.min_enterprises < LEAST_ENTERPRISES:
            raise ValueError("at least 10 points and 3 enterprises")
        if not 0 < self.max_share <= LARGEST_SHARE:
            raise ValueError("a largest share of at most 85 %")

    @property
    def bounds(self) -> Bounds:
        """The same, for remainders."""
        share = self.max_share.numerator, self.max_share.denominator
        return Bounds(self.min_points, self.min_enterprises, share)


class Part(NamedTuple):
    """What one point adds to the sums of one period.

    `holder`: the household or enterprise. `moves`: it joins or leaves in the calendar year.
    `known_to`: the organisations that can subtract it: who declares the point, who may read it.
    """

    point: str
    holder: str
    category: Category
    wh: int
    moves: bool = False
    known_to: frozenset[str] = frozenset()


def fault(parts: Sequence[Part], limits: Limits, *, change: bool = False) -> Fault | None:
    """Why the sum of *parts* may not be told; None: it may, or there is nothing to tell.

    *change*: the parts are differences between two values of the same points, whose sum may well
    be below zero. A public body's own points may be told one by one (FR-OWN). Those who stay are
    in no set with those who move: from one month to the next the set would differ by these. What
    is left to an organisation that subtracts the points it knows must pass as well, and so must
    what is left to two of them. Values are looked at last, so that a set which fails by its members
    tells nothing of them.
    """
    if not parts or {part.category for part in parts} == {"public_body"}:
        return None
    failed = _of_members(parts, limits)
    if failed is not None:
        return failed
    left = list_remainders(parts, limits.bounds)
    if any(_of_members(some, limits) is not None for some in left):
        return "insider"
    if limits.members_only:
        return None
    failed = _of_values(parts, limits, change=change)
    if failed is not None:
        return failed
    seen = any(_of_values(some, limits, change=change) is not None for some in left)
    return "insider" if seen else None


def has_mixed_kinds(kinds: Collection[tuple[Category, bool]]) -> bool:
    """Whether points of these *kinds* (category, whether they move) are never summed together."""
    categories = {category for category, _ in kinds}
    return len(categories) > 1 or (len(kinds) > 1 and categories != {"public_body"})


def _of_members(parts: Sequence[Part], limits: Limits) -> Fault | None:
    """Who is in the set, without a look at values."""
    if has_mixed_kinds({(part.category, part.moves) for part in parts}):
        return "mixed"
    if len({part.point for part in parts}) < limits.min_points:
        return "few_points"
    enterprises = {part.holder for part in parts if part.category == "professional"}
    return "few_enterprises" if 0 < len(enterprises) < limits.min_enterprises else None


def _of_values(parts: Sequence[Part], limits: Limits, *, change: bool) -> Fault | None:
    """Whether the sum tells each of its parts, or nearly tells one. Whole watt-hours: no rounding.

    The sum of absolute values, so that what is fed in does not hide who is large.
    """
    by_holder, share = sizes_by_holder(parts), limits.max_share
    whole = sum(by_holder.values())
    if whole == 0 or (not change and sum([part.wh for part in parts]) <= 0):
        return "zero"
    largest = max(by_holder.values())
    return "dominated" if largest * share.denominator > share.numerator * whole else None
