"""The code's shape: cycles, names and sizes."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.outline import Outline, read_outlines
from tests.architecture.shape import PAGE, Shape, split_name


@pytest.fixture(scope="module")
def modules(root: Path) -> dict[str, Outline]:
    """Module name → outline, migrations left out."""
    return {
        _name(path, root / "src"): outline
        for path, outline in read_outlines().items()
        if "versions" not in path.parts
    }


def _name(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(outline: Outline, known: dict[str, Outline]) -> set[str]:
    """Modules of ours that are imported anywhere: at the top, inside functions, for types only."""
    found: set[str] = set()
    for module, names in outline.imports:
        below = {f"{module}.{name}" for name in names}
        below.discard("synergie.__version__")  # a constant, above every import of the package
        found |= (below & known.keys()) or ({module} if below or not names else set())
    return found & known.keys()


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """One import cycle, in order; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def test_a_planted_cycle_is_found() -> None:
    assert set(cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}})) == {"b", "c"}
    assert cycle({"a": {"b"}, "b": set()}) == []


def test_no_module_is_in_an_import_cycle(modules: dict[str, Outline]) -> None:
    graph = {name: _imports(one, modules) - {name} for name, one in modules.items()}
    assert cycle(graph) == []


CONTRACT_NAMES = {
    "AskedNeed", "HeldReceipt", "HeldReceipts", "KeptComparison", "KeptProblem", "KeptRecord",
    "KeptWeighing", "LeftOut", "ToldTotals",
}  # fmt: skip
"""Classes that stand in the HTTP contract: partners know them by these names."""


@pytest.fixture(scope="module")
def shape() -> Shape:
    """What is counted of `src`."""
    return Shape()


def test_each_figure_is_at_its_aim_or_where_it_stands(shape: Shape) -> None:
    for figure in shape.list_figures():
        assert figure.value <= figure.limit, figure
        assert figure.value <= figure.aim or figure.reason, figure


def test_the_page_has_each_figure(shape: Shape) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [one.title for one in shape.list_figures() if f"| {one.title} |" not in page] == []


def test_no_name_is_led_by_a_participle_or_a_picture(shape: Shape) -> None:
    names = {line.rpartition(" ")[2] for line in shape.doubtful_names}
    registered = {"one", "one_collection", "one_version", "asked_first"}  # routes: operation ids
    others = {"HeldOption", "SentDeposit", "known_to"}
    assert names == CONTRACT_NAMES | registered | others


def test_names_are_cut_at_their_words() -> None:
    assert split_name("_told_by") == ["told", "by"]
    assert split_name("HeldReceipts") == ["held", "receipts"]
    assert split_name("_") == [""]
