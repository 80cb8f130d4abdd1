"""The data package: valid for frictionless, read back as it was, the date of the data in it."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, read
from synergie.formats._csv import OPEN, TABLES, text_of
from synergie.formats.frames.table_schemas import schema_files
from tests.components import package
from tests.formats.frames.made import ALL, CURVE, DAYS, ENERGY, POINT, half_hours, kept, written

PACKED: list[Record] = [half_hours(date(2026, 10, 25)), half_hours(date(2026, 3, 29)), *ALL]


def reading(data: bytes) -> tuple[list[Any], Any]:
    with read(data, format="data-package") as result:
        return list(result.records), result.report


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return sink.getvalue()


def test_every_kind_of_record_is_read_back_as_it_was() -> None:
    records, report = reading(written([*ALL, DAYS], "data-package"))
    assert len(records) == len(ALL) + 1
    assert all(kept(record) in records for record in [*ALL, DAYS])
    assert report.refusals == 0


def test_frictionless_finds_the_package_right(tmp_path: Path) -> None:
    frictionless = package("frictionless")
    path = tmp_path / "synergie.zip"
    path.write_bytes(written(PACKED, "data-package"))
    report = frictionless.Package(str(path)).validate()
    assert report.valid, report.flatten(["title", "message"])
    assert report.stats["tasks"] == 8


def test_frictionless_finds_a_wrong_cell(tmp_path: Path) -> None:
    frictionless = package("frictionless")
    files = members(written([CURVE], "data-package"))
    files["curves.csv"] = files["curves.csv"].replace(b"prm:99000000000017", b"99000000000017", 1)
    path = tmp_path / "synergie.zip"
    path.write_bytes(packed(files))
    report = frictionless.Package(str(path)).validate()
    types = {error[0] for error in report.flatten(["type"])}
    assert "constraint-error" in types
    assert "hash-count" in types or "byte-count" in types


def test_each_published_schema_holds_for_frictionless() -> None:
    frictionless = package("frictionless")
    files = schema_files()
    assert set(files) >= {"curves.json", "energies.json", "light-points.json"}
    for text in files.values():
        report = frictionless.Schema.from_descriptor(json.loads(text))
        assert report.fields
    points = json.loads(files["light-points.json"])
    insee = next(field for field in points["fields"] if field["name"] == "insee_code")
    assert insee["type"] == "string"
    assert insee["constraints"]["pattern"] == "^([013-9][0-9]|2[AB1-9])[0-9]{3}$"


def test_the_descriptor_says_the_date_the_licence_and_the_publisher() -> None:
    told = json.loads(members(written([CURVE, POINT], "data-package"))["datapackage.json"])
    assert told["created"] == "2026-11-24T09:00:00Z"
    assert told["description"].startswith("En retard de 9 jours")
    assert told["licenses"][0]["name"] == "etalab-2.0"
    assert told["contributors"] == [
        {"title": "Communauté de communes du Bassin de Pompey", "role": "publisher"}
    ]
    assert [one["path"] for one in told["resources"]] == ["curves.csv", "light_points.csv"]


def test_the_same_records_give_the_same_bytes() -> None:
    assert written(ALL, "data-package") == written(ALL, "data-package")


def test_a_wrong_row_is_refused_at_its_file_and_line() -> None:
    files = members(written([CURVE, ENERGY], "data-package"))
    files["energies.csv"] = files["energies.csv"].replace(b",1234.567,", b",much,")
    files["mine.txt"] = b"x"
    records, report = reading(packed(files))
    assert [fault.where for _, fault in report.refused] == ["energies.csv, line 2, /energy_kwh"]
    assert records == [CURVE]
    assert [note.args for note in report.notes] == [("mine.txt",)]


def test_an_archive_of_others_is_not_read() -> None:
    with pytest.raises(BadInput):
        reading(packed({"datapackage.json": b"{}", "a.csv": b"a\n1\n"}))


def test_no_record_is_no_package() -> None:
    with pytest.raises(BadInput, match="nothing"):
        written([], "data-package")


def test_every_cell_of_every_table_is_written_and_read_alike() -> None:
    from zoneinfo import ZoneInfo

    from synergie.formats._csv import value_of

    for record in ALL:
        table = next(table for table in TABLES if isinstance(record, table.record))
        for row in table.rows(record, ZoneInfo("Europe/Paris")):
            for cell, column in zip(row, table.columns, strict=True):
                text = text_of(cell, column, OPEN)
                assert value_of(text, column, OPEN) == cell
