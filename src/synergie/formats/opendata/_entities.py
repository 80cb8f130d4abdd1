"""Records as NGSI-LD entities of the Smart Data Models, in the order of attributes they are told.

dataModel.Streetlighting (2024-10) and dataModel.Energy (2024-12). What a model has no word for
travels beside, under the prefix `synergie:`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Literal, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from synergie.errors import BadInput
from synergie.formats._csv import Cell, table_of
from synergie.formats.format import Record
from synergie.schemas.about import About
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.register_reading import RegisterReading

type Kind = Literal["Property", "Relationship", "GeoProperty"]

PREFIX = "synergie:"
TERMS = "https://synergie.example/terms/"
"""Where our prefix points: our fields by their names in the published schemas."""
_MODELS = "https://raw.githubusercontent.com/smart-data-models/"
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
CONTEXTS = {
    "Streetlight": f"{_MODELS}dataModel.Streetlighting/master/context.jsonld",
    "StreetlightModel": f"{_MODELS}dataModel.Streetlighting/master/context.jsonld",
    "StreetlightControlCabinet": f"{_MODELS}dataModel.Streetlighting/master/context.jsonld",
    "ThreePhaseAcMeasurement": f"{_MODELS}dataModel.Energy/master/context.jsonld",
}
LAMPS = {"LED": "LED", "SHP": "HPS", "SBP": "LPS"}
"""`lampTechnology` knows these three only; another lamp is told under our prefix alone."""
UNIT_CODES = {
    "W": "WTT", "lm": "LUM", "K": "KEL", "m": "MTR", "kVA": "KVA", "kWh": "KWH", "kVArh": "K3",
    "degrés": "DD",
}  # fmt: skip
"""UN/CEFACT Recommendation 20. The energy model asks for kWh and kVArh."""

_PLACE = ("longitude", "latitude")
_HELD = "a light point, a cabinet or an index: NGSI-LD has no model of it here"
_PLACED = "a light point or a cabinet with its place: the model asks for one"
_COUNTED = "an index of active or reactive energy of a delivery point, in Wh or kWh"
_THOUSANDTH = Decimal("0.001")


class Attribute(NamedTuple):
    """One attribute of an entity."""

    name: str
    value: object
    kind: Kind = "Property"
    unit: str = ""


class Entity(NamedTuple):
    """One entity: the name of its type, its identifier, its attributes."""

    type: str
    id: str
    attributes: tuple[Attribute, ...]


def build_urn(kind: str, *parts: str) -> str:
    """`urn:ngsi-ld:<Type>:<id>`, each part percent-encoded (RFC 3986)."""
    return ":".join(["urn:ngsi-ld", kind, *(quote(part, safe="-_.~") for part in parts)])


def entities_of(
    record: Record, about: About | None, tz: ZoneInfo, models: set[str]
) -> Iterator[Entity]:
    """The entities of *record*; a lamp's model comes first, once: *models* remembers.

    BadInput for a record without a model or a place that its model asks for.
    """
    beside = (*_build_common_attributes(about), *_iterate_own_attributes(record, tz))
    match record:
        case LightPointRecord():
            model = _build_streetlight_model(record)
            if model is not None and model.id not in models:
                models.add(model.id)
                yield model._replace(
                    attributes=(*model.attributes, *_build_common_attributes(about))
                )
            yield _build_streetlight(record, model, beside)
        case CabinetRecord():
            yield _build_cabinet_entity(record, beside)
        case RegisterReading():
            yield _build_measurement(record, beside)
        case _:
            raise BadInput("record", type(record).__name__, _HELD)


def _build_common_attributes(about: About | None) -> tuple[Attribute, ...]:
    """Who publishes, and the date of the data: freshness travels with each entity."""
    if about is None:
        return ()
    told = (
        Attribute("dataProvider", about.publisher),
        Attribute("dateModified", about.as_of),
        Attribute(f"{PREFIX}freshness", about.freshness),
        Attribute(f"{PREFIX}licence", about.licence),
    )
    return tuple(one for one in told if one.value is not None)


def _iterate_own_attributes(record: Record, tz: ZoneInfo) -> Iterator[Attribute]:
    """Every field that is known, under our prefix, so that nothing is lost on the way."""
    table = table_of(record)
    (row,) = table.rows(record, tz) if not hasattr(record, "values") else ((),)
    for column, cell in zip(table.columns, row, strict=False):
        if cell is not None and column.name not in _PLACE:
            yield Attribute(
                f"{PREFIX}{column.name}", _convert_to_json_value(cell), "Property", column.unit
            )


def _convert_to_json_value(cell: Cell) -> object:
    """A number that JSON can hold exactly, or a text of it."""
    return str(cell) if isinstance(cell, Decimal) else cell


def _build_location_attribute(location: Location | None, kind: str) -> Attribute:
    if location is None:
        raise BadInput("/location", kind, _PLACED)
    point = {"type": "Point", "coordinates": [location.longitude, location.latitude]}
    return Attribute("location", point, "GeoProperty")


def _select_known_attributes(*attributes: Attribute) -> tuple[Attribute, ...]:
    return tuple(one for one in attributes if one.value is not None)


def _build_streetlight(
    point: LightPointRecord, model: Entity | None, beside: tuple[Attribute, ...]
) -> Entity:
    """One lamp. `status` is asked for: `ok` says that no fault is told here, no more."""
    cabinet = point.cabinet and build_urn("StreetlightControlCabinet", point.cabinet)
    attributes = _select_known_attributes(
        _build_location_attribute(point.location, point.external_id),
        Attribute("status", "ok"),
        Attribute("circuit", point.circuit),
        Attribute("lanternHeight", point.height_m, "Property", "m"),
        Attribute("powerRating", point.power_w, "Property", "W"),
        Attribute("streetPoleNum", point.support),
        Attribute("refStreetlightControlCabinet", cabinet, "Relationship"),
        Attribute("refStreetlightModel", model and model.id, "Relationship"),
    )
    return Entity(
        "Streetlight", build_urn("Streetlight", point.external_id), (*attributes, *beside)
    )


def _build_streetlight_model(point: LightPointRecord) -> Entity | None:
    """What makes lamps alike; None when the maker's model is not known."""
    if point.luminaire_model is None:
        return None
    attributes = _select_known_attributes(
        Attribute("name", point.luminaire_model),
        Attribute("lanternModelName", point.luminaire_model),
        Attribute("lanternManufacturerName", point.manufacturer),
        Attribute("lampTechnology", LAMPS.get(point.source_type or "")),
        Attribute("powerConsumption", point.power_w, "Property", "W"),
        Attribute("luminousFlux", point.flux_lm, "Property", "lm"),
        Attribute("colorTemperature", point.cct_k, "Property", "K"),
        Attribute(f"{PREFIX}source_type", point.source_type),
    )
    told = "\x1f".join(f"{one.name}={one.value}" for one in attributes)
    return Entity(
        "StreetlightModel",
        build_urn("StreetlightModel", sha256(told.encode()).hexdigest()[:16]),
        attributes,
    )


