"""Nothing public is without its page: commands, settings, records, errors, formats, plans."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every page by its path below docs/."""
    docs = ROOT / "docs"
    return {
        page.relative_to(docs).as_posix(): page.read_text(encoding="utf-8")
        for page in docs.rglob("*.md")
        if "_build" not in page.parts
    }


@pytest.mark.parametrize(
    ("page", "directive"),
    [
        ("reference/cli.md", "command-line"),
        ("reference/schemas.md", "records"),
        ("reference/settings.md", "settings"),
        ("reference/errors.md", "errors"),
        ("reference/http.md", "operations"),
    ],
)
def test_a_reference_page_is_made_from_the_code(
    texts: dict[str, str], page: str, directive: str
) -> None:
    assert f"```{{{directive}}}" in texts[page]


def test_every_exit_code_is_documented(texts: dict[str, str]) -> None:
    from synergie.cli._ends import End

    told = set(re.findall(r"^\| (\d+) \|", texts["reference/cli.md"], re.MULTILINE))
    assert told == {str(int(code)) for code in End}


def test_every_format_has_its_page(texts: dict[str, str]) -> None:
    from synergie.formats.registry import list_registered_formats

    pages = "\n".join(text for page, text in texts.items() if page.startswith("formats/"))
    assert [each.name for each in list_registered_formats() if each.name not in pages] == []


@pytest.mark.parametrize("plan", ["purchase", "maintenance"])
def test_every_plan_has_its_formulation(texts: dict[str, str], plan: str) -> None:
    assert f"plan/{plan}.md" in texts


def test_every_decision_has_its_four_parts_and_its_number(texts: dict[str, str]) -> None:
    pages = sorted(page for page in texts if re.fullmatch(r"decisions/\d{4}-[\w-]+\.md", page))
    assert len(pages) >= 12
    for number, page in enumerate(pages, start=1):
        assert texts[page].startswith(f"# {number:04}. "), page
        parts = (
            "**Context.**",
            "**Decision.**",
            "**Rejected.**",
            "**Consequences.**",
            "Accepted, ",
        )
        assert [part for part in parts if part not in texts[page]] == [], page


def test_paths_that_contributors_are_sent_to_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|docs|tests|specs|\.ci)/[\w./]+)`", text)
    assert len(named) >= 10
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.fixture(scope="module")
def house() -> ModuleType:
    """The extension that makes the reference pages."""
    pytest.importorskip("sphinx")
    spec = importlib.util.spec_from_file_location("house", ROOT / "docs" / "_ext" / "house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["house"] = module
    spec.loader.exec_module(module)
    return module


def test_the_command_page_shows_every_command(house: ModuleType) -> None:
    shown = dict(house.commands())
    assert {"synergie", "synergie demo", "synergie plan purchase", "synergie db check"} <= set(
        shown
    )
    assert all("--help" in text for text in shown.values())
