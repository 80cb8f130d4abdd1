"""Refused rows in words: where, what was found, what was expected, what to do."""

import re
from collections.abc import Callable
from functools import lru_cache

from synergie.formats.checks import CHECKS
from synergie.reports.language import Pair, choose_text, use_language
from synergie.schemas.readings.file_report import RefusedLine

_NUMBERED = re.compile(r"(record|line) (\d+)", re.ASCII)
_PLACES: dict[str, Pair] = {"record": ("élément", "record"), "line": ("ligne", "line")}

_BRACES = re.compile(r"\{[^}]*\}")
_CLEAR = 12
"""Letters of a text, outside its braces, under which its form could be that of another."""

type Tell = Callable[[str], str]


def describe_refusal(refused: RefusedLine, tell: Tell) -> str:
    """Why one row was left out, in French, for the last column of a file that is sent back."""
    place = f"ligne {refused.line}" if refused.line else "fichier"
    if refused.column:
        with use_language("fr"):
            place += f", colonne « {column(refused)} »"
    found = f"« {refused.value} » lu, " if refused.value else ""
    said = f"{place} : {found}attendu : {tell(refused.reason)}"
    todo = describe_remedy(refused.code, tell)
    return f"{said}. À faire : {todo}" if todo else said


def column(refused: RefusedLine) -> str:
    """The column of a row, or the place of an item in a document, in the language spoken."""
    parts = (refused.column or "").split(", ")
    return ", ".join(_describe_part(part) for part in parts if part)


def describe_remedy(code: str, tell: Tell) -> str:
    """What to do about a refusal of this *code*; empty: nothing that is surely right."""
    check = CHECKS.get(code)
    return tell(check.action) if check is not None and check.action else ""


def _describe_part(part: str) -> str:
    found = _NUMBERED.fullmatch(part)
    if found is not None:
        return f"{choose_text(*_PLACES[found[1]])} {found[2]}"
    name = part.removeprefix("/")
    return part if "/" in name else name


class Retold:
    """Sentences that were filled in English, told again in French by the texts of the catalogue.

    A report is kept in English: constant texts are looked up; one whose braces were filled is
    found by its form, and what filled them stays as it is, unless it is such a text itself.
    """

    def __init__(self, tell: Tell, texts: tuple[str, ...]) -> None:
        self._tell = tell
        filled = [(_count_plain_letters(text), text) for text in texts if "{" in text]
        clear = sorted((one for one in filled if one[0] >= _CLEAR), reverse=True)
        self._forms = [(_build_sentence_pattern(text), text) for _, text in clear]
        self._known = lru_cache(4096)(self._translate)

    def __call__(self, text: str) -> str:
        """*text* in French; as it is when no text of the catalogue has its form."""
        return self._known(text)

    def _translate(self, text: str) -> str:
        told = self._tell(text)
        if told != text:
            return told
        times = re.fullmatch(r"(.*) \(× (\d+)\)", text, re.DOTALL)
        if times is not None:
            return f"{self(times[1])} (× {times[2]})"
        for form, english in self._forms:
            found = form.fullmatch(text)
            if found is not None:
                return self._tell(english).format(*map(self._translate_part, found.groups()))
        return text

    def _translate_part(self, part: str) -> str:
        """What filled a brace: a sentence of ours is one, a name or a number stays as it is."""
        return self._tell(part) if " " in part and _count_plain_letters(part) >= _CLEAR else part


def _count_plain_letters(text: str) -> int:
    """How many letters of it stand outside its braces."""
    return sum(map(str.isalpha, _BRACES.sub("", text)))


def _build_sentence_pattern(text: str) -> re.Pattern[str]:
    parts = _BRACES.split(text)
    return re.compile("(.*?)".join(map(re.escape, parts)), re.DOTALL)
