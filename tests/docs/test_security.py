"""The tables of docs/security name tests and pages that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "docs" / "security"
TABLES = ("threats", "owasp-api-top-10", "asvs")

_ROW = re.compile(r"^\| .*\|$", re.MULTILINE)
_PROOF = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
_PAGE = re.compile(r"\]\(([^)#]+\.md)[^)]*\)")


def rows(table: str) -> list[str]:
    """The rows of a table, without its two first lines."""
    found: list[str] = _ROW.findall((HOME / f"{table}.md").read_text(encoding="utf-8"))
    return found[2:] if set(found[1]) <= set("| -") else found[1:]


def proofs(row: str) -> list[tuple[str, str]]:
    """The tests that the last cell of a row names, as file and function."""
    return _PROOF.findall(row.rsplit("|", 2)[1])


@cache
def functions_of(path: Path) -> frozenset[str]:
    """The names of the tests in a file; those of a state machine are one `TestCase`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize("table", TABLES)
def test_each_row_is_held_by_a_test_or_a_page(table: str) -> None:
    assert rows(table)
    empty = [row for row in rows(table) if not (proofs(row) or _PAGE.search(row))]
    assert not empty


@pytest.mark.parametrize("table", TABLES)
def test_each_test_that_is_named_is_there(table: str) -> None:
    named = {proof for row in rows(table) for proof in proofs(row)}
    absent = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if not (ROOT / "tests" / file).is_file()
        or (name and name not in functions_of(ROOT / "tests" / file))
    ]
    assert not absent


@pytest.mark.parametrize("table", TABLES)
def test_each_page_that_is_named_is_there(table: str) -> None:
    pages = {page for row in rows(table) for page in _PAGE.findall(row)}
    assert not [page for page in sorted(pages) if not (HOME / page).is_file()]


def test_the_whole_of_what_applies_of_asvs_is_there() -> None:
    told = [row.split("|")[1].strip() for row in rows("asvs")]
    assert len(told) == len(set(told)) == 154
    assert told == sorted(told, key=lambda number: [int(part) for part in number.split(".")])


def test_what_is_met_in_part_is_said_above_the_table() -> None:
    text = (HOME / "asvs.md").read_text(encoding="utf-8")
    partly = [row.split("|")[1].strip() for row in rows("asvs") if "**Partly.**" in row]
    head = text.partition("| requirement |")[0]
    assert partly
    assert f"{len(partly)} lines are met in part only, and say so: {', '.join(partly)}." in head


def test_a_row_that_names_nothing_is_found() -> None:
    assert not proofs("| a threat | a control | words only |")
    assert proofs("| a | b | `server/test_x.py::test_y` |") == [("server/test_x.py", "test_y")]
