"""TALQ 2.7.1 (Smart City Protocol): what a CMS and its gateways exchange, as files.

Read: devices (a list, one, or our own seed), luminaire types beside them, and log reports. Written:
a seed of assets, `{"devices": […], "luminaire-types": […]}`, whose two lists are the bodies of
`POST /devices` and `POST /luminaire-types`. No command, calendar or program is read or written:
control is a matter of safety, and not our job.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats._json import Item, Node
from synergie.formats.format import Format, Record, Sample
from synergie.formats.lighting._talq_devices import Asset, Types, asset_id, build_asset
from synergie.formats.lighting._talq_logs import NAME, Log, Told
from synergie.formats.lighting._talq_parts import iterate_talq_items
from synergie.formats.lighting._talq_write import Seed
from synergie.formats.report import Place, Report
from synergie.schemas.readings.profile import Profile

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
