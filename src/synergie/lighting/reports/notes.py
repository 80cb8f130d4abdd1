"""Numbered notes under a table: the reason of each "unknown", told once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from synergie.lighting.reports.words import format_colon
from synergie.reports.document import Items
from synergie.schemas.plan import Phrase


@dataclass(slots=True)
class Notes:
    """Notes in the order in which a table names them."""

    said: Callable[[Phrase], str]
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, phrase: Phrase) -> int:
        """The number of the note that says *phrase*."""
        text = self.said(phrase)
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def items(self, title: str) -> tuple[Items, ...]:
        """The notes as a list; none, when the table has none."""
        told = tuple(
            f"Note {n}{format_colon()}{text[:1].lower()}{text[1:]}"
            for text, n in self._numbers.items()
        )
        return (Items(title, told),) if told else ()
