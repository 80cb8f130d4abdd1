"""Green Button feeds made for tests, by hand and not by our writer."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from synergie.calendar import day_bounds, load_time_zone
from synergie.formats import Report
from synergie.formats.format import Record
from synergie.formats.greenbutton import feed
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

PARIS = load_time_zone("Europe/Paris")
UUID = "c4b46b5d-d4ac-4cd3-9e29-13717dd04140"
KEY = "other:" + UUID.replace("-", "")
ROOT = "https://custodian.example/espi/1_1/resource"


@dataclass(kw_only=True)
class Maker:
    """One usage point with one meter reading; each part can be made otherwise."""

    readings: Iterable[tuple[int, int, object]] = ()
    """Start, duration, value; or `raw` text of the reading in the place of the value."""
    blocks: Iterable[Iterable[tuple[int, int, object]]] = ()
    kind: str = "0"
    kind_of_value: Mapping[str, object] = field(
        default_factory=lambda: {"flowDirection": 1, "intervalLength": 3600, "uom": 72}
    )
    direct: bool = False
    prefix: str = ""
    extra: str = ""
    point: bool = True
    late_types: bool = False

    def tag(self, name: str, body: str) -> str:
        return f"<{self.prefix}{name}>{body}</{self.prefix}{name}>"

    def reading(self, start: int, duration: int, value: object) -> str:
        period = self.tag("duration", str(duration)) + self.tag("start", str(start))
        body = str(value)
        if not body.startswith("<"):
            body = self.tag("timePeriod", period) + self.tag("value", body)
        return self.tag("IntervalReading", body) + "\n"

    def block(self, rows: Iterable[tuple[int, int, object]]) -> str:
        rows = list(rows)
        span = self.tag("duration", "86400") + self.tag("start", str(rows[0][0] if rows else 0))
        body = self.tag("interval", span) + "".join(self.reading(*row) for row in rows)
        return self.tag("IntervalBlock", body)

    def entry(self, payload: str, links: dict[str, str], identity: str = "") -> str:
        told = "".join(f'<link rel="{k}" href="{v}"/>' for k, v in links.items())
        name = f"<id>urn:uuid:{identity.upper()}</id>" if identity else ""
        return f"<entry>{name}{told}<title>1 MAIN ST</title><content>{payload}</content></entry>\n"

    def bytes(self) -> bytes:
        spaced = f'xmlns:{self.prefix[:-1] or "espi"}="http://naesb.org/espi"'
        point, meter = (
            f"{ROOT}/Customer/5/UsagePoint/1",
            f"{ROOT}/Customer/5/UsagePoint/1/MeterReading/01",
        )
        kind = f"{ROOT}/ReadingType/07"
        if self.direct:
            meter = f"{ROOT}/Elsewhere/MeterReading/9"
        fields = "".join(self.tag(k, str(v)) for k, v in self.kind_of_value.items())
        service = self.tag("ServiceCategory", self.tag("kind", self.kind))
        related = meter if self.direct else f"{point}/MeterReading"
        parts = []
        if self.point:
            links = {"self": point, "up": point.removesuffix("/1"), "related": related}
            parts.append(self.entry(self.tag("UsagePoint", service), links, UUID))
        up = {} if self.direct else {"up": meter.removesuffix("/01")}
        parts.append(
            self.entry(self.tag("MeterReading", ""), {"self": meter, **up, "related": kind})
        )
        typed = self.entry(self.tag("ReadingType", fields), {"self": kind})
        some = list(self.blocks) or [self.readings]
        blocks = [
            self.entry(
                self.block(rows),
                {"self": f"{meter}/IntervalBlock/{i}", "up": f"{meter}/IntervalBlock"},
            )
            for i, rows in enumerate(some)
        ]
        parts += [*blocks, typed] if self.late_types else [typed, *blocks]
        head = f'<feed xmlns="http://www.w3.org/2005/Atom" {spaced}>'
        return (head + "".join(parts) + self.extra + "</feed>").encode()


def hours(start: int, values: Iterable[object], step: int = 3600) -> list[tuple[int, int, object]]:
    """Readings one after another."""
    return [(start + i * step, step, value) for i, value in enumerate(values)]


def day(one: date, step: int = 3600) -> bytes:
    """A feed of one civil day of Paris."""
    low, high = (int(moment.timestamp()) for moment in day_bounds(one, PARIS))
    values = [100 + i for i in range((high - low) // step)]
    return Maker(readings=hours(low, values, step)).bytes()


def read(data: bytes, profile: Profile | None = None) -> tuple[list[Record], Report]:
    """All that *data* holds, and the report."""
    records, report = feed.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def curve(data: bytes, profile: Profile | None = None) -> MeterCurve:
    """The one curve that *data* holds."""
    (one,), _ = read(data, profile)
    assert isinstance(one, MeterCurve)
    return one


def kwh(curves: list[Record]) -> float:
    """Energy in kWh, by another way than the report's."""
    total = sum(
        Fraction(str(value)) for one in curves if isinstance(one, MeterCurve)
        for value in one.values if value is not None
    )  # fmt: skip
    return round(float(total) / 1000, 3)
