"""How far a sheet reaches, and which of its cells cannot be believed."""

import re
from dataclasses import dataclass, field

from synergie.errors import BadInput, TooLarge

MAX_CELLS = 4_000_000
"""Cells of one sheet, empty ones inside its rectangle included."""
MAX_FLAWS = 100_000

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
    computed: bool = False
    """Whether some formula has another value: then somebody's spreadsheet has computed it."""

    def reach(self, row: int, column: int) -> None:
        """The sheet holds something at *row*, *column*, from 0. TooLarge over MAX_CELLS."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows * self.columns > MAX_CELLS:
            raise TooLarge(MAX_CELLS, "cells in a sheet")

    def flaws(self) -> dict[tuple[int, int], str]:
        """Cells whose value cannot be taken, and what they hold."""
        return self.errors if self.computed else {**self.formulas, **self.errors}


def number(text: str | None, otherwise: int) -> int:
    """The number from 1 in an attribute; *otherwise* when it is absent.

    BadInput for any other text: calamine takes digits modulo 2**32, and a sheet that says
    `A9999999999` would make it ask for more memory than there is, and end the process.
    """
    if text is None:
        return otherwise
    if _NUMBER.fullmatch(text) is None:
        raise BadInput("sheet", text, "a place inside a sheet: 1 to 9,999,999")
    return int(text)
