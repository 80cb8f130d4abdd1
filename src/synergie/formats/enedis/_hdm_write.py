"""HDM blocks as Enedis writes them, one a run."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import BinaryIO
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput
from synergie.formats._runs import Side
from synergie.formats.enedis._hdm_header import CURVE, HEADER
from synergie.formats.enedis._hdm_rows import COLUMNS
from synergie.formats.format import Record
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.units import STEP_SECONDS

_IN_MEMORY = 8 << 20
_PHYSICAL: dict[str, str] = {
    "active_power": "Energie active",
    "reactive_inductive": "Energie reactive inductive",
    "reactive_capacitive": "Energie reactive capacitive",
}


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """One block a run, stamps on the side that *profile* declares.

    The step and the unit are always filled in. Where it declares none the file itself must show
    that stamps mark the start: runs of one series and step that follow each other are one block,
    steps between them absent, and one that begins within a day has blank rows from midnight on.
    BadInput for a record that HDM cannot hold: no PRM, not a mean power, civil steps, or qualities
    other than measured and missing.
    """
    tz = load_time_zone(profile.time_zone)
    sink.write(b"\xef\xbb\xbf")
    block: _Block | None = None
    for record in records:
        curve = _check_writable(record)
        if block is None or not block.holds(curve):
            if block is not None:
                block.close(sink)
            block = _Block(curve, tz, profile.stamp)
        block.add(curve)
    if block is not None:
        block.close(sink)


class _Block:
    """Rows of one series as they come; the head, which tells their end, is written before them."""

    def __init__(self, first: MeterCurve, tz: ZoneInfo, stamp: Side | None) -> None:
        self._first, self._tz, self._stamp = first, tz, stamp
        self._step = timedelta(seconds=STEP_SECONDS[first.step])
        self._begin = self._end = first.start
        self._rows = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed in `close`)
        if stamp is None:
            midnight = day_bounds(day_of(first.start, tz), tz)[0]
            self._blank(midnight, first.start)

    def holds(self, curve: MeterCurve) -> bool:
        """Whether *curve* goes on where this block ends, or later."""
        first = self._first
        same = (curve.external_id, curve.step, curve.unit) == (
            first.external_id,
            first.step,
            first.unit,
        )
        after = curve.start >= self._end and not (curve.start - self._end) % self._step
        return self._stamp is None and same and after

    def add(self, curve: MeterCurve) -> None:
        """The rows of one more run."""
        for i, value in enumerate(curve.values):
            self._row(curve.start + i * self._step, value)
        self._end = curve.start + len(curve.values) * self._step

    def close(self, sink: BinaryIO) -> None:
        """Writes the block."""
        last = _find_closing_day(self._end, self._tz)
        first = day_of(self._begin, self._tz)
        sink.write(_format_block_head(self._first, first, last, self._step.seconds).encode())
        self._rows.seek(0)
        copyfileobj(self._rows, sink)
        self._rows.close()

    def _blank(self, low: datetime, high: datetime) -> None:
        if not (high - low) % self._step:
            for i in range((high - low) // self._step):
                self._row(low + i * self._step, None)

    def _row(self, start: datetime, value: Value) -> None:
        moment = start + self._step if self._stamp == "end" else start
        stamp = moment.astimezone(UTC).astimezone(self._tz).isoformat()
        self._rows.write(f"{stamp};{_format_value(value)}\n".encode())


def _check_writable(record: Record) -> MeterCurve:
    if not isinstance(record, MeterCurve):
        raise BadInput("record", type(record).__name__, "a meter curve")
    if not record.supply_point.startswith("prm:"):
        raise BadInput("/supply_point", record.supply_point, "a PRM")
    if record.form != "mean_power" or record.quantity not in _PHYSICAL:
        raise BadInput("/form", f"{record.quantity}, {record.form}", "a mean power")
    if record.step not in STEP_SECONDS:
        raise BadInput("/step", record.step, "5, 10, 15, 30 or 60 minutes")
    for run in record.quality or ():
        if run.quality not in ("measured", "missing"):
            raise BadInput("/quality", run.quality, "measured or missing: HDM has no other")
    return record


def _find_closing_day(end: datetime, tz: ZoneInfo) -> date:
    """The first civil day that begins at or after *end*."""
    day = day_of(end, tz)
    return day if day_bounds(day, tz)[0] == end else day + timedelta(days=1)


def _format_block_head(curve: MeterCurve, first: date, end: date, step_s: int) -> str:
    values = (
        curve.supply_point.removeprefix("prm:"), CURVE, f"{first:%d/%m/%Y}", f"{end:%d/%m/%Y}",
        _PHYSICAL[curve.quantity],
        "Consommation" if curve.direction == "import" else "Production",
        "Comptage Brut", curve.unit, str(step_s // 60),
    )  # fmt: skip
    return "\n".join([";".join(HEADER), ";".join(values), ";".join(COLUMNS), ""])


def _format_value(value: Value) -> str:
    """A blank for what was not measured; never an exponent."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}"
