"""The extent of the sheets of an OpenDocument table: all are laid out when it is opened."""

import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element

from synergie.formats._xml import iterate_elements, iterate_parts
from synergie.formats.spreadsheet.extent import MAX_FLAWS, Survey, parse_positive_number

BODY = "content.xml"

_NUMBER = re.compile(r"^[-\u2212\d.,'\u2019\s]+")
_DECIMALS = re.compile(r"[.,]\d{1,2}$")
_THOUSAND = 1000
_VALUES = ("office:value", "office:date-value", "office:time-value", "office:boolean-value")


def survey_ods(archive: zipfile.ZipFile, rank: int) -> Survey:
    """What is known of the sheet of that *rank*, from 0; the others must be within limits, too."""
    with archive.open(BODY) as body:
        counts = _rows_of_each(cast("BinaryIO", body))
    wanted = Survey()
    with archive.open(BODY) as body:
        rows = iterate_elements(cast("BinaryIO", body), "table-row")
        for at, count in enumerate(counts):
            seen = _of_rows(islice(rows, count))
            if at == rank:
                wanted = seen
    return wanted


def _rows_of_each(body: BinaryIO) -> list[int]:
    """How many row elements each sheet has, in order."""
    counts, rows = [], 0
    for part in iterate_parts(body, "table", "table-row"):
        if part.name == "table-row":
            rows += 1
        else:
            counts.append(rows)
            rows = 0
    return counts


def _of_rows(rows: Iterator[Element]) -> Survey:
    found, row = Survey(), 0
    for one in rows:
        times = parse_positive_number(one.get("table:number-rows-repeated"), 1)
        column = 0
        for cell in one:
            repeat = parse_positive_number(cell.get("table:number-columns-repeated"), 1)
            if len(cell) or any(name in cell.attrib for name in (*_VALUES, "table:formula")):
                for note in [one for one in cell if one.tag == "annotation"]:
                    lines = [line for line in note if line.tag in {"p", "list"}]
                    found.comment(row, "\n".join("".join(line.itertext()) for line in lines))
                    cell.remove(note)  # what it says is no text of the cell
                found.reach(row + times - 1, column + repeat - 1)
                found.hold(sum(map(len, cell.itertext())), times * repeat)
                if label := _find_cell_label(cell):
                    found.show(row, column, label)
                _survey_ods_cell(found, row, column, cell)
                _note_merged_cell(found, row, column, cell)
            column += repeat
        row += times
    return found


def _note_merged_cell(found: Survey, row: int, column: int, cell: Element) -> None:
    """Take note of a merged cell."""
    rows, columns = (parse_positive_number(cell.get(f"table:number-{one}-spanned"), 1)
                     for one in ("rows", "columns"))  # fmt: skip
    if max(rows, columns) > 1:
        found.join(row, (column, column + columns - 1, row + rows - 1))


def _find_cell_label(cell: Element) -> str:
    """What a cell shows beside its number: `%`, `€`, `kWh`."""
    match cell.get("office:value-type"):
        case "percentage":
            return "%"
        case "currency":
            told = cell.get("office:currency", "")
            return "€" if told == "EUR" else told
        case "float":
            return _find_number_label(float(cell.get("office:value", 0)), "".join(cell.itertext()))
        case _:
            return ""


def _find_number_label(value: float, shown: str) -> str:
    """What *shown* has beside a number; `×1000` behind it where it is a thousandth of *value*."""
    label = _NUMBER.sub("", shown).strip()
    if abs(value) < _THOUSAND or not (found := _NUMBER.match(shown)):
        return label
    digits = re.sub(r"\D", "", _DECIMALS.sub("", found[0].strip()))
    scaled = digits.isdecimal() and abs(abs(value) / _THOUSAND - int(digits)) <= 1
    return f"{label} ×1000".strip() if scaled else label


def _survey_ods_cell(found: Survey, row: int, column: int, cell: Element) -> None:
    told = "".join(cell.itertext()).strip()
    if cell.get("calcext:value-type") == "error":
        if len(found.errors) < MAX_FLAWS:
            found.errors[row, column] = told or "#"
        return
    formula = cell.get("table:formula")
    if formula is None:
        return
    value = next((cell.attrib[name] for name in _VALUES if name in cell.attrib), told)
    if value not in {"", "0"}:
        found.computed = True
    elif len(found.formulas) < MAX_FLAWS:
        found.formulas[row, column] = f"={formula.partition('=')[2]}"[:80]
