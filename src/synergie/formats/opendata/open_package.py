"""What a machine must know of the open files: Table Schema and Data Package (frictionless)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from synergie.formats.opendata.open_rows import COLUMNS, KEY, Column

_TYPES = {
    "text": "string",
    "date": "date",
    "flag": "boolean",
    "count": "integer",
    "energy": "number",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file beside the package. `dialect`: how its text is cut; None: it is no CSV."""

    name: str
    size: int
    """Bytes."""
    sha256: str
    kind: str
    """Media type."""
    format: str
    dialect: dict[str, Any] | None = None
    schema: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that shows who published the others. `path`: beside the package, or below it."""

    path: str
    kind: str
    """Media type."""
    format: str
    title: str
    """French."""


class Terms(NamedTuple):
    """A licence: identifier (SPDX), address of its text, and what it is of."""

    name: str
    path: str
    title: str


def machine_schema() -> dict[str, Any]:
    """The Table Schema of `…-ouvert.csv`."""
    fields = [_build_table_field(column, column.name, column.en) for column in COLUMNS]
    return {"fields": fields, "missingValues": [""], "primaryKey": list(KEY)}


def spreadsheet_schema() -> dict[str, Any]:
    """The Table Schema of `…-tableur.csv`: French headings, days first, decimal comma."""
    fields = []
    for column in COLUMNS:
        field = _build_table_field(column, column.heading, column.fr)
        if column.kind == "date":
            field["format"] = "%d/%m/%Y"
        if column.kind == "flag":
            field |= {"trueValues": ["oui"], "falseValues": ["non"]}
        if column.kind == "energy":
            field["decimalChar"] = ","
        fields.append(field)
    named = {column.name: column.heading for column in COLUMNS}
    return {"fields": fields, "missingValues": [""], "primaryKey": [named[key] for key in KEY]}


MACHINE = {"delimiter": ",", "lineTerminator": "\r\n", "header": True}
SPREADSHEET = {"delimiter": ";", "lineTerminator": "\r\n", "header": True}
"""How each CSV is cut (CSV Dialect)."""


def data_package(
    name: str,
    *,
    title: str,
    description: str,
    licences: Iterable[Terms],
    files: Iterable[File],
    proofs: Iterable[Proof] = (),
) -> dict[str, Any]:
    """The Data Package (v1) of *files*: each with its length and SHA-256, the CSVs with a schema.

    *proofs* are resources like them, the form that v1 and v2 have for a file of any kind: neither
    has a member for signatures. They bear no digest, for they may be told anew.
    """
    return {
        "profile": "data-package",
        "name": name,
        "title": title,
        "description": description,
        "licenses": [one._asdict() for one in licences],
        "resources": [*map(_build_file_resource, files), *map(_build_proof_resource, proofs)],
    }


def _build_file_resource(file: File) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": _build_resource_name(file.name),
        "path": file.name,
        "format": file.format,
        "mediatype": file.kind,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if file.schema is None:
        return told
    return told | {
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": file.dialect,
        "schema": file.schema,
    }


def _build_proof_resource(one: Proof) -> dict[str, Any]:
    return {
        "name": _build_resource_name(one.path),
        "path": one.path,
        "title": one.title,
        "format": one.format,
        "mediatype": one.kind,
    }


def _build_resource_name(path: str) -> str:
    """The name of a resource: small letters, digits and hyphens, one a path."""
    return path.lower().replace(".", "-").replace("/", "-")


def _build_table_field(column: Column, name: str, description: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": name,
        "type": _TYPES[column.kind],
        "title": column.heading,
        "description": description,
    }
    if column.unit is not None:
        told["unit"] = column.unit
    if column.name in KEY:
        told["constraints"] = {"required": True}
    return told
