"""Rows under their point: its number or name stands once, above those that are its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from synergie.formats.tables._cells import Cell, strip_cell_text
from synergie.formats.tables._labels import is_no_sum, is_total
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import normalize_words

_MANY = 5
"""One row of so many without a point, at least, for the others to be groups."""
_TWO = 2

type Places = Mapping[str, int]
"""Fields of the columns that are read, and their place."""

_WHO = ("supply_point", "name", "commune")
_WHEN = ("from_date", "to_date", "month", "year", "date", "datetime", "time")


class Groups:
    """Fills the point of a row from the one above."""

    def __init__(self, at: Places) -> None:
        self._who = [at[what] for what in _WHO if what in at]
        self._when = [at[what] for what in _WHEN if what in at]
        self._above: dict[int, Cell] = {}

    def filled(self, cells: list[Cell]) -> list[Cell] | None:
        """The row with its point. None: it holds nothing but the point of those below."""
        if not self._who or is_labelled(cells):
            return cells
        if any(_is_cell_filled(cells, at) for at in self._who):
            self._above = {at: cells[at] for at in self._who if _is_cell_filled(cells, at)}
            return cells if any(map(strip_cell_text, self._others(cells))) else None
        if any(_is_cell_filled(cells, at) for at in self._when):
            for at, cell in self._above.items():
                cells[at] = cell
        return cells

    def _others(self, cells: Sequence[Cell]) -> Iterator[Cell]:
        return (cell for at, cell in enumerate(cells) if at not in self._who)

    def settled(self, rows: Sequence[Sequence[Cell]]) -> bool | None:
        """Whether rows without a point are of the one above. None: nothing tells; else False.

        Told by a row that holds a point alone, or where every point has the same times, each once.
        """
        groups: list[list[tuple[str, ...]]] = []
        blanks, alone = 0, 0
        for cells in rows:
            told = any(_is_cell_filled(cells, at) for at in self._who)
            when = tuple(strip_cell_text(cells[at]) if at < len(cells) else "" for at in self._when)
            if is_labelled(cells) or not (told or any(when)):
                continue
            if told:
                groups.append([])
                alone += not any(map(strip_cell_text, self._others(cells)))
            elif not groups:
                return False
            blanks += not told
            if any(when):
                groups[-1].append(when)
        if not self._who or blanks * _MANY < len(rows):
            return False
        same = len(groups) >= _TWO and all(one == groups[0] for one in groups)
        once = all(len(set(one)) == len(one) for one in groups)
        return True if once and (same or alone == len(groups)) else None


def fill_group_points(table: Iterable[TableRow], at: Places, blank: str) -> Iterator[TableRow]:
    """The rows with their points; those that hold a point alone are left out.

    *blank* is what a row without a point means: `none` leaves all rows as they are.
    """
    if blank == "none":
        yield from table
        return
    groups = Groups(at)
    for place, cells in table:
        told = groups.filled(list(cells))
        if told is not None:
            yield place, told


def is_labelled(cells: Sequence[Cell]) -> bool:
    """Whether a row is called a total, or a mean of those above."""
    first = normalize_words(
        next((strip_cell_text(cell) for cell in cells if strip_cell_text(cell)), "")
    )
    return is_total(first) or is_no_sum(first)


def _is_cell_filled(cells: Sequence[Cell], at: int) -> bool:
    return at < len(cells) and bool(strip_cell_text(cells[at]))
