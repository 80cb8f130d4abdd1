"""Pages that say which test holds a sentence name tests that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([a-z_]+/test_[a-z0-9_]+\.py)(?:::(test_[a-z0-9_]+))?`")


@pytest.mark.parametrize("page", ["security/threats.md", "explanation/promises.md"])
def test_each_test_that_a_page_names_is_there(page: str) -> None:
    named = NAMED.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert len(named) > 20
    absent = [f"{file}::{test}" for file, test in named if not _is_there(file, test)]
    assert absent == []


def test_each_of_the_25_promises_names_its_tests_or_says_that_it_is_none_yet() -> None:
    page = (ROOT / "docs" / "explanation" / "promises.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:5] for line in page.splitlines() if line.startswith("| P")]
    assert [row[0].strip() for row in rows] == [f"P{n}" for n in range(1, 26)]
    for number, promise, tests, told in rows:
        named = NAMED.findall(tests)
        assert all(test for _, test in named), f"{number}: a file is no test"
        assert bool(named) != ("**not promised yet**" in told), f"{number}: {promise}"


def _is_there(file: str, test: str) -> bool:
    path = ROOT / "tests" / file
    return path.is_file() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))
