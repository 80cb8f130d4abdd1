"""Columns of a filled template that are not its own, and seem to tell what it asks for."""

import re
from collections.abc import Iterable

from synergie.formats import checks
from synergie.formats.columns import Column
from synergie.formats.report import Place, Report
from synergie.formats.values import normalize_words, read_number

_DATED = re.compile(r"(?:19|20)\d\d|\d[/.-]\d\d?[/.-]\d\d", re.ASCII)
_STEM = 4
"""Letters by which two names are of one quantity: `Conso (MWh)`, `Consommation (kWh)`."""


class Unread:
    """Looks at the cells of the columns that are passed over; a number there may be a loss."""

    def __init__(
        self, header: list[str], at: dict[int, Column], columns: Iterable[Column], beside: str
    ) -> None:
        """*beside*: words of heads that change what the columns of the template tell."""
        read = {column.name for column in at.values()}
        stems = {
            first[:_STEM]
            for column in columns
            if column.name not in read and (column.is_summed or column.kind == "degrees")
            if len(first := normalize_words(column.title).split(" ", 1)[0]) >= _STEM
        }
        self._names = {
            place: name
            for place, name in enumerate(header)
            if place not in at
            and (
                normalize_words(name)[:_STEM] in stems
                or re.search(beside or "$^", normalize_words(name))
            )
        }

    def look(self, place: Place, texts: list[str], report: Report) -> None:
        """One more row; each column is told once, at its first number that is not 0 or 1."""
        for at, name in list(self._names.items()):
            number = read_number(texts[at].strip(" %")) if at < len(texts) else None
            is_date = at < len(texts) and _DATED.search(texts[at])
            if is_date or (number is not None and number not in {0, 1}):
                report.find(checks.COLUMN_NOT_READ, name, texts[at], place=place)
                del self._names[at]
