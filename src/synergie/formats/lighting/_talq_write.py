"""Assets as devices and luminaire types of TALQ, to seed a central management system."""

from uuid import UUID, uuid5

from synergie.errors import BadInput
from synergie.formats.format import Record
from synergie.formats.lighting._talq_names import WRITTEN
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location

type Json = dict[str, object]

_SPACE = UUID("0d3c8f0e-6d3b-5b0b-9d5e-2f6a4c1b7e90")
"""Ours, drawn once: an address is made from it and the identifier, always the same."""


class Seed:
    """Makes devices one by one, and keeps the luminaire types that they have in common."""

    def __init__(self) -> None:
        self.types: dict[str, Json] = {}

    def device(self, record: Record) -> Json:
        """The device of *record*; BadInput when it is no light point and no cabinet."""
        if isinstance(record, LightPointRecord):
            return self._light(record)
        if isinstance(record, CabinetRecord):
            monitor: Json = {"id": "cabinet", "type": "CabinetMonitorFunction"}
            basic = _build_basic_function(record.external_id, record.location, record.name)
            return _build_device("cabinet", record.external_id, "Cabinet", [basic, monitor])
        raise BadInput("record", type(record).__name__, "a light point or a cabinet")

    def _light(self, point: LightPointRecord) -> Json:
        luminaire: Json = {"id": "luminaire", "type": "LuminaireAssetFunction"}
        address = self._type(point)
        if address is not None:
            luminaire["luminaireTypeAddress"] = _build_attribute("AttributeString", address)
        if point.flux_lm is not None:
            flux = _build_attribute("AttributeInteger", point.flux_lm)
            luminaire["luminousFluxConfiguration"] = flux
        if point.installed_on is not None:
            noon = f"{point.installed_on.isoformat()}T12:00:00Z"  # the same day in every zone
            luminaire["installationTimestamp"] = _build_attribute("AttributeDateTime", noon)
        basic = _build_basic_function(point.external_id, point.location, None)
        return _build_device("light", point.external_id, "Luminaire", [basic, luminaire])

    def _type(self, point: LightPointRecord) -> str | None:
        """The address of the type of a luminaire; None when nothing is known of it."""
        told: Json = {
            "manufacturerName": point.manufacturer,
            "model": point.luminaire_model,
            "lightPhotometry": point.photometry,
            "lightSourceType": WRITTEN.get(point.source_type or ""),
            "powerConsumption": point.power_w,
            "cct": point.cct_k,
        }
        known = {name: value for name, value in told.items() if value is not None}
        if not known:
            return None
        address = str(uuid5(_SPACE, f"type/{sorted(known.items())}"))
        if address not in self.types:
            name = " ".join(str(known[part]) for part in told if part in known)
            self.types[address] = {"address": address, "name": name, **known}
        return address


def _build_device(kind: str, name: str, device_class: str, functions: list[Json]) -> Json:
    address = str(uuid5(_SPACE, f"{kind}/{name}"))
    return {"address": address, "name": name, "class": device_class, "functions": functions}


def _build_basic_function(name: str, place: Location | None, shown: str | None) -> Json:
    basic: Json = {"id": "basic", "type": "BasicFunction"}
    basic["assetId"] = _build_attribute("AttributeString", name)
    if shown is not None:
        basic["displayName"] = _build_attribute("AttributeString", shown)
    if place is not None:
        ends = {"latitude": place.latitude, "longitude": place.longitude}
        basic["location"] = _build_attribute("AttributeLocation", ends)
    return basic


def _build_attribute(kind: str, value: object) -> Json:
    return {"type": kind, "value": value}
