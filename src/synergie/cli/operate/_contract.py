"""The published contract as texts: an OpenAPI document, JSON Schemas, Table Schemas."""

import json
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules, walk_packages
from typing import Any

from pydantic import BaseModel

import synergie
from synergie.cli.extras import needs
from synergie.formats.frames import table_schemas
from synergie.formats.lighting import eclext_tables
from synergie.schemas.published_names import keep_names

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASE = "https://synergie.example/schemas/"


def build_spec_documents() -> dict[str, str]:
    """File name below `specs/` → its exact text. The same at each run."""
    with needs("server"):
        from synergie.server.app import build_openapi_document
    made = {
        f"schemas/{record.__name__}.json": _format_spec_json(json_schema(record))
        for record in records()
    }
    schemas_of = {**eclext_tables.schema_files(), **table_schemas.schema_files()}
    tables = {f"tables/{name}": text for name, text in schemas_of.items()}
    return {"openapi.json": _format_spec_json(build_openapi_document()), **made, **tables}


def records() -> list[type[BaseModel]]:
    """Every public record, by name; generic ones travel inside others."""
    found = {
        name: value
        for home in list_record_modules()
        for name, value in vars(import_module(home)).items()
        if _is_record(value, home)
    }
    return [found[name] for name in sorted(found)]


def list_record_modules() -> Iterator[str]:
    """Modules that hold records: below `schemas`, and below `records` of each subject."""
    beside = (
        f"synergie.{one.name}.records" for one in iter_modules(synergie.__path__) if one.ispkg
    )
    for home in ("synergie.schemas", *beside):
        if find_spec(home) is None:
            continue
        for one in walk_packages(import_module(home).__path__, f"{home}."):
            if not one.ispkg and one.name != "synergie.schemas.wire":  # the base of all
                yield one.name


def _is_record(value: object, home: str) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, BaseModel)
        and value.__module__ == home
        and not value.__pydantic_generic_metadata__["parameters"]
    )


def json_schema(record: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema 2020-12 of what may be sent; `$id` carries the major version."""
    made = keep_names(record.model_json_schema(mode="validation"))
    return {"$schema": _DIALECT, "$id": f"{_BASE}v1/{record.__name__}.json", **made}


def _format_spec_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
