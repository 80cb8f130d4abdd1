"""Open sums as Parquet: typed columns, times as days, units in their names."""

from collections.abc import Iterable
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from synergie.errors import MissingExtra
from synergie.formats.opendata.open_rows import COLUMNS, rows
from synergie.schemas.release import Release


def there() -> bool:
    """Whether this installation can write it (extra `frames`)."""
    return find_spec("pyarrow") is not None


def parquet(some: Iterable[Release]) -> bytes:
    """One row a cell and period; `energy_wh` is exact, `energy_kwh` a double. MissingExtra."""
    try:
        import pyarrow as pa  # noqa: PLC0415 (170 MB: only for the files that need it)
        import pyarrow.parquet as pq  # noqa: PLC0415 (as pyarrow)
    except ModuleNotFoundError as error:
        raise MissingExtra("frames") from error
    kinds: dict[str, Any] = {
        "text": pa.string(),
        "date": pa.date32(),
        "flag": pa.bool_(),
        "count": pa.int64(),
        "energy": pa.float64(),
    }
    schema = pa.schema(
        [
            pa.field(column.name, kinds[column.kind], metadata={"description": column.en})
            for column in COLUMNS
        ]
    )
    told = [
        row | {"energy_kwh": None if row["energy_kwh"] is None else float(str(row["energy_kwh"]))}
        for row in rows(some)
    ]
    sink = BytesIO()
    pq.write_table(pa.Table.from_pylist(told, schema=schema), sink, compression="zstd")
    return sink.getvalue()
