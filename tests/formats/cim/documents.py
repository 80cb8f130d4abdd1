"""Validated historical data documents made for tests, by hand and not by our writer."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from synergie.calendar import day_bounds, load_time_zone
from synergie.formats import Report
from synergie.formats.cim import vhd
from synergie.formats.format import Record
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

PARIS = load_time_zone("Europe/Paris")
START = datetime(2026, 1, 1, tzinfo=UTC)

type Row = tuple[int, object, str]
"""Position, quantity, quality; an empty one is not written."""


def minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


@dataclass(frozen=True, kw_only=True)
class Series:
    """One TimeSeries with one period; each part can be made otherwise."""

    rows: Sequence[Row] = ()
    start: datetime = START
    end: datetime | None = None
    resolution: str = "P0Y0M0DT0H15M0.000S"
    step: timedelta = timedelta(minutes=15)
    business: str = "A04"
    flow: str = "A02"
    product: str = "8716867000030"
    unit: str = "KWH"
    commodity: str = "2"
    scheme: str = "NFR"
    point: str = "99000000000017"
    extra: str = ""
    """Elements of the reading type, by version 1.04."""

    def parts(self) -> tuple[str, str]:
        """Its period's interval, and its points."""
        end = self.end or self.start + self.step * max((row[0] for row in self.rows), default=1)
        told = []
        for position, quantity, quality in self.rows:
            part = f"<ns:position>{position}</ns:position>"
            if quantity != "":
                part += f"<ns:energy_Quantity.quantity>{quantity}\n</ns:energy_Quantity.quantity>"
            if quality:
                part += f"<ns:energy_Quantity.quality>{quality}</ns:energy_Quantity.quality>"
            told.append(f"<ns:Point>{part}</ns:Point>")
        interval = f"<ns:start>{minute(self.start)}</ns:start><ns:end>{minute(end)}</ns:end>"
        return interval, "".join(told)

    def text(self) -> str:
        """As version 1.04 writes it."""
        interval, points = self.parts()
        kind = "marketEvaluationPoint.meterReadings.readings.readingType"
        return (
            "<ns:TimeSeries><ns:version>1</ns:version><ns:mRID>x</ns:mRID>"
            f"<ns:businessType>{self.business}</ns:businessType><ns:product>{self.product}"
            f"</ns:product><ns:energy_Measurement_Unit.name>\n {self.unit}\n"
            "</ns:energy_Measurement_Unit.name>"
            f"<ns:flowDirection.direction>{self.flow}</ns:flowDirection.direction><ns:Period>"
            f"<ns:resolution>{self.resolution}</ns:resolution><ns:timeInterval>{interval}"
            f"</ns:timeInterval>{points}</ns:Period>"
            f'<ns:marketEvaluationPoint.mRID codingScheme="{self.scheme}">{self.point}'
            f"</ns:marketEvaluationPoint.mRID>{self.extra}"
            f"<ns:{kind}.commodity>{self.commodity}</ns:{kind}.commodity></ns:TimeSeries>"
        )

    def older(self) -> str:
        """As version 0.82 writes it: lists, and the scheme as an element."""
        interval, points = self.parts()
        kind = "marketEvaluationPoint.meterReadings.readings.ReadingType"
        return (
            f"<TimeSeries><mRID>x</mRID><businessType>{self.business}</businessType>"
            f"<product>{self.product}</product><flowDirection.direction>{self.flow}"
            "</flowDirection.direction><marketEvaluationPoint.mRID><codingScheme>"
            f"{self.scheme}</codingScheme><value>{self.point}</value></marketEvaluationPoint.mRID>"
            f"<{kind}.commodity>{self.commodity}</{kind}.commodity>"
            f"<energy_Measurement_Unit.name>{self.unit}</energy_Measurement_Unit.name>"
            f"<Series_PeriodList><Series_Period><timeInterval>{interval}</timeInterval>"
            f"<resolution>PT15M</resolution><PointList>{points}</PointList><ReasonList/>"
            "</Series_Period></Series_PeriodList></TimeSeries>"
        ).replace("ns:", "")


def document(*series: Series) -> bytes:
    """A document of version 1.04."""
    return (
        '<?xml version="1.0"?><ns:VHD_Envelope xmlns:ns="https//eddie.energy/CIM/VHD_v1.04">'
        f"<ns:MarketDocument>{''.join(one.text() for one in series)}</ns:MarketDocument>"
        "</ns:VHD_Envelope>"
    ).encode()


def older(*series: Series) -> bytes:
    """A document of version 0.82."""
    return (
        "<ValidatedHistoricalData_Envelope xmlns='http://www.eddie.energy/VHD/EDD01/20240614'>"
        "<ValidatedHistoricalData_MarketDocument><TimeSeriesList>"
        f"{''.join(one.older() for one in series)}</TimeSeriesList>"
        "</ValidatedHistoricalData_MarketDocument></ValidatedHistoricalData_Envelope>"
    ).encode()


def rows(quantities: Iterable[object], quality: str = "A04") -> list[Row]:
    """Quantities one position after another."""
    return [(i, quantity, quality) for i, quantity in enumerate(quantities, 1)]


def day(one: date) -> bytes:
    """A document of one civil day of Paris by half-hours."""
    low, high = day_bounds(one, PARIS)
    n = int((high - low).total_seconds()) // 1800
    return document(
        Series(
            start=low,
            step=timedelta(minutes=30),
            resolution="PT30M",
            rows=rows(Decimal(i) / 1000 for i in range(n)),
        )
    )


def read(data: bytes, profile: Profile | None = None) -> tuple[list[Record], Report]:
    """All that *data* holds, and the report."""
    records, report = vhd.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def curve(data: bytes, profile: Profile | None = None) -> MeterCurve:
    """The one curve that *data* holds."""
    (one,), _ = read(data, profile)
    assert isinstance(one, MeterCurve)
    return one


def written(records: Iterable[Record], profile: Profile | None = None) -> bytes:
    """The document that our writer makes of *records*."""
    sink = io.BytesIO()
    vhd.write(records, sink, profile or Profile())
    return sink.getvalue()
