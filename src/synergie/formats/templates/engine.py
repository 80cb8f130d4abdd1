"""One reader and one writer for every template: rows of CSV or XLSX into records, and back."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._csv import FRENCH, format_row
from synergie.formats.cells import Cell, read_cell, spell_cell, spell_value
from synergie.formats.columns import Column, Values
from synergie.formats.csv_text import split_rows
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Place, Report
from synergie.formats.sheets import SheetRow, read_sheets
from synergie.formats.spreadsheet import read_workbook_start
from synergie.formats.tables.foot import Foot
from synergie.formats.templates._unread import Unread
from synergie.formats.templates.columns import HELP, Above, ReadRow, Template
from synergie.formats.text import normalize_column_name, separator_of, start_of_text
from synergie.formats.values import read_number
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile

MOST_SHEETS = 20
MOST_BEFORE = 10
"""Rows that may stand before the header: a title, a logo, a blank."""
_TOTALS = frozenset({"total", "totaux", "totalgeneral", "soustotal"})
_ZIP = b"PK\x03\x04"
_BOM = b"\xef\xbb\xbf"


def template_format(template: Template, *, title: str) -> Format:
    """The format of a filled *template*: it reads CSV and XLSX, and writes CSV."""
    return Format(
        name=f"template-{template.name}",
        title=title,
        sniff=lambda sample: max(sniff_csv(sample, template), sniff_xlsx(sample, template)),
        read=lambda source, profile: read(source, profile, template),
        write=lambda records, sink, profile: write_csv(records, sink, template, profile),
    )


def sniff_csv(sample: Sample, template: Template) -> float:
    """1.0 when one of the first lines is the header of *template*."""
    if sample.start.startswith(_ZIP):
        return 0.0
    return float(_find_separator(start_of_text(sample.start).splitlines(), template) is not None)


def sniff_xlsx(sample: Sample, template: Template) -> float:
    """1.0 when the workbook bears the mark of *template*, or its titles."""
    told = read_workbook_start(sample)
    if f'"{template.mark}"' in told:
        return 1.0
    return float(bool(told) and any(_is_told(one, told) for one in template.tables))


def _is_told(table: Template, told: str) -> bool:
    there = sum(f">{escape(column.title)}<" in told for column in table.columns)
    return 10 * there >= 9 * len(table.columns)


def _iterate_header_cells(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Separator and cells of the first lines, each as if it were the header."""
    for one in lines[:MOST_BEFORE]:
        mark = separator_of(one)
        if mark is not None:
            yield mark, next(split_rows([one], mark), [])


def read(source: BinaryIO, profile: Profile, template: Template) -> tuple[Iterator[Record], Report]:
    """Records in the order of the rows; a row may give several (a point and its terms).

    BadInput when no row is the header of *template*. Rows of help, blank rows and rows of totals
    are passed over. A row that repeats another exactly is ignored; one that says something else
    of the same thing is refused. Memory grows with the identifiers and the refusals; with the rows
    where they are looked at together (energies), which then come after the last of them.
    """
    placed, report = read_placed(source, profile, template)
    return (record for _, record in placed), report


def read_placed(
    source: BinaryIO, profile: Profile, template: Template
) -> tuple[Iterator[tuple[Place, Record]], Report]:
    """As `read`, each record with its row: a line, or `sheet!row` where a sheet is a table."""
    report = Report()
    seen: dict[str, int] = {}
    tables = _find_template_tables(source, template, report)
    if not tables:
        needed = ", ".join(column.title for column in template.columns if column.required)
        raise BadInput("line 1", Words("no row with the titles of this template"), needed)
    return chain.from_iterable(
        _read_template_rows(one, report, profile, seen) for one in tables
    ), report


class _Table(NamedTuple):
    """A table of a file: which one it is, its header, and the rows after it."""

    template: Template
    header: list[str]
    titles: list[str]
    """What stands above it."""
    rows: Iterator[tuple[Place, list[Cell]]]


