"""A look into a workbook before a reader of spreadsheets opens it: how large, which cells lie.

calamine lays a sheet out as a full rectangle: two cells in opposite corners would take gigabytes.
It gives an error cell as an empty one, and a formula that was never computed as 0.0; both are
found here and told by their place.
"""

import posixpath
import re
import zipfile
from array import array
from collections.abc import Mapping
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element

from synergie.errors import BadInput, TooLarge, Words
from synergie.formats._xml import iterate_elements
from synergie.formats.source import MAX_RATIO, damage, files_in
from synergie.formats.spreadsheet.extent import MAX_FLAWS, Survey, parse_positive_number, place
from synergie.formats.spreadsheet.ods import BODY as _ODS_BODY
from synergie.formats.spreadsheet.ods import survey_ods
from synergie.formats.spreadsheet.quick import survey_plain

MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of all parts of a workbook, unpacked."""

_BLOCK = 1 << 16
_DIGITS = 9
_STRINGS = "xl/sharedstrings.xml"
_SST = re.compile(rb"<(?:[\w.-]+:)?sst(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_STYLES = "xl/styles.xml"
_BUILT_IN = {"9": "%", "10": "%", **dict.fromkeys(("5", "6", "7", "8", "42", "44"), "€")}
"""Built-in formats that show a percentage or money (ECMA-376 §18.8.30), by their number."""
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_TEXT = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)')
STRUCK = " (strikethrough)"
"""What a cell shows whose font is struck through: it does not hold."""
_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_THOUSANDS = re.compile(r"[0#?],+(?![0#?,])")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_STRINGS_HELD = "no more shared strings than the workbook can hold"
_FREE = 4 << 20
_XLSX_BODY = "xl/workbook.xml"
_WHOLE = "a whole workbook"
_NO_BOMB = "a workbook that unpacks to at most 200 times its size"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,40})", re.ASCII)


def survey(source: BinaryIO, sheet: str, rank: int, *, labels: bool = False) -> Survey:
    """The extent of *sheet* and its cells that lie; *rank* is its place in the workbook, from 0.

    *labels*: and what its formats show beside numbers. BadInput when the workbook is damaged;
    TooLarge.
    """
    source.seek(0)
    with damage(sheet, _WHOLE), zipfile.ZipFile(source) as archive:
        names = {info.filename for info in files_in(archive)}
        if _ODS_BODY in names:
            return survey_ods(archive, rank)
        part = _part_of(archive, names, sheet)
        styles = _read_style_labels(archive) if labels and _STYLES in names else {}
        longest = _longest_string(archive, names)
        with archive.open(part) as body:
            plain = survey_plain(cast("BinaryIO", body), longest, styles)
        if plain is None:
            lengths = _string_lengths(archive, names)
            with archive.open(part) as body:
                plain = _of_xlsx(cast("BinaryIO", body), lengths, styles)
        _read_comments(archive, names, part, plain)
        return plain


def _read_comments(archive: zipfile.ZipFile, names: set[str], sheet: str, found: Survey) -> None:
    """The comments of the sheet that is that part, into what was *found* of it."""
    folder, name = posixpath.split(sheet)
    links = f"{folder}/_rels/{name}.rels"
    if links not in names:
        return
    with archive.open(links) as body:
        told = [
            posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))[1:]
            for link in iterate_elements(cast("BinaryIO", body), "Relationship")
            if link.get("Type", "").endswith("/comments")
        ]
    for part in filter(names.__contains__, told):
        with archive.open(part) as body:
            for one in iterate_elements(cast("BinaryIO", body), "comment"):
                row, _ = _parse_cell_reference(one.get("ref"), 0, 0)
                found.comment(row, "".join(one.itertext()))


def check_unpacked_size(source: BinaryIO) -> None:
    """Unpacks every part once and throws it away: TooLarge, or BadInput, when it is a bomb.

    The sheets of an OpenDocument table must be within limits, too: all are laid out at once.
    The sizes that an archive declares are not believed.
    """
    source.seek(0)
    with damage("file", _WHOLE), zipfile.ZipFile(source) as archive:
        members = files_in(archive)
        packed = sum(info.compress_size for info in members)
        most, total = max(_FREE, packed * MAX_RATIO), 0
        for info in members:
            with archive.open(info) as part:
                while block := part.read(_BLOCK):
                    total += len(block)
                    if total > MAX_UNPACKED:
                        raise TooLarge(MAX_UNPACKED, "bytes", "file", f"{total} bytes")
                    if total > most:
                        raise BadInput("file", f"over {most} bytes from {packed}", _NO_BOMB)
        for info in members:
            if info.filename.lower() == _STRINGS:
                with archive.open(info) as part:
                    _check_string_count(part.read(_BLOCK), total)
        if _ODS_BODY in {info.filename for info in members}:
            survey_ods(archive, 0)  # opening it lays out every sheet
    source.seek(0)


def _check_string_count(start: bytes, size: int) -> None:
    """The number of shared strings that a workbook declares: calamine makes room for it at once."""
    bare = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", start, flags=re.DOTALL)
    root = _SST.search(bare)
    if root is None:
        raise BadInput("file", Words("shared strings without a beginning"), _WHOLE)
    for told in re.findall(rb"[cC]ount\s*=\s*[\"']([^\"']*)", root[0]):
        if not re.fullmatch(rb"\d{1,10}", told) or int(told) > size:
            raise BadInput("file", told.decode("ascii", "replace"), _STRINGS_HELD)


def _part_of(archive: zipfile.ZipFile, names: set[str], sheet: str) -> str:
    """The part of the archive that holds *sheet* (ECMA-376: by relation, not by number)."""
    with archive.open(_XLSX_BODY) as book:
        sheets = list(iterate_elements(cast("BinaryIO", book), "sheet"))
    named = next((one for one in sheets if one.get("name") == sheet), None)
    relation = "" if named is None else _get_local_attribute(named, "id")
    with archive.open("xl/_rels/workbook.xml.rels") as links:
        for link in iterate_elements(cast("BinaryIO", links), "Relationship"):
            if link.get("Id") == relation:
                part = posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
                if part in names:
                    return part
    raise BadInput(sheet, Words("a sheet without its part"), _WHOLE)


def _get_local_attribute(element: Element, name: str) -> str:
    """An attribute by its local name, with a prefix: `r:id`."""
    return next(
        (v for k, v in element.attrib.items() if ":" in k and k.rpartition(":")[2] == name), ""
    )


def _read_style_labels(archive: zipfile.ZipFile) -> dict[str, str]:
    """Number of a style of cells → what it shows beside a number; those that show nothing not."""
    forms, styles, struck = dict(_BUILT_IN), list[tuple[str, str]](), set[str]()
    with archive.open(_STYLES) as body:
        for one in iterate_elements(cast("BinaryIO", body), "numFmts", "fonts", "cellXfs"):
            if one.tag == "cellXfs":
                styles = [(form.get("numFmtId", ""), form.get("fontId", "")) for form in one]
            elif one.tag == "fonts":
                struck = {str(at) for at, font in enumerate(one) if _is_struck(font)}
            else:
                told = [(form.get("numFmtId", ""), form.get("formatCode", "")) for form in one]
                forms |= {number: _find_format_label(code) for number, code in told}
    labels = (forms.get(form, "") + STRUCK * (font in struck) for form, font in styles)
    return {str(at): label for at, label in enumerate(labels) if label}


def _is_struck(font: Element) -> bool:
    line = font.find("strike")
    return line is not None and line.get("val", "1") not in {"0", "false"}


def _find_format_label(code: str) -> str:
    """What a format shows beside a number: `%`, `kWh`, `€`; `×1000` where it shows thousands."""
    first = _SECTION.match(code)
    shown = first[0] if first else ""
    bare = _LITERAL.sub("", shown)
    if "%" in bare:
        return "%"
    if _DATE.search(bare.replace("General", "")):
        return ""
    told = ["".join(parts) for parts in _TEXT.findall(shown)]
    return "".join([*told, " ×1000" if _THOUSANDS.search(bare) else ""]).strip()


def _longest_string(archive: zipfile.ZipFile, names: set[str]) -> int:
    """At least the characters of the longest shared string."""
    packed = (archive.read(name) for name in names if name.lower() == _STRINGS)
    return max((len(one) for part in packed for one in part.split(b"<si")), default=0)


def _string_lengths(archive: zipfile.ZipFile, names: set[str]) -> array[int]:
    """Characters of each shared string: every cell that refers to one gets its own copy."""
    lengths = array("L")
    for name in names:
        if name.lower() == _STRINGS:
            with archive.open(name) as part:
                strings = iterate_elements(cast("BinaryIO", part), "si")
                lengths.extend(sum(map(len, one.itertext())) for one in strings)
    return lengths


def _text_length(cell: Element, lengths: array[int]) -> int:
    value = cell.findtext("v") or ""
    if cell.get("t") != "s":
        return sum(map(len, cell.itertext()))
    at = int(value) if value.isdecimal() and len(value) <= _DIGITS else len(lengths)
    return lengths[at] if at < len(lengths) else 0


def _of_xlsx(body: BinaryIO, lengths: array[int], labels: Mapping[str, str]) -> Survey:
    found, row = Survey(), -1
    for one in iterate_elements(body, "row", "headerFooter"):
        if one.tag == "headerFooter":
            found.print_texts(part.text or "" for part in one)
            continue
        row = parse_positive_number(one.get("r"), row + 2) - 1
        column = -1
        for cell in one:
            if cell.tag != "c":
                continue
            row, column = _parse_cell_reference(cell.get("r"), row, column + 1)
            found.reach(row, column)
            found.hold(_text_length(cell, lengths))
            if (label := labels.get(cell.get("s", ""))) is not None:
                found.show(row, column, label)
            _survey_xlsx_cell(found, row, column, cell)
    return found


def _parse_cell_reference(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Row and column from 0 of `B7`; those given when there is no reference."""
    if reference is None:
        return row, column
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise BadInput("sheet", reference, "a cell such as B7")
    return place(found[1], found[2])


def _survey_xlsx_cell(found: Survey, row: int, column: int, cell: Element) -> None:
    value, formula = cell.find("v"), cell.find("f")
    told = (value.text or "").strip() if value is not None else ""
    if cell.get("t") == "e" and len(found.errors) < MAX_FLAWS:
        found.errors[row, column] = told or "#"
    if formula is None:
        return
    if told not in {"", "0"}:
        found.computed = True
    elif len(found.formulas) < MAX_FLAWS:
        found.formulas[row, column] = f"={formula.text or ''}"[:80]
