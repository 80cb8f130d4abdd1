"""How far a sheet reaches, and which of its cells cannot be believed."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from synergie.errors import BadInput, TooLarge
from synergie.formats.text import MAX_CELL_BYTES

MAX_CELLS = 4_000_000
"""Cells of one sheet, empty ones inside its rectangle included."""
MAX_TEXT = 256 << 20
"""Characters of one sheet; a text that several cells share counts for each of them."""
MAX_FLAWS = 100_000
MAX_NOTES = 200
"""Different comments of one sheet that are read."""

_SHORTER = "cells of at most 32,768 characters"

_AUTHOR = re.compile(
    r"(?s)\[[^\]\n]{3,40}\].*?\n(?:Comment\w*|Kommentar)\s*:|[^\n:]{1,60}:[ \t]*\r?\n"
)
"""What spreadsheets write before a comment: `[Threaded comment] …`, the name of who wrote it."""
_WORD = re.compile(r"[^\W\d_]|[€%]")

_PRINTED_PART = re.compile(r"&[LCR](?![a-z])")
_PRINTED_CODE = re.compile(r'&(?:(&)|"[^"]*"|K[0-9A-F]{6}|\d+|[A-Z])')
_OF_PAGES = re.compile(r"(?i)(?:\W|\d|page|sur|de|of)*")
_NUMBER = re.compile(r"[1-9]\d{0,6}", re.ASCII)


@dataclass(slots=True)
class Survey:
    """What is known of one sheet before it is read."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """Row and column from 0 → what the cell shows: `#DIV/0!`."""
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    """Formulas whose stored value is zero or none."""
    shown: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    """Column from 0 → first row, last row, and what formats show beside numbers there: `%`, `kWh`.

    Filled where they were looked for."""
    merged: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    """Row from 0 → first and last column of merged cells that begin in it, and their last row.

    Filled for an OpenDocument table."""
    notes: list[tuple[int, str]] = field(default_factory=list)
    """Row from 0 and text of the comments of its cells that have a word, each text once."""
    joined: int = 0
    """How many they are."""
    text: int = 0
    """Characters that its cells hold."""
    computed: bool = False
    """Whether some formula has another value: then somebody's spreadsheet has computed it."""

    def reach(self, row: int, column: int) -> None:
        """The sheet holds something at *row*, *column*, from 0. TooLarge over MAX_CELLS."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows * self.columns > MAX_CELLS:
            found = f"{self.rows * self.columns} cells"
            raise TooLarge(MAX_CELLS, "cells in a sheet", "sheet", found)

    def join(self, row: int, merged: tuple[int, int, int]) -> None:
        """A merged cell begins in *row*. TooLarge over MAX_FLAWS of them."""
        self.joined += 1
        if self.joined > MAX_FLAWS:
            raise TooLarge(MAX_FLAWS, "merged cells in a sheet", "sheet", f"{self.joined} cells")
        self.merged.setdefault(row, []).append(merged)

    def comment(self, row: int, text: str) -> None:
        """A cell of *row* has a comment. The program or the name that begins it is left out."""
        told = " ".join(_AUTHOR.sub("", text.strip()).split())
        again = len(self.notes) >= MAX_NOTES or any(told == one for _, one in self.notes)
        if _WORD.search(told) and not again:
            self.notes.append((row, told))

    def print_texts(self, texts: Iterable[str]) -> None:
        """Pages print *texts* above or below the sheet, by the codes of Excel: notes of row 0."""
        for one in chain.from_iterable(_PRINTED_PART.split(text) for text in texts):
            told = " ".join(_PRINTED_CODE.sub(lambda code: code[1] or " ", one).split())
            if not _OF_PAGES.fullmatch(told):
                self.comment(0, told)

    def show(self, row: int, column: int, label: str) -> None:
        """The cell shows *label* beside its number. TooLarge over MAX_FLAWS changes of it."""
        runs = self.shown.setdefault(column, [])
        if runs and runs[-1][1:] == (row - 1, label):
            runs[-1] = runs[-1][0], row, label
            return
        if len(runs) >= MAX_FLAWS:
            found = f"{len(runs)} changes"
            raise TooLarge(MAX_FLAWS, "changes of format in a column", "sheet", found)
        runs.append((row, row, label))

    def label(self, row: int, column: int) -> str:
        """What the format of a cell shows beside its number; empty: nothing."""
        runs = self.shown.get(column, [])
        at = bisect_right(runs, row, key=lambda run: run[0]) - 1
        return runs[at][2] if at >= 0 and row <= runs[at][1] else ""

    def hold(self, length: int, times: int = 1) -> None:
        """So many cells hold a text of that *length*. BadInput over that of a cell; TooLarge."""
        if length > MAX_CELL_BYTES:
            raise BadInput("sheet", f"{length} characters", _SHORTER)
        self.text += length * times
        if self.text > MAX_TEXT:
            found = f"{self.text} characters"
            raise TooLarge(MAX_TEXT, "characters in a sheet", "sheet", found)

    def flaws(self) -> dict[tuple[int, int], str]:
        """Cells whose value cannot be taken, and what they hold."""
        return self.errors if self.computed else {**self.formulas, **self.errors}


def place(letters: str, digits: str) -> tuple[int, int]:
    """Row and column from 0 of the cell `B7`, given as `B` and `7`."""
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return parse_positive_number(digits, 1) - 1, at - 1


def parse_positive_number(text: str | None, otherwise: int) -> int:
    """The number from 1 in an attribute; *otherwise* when it is absent.

    BadInput for any other text: calamine takes digits modulo 2**32, and a sheet that says
    `A9999999999` would make it ask for more memory than there is, and end the process.
    """
    if text is None:
        return otherwise
    if _NUMBER.fullmatch(text) is None:
        raise BadInput("sheet", text, "a place inside a sheet: 1 to 9,999,999")
    return int(text)