def _build_cabinet_entity(cabinet: CabinetRecord, beside: tuple[Attribute, ...]) -> Entity:
    """A cabinet. `workingMode` is asked for: clocks and cells are automatic; no other is known."""
    group = [build_urn("StreetlightGroup", cabinet.external_id)]
    attributes = _select_known_attributes(
        _build_location_attribute(cabinet.location, cabinet.external_id),
        Attribute("name", cabinet.name),
        Attribute("workingMode", "automatic"),
        Attribute("refStreetlightGroup", group, "Relationship"),
    )
    entity = build_urn("StreetlightControlCabinet", cabinet.external_id)
    return Entity("StreetlightControlCabinet", entity, (*attributes, *beside))


_COUNTERS = {
    ("active_energy", "import"): "totalActiveEnergyImport",
    ("active_energy", "export"): "totalActiveEnergyExport",
    ("reactive_inductive", "import"): "totalReactiveEnergyImport",
    ("reactive_inductive", "export"): "totalReactiveEnergyExport",
}
_KILO = {"Wh": ("kWh", _THOUSANDTH), "VArh": ("kVArh", _THOUSANDTH), "kWh": ("kWh", Decimal(1)),
         "kVArh": ("kVArh", Decimal(1))}  # fmt: skip


def _build_measurement(index: RegisterReading, beside: tuple[Attribute, ...]) -> Entity:
    """A counter at one moment. The model has totals only: a class is told under our prefix."""
    name = _COUNTERS.get((index.quantity, index.direction))
    if name is None or index.unit not in _KILO or index.supply_point is None:
        raise BadInput("/quantity", f"{index.quantity}, {index.unit}", _COUNTED)
    unit, factor = _KILO[index.unit]
    total = index.register_class is None
    moment = f"{index.instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    attributes = _select_known_attributes(
        Attribute(name if total else f"{PREFIX}{name}", float(index.value * factor), unit=unit),
        Attribute("dateObserved", index.instant),
    )
    parts = (index.supply_point, name, index.grid or "-", index.calendar or "-",
             index.register_class or "-", moment)  # fmt: skip
    entity = build_urn("ThreePhaseAcMeasurement", *parts)
    return Entity("ThreePhaseAcMeasurement", entity, (*attributes, *beside))


def format_attribute_value(value: object, *, normalized: bool) -> object:
    """A value as JSON holds it; normalized forms say that a text is a date."""
    if isinstance(value, datetime):
        text = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"@type": "DateTime", "@value": text} if normalized else text
    if isinstance(value, date):
        return {"@type": "Date", "@value": value.isoformat()} if normalized else value.isoformat()
    return value
