"""Open sums as Parquet: typed columns, times as days, units in their names."""

from collections.abc import Iterable
from decimal import Decimal
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from synergie.errors import MissingExtra
from synergie.formats.opendata.open_rows import COLUMNS, Row, iterate_release_rows
from synergie.schemas.publication.release import Release


def is_parquet_available() -> bool:
    """Whether this installation can write it (extra `frames`)."""
    return find_spec("pyarrow") is not None


def build_release_parquet(some: Iterable[Release]) -> bytes:
    """One row a cell and period; `energy_wh` is exact, `energy_kwh` a double. MissingExtra."""
    pa, pq = import_parquet()
    sink, told = BytesIO(), [convert_row(row) for row in iterate_release_rows(some)]
    pq.write_table(
        pa.Table.from_pylist(told, schema=build_release_schema()), sink, compression="zstd"
    )
    return sink.getvalue()


def import_parquet() -> tuple[Any, Any]:
    """`pyarrow` and its `parquet`. MissingExtra."""
    try:
        import pyarrow as pa  # noqa: PLC0415 (170 MB: only for the files that need it)
        import pyarrow.parquet as pq  # noqa: PLC0415 (as pyarrow)
    except ModuleNotFoundError as error:
        raise MissingExtra("frames") from error
    return pa, pq


def build_release_schema() -> Any:
    """The columns, each with its type and what it is for."""
    pa, _ = import_parquet()
    kinds: dict[str, Any] = {
        "text": pa.string(),
        "date": pa.date32(),
        "flag": pa.bool_(),
        "count": pa.int64(),
        "energy": pa.float64(),
    }
    return pa.schema(
        [
            pa.field(column.name, kinds[column.kind], metadata={"description": column.en})
            for column in COLUMNS
        ]
    )


def convert_row(row: Row) -> dict[str, object]:
    """One row as the file holds it: energies of a measure are doubles."""
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()
    }
