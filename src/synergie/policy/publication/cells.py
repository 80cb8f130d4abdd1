"""The tree of a cell scheme: laminar, and each point in exactly one leaf (security.md §9.2).

Laminar: any two cells are nested or disjoint. Nobody may ask for another set of points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, product
from typing import get_args

from synergie.errors import BadInput, Words
from synergie.schemas.assets.supply_point import Usage
from synergie.schemas.publication.cell_scheme import Category, Cell
from synergie.schemas.trust.organisation import OrganisationKind

_CATEGORIES: tuple[Category, ...] = get_args(Category.__value__)
_DEEPEST = 12

PUBLIC_BODIES: frozenset[OrganisationKind] = frozenset(
    {"commune", "epci", "energy_syndicate", "lighting_syndicate", "department"}
)
"""Bodies whose own lighting and buildings need no threshold (FR-OWN)."""
_OWN_USES: frozenset[Usage | None] = frozenset({"public_lighting", "building", "water", "charging"})


@dataclass(frozen=True, slots=True)
class Trait:
    """What decides the leaf of a point; as the trait of a cell, None is any."""

    insee_code: str | None
    category: Category | None
    movements: bool | None

    def within(self, other: "Trait") -> bool:
        """Whether all that has this trait has the *other*, too."""
        return all(b is None or a == b for a, b in zip(self.parts, other.parts, strict=True))

    def apart(self, other: "Trait") -> bool:
        """Whether nothing can have both."""
        pairs = zip(self.parts, other.parts, strict=True)
        return any(a is not None and b is not None and a != b for a, b in pairs)

    def and_(self, other: "Trait") -> "Trait":
        """Both."""
        told = (b if a is None else a for a, b in zip(self.parts, other.parts, strict=True))
        return Trait(*told)  # type: ignore[arg-type]  # the same three, in order

    @property
    def parts(self) -> tuple[str | None, Category | None, bool | None]:
        """Its three, in order."""
        return self.insee_code, self.category, self.movements


@dataclass(frozen=True, slots=True)
class Tree:
    """A checked tree. `order`: each cell after those below it. `traits`: with those above.

    `leaf_of`: by the traits of each leaf.
    """

    root: str
    cells: Mapping[str, Cell]
    children: Mapping[str, tuple[str, ...]]
    traits: Mapping[str, Trait]
    order: tuple[str, ...]
    leaf_of: Mapping[Trait, str] = field(default_factory=dict)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The cells with none below, in `order`."""
        return tuple(name for name in self.order if not self.children[name])

    def leaf(self, point: Trait) -> str | None:
        """The one leaf that holds a point, or None when the scheme does not reach it."""
        wider = product(*((part, None) for part in point.parts))
        found = (self.leaf_of.get(Trait(*told)) for told in wider)  # type: ignore[arg-type]
        return next((name for name in found if name is not None), None)

    def below(self, name: str) -> Iterator[str]:
        """The leaves of a cell; itself when it is one."""
        if not self.children[name]:
            yield name
        for child in self.children[name]:
            yield from self.below(child)

    def downwards(self) -> tuple[str, ...]:
        """Every cell, each before those below it: the order in which people read them."""

        def walk(name: str) -> Iterator[str]:
            yield name
            for child in self.children[name]:
                yield from walk(child)

        return tuple(walk(self.root))


def tree(cells: Sequence[Cell]) -> Tree:
    """The tree of *cells*; BadInput at `/cells` for what is no partition."""
    return _build_tree(tuple(cells))


@lru_cache(maxsize=8)
def _build_tree(cells: tuple[Cell, ...]) -> Tree:
    """Kept: made of its cells alone, and 5,000 of them take a tenth of a second."""
    known = {cell.id: cell for cell in cells}
    if len(known) < len(cells):
        twice = next(a.id for i, a in enumerate(cells) if a.id in {b.id for b in cells[:i]})
        raise BadInput("/cells", twice, "each name once")
    root = _find_root(cells)
    below: dict[str, list[str]] = {name: [] for name in known}
    for cell in cells:
        if cell.parent in below:
            below[cell.parent].append(cell.id)
    children = {name: tuple(some) for name, some in below.items()}
    traits = _collect_traits(root, known, children)
    if len(traits) < len(known):
        lost = next(name for name in known if name not in traits)
        raise BadInput("/cells", lost, "a cell below the one at the top, by known cells")
    order = tuple(reversed(_list_downwards(root, children)))
    leaf_of = {traits[name]: name for name in order if not children[name]}
    made = Tree(root, known, children, traits, order, leaf_of)
    _check_apart(made)
    _check_whole(made)
    return made


