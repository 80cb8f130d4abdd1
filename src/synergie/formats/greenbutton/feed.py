"""Green Button: an Atom feed of ESPI resources (NAESB REQ.21), in and out.

Values are whole numbers times a power of ten in the unit of their reading type; times are seconds
since 1970 in UTC and a duration each, so that no clock change is ever ambiguous.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, TooLarge, Words
from synergie.formats import checks
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.format import Format, Record, Sample
from synergie.formats.greenbutton._feed import (
    NAMES,
    PAYLOADS,
    PEOPLE,
    Entry,
    Feed,
    Point,
    ReadingType,
    iterate_entries,
)
from synergie.formats.greenbutton._local_time import local_time
from synergie.formats.greenbutton._readings import Blocks, Lifting, Readings
from synergie.formats.greenbutton._series import NAME, Series
from synergie.formats.greenbutton._summary import Summaries
from synergie.formats.greenbutton._writing import write
from synergie.formats.report import Report
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.profile import Profile

MAX_HELD = 300_000
"""Readings held before they are given out; a longer series comes in several runs."""
MAX_UNTYPED = 1_500_000
"""Readings held because their reading type has not come yet."""

_ESPI = b"naesb.org/espi"


def sniff(sample: Sample) -> float:
    """1.0 for a feed, an entry or a resource in the namespace of ESPI; 0.9 for its elements."""
    root, _ = root_of(sample)
    start = sample.start
    if root not in {"feed", "entry", *PAYLOADS} and b"<feed" not in start:
        return 0.0
    if _ESPI in start:
        return 1.0
    known = any(name.encode() in start for name in ("IntervalBlock", "UsagePoint", "ReadingType"))
    return 0.9 if known else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Curves of equal steps, readings of other intervals, points without readings; the report.

    A reading that cannot be read is refused. BadInput: no feed of ESPI. TooLarge: an entry over
    64 MiB, or too many readings before their reading type.
    """
    report = Report()
    return _Reading(source, profile, report).records(), report


class _Reading:
    """One reading of one file."""

    def __init__(self, source: BinaryIO, profile: Profile, report: Report) -> None:
        self._lifting = Lifting(source)
        self._profile, self._report = profile, report
        self._feed = Feed()
        self._held: dict[str, Readings] = {}
        self._n, self._most = 0, MAX_HELD
        """Readings held, and how many may be before some are given out."""
        self._series: dict[str, Series] = {}
        self._told: set[str] = set()
        """Keys of the points that have readings."""
        self._summaries = Summaries()
        self._blocks = Blocks(self._lifting, report)

    def records(self) -> Iterator[Record]:
        """The records, as soon as what they need is known."""
        around: list[Element] = []
        some = False
        for element in iterate_elements(self._lifting, *NAMES):  # type: ignore[arg-type]
            if element.tag == "link":
                around = [*around[-20:], element]
                continue
            if element.tag == "id":
                self._feed.identity = self._feed.identity or (element.text or "").strip()
                continue
            for entry in iterate_entries(element, around):
                some = some or entry.payload.tag not in PEOPLE
                self._take(entry)
            if self._n > self._most:
                yield from self._emit_records(last=False)
                self._most = max(MAX_HELD, 2 * self._n)
                if self._n > MAX_UNTYPED:
                    raise TooLarge(MAX_UNTYPED, "readings before their reading type")
        if not some:
            raise BadInput("feed", Words("no resource of ESPI"), "a Green Button feed (ESPI)")
        yield from self._emit_records(last=True)
        self._tell_empty()
        self._summaries.compare(self._feed, self._report)
        yield from self._alone()

    def _take(self, entry: Entry) -> None:
        tag = entry.payload.tag
        if tag in PEOPLE:
            self._report.find(checks.PERSONAL_DATA_DROPPED)
        elif tag == "IntervalBlock":
            into = self._held.setdefault(self._feed.meter_of(entry.links), Readings())
            before, refused = len(into.starts), self._report.refusals
            self._blocks.add(entry.payload, into)
            self._n += len(into.starts) - before
            if (len(into.starts), self._report.refusals) == (before, refused):
                self._report.find(checks.SERIES_EMPTY, tag)
        elif tag.endswith("UsageSummary"):
            self._summaries.add(entry)
        elif tag == "LocalTimeParameters":
            self._look_at_zone(entry.payload)
        else:
            self._feed.add(entry)

    def _look_at_zone(self, payload: Element) -> None:
        """Whether the feed's clocks are those of the declared zone, which cuts the civil days."""
        told, name = (payload.findtext("tzOffset") or "").strip(), self._profile.time_zone
        known = dict(local_time(load_time_zone(name)))["tzOffset"]
        if told and told != known:
            self._report.note(
                "the feed's clocks are {} s from UTC, those of the declared zone {} are {} s",
                told, name, known,
            )  # fmt: skip

    def _emit_records(self, *, last: bool) -> Iterator[Record]:
        """What is held, as records; what has no reading type yet waits until the *last* time."""
        for address in list(self._held):
            meter = self._feed.meter(address)
            kind = self._feed.type_of(meter)
            if kind is None and not last:
                continue
            series = self._series.get(address)
            if series is None:
                point = self._feed.point_of(meter, address)
                if point is None and not last:
                    continue
                series = self._series[address] = self._begun(point, kind)
            held = self._held.pop(address)
            self._n -= len(held.starts)
            yield from series.records(held, self._summaries)

    def _begun(self, point: Point | None, kind: ReadingType | None) -> Series:
        point = point or self._feed.itself()
        if point is not None:
            self._told.add(point.key)
            if not self._feed.points and point.links.identity:
                self._report.note("the feed names no usage point: its own id stands for the meter")
        return Series(point, kind, self._profile, self._report)

    def _tell_empty(self) -> None:
        """The meter readings that no block hangs from."""
        if bare := self._feed.meters.keys() - self._series.keys():
            self._report.find(checks.SERIES_EMPTY, "MeterReading", times=len(bare))

    def _alone(self) -> Iterator[Record]:
        """Points for which the feed has no reading at all, as a subscription lists them."""
        for point in self._feed.points.values():
            if point.key not in self._told:
                self._report.kept += 1
                self._report.find(checks.SERIES_EMPTY, "UsagePoint")
                scheme, _, code = point.key.partition(":")
                yield SupplyPointRecord.model_validate(
                    {
                        "scheme": scheme,
                        "code": code,
                        "time_zone": self._profile.time_zone,
                        "personal_data": "possible",
                        "provenance": self._profile.provenance or "partner",
                    }
                )


__all__ = ["FORMAT", "read", "sniff", "write"]

FORMAT = Format(
    name=NAME, title="Green Button (NAESB ESPI, XML)", sniff=sniff, read=read, write=write
)
