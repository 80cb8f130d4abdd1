"""A lighting inventory as a GeoPackage: points of one layer, read only, by the standard library.

A file that we wrote names its columns as our fields, in the layers `light_points` and `cabinets`;
any other inventory is read through a mapping, like its CSV.
"""

import sqlite3
from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats._projection import Reference, degrees_from
from synergie.formats.format import Format, Sample
from synergie.formats.lighting import _geopackage
from synergie.formats.lighting._crs import check_reference, identify_crs
from synergie.formats.lighting._geopackage import (
    APPLICATIONS,
    MAGIC,
    Layer,
    Rows,
    is_unique,
    opened,
    place,
)
from synergie.formats.lighting._layers import inventory_layer
from synergie.formats.lighting._lighting import (
    Inventory,
    Item,
    Light,
    check_unique_record,
    with_cabinets,
)
from synergie.formats.lighting._mapping import check_declared_mapping, propose
from synergie.formats.lighting._powers import find_doubles
from synergie.formats.lighting._shapefile import is_damaged
from synergie.formats.lighting._words import BLANKS
from synergie.formats.report import Report
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile

NAME = "lighting-geopackage"

OURS: dict[str, type[LightPointRecord | CabinetRecord]] = {
    "cabinets": CabinetRecord,
    "light_points": LightPointRecord,
}
"""Layers of the files that we write, in the order in which they are read, and their records."""

_SYSTEM = "a reference system in the file, or declared (epsg)"
_UTF8 = "text in UTF-8"


def sniff(sample: Sample) -> float:
    """0.85 for SQLite with the mark of a GeoPackage: reading tells whether it is of lighting."""
    if not sample.start.startswith(MAGIC):
        return 0.0
    return 0.85 if sample.start[68:72] in APPLICATIONS or b"gpkg_contents" in sample.start else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Light], Report]:
    """Light points in the order of the table, each cabinet before the first point that names it.

    Of several layers, the one that tells of light points (`LightingMapping.layer` declares it).
    BadInput when the file is damaged, holds no layer of features, several that tell of lighting,
    or no known reference system. Memory grows with the identifiers and the refusals.
    """
    report = Report()
    with opened(source) as database:
        layers = _geopackage.list_layers(database)
        if profile.mapping is None and _are_ours(layers):
            return _read_own_layers(source, layers, report), report
        columns = {name: one.columns for name, one in layers.items()}
        layer = layers[inventory_layer(columns, profile, report)]
        reference = _choose_layer_reference(layer, profile)

        def cells(names: list[str]) -> Iterator[list[str]]:
            return _iterate_layer_cells(database, layer, names)

        mapping = profile.mapping or propose(
            layer.columns,
            cells,
            report,
            placed=True,
            unique=lambda column: is_unique(database, layer, column, BLANKS),
        )
        check_declared_mapping(mapping, layer.columns, layer.name)
        inventory = Inventory(
            layer.columns,
            mapping,
            report,
            reference=reference,
            provenance=profile.provenance,
            doubles=find_doubles(layer.columns, mapping, cells),
        )
    return inventory.records(_iterate_layer_items(source, layer, report), "record {}"), report


def _are_ours(layers: dict[str, Layer]) -> bool:
    """Whether the layer `light_points`, and `cabinets` when it is there, have our columns."""
    needed = {"external_id", "provenance"}
    mine = {name: set(one.columns) for name, one in layers.items() if name in OURS}
    return "light_points" in mine and all(
        needed <= columns <= {"fid", *OURS[name].model_fields} for name, columns in mine.items()
    )


def _read_own_layers(source: BinaryIO, layers: dict[str, Layer], report: Report) -> Iterator[Light]:
    """The cabinets, then the light points as we wrote them; cabinets that only points name, too."""
    cabinets = _read_layer_records(source, layers.get("cabinets"), CabinetRecord, report)
    known = set[str]()
    for cabinet in cabinets:
        known.add(cabinet.external_id)
        yield cabinet
    points = _read_layer_records(source, layers["light_points"], LightPointRecord, report)
    yield from with_cabinets(points, known)


def _read_layer_records[T: (LightPointRecord, CabinetRecord)](
    source: BinaryIO, layer: Layer | None, kind: type[T], report: Report
) -> Iterator[T]:
    if layer is None:
        return
    degrees, ids = degrees_from(_choose_layer_reference(layer, Profile())), set[str]()

    def record(item: Item) -> T:
        cells, xy = item
        told: dict[str, object] = {
            name: cell
            for name, cell in zip(layer.columns, cells, strict=True)
            if cell and name != "fid"
        }
        if xy is not None:
            longitude, latitude = degrees(*xy)
            told["location"] = {"longitude": repr(longitude), "latitude": repr(latitude)}
        try:
            return check_unique_record(kind.model_validate_strings(told, strict=False), ids)
        except ValidationError as error:
            raise faults(error)[0] from error

    rows = _iterate_layer_items(source, layer, report)
    yield from report.keep(record, ((f"record {number}", item) for number, item in rows))


def _choose_layer_reference(layer: Layer, profile: Profile) -> Reference:
    if profile.mapping is not None and profile.mapping.epsg is not None:
        return profile.mapping.epsg
    if layer.system is None:
        raise BadInput(layer.name, layer.geometry, _SYSTEM)
    authority, code, text = layer.system
    if authority.upper() == "EPSG" and code > 0:
        return check_reference(code, layer.name)
    if code <= 0:
        raise BadInput(layer.name, f"{authority}:{code}", _SYSTEM)
    return identify_crs(text, layer.name, profile.mapping)


def _iterate_layer_cells(
    database: sqlite3.Connection, layer: Layer, names: list[str]
) -> Iterator[list[str]]:
    return (cells for cells, _ in Rows(database, layer, names, placed=False))


def _iterate_layer_items(
    source: BinaryIO, layer: Layer, report: Report
) -> Iterator[tuple[int, Item]]:
    with opened(source) as database:
        rows = Rows(database, layer, layer.columns)
        for number, (cells, blob) in enumerate(rows, start=1):
            if rows.damaged and is_damaged(joined := "".join(cells)):
                report.refuse(f"record {number}", BadInput("row", joined, _UTF8))
                continue
            try:
                xy = place(blob)
            except BadInput as fault:
                report.refuse(f"record {number}", fault)
                continue
            yield number, (cells, xy)


FORMAT = Format(name=NAME, title="Lighting inventory (GeoPackage)", sniff=sniff, read=read)
