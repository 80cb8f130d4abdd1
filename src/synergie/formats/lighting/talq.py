"""TALQ 2.7.1 (Smart City Protocol): what a CMS and its gateways exchange, as files.

Read: devices (a list, one, or our own seed), luminaire types beside them, and log reports. Written:
a seed of assets, `{"devices": […], "luminaire-types": […]}`, whose two lists are the bodies of
`POST /devices` and `POST /luminaire-types`. No command, calendar or program is read or written:
control is a matter of safety, and not our job.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

from pydantic import ValidationError

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._json import Item, Node
from synergie.formats.format import Format, Record, Sample
from synergie.formats.lighting._talq_devices import (
    Asset,
    Types,
    asset_id,
    build_asset,
    parse_rfc3339_time,
)
from synergie.formats.lighting._talq_names import FAULTS, REGISTERS
from synergie.formats.lighting._talq_parts import iterate_talq_items
from synergie.formats.lighting._talq_write import Seed
from synergie.formats.report import Place, Report
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading

# What the loggers of TALQ recorded: indexes of registers, and faults as reports.

NAME = "talq"

type Told = RegisterReading | WorkOrder

_TIMED = "a time of the attribute or of the entry: when it was measured is never guessed"


@dataclass(slots=True)
class Log:
    """Reads entries one by one; remembers the last index of each register, and open faults."""

    report: Report
    provenance: str
    assets: dict[str, str] = field(default_factory=dict)
    """Address of a device → the owner's identifier, where the file tells it."""
    _last: dict[tuple[str, str, str], tuple[datetime, Decimal]] = field(default_factory=dict)
    _open: set[tuple[str, str]] = field(default_factory=set)

    def entry(self, node: Node, place: Place) -> Iterator[Told]:
        """The record of an entry of a LogReport; none for what is no index and no fault."""
        data = node.node("data")
        kind, source = data.text("type"), data.text("srcAddress")
        if kind == "AttributeLogData":
            value = data.node("attributeValue")
            when = _read_log_time(value, data)
            yield from self.attribute((source, data.text("attributeName")), value, when, place)
        elif kind == "EventLogData":
            yield from self._event(data, source)
        else:
            self.report.note("{}: neither an index nor a fault; passed over", kind)

    def device(self, node: Node, place: Place) -> Iterator[Told]:
        """The indexes and faults that a device tells of itself, with their times."""
        for function in node.nodes("functions"):
            for name in function.fields:
                if name not in REGISTERS and name not in FAULTS:
                    continue
                attribute = function.node(name)
                told = attribute.maybe("timestamp")
                if told is None:
                    self.report.note("{} without its time; not read", name)
                    continue
                source = f"{node.text('address')}/{function.maybe('id') or ''}"
                when = parse_rfc3339_time(told, attribute.at("timestamp"))
                yield from self.attribute((source, name), attribute, when, place)

    def attribute(
        self, named: tuple[str, str], value: Node, when: datetime, place: Place
    ) -> Iterator[Told]:
        """The index that an attribute tells, or the fault that it says is there."""
        source, name = named
        told = value.fields.get("value")
        if name in REGISTERS and told is not None:
            yield from self._index(
                source, name, _check_exact_number(told, value.at("value")), (when, place)
            )
        elif name in FAULTS:
            if told is True:
                yield self._fault(source, name, when)
        elif name not in REGISTERS:
            self.report.note("{}: neither an index nor a fault; passed over", name)

    def _index(
        self, source: str, name: str, value: Decimal, at: tuple[datetime, Place]
    ) -> Iterator[RegisterReading]:
        (asset, rank), (when, place) = self._parted(source), at
        quantity, unit = REGISTERS[name]
        last = self._last.get((asset, rank, name))
        if last is not None and last[0] == when:
            if last[1] == value:
                self.report.duplicates += 1
                return
            code = checks.CONFLICTING_DUPLICATE.code
            raise BadInput("/value", value, "the value already given for this moment", code)
        if last is not None and when < last[0]:
            self.report.find(checks.OUT_OF_ORDER, place=place)
        else:
            if last is not None and value < last[1]:
                self.report.find(checks.REGISTER_DECREASING, last[1], value, place=place)
            self._last[asset, rank, name] = when, value
        try:
            yield RegisterReading(
                asset=asset,
                quantity=quantity,
                unit=unit,
                register_rank=rank or None,
                instant=when,
                value=value,
                source=NAME,
                provenance=self.provenance,  # type: ignore[arg-type] # checked by the model
            )
        except ValidationError as error:
            raise faults(error)[0] from error

    def _event(self, data: Node, source: str) -> Iterator[WorkOrder]:
        name, flag = data.text("eventType"), data.fields.get("startEndFlag")
        if name not in FAULTS:
            self.report.note("{}: neither an index nor a fault; passed over", name)
            return
        when = _read_log_time(data, data)
        if flag is True:
            self._open.add((source, name))
        elif (source, name) in self._open:
            self._open.discard((source, name))
            self.report.note("a fault ended: {}", name)
            return
        yield self._fault(source, name, when)

    def _fault(self, source: str, name: str, when: datetime) -> WorkOrder:
        asset, rank = self._parted(source)
        try:
            return WorkOrder(
                external_id="/".join(
                    part for part in (asset, rank, name, when.isoformat()) if part
                ),
                kind="report",
                asset_kind=FAULTS[name],
                asset=asset,
                reported_at=when,
                fault_type=name,
                provenance=self.provenance,  # type: ignore[arg-type] # checked by the model
            )
        except ValidationError as error:
            raise faults(error)[0] from error

    def _parted(self, source: str) -> tuple[str, str]:
        """The asset and the function of an address."""
        address, _, function = source.partition("/")
        return self.assets.get(address, address), function


