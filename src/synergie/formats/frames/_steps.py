"""Rows of steps made into curves again, whatever kind of file holds the rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain, groupby
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from synergie.calendar import load_time_zone, period_bounds
from synergie.calendar.civil import Bucket
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._csv import Cell, check_day_range
from synergie.formats._points import (
    Days,
    Head,
    Number,
    Points,
    build_daily_curves,
    build_stamped_curves,
    convert_numbers,
    quality_runs,
)
from synergie.formats.report import Place, Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.curve import MAX_VALUES
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.quality import WORST_FIRST
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


class Key(NamedTuple):
    """What makes rows one series, at one step."""

    supply_point: Cell
    quantity: Cell
    form: Cell
    direction: Cell
    unit: Cell
    provenance: Cell
    step: Cell


@dataclass(slots=True)
class Steps:
    """Rows of one series at one step: columns of equal length."""

    key: Key
    places: list[Place]
    stamps: list[int]
    """Starts, epoch seconds."""
    values: list[Number]
    decimals: list[int]
    """With how many each value is written."""
    qualities: list[Any]

    def extend(self, more: "Steps") -> None:
        """The rows of *more* behind those that are here."""
        for name in _COLUMNS:
            getattr(self, name).extend(getattr(more, name))

    def take(self, n: int) -> "Steps":
        """The first *n* rows, which are no longer in it."""
        first = [getattr(self, name)[:n] for name in _COLUMNS]
        for name in _COLUMNS:
            del getattr(self, name)[:n]
        return Steps(self.key, *first)


_COLUMNS = ("places", "stamps", "values", "decimals", "qualities")


def curves_of(
    rows: Iterable[tuple[Place, Cells]], time_zone: str, report: Report
) -> Iterator[MeterCurve]:
    """Curves from rows by name of column, neighbours of one series together.

    A row whose step, value, quality or local time does not hold is refused. Memory grows with the
    longest series only, in pieces of MAX_VALUES.
    """
    yield from join_step_curves(
        select_valid_rows(rows, load_time_zone(time_zone), report), time_zone, report
    )


def join_step_curves(
    parts: Iterable[Steps], time_zone: str, report: Report
) -> Iterator[MeterCurve]:
    """Curves from rows that hold; neighbours of one series together, as `curves_of`."""
    for key, group in groupby(parts, lambda part: part.key):
        for piece in _split_long_steps(group):
            yield from _build_key_curves(key, piece, time_zone, report)


def select_valid_rows(
    rows: Iterable[tuple[Place, Cells]], tz: ZoneInfo, report: Report
) -> Iterator[Steps]:
    """The rows that hold, one by one; the others are refused."""
    for place, cells in rows:
        try:
            yield _parse_step_row(place, cells, tz)
        except BadInput as fault:
            report.refuse(place, fault)


def _split_long_steps(parts: Iterator[Steps]) -> Iterator[Steps]:
    piece = next(parts)
    for part in chain([None], parts):
        if part is not None:
            piece.extend(part)
        while len(piece.places) >= MAX_VALUES:
            yield piece.take(MAX_VALUES)
    if piece.places:
        yield piece


def _parse_step_row(place: Place, cells: Cells, tz: ZoneInfo) -> Steps:
    key = Key(*(cells.get(name) for name in Key._fields))
    start, end = cells.get("start_utc"), cells.get("end_utc")
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        raise BadInput("/start_utc", start, "a value here")
    check_day_range(start, "/start_utc")
    check_day_range(end, "/end_utc")
    _check_step_length(key, start, end, tz)
    _same_moment(cells, start)
    value, decimals = value_of_step(cells.get("value"))
    quality = quality_of_step(cells.get("quality"))
    head_of(key)
    return Steps(key, [place], [int(start.timestamp())], [value], [decimals], [quality])


def quality_of_step(cell: Cell) -> Cell:
    """The quality of a step, `measured` where the cell is blank. BadInput: not of the list."""
    quality = cell or "measured"
    if quality not in WORST_FIRST:
        raise BadInput("/quality", quality, _QUALITY)
    return quality


def _check_step_length(key: Key, start: datetime, end: datetime, tz: ZoneInfo) -> None:
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


def value_of_step(cell: Cell) -> tuple[Number, int]:
    """The value as a whole number where it is one, and the decimals it is written with."""
    if cell is None:
        return None, 0
    number = cell if isinstance(cell, Decimal) else Decimal(str(cell))
    decimals = max(0, -int(number.as_tuple().exponent)) if number.is_finite() else 99
    if decimals > 6 or abs(number) > MOST:  # noqa: PLR2004 (what a series may keep)
        raise BadInput("/value", cell, _NUMBER)
    return (int(number) if number == number.to_integral_value() else number), decimals


@lru_cache(maxsize=1024)
def head_of(key: Key) -> Head:
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


def _build_key_curves(
    key: Key, rows: Steps, time_zone: str, report: Report
) -> Iterator[MeterCurve]:
    head, decimals = head_of(key), max(rows.decimals)
    made = {_DAY: _build_daily_runs, _MONTH: _build_longer_curves, _YEAR: _build_longer_curves}.get(
        str(key.step), _build_fixed_curves
    )
    for curve in made(head, rows, time_zone, report):
        more = decimals > curve.decimals
        yield curve.model_copy(update={"decimals": decimals}) if more else curve


def _list_qualities(rows: Steps) -> list[Any]:
    pairs = zip(rows.values, rows.qualities, strict=True)
    return ["missing" if value is None else quality for value, quality in pairs]


def _build_fixed_curves(head: Head, rows: Steps, _: str, report: Report) -> Iterator[MeterCurve]:
    points = Points(rows.stamps, rows.values, _list_qualities(rows), rows.places)
    step = STEP_SECONDS[str(rows.key.step)]
    yield from build_stamped_curves(head, points, side="start", steps=step, report=report)


def _build_daily_runs(
    head: Head, rows: Steps, time_zone: str, report: Report
) -> Iterator[MeterCurve]:
    tz = load_time_zone(time_zone)
    days = [datetime.fromtimestamp(stamp, tz).date() for stamp in rows.stamps]
    told = Days(days, rows.values, _list_qualities(rows), rows.places)
    yield from build_daily_curves(head, told, time_zone=time_zone, report=report)


def _build_longer_curves(
    head: Head, rows: Steps, time_zone: str, report: Report
) -> Iterator[MeterCurve]:
    """Months or years that follow one another; a hole starts another run."""
    tz, run = load_time_zone(time_zone), list[int]()
    starts = [datetime.fromtimestamp(stamp, UTC) for stamp in rows.stamps]
    for i in sorted(range(len(starts)), key=starts.__getitem__):
        if run and starts[i] == starts[run[-1]]:
            _refuse_duplicate_row(rows, run[-1], i, report)
            continue
        after = period_bounds(starts[run[-1]], _CIVIL[str(rows.key.step)], tz)[1] if run else None
        if run and after != starts[i]:
            yield _build_longer_run(head, rows, run, report)
            run = []
        run.append(i)
    yield _build_longer_run(head, rows, run, report)


def _refuse_duplicate_row(rows: Steps, known: int, i: int, report: Report) -> None:
    if rows.values[known] == rows.values[i]:
        report.duplicates += 1
        return
    code = checks.CONFLICTING_DUPLICATE.code
    report.refuse(rows.places[i], BadInput("/value", rows.values[i], _ONCE, code))


def _build_longer_run(head: Head, rows: Steps, run: list[int], report: Report) -> MeterCurve:
    values, decimals = convert_numbers([rows.values[i] for i in run])
    told = _list_qualities(rows)
    report.kept += len(run)
    return MeterCurve(
        supply_point=head.supply_point,
        quantity=head.quantity,
        form=head.form,
        direction=head.direction,
        unit=head.unit,
        decimals=decimals,
        start=datetime.fromtimestamp(rows.stamps[run[0]], UTC),
        step=cast(Step, rows.key.step),
        values=values,
        quality=quality_runs([told[i] for i in run]),
        provenance=head.provenance,
    )
