"""What a feed says around its readings: points, meter readings, reading types, and their links.

Atom entries point at each other by `self`, `up` and `related`. Some feeds relate each resource,
some its collection, some only nest their addresses; all three are followed. Titles hold names and
addresses of people in real feeds: they are never read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from synergie.errors import TooLarge

MAX_RESOURCES = 200_000
"""Usage points, or meter readings, or reading types of one feed."""
_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*")
_OURS = re.compile(r"(?:^|/)((?:prm|pce|other):[0-9A-Za-z]{1,33})$")
_CODE = re.compile(r"[0-9A-Za-z]{8,33}")
_CODE_OF_QUALITY = re.compile(r"\d{1,3}", re.ASCII)

PAYLOADS = (
    "UsagePoint", "MeterReading", "ReadingType", "IntervalBlock", "LocalTimeParameters",
    "ElectricPowerUsageSummary", "UsageSummary", "ElectricPowerQualitySummary",
)  # fmt: skip
PEOPLE = (
    "RetailCustomer", "Customer", "CustomerAccount", "CustomerAgreement", "ServiceLocation",
    "ServiceSupplier", "EndDevice", "ProgramDateIdMappings",
)  # fmt: skip
"""Resources of the retail customer schema: who the customer is and where he lives."""
NAMES = ("entry", "link", "id", *PAYLOADS, *PEOPLE)
"""What is asked of the document: entries, and what may stand without one."""


class Links(NamedTuple):
    """Addresses of one entry, without scheme and host."""

    identity: str
    self: str
    up: str
    related: frozenset[str]

    @property
    def own(self) -> frozenset[str]:
        """Addresses under which another entry may relate this one: its own, its collection's."""
        return frozenset({self.self, self.up} - {""})

    def parent(self, name: str) -> str:
        """The resource that this one, of the kind *name*, hangs from; empty when nothing says."""
        if self.up:
            return self.up.removesuffix("/" + name)
        head, found, _ = self.self.rpartition(f"/{name}/")
        return head if found else ""


class Entry(NamedTuple):
    """One resource and its links."""

    links: Links
    payload: Element


@dataclass(frozen=True, slots=True)
class Point:
    """A usage point."""

    links: Links
    key: str
    """Key of the delivery point."""
    kind: str
    """Kind of its service: 0 electricity, 1 gas; empty when it does not say."""


@dataclass(frozen=True, slots=True)
class ReadingType:
    """What the values of a meter reading are; texts as written, empty when they are not."""

    links: Links
    uom: str
    multiplier: str
    flow: str
    accumulation: str
    commodity: str
    qualifier: str
    length: str
    quality: str


