"""A sentence of a plan in the reader's language, with its figures as the reader writes them."""

import re
from typing import TYPE_CHECKING

from synergie.cli._texts import _, number

if TYPE_CHECKING:
    from synergie.schemas.plan import Phrase

_AMOUNT = re.compile(r"-?\d+\.\d\d", re.ASCII)


def told(phrase: "Phrase") -> str:
    """The sentence; amounts with two decimals are written as the reader does."""
    values = (euros(value) if _AMOUNT.fullmatch(value) else value for value in phrase.values)
    return _(phrase.text).format(*values)


def euros(amount: object) -> str:
    """An amount with its two decimals: 1 234,50 in French."""
    return number(float(str(amount)), 2)
