"""Curves written as one validated historical data document, v1.04, valid against its schema.

The bytes depend on the records and the profile alone: identifiers are made of what they name, and
the date is the one that the profile gives, else the end of the data.
"""

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain, repeat
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput
from synergie.formats.cim import _codes as codes
from synergie.formats.format import Record
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

NAME = "cim-vhd"

_IN_MEMORY = 8 << 20
_DECIMALS = 6
_MOST = 10**15

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<VHD_Envelope xmlns="{namespace}">
<messageDocumentHeader.creationDateTime>{created}</messageDocumentHeader.creationDateTime>
<messageDocumentHeader.metaInformation.documentType>validated-historical-data-market-document</messageDocumentHeader.metaInformation.documentType>
<MarketDocument>
<mRID>{mrid}</mRID>
<revisionNumber>104</revisionNumber>
<type>A45</type>
<createdDateTime>{created}</createdDateTime>
<sender_MarketParticipant.mRID codingScheme="A02">synergie</sender_MarketParticipant.mRID>
<sender_MarketParticipant.marketRole.type>A26</sender_MarketParticipant.marketRole.type>
<receiver_MarketParticipant.mRID codingScheme="A02">partner</receiver_MarketParticipant.mRID>
<receiver_MarketParticipant.marketRole.type>A13</receiver_MarketParticipant.marketRole.type>
<period.timeInterval><start>{start}</start><end>{end}</end></period.timeInterval>
<process.processType>A16</process.processType>
"""
_SERIES = """<TimeSeries>
<version>1</version>
<mRID>{mrid}</mRID>
<businessType>{business}</businessType>
<product>{product}</product>
<energy_Measurement_Unit.name>{unit}</energy_Measurement_Unit.name>
<flowDirection.direction>{flow}</flowDirection.direction>
<Period>
<resolution>{resolution}</resolution>
<timeInterval><start>{start}</start><end>{end}</end></timeInterval>
"""
_TAIL = """<reason.code>999</reason.code>
</Period>
<marketEvaluationPoint.mRID codingScheme="{scheme}">{point}</marketEvaluationPoint.mRID>
{aggregate}<marketEvaluationPoint.meterReadings.readings.readingType.commodity>{commodity}</marketEvaluationPoint.meterReadings.readings.readingType.commodity>
<reason.code>999</reason.code>
</TimeSeries>
"""
_END = "</MarketDocument>\n</VHD_Envelope>\n"
_AGGREGATE = (
    "<marketEvaluationPoint.meterReadings.readings.readingType.aggregate>8"
    "</marketEvaluationPoint.meterReadings.readings.readingType.aggregate>\n"
)


class _Unit(NamedTuple):
    """How a unit is told: its code, how many of it one of ours is (as a power of ten)."""

    code: str
    power: int


_UNITS: Final[dict[str, _Unit]] = {
    "kWh": _Unit("KWH", 0), "Wh": _Unit("KWH", -3), "W": _Unit("WTT", 0), "kW": _Unit("KWT", 0),
    "VAr": _Unit("KVR", -3), "kVAr": _Unit("KVR", 0), "m3": _Unit("MTQ", 0),
    "VArh": _Unit("MAH", -6), "kVArh": _Unit("MAH", -3),
}  # fmt: skip
_PRODUCTS: Final[dict[tuple[str, bool], str]] = {
    ("active_energy", False): codes.ACTIVE_ENERGY, ("gas_energy", False): codes.ACTIVE_ENERGY,
    ("gas_volume", False): codes.ACTIVE_ENERGY, ("active_power", True): codes.ACTIVE_POWER,
    ("apparent_power_max", True): codes.ACTIVE_POWER,
    ("reactive_inductive", True): codes.INDUCTIVE_POWER,
    ("reactive_inductive", False): codes.INDUCTIVE_ENERGY,
    ("reactive_capacitive", True): codes.CAPACITIVE_POWER,
    ("reactive_capacitive", False): codes.CAPACITIVE_ENERGY,
}  # fmt: skip
"""By quantity, and whether it is a power."""
_ENERGIES = ("Wh", "kWh", "VArh", "kVArh", "m3")


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """One document; each record is a TimeSeries of one Period. Wh becomes KWH, exactly.

    BadInput for a record that VHD cannot hold: no curve and no interval, an index, a unit without
    a code (VA, V, therm), months, a suspect quality, negative values, no record at all.
    """
    tz, span = load_time_zone(profile.time_zone), _Span()
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
        for n, record in enumerate(records, 1):
            for part in _format_series(record, n, tz, span):
                body.write(part.encode())
        if span.start is None or span.end is None:
            raise BadInput("records", "0", "at least one record: the schema asks for a TimeSeries")
        as_of = None if profile.about is None else profile.about.as_of
        head = _HEAD.format(
            namespace=codes.NAMESPACE,
            created=_format_second(as_of or span.end),
            mrid=_compute_uuid(span.name, _format_minute(span.start), _format_minute(span.end)),
            start=_format_minute(span.start),
            end=_format_minute(span.end),
        )
        sink.write(head.encode())
        body.seek(0)
        shutil.copyfileobj(body, sink)
    sink.write(_END.encode())


class _Span:
    """What the records cover together."""

    def __init__(self) -> None:
        self.start: datetime | None = None
        self.end: datetime | None = None
        self.name = ""

    def cover(self, key: str, start: datetime, end: datetime) -> None:
        """One more series."""
        self.name = self.name or key
        self.start = min(self.start or start, start)
        self.end = max(self.end or end, end)


class _PeriodPoints(NamedTuple):
    """A record as a period: its interval, its resolution, and points of value and quality code."""

    start: datetime
    end: datetime
    resolution: str
    points: Iterable[tuple[Decimal | None, str]]


def _format_series(record: Record, n: int, tz: ZoneInfo, span: _Span) -> Iterator[str]:
    """The text of one record, in parts."""
    if not isinstance(record, MeterCurve | IntervalReading):
        raise BadInput("record", type(record).__name__, "a meter curve or an interval reading")
    form = record.form if isinstance(record, MeterCurve) else None
    power = record.unit not in _ENERGIES
    peak = record.quantity == "apparent_power_max"
    product = _PRODUCTS.get((record.quantity, power))
    unit = _UNITS.get(record.unit)
    if product is None or unit is None:
        raise BadInput("/unit", f"{record.quantity}, {record.unit}", "a quantity that VHD codes")
    wanted = "peak" if peak else "mean_power" if power else "interval_energy"
    if form not in {None, wanted}:
        raise BadInput("/form", form, "an energy of intervals, a mean power, a peak of power")
    told = (
        _build_curve_period(record, tz)
        if isinstance(record, MeterCurve)
        else _build_single_period(record)
    )
    if told.start.second or told.end.second:
        raise BadInput("/start", told.start.isoformat(), "times on whole minutes")
    span.cover(record.external_id, told.start, told.end)
    scheme, _, point = record.supply_point.partition(":")
    gas = record.quantity.startswith("gas")
    export = record.direction == "export"
    yield _SERIES.format(
        mrid=_compute_uuid(record.external_id, _format_minute(told.start), str(n)),
        business=codes.PRODUCTION if export else codes.CONSUMPTION,
        product=product,
        unit=unit.code,
        flow=codes.UP if export else codes.DOWN,
        resolution=told.resolution,
        start=_format_minute(told.start),
        end=_format_minute(told.end),
    )
    for position, (value, code) in enumerate(told.points, 1):
        yield _format_point(position, value, unit.power, code)
    yield _TAIL.format(
        scheme=codes.OTHER_SCHEME if scheme == "other" else codes.FRANCE,
        point=point,
        aggregate=_AGGREGATE if peak else "",
        commodity=codes.GAS if gas else "2",
    )


def _build_curve_period(curve: MeterCurve, tz: ZoneInfo) -> _PeriodPoints:
    values = (None if v is None else Decimal(repr(v)) for v in curve.values)
    if curve.quality is None:
        qualities: Iterable[str] = repeat("measured", len(curve.values))
    else:
        qualities = chain.from_iterable(repeat(run.quality, run.n) for run in curve.quality)
    points = zip(values, map(_find_quality_code, qualities), strict=True)
    if curve.step_s is not None and curve.end is not None:
        hours, minutes = divmod(curve.step_s // 60, 60)
        length = f"P0Y0M0DT{hours}H{minutes}M0.000S"
        return _PeriodPoints(curve.start, curve.end, length, points)
    day = day_of(curve.start, tz)
    if curve.step != "P1D":
        raise BadInput("/step", curve.step, "steps of one minute to one day")
    if day_bounds(day, tz)[0] != curve.start:
        raise BadInput("/start", curve.start.isoformat(), "a midnight of the declared zone")
    end = day_bounds(day + timedelta(days=len(curve.values)), tz)[0]
    return _PeriodPoints(curve.start, end, "P0Y0M1DT0H0M0.000S", points)


def _build_single_period(record: IntervalReading) -> _PeriodPoints:
    seconds = int((record.end - record.start).total_seconds())
    plain = record.source_quality is None and record.quality in {"measured", "missing"}
    code = "" if plain else _find_quality_code(record.quality)
    return _PeriodPoints(record.start, record.end, f"PT{seconds}S", [(record.value, code)])


def _find_quality_code(quality: str) -> str:
    code = _CODES.get(quality)
    if code is None:
        raise BadInput("/quality", quality, "a quality that VHD codes: it has none for suspect")
    return code


_CODES: Final[dict[str, str]] = {str(quality): code for quality, code in codes.CODES.items()}


def _format_point(position: int, value: Decimal | None, power: int, code: str) -> str:
    if value is not None and (value < 0 or value >= _MOST):
        raise BadInput("/values", value, "zero or more, below 10^15")
    if value is not None and value != round(value, _DECIMALS):
        raise BadInput("/values", value, "at most 6 decimals")
    parts = ["<Point><position>", str(position), "</position>"]
    if value is not None:
        told = f"{value.scaleb(power).normalize():f}"
        parts += ["<energy_Quantity.quantity>", told, "</energy_Quantity.quantity>"]
    if value is None and code:
        code = "A02"
    if code:
        parts += ["<energy_Quantity.quality>", code, "</energy_Quantity.quality>"]
    return "".join([*parts, "</Point>\n"])


def _format_minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _format_second(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _compute_uuid(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(("urn:synergie:cim-vhd", *parts))))
