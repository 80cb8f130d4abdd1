"""Cell schemes: laminar, and each point in exactly one leaf."""

import pytest

from synergie.errors import BadInput
from synergie.policy.publication.cells import Trait, by_commune, category_of, tree
from synergie.schemas.publication.cell_scheme import Category, Cell
from tests.policy.cells import COMMUNES, commune, epci


def test_each_point_of_a_commune_is_in_exactly_one_leaf() -> None:
    made = epci(3)
    categories: list[Category] = ["residential", "professional", "public_body"]
    for insee in COMMUNES[:3]:
        for category in categories:
            for moves in (False, True):
                point = Trait(insee, category, moves)
                inside = [leaf for leaf in made.leaves if point.within(made.traits[leaf])]
                assert inside == [made.leaf(point)]


def test_who_joins_or_leaves_is_in_the_movements_of_its_commune() -> None:
    made = epci(2)
    assert made.leaf(Trait("54318", "residential", True)) == "54318-m"
    assert made.leaf(Trait("54318", "residential", False)) == "54318-r"


def test_a_point_elsewhere_is_in_no_cell() -> None:
    assert epci(2).leaf(Trait("75056", "residential", False)) is None
    assert epci(2).leaf(Trait(None, "residential", False)) is None


def test_any_two_cells_are_nested_or_disjoint() -> None:
    made = epci(4)
    sets = [set(made.below(name)) for name in made.order]
    assert all(a <= b or b <= a or not a & b for a in sets for b in sets)


def test_cells_are_read_from_the_top_and_worked_on_from_below() -> None:
    made = epci(2)
    assert made.downwards()[0] == made.order[-1] == "epci"
    for name, cell in made.cells.items():
        if cell.parent is not None:
            assert made.order.index(name) < made.order.index(cell.parent)
            assert made.downwards().index(name) > made.downwards().index(cell.parent)


TOP = Cell(id="epci", name="EPCI")


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([TOP, Cell(id="other", name="x")], "epci, other"),
        ([TOP, TOP], "epci"),
        ([Cell(id="a", name="a", parent="b"), Cell(id="b", name="b", parent="a")], "nothing"),
        ([TOP, *commune("54430"), *commune("54318", parent="unknown")], "54318"),
        ([TOP, *commune("54430"), Cell(id="d", name="d", parent="d")], "d"),
        ([TOP, *commune("54430")[:-1]], "54430, residential, movements"),
        ([TOP, *(c for c in commune("54430") if c.id != "54430-p")], "54430, professional"),
        ([TOP], "epci"),
        (
            [TOP, *commune("54430"),
             Cell(id="again", name="x", parent="54430", category="residential")],
            "54430-r, again",
        ),
        ([TOP, *commune("54430"),
          Cell(id="in", name="x", parent="54430-r", insee_code="54318")], "in"),
    ],
)  # fmt: skip
def test_what_is_no_partition_is_refused_with_its_place(cells: list[Cell], found: str) -> None:
    with pytest.raises(BadInput) as refused:
        tree(cells)
    assert refused.value.where == "/cells"
    assert refused.value.found == found


def test_a_tree_of_any_depth_up_to_twelve() -> None:
    chain = [TOP] + [
        Cell(id=f"c{i}", name="x", parent="epci" if i == 1 else f"c{i - 1}") for i in range(1, 11)
    ]
    leaves = [cell.model_copy(update={"parent": "c10"}) for cell in commune("54430")[1:]]
    made = tree([*chain, *leaves])
    assert len(made.leaves) == 4
    deeper = Cell(id="c11", name="x", parent="c10")
    leaves = [cell.model_copy(update={"parent": "c11"}) for cell in leaves]
    with pytest.raises(BadInput):
        tree([*chain, deeper, *leaves])


def test_the_usual_scheme_is_a_partition() -> None:
    made = tree(by_commune("EPCI", {"54430": "Custines", "54318": "Liverdun"}))
    assert made.leaf(Trait("54318", "residential", False)) == "residential-stables-54318"
    assert made.leaf(Trait("54430", "professional", True)) == "professional-mouvements-54430"
    assert len(made.leaves) == 12


def test_provenance_decides_point_by_point() -> None:
    assert category_of(
        personal_data="none", usage="public_lighting", owner_kind="commune", attested=True
    ) == "public_body"  # fmt: skip
    told = [
        category_of(personal_data="possible", usage="building", owner_kind="commune",
                    attested=True),
        category_of(personal_data="none", usage="public_lighting", owner_kind="commune",
                    attested=False),
        category_of(personal_data="none", usage="building", owner_kind="company", attested=True),
        category_of(personal_data="none", usage=None, owner_kind="commune", attested=True),
    ]  # fmt: skip
    assert told == ["residential", "professional", "professional", "professional"]
