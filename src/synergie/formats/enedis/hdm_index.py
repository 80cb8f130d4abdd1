"""Enedis indexes and highest powers as the customer portal and SGE give them: HDM CSV, C5.

Blocks of: names of the header; their values; a table. `Index`: one row a day, one column a dial
(`EAS F1`… of the supplier, `EAS D1`… of the distributor, `EAS T` of all), Wh, then the calendars
of the dials. `Puissance maximale quotidienne`: the moment and the highest power of each day.

The index is the one at the start of the printed civil date, whatever hour is printed: winter rows
carry `T23:00:00+01:00`. So the day of October when clocks change can come twice (the first row
holds) and the one of March be missing (formats.md §2, rule 4).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from pydantic import ValidationError

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput, TooLarge, Words
from synergie.formats import checks
from synergie.formats._points import Days, Head, build_daily_curves, parse_exact_number
from synergie.formats.enedis import _codes, _r6x
from synergie.formats.enedis._hdm_calendar import Dial, Period, class_of, read_calendar_periods
from synergie.formats.enedis._hdm_cells import MAX_WATTS, parse_power_cell, parse_stamp
from synergie.formats.enedis._hdm_header import (
    DIRECTIONS,
    HEADER,
    KNOWN,
    NEEDED,
    cell_of,
    line_after,
    names_of,
)
from synergie.formats.enedis._hdm_rows import Tape
from synergie.formats.enedis._r64_registers import Registers
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.formats.text import Row, detect_encoding, normalize_column_name
from synergie.schemas.faults import faults
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.schemas.series import Direction

NAME = "enedis-hdm-index"
MAX_DAYS = 40_000
"""Rows of one block: a century of days."""
NO_PEAK = 65_535

_LABELS = "a line of labels that begins with Horodate"
_CELLS = "as many cells as there are columns"
_KINDS = ("index", "puissancemaximalequotidienne")
_ACTIVE = ("EAS", "EAI")
"""Dials of active energy, drawn or fed in."""
_COLUMNS = 2
"""Columns before the dials: Horodate, Type de releve."""


def sniff(sample: Sample) -> float:
    """1.0 for the header of an HDM file whose first block is of indexes or highest powers."""
    head = [normalize_column_name(line) for line in sample.lines(2)]
    if len(head) <= 1 or not head[0].startswith("".join(NEEDED[:4])):
        return 0.0
    cells = sample.lines(2)[1].split(";")
    return 1.0 if len(cells) > 1 and normalize_column_name(cells[1]) in _KINDS else 0.0


def read(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[RegisterReading | MeterCurve], Report]:
    """Each index of each day, in file order, and runs of highest powers; a day is a row.

    A bad row is refused and reading goes on; a block of another kind is passed over with a
    remark. BadInput: another header, a PRM that is not 14 digits, a blank unit of indexes. Memory
    grows with one block.
    """
    report = Report()
    tape = Tape(source, detect_encoding(source, report), report)
    first = next(tape.rows(), None)
    if first is None:
        raise BadInput("line 1", Words("an empty file"), ";".join(HEADER))
    names_of(first)
    return _read_index_blocks(tape, first, profile, report), report


def _read_index_blocks(
    tape: Tape, header: Row | None, profile: Profile, report: Report
) -> Iterator[RegisterReading | MeterCurve]:
    while header is not None:
        names = names_of(header)
        values = line_after(tape.rows(), header[0])
        kind = cell_of(values, names, "Type de donnees")
        tables, header = _read_block_tables(tape, keep=normalize_column_name(kind) in _KINDS)
        if normalize_column_name(kind) == _KINDS[0]:
            yield from _Indexes(_parse_block_header(values, names), profile, report).of(tables)
        elif normalize_column_name(kind) == _KINDS[1]:
            yield from _build_peak_curves(
                _parse_block_header(values, names), tables, profile, report
            )
        else:
            report.note("a block of {} holds no index: passed over", kind)


@dataclass(slots=True)
class _Table:
    labels: list[str]
    rows: list[Row] = field(default_factory=list)


def _read_block_tables(tape: Tape, *, keep: bool) -> tuple[list[_Table], Row | None]:
    """The tables up to the next header, which is given too: each begins with its labels.

    Without *keep* they are passed over.
    """
    tables: list[_Table] = []
    for row in tape.rows():
        first = normalize_column_name(row[1][0])
        if first == KNOWN[0]:
            return tables, row
        if not keep:
            continue
        if first in ("horodate", "periode"):
            tables.append(_Table([cell.strip() for cell in row[1]]))
        elif tables:
            tables[-1].rows.append(row)
            if len(tables[-1].rows) > MAX_DAYS:
                raise TooLarge(MAX_DAYS, "rows")
        else:
            raise BadInput(f"line {row[0]}", row[1][0], _LABELS)
    return tables, None


@dataclass(frozen=True, slots=True)
class _Block:
    """What the two first lines of a block say."""

    code: str
    direction: Direction
    unit: str


def _parse_block_header(row: Row, names: list[str]) -> _Block:
    where = f"line {row[0]}, "
    code = _codes.parse_prm(cell_of(row, names, "Identifiant PRM"), f"{where}/Identifiant PRM")
    way = cell_of(row, names, "Grandeur metier")
    direction = DIRECTIONS.get(normalize_column_name(way))
    if direction is None:
        raise BadInput(f"{where}/Grandeur metier", way, "Consommation or Production")
    return _Block(code, direction, cell_of(row, names, "Unite"))


def _parse_unique_day(row: Row, places: dict[date, int]) -> date:
    """The printed civil date; BadInput when another row has it."""
    day = parse_stamp(row[1][0]).date()
    if day in places:
        code = checks.CONFLICTING_DUPLICATE.code
        raise BadInput("/Horodate", row[1][0], "one row a civil date: the first holds", code)
    return day


class _Indexes:
    """The indexes of one block, with the class that the calendars give each dial."""

    def __init__(self, block: _Block, profile: Profile, report: Report) -> None:
        self._block, self._profile, self._report = block, profile, report
        self._registers = Registers(NAME, profile, report)
        self._days: dict[date, int] = {}
        if not block.unit:
            report.note("the unit is blank: read as {}, the unit of HDM indexes", "Wh")

    def of(self, tables: list[_Table]) -> Iterator[RegisterReading]:
        """The readings of each row of the first table; the second one tells the calendars."""
        known: list[Period] = []
        for table in tables[1:]:
            known += read_calendar_periods(table.labels, table.rows)
        for table in tables[:1]:
            dials = [Dial(label) for label in table.labels[_COLUMNS:]]
            for row in table.rows:
                yield from self._row(row, dials, known)
        self._registers.check()

    def _row(self, row: Row, dials: list[Dial], known: list[Period]) -> Iterator[RegisterReading]:
        line, cells = row
        try:
            if len(cells) != _COLUMNS + len(dials):
                raise BadInput("row", f"{len(cells)} cells", _CELLS)  # noqa: TRY301
            day = _parse_unique_day(row, self._days)
            told = list(zip(dials, cells[_COLUMNS:], strict=True))
            readings = [
                one for dial, cell in told if (one := self._read_index(dial, cell, day, known))
            ]
        except BadInput as fault:
            self._report.refuse(line, fault)
            return
        self._report.kept += 1
        self._days[day] = line
        self._registers.known |= {one.external_id: one for one in readings}
        yield from readings

    def _read_index(
        self, dial: Dial, cell: str, day: date, known: list[Period]
    ) -> RegisterReading | None:
        """None for a blank cell, and for a dial that is not in use on *day*."""
        text, named = cell.strip(), class_of(dial, day, known)
        if not text or named is None or not dial.name.startswith(_ACTIVE):
            return None
        value = parse_exact_number(
            text, f"/{dial.name}", "an index of at least 0, a whole number", most=10**15
        )
        if value < 0:
            raise BadInput(f"/{dial.name}", text, "an index of at least 0, a whole number")
        facts: dict[str, Any] = {
            "supply_point": f"prm:{self._block.code}",
            "direction": self._block.direction,
            "unit": _r6x.parse_unit(self._block.unit or "Wh", "active_energy", "/Unite"),
            "grid": dial.grid,
            "calendar": named[0],
            "register_class": named[1],
            "register_rank": dial.name,
            "instant": day_bounds(day, load_time_zone(self._profile.time_zone))[0],
            "value": Decimal(value),
            "source": NAME,
            "provenance": self._profile.provenance or _codes.derive_provenance(self._block.code),
        }
        try:
            return RegisterReading(**facts)
        except ValidationError as error:
            raise faults(error)[0] from error


def _build_peak_curves(
    block: _Block, tables: list[_Table], profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    """The highest power of each day; apparent power, VA, whatever the header says (GUI.0503)."""
    days, places = Days(), dict[date, int]()
    if block.unit not in ("", "VA"):
        report.note("the highest power is in VA; the header says {}", block.unit)
    for row in (row for table in tables[:1] for row in table.rows):
        line, cells = row
        try:
            if len(cells) != _COLUMNS:
                raise BadInput("row", f"{len(cells)} cells", "two cells: Horodate;Valeur")  # noqa: TRY301
            day, value = _parse_unique_day(row, places), parse_power_cell(cells[1], MAX_WATTS)
        except BadInput as fault:
            report.refuse(line, fault)
            continue
        if value == NO_PEAK:
            report.find(checks.SENTINEL, place=line)
            value = None
        places[day] = line
        days.add(day, value, "measured", line)
    head = Head(
        supply_point=f"prm:{block.code}",
        quantity="apparent_power_max",
        unit="VA",
        form="peak",
        direction=block.direction,
        provenance=profile.provenance or _codes.derive_provenance(block.code),
    )
    yield from build_daily_curves(head, days, time_zone=profile.time_zone, report=report)


FORMAT = Format(
    name=NAME, title="Enedis indexes and highest powers, HDM (CSV)", sniff=sniff, read=read
)
