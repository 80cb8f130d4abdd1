"""Parquet and Arrow: read back by us, by DuckDB, by pandas and by polars."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synergie.errors import BadInput
from synergie.formats import Record, read, write
from synergie.formats.frames import _arrow
from synergie.schemas.readings.meter_curve import MeterCurve
from tests.components import package
from tests.formats.frames.made import (
    ALL,
    BARE_ENERGY,
    CURVE,
    DAYS,
    ENERGY,
    MONTHS,
    PROFILE,
    half_hours,
    kept,
    written,
)

FORMATS = ["parquet", "arrow"]
OCTOBER = half_hours(date(2026, 10, 25))


def reading(data: bytes) -> tuple[list[Any], Any]:
    with read(data) as result:
        return list(result.records), result.report


@pytest.mark.parametrize("name", FORMATS)
def test_curves_of_several_units_are_read_back_as_they_were(name: str) -> None:
    curves: list[Record] = [half_hours(date(2026, 3, 29)), OCTOBER, CURVE, DAYS, MONTHS]
    records, report = reading(written(curves, name))
    assert records == curves
    assert report.refusals == 0


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("record", ALL, ids=range(len(ALL)))
def test_each_kind_of_record_is_read_back_as_it_was(name: str, record: Record) -> None:
    records, report = reading(written([record], name))
    assert records == [kept(record)]
    assert report.refusals == 0


def test_the_unit_is_in_the_name_of_the_column_and_the_date_in_the_metadata() -> None:
    file = pq.ParquetFile(io.BytesIO(written([OCTOBER, CURVE], "parquet")))
    names = file.schema_arrow.names
    assert names[:6] == ["start", "end", "local_start", "value_w", "value_kwh", "quality"]
    assert str(file.schema_arrow.field("start").type) == "timestamp[us, tz=UTC]"
    told = file.schema_arrow.metadata
    assert told[b"as_of"] == b"2026-11-24T09:00:00Z"
    assert told[b"freshness"].decode().startswith("En retard de 9 jours")


def test_duckdb_counts_twenty_five_hours_on_the_october_day(tmp_path: Path) -> None:
    duckdb = package("duckdb")
    path = tmp_path / "courbes.parquet"
    path.write_bytes(written([OCTOBER], "parquet"))
    database = duckdb.connect()
    database.execute("SET TimeZone = 'Europe/Paris'")
    found = database.execute(
        "SELECT count(*), sum(value_w), count(DISTINCT time_bucket(INTERVAL '1 hour', start)),"
        " max(length(supply_point)) FROM read_parquet(?)",
        [str(path)],
    ).fetchone()
    assert found == (50, sum(100 + i for i in range(50)), 25, len("prm:99000000000017"))


@pytest.mark.parametrize("name", FORMATS)
def test_pandas_and_polars_read_aware_times_and_the_same_sum(name: str) -> None:
    data = io.BytesIO(written([OCTOBER], name))
    frame = pd.read_parquet(data) if name == "parquet" else pd.read_feather(data)
    assert str(frame["start"].dtype) == "datetime64[us, UTC]"
    assert frame["value_w"].sum() == sum(100 + i for i in range(50))
    assert len(frame.set_index("start").tz_convert("Europe/Paris").resample("h")) == 25
    data.seek(0)
    other = pl.read_parquet(data) if name == "parquet" else pl.read_ipc(data)
    assert other["value_w"].sum() == frame["value_w"].sum()
    assert other["start"].dtype == pl.Datetime("us", "UTC")


def test_pandas_sums_the_energies_exactly() -> None:
    frame = pd.read_parquet(io.BytesIO(written([ENERGY, BARE_ENERGY], "parquet")))
    assert frame["energy_kwh"].dropna().sum() == Decimal("1234.567")
    assert frame["energy_kwh"].isna().sum() == 1


def test_row_groups_keep_memory_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_arrow, "ROWS", 10)
    data = written([OCTOBER], "parquet")
    assert pq.ParquetFile(io.BytesIO(data)).num_row_groups == 5
    assert reading(data)[0] == [OCTOBER]


@pytest.mark.parametrize("name", FORMATS)
def test_no_record_and_two_kinds_are_refused(name: str) -> None:
    with pytest.raises(BadInput, match="nothing"):
        write([], io.BytesIO(), format=name, profile=PROFILE)
    with pytest.raises(BadInput, match="PeriodEnergy"):
        written([CURVE, ENERGY], name)


def spoilt(**columns: Any) -> bytes:
    table = pq.read_table(io.BytesIO(written([CURVE], "parquet")))
    for name, cells in columns.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, pa.array(cells))
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({"value_kwh": [1.25, None, float("inf"), 0.0]}, "row 3, /value"),
        ({"quality": ["estimated", "odd", "validated", "validated"]}, "row 2, /quality"),
        ({"step": ["PT1H", "PT1H", "PT1H", "PT30M"]}, "row 4, /end_utc"),
    ],
)
def test_a_wrong_row_is_refused_at_its_place(columns: dict[str, list[Any]], place: str) -> None:
    records, report = reading(spoilt(**columns))
    assert [fault.where for _, fault in report.refused] == [place]
    assert report.kept == 3
    assert all(isinstance(record, MeterCurve) for record in records)


def test_a_file_of_others_is_not_read() -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), sink)
    with pytest.raises(BadInput, match="columns"):
        reading(sink.getvalue())
    with pytest.raises(BadInput):
        reading(written([CURVE], "parquet")[:-20])
