"""Rows of an XLSX workbook as a stream: row after row, safely, without a library.

A workbook is a zip of XML (ECMA-376); its sheets may claim a million rows of sixteen thousand
columns, so nothing is held but the row at hand and the shared texts.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, InvalidOperation
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element

from synergie.errors import BadInput, TooLarge
from synergie.formats._format import Sample
from synergie.formats._source import Capped, damage, files_in
from synergie.formats._text import MAX_COLUMNS
from synergie.formats._xml import elements
from synergie.formats.templates._cells import Cell, Percent
from synergie.formats.templates._ods import BODY as ODS_BODY
from synergie.formats.templates._ods import OdsBook

MAX_SHARED = 64 * 1024 * 1024
"""Characters of all shared texts."""

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES, _SHARED = "xl/styles.xml", "xl/sharedStrings.xml"
_WHOLE = "a whole XLSX workbook"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)
_DATED = re.compile(r"[dmyhs]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
"""Numbers of the built-in formats that show a date (ECMA-376 §18.8.30)."""
_PERCENTS = frozenset({9, 10})
"""Numbers of the built-in formats that show a percentage."""
_EXCEL = Context(prec=15)
_EPOCHS = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001 (civil: days of a sheet)
_SERIALS = (1, 2_958_465)


@dataclass(slots=True)
class _Stream:
    """A member of the archive as `elements` reads a file, within the limits of packed files."""

    packed: Capped

    def read(self, n: int) -> bytes:
        return self.packed.take(n)


def opened(source: BinaryIO) -> "Workbook | OdsBook":
    """The workbook in *source*, XLSX or ODS. BadInput when it is neither."""
    source.seek(0)
    with damage("file", _WHOLE), zipfile.ZipFile(source) as archive:
        names = {info.filename for info in files_in(archive)}
    return OdsBook(source) if ODS_BODY in names else Workbook(source)


class Workbook:
    """The sheets of one workbook; use it while *source* is open."""

    def __init__(self, source: BinaryIO) -> None:
        source.seek(0)
        with damage("file", _WHOLE):
            self._zip = zipfile.ZipFile(source)
            self._members = {info.filename: info for info in files_in(self._zip)}
        self._shared: list[str] | None = None
        self._dates: frozenset[int] = frozenset()
        self._percents: frozenset[int] = frozenset()
        self._epoch = _EPOCHS[0]
        self.sheets = self._sheets()

    def _sheets(self) -> dict[str, str]:
        """Name of each sheet and the member that holds it, in their order."""
        targets: dict[str, str] = {}
        for one in self._elements(_RELATIONS, "Relationship"):
            target = one.get("Target", "").removeprefix("/")
            targets[one.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
        found: dict[str, str] = {}
        for one in self._elements(_BOOK, "workbookPr", "sheet"):
            if one.tag == "workbookPr":
                self._epoch = _EPOCHS[one.get("date1904") in ("1", "true")]
                continue
            key = next((v for k, v in one.attrib.items() if k.rpartition(":")[2] == "id"), "")
            if targets.get(key) in self._members:
                found[one.get("name", "")] = targets[key]
        if not found:
            raise BadInput("file", "no sheet", _WHOLE)
        return found

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of each row of *sheet* that holds something; blanks are empty texts."""
        if self._shared is None:
            self._dates, self._percents = self._styles()
            self._shared = self._texts()
        last = 0
        for row in self._elements(self.sheets[sheet], "row"):
            last = _whole(row.get("r", "")) or last + 1
            cells = self._cells(row)
            if any(cell != "" for cell in cells):
                yield last, cells

    def _elements(self, member: str, *names: str) -> Iterator[Element]:
        if member not in self._members:
            return
        with _damage(), self._zip.open(self._members[member]) as packed:
            stream = _Stream(Capped(packed, self._members[member].compress_size))
            yield from elements(cast("BinaryIO", stream), *names)

    def _texts(self) -> list[str]:
        texts: list[str] = []
        size = 0
        for one in self._elements(_SHARED, "si"):
            texts.append(_spelled(one))
            size += len(texts[-1])
            if size > MAX_SHARED:
                raise TooLarge(MAX_SHARED, "characters of shared texts")
        return texts

    def _styles(self) -> tuple[frozenset[int], frozenset[int]]:
        """Numbers of the cell styles that show dates, and of those that show percentages."""
        dated, hundredths = set[int | None](_DATES), set[int | None](_PERCENTS)
        styles = list[int]()
        for one in self._elements(_STYLES, "numFmts", "cellXfs"):
            if one.tag == "numFmts":
                dated |= {
                    _whole(form.get("numFmtId", ""))
                    for form in one
                    if _DATED.search(_LITERAL.sub("", form.get("formatCode", "")))
                }
                hundredths |= {
                    _whole(form.get("numFmtId", ""))
                    for form in one
                    if "%" in _LITERAL.sub("", form.get("formatCode", ""))
                }
            else:
                styles = [_whole(form.get("numFmtId", "")) or 0 for form in one]
        found = (
            (i for i, form in enumerate(styles) if form in kind) for kind in (dated, hundredths)
        )
        days, percents = map(frozenset, found)
        return days, percents

    def _cells(self, row: Element) -> list[Cell]:
        cells: list[Cell] = []
        for one in row:
            if one.tag != "c":
                continue
            at = _column(one.get("r", "")) or len(cells) + 1
            if at > MAX_COLUMNS:
                raise BadInput("row", f"column {at}", "at most 1,000 columns")
            cells += [""] * (at - 1 - len(cells))
            cells[at - 1 :] = [self._cell(one)]
        return cells

    def _cell(self, one: Element) -> Cell:
        kind, text = one.get("t", "n"), one.findtext("v") or ""
        if kind == "inlineStr":
            inner = one.find("is")
            return "" if inner is None else _spelled(inner)
        if kind == "s":
            shared = self._shared or []
            at = _whole(text)
            return shared[at] if at is not None and at < len(shared) else ""
        if kind == "b":
            return text == "1"
        if kind != "n" or not _NUMBER.fullmatch(text):
            return text
        return self._number(text, _whole(one.get("s", "")))

    def _number(self, text: str, style: int | None) -> Cell:
        try:
            number = _EXCEL.create_decimal(text)  # a sheet keeps 15 digits; the rest is noise
        except InvalidOperation:
            return text
        if style in self._dates and _SERIALS[0] <= number <= _SERIALS[1]:
            return self._epoch + timedelta(seconds=round(number * 86_400))
        return Percent(number) if style in self._percents else number


