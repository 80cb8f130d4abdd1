"""What the loggers of TALQ recorded: indexes of registers, and faults as reports."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._json import Node
from synergie.formats.lighting._talq_devices import parse_rfc3339_time
from synergie.formats.lighting._talq_names import FAULTS, REGISTERS
from synergie.formats.report import Place, Report
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.faults import faults
from synergie.schemas.readings.register_reading import RegisterReading

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
