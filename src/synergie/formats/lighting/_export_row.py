"""What an export of a maintenance program holds, and how the cells of one row are read."""

import re
from collections.abc import Callable, Container, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from synergie.errors import BadInput
from synergie.formats.lighting._cells import parse_decimal
from synergie.formats.lighting._moments import parse_moment
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name
from synergie.schemas.assets.lighting_mapping import LightField

type Values = dict[str, Any]


class Only(NamedTuple):
    """How rows are told from others in the same file."""

    field: str
    """The field that tells what a row is about."""
    words: re.Pattern[str]
    """What its cells say, as `plain` writes them, in the rows that are meant."""
    beside: Container[str]
    """Words that tell nothing of it."""


class Kind(NamedTuple):
    """What one kind of export holds."""

    record: type[BaseModel]
    names: Mapping[str, tuple[str, ...]]
    """Our field → names of its columns as `plain` writes them, best first."""
    make: Callable[["Row"], Values]
    """The values of a record from a row."""
    telling: tuple[str, ...]
    """Fields that make a table such an export."""
    enough: int
    """How many of them must be there."""
    never: tuple[LightField, ...] = ()
    """Fields of an inventory of lamps: with them it is an inventory."""
    dates: tuple[str, ...] = ()
    """Fields whose slashes may part a month, a day and a year in that order."""
    number_from: tuple[str, ...] = ()
    """Fields that number a row where no column does: the first, and one of the others."""
    only: Only | None = None
    """How rows of this kind are told from others among them. None: all are of this kind."""


class Row(NamedTuple):
    """The filled cells of one row by field, and what helps to read them."""

    cells: dict[str, str]
    tz: ZoneInfo
    report: Report
    american: bool = False
    """Whether the month comes first in dates with slashes."""

    def moment(self, name: str) -> datetime | str | None:
        """A time with its offset, or a civil date when the hour is not told or not sure."""
        cell = self.cells.get(name)
        try:
            return None if cell is None else parse_moment(cell, self.tz, american=self.american)
        except BadInput as fault:
            raise BadInput(f"/{name}", fault.found, fault.expected) from fault

    def word(self, name: str, words: Mapping[str, str], other: str) -> str:
        """What a word means; *other* for a blank, and for a word that is not in the list."""
        cell = self.cells.get(name)
        if cell is None:
            return other
        found = words.get(normalize_column_name(cell))
        if found is None:
            self.report.note("{}: {!r} is not in the list; kept as written in raw", name, cell)
        return found or other

    def number(self, name: str) -> float | None:
        """A number with a dot or a comma, its unit after it or not."""
        cell = self.cells.get(name)
        if cell is None:
            return None
        text = cell.removesuffix("m").strip()
        try:
            return parse_decimal(text, "," if "," in text else ".")
        except BadInput as fault:
            raise BadInput(f"/{name}", fault.found, fault.expected) from fault
