"""Curves written as a feed of ESPI: one meter reading a record, one block a civil day.

The bytes depend on the records and the zone alone: identifiers are made of what they name, and
times of update are those of the data.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain, repeat
from typing import BinaryIO, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput
from synergie.formats._points import Head
from synergie.formats.format import Record
from synergie.formats.greenbutton import _codes as codes
from synergie.formats.greenbutton._local_time import local_time
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Form
from synergie.units import STEP_SECONDS

DECIMALS = 6
"""Decimals of a single interval's value; a curve has as many as it needs."""

_BASE = "/espi/1_1/resource"
_LOCAL = f"{_BASE}/LocalTimeParameters/01"
_DIGITS = 18
_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    "<id>urn:uuid:{}</id>\n<title>Green Button</title>\n<updated>{}</updated>\n"
    '<link rel="self" href="/espi/1_1/resource/Batch"/>\n'
)
_ENTRY = (
    "<entry>\n<id>urn:uuid:{}</id>\n{}<title/>\n<content>\n{}\n</content>\n"
    "<published>{}</published>\n<updated>{}</updated>\n</entry>\n"
)
_READING = (
    "<IntervalReading>{}<timePeriod><duration>{}</duration><start>{}</start></timePeriod>{}"
    "</IntervalReading>\n"
)


class _Uom(NamedTuple):
    """How a unit is told: code, power of ten, kind of measurement."""

    code: str
    power: int
    kind: str


_UOMS: Final[dict[str, _Uom]] = {
    "Wh": _Uom("72", 0, "12"), "kWh": _Uom("72", 3, "12"),
    "W": _Uom("38", 0, "37"), "kW": _Uom("38", 3, "37"),
    "VA": _Uom("61", 0, "37"), "kVA": _Uom("61", 3, "37"),
    "VAr": _Uom("63", 0, "37"), "kVAr": _Uom("63", 3, "37"),
    "VArh": _Uom("73", 0, "12"), "kVArh": _Uom("73", 3, "12"),
    "V": _Uom("29", 0, "54"),
    "therm": _Uom("169", 0, "12"), "m3": _Uom("42", 0, "58"),
}  # fmt: skip
_ENERGIES = ("Wh", "kWh", "VArh", "kVArh", "therm", "m3")
_FORMS = ("interval_energy", "mean_power", "peak")


class _Interval(NamedTuple):
    """One reading to write."""

    start: int
    duration: int
    value: Value | Decimal
    quality: str


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """A feed with UTC seconds, whole values and powers of ten; kWh becomes Wh, exactly.

    A day of *profile*'s zone is a block. BadInput for a record that ESPI cannot hold: no curve and
    no interval, an index, months, a step of days that begins at no midnight, a capacitive flow
    fed in, more than 6 decimals.
    """
    writer = _Writer(sink, load_time_zone(profile.time_zone))
    for record in records:
        writer.record(record)
    writer.close()