@contextmanager
def _damage() -> Iterator[None]:
    try:
        with damage("file", _WHOLE):
            yield
    except zlib.error as error:
        raise BadInput("file", str(error), _WHOLE) from error


def _whole(text: str) -> int | None:
    """The number that at most nine digits write; None for anything else."""
    return int(text) if _DIGITS.fullmatch(text) else None


def _spelled(element: Element) -> str:
    """The text of a cell; how it is pronounced (rPh) is no part of it."""
    parts = [element.findtext("t") or ""]
    parts += [run.findtext("t") or "" for run in element if run.tag == "r"]
    return "".join(parts)


def _column(place: str) -> int:
    """1 for A, 27 for AA; 0 when the cell does not say where it is."""
    found = _PLACE.fullmatch(place)
    number = 0
    for letter in found[1] if found else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


_LOCAL = b"PK\x03\x04"
_TOLD = re.compile(r"xl/(?:workbook|sharedStrings|worksheets/[\w-]+)\.xml|content\.xml", re.ASCII)
_MOST_TOLD = 256 * 1024


def glance(sample: Sample) -> str:
    """What the start of an XLSX or ODS file tells: its workbook, texts and sheets, as XML.

    The members are walked from the first on, as far as the sample goes; empty for other files.
    """
    if _BOOK not in sample.members and ODS_BODY not in sample.members:
        return ""
    told, at, data = list[str](), 0, sample.start
    while data[at : at + 4] == _LOCAL and at + 30 <= len(data):
        packed_size = int.from_bytes(data[at + 18 : at + 22], "little")
        method = int.from_bytes(data[at + 8 : at + 10], "little")
        name_size, extra = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (26, 28))
        start = at + 30 + name_size + extra
        name = data[at + 30 : at + 30 + name_size].decode("utf-8", "replace")
        text, end = _unpacked(data, start, packed_size, method)
        if _TOLD.fullmatch(name):
            told.append(text.decode("utf-8", "replace"))
        at = data.find(_LOCAL, end) if end < len(data) else len(data)
        if at < 0:
            break
    return "".join(told)


def _unpacked(data: bytes, start: int, size: int, method: int) -> tuple[bytes, int]:
    """The first bytes of a member, and where it ends in *data*."""
    if method == 0:
        return data[start : start + min(size, _MOST_TOLD)], start + size
    inflate = zlib.decompressobj(-15)
    try:
        text = inflate.decompress(data[start:], _MOST_TOLD)
    except zlib.error:
        return b"", start + size
    if inflate.eof:
        return text, len(data) - len(inflate.unused_data)
    return text, max(start + size, start + 1)