@dataclass(slots=True)
class Feed:
    """The resources of a feed, as they come by, each under its address."""

    identity: str = ""
    """The id of the feed itself."""
    points: dict[str, Point] = field(default_factory=dict)
    meters: dict[str, Links] = field(default_factory=dict)
    types: dict[str, ReadingType] = field(default_factory=dict)
    _related: dict[str, Point | Links] = field(default_factory=dict)
    """The point or meter reading that relates an address."""
    _above: dict[str, list[ReadingType]] = field(default_factory=dict)
    """Reading types by the collection they are in."""

    def add(self, entry: Entry) -> None:
        """Remember a resource that is no block and no summary. TooLarge: over 200,000."""
        payload, links = entry.payload, entry.links
        where = links.self or links.identity
        if payload.tag == "UsagePoint":
            kind = _read_element_text(payload.find("ServiceCategory"), "kind")
            self._relate(
                links, self.points.setdefault(where, Point(links, _build_point_key(links), kind))
            )
        elif payload.tag == "MeterReading":
            self._relate(links, self.meters.setdefault(where, links))
        elif payload.tag == "ReadingType":
            one = self.types.setdefault(where, _reading_type(links, payload))
            self._above.setdefault(links.up, []).append(one)
        if max(len(self._related), len(self.types), len(self.points)) > MAX_RESOURCES:
            raise TooLarge(MAX_RESOURCES, "resources")

    def _relate(self, links: Links, one: Point | Links) -> None:
        for address in links.related:
            self._related.setdefault(address, one)

    def meter_of(self, block: Links) -> str:
        """Address of the meter reading that *block* belongs to, as far as it is told by now."""
        nested = block.parent("IntervalBlock")
        if nested in self.meters:
            return nested
        for address in block.own:
            if isinstance(meter := self._related.get(address), Links):
                return meter.self or meter.identity
        return nested or (next(iter(self.meters)) if len(self.meters) == 1 else "")

    def meter(self, address: str) -> Links | None:
        """The meter reading there; the only one when none is there."""
        found = self.meters.get(address)
        if found is None and len(self.meters) == 1:
            return next(iter(self.meters.values()))
        return found

    def type_of(self, meter: Links | None) -> ReadingType | None:
        """Its reading type; the only one of the feed when it relates none."""
        related = frozenset[str]() if meter is None else meter.related
        for address in sorted(related):
            if address in self.types:
                return self.types[address]
        for address in sorted(related):
            if len(some := self._above.get(address, [])) == 1:
                return some[0]
        return next(iter(self.types.values())) if len(self.types) == 1 else None

    def point_of(self, meter: Links | None, address: str) -> Point | None:
        """The usage point of a meter reading; the only one of the feed when nothing tells."""
        links = meter or Links("", address, "", frozenset())
        above = links.parent("MeterReading")
        if found := self.point(above, links.own):
            return found
        if self.points or "/UsagePoint/" not in f"/{above}":
            return None
        alone = Links("", above, "", frozenset())  # the feed has blocks and no usage point
        return Point(alone, _build_point_key(alone), "")

    def itself(self) -> Point | None:
        """The feed as a point, when it names none: the exports of one meter that tell no more."""
        if self.points or not self.identity:
            return None
        links = Links(self.identity, "", "", frozenset())
        return Point(links, _build_point_key(links), "")

    def point(self, address: str, own: frozenset[str]) -> Point | None:
        """The usage point at *address*, or that relates one of *own*, or the only one."""
        if address in self.points:
            return self.points[address]
        for one in own:
            if isinstance(point := self._related.get(one), Point):
                return point
        return next(iter(self.points.values())) if len(self.points) == 1 else None


def iterate_entries(element: Element, around: list[Element]) -> Iterator[Entry]:
    """The resources of *element*: an entry, or one that stands alone after the links *around*."""
    if element.tag != "entry":
        yield Entry(_build_links(around, ""), element)
        return
    links = _build_links(element.findall("link"), element.findtext("id") or "")
    stack = list(reversed(element))
    while stack:
        node = stack.pop()
        if node.tag in PAYLOADS or node.tag in PEOPLE:
            yield Entry(links, node)
        else:
            stack += reversed(node)


def _build_links(found: list[Element], identity: str) -> Links:
    by_rel: dict[str, list[str]] = {}
    for link in found:
        by_rel.setdefault(link.get("rel", ""), []).append(_strip_address(link.get("href", "")))
    own, up = by_rel.get("self", [""]), by_rel.get("up", [""])
    return Links(identity.strip(), own[0], up[0], frozenset(by_rel.get("related", ())) - {""})


def _strip_address(href: str) -> str:
    return _HOST.sub("", href.strip(), count=1).rstrip("/")


def _build_point_key(links: Links) -> str:
    """Key of a usage point: the one we wrote, else its UUID, else one made of its address."""
    if ours := _OURS.search(links.self):
        return ours[1]
    code = re.sub(r"[^0-9A-Za-z]", "", links.identity.lower().removeprefix("urn:uuid:"))
    if not _CODE.fullmatch(code):
        code = uuid5(NAMESPACE_URL, links.self or links.identity).hex
    return f"other:{code}"


def _reading_type(links: Links, payload: Element) -> ReadingType:
    quality = _read_element_text(payload, "defaultQuality")
    return ReadingType(
        links,
        uom=_read_element_text(payload, "uom"),
        multiplier=_read_element_text(payload, "powerOfTenMultiplier"),
        flow=_read_element_text(payload, "flowDirection"),
        accumulation=_read_element_text(payload, "accumulationBehaviour"),
        commodity=_read_element_text(payload, "commodity"),
        qualifier=_read_element_text(payload, "dataQualifier"),
        length=_read_element_text(payload, "intervalLength"),
        quality=quality if _CODE_OF_QUALITY.fullmatch(quality) else "",
    )


def _read_element_text(element: Element | None, name: str) -> str:
    return "" if element is None else (element.findtext(name) or "").strip()
