"""The published contract as texts: an OpenAPI document, JSON Schemas, Table Schemas."""

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from pydantic import BaseModel

from synergie import schemas
from synergie.cli._extras import needs
from synergie.formats.frames import table_schemas
from synergie.formats.lighting import eclext_tables

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASE = "https://synergie.example/schemas/"


def documents() -> dict[str, str]:
    """File name below `specs/` → its exact text. The same at each run."""
    with needs("server"):
        from synergie.server.app import document
    made = {f"schemas/{record.__name__}.json": _json(json_schema(record)) for record in records()}
    schemas_of = {**eclext_tables.schema_files(), **table_schemas.schema_files()}
    tables = {f"tables/{name}": text for name, text in schemas_of.items()}
    return {"openapi.json": _json(document()), **made, **tables}


def records() -> list[type[BaseModel]]:
    """Every public record of `synergie.schemas`, by name; generic ones travel inside others."""
    names = (module.name for module in iter_modules(schemas.__path__, "synergie.schemas."))
    found = {
        name: value
        for home in names
        if not home.rpartition(".")[2].startswith("_")
        for name, value in vars(import_module(home)).items()
        if _is_record(value, home)
    }
    return [found[name] for name in sorted(found)]


def _is_record(value: object, home: str) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, BaseModel)
        and value.__module__ == home
        and not value.__pydantic_generic_metadata__["parameters"]
    )


def json_schema(record: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema 2020-12 of what may be sent; `$id` carries the major version."""
    made = record.model_json_schema(mode="validation")
    return {"$schema": _DIALECT, "$id": f"{_BASE}v1/{record.__name__}.json", **made}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
