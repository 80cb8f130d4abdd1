"""A sheet that sums up those of the months beside it: held against them, counted once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.checks import N_
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._sheets import sheet_rows, visible_sheets
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import normalize_words
from synergie.schemas.readings.period_energy import PeriodEnergy

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
