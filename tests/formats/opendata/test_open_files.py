"""Open sums in each of their files, read back by programs of others."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.formats.opendata import (
    open_csv,
    open_geojson,
    open_package,
    open_parquet,
)
from synergie.formats.opendata.open_package import File, Proof, Terms
from synergie.formats.opendata.open_rows import COLUMNS, civil_days, iterate_release_rows
from synergie.schemas.publication.open_publication import Extent
from synergie.schemas.publication.release import Release
from tests.components import package

NAMES = ("Custines", "=1+1", 'L\'Hay; "ouest", est', "Élan\u202f: été", "01001")


def release(period: str = "2025-03", version: int = 1, names: tuple[str, ...] = NAMES) -> Release:
    """A release of a few cells, one of them hidden."""
    cells = [
        {
            "cell": f"c{i}",
            "name": name,
            "parent": "c0" if i else None,
            "insee_code": "01001" if i else None,
            "category": ("residential", "professional", "public_body")[i % 3] if i else None,
            "movements": i % 2 == 1,
            "n_points": 11 + i,
            "energy_wh": 12_345_678_901 + i,
        }
        for i, name in enumerate(names)
    ]
    line = {"cell": "h1", "name": "=CACHE", "kind": "primary", "fault": None, "protects": None}
    return Release.model_validate(
        {
            "id": f"rel_{period}-{version}".lower(),
            "owner": "cc-une",
            "scheme": "cells_a",
            "scheme_version": 1,
            "energy": "electricity",
            "period": period,
            "version": version,
            "start": datetime(2025, 2, 28, 23, tzinfo=UTC),
            "end": datetime(2025, 3, 31, 22, tzinfo=UTC),
            "released_at": datetime(2026, 1, 1, tzinfo=UTC),
            "cells": cells,
            "hidden": [line],
            "optimal": True,
            "not_counted": 0,
            "outside": 0,
            "twice": 0,
            "thresholds": {"min_points": 10, "min_enterprises": 3, "max_share": 0.85},
            "rules": [],
            "agreements": [],
            "open_data": True,
            "licence": "etalab-2.0",
            "sha256": "0" * 64,
        }
    )


SOME = (release(), release("2025-04"))


def test_machines_read_commas_and_dots_and_a_hidden_cell_has_no_number() -> None:
    told = list(csv.DictReader(io.StringIO(open_csv.for_machines(SOME).decode())))
    assert list(told[0]) == [column.name for column in COLUMNS]
    assert told[1]["energy_kwh"] == "12345678.902" and told[1]["insee_code"] == "01001"
    assert (told[0]["start"], told[0]["end"]) == ("2025-03-01", "2025-04-01")
    hidden = [row for row in told if row["status"] == "hidden"]
    assert len(hidden) == 2 and {row["energy_wh"] for row in hidden} == {""}


def test_a_text_that_would_be_a_formula_is_guarded_in_both() -> None:
    for content in (open_csv.for_machines(SOME), open_csv.for_spreadsheets(SOME)):
        assert b",=1" not in content and b";=1" not in content and b"'=1+1" in content


def test_a_french_spreadsheet_finds_its_own_form() -> None:
    content = open_csv.for_spreadsheets(SOME)
    assert content.startswith(b"\xef\xbb\xbf") and b"sep=" not in content
    assert content.count(b"\r\n") == content.count(b"\n") == 1 + 2 * (len(NAMES) + 1)
    told = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert told[1]["Énergie (kWh)"] == "12345678,902" and told[1]["Début"] == "01/03/2025"
    assert {row["État"] for row in told} == {"publié", "masqué"}


def _proofs(folder: Path) -> list[Proof]:
    """What shows who published, beside the files and below them."""
    some = [
        Proof("a.releve.json", "application/json", "json", "Relevé"),
        Proof("2025-03/v1/a.signature.jws", "application/jose", "jws", "Signature"),
        Proof("cles.json", "application/jwk-set+json", "jwks", "Clés"),
    ]
    for one in some:
        (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.path).write_text("{}")
    return some


def test_the_packages_hold_in_frictionless(tmp_path: Path) -> None:
    """Lengths, hashes, types, keys: each resource against its Table Schema."""
    frictionless = package("frictionless")
    machine, sheet = open_csv.for_machines(SOME), open_csv.for_spreadsheets(SOME)
    machine_form = {"dialect": open_package.MACHINE, "schema": open_package.machine_schema()}
    sheet_form = {"dialect": open_package.SPREADSHEET, "schema": open_package.spreadsheet_schema()}
    contents: list[tuple[str, bytes, dict[str, Any]]] = [
        ("a-ouvert.csv", machine, machine_form),
        ("a-tableur.csv", sheet, sheet_form),
        ("a.geojson", open_geojson.build_release_geojson(SOME), {}),
    ]
    some = []
    for name, content, form in contents:
        (tmp_path / name).write_bytes(content)
        kind = name.rpartition(".")[2]
        digest = sha256(content).hexdigest()
        some.append(File(name, len(content), digest, f"text/{kind}", kind, **form))
    told = open_package.data_package(
        "a",
        title="A",
        description="A",
        licences=[Terms("etalab-2.0", "https://exemple.test/lo", "LO")],
        files=some,
        proofs=_proofs(tmp_path),
    )
    path = tmp_path / "datapackage.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    counted = {task.name: task.stats.get("rows") for task in report.tasks}
    beside = dict.fromkeys(("a-releve-json", "2025-03-v1-a-signature-jws", "cles-json"))
    assert counted == {"a-ouvert-csv": 12, "a-tableur-csv": 12, "a-geojson": None} | beside
    for name, heading in (("a-ouvert-csv", "energy_kwh"), ("a-tableur-csv", "Énergie (kWh)")):
        read = frictionless.Package(str(path)).get_resource(name).read_rows()
        assert read[1][heading] == Decimal("12345678.902")
    (tmp_path / "a-ouvert.csv").write_bytes(machine.replace(b"12345678.902", b"12345678,902", 1))
    assert not frictionless.validate(str(path)).valid  # and it would be seen


def test_parquet_is_typed_and_says_what_each_column_is_for(tmp_path: Path) -> None:
    pq, duckdb = package("pyarrow.parquet"), package("duckdb")
    path = tmp_path / "a.parquet"
    path.write_bytes(open_parquet.build_release_parquet(SOME))
    table = pq.read_table(path)
    assert table.column_names == [column.name for column in COLUMNS]
    assert table.schema.field("cell").metadata[b"description"].startswith(b"Stable name")
    query = "SELECT sum(energy_wh), count(*), count(energy_kwh), min(start) FROM read_parquet(?)"
    total, n, counted, first = duckdb.execute(query, [str(path)]).fetchone()
    assert total == 2 * sum(12_345_678_901 + i for i in range(5))
    assert (n, counted, first) == (12, 10, date(2025, 3, 1))
    assert open_parquet.build_release_parquet(SOME) == path.read_bytes()  # the same bytes each time


def test_gdal_reads_the_features_though_they_have_no_outline(tmp_path: Path) -> None:
    pyogrio = package("pyogrio")
    path = tmp_path / "a.geojson"
    extent = Extent(west=5.9, south=48.6, east=6.3, north=48.9)
    path.write_bytes(open_geojson.build_release_geojson(SOME, extent=extent))
    meta, _, geometry, fields = pyogrio.raw.read(path)
    told = dict(zip(meta["fields"], fields, strict=True))
    assert len(told["cell"]) == 12 and all(one is None for one in geometry)
    assert list(told["insee_code"][1:5]) == ["01001"] * 4  # a text, its zero kept
    assert told["energy_kwh"].dtype.kind == "f"
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert whole["bbox"] == [5.9, 48.6, 6.3, 48.9]
    assert "géométrie est nulle" in whole["note"]
    features: list[dict[str, Any]] = whole["features"]
    assert all(one["geometry"] is None and one["properties"]["description"] for one in features)
    assert len({one["id"] for one in features}) == 12


def test_each_column_says_what_it_is_for_in_both_languages() -> None:
    for column in COLUMNS:
        assert re.fullmatch(r"[a-z_]+", column.name)
        assert column.fr != column.en and len(column.fr) > 10 and len(column.en) > 10


@given(st.integers(1900, 2099), st.integers(0, 12))
def test_civil_days_bound_the_period(year: int, month: int) -> None:
    first, after = civil_days(f"{year}-{month:02}" if month else f"{year}")
    last = after - timedelta(days=1)
    assert (first.year, last.year, first.day, after.day) == (year, year, 1, 1)
    assert (first.month, last.month) == ((month, month) if month else (1, 12))


@pytest.mark.parametrize("energy", [1, 999, 1_000, 2**53 - 1], ids=str)
def test_kilowatt_hours_are_exactly_the_watt_hours(energy: int) -> None:
    bare = release(names=("a",))
    cell = bare.cells[0].model_copy(update={"energy_wh": energy})
    (first, *_) = iterate_release_rows([bare.model_copy(update={"cells": (cell,)})])
    assert Decimal(str(first["energy_kwh"])) * 1000 == energy
