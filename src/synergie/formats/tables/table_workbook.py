"""Any table in a workbook or a file in columns, read through a profile that its owner confirmed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.checks import N_
from synergie.formats.columnar.opening import PARQUET, is_columnar
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.formats.tables._books import list_month_sheets, rows_of
from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._reading import records
from synergie.formats.tables._sheets import sheet_rows, visible_sheets
from synergie.formats.tables._texts import TableRow, in_blocks
from synergie.formats.tables._words import normalize_words
from synergie.formats.tables.propose import Unconfirmed, propose_book
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

NAME = "table-workbook"

_SURE = 0.61
_ODS = b"opendocument.spreadsheet"
_OURS = b"provenance"
"""A column of every table of ours, which has a reader of its own."""
_OLD = b"\xd0\xcf\x11\xe0"


def sniff(sample: Sample) -> float:
    """0.61 for XLSX and ODS by what the archive holds, for Parquet and Arrow without our columns.

    0.5 for XLS, which is refused with reason.

    What is inside is not looked at: a format that knows its own workbooks is more sure (1.0), and
    takes those of others with 0.5.
    """
    if is_columnar(sample.start):
        schema = sample.end if sample.start.startswith(PARQUET) else sample.start
        return _SURE if schema and _OURS not in schema else 0.0
    if "xl/workbook.xml" in sample.members:
        return _SURE
    if "mimetype" in sample.members and "content.xml" in sample.members:
        told = _ODS in sample.start[:200]  # stored first and unpacked, by the norm
        return _SURE if told or sample.name.lower().endswith(".ods") else 0.0
    old = sample.start.startswith(_OLD) and sample.name.lower().endswith((".xls", ".xlsb"))
    return 0.5 if old else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Records as the profile lays the table out, and the report that fills meanwhile.

    As `table_csv.read`.
    """
    report = Report()
    if profile.table is None:
        raise Unconfirmed(propose_book(source, ""))
    table = profile.table
    rows = (
        rows_of(source, table.sheets, report)
        if table.sheets
        else _read_sheet_and_comments(source, table.sheet, report)
    )
    told = records(in_blocks(rows), profile.table, profile, report, source=NAME)
    if table.sheets and table.sheets == tuple(list_month_sheets(table.sheets)):
        told = compare_recap_sheets(told, source, table.sheets, report)
    return told, report


def _read_sheet_and_comments(
    source: BinaryIO, sheet: str | None, report: Report
) -> Iterator[TableRow]:
    """The rows of a sheet, and the comments of its cells as notes under them."""
    comments = list[TableRow]()
    yield from sheet_rows(source, sheet, report, comments=comments)
    yield from comments


FORMAT = Format(
    name=NAME,
    title="Any table (XLSX, ODS, Parquet, Arrow), by a saved profile",
    sniff=sniff,
    read=read,
)


# A sheet that sums up those of the months beside it: held against them, counted once.

_SAME = N_("sheet {} says the same energies as those of the months: they were read once")
_SCALES = tuple(map(Decimal, ("1", "0.001", "1000")))
"""Of kWh to what a sheet tells: kWh, MWh, Wh."""
_NEAR, _LEAST = Decimal("0.005"), Decimal(1)
_CODE = 1e12
"""Numbers of points are larger, energies are not."""
_POINT = re.compile(r"\d{14}")


class _RecapRow(NamedTuple):
    """Numbers of a point in one row: of months, and those that none of its cells or heads dates."""

    point: str
    months: Mapping[int, Decimal]
    others: Sequence[Decimal]


def compare_recap_sheets(
    records: Iterable[Record], source: BinaryIO, sheets: Sequence[str], report: Report
) -> Iterator[Record]:
    """*records* of *sheets*, one a month, and what other visible sheets say of the same points.

    The same energies are told; others are a doubt with both figures, as are sheets of numbers of
    none of these points.
    """
    energies: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    classes: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    names = dict[str, str]()
    for record in records:
        if isinstance(record, PeriodEnergy) and record.energy_kwh is not None:
            point = record.supply_point or record.name
            names |= {point.partition(":")[2]: point, normalize_words(record.name): point}
            into = classes if record.tariff_class else energies
            into[point][record.from_date.month] += record.energy_kwh
        yield record
    told = {**classes, **energies}
    for name, has_numbers in visible_sheets(source).items():
        if name in sheets:
            continue
        rows = [cells for _, cells in _read_sheet(source, name)]
        _compare_sheet(name, list(_read_rows(rows, names)), told, report)
        if has_numbers and not any(_find_point(cells, names) for cells in rows):
            report.find(checks.UNREAD_SHEET, name)


def _read_sheet(source: BinaryIO, name: str) -> Iterator[TableRow]:
    """The rows of a sheet; none of an empty one."""
    with suppress(BadInput):
        yield from sheet_rows(source, name, Report())


def _read_rows(rows: Iterable[Sequence[Cell]], names: Mapping[str, str]) -> Iterator[_RecapRow]:
    """The rows that name a point, whose months the head, or a cell of the row, tells."""
    head: list[int | None] = []
    for cells in rows:
        point, months = _find_point(cells, names), list(map(_month_in, cells))
        if point is None:
            head = months if any(months) else head
            continue
        own = next(filter(None, months), None)
        dated, others = dict[int, Decimal](), list[Decimal]()
        for at, cell in enumerate(cells):
            if isinstance(cell, float) and cell < _CODE:
                month = (head[at] if at < len(head) else None) or own
                number = Decimal(repr(cell))
                if month is None:
                    others.append(number)
                else:
                    dated.setdefault(month, number)
        yield _RecapRow(point, dated, others)


def _find_point(cells: Iterable[Cell], names: Mapping[str, str]) -> str | None:
    texts = (f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in cells)
    known = (names.get(one if _POINT.fullmatch(one) else normalize_words(one)) for one in texts)
    return next(filter(None, known), None)


def _month_in(cell: Cell) -> int | None:
    text = strip_cell_text(cell) if isinstance(cell, str) else ""
    told = month_of(text) if text else None
    return told[1] if told is not None else getattr(cell, "month", None)


def _compare_sheet(
    name: str, rows: Sequence[_RecapRow], told: Mapping[str, Mapping[int, Decimal]], report: Report
) -> None:
    if not rows:
        return
    found = min(([*_differences(rows, told, scale)] for scale in _SCALES), key=len)
    for point, here, there in found:
        report.find(
            checks.PARTS_DIFFER,
            f"{point} ({name})",
            f"{there.normalize():f}",
            f"{here.normalize():f}",
        )
    if not found:
        report.note(_SAME, name)


def _differences(
    rows: Iterable[_RecapRow], told: Mapping[str, Mapping[int, Decimal]], scale: Decimal
) -> Iterator[tuple[str, Decimal, Decimal]]:
    """The points for which the sheet says another figure, that figure and the one of the months."""
    for row in rows:
        months = {month: kwh * scale for month, kwh in told.get(row.point, {}).items()}
        for month, number in row.months.items():
            if not _is_near(number, own := months.get(month, Decimal())):
                yield f"{row.point}, {month:02}", number, own
        whole = sum(months.values(), Decimal())
        if not row.months and row.others and not any(_is_near(one, whole) for one in row.others):
            yield row.point, max(row.others), whole


def _is_near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(_NEAR * abs(other), min(_LEAST, abs(other) / 10))
