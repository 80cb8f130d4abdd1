"""What the modules of `src` define and import, read once for all tests of the architecture.

Definitions and imports are statements: expressions, most of a tree, are not looked at.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "synergie"


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or a class, wherever it stands."""

    name: str
    line: int
    length: int
    """Its lines, the docstring left out."""
    is_class: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A module, without what it does."""

    text_lines: int
    definitions: tuple[Definition, ...]
    values: tuple[str, ...]
    """Values and types that the module itself names."""
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    """Each import: a module, and what is taken from it."""


def walk_statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Each statement of *tree*, those inside of others, too."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(tree, field, ()):
            if isinstance(child, ast.stmt):
                yield child
            yield from walk_statements(child)


def count_lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """The lines of a definition, its docstring left out."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 2 if body else 1


def read_outline(text: str) -> Outline:
    """The outline of the module *text*."""
    tree = ast.parse(text)
    definitions: list[Definition] = []
    imports: list[tuple[str, tuple[str, ...]]] = []
    for node in walk_statements(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            is_class = isinstance(node, ast.ClassDef)
            definitions.append(Definition(node.name, node.lineno, count_lines(node), is_class))
        elif isinstance(node, ast.Import):
            imports += [(alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports.append((node.module, tuple(alias.name for alias in node.names)))
    values = tuple(_name_values(tree))
    return Outline(text.count("\n"), tuple(definitions), values, tuple(imports))


def _name_values(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.TypeAlias(name=ast.Name(id=name)):
                yield name
            case _:
                pass


@cache
def read_outlines() -> dict[Path, Outline]:
    """The outline of each module of `src`, migrations among them."""
    paths = sorted((ROOT / "src").rglob("*.py"))
    return {path: read_outline(path.read_text(encoding="utf-8")) for path in paths}
