"""How far a sheet reaches, and which of its cells cannot be believed."""

from dataclasses import dataclass, field

from synergie.errors import TooLarge

MAX_CELLS = 4_000_000
"""Cells of one sheet, empty ones inside its rectangle included."""
MAX_FLAWS = 100_000

_DIGITS = 7


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
    """The number from 1 in an attribute; *otherwise* when it is absent or none."""
    if text is not None and text.isascii() and text.isdecimal() and 0 < len(text) <= _DIGITS:
        return max(1, int(text))
    return otherwise
