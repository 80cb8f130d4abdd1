"""Devices of TALQ as light points and cabinets."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats._json import Node
from synergie.formats.lighting._talq_names import CABINET_FUNCTIONS, LIGHT_FUNCTIONS, SOURCES
from synergie.formats.report import Report
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.faults import faults
from synergie.units import parse_instant

type Asset = LightPointRecord | CabinetRecord
type Types = dict[str, Node]
"""Luminaire types and lamp types by their addresses."""


class FileFacts(Protocol):
    """What goes with every record of a file."""

    report: Report
    provenance: str


def asset_id(device: Node) -> str:
    """The owner's identifier of the asset; the address of the device when it tells none."""
    for function in device.nodes("functions"):
        if function.maybe("type") == "BasicFunction":
            told = _get_attribute_value(function, "assetId")
            if isinstance(told, str) and told.strip():
                return told.strip()
    return device.text("address")


def build_asset(devices: list[Node], types: Types, tz: ZoneInfo, beside: FileFacts) -> Asset | None:
    """The light point or cabinet that *devices* of one asset make up; None when it is neither.

    What they do not agree on is not known.
    """
    functions = [f for device in devices for f in device.nodes("functions")]
    kinds = {function.text("type") for function in functions}
    values: dict[str, Any] = {}
    for name, value in _read_function_fields(functions, types, tz):
        if values.setdefault(name, value) != value:
            values[name] = None
            beside.report.note("{}: the devices of an asset do not agree; not known", name)
    kind: type[Asset]
    if kinds & LIGHT_FUNCTIONS:
        kind = LightPointRecord
    elif kinds & CABINET_FUNCTIONS:
        kind = CabinetRecord
    else:
        return None
    values |= {"external_id": asset_id(devices[0]), "provenance": beside.provenance}
    try:
        return kind.model_validate({n: v for n, v in values.items() if n in kind.model_fields})
    except ValidationError as error:
        raise faults(error)[0] from error


def _read_function_fields(
    functions: Iterable[Node], types: Types, tz: ZoneInfo
) -> Iterator[tuple[str, Any]]:
    """What the functions of an asset say of it, field by field; what is not told is left out."""
    for function in functions:
        kind = function.text("type")
        if kind == "BasicFunction":
            yield from _read_basic_function(function, tz)
        elif kind in LIGHT_FUNCTIONS:
            yield from _read_light_function(function, types, tz)


def _read_basic_function(function: Node, tz: ZoneInfo) -> Iterator[tuple[str, Any]]:
    name = _get_attribute_value(function, "displayName")
    if isinstance(name, str) and name.strip():
        yield "name", name.strip()
    place = _get_attribute_value(function, "location")
    if place is not None:
        node = Node.of(place, f"{function.at('location')}/value")
        ends = {name: _read_json_number(node, name) for name in ("longitude", "latitude")}
        yield "location", ends
    day = _read_attribute_day(function, "installationDate", tz)
    if day is not None:
        yield "installed_on", day


def _read_light_function(function: Node, types: Types, tz: ZoneInfo) -> Iterator[tuple[str, Any]]:
    flux = _get_attribute_value(function, "luminousFluxConfiguration")
    if isinstance(flux, int) and not isinstance(flux, bool):
        yield "flux_lm", flux
    day = _read_attribute_day(function, "installationTimestamp", tz)
    if day is not None:
        yield "installed_on", day
    for name in ("luminaireTypeAddress", "lampTypeId"):
        address = _get_attribute_value(function, name)
        if isinstance(address, str) and address in types:
            yield from _read_type_fields(types[address])


def _read_type_fields(node: Node) -> Iterator[tuple[str, Any]]:
    """What a luminaire type, or a lamp type of before 2.5, says of each of its luminaires."""
    for name, field in (
        ("manufacturerName", "manufacturer"),
        ("model", "luminaire_model"),
        ("lightPhotometry", "photometry"),
    ):
        told = node.maybe(name)
        if told is not None:
            yield field, told
    lamp = node.maybe("lightSourceType")
    if lamp in SOURCES:
        yield "source_type", SOURCES[lamp]
    yield from _read_power_fields(node)
    kelvins = node.fields.get("cct")
    if isinstance(kelvins, int) and not isinstance(kelvins, bool) and kelvins > 0:
        yield "cct_k", kelvins


def _read_power_fields(node: Node) -> Iterator[tuple[str, Any]]:
    """The expected consumption; the greatest power that it can take is not what it takes."""
    for name in ("powerConsumption", "wattage"):
        watts = node.fields.get(name)
        if isinstance(watts, int | Decimal) and not isinstance(watts, bool):
            if watts == int(watts):
                yield "power_w", int(watts)
            else:
                yield "power_text", f"{watts:f}"
            return


def _get_attribute_value(function: Node, name: str) -> object:
    """The value of an attribute; None when it is absent or null."""
    attribute = function.fields.get(name)
    if attribute is None:
        return None
    return Node.of(attribute, function.at(name)).fields.get("value")


def _read_json_number(node: Node, name: str) -> float:
    value = node.fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadInput(node.at(name), Words("no number") if value is None else value, "a number")
    return float(value)


def _read_attribute_day(function: Node, name: str, tz: ZoneInfo) -> str | None:
    """The civil day of a moment, in *tz*."""
    told = _get_attribute_value(function, name)
    if not isinstance(told, str) or not told.strip():
        return None
    return parse_rfc3339_time(told, function.at(name)).astimezone(tz).date().isoformat()


def parse_rfc3339_time(text: str, where: str) -> datetime:
    """A time of RFC 3339, with its offset."""
    return parse_instant(text.strip(), where)
