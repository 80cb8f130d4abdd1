"""Messages of TALQ made here, and their check against the published OpenAPI schemas.

The specification holds no sample: each message is checked, function by function and attribute by
attribute, against the schema that its `type` names.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.components import package

LIGHT = "6f1c0c52-6c9e-4f53-9a4d-0f0f3a6a0001"
TYPE = "6f1c0c52-6c9e-4f53-9a4d-0f0f3a6a0002"
CABINET = "6f1c0c52-6c9e-4f53-9a4d-0f0f3a6a0003"
LOGGER = "6f1c0c52-6c9e-4f53-9a4d-0f0f3a6a0004"

type Json = dict[str, Any]


def attribute(kind: str, value: object, **more: object) -> Json:
    return {"type": f"Attribute{kind}", "value": value, **more}


def basic(name: str, **more: object) -> Json:
    return {
        "id": "b", "type": "BasicFunction", "assetId": attribute("String", name),
        "location": attribute("Location", {"latitude": 48.77, "longitude": 6.13, "altitude": 210}),
        **more,
    }  # fmt: skip


def device(address: str, *functions: Json, **more: object) -> Json:
    return {
        "address": address, "name": "LP 1", "class": "Node", "functions": list(functions), **more
    }  # fmt: skip


def luminaire(**more: object) -> Json:
    return {
        "id": "l", "type": "LuminaireAssetFunction",
        "luminaireTypeAddress": attribute("String", TYPE),
        "luminousFluxConfiguration": attribute("Integer", 3200),
        "installationTimestamp": attribute("DateTime", "2024-01-05T23:30:00Z"),
        **more,
    }  # fmt: skip


def monitor(**attributes: Json) -> Json:
    return {"id": "m1", "type": "LampMonitorFunction", **attributes}


LUMINAIRE_TYPE: Json = {
    "address": TYPE, "name": "Citea 30 W", "manufacturerName": "Maker", "model": "Citea",
    "maximumPower": 45.0, "powerConsumption": 30.0, "cct": 3000, "lightSourceType": "LED",
    "lightPhotometry": "DN08", "maximumLuminousFluxOutput": 4000,
}  # fmt: skip


def energy(value: object, at: str | None = None, entry: str | None = None) -> Json:
    """An entry of a log report: the cumulative energy of a lamp."""
    told = attribute("Float", value) | ({"timestamp": at} if at else {})
    data = {
        "type": "AttributeLogData", "srcAddress": f"{LIGHT}/m1", "attributeName": "activeEnergy",
        "attributeValue": told,
    }  # fmt: skip
    return {"cmsRefId": "1", "data": data | ({"timestamp": entry} if entry else {})}


def event(name: str, at: str, **more: object) -> Json:
    data = {"type": "EventLogData", "srcAddress": f"{LIGHT}/m1", "eventType": name, "timestamp": at}
    return {"data": data | more}


def report(*entries: Json) -> Json:
    return {"address": LOGGER, "entries": list(entries)}


def packed(message: object) -> bytes:
    return json.dumps(message).encode()


class Schemas:
    """The published data model."""

    def __init__(self, shared: Path) -> None:
        self._document = _document(shared / "data/talq/talq-data-model-2-7-1-online.json")

    def check(self, name: str, value: object) -> None:
        """Fails when *value*, or a part of it, is not as the schema that its type names."""
        jsonschema = package("jsonschema")
        reference = {"$ref": f"#/components/schemas/{name}"}
        schema = {**reference, "components": self._document["components"]}
        jsonschema.Draft202012Validator(schema).validate(value)

    def device(self, value: Json) -> None:
        self.check("Device", value)
        for function in value["functions"]:
            self.check(function["type"], function)
            for name, told in function.items():
                if isinstance(told, dict):
                    assert name in self._properties(function["type"]), name
                    self.check(told["type"], told)

    def report(self, value: Json) -> None:
        self.check("LogReport", value)
        for entry in value["entries"]:
            data = entry["data"]
            self.check(data["type"], data)
            if "attributeValue" in data:
                self.check(data["attributeValue"]["type"], data["attributeValue"])

    def _properties(self, name: str) -> set[str]:
        parts = self._document["components"]["schemas"][name]["allOf"]
        return {one for part in parts for one in part.get("properties", {})}


@cache
def _document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
