"""Trees of communes and categories, and an observer who knows linear algebra and nothing else."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Any

from synergie.policy.publication.cells import Tree, tree
from synergie.policy.publication.releases import Member
from synergie.schemas.publication.cell_scheme import Category, Cell

COMMUNES = ("54430", "54318", "54357", "54482")


def commune(insee: str, parent: str = "epci") -> list[Cell]:
    """A commune with a leaf for each category and one for who joins or leaves."""
    below: list[dict[str, Any]] = [
        {"category": category, "movements": False}
        for category in ("residential", "professional", "public_body")
    ]
    below.append({"movements": True})
    return [
        Cell(id=insee, name=insee, parent=parent, insee_code=insee),
        *(
            Cell(id=f"{insee}-{name}", name=name, parent=insee, **one)
            for name, one in zip(("r", "p", "b", "m"), below, strict=True)
        ),
    ]


def epci(n: int) -> Tree:
    """A grouping of *n* communes."""
    cells = [Cell(id="epci", name="EPCI")]
    for insee in COMMUNES[:n]:
        cells += commune(insee)
    return tree(cells)


def member(
    name: str, leaf: str, wh: int | Sequence[int | None], category: Category | None = None
) -> Member:
    """A point of *leaf*; one value is that of each month."""
    kinds: dict[str, Category] = {"r": "residential", "p": "professional", "b": "public_body"}
    energies = (wh,) * 12 if isinstance(wh, int) else tuple(wh)
    told = category or kinds.get(leaf[-1], "residential")
    return Member(name, leaf, name, told, energies, moves=leaf.endswith("-m"))


def members(leaf: str, values: Iterable[int], category: Category | None = None) -> list[Member]:
    """Points of one leaf, one a value."""
    return [member(f"{leaf}#{i}", leaf, wh, category) for i, wh in enumerate(values)]


type Variable = tuple[str, int, int]
"""A point, a month, and 0 for its first value or the number of a later change of it."""


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Rank over the fractions, by elimination."""
    left = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((i for i in range(found, len(left)) if left[i][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        top = left[found]
        for i in range(found + 1, len(left)):
            if left[i][column]:
                ratio = left[i][column] / top[column]
                left[i] = [a - ratio * b for a, b in zip(left[i], top, strict=True)]
        found += 1
    return found


class Observer:
    """Who collects published sums. Each is a set of variables that it adds up."""

    def __init__(self) -> None:
        self.sums: set[frozenset[Variable]] = set()

    def see(self, variables: Collection[Variable]) -> None:
        self.sums.add(frozenset(variables))

    def classes(self) -> list[frozenset[Variable]]:
        """Variables that no published sum tells apart."""
        seen: dict[Variable, set[int]] = defaultdict(set)
        for number, one in enumerate(self.sums):
            for variable in one:
                seen[variable].add(number)
        found: dict[frozenset[int], set[Variable]] = defaultdict(set)
        for variable, numbers in seen.items():
            found[frozenset(numbers)].add(variable)
        return [frozenset(some) for some in found.values()]

    def learns_about(self, *wanted: Collection[Variable]) -> list[bool]:
        """Of each of *wanted*: whether some combination of the sums speaks of nothing else.

        Every combination is constant on a class, so that one which no class lies in is never told.
        """
        classes = self.classes()
        rows = [[int(some <= one) for some in classes] for one in self.sums]
        whole, found = rank(rows), []
        for some in map(frozenset, wanted):
            others = [k for k, one in enumerate(classes) if not one <= some]
            inside = len(others) < len(classes)
            found.append(inside and whole > rank([[row[k] for k in others] for row in rows]))
        return found

    def learned(self) -> list[frozenset[Variable]]:
        """The classes whose sum it can compute."""
        classes = self.classes()
        told = self.learns_about(*classes)
        return [some for some, known in zip(classes, told, strict=True) if known]
