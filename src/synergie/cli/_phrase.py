"""A sentence of a plan in the reader's language, with its figures as the reader writes them."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from synergie.cli._texts import _, moment, number

if TYPE_CHECKING:
    from synergie.schemas.plan import Phrase

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_AMOUNT = re.compile(r"-?\d+\.\d\d", re.ASCII)


def told(phrase: "Phrase") -> str:
    """The sentence; amounts with two decimals, and moments, are written as the reader does."""
    return _(phrase.text).format(*map(_shown, phrase.values))


def _shown(value: str) -> str:
    if _AMOUNT.fullmatch(value):
        return euros(value)
    return moment(datetime.fromisoformat(value)) if _INSTANT.fullmatch(value) else value


def euros(amount: object) -> str:
    """An amount with its two decimals: 1 234,50 in French."""
    return number(float(str(amount)), 2)
