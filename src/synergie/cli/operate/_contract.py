"""The published contract as texts: an OpenAPI document, JSON Schemas, Table Schemas."""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules, walk_packages
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import synergie
from synergie.cli.extras import needs
from synergie.formats.frames import table_schemas
from synergie.formats.lighting import eclext_tables
from synergie.schemas.published_names import keep_names

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASE = "https://synergie.example/schemas/"
_DEFS = "#/$defs/"
_TYPES = "types.json"


def build_spec_documents() -> dict[str, str]:
    """File name below `specs/` → its exact text. The same at each run."""
    with needs("server"):
        from synergie.server.app import build_openapi_document
    made = {
        f"schemas/{name}": _format_spec_json(schema)
        for name, schema in build_json_schemas(records()).items()
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


def build_json_schemas(records: Sequence[type[BaseModel]]) -> dict[str, dict[str, Any]]:
    """File name → JSON Schema 2020-12 of what may be sent; `$id` carries the major version.

    A record refers to another by its file, and to what is none (units, lists of words) in
    `types.json`: references are relative, and hold among the files as among their `$id`s.
    """
    refs, whole = models_json_schema([(record, "validation") for record in records])
    names = {model.__name__: ref["$ref"] for (model, _), ref in refs.items()}
    kept = keep_names({"records": names, **whole})
    files = {ref: f"{record}.json" for record, ref in kept["records"].items()}
    places = {f"{_DEFS}{name}": f"{_TYPES}{_DEFS}{name}" for name in kept["$defs"]}
    places |= {ref: quote(file) for ref, file in files.items()}
    made: dict[str, dict[str, Any]] = {_TYPES: {"$defs": {}}}
    for name, definition in kept["$defs"].items():
        schema = _replace_refs(definition, places)
        if file := files.get(f"{_DEFS}{name}"):
            made[file] = schema
        else:
            made[_TYPES]["$defs"][name] = schema
    return {
        file: {"$schema": _DIALECT, "$id": f"{_BASE}v1/{quote(file)}", **schema}
        for file, schema in made.items()
    }


def _replace_refs(node: Any, places: Mapping[str, str]) -> Any:
    """*node* with every reference, those of discriminators too, where its target is now."""
    if isinstance(node, dict):
        return {name: _replace_refs(value, places) for name, value in node.items()}
    if isinstance(node, list):
        return [_replace_refs(value, places) for value in node]
    return places.get(node, node) if isinstance(node, str) else node


def _format_spec_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
