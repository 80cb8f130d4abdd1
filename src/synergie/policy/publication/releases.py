"""One calendar year of releases: what may be added to what is out, month by month and as a year.

Membership and the counted readings are frozen, so that a year is the sum of its months and the
same points stand behind both (security.md §9.2, rules 5 to 7). A year and some of its months
tell the rest of it by difference: the rest is a slice of time of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from synergie.policy.publication.cells import Tree
from synergie.policy.publication.suppression import (
    Choice,
    Slice,
    Unsafe,
    build_empty_choice,
    choose_cells,
    every_unsafe,
    find_atom_leaves,
    find_unsafe_atom,
)
from synergie.policy.trust.atoms import Limits, Part, fault
from synergie.schemas.publication.cell_scheme import Category
from synergie.schemas.publication.release import Fault

MONTHS = tuple(range(1, 13))


class Member(NamedTuple):
    """One point of a year: its leaf for the whole year, and what it counts for in each month.

    `energies`: Wh of January to December; None: not counted, in no sum of that month. `known_to`:
    the organisations that declare it, or may read it by itself.
    """

    point: str
    leaf: str
    holder: str
    category: Category
    energies: tuple[int | None, ...]
    moves: bool = False
    known_to: frozenset[str] = frozenset()

    def part(self, wh: int) -> Part:
        """What it adds to a sum."""
        return Part(self.point, self.holder, self.category, wh, self.moves, self.known_to)

    def over(self, months: Collection[int]) -> int | None:
        """What it counts for over *months*; None: in none of them."""
        told = [self.energies[month - 1] for month in months]
        there = [wh for wh in told if wh is not None]
        return sum(there) if there else None


@dataclass(frozen=True, slots=True)
class Out:
    """The cells whose sums are out: of each month that was released, and of the year.

    `corrected`: the months of which two versions may differ.
    """

    months: Mapping[int, frozenset[str]] = field(default_factory=dict)
    year: frozenset[str] = frozenset()
    corrected: frozenset[int] = frozenset()

    @property
    def rest(self) -> tuple[int, ...]:
        """The months that were not released by themselves."""
        return tuple(month for month in MONTHS if month not in self.months)


def selection(
    made: Tree, members: Sequence[Member], out: Out, *, month: int | None, limits: Limits
) -> Choice:
    """The cells of *month* (None: of the year) that may be published beside what is *out*."""
    if month is None:
        slices = [
            Slice(build_parts_by_leaf(members, (known,)), told)
            for known, told in sorted(out.months.items())
        ]
        slices += [Slice(build_parts_by_leaf(members, some)) for some in (out.rest, MONTHS) if some]
        return choose_cells(made, slices, limits)
    one = Slice(build_parts_by_leaf(members, (month,)), out.year)
    after = tuple(some for some in out.rest if some != month)
    if out.year and after:
        found = find_unsafe_atom(
            made, [Slice(build_parts_by_leaf(members, after), out.year)], frozenset(), limits
        )
        if found is not None:
            return build_empty_choice(made, [one], found)
    return choose_cells(made, [one], limits)


def change_fault(
    made: Tree,
    old: Sequence[Member],
    new: Sequence[Member],
    out: Out,
    *,
    month: int | None,
    limits: Limits,
) -> Unsafe | None:
    """The first of `change_faults`, or None."""
    return next(change_faults(made, old, new, out, month=month, limits=limits), None)


def change_faults(
    made: Tree,
    old: Sequence[Member],
    new: Sequence[Member],
    out: Out,
    *,
    month: int | None,
    limits: Limits,
) -> Iterator[Unsafe]:
    """Why *new* values of a released month (None: of the year) may not follow the *old* ones.

    The points that changed must form passing sets themselves, and so must the new values. Nothing:
    they may.
    """
    for some in _slices_of(out, month):
        told = out.year | (out.months.get(some[0], frozenset()) if len(some) == 1 else frozenset())
        changed = Slice(_build_changes_by_leaf(old, new, some), told)
        yield from every_unsafe(made, [changed], frozenset(), limits, change=True)
        yield from every_unsafe(
            made, [Slice(build_parts_by_leaf(new, some), told)], frozenset(), limits
        )
    if out.year:
        yield from every_unsafe(
            made, [Slice(build_parts_by_leaf(new, MONTHS), out.year)], frozenset(), limits
        )


def find_solvable_sum(
    made: Tree,
    members: Sequence[Member],
    more: Mapping[str, frozenset[str]],
    *,
    out: Out,
    limits: Limits,
) -> Unsafe | None:
    """The first sum that is *out* and could be solved by who is to know *more*; None: none.

    *more*: point → the organisations that are to know it by itself, beside those that do. Only
    sets with such a point are looked at: *members* are at least those of `leaves_beside`.
    """
    touched = {member.leaf for member in members if member.point in more}
    by_leaf: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        known_to = member.known_to | more.get(member.point, frozenset())
        by_leaf[member.leaf].append(member._replace(known_to=known_to))
    for months, told in _iterate_families(out):
        for cell in made.order:
            leaves = find_atom_leaves(made, cell, told) if cell in told else ()
            if touched.isdisjoint(leaves):
                continue
            inside = [member for leaf in leaves for member in by_leaf[leaf]]
            there = [part for some in build_parts_by_leaf(inside, months).values() for part in some]
            failed = fault(there, limits)
            if failed is None and out.corrected.intersection(months):
                failed = _change_fault(there, more)
            if failed is not None:
                return Unsafe(cell, failed)
    return None


def _change_fault(there: Sequence[Part], more: Mapping[str, frozenset[str]]) -> Fault | None:
    """Whether who is to know some of *there* does not come to know all.

    Which points changed between two versions is not stored: of these it could know all but one.
    """
    if all(part.category == "public_body" for part in there):
        return None
    readers = frozenset[str]().union(*(more.get(part.point, ()) for part in there))
    return None if all(readers <= part.known_to for part in there) else "insider"


def leaves_beside(made: Tree, some: Collection[str], out: Out) -> frozenset[str]:
    """The leaves that are in one set of what is *out* with one of the leaves *some*."""
    sets = (
        frozenset(find_atom_leaves(made, cell, told))
        for _, told in _iterate_families(out)
        for cell in told
    )
    return frozenset().union(*(one for one in sets if not one.isdisjoint(some)))


def _iterate_families(out: Out) -> Iterator[tuple[tuple[int, ...], frozenset[str]]]:
    """Each slice of time of which sums are out, with the cells whose sums can be computed."""
    for month, told in sorted(out.months.items()):
        yield (month,), told | out.year
    if out.year:
        yield from ((some, out.year) for some in (out.rest, MONTHS) if some)


def build_parts_by_leaf(
    members: Sequence[Member], months: Collection[int]
) -> dict[str, list[Part]]:
    """What each point counts for over *months*, by leaf."""
    found: dict[str, list[Part]] = defaultdict(list)
    alone = next(iter(months)) - 1 if len(months) == 1 else None
    for member in members:
        wh = member.over(months) if alone is None else member.energies[alone]
        if wh is not None:
            found[member.leaf].append(member.part(wh))
    return found


def _slices_of(out: Out, month: int | None) -> Iterator[tuple[int, ...]]:
    if month is not None:
        yield (month,)
        return
    yield from ((known,) for known in sorted(out.months))
    if out.rest:
        yield out.rest


def _build_changes_by_leaf(
    old: Sequence[Member], new: Sequence[Member], months: Collection[int]
) -> dict[str, list[Part]]:
    before = {member.point: member for member in old}
    found: dict[str, list[Part]] = defaultdict(list)
    for member in new:
        then, now = before[member.point].over(months), member.over(months)
        if then != now:
            wh = (now or 0) - (then or 0)
            found[member.leaf].append(member.part(wh))
    return found
