"""What may differ from one table to another in the reading of its cells."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

EXPECTED: Mapping[str, str] = {
    "decimal": "a number with a decimal comma",
    "doubt": "a number with a decimal comma",
    "degrees": "decimal degrees, as 48,7712",
    "whole": "a whole number",
    "date": "a date as 25/11/2026",
    "exists": "a date that exists",
    "no_hour": "a date without hour",
    "yes_no": "oui or non",
    "choice": "a word of the list of this column (sheet Lisez-moi)",
}
"""What is expected of the cells of a file to fill, by kind; `doubt`: of a number that may be taken
two ways; `exists`: of a date that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRules:
    """How the cells of a table are read, and what is said of those that cannot be."""

    expected: Mapping[str, str]
    """As `EXPECTED`."""
    is_doubtful: Callable[[str], object]
    """Whether a number may be taken two ways."""
    yes: frozenset[str]
    """What stands for oui, as `plain` writes it."""
    no: frozenset[str]
    """What stands for non."""
    decimals: int | None = None
    """Decimals that are kept of a number of at most 12 digits before. None: it stays as it is."""


FILLED = CellRules(
    expected=EXPECTED,
    is_doubtful=re.compile(r"[-+\u2212]?[1-9]\d{0,2}\.\d{3}", re.ASCII).fullmatch,
    yes=frozenset({"oui", "vrai", "true", "o", "x"}),
    no=frozenset({"non", "faux", "false", "n"}),
    decimals=6,
)
"""Those of a file to fill: a dot may stand between thousands, a comma may not."""
