"""Random years of releases over the policy alone, as the public and organisations read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from synergie.policy.publication import releases
from synergie.policy.publication.cells import Tree, by_commune, tree
from synergie.policy.publication.releases import MONTHS, Member, Out, change_faults, selection
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.cell_scheme import Category
from tests.adversary.coalitions import Leak, Log, list_leaks
from tests.adversary.rules import Person, Wh, threshold_rule
from tests.policy.cells import COMMUNES, epci

TEN = Limits(min_points=10)
BODIES = ("epci", "syndicat", "bailleur", "fournisseur")
READERS = ("conseil", "bureau", "epci")
_THIRD: tuple[Category, ...] = ("residential", "professional")


@dataclass
class ReleaseHistory:
    """One year of one scheme. What is counted is frozen as the exchange freezes it."""

    random: Random
    tree: Tree
    members: list[Member]
    out: Out = field(default_factory=Out)
    log: Log[Wh] = field(default_factory=Log)
    acts: list[str] = field(default_factory=list)
    _changes: dict[tuple[str, int], list[Wh]] = field(default_factory=dict)

    @classmethod
    def draw(cls, random: Random) -> "ReleaseHistory":
        """A territory of one to three communes, in either order of the tree."""
        many = random.choice([1, 1, 2, 2, 3])
        if random.random() < 0.6:
            made = epci(many)
        else:
            made = tree(by_commune("EPCI", {code: code for code in COMMUNES[:many]}))
        members = list(draw_members(random, made))
        history = cls(random, made, members)
        for one in members:
            for month, wh in zip(MONTHS, one.energies, strict=True):
                if wh is not None:
                    history._value(one.point, month, wh)
            for body in one.known_to:
                history.log.known[body] |= {Wh(one.point, m, 0) for m in MONTHS}
        return history

    def leaks(self) -> Sequence[Leak[Wh]]:
        """What any reader or two can compute and may not."""
        return list_leaks(self.log, threshold_rule(self.people, self.log.values))

    @property
    def people(self) -> dict[str, Person]:
        """Who stands behind each point."""
        return {
            one.point: Person(
                one.holder, one.category == "professional", one.category == "public_body"
            )
            for one in self.members
        }

    def play(self, acts: int) -> None:
        """So many random acts: releases of months and of the year, corrections."""
        for _ in range(acts):
            choices = [self.release_month, self.release_year, self.correct, self.open]
            self.acts.append(self.random.choices(choices, [6, 1, 3, 2])[0]())

    def release_month(self) -> str:
        """Publish a month that is not out."""
        left = [month for month in MONTHS if month not in self.out.months]
        if not left:
            return "no month left"
        month = self.random.choice(left)
        chosen = selection(self.tree, self.members, self.out, month=month, limits=TEN)
        if chosen.published:
            self.out = replace(self.out, months={**self.out.months, month: chosen.published})
            self._write(month, chosen.published)
        return f"release {month}: {sorted(chosen.published)}"

    def release_year(self) -> str:
        """Publish the year. A point that lacks a month not out yet counts in none of these."""
        if self.out.year:
            return "the year is out"
        self._count_whole(self.out.rest)
        chosen = selection(self.tree, self.members, self.out, month=None, limits=TEN)
        if chosen.published:
            self.out = replace(self.out, year=chosen.published)
            self._write(None, chosen.published)
        return f"release the year: {sorted(chosen.published)}"

    def correct(self) -> str:
        """Give some points another value in a month that is out, and publish it again."""
        if not self.out.months:
            return "nothing to correct"
        month = self.random.choice(sorted(self.out.months))
        touched = self._draw_touched()
        new = [
            _change(one, month, self.random.choice([0, 4, 6, 9, 9, 300, None]))
            if one.point in touched
            else one
            for one in self.members
        ]
        if not self._admits(new, month):
            return f"refused: {len(touched)} points in {month}"
        for old, now in zip(self.members, new, strict=True):
            then, there = old.energies[month - 1], now.energies[month - 1]
            if then != there:
                self._value(now.point, month, (there or 0) - (then or 0))
                for body in now.known_to:
                    self.log.known[body].add(self._changes[now.point, month][-1])
        self.members = new
        self.out = replace(self.out, corrected=self.out.corrected | {month})
        self._write(month, self.out.months[month])
        return f"correct {month}: {len(touched)} points"

    def open(self) -> str:
        """Let a reader read some points one by one from now on, with what they were before."""
        reader = self.random.choice(READERS)
        leaf = self.random.choice([*self.tree.leaves, None])
        among = [one.point for one in self.members if leaf in {None, one.leaf}]
        many = self.random.choice([1, 2, len(among) - 1, len(among) - 1, len(among)])
        some = {*self.random.sample(among, max(0, min(many, len(among))))}
        more = {point: frozenset({reader}) for point in some}
        if (
            releases.find_solvable_sum(self.tree, self.members, more, out=self.out, limits=TEN)
            is not None
        ):
            return f"refused: {len(some)} points of {leaf} to {reader}"
        for place, one in enumerate(self.members):
            if one.point in some:
                self.members[place] = one._replace(known_to=one.known_to | {reader})
        self.log.known[reader] |= {u for u in self.log.values if u.point in some}
        return f"open {len(some)} points of {leaf} to {reader}"

    def _admits(self, new: Sequence[Member], month: int) -> bool:
        found = change_faults(self.tree, self.members, new, self.out, month=month, limits=TEN)
        return next(iter(found), None) is None

    def _draw_touched(self) -> set[str]:
        many = self.random.choice([1, 5, 9, 10, 12, 20, 40])
        leaf = self.random.choice([*self.tree.leaves, None])
        among = [one.point for one in self.members if leaf in {None, one.leaf}]
        return {*self.random.sample(among, min(many, len(among)))}

    def _count_whole(self, rest: Sequence[int]) -> None:
        """A point that lacks one of the months of *rest* counts in none of them."""
        for place, one in enumerate(self.members):
            if all(one.energies[m - 1] is not None for m in rest):
                continue
            energies = [None if m in rest else one.energies[m - 1] for m in MONTHS]
            self.members[place] = one._replace(energies=tuple(energies))
            for month in rest:
                self._changes.pop((one.point, month), None)

    def _value(self, point: str, month: int, wh: int) -> None:
        some = self._changes.setdefault((point, month), [])
        last = max((u.version for u in some), default=-1)
        one = Wh(point, month, last + 1)
        self.log.values[one] = wh
        some.append(one)

    def _write(self, month: int | None, cells: frozenset[str]) -> None:
        """What everybody reads of *cells*, each with its points."""
        months = MONTHS if month is None else (month,)
        for cell in sorted(cells):
            below = set(self.tree.below(cell))
            inside = [one for one in self.members if one.leaf in below]
            terms = {u: 1 for one in inside for m in months
                     for u in self._changes.get((one.point, m), ())}  # fmt: skip
            value = sum(one.over(months) or 0 for one in inside)
            self.log.write(terms, value, source=f"release {cell} {month or 'year'}")


def draw_members(random: Random, made: Tree) -> list[Member]:
    """Points of which some join, miss a month, are large, are another organisation's too."""
    insiders = random.sample(BODIES, random.choice([0, 1, 2, 2, 3]))
    share = random.choice([0.05, 0.3, 0.6])
    found: list[Member] = []
    for leaf in made.leaves:
        traits = made.traits[leaf]
        holders = random.choice([1, 2, 3, 9, 40])
        for n in range(random.choice([0, 1, 5, 9, 10, 11, 14, 22])):
            drawn = random.choice(_THIRD)
            category = drawn if traits.category is None else traits.category
            point = f"{leaf}#{n}"
            found.append(
                Member(
                    point,
                    leaf,
                    f"{leaf}/{n % holders}" if category == "professional" else point,
                    category,
                    tuple(_draw_energies(random)),
                    moves=bool(traits.movements),
                    known_to=frozenset(b for b in insiders if random.random() < share),
                )
            )
    return found


def _draw_energies(random: Random) -> list[int | None]:
    energies: list[int | None] = [random.choice([0, 3, 5, 5, 8, 11]) for _ in MONTHS]
    if random.random() < 0.1:
        energies[random.randrange(12)] = None
    if random.random() < 0.03:
        energies = [random.choice([400, 5]) for _ in MONTHS]
    return energies


def _change(one: Member, month: int, wh: int | None) -> Member:
    energies = list(one.energies)
    energies[month - 1] = wh
    return one._replace(energies=tuple(energies))
