"""Words of the pages: no command line in a sentence, none of the words that people stumble over."""

import re
from pathlib import Path

import pytest

import synergie.server.pages

PAGES = Path(synergie.server.pages.__file__).parent / "templates"
TEMPLATES = sorted(one.name for one in PAGES.glob("*.html"))
_DETAILS = re.compile(r"<details.*?</details>", re.DOTALL)
_COMMAND = re.compile(
    r"<(?:p|li|dd)\b[^>]*>[^<]*\w[^<]*<code>synergie |say\([^)]*\bsynergie [a-z]+,"
)
_FRENCH = re.compile(r'say\(\s*"((?:[^"\\]|\\.)*)"')
STUMBLED = re.compile(r"\b(?:Sortir|Entrer|entré|upload|trame noire|soutirage)\b")


def find_commands(text: str) -> list[str]:
    """Sentences that hold a command, outside of a folded technical detail."""
    return _COMMAND.findall(_DETAILS.sub("", text))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_sentence_holds_a_command(name: str) -> None:
    assert find_commands((PAGES / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_word_that_people_stumble_over(name: str) -> None:
    said = _FRENCH.findall((PAGES / name).read_text("utf-8"))
    assert [one for one in said if STUMBLED.search(one)] == []


def test_a_command_in_a_sentence_is_found() -> None:
    assert find_commands("<p>Lancez <code>synergie plan</code>.</p>")
    assert find_commands('<p>{{ say("Lancez : synergie proxy, puis lisez", "x") }}</p>')
    folded = "<details><p>Lancez <code>synergie plan</code>.</p></details>"
    assert not find_commands(folded)
    assert len(TEMPLATES) > 60