class _Writer:
    """A feed as it grows."""

    def __init__(self, sink: BinaryIO, tz: ZoneInfo) -> None:
        self._sink, self._tz = sink, tz
        self._services: dict[str, str] = {}
        self._types: set[str] = set()
        self._meters = self._blocks = 0
        self._meter = ""
        self._last: Head | None = None
        self._begun = False

    def record(self, record: Record) -> None:
        """One record: a meter reading of its own, or one more interval of the one before."""
        if isinstance(record, MeterCurve):
            head = _build_reading_head(record, record.form)
            power, values = _scale_to_whole_numbers(record)
            seconds = STEP_SECONDS.get(record.step, 86_400)
            self._reading(head, power, seconds, record.start)
            self._last = None
            for block in _split_curve_by_day(record, values, self._tz):
                self._block(block)
        elif isinstance(record, IntervalReading):
            form: Form = "interval_energy" if record.unit in _ENERGIES else "mean_power"
            head = _build_reading_head(record, form)
            if head != self._last:
                self._reading(head, _UOMS[head.unit].power - DECIMALS, None, record.start)
                self._last = head
            self._block([_build_interval(record)])
        else:
            raise BadInput("record", type(record).__name__, "a meter curve or an interval reading")

    def close(self) -> None:
        """The end of the feed."""
        if not self._begun:
            self._begin("empty", datetime.fromtimestamp(0, UTC))
        self._put("</feed>\n")

    def _begin(self, name: str, moment: datetime) -> None:
        self._begun = True
        self._put(_OPEN.format(_compute_uuid(f"{_BASE}/Batch/{name}"), _format_utc_time(moment)))
        body = "".join(f"<{field}>{value}</{field}>" for field, value in local_time(self._tz))
        self._entry("LocalTimeParameters", _LOCAL, body, moment)

    def _reading(self, head: Head, power: int, seconds: int | None, moment: datetime) -> None:
        """Point, reading type and meter reading, as far as they are not there yet."""
        if not self._begun:
            self._begin(head.key, moment)
        service = codes.GAS if head.quantity.startswith("gas") else codes.ELECTRICITY
        point = f"{_BASE}/UsagePoint/{head.supply_point}"
        if self._services.setdefault(head.supply_point, service) != service:
            raise BadInput("/quantity", head.quantity, "one service, electricity or gas, a point")
        if point not in self._types:
            self._types.add(point)
            body = f"<ServiceCategory><kind>{service}</kind></ServiceCategory>"
            self._entry("UsagePoint", point, body, moment, f"{point}/MeterReading", _LOCAL)
        kind = self._type(head, power, seconds, moment)
        self._meters += 1
        self._blocks = 0
        self._meter = f"{point}/MeterReading/{self._meters}"
        self._entry("MeterReading", self._meter, "", moment, f"{self._meter}/IntervalBlock", kind)

    def _type(self, head: Head, power: int, seconds: int | None, moment: datetime) -> str:
        """Address of the reading type, written the first time it is needed."""
        fields = _type_fields(head, power, seconds)
        address = f"{_BASE}/ReadingType/" + "-".join(value for _, value in fields)
        if address not in self._types:
            self._types.add(address)
            body = "".join(f"<{name}>{value}</{name}>" for name, value in fields)
            self._entry("ReadingType", address, body, moment)
        return address

    def _block(self, intervals: Sequence[_Interval]) -> None:
        first, last = intervals[0].start, intervals[-1].start + intervals[-1].duration
        self._blocks += 1
        body = "".join(chain(_format_span(first, last), map(_format_reading, intervals)))
        moment = datetime.fromtimestamp(last, UTC)
        self._entry("IntervalBlock", f"{self._meter}/IntervalBlock/{self._blocks}", body, moment)

    def _entry(self, name: str, address: str, body: str, moment: datetime, *related: str) -> None:
        up = address.rpartition("/")[0]
        links = [f'<link rel="self" href="{address}"/>\n', f'<link rel="up" href="{up}"/>\n']
        links += [f'<link rel="related" href="{one}"/>\n' for one in related]
        payload = f'<{name} xmlns="http://naesb.org/espi">{body}</{name}>'
        told = _format_utc_time(moment)
        self._put(_ENTRY.format(_compute_uuid(address), "".join(links), payload, told, told))

    def _put(self, text: str) -> None:
        self._sink.write(text.encode())


def _build_reading_head(record: MeterCurve | IntervalReading, form: Form) -> Head:
    if form not in _FORMS:
        raise BadInput("/form", form, "an energy of intervals, a mean power or a peak")
    if record.unit not in _UOMS:
        raise BadInput("/unit", record.unit, "Wh, W, VA, VAr, VArh, V, therm, m3, or their kilo")
    if record.quantity == "reactive_capacitive" and record.direction == "export":
        raise BadInput("/direction", record.direction, "a capacitive flow that is drawn")
    return Head(
        supply_point=record.supply_point,
        quantity=record.quantity,
        unit=record.unit,
        form=form,
        direction=record.direction,
        provenance=record.provenance,
    )


def _type_fields(head: Head, power: int, seconds: int | None) -> list[tuple[str, str]]:
    """The elements of a reading type, in the order of the ESPI schema."""
    uom = _UOMS[head.unit]
    peak = head.form == "peak"
    flow = "3" if head.quantity == "reactive_capacitive" else "1"
    fields = [
        ("accumulationBehaviour", "4" if head.form == "interval_energy" else "6"),
        ("commodity", codes.NATURAL_GAS if head.quantity.startswith("gas") else "1"),
        ("dataQualifier", codes.MAXIMUM if peak else "12"),
        ("flowDirection", codes.REVERSE if head.direction == "export" else flow),
        ("intervalLength", "" if seconds is None else str(seconds)),
        ("kind", uom.kind),
        ("powerOfTenMultiplier", str(power)),
        ("uom", uom.code),
    ]
    return [(name, value) for name, value in fields if value]


