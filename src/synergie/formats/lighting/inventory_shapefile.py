"""A lighting inventory as a shapefile of points in a zip: read only, in pure Python."""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._projection import Reference
from synergie.formats.format import Format, Sample
from synergie.formats.lighting import _shapefile
from synergie.formats.lighting._crs import identify_crs
from synergie.formats.lighting._layers import inventory_layer
from synergie.formats.lighting._lighting import Inventory, Item, Light
from synergie.formats.lighting._mapping import check_declared_mapping, propose
from synergie.formats.lighting._powers import find_doubles
from synergie.formats.lighting._shapefile import Layer, Table
from synergie.formats.report import Report
from synergie.formats.source import damage
from synergie.schemas.readings.profile import Profile

NAME = "lighting-shapefile"

_PRJ = "a .prj, or the reference system declared (epsg)"


def sniff(sample: Sample) -> float:
    """0.9 for a zip with a .shp and a .dbf: points or not, lighting or not, reading tells."""
    ends = {name.lower().rpartition(".")[2] for name in sample.members}
    return 0.9 if {"shp", "dbf"} <= ends else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Light], Report]:
    """Light points in file order; without an identifier, their places are their ids.

    Of several layers, the one that tells of light points (`LightingMapping.layer` declares it).
    BadInput when the archive holds no layer of points, several that tell of lighting, no known
    reference system, or a table shorter than it says. Memory grows with the identifiers and the
    refusals.
    """
    report = Report()
    with damage("archive", _shapefile.WHOLE), zipfile.ZipFile(source) as archive:
        layer, table = _choose_shapefile_layer(archive, profile, report)
        reference = _choose_shapefile_reference(archive, layer, profile)

    def cells(names: list[str]) -> Iterator[list[str]]:
        return _read_shapefile_columns(source, layer, table, names)

    mapping = profile.mapping or propose(table.names, cells, report, placed=True)
    check_declared_mapping(mapping, table.names, layer.dbf.filename)
    inventory = Inventory(
        table.names,
        mapping,
        report,
        reference=reference,
        provenance=profile.provenance,
        doubles=find_doubles(table.names, mapping, cells),
    )
    items = _iterate_shapefile_items(source, layer, table, report)
    return inventory.records(items, "record {}"), report


def _choose_shapefile_layer(
    archive: zipfile.ZipFile, profile: Profile, report: Report
) -> tuple[Layer, Table]:
    layers = {one.name: one for one in _shapefile.list_shapefile_layers(archive)}
    if len(layers) == 1:
        (only,) = layers.values()
        return only, _shapefile.read_dbf_head(archive, only, report)
    tables = {
        name: _shapefile.read_dbf_head(archive, one, Report()) for name, one in layers.items()
    }
    columns = {name: table.names for name, table in tables.items()}
    chosen = inventory_layer(columns, profile, report)
    return layers[chosen], _shapefile.read_dbf_head(archive, layers[chosen], report)


def _choose_shapefile_reference(
    archive: zipfile.ZipFile, layer: Layer, profile: Profile
) -> Reference:
    """The reference system: what is declared, else what the .prj names."""
    if layer.prj is not None:
        text = _shapefile.read_small_member(archive, layer.prj)
        return identify_crs(text, layer.prj.filename, profile.mapping)
    if profile.mapping is not None and profile.mapping.epsg is not None:
        return profile.mapping.epsg
    raise BadInput("archive", layer.shp.filename, _PRJ)


def _read_shapefile_columns(
    source: BinaryIO, layer: Layer, table: Table, names: list[str]
) -> Iterator[list[str]]:
    at = [table.names.index(name) for name in names]
    return (row[1] for row in _shapefile.read_dbf_rows(source, layer, table, at) if row is not None)


def _iterate_shapefile_items(
    source: BinaryIO, layer: Layer, table: Table, report: Report
) -> Iterator[tuple[int, Item]]:
    for number, cells, shape in _shapefile.records(source, layer, table):
        if isinstance(shape, BadInput):
            report.refuse(f"record {number}", shape)
        elif table.damaged and _shapefile.is_damaged("".join(cells)):
            fault = BadInput("row", "; ".join(cells), "text in the encoding of the table")
            report.refuse(f"record {number}", fault)
        else:
            yield number, (cells, shape)


FORMAT = Format(name=NAME, title="Lighting inventory (shapefile in a zip)", sniff=sniff, read=read)