def _read_log_time(first: Node, second: Node) -> datetime:
    """When it was: the time of the value, else of the entry; BadInput when neither tells one."""
    for node in (first, second):
        told = node.maybe("timestamp")
        if told is not None:
            return parse_rfc3339_time(told, node.at("timestamp"))
    raise BadInput(first.at("timestamp"), Words("nothing"), _TIMED)


def _check_exact_number(value: object, where: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadInput(where, value, "a number")
    return Decimal(value)


_FUNCTIONS = (
    '"BasicFunction"', '"LampMonitorFunction"', '"LuminaireAssetFunction"',
    '"LampActuatorFunction"', '"CabinetMonitorFunction"', '"CabinetConfigurationFunction"',
)  # fmt: skip
_WHAT = "a device, a luminaire type or a log report of TALQ"
_KEPT = 100_000


def sniff(sample: Sample) -> float:
    """0.95 for JSON with functions of devices, or entries with their source addresses."""
    text = sample.start.decode("utf-8-sig", "replace").lstrip()
    if text[:1] not in ("{", "["):
        return 0.0
    devices = '"functions"' in text and any(name in text for name in _FUNCTIONS)
    logs = '"entries"' in text and '"srcAddress"' in text
    types = '"luminaire-types"' in text
    return 0.95 if devices or logs or types else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Asset | Told], Report]:
    """Light points and cabinets of devices, indexes and fault reports of logs, in file order.

    Devices of one assetId are one asset, given where the last of them stands. An entry without
    any time is refused. BadInput when the file is not JSON, or none of the three. Memory grows
    with the identifiers, the luminaire types and the refusals.
    """
    report = Report()
    return _Reader(source, profile, report).records(), report


class _Reader:
    """One file being read, once its types and assets are known."""

    def __init__(self, source: BinaryIO, profile: Profile, report: Report) -> None:
        self._source, self._report = source, report
        self._tz, provenance = load_time_zone(profile.time_zone), profile.provenance or "partner"
        self._types: Types = {}
        self._counts = Counter[str]()
        self._waiting: dict[str, list[Node]] = {}
        self._log = Log(report, provenance)
        self._survey()

    def _survey(self) -> None:
        """The types, how many devices make up each asset, and the asset of each device."""
        kinds = set[str]()
        for kind, item in iterate_talq_items(self._source):
            kinds.add(kind)
            try:
                self._learn(kind, item.value)
            except BadInput:
                continue  # told when it is read
        if kinds <= {"other"}:
            raise BadInput("file", Words("JSON of another kind"), _WHAT)

    def _learn(self, kind: str, value: object) -> None:
        if kind == "type" and len(self._types) < _KEPT:
            node = Node.of(value)
            self._types[node.text("address")] = node
        elif kind == "device":
            node = Node.of(value)
            self._log.assets[node.text("address")] = name = asset_id(node)
            self._counts[name] += 1

    def records(self) -> Iterator[Asset | Told]:
        """What the file says, in its order; what cannot be read is refused in its place."""
        for kind, item in iterate_talq_items(self._source):
            try:
                for record in self._read_item(kind, item):
                    self._report.kept += 1
                    yield record
            except BadInput as fault:
                self._report.refuse(item.place, fault)

    def _read_item(self, kind: str, item: Item) -> Iterator[Asset | Told]:
        if kind == "entry":
            yield from self._log.entry(Node.of(item.value), item.place)
        elif kind == "device":
            yield from self._device(Node.of(item.value), item.place)
        elif kind == "other":
            raise BadInput("row", Words("JSON of another kind"), _WHAT)

    def _device(self, node: Node, place: Place) -> Iterator[Asset | Told]:
        """The asset, once all its devices are there, then their indexes and faults."""
        shown = [node.text(name) for name in ("address", "name", "class")]
        name = asset_id(node)
        devices = self._waiting.setdefault(name, [])
        devices.append(node)
        if len(devices) < self._counts[name]:
            return
        del self._waiting[name]
        found = build_asset(devices, self._types, self._tz, self._log)
        if found is None:
            self._report.note("device of class {} is no lighting asset", shown[-1])
            return
        yield found
        for one in devices:
            yield from self._log.device(one, place)


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """The seed: light points and cabinets as devices, and the luminaire types that they have.

    Addresses are made from the identifiers, so that the same assets have the same ones. TALQ has
    no commune, support, circuit, height, usage or state of use: those are not written; nor is the
    cabinet of a light point. BadInput for any other record.
    """
    del profile
    seed = Seed()
    sink.write(b'{"devices":[')
    comma = b"\n"
    for record in records:
        device = seed.device(record)
        sink.write(comma + json.dumps(device, ensure_ascii=False).encode())
        comma = b",\n"
    lines = (json.dumps(one, ensure_ascii=False).encode() for one in seed.types.values())
    sink.write(b'\n],"luminaire-types":[\n' + b",\n".join(lines) + b"\n]}\n")


FORMAT = Format(
    name=NAME,
    title="TALQ 2.7.1: devices, luminaire types, log reports (JSON)",
    sniff=sniff,
    read=read,
    write=write,
)
