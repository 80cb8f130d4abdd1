"""Which groups may be shown together: at least ten answers in each, and in what each leaves.

The tree is all answers, groups, and groups within a commune. Its cells are chosen as those of
published sums are (`policy.publication.suppression`): every atom, the answers of a shown cell that
no shown
cell below it holds, has ten at least, so that no smaller set follows by difference. The number of
all answers is told whatever is chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from synergie.energy.records.offer import Key
from synergie.formats.values import normalize_column_name
from synergie.lighting.records.consultation import LEAST_GROUP, ConsultAnswer
from synergie.policy.publication.cells import Tree
from synergie.policy.publication.suppression import Slice, choose_cells
from synergie.policy.trust.atoms import Limits, Part
from synergie.schemas.publication.cell_scheme import Cell

type Who = tuple[Key | None, str | None]
"""A group, and a commune; None: none was told."""
_ROOT = "total"


@dataclass(frozen=True, slots=True)
class VisibleAnswers:
    """What may be shown of answers."""

    groups: Mapping[Key, Sequence[ConsultAnswer]]
    communes: Mapping[tuple[Key, str], Sequence[ConsultAnswer]]
    together: Sequence[ConsultAnswer]
    """All others: none, or ten at least; empty when nothing may be shown."""
    hidden_groups: int
    hidden_communes: int


def select_counted_answers(answers: Iterable[ConsultAnswer]) -> list[ConsultAnswer]:
    """Forms that have an order, each number once: the first one counts."""
    found: dict[str, ConsultAnswer] = {}
    for one in answers:
        found.setdefault(normalize_column_name(one.number) or one.number, one)
    return [one for one in found.values() if one.order]


def select_visible_answers(
    answers: Sequence[ConsultAnswer], order: Sequence[Key]
) -> VisibleAnswers:
    """The cells of *answers*, none of them blank, that may be shown; groups in *order*."""
    leaves: dict[Who, list[ConsultAnswer]] = {}
    for one in answers:
        leaves.setdefault((one.group, one.insee_code), []).append(one)
    groups: list[Key | None] = [*order, None]
    made, names = _build_group_tree(groups, leaves)
    published = _list_publishable_cells(made, names, leaves)
    whole = {
        group: [one for one in answers if one.group == group]
        for place, group in enumerate(groups)
        if f"g{place}" in published and group is not None
    }
    apart = {
        (who[0], who[1]): rows
        for who, rows in leaves.items()
        if names[who] in published and who[0] is not None and who[1] is not None
    }
    out = {id(one) for rows in (*whole.values(), *apart.values()) for one in rows}
    together = [one for one in answers if id(one) not in out]
    with_answers = {one.group for one in answers} - {None}
    told_communes = {who for who in leaves if who[0] is not None and who[1] is not None}
    return VisibleAnswers(
        whole,
        apart,
        together if len(answers) >= LEAST_GROUP else (),
        len(with_answers - set(whole)),
        len(told_communes - set(apart)),
    )


def _build_group_tree(
    groups: Sequence[Key | None], leaves: Mapping[Who, Sequence[ConsultAnswer]]
) -> tuple[Tree, dict[Who, str]]:
    """The tree of the groups that have answers, and the cell of each leaf."""
    cells = [Cell(id=_ROOT, name=_ROOT)]
    children: dict[str, list[str]] = {_ROOT: []}
    names: dict[Who, str] = {}
    order: list[str] = []
    for place, group in enumerate(groups):
        mine = sorted((who for who in leaves if who[0] == group), key=lambda who: who[1] or "")
        if not mine:
            continue
        name = f"g{place}"
        below = {who: f"{name}-{who[1] or 'x'}".lower() for who in mine}
        cells += [Cell(id=name, name=name, parent=_ROOT)]
        cells += [Cell(id=leaf, name=leaf, parent=name) for leaf in below.values()]
        children |= {name: list(below.values())} | {leaf: [] for leaf in below.values()}
        children[_ROOT].append(name)
        names |= below
        order += [*below.values(), name]
    made = Tree(
        _ROOT, {cell.id: cell for cell in cells},
        {name: tuple(some) for name, some in children.items()}, {}, (*order, _ROOT),
    )  # fmt: skip
    return made, names


def _list_publishable_cells(
    made: Tree, names: Mapping[Who, str], leaves: Mapping[Who, Sequence[ConsultAnswer]]
) -> frozenset[str]:
    parts = {
        names[who]: [Part(one.number, one.number, "residential", 1) for one in rows]
        for who, rows in leaves.items()
    }
    if not parts:
        return frozenset()
    slices = [Slice(parts, told=frozenset({_ROOT}))]
    return choose_cells(made, slices, Limits(min_points=LEAST_GROUP)).published
