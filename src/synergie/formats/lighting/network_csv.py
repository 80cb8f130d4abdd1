"""Supports (poles, walls) and circuits (departures of cabinets), in CSV: read only.

The columns are known by their names, as those of interventions; `lighting-supports` and
`lighting-circuits` are two formats.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from synergie.formats.checks import N_
from synergie.formats.format import Format, Sample
from synergie.formats.lighting import _export
from synergie.formats.lighting._export_row import Kind, Row, Values
from synergie.formats.lighting._words import SUPPORTS as WORDS
from synergie.formats.lighting._words import TABLES
from synergie.formats.report import Report
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.readings.profile import Profile

SUPPORTS = {one.name: one.heads for one in TABLES["supports"]}
CIRCUITS = {one.name: one.heads for one in TABLES["circuits"]}


def _read_support(row: Row) -> Values:
    values: Values = {"height_m": row.number("height_m")}
    kind = row.word("support_type", WORDS, "")
    if kind:
        values["support_type"] = kind
    day = row.moment("installed_on")
    if day is not None:
        values["installed_on"] = day if isinstance(day, str) else day.date()
    for name in ("material", "insee_code"):
        if name in row.cells:
            values[name] = row.cells[name]
    return values


def _read_circuit(row: Row) -> Values:
    return {
        name: row.cells[name] for name in ("cabinet", "name", "protection") if name in row.cells
    }


SUPPORT = Kind(
    record=SupportRecord,
    names=SUPPORTS,
    make=_read_support,
    telling=("material", "support_type", "height_m"),
    enough=2,
    never=("source_type", "power", "cct_k", "flux_lm", "is_public"),
)
CIRCUIT = Kind(
    record=CircuitRecord,
    names=CIRCUITS,
    make=_read_circuit,
    telling=("cabinet", "protection"),
    enough=2,
    never=("source_type", "power", "cct_k", "flux_lm"),
)


def _build_format(kind: Kind, name: str, title: str) -> Format:
    def sniff(sample: Sample) -> float:
        return _export.sniff_export(sample, kind)

    def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Any], Report]:
        return _export.read(source, profile, kind)

    return Format(name=name, title=title, sniff=sniff, read=read)


FORMAT_SUPPORTS = _build_format(
    SUPPORT, "lighting-supports", N_("Lighting supports: poles, walls (CSV)")
)
FORMAT_CIRCUITS = _build_format(
    CIRCUIT, "lighting-circuits", N_("Lighting circuits: departures (CSV)")
)
