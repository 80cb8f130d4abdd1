"""The language that reports are told in: French first, English beside.

A report is made of hundreds of sentences by dozens of functions; the language of its reader is
that of the context they run in (PEP 567), as decimals have theirs. What a person named or typed
stays as it was written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

type Language = Literal["fr", "en"]
type Pair = tuple[str, str]
"""The same words in French and in English."""

_SPOKEN: ContextVar[Language] = ContextVar("synergie.reports.language", default="fr")


def get_language() -> Language:
    """The language that is spoken here: French unless a caller asked for another."""
    return _SPOKEN.get()


@contextmanager
def use_language(language: Language) -> Iterator[None]:
    """Tell in *language* what is made inside; afterwards what was spoken before."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def choose_text(fr: str, en: str) -> str:
    """The one of two texts that is in the language spoken here."""
    return fr if get_language() == "fr" else en


def choose_texts(*pairs: Pair) -> tuple[str, ...]:
    """Of each pair the text in the language spoken here: the heads of a table."""
    return tuple(choose_text(*one) for one in pairs)
