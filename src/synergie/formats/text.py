"""Text files: which encoding, then lines, then the cells of a CSV, all with limits."""

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, TooLarge, Words
from synergie.formats.csv_text import CsvError, split_rows
from synergie.formats.report import Report, shorten_value
from synergie.formats.values import normalize_column_name as normalize_column_name  # noqa: PLC0414 (families take it from here)

MAX_LINE_BYTES = 256 * 1024
MAX_LINES_A_ROW = 200
MAX_COLUMNS = 1_000
WIDEST = "at most 1,000 columns"
MAX_CELL_BYTES = 32 * 1024
"""Bytes of one cell of any table; characters, where a text file is cut into cells."""
MAX_ROWS = 100_000_000
SEPARATORS = (";", ",", "\t", "|")

_BLOCK = 1 << 20
_START, _MANY = 1 << 14, 1 << 16
"""Bytes that are cut into rows at once, first and then: few enough that their rows do not set off
the collector of cycles (2,000 objects), which walks the whole process."""
_UNDECODED = re.compile("[\udc80-\udcff]")

type Row = tuple[int, list[str]]
"""Line on which the row begins, from 1, and its cells."""


class Block(NamedTuple):
    """Rows that follow one another."""

    lines: Sequence[int]
    """Line on which each begins, from 1."""
    rows: list[list[str]]
    """The cells of each."""


