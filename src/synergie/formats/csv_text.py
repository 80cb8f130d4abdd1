"""Lines of CSV into cells and back: the only place of formats and scenarios with the csv module."""

import csv
from collections.abc import Iterable, Iterator
from importlib.resources import files
from io import StringIO

CsvError = csv.Error
"""What `split_rows` raises for quotes that do not pair, and cells over the limit of the module."""


def split_rows(
    lines: Iterable[str], separator: str, *, strict: bool = False
) -> Iterator[list[str]]:
    """The cells of each row of *lines*; with *strict*, CsvError for quotes within a cell."""
    return csv.reader(lines, delimiter=separator, strict=strict)


def join_rows(rows: Iterable[Iterable[object]], separator: str = ",", ending: str = "\r\n") -> str:
    """*rows* as a text (RFC 4180); None is blank."""
    text = StringIO()
    csv.writer(text, delimiter=separator, lineterminator=ending).writerows(rows)
    return text.getvalue()


def shipped_rows(package: str, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table that *package* carries, `;` between cells, by the names of its head."""
    text = files(package).joinpath(name).read_text("utf-8")
    return csv.DictReader(text.splitlines(), delimiter=";")