def _read_template_rows(
    table: _Table, report: Report, profile: Profile, seen: dict[str, int]
) -> Iterator[tuple[Place, Record]]:
    at = table.template.at(table.header)
    if strange := [name for i, name in enumerate(table.header) if i not in at and name]:
        report.note("columns passed over: {}", ", ".join(strange))
    return _Reading(table, at, report, profile, seen=seen).records(table.rows)


def _find_template_tables(source: BinaryIO, template: Template, report: Report) -> list[_Table]:
    """The tables of the file that are ours: one, or those of all sheets when *template* has some.

    A sheet after the first that has other titles is passed over.
    """
    sheets = read_sheets(source, report, lambda lines: _find_separator(lines, template))
    headed = (
        (one.name, _find_headed_table(one.rows, template)) for one in islice(sheets, MOST_SHEETS)
    )
    placed = ((name, one) for name, one in headed if one is not None)
    if not template.sheets:
        return [one for _, one in islice(placed, 1)]
    return [
        one._replace(rows=_prefix_sheet_places(name, one.rows)) if name else one
        for name, one in placed
    ]


def _find_separator(lines: list[str], template: Template) -> str | None:
    """The mark with which one of the first lines is the header of *template*."""
    marks = (
        mark
        for mark, cells in _iterate_header_cells(lines)
        if any(one.is_header(cells) for one in template.tables)
    )
    return next(marks, None)


def _prefix_sheet_places(
    sheet: str, table: Iterator[tuple[Place, list[Cell]]]
) -> Iterator[tuple[Place, list[Cell]]]:
    for row, cells in table:
        yield f"{sheet}!{row}", cells


def _find_headed_table(table: Iterator[SheetRow], template: Template) -> _Table | None:
    """The header among the first rows, and the rows after it."""
    titles: list[str] = []
    for _, cells in islice(table, MOST_BEFORE):
        header = [spell_cell(cell) for cell in cells]
        found = next((one for one in template.tables if one.is_header(header)), None)
        if found is not None:
            return _Table(found, header, titles, iter(table))
        titles += filter(None, header)
    return None


def is_passed(cells: Iterable[Cell], place: Place, report: Report) -> bool:
    """Whether a row is blank, or explains the columns, or is of totals, which is told."""
    first = next((text for cell in cells if (text := spell_cell(cell))), HELP)
    if normalize_column_name(first) in _TOTALS:
        report.find(checks.TOTAL_ROW, place=place)
        return True
    return first.startswith(HELP)


