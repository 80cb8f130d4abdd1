"""Whoever never saw the code finds a place by words of the glossary, with one search."""

import re
from functools import cache

import pytest

from tests.architecture.outline import ROOT, SOURCE, read_outlines

PAGE = ROOT / "docs" / "explanation" / "house.md"
ROW = re.compile(r"^\| ([^|]+\?) \| ([a-z ]+) \| `([\w/]+\.py)` \|$", re.MULTILINE)

QUESTIONS = ROW.findall(PAGE.read_text(encoding="utf-8"))
"""Question, words, file: as the page of the house asks them."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def split_words(name: str) -> list[str]:
    """The words of a name, in lower case."""
    return [word.lower() for word in _WORD.findall(name)]


@cache
def list_definitions() -> list[tuple[str, list[str]]]:
    """Each definition of `src`: its file, the words of its name."""
    return [
        (path.relative_to(SOURCE).as_posix(), split_words(name))
        for path, outline in read_outlines().items()
        if "migrations" not in path.parts
        for name in (*(one.name for one in outline.definitions), *outline.values)
    ]


def find_definitions(words: str) -> list[str]:
    """The files with a definition in whose name *words* follow each other."""
    wanted = words.split()
    return [
        file
        for file, told in list_definitions()
        if any(told[at : at + len(wanted)] == wanted for at in range(len(told)))
    ]


def test_ten_are_asked() -> None:
    assert len(QUESTIONS) == 10
    assert len({file for _, _, file in QUESTIONS}) == 10


@pytest.mark.parametrize(("question", "words", "file"), QUESTIONS)
def test_one_search_gives_the_one_place(question: str, words: str, file: str) -> None:
    assert find_definitions(words) == [file], question


def test_words_of_names_are_split_and_a_second_place_is_seen() -> None:
    assert split_words("AccessRecord") == ["access", "record"]
    assert split_words("_AWARD_MODEL") == ["award", "model"]
    assert len(find_definitions("plan")) > 10
    assert find_definitions("company") == []
