"""Rows of steps made into curves again, whatever kind of file holds the rows."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from synergie.calendar import period_bounds, zone
from synergie.calendar.civil import Bucket
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._csv import Cell, within
from synergie.formats._points import Days, Head, Points, curves, daily, numbers, quality_runs
from synergie.formats._report import Place, Report
from synergie.schemas.curve import MAX_VALUES
from synergie.schemas.faults import faults
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.quality import WORST_FIRST
from synergie.units import STEP_SECONDS, Step

type Cells = dict[str, Cell]

MOST = 10**12
"""A greater value is no measure."""

_DAY, _MONTH, _YEAR = "P1D", "P1M", "P1Y"
_CIVIL: dict[str, Bucket] = {_DAY: "day", _MONTH: "month", _YEAR: "year"}
_QUALITY = "a quality of the closed list"
_NUMBER = "a number of at most 6 decimals, up to 10^12"
_STEP = "a step that goes from its start to its end"
_UTC_TOLD = "the local time of the start in UTC, with its offset"
_ONCE = "the value already given for this time, or another time"


class _Key(NamedTuple):
    """What makes rows one series, at one step."""

    supply_point: Cell
    quantity: Cell
    form: Cell
    direction: Cell
    unit: Cell
    provenance: Cell
    step: Cell


class _Row(NamedTuple):
    key: _Key
    place: Place
    start: datetime
    value: int | Decimal | None
    decimals: int
    quality: Any


def curves_of(
    rows: Iterable[tuple[Place, Cells]], time_zone: str, report: Report
) -> Iterator[MeterCurve]:
    """Curves from rows by name of column, neighbours of one series together.

    A row whose step, value, quality or local time does not hold is refused. Memory grows with the
    longest series only, in pieces of MAX_VALUES.
    """
    tz = zone(time_zone)
    for key, group in groupby(_kept(rows, tz, report), lambda row: row.key):
        for piece in _pieces(group):
            yield from _made(key, piece, time_zone, report)


def _kept(rows: Iterable[tuple[Place, Cells]], tz: ZoneInfo, report: Report) -> Iterator[_Row]:
    for place, cells in rows:
        try:
            yield _row(place, cells, tz)
        except BadInput as fault:
            report.refuse(place, fault)


def _pieces(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    piece: list[_Row] = []
    for row in rows:
        piece.append(row)
        if len(piece) == MAX_VALUES:
            yield piece
            piece = []
    if piece:
        yield piece


def _row(place: Place, cells: Cells, tz: ZoneInfo) -> _Row:
    key = _Key(*(cells.get(name) for name in _Key._fields))
    start, end = cells.get("start_utc"), cells.get("end_utc")
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        raise BadInput("/start_utc", start, "a value here")
    within(start, "/start_utc")
    within(end, "/end_utc")
    _whole_step(key, start, end, tz)
    _same_moment(cells, start)
    value, decimals = _value(cells.get("value"))
    quality = cells.get("quality") or "measured"
    if quality not in WORST_FIRST:
        raise BadInput("/quality", quality, _QUALITY)
    _head(key)
    return _Row(key, place, start, value, decimals, quality)


def _whole_step(key: _Key, start: datetime, end: datetime, tz: ZoneInfo) -> None:
    step = str(key.step)
    seconds = STEP_SECONDS.get(step)
    if seconds is not None:
        right = end - start == timedelta(seconds=seconds)
    else:
        right = step in _CIVIL and period_bounds(start, _CIVIL[step], tz) == (start, end)
    if not right:
        raise BadInput("/end_utc", end.isoformat(), _STEP)


def _same_moment(cells: Cells, start: datetime) -> None:
    """The local label, where the file has one, tells the same moment as the UTC one."""
    label, offset = cells.get("local_start"), cells.get("offset")
    if not (isinstance(label, datetime) and isinstance(offset, str)):
        return
    told = f"{label.isoformat()}{offset}"
    try:
        same = datetime.fromisoformat(told) == start
    except (ValueError, TypeError):
        same = False
    if not same:
        raise BadInput("/local_start", told, _UTC_TOLD)


def _value(cell: Cell) -> tuple[int | Decimal | None, int]:
    """The value as a whole number where it is one, and the decimals it is written with."""
    if cell is None:
        return None, 0
    number = cell if isinstance(cell, Decimal) else Decimal(str(cell))
    decimals = max(0, -int(number.as_tuple().exponent)) if number.is_finite() else 99
    if decimals > 6 or abs(number) > MOST:  # noqa: PLR2004 (what a series may keep)
        raise BadInput("/value", cell, _NUMBER)
    return (int(number) if number == number.to_integral_value() else number), decimals


@lru_cache(maxsize=1024)
def _head(key: _Key) -> Head:
    """What the rows measure; BadInput when no curve can be of it."""
    try:
        blank = MeterCurve.model_validate(
            {**key._asdict(), "start": "2026-01-01T00:00:00Z", "values": [None]}
        )
    except ValidationError as error:
        raise faults(error)[0] from error
    return Head(
        supply_point=blank.supply_point,
        quantity=blank.quantity,
        unit=blank.unit,
        form=blank.form,
        direction=blank.direction,
        provenance=blank.provenance,
    )


def _made(key: _Key, rows: list[_Row], time_zone: str, report: Report) -> Iterator[MeterCurve]:
    head, decimals = _head(key), max(row.decimals for row in rows)
    made = {_DAY: _daily, _MONTH: _longer, _YEAR: _longer}.get(str(key.step), _fixed)
    for curve in made(head, rows, time_zone, report):
        more = decimals > curve.decimals
        yield curve.model_copy(update={"decimals": decimals}) if more else curve


def _fixed(head: Head, rows: list[_Row], _: str, report: Report) -> Iterator[MeterCurve]:
    points = Points()
    for row in rows:
        points.add(int(row.start.timestamp()), row.value, row.quality, row.place)
    step = STEP_SECONDS[str(rows[0].key.step)]
    yield from curves(head, points, side="start", steps=step, report=report)


def _daily(head: Head, rows: list[_Row], time_zone: str, report: Report) -> Iterator[MeterCurve]:
    tz, days = zone(time_zone), Days()
    for row in rows:
        days.add(row.start.astimezone(tz).date(), row.value, row.quality, row.place)
    yield from daily(head, days, time_zone=time_zone, report=report)


def _longer(head: Head, rows: list[_Row], time_zone: str, report: Report) -> Iterator[MeterCurve]:
    """Months or years that follow one another; a hole starts another run."""
    tz, run = zone(time_zone), list[_Row]()
    for row in sorted(rows, key=lambda row: row.start):
        if run and row.start == run[-1].start:
            _twice(run[-1], row, report)
            continue
        if run and period_bounds(run[-1].start, _CIVIL[str(row.key.step)], tz)[1] != row.start:
            yield _run(head, run, report)
            run = []
        run.append(row)
    yield _run(head, run, report)


def _twice(known: _Row, row: _Row, report: Report) -> None:
    if known.value == row.value:
        report.duplicates += 1
        return
    code = checks.CONFLICTING_DUPLICATE.code
    report.refuse(row.place, BadInput("/value", row.value, _ONCE, code))


def _run(head: Head, rows: list[_Row], report: Report) -> MeterCurve:
    values, decimals = numbers([row.value for row in rows])
    told = ["missing" if row.value is None else row.quality for row in rows]
    report.kept += len(rows)
    return MeterCurve(
        supply_point=head.supply_point,
        quantity=head.quantity,
        form=head.form,
        direction=head.direction,
        unit=head.unit,
        decimals=decimals,
        start=rows[0].start,
        step=cast(Step, rows[0].key.step),
        values=values,
        quality=quality_runs(told),
        provenance=head.provenance,
    )