def _scale_to_whole_numbers(curve: MeterCurve) -> tuple[int, list[int | None]]:
    """The power of ten of a curve, and its values as whole numbers of it, exactly."""
    parts = [None if v is None else Decimal(repr(v)).normalize() for v in curve.values]
    power = max((-int(v.as_tuple().exponent) for v in parts if v is not None), default=0)
    power = max(0, power)
    if power > DECIMALS:
        raise BadInput("/values", f"{power} decimals", "at most 6 decimals")
    values = [None if v is None else int(v.scaleb(power)) for v in parts]
    if any(v is not None and (v < 0 or v >= 10**_DIGITS) for v in values):
        raise BadInput("/values", min(v for v in values if v is not None), "zero or more")
    return _UOMS[curve.unit].power - power, values


def _split_curve_by_day(
    curve: MeterCurve, values: list[int | None], tz: ZoneInfo
) -> Iterator[list[_Interval]]:
    """The readings of a curve, a civil day at a time; days a month at a time."""
    qualities = _iterate_curve_qualities(curve)
    if curve.step == "P1D":
        spans = _list_day_bounds(curve.start, len(values), tz)
    elif curve.step_s is not None:
        first = int(curve.start.timestamp())
        spans = [(first + i * curve.step_s, curve.step_s) for i in range(len(values))]
    else:
        raise BadInput("/step", curve.step, "steps of one minute to one day")
    block: list[_Interval] = []
    end = 0
    for (start, duration), value, quality in zip(spans, values, qualities, strict=True):
        if start >= end:
            if block:
                yield block
            block, end = [], _end_of(start, tz, daily=curve.step == "P1D")
        block.append(_Interval(start, duration, value, codes.CODES.get(quality, "")))
    yield block


def _iterate_curve_qualities(curve: MeterCurve) -> Iterator[Quality]:
    if curve.quality is None:
        return repeat("measured", len(curve.values))
    return chain.from_iterable(repeat(run.quality, run.n) for run in curve.quality)


def _list_day_bounds(start: datetime, n: int, tz: ZoneInfo) -> list[tuple[int, int]]:
    day = day_of(start, tz)
    if day_bounds(day, tz)[0] != start:
        raise BadInput("/start", start.isoformat(), "a midnight of the declared zone")
    bounds = (day_bounds(day + timedelta(days=i), tz) for i in range(n))
    return [(int(a.timestamp()), int((b - a).total_seconds())) for a, b in bounds]


def _end_of(start: int, tz: ZoneInfo, *, daily: bool) -> int:
    """End of the civil day, or month, in which a reading begins."""
    day = day_of(datetime.fromtimestamp(start, UTC), tz)
    if not daily:
        return int(day_bounds(day, tz)[1].timestamp())
    month = day.year * 12 + day.month
    return int(day_bounds(date(month // 12, month % 12 + 1, 1), tz)[0].timestamp())


def _build_interval(record: IntervalReading) -> _Interval:
    start, end = int(record.start.timestamp()), int(record.end.timestamp())
    value = None if record.value is None else record.value.scaleb(DECIMALS)
    if value is not None and (value != value.to_integral_value() or value < 0):
        raise BadInput("/value", record.value, "zero or more, with at most 6 decimals")
    if value is not None and value >= 10**_DIGITS:
        raise BadInput("/value", record.value, "a value below 10^12")
    raw = record.source_quality or ""
    code = raw if raw.isdecimal() else codes.CODES.get(record.quality, "")
    return _Interval(start, end - start, value, code)


def _format_span(first: int, last: int) -> Iterator[str]:
    yield f"<interval><duration>{last - first}</duration><start>{first}</start></interval>\n"


def _format_reading(one: _Interval) -> str:
    quality = one.quality
    told = f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>" if quality else ""
    value = "" if one.value is None else f"<value>{int(one.value)}</value>"
    return _READING.format(told, one.duration, one.start, value)


def _compute_uuid(address: str) -> str:
    return str(uuid5(NAMESPACE_URL, address))


def _format_utc_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
