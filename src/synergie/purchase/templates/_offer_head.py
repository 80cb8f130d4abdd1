"""The head of a price schedule: which rows make it, and what each of its columns tells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from synergie.formats.cells import Cell, spell_cell
from synergie.formats.sheets import SheetRow
from synergie.formats.templates.columns import HELP
from synergie.purchase.templates._offer_words import (
    Unit,
    class_of,
    codes_of,
    field_of,
    normalize_words,
    part_of,
    unit_of,
)

LOOKED_AT = 40
"""Rows among which the first head is looked for: titles, logos and notes may stand above."""
_MOST_ROWS = 3
_LONGEST = 90
_BELOW = 12
_SHORT = 3
"""Words of a title that is a tariff option and nothing else."""
_AMOUNTS = re.compile(
    r"\b(montant|quantite|volume|consommation|conso|puissance|nombre|nb|car|taux|ecart)\b"
)
_YEAR = re.compile(r"\b(20[2-9]\d)\b")
_DIGITS = re.compile(r"[-\d\s.,%€]+")


@dataclass(frozen=True, slots=True)
class PriceColumn:
    """A column of prices."""

    at: int
    title: str
    part: str
    """`total`, `supply`, `capacity`, `cee` or `guarantees`."""
    time_class: str | None
    """The class of all its cells. None: the row tells it, or it is the same in all classes."""
    unit: Unit | None
    """As its title tells it. None: it does not."""
    year: int | None
    codes: tuple[str, ...] = ()
    """Tariff options of all its cells. Empty: the row tells them."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the columns of a table are."""

    rows: int
    """Rows it is made of."""
    titles: tuple[str, ...]
    fields: Mapping[str, int]
    """Field → column."""
    prices: tuple[PriceColumn, ...]
    named: int
    """Fields that a title names; a row of data may look like a head of prices, but names none."""

    @property
    def readable(self) -> bool:
        """Whether prices can be read: their class is told, and the rows are of no point."""
        classed = "time_class" in self.fields or any(one.time_class for one in self.prices)
        sure = len(self.prices) > 1 or (self.named > 0 and bool(self.prices))
        return sure and classed and "point" not in self.fields

    @property
    def shares_class_and_option(self) -> bool:
        """Whether one column holds the class and the option: « CU4/MU4 HPH », then « HCH »."""
        return self.fields.get("tariff_code", -1) == self.fields.get("time_class")

    @property
    def score(self) -> int:
        """How many columns are known."""
        return len(self.fields) + len(self.prices)

    def unread(self) -> Iterator[str]:
        """Titles of columns that are not read."""
        read = {*self.fields.values(), *(one.at for one in self.prices)}
        for at, title in enumerate(self.titles):
            if title and at not in read:
                yield title


def first_head(rows: Sequence[SheetRow]) -> tuple[int, Head] | None:
    """Place and head of the first table: of the first rows, where most columns are known."""
    best: tuple[int, Head] | None = None
    for start in range(min(len(rows), LOOKED_AT)):
        head = head_at(rows, start)
        if head is not None and (best is None or head.score > best[1].score):
            best = (start, head)
    return best


def head_at(rows: Sequence[SheetRow], start: int) -> Head | None:
    """The head that begins at row *start*: one to three rows of words. None: none does."""
    best: Head | None = None
    if _is_title(rows[start : start + 2]):
        return None
    for size in range(1, min(_MOST_ROWS, len(rows) - start) + 1):
        block = [cells for _, cells in rows[start : start + size]]
        if not _consists_of_titles(block[-1]):
            break
        head = _build_head(
            _join_title_rows(block), rows[start + size : start + size + _BELOW], size
        )
        if head.readable and (best is None or head.score > best.score):
            best = head
    if best is None or ("tariff_code" not in best.fields and not all(p.codes for p in best.prices)):
        return None
    return best