class _Reading:
    """Reads the rows of one file; remembers what it has seen."""

    def __init__(
        self,
        table: _Table,
        at: dict[int, Column],
        report: Report,
        profile: Profile,
        *,
        seen: dict[str, int],
    ) -> None:
        self.template, self.header = table.template, table.header
        words = {place for place, column in at.items() if column.kind == "choice"}
        names = [name for place, name in enumerate(table.header) if place not in words]
        self.above = Above(table.titles, names)
        self.at, self.report, self.profile = at, report, profile
        self.zone = profile.time_zone
        self._seen = seen
        self._summed = [i for i, one in at.items() if one.is_summed]
        self._foot = Foot(self._summed, report)
        self._unread = Unread(table.header, at, self.template.columns, self.template.beside)

    def records(self, table: Iterable[tuple[Place, list[Cell]]]) -> Iterator[tuple[Place, Record]]:
        """What the rows give, each with its place; none where all of them are looked at first."""
        rows = (
            ReadRow(place, self._row(place, cells), self._beside(cells))
            for place, cells in table
            if not self._is_total(cells, place) and not is_passed(cells, place, self.report)
        )
        if self.template.together is not None:
            told = (row for row in rows if row.records)
            for record in self.template.together(told, self.above, self.report):
                yield None, record
            return
        for row in rows:
            for record in self._once(row.records, row.place):
                yield row.place, record

    def _is_total(self, cells: list[Cell], place: Place) -> bool:
        """Whether a row sums up those above; rows that are looked at together tell it then."""
        texts = [spell_cell(cell) for cell in cells]
        if not next(filter(None, texts), HELP).startswith(HELP):
            self._unread.look(place, texts, self.report)
        if self.template.together is not None:
            return False
        found = ((at, read_number(texts[at])) for at in self._summed if at < len(texts))
        return self._foot.is_total(place, texts, {at: n for at, n in found if n is not None})

    def _beside(self, cells: list[Cell]) -> dict[str, str]:
        """What stands in the columns that are not ours; nothing where each row is alone."""
        if self.template.together is None:
            return {}
        named = zip(self.header, cells, strict=False)
        others = ((name, cell) for at, (name, cell) in enumerate(named) if at not in self.at)
        return {name: spell_cell(cell) for name, cell in others}

    def _row(self, place: Place, cells: list[Cell]) -> tuple[Record, ...]:
        try:
            return self._records(cells)
        except BadInput as fault:
            self.report.refuse(place, self._titled(fault))
            return ()
        except ValidationError as error:
            self.report.refuse(place, self._name_own_column(faults(error)[0], cells))
            return ()

    def _records(self, cells: list[Cell]) -> tuple[Record, ...]:
        values: Values = {}
        for i, column in self.at.items():
            cell = cells[i] if i < len(cells) else ""
            if spell_cell(cell):
                values[column.name] = read_cell(cell, column, self.zone)
            elif column.required:
                raise BadInput(f"/{column.title}", Words("an empty cell"), "a value here")
        if self.profile.provenance is not None:
            values["provenance"] = self.profile.provenance
        return self.template.records(values)

    def _once(self, records: tuple[Record, ...], place: Place) -> tuple[Record, ...]:
        """*records* of one row, unless the row repeats another or contradicts it."""
        if not records:
            return ()
        key = f"{type(records[0]).__name__}/{records[0].external_id}"
        content = hash(tuple(record.model_dump_json() for record in records))
        known = self._seen.get(key)
        if known is None:
            self._seen[key] = content
            self.report.kept += 1
            return records
        if known == content:
            self.report.duplicates += 1
            return ()
        expected, code = "one row for each", checks.CONFLICTING_DUPLICATE.code
        self.report.refuse(place, BadInput("row", records[0].external_id, expected, code))
        return ()

    def _titled(self, fault: BadInput) -> BadInput:
        column = self.template.column(fault.where.removeprefix("/"))
        if column is None:
            return fault
        return BadInput(f"/{column.title}", fault.found, fault.expected, fault.check)

    def _name_own_column(self, fault: BadInput, cells: list[Cell]) -> BadInput:
        """The same fault with the file's own title of the column, and the cell as it stands."""
        parts = [part for part in fault.where.split("/") if part and not part.isdecimal()]
        for part in reversed(parts):
            column = self.template.column(self.template.fields.get(part, part))
            if column is not None:
                at = next((i for i, one in self.at.items() if one is column), len(cells))
                found = spell_cell(cells[at]) if at < len(cells) else ""
                shown = found or Words("an empty cell")
                return BadInput(f"/{column.title}", shown, fault.expected, fault.check)
        return BadInput("row", Words("this row"), fault.expected, fault.check)


def write_csv(
    records: Iterable[Record], sink: BinaryIO, template: Template, profile: Profile
) -> None:
    """The header and a row a record, for a French spreadsheet; BadInput for another record."""
    sink.write(_BOM + format_row((column.title for column in template.columns), FRENCH))
    for values in template.rows(records):
        cells = (spell_value(values.get(c.name), c, profile.time_zone) for c in template.columns)
        sink.write(format_row(cells, FRENCH))


def write_blank(sink: BinaryIO, template: Template) -> None:
    """The header, and under it a row that says what each column is for."""
    sink.write(_BOM + format_row((column.title for column in template.columns), FRENCH))
    told = (describe_column(column) for column in template.columns)
    sink.write(
        format_row((f"{HELP} : {text}" if i == 0 else text for i, text in enumerate(told)), FRENCH)
    )


def describe_column(column: Column) -> str:
    """What a column is for, its words and an example, as one sentence or two."""
    needed = " Obligatoire." if column.required else ""
    words = f" Choix : {', '.join(column.choices)}." if column.choices else ""
    example = f" Exemple : {column.example}" if column.example else ""
    return f"{column.purpose}{needed}{words}{example}"
