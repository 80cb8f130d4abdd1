"""What every test relies on, and what `make test` leaves to `make test-all`."""

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import COUNTED_IN, SLOW, give_time, pytest_itemcollected

_NAME = re.compile(r"(?m)^(?:def |class |async def )?([Tt]est\w+)")


@pytest.mark.parametrize("name", COUNTED_IN)
def test_no_count_is_put_off_because_the_machine_is_busy(name: str) -> None:
    module = import_module(name)
    give_time()
    assert module._COUNTED_S == 60.0


def _functions(root: Path) -> set[str]:
    """Every function and class of tests, as `slow.txt` names them."""
    return {
        f"{path.relative_to(root).as_posix()}::{name}"
        for path in (root / "tests").rglob("test_*.py")
        if "node_modules" not in path.parts
        for name in _NAME.findall(path.read_text("utf-8"))
    }


def test_what_is_called_slow_is_there(root: Path) -> None:
    """A test that is renamed or moved would be in `make test` again, and be slow there."""
    functions = _functions(root)
    named = {name for name in SLOW - {""} if name not in functions}
    assert {name for name in named if not (root / name).is_file()} == set()


def test_each_folder_of_tests_has_some_that_are_not_slow(root: Path) -> None:
    """`make test` says something of every package."""
    every = Counter(name.split("/")[1] for name in _functions(root))
    slow = Counter(
        name.split("/")[1]
        for name in _functions(root)
        if name in SLOW or name.partition("::")[0] in SLOW
    )
    assert sum(every.values()) > 5_000
    assert [name for name in slow if slow[name] > 0.75 * every[name]] == []


@pytest.mark.parametrize(
    ("more", "marked"), [("", True), ("[a::b]", True), ("::runTest", True), ("_too", False)]
)
def test_what_is_listed_is_marked_with_all_its_cases(more: str, marked: bool) -> None:  # noqa: FBT001
    listed = next(name for name in sorted(SLOW) if "::" in name)
    marks: list[object] = []
    item: Any = SimpleNamespace(nodeid=listed + more, add_marker=marks.append)
    pytest_itemcollected(item)
    assert bool(marks) == marked
