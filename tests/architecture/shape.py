"""Figures of the shape of `src`; `python -m tests.architecture.shape` writes their page.

Migrations are left out. A function is counted wherever it stands: in a module, a class, a function.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles

from tests.architecture.outline import ROOT, Definition, Outline, read_outlines

PAGE = ROOT / "docs" / "reference" / "shape.md"

PARTICIPLES = {
    "told", "found", "held", "kept", "given", "made", "seen", "said", "asked", "known", "came",
    "gone", "taken", "sent", "left", "shown", "meant", "wanted",
}  # fmt: skip
PICTURES = {
    "house", "furnish", "broom", "bell", "shelf", "veil", "courier", "desk", "room", "thing", "one",
    "whole", "ground",
}  # fmt: skip
SHARED = 5
"""Definitions from which on a name says nothing in a search."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure beside its aim; `limit` is what the test holds until the aim is reached."""

    title: str
    value: float
    aim: float
    limit: float
    reason: str = ""


class Shape:
    """The modules of `src`, and what is counted of them."""

    def __init__(self) -> None:
        self.modules: dict[Path, Outline] = {
            path: one for path, one in read_outlines().items() if "migrations" not in path.parts
        }

    @cached_property
    def definitions(self) -> list[tuple[Path, Definition]]:
        """Functions and classes, but for names that Python gives."""
        return [
            (path, one)
            for path, module in self.modules.items()
            for one in module.definitions
            if not one.name.startswith("__")
        ]

    @cached_property
    def function_names(self) -> Counter[str]:
        """How many functions bear each name, underscores before it aside."""
        return Counter(one.name.strip("_") for _, one in self.definitions if not one.is_class)

    @property
    def function_lines(self) -> list[int]:
        """The lines of each function, its docstring left out."""
        return [one.length for _, one in self.definitions if not one.is_class]

    @property
    def doubtful_names(self) -> list[str]:
        """Definitions led by a participle or a picture: `path:line name`."""
        return [
            f"{path.relative_to(ROOT)}:{one.line} {one.name}"
            for path, one in self.definitions
            if split_name(one.name)[:1] and split_name(one.name)[0] in PARTICIPLES | PICTURES
        ]

    @property
    def modules_by_package(self) -> Counter[str]:
        """How many modules stand flat in each package."""
        return Counter(str(path.parent.relative_to(ROOT)) for path in self.modules)

    def list_figures(self) -> Iterator[Figure]:
        """Each figure with its aim."""
        lines = sorted(one.text_lines for one in self.modules.values())
        names = self.function_names
        single = sum(times for name, times in names.items() if "_" not in name)
        shared = sum(times for times in names.values() if times >= SHARED)
        merging = (
            "French texts beside the catalogue are not merged yet; scope is not cut for the figure"
        )
        yield Figure("modules", len(lines), 900, 2093, merging)
        yield Figure("lines", sum(lines), 150_000, 284_778, merging)
        yield Figure("lines of a file, median", median(lines), 130, 135)
        yield Figure("lines of a file, nine tenths below", quantiles(lines, n=10)[8], 320, 320)
        lengths = sorted(self.function_lines)
        yield Figure("lines of a function, median", median(lengths), 7, 8)
        yield Figure("lines of a function, nine tenths below", quantiles(lengths, n=10)[8], 25, 25)
        yield Figure("lines of a function, most", lengths[-1], 60, 60)
        most = max(self.modules_by_package.values())
        yield Figure("modules flat in a package, most", most, 25, 61, merging)
        yield Figure("functions named by one word, %", 100 * single / names.total(), 40, 40)
        yield Figure(
            f"functions whose name {SHARED} or more share, %", 100 * shared / names.total(), 35, 35
        )
        yield Figure("names led by a participle or a picture", len(self.doubtful_names), 20, 20)
        exempt = count_exempt_imports()
        yield Figure(
            "imports that contracts leave out", exempt, 10, 130, "pages of plans draw their reports"
        )


def split_name(name: str) -> list[str]:
    """The words of a name in lower case, of a class by its capitals."""
    bare = name.strip("_")
    parts = re.findall(r"[A-Z][a-z0-9]*", bare) if bare[:1].isupper() else bare.split("_")
    return [part.lower() for part in parts]


def count_exempt_imports() -> int:
    """Imports that the contracts of layers leave out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    return len({line for contract in contracts for line in contract.get("ignore_imports", ())})


HEAD = """# Shape of the code

Written by `python -m tests.architecture.shape`; `tests/architecture/test_shape.py` holds each \
figure at its aim or, when that is not reached, near where it stands today.

| figure | today | aim | reached |
|---|---|---|---|
"""
PACKAGES = """
| fullest packages | modules |
|---|---|
"""


def render_page(shape: Shape) -> str:
    """The page: each figure, its aim, whether it is reached, and why not."""
    rows = [
        f"| {one.title} | {one.value:,.0f} | {one.aim:,.0f} |"
        f" {'yes' if one.value <= one.aim else f'no: {one.reason}'} |\n"
        for one in shape.list_figures()
    ]
    fullest = shape.modules_by_package.most_common(12)
    packages = [f"| `{package}` | {count} |\n" for package, count in fullest]
    return "".join([HEAD, *rows, PACKAGES, *packages])


def main() -> None:
    """Write the page."""
    PAGE.write_text(render_page(Shape()), encoding="utf-8")


if __name__ == "__main__":
    main()