def _is_title(rows: Sequence[SheetRow]) -> bool:
    """Whether the first of two rows is a line of its own: one cell, where the next begins."""
    filled = [[at for at, cell in enumerate(cells) if spell_cell(cell)] for _, cells in rows]
    if len(filled) < 2 or len(filled[0]) != 1:  # noqa: PLR2004 (the row and the next)
        return False
    return filled[0][0] <= min(filled[1], default=0)


def _consists_of_titles(cells: Sequence[Cell]) -> bool:
    """Whether a row may belong to a head: two words at least, no number, no sentence."""
    texts = [text for text in map(spell_cell, cells) if text]
    if not texts or texts[0].startswith(HELP):
        return False
    numbers = (_DIGITS.fullmatch(text) and not _YEAR.fullmatch(text) for text in texts)
    return not any(numbers) and all(len(text) <= _LONGEST for text in texts)


def _join_title_rows(block: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """One title a column; a cell of an upper row names the blank ones on its right, too."""
    width = max(map(len, block))
    lines = [[spell_cell(cell) for cell in row] + [""] * (width - len(row)) for row in block]
    for i, line in enumerate(lines[:-1]):
        for at in range(1, width):
            if not line[at] and any(below[at] for below in lines[i + 1 :]):
                line[at] = line[at - 1]
    parts = zip(*lines, strict=True)
    return tuple(
        " / ".join(dict.fromkeys(" ".join(p.split()) for p in part if p)) for part in parts
    )


def _build_head(titles: tuple[str, ...], below: Sequence[SheetRow], size: int) -> Head:
    fields: dict[str, int] = {}
    prices: list[PriceColumn] = []
    for at, title in enumerate(titles):
        name = _find_column_field(title)
        price = _find_price_column(title, at) if title and name is None else None
        if price is not None:
            prices.append(price)
        elif name is not None:
            fields.setdefault(name, at)
    if "time_class" not in fields and any(one.time_class for one in prices):
        # beside classes in columns, one price without a class is a mean; a part is for all classes
        prices = [one for one in prices if one.time_class or one.part not in ("total", "supply")]
    named = len(fields)
    if "tariff_code" not in fields and not all(one.codes for one in prices):
        found = _column_of_options(below, fields, {one.at for one in prices})
        if found is not None:
            fields["tariff_code"] = found
    return Head(size, titles, fields, tuple(prices), named)


def _find_column_field(title: str) -> str | None:
    """The field of a column; « CEE (€/MWh) / tous postes » is a price all the same."""
    name = field_of(title) if title else None
    is_price = name == "time_class" and unit_of(title) and part_of(title)
    return None if is_price else name


def _find_price_column(title: str, at: int) -> PriceColumn | None:
    """A column of prices: it names a class, a part of a price or an option, no other amount."""
    unit, name, part = unit_of(title), class_of(title), part_of(title)
    said_ = normalize_words(title)
    codes = codes_of(title)
    named = name is not None or part is not None
    named = named or (bool(codes) and (unit is not None or len(said_.split()) <= _SHORT))
    energy_only = unit is None and re.search(r"\b[kmg]wh\b", said_)
    if not named or energy_only or _AMOUNTS.search(said_):
        return None
    year = _YEAR.search(title)
    dated = int(year[1]) if year else None
    return PriceColumn(at, title, part or "total", name, unit, dated, codes)


def _column_of_options(
    below: Sequence[SheetRow], fields: Mapping[str, int], prices: set[int]
) -> int | None:
    """The column without a known title whose cells name tariff options, else that of the classes.

    « CU4/MU4 HPH », then « HCH » below: the class and the option stand in one cell.
    """
    width = max((len(cells) for _, cells in below), default=0)
    taken = {*fields.values(), *prices}
    for at in range(width):
        texts = [text for _, cells in below if at < len(cells) and (text := spell_cell(cells[at]))]
        named = sum(bool(codes_of(text)) for text in texts)
        if at not in taken and named and 2 * named >= len(texts):
            return at
        if at == fields.get("time_class") and named:
            return at
    return None
