"""Which of several columns numbers the rows of a table."""

from collections.abc import Iterable, Sequence


def find_unique_columns(columns: Sequence[int], rows: Iterable[Sequence[str]]) -> list[int]:
    """Those of *columns* that are filled and never repeat, else all; a row told twice is one.

    One column alone is not looked at. Memory grows with the rows.
    """
    seen: dict[int, set[str]] = {i: set() for i in columns} if len(columns) > 1 else {}
    known: set[int] = set()
    for cells in rows if seen else ():
        row = hash(tuple(cells))
        if row not in known and len(cells) > max(columns):
            known.add(row)
            _drop_repeating_columns(seen, cells)
    return list(seen) or list(columns)


def _drop_repeating_columns(seen: dict[int, set[str]], cells: Sequence[str]) -> None:
    """Drop the columns of *seen* that are blank or repeat in the row *cells*."""
    for i in list(seen):
        if not cells[i].strip() or cells[i] in seen[i]:
            del seen[i]
        else:
            seen[i].add(cells[i])
