"""Public names are said once, in order, and completely."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from synergie import __all__ as of_the_package

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


def _with_exports() -> Iterator[tuple[Path, ast.Module]]:
    """Modules that say what they offer, parsed once."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "__all__" in text and _said(tree := ast.parse(text)) is not None:
            yield path, tree


def _said(tree: ast.Module) -> list[str] | None:
    """The names in `__all__`; None when the module has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def _public(path: Path, tree: ast.Module) -> set[str]:
    """What the module offers: its own definitions; in an `__init__` also what it re-exports."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom) and path.name == "__init__.py" and _is_ours(node):
            names |= {alias.asname or alias.name for alias in node.names}
    return {name for name in names if not name.startswith("_")}


def _is_ours(node: ast.ImportFrom) -> bool:
    return (node.module or "").startswith("synergie")


def _order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest: the order that ruff keeps (RUF022)."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def test_all_is_sorted_and_complete() -> None:
    wrong, modules = {}, list(_with_exports())
    for path, tree in modules:
        said = _said(tree) or []
        lacking = sorted(_public(path, tree) - set(said))
        if lacking or said != sorted(said, key=_order):
            ordered = sorted({*said, *lacking}, key=_order)
            wrong[path.relative_to(SOURCE).as_posix()] = ("lacks", lacking, "expected", ordered)
    assert len(modules) > 90
    assert wrong == {}


def test_every_public_name_of_synergie_can_be_imported() -> None:
    import synergie

    assert all(getattr(synergie, name) is not None for name in of_the_package)
    assert set(of_the_package) <= set(dir(synergie))
    with pytest.raises(AttributeError, match="no attribute 'Klient'"):
        synergie.Klient  # noqa: B018 (the access is what is tested)