def start_of_text(sample: bytes) -> str:
    """The start of a text file as text, to look at: UTF-8, UTF-16 or Windows-1252."""
    if sample[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return sample.decode("utf-16", "replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        return sample.decode("cp1252", "replace")


class Encoding(NamedTuple):
    """How the bytes of a file are read as text."""

    name: str
    damaged: bool
    """Whether some bytes do not decode; they cost their rows, not the file."""


def detect_encoding(source: BinaryIO, report: Report) -> Encoding:
    """BOM: UTF-8; else strict UTF-8; else Windows-1252, with a remark. Goes back to the start.

    A file with some valid UTF-8 beyond ASCII before its first bad byte is damaged UTF-8, not
    Windows-1252. Reads the file once; memory is constant.
    """
    source.seek(0)
    head = source.read(3)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise BadInput(
            "byte 0", "UTF-16", "text in UTF-8 or Windows-1252: save the file as CSV UTF-8"
        )
    source.seek(0)
    bad_at, accents = _first_bad_byte(source)
    source.seek(0)
    bom = head == codecs.BOM_UTF8
    if bad_at is None:
        return Encoding("utf-8-sig" if bom else "utf-8", damaged=False)
    if bom or accents:
        report.note("byte {} is not UTF-8; the rows with such bytes are left out", bad_at)
        return Encoding("utf-8-sig" if bom else "utf-8", damaged=True)
    report.note("byte {} is not UTF-8; the file was read as Windows-1252", bad_at)
    return Encoding("cp1252", damaged=True)


def _first_bad_byte(source: BinaryIO) -> tuple[int | None, bool]:
    """Offset of the first byte that is not UTF-8, and whether it came after valid accents."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    offset, accents = 0, False
    while True:
        block = source.read(_BLOCK)
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return offset - held + error.start, accents or not block[: error.start].isascii()
        if not block:
            return None, accents
        offset += len(block)
        accents = accents or not text.isascii()


def read_lines(source: BinaryIO, coding: Encoding, before: int = 0) -> Iterator[str]:
    """Lines with their ends; bytes that do not decode become lone surrogates (U+DC80..DCFF).

    *before*: lines of the file before the first. BadInput for a line over MAX_LINE_BYTES: a file
    without line ends is not a table.
    """
    name, number = coding.name, before
    while line := source.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise BadInput(
                f"line {number}", Words("a longer line"), "lines of at most 262,144 bytes"
            )
        yield line.decode(name, "surrogateescape")
        name = "utf-8" if name == "utf-8-sig" else name


class Feed:
    """Lines for the csv module, which would swallow the rest of a file after an unclosed quote.

    `number` is how many lines of the file were read, *before* included; `rows` how many rows.
    """

    def __init__(self, texts: Iterator[str], before: int = 0, rows: int = 0) -> None:
        self.texts, self.number, self.first, self.rows = texts, before, before + 1, rows

    def __iter__(self) -> Iterator[str]:
        for text in self.texts:
            self.number += 1
            if self.number - self.first >= MAX_LINES_A_ROW:
                raise BadInput(f"line {self.first}", Words("a quote that is not closed"), _CLOSED)
            yield text


_CLOSED = "a closing quote on the same row"
_SHORTER = "cells of at most 32,768 characters"
_BALANCED = "cells with balanced quotes"


def read_csv_rows(
    source: BinaryIO, coding: Encoding, *, separator: str, report: Report
) -> Iterator[Row]:
    """Rows of a CSV with the line each begins on; blank lines are passed over.

    Refused in *report*: rows with bytes that do not decode, NUL, stray quotes, or too many
    columns. BadInput: an unclosed quote. TooLarge: over MAX_ROWS.
    """
    for block in read_csv_blocks(source, coding, separator=separator, report=report):
        yield from zip(block.lines, block.rows, strict=True)


def read_csv_blocks(
    source: BinaryIO, coding: Encoding, *, separator: str, report: Report
) -> Iterator[Block]:
    """The same, many rows at once where each is one sound line; where one is not, one by one."""
    number = count = 0
    while data := _read_complete_lines(source, at := source.tell()):
        found = _sound_rows(data, coding.name, separator)
        if found is None:
            source.seek(at)
            feed = Feed(read_lines(source, coding, number), number, count)
            until = number + data.count(b"\n")
            each = rows_of(feed, separator=separator, damaged=coding.damaged, report=report)
            for line, cells in each:
                yield Block((line,), [cells])
                if feed.number >= until:
                    break
            number, count = feed.number, feed.rows
        else:
            if count + len(found) > MAX_ROWS:
                raise TooLarge(MAX_ROWS, "rows")
            yield Block(range(number + 1, number + 1 + len(found)), found)
            number, count = number + len(found), count + len(found)
        coding = coding._replace(name=coding.name.removesuffix("-sig"))


def _read_complete_lines(source: BinaryIO, at: int) -> bytes:
    """The next lines; those at the start are few, for whoever looks at no more."""
    return source.read(_MANY if at else _START) + source.readline(MAX_LINE_BYTES + 1)


def _sound_rows(data: bytes, name: str, separator: str) -> list[list[str]] | None:
    """A row a line; None where a line is blank, cannot be read, or is not all of its row."""
    try:
        text = data.decode(name).replace("\r\n", "\n").removesuffix("\n")
        each = text.split("\n")
        if "\r" in text or "\0" in text or "" in each or max(map(len, each)) > MAX_CELL_BYTES:
            return None
        if '"' in text:
            found = list(split_rows(each, separator, strict=True))
        else:
            found = [line.split(separator) for line in each]
    except (UnicodeDecodeError, CsvError):
        return None
    sound = len(found) == len(each) and max(map(len, found)) <= MAX_COLUMNS
    return found if sound else None


def rows_of(feed: Feed, *, separator: str, damaged: bool, report: Report) -> Iterator[Row]:
    """The same from lines on; after each row, `feed.number` lines of the file were read."""
    reader = split_rows(iter(feed), separator, strict=True)
    while True:
        feed.first = feed.number + 1
        try:
            cells = next(reader, None)
        except CsvError as error:
            _refuse_csv_error(feed, error, report)
            continue
        if cells is None:
            return
        feed.rows += 1
        if feed.rows > MAX_ROWS:
            raise TooLarge(MAX_ROWS, "rows")
        if cells and _is_row_sound(cells, feed.first, damaged=damaged, report=report):
            yield feed.first, cells


def _refuse_csv_error(feed: Feed, error: CsvError, report: Report) -> None:
    if "unexpected end of data" in str(error):
        raise BadInput(
            f"line {feed.first}", Words("a quote that is not closed"), _CLOSED
        ) from error
    limited = "field limit" in str(error)
    report.refuse(feed.first, BadInput("row", str(error), _SHORTER if limited else _BALANCED))


def _is_row_sound(cells: list[str], line: int, *, damaged: bool, report: Report) -> bool:
    """Whether the row can be read at all; refused in *report* otherwise."""
    if len(cells) > MAX_COLUMNS:
        report.refuse(line, BadInput("row", f"{len(cells)} cells", WIDEST))
        return False
    for cell in cells:
        if len(cell) > MAX_CELL_BYTES:  # the csv module has such a limit, which any code may lift
            report.refuse(line, BadInput("row", f"{len(cell)} characters", _SHORTER))
            return False
        if "\0" in cell:
            report.refuse(line, BadInput("row", shorten_value(cell), "text without NUL bytes"))
            return False
        if damaged and _UNDECODED.search(cell):
            report.refuse(line, BadInput("row", shorten_value(cell), "bytes that decode as text"))
            return False
    return True


def separator_of(header: str) -> str | None:
    """The separator that gives the most cells in *header*. None when none of them is there."""
    best = max(SEPARATORS, key=header.count)
    return best if header.count(best) else None