def by_commune(top: str, communes: Mapping[str, str]) -> tuple[Cell, ...]:
    """The usual scheme: a grouping named *top*, its *communes* (code → name), by category.

    Category first, and who stays apart from who moves: the groups above are then of one kind, so
    that a small commune is hidden with another one and not with the total.
    """
    cells = [Cell(id="total", name=top)]
    for category in _CATEGORIES:
        cells.append(Cell(id=category, name=top, parent="total", category=category))
        for moves, above in ((False, f"{category}-stables"), (True, f"{category}-mouvements")):
            cells.append(Cell(id=above, name=top, parent=category, movements=moves))
            cells += (
                Cell(id=f"{above}-{insee}", name=name, parent=above, insee_code=insee)
                for insee, name in communes.items()
            )
    return tuple(cells)


def category_of(
    *, personal_data: str, usage: Usage | None, owner_kind: OrganisationKind, attested: bool
) -> Category:
    """The category of one point, by its own provenance.

    What tells, or may tell, of a person is `residential`, whoever declares it (FR-BUILDING).
    *attested*: the owner says that what it declares is its own (FR-OWN).
    """
    if personal_data != "none":
        return "residential"
    if attested and owner_kind in PUBLIC_BODIES and usage in _OWN_USES:
        return "public_body"
    return "professional"


def _find_root(cells: Sequence[Cell]) -> str:
    tops = [cell.id for cell in cells if cell.parent is None]
    if len(tops) != 1:
        raise BadInput("/cells", ", ".join(tops) or Words("nothing"), "one cell at the top")
    return tops[0]


def _collect_traits(
    root: str, known: Mapping[str, Cell], children: Mapping[str, tuple[str, ...]]
) -> dict[str, Trait]:
    """The traits of each cell that hangs on *root*, those above it counted in."""
    found: dict[str, Trait] = {}
    level, above = [root], Trait(None, None, None)
    for _ in range(_DEEPEST):
        for name in level:
            cell = known[name]
            told = Trait(cell.insee_code, cell.category, cell.movements)
            over = found[cell.parent] if cell.parent is not None else above
            if told.apart(over):
                raise BadInput("/cells", name, "a cell that does not contradict those above it")
            found[name] = told.and_(over)
        level = [child for name in level for child in children[name]]
        if not level:
            return found
    raise BadInput("/cells", level[0], "at most 12 levels")


def _list_downwards(root: str, children: Mapping[str, tuple[str, ...]]) -> list[str]:
    found, ahead = [], [root]
    while ahead:
        name = ahead.pop()
        found.append(name)
        ahead += children[name]
    return found


def _check_apart(made: Tree) -> None:
    for below in made.children.values():
        pair = _find_overlap([(name, made.traits[name]) for name in below])
        if pair is not None:
            raise BadInput("/cells", ", ".join(pair), "no point in two cells side by side")


def _find_overlap(some: Sequence[tuple[str, Trait]]) -> tuple[str, str] | None:
    """The first two that could hold the same point: they agree on all that both of them tell.

    By what is told and how: a few look-ups a cell, however many stand side by side.
    """
    seen: dict[tuple[frozenset[int], frozenset[tuple[int, object]]], int] = {}
    kinds: set[frozenset[int]] = set()
    for place, (name, trait) in enumerate(some):
        told = frozenset((i, part) for i, part in enumerate(trait.parts) if part is not None)
        kind = frozenset(i for i, _ in told)
        keys = ((other, frozenset(one for one in told if one[0] in other)) for other in kinds)
        first = min((seen[key] for key in keys if key in seen), default=None)
        if first is not None:
            return some[first][0], name
        kinds.add(kind)
        for size in range(len(told) + 1):
            for part in combinations(told, size):
                seen.setdefault((kind, frozenset(part)), place)
    return None


def _check_whole(made: Tree) -> None:
    """Every point of a commune of the scheme is in one leaf, and no leaf mixes who stays."""
    traits = [made.traits[name] for name in made.leaves]
    for name, trait in zip(made.leaves, traits, strict=True):
        if trait.movements is None or (trait.category is None and not trait.movements):
            raise BadInput(
                "/cells", name, "a leaf of one category of points that stay, or of movements"
            )
    communes = {trait.insee_code for trait in traits}
    for point in map(Trait, *zip(*product(communes, _CATEGORIES, (False, True)), strict=True)):
        if made.leaf(point) is None:
            where = f"{point.insee_code or '*'}, {point.category}"
            found = f"{where}, movements" if point.movements else where
            raise BadInput("/cells", found, "a leaf for every point of the commune")
