"""HDM blocks as Enedis writes them, one a run."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, zone
from synergie.errors import BadInput
from synergie.formats._format import Record
from synergie.formats.enedis._hdm_header import CURVE, HEADER
from synergie.formats.enedis._hdm_rows import COLUMNS
from synergie.schemas.curve import Value
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.profile import Profile
from synergie.units import STEP_SECONDS

_PHYSICAL: dict[str, str] = {
    "active_power": "Energie active",
    "reactive_inductive": "Energie reactive inductive",
    "reactive_capacitive": "Energie reactive capacitive",
}


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """One block a run, stamps on the side that *profile* declares (start when it does not).

    The step and the unit are always filled in. BadInput for a record that HDM cannot hold: no
    PRM, not a mean power, civil steps, or qualities other than measured and missing.
    """
    tz = zone(profile.time_zone)
    sink.write(b"\xef\xbb\xbf")
    for record in records:
        curve = _writable(record)
        step_s = STEP_SECONDS[curve.step]
        end = curve.start + timedelta(seconds=step_s * len(curve.values))
        sink.write(_head(curve, day_of(curve.start, tz), _closing(end, tz), step_s).encode())
        first = int(curve.start.timestamp()) + (step_s if profile.stamp == "end" else 0)
        for i, value in enumerate(curve.values):
            stamp = datetime.fromtimestamp(first + i * step_s, tz).isoformat()
            sink.write(f"{stamp};{_written(value)}\n".encode())


def _writable(record: Record) -> MeterCurve:
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


def _closing(end: datetime, tz: ZoneInfo) -> date:
    """The first civil day that begins at or after *end*."""
    day = day_of(end, tz)
    return day if day_bounds(day, tz)[0] == end else day + timedelta(days=1)


def _head(curve: MeterCurve, first: date, end: date, step_s: int) -> str:
    values = (
        curve.supply_point.removeprefix("prm:"), CURVE, f"{first:%d/%m/%Y}", f"{end:%d/%m/%Y}",
        _PHYSICAL[curve.quantity],
        "Consommation" if curve.direction == "import" else "Production",
        "Comptage Brut", curve.unit, str(step_s // 60),
    )  # fmt: skip
    return "\n".join([";".join(HEADER), ";".join(values), ";".join(COLUMNS), ""])


def _written(value: Value) -> str:
    """A blank for what was not measured; never an exponent."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}"
