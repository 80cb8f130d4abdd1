"""Rows of a text table, whatever its encoding and the mark between its cells."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import BinaryIO, cast

from synergie.errors import BadInput
from synergie.formats.report import Report
from synergie.formats.tables._cells import Cell
from synergie.formats.text import SEPARATORS, detect_encoding, read_csv_blocks, start_of_text

type TableRow = tuple[int, list[Cell]]
"""Line, or row of the sheet, from 1, and its cells."""

type TableBlock = tuple[Sequence[int], Sequence[list[Cell]]]
"""Lines of rows that follow one another, and the cells of each."""

_MANY = 1_000
"""Rows of a sheet that are read at once; `_text` says why no more."""
_HEAD_LINES = 40
_SAMPLE = 64 * 1024
_BETWEEN = "cells between ; , | or tabulations"

_QUOTED = re.compile(r'(?:^|(?<=[;,\t|]))"(?:[^"\r\n]|"")*"(?=[;,\t|\r\n]|$)', re.MULTILINE)
"""A cell in quotation marks, on one line."""


def text_rows(source: BinaryIO, separator: str | None, report: Report) -> Iterator[TableRow]:
    """Rows of a CSV, blank lines left out; *separator* None: found. Errors as `text_blocks`."""
    yield from in_rows(text_blocks(source, separator, report))


def text_blocks(source: BinaryIO, separator: str | None, report: Report) -> Iterator[TableBlock]:
    """The same, many rows at once.

    BadInput: no separator is there, an unclosed quote, a line over 256 KiB.
    """
    mark = separator or separator_in(_read_text_start(source))
    coding = detect_encoding(source, report)
    if mark is None:
        line = _read_text_start(source).partition("\n")[0]
        raise BadInput("line 1", line[:80], _BETWEEN)
    yield from cast(
        "Iterator[TableBlock]", read_csv_blocks(source, coding, separator=mark, report=report)
    )


def in_blocks(rows: Iterator[TableRow], many: int = _MANY) -> Iterator[TableBlock]:
    """*rows*, many at once."""
    for some in batched(rows, many):
        lines, cells = zip(*some, strict=True)
        yield lines, cells


def in_rows(blocks: Iterable[TableBlock]) -> Iterator[TableRow]:
    """The rows of *blocks*, one by one."""
    for block in blocks:
        yield from zip(*block, strict=True)


def separator_in(text: str) -> str | None:
    """The mark that cuts most of the first lines into as many cells; None when there is none.

    Marks in quotation marks cut nothing, unless there are no others.
    """
    return _most_even(_QUOTED.sub("", text)) or _most_even(text)


def _most_even(text: str) -> str | None:
    lines = [line for line in text.splitlines()[:_HEAD_LINES] if line.strip()]
    best, score = None, (0, 0)
    for mark in SEPARATORS:
        counts = Counter(n for line in lines if (n := line.count(mark)))
        if not counts:
            continue
        cells, times = max(counts.items(), key=lambda one: (one[1], one[0]))
        if (times, cells) > score:
            best, score = mark, (times, cells)
    return best


def _read_text_start(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(_SAMPLE)
    stream.seek(0)
    return start_of_text(start)
