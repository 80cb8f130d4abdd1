"""A Frictionless data package, both ways: a zip of CSV, one a kind of record, and what they hold.

`datapackage.json` (Data Package v1) says the date of the data, the licence, the Table Schema and
the SHA-256 of each file: what open-data portals and validators read.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, NamedTuple, cast

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats._csv import (
    OPEN,
    TABLES,
    Table,
    record_of,
    rows_of,
    table_of,
    table_schema,
    write_header,
    write_record,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.frames._step_texts import curves_in
from synergie.formats.report import Report
from synergie.formats.source import damage, files_in, member
from synergie.schemas.about import About
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

NAME = "data-package"
DESCRIPTOR = "datapackage.json"

_SPOOL = 8 << 20
_BLOCK = 1 << 20
_EPOCH = (2000, 1, 1, 0, 0, 0)
_WHOLE = "a whole zip archive"
_OURS = "a data package with a table of synergie: curves.csv, energies.csv, light_points.csv"
_OPEN_LICENCE = "https://spdx.org/licenses/etalab-2.0.html"
_BY_FILE = {f"{table.name}.csv": table for table in TABLES}


class _File(NamedTuple):
    """One table that fills, beside the archive: its size and digest come before it."""

    table: Table
    spool: IO[bytes]


def _sniff_package(sample: Sample) -> float:
    """1.0 when a descriptor is there with a table of ours."""
    ours = DESCRIPTOR in sample.members and any(name in _BY_FILE for name in sample.members)
    return 1.0 if ours else 0.0


def _read_package(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Records table by table, in the order of the archive; the descriptor is not needed.

    Other files are passed over with a remark. BadInput when the archive is damaged or none of its
    files is a table of ours.
    """
    report = Report()
    return _read_archive_records(source, profile, report), report


def _read_archive_records(source: BinaryIO, profile: Profile, report: Report) -> Iterator[Record]:
    with damage("file", _WHOLE), zipfile.ZipFile(source) as archive:
        members = files_in(archive)
    found = [info for info in members if info.filename in _BY_FILE]
    if not found:
        raise BadInput("file", ", ".join(info.filename for info in members[:5]), _OURS)
    for info in members:
        if info.filename != DESCRIPTOR and info not in found:
            report.note("file passed over: {}", info.filename)
    for info in found:
        with ExitStack() as stack:
            with damage(info.filename, _WHOLE), zipfile.ZipFile(source) as archive:
                file = member(archive, info, stack)
            yield from _read_member_table(file.stream, info.filename, profile, report)


def _read_member_table(
    source: BinaryIO, name: str, profile: Profile, report: Report
) -> Iterator[Record]:
    """The records of one file; its faults are told at its name."""
    own, table = Report(), _BY_FILE[name]
    try:
        if table.record is MeterCurve:
            yield from curves_in(source, table, OPEN, profile.time_zone, report=own)
        else:
            rows = rows_of(source, table, OPEN, own)
            yield from own.keep(lambda cells: record_of(table, cells), rows)
    except BadInput as fault:
        raise fault.at(f"{name}, ") from fault
    finally:
        report.absorb(own, name)


def _write_package(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """The descriptor, then a CSV a kind of record; rows wait on disk, memory is bounded.

    The same records and date of the data give the same bytes. BadInput for a record that no
    table holds, and for no record at all.
    """
    tz = load_time_zone(profile.time_zone)
    with ExitStack() as stack:
        files: dict[str, _File] = {}
        for record in records:
            table = table_of(record)
            if table.name not in files:
                spool = stack.enter_context(SpooledTemporaryFile(max_size=_SPOOL))
                files[table.name] = _File(table, spool)
                write_header(table, cast("BinaryIO", spool), OPEN)
            into = cast("BinaryIO", files[table.name].spool)
            write_record(record, table, into, OPEN, tz=tz)
        if not files:
            raise BadInput("records", Words("nothing"), "at least one record")
        _pack_files(list(files.values()), sink, profile.about)


def _pack_files(files: list[_File], sink: BinaryIO, about: About | None) -> None:
    stamp = (
        _EPOCH
        if about is None or about.as_of is None
        else about.as_of.astimezone(UTC).timetuple()[:6]
    )
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        descriptor = (
            json.dumps(_build_descriptor(files, about), ensure_ascii=False, indent=2) + "\n"
        )
        archive.writestr(_build_zip_info(DESCRIPTOR, stamp), descriptor)
        for file in files:
            file.spool.seek(0)
            with archive.open(_build_zip_info(f"{file.table.name}.csv", stamp), "w") as packed:
                while block := file.spool.read(_BLOCK):
                    packed.write(block)


def _build_zip_info(name: str, stamp: tuple[int, ...]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, cast("tuple[int, int, int, int, int, int]", stamp))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _build_descriptor(files: list[_File], about: About | None) -> dict[str, Any]:
    head: dict[str, Any] = {"profile": "tabular-data-package", "name": "synergie-export"}
    return {
        **head,
        **_describe_origin(about),
        "resources": [_describe_resource(file) for file in files],
    }


def _describe_origin(about: About | None) -> dict[str, Any]:
    """Title, date, freshness, licence and publisher, where they are known."""
    if about is None:
        return {}
    told: dict[str, Any] = {"title": about.title}
    if about.as_of is not None:
        told["created"] = f"{about.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if about.freshness is not None:
        told["description"] = about.freshness
    if about.licence is not None:
        told["licenses"] = [_describe_licence(about.licence)]
    if about.source is not None:
        told["sources"] = [{"title": about.source}]
    if about.publisher is not None:
        told["contributors"] = [{"title": about.publisher, "role": "publisher"}]
    return told


def _describe_licence(name: str) -> dict[str, str]:
    if name.casefold() in ("licence ouverte 2.0", "etalab-2.0"):
        return {"name": "etalab-2.0", "title": name, "path": _OPEN_LICENCE}
    return {"name": "other", "title": name}


def _describe_resource(file: _File) -> dict[str, Any]:
    file.spool.seek(0)
    digest, size = sha256(), 0
    while block := file.spool.read(_BLOCK):
        digest.update(block)
        size += len(block)
    return {
        "profile": "tabular-data-resource",
        "name": file.table.name.replace("_", "-"),
        "path": f"{file.table.name}.csv",
        "title": file.table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "bytes": size,
        "hash": f"sha256:{digest.hexdigest()}",
        "schema": table_schema(file.table),
    }


FORMAT = Format(
    name=NAME,
    title="Data package of synergie (zip of CSV with Table Schemas)",
    sniff=_sniff_package,
    read=_read_package,
    write=_write_package,
)
