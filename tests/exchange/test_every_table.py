"""Every table of `specs/tables` is deposited in every container that people have."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synergie.calendar import load_time_zone
from synergie.exchange.readings.deposits import Deposits
from synergie.formats import Record
from synergie.formats._csv import (
    FRENCH,
    OPEN,
    TABLES,
    Dialect,
    Table,
    text_of,
    write_table,
)
from synergie.formats.columns import Column
from synergie.formats.frames._arrow import _choose_arrow_type
from synergie.schemas.assets.lighting_network import CircuitRecord
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.formats.frames.made import ALL, PRM, written

TZ = load_time_zone("Europe/Paris")
BY_TABLE: dict[type, Record] = {type(one): one for one in reversed(ALL)}
BY_TABLE |= {
    IntervalReading: IntervalReading(
        supply_point=PRM,
        quantity="active_energy",
        direction="import",
        unit="kWh",
        start=datetime(2026, 6, 1, tzinfo=UTC),
        end=datetime(2026, 6, 2, tzinfo=UTC),
        value=Decimal("12.5"),
        source="enedis-r66",
        provenance="synthetic",
    ),
    CircuitRecord: CircuitRecord(external_id="D-1", cabinet="A-1", provenance="synthetic"),
    WorkOrder: WorkOrder(
        external_id="I-1",
        kind="preventive",
        asset="PL-001",
        planned_at=date(2026, 6, 1),
        provenance="synthetic",
    ),
}


def csv(table: Table, record: Record, dialect: Dialect) -> bytes:
    sink = io.BytesIO()
    write_table([record], table, sink, dialect, tz=TZ)
    return sink.getvalue()


def columns(table: Table, record: Record) -> Any:
    """The columns of the specification, under their own names and types."""
    cells = zip(*table.rows(record, TZ), strict=True)
    return pa.table(
        {
            one.name: pa.array(list(column), _choose_arrow_type(one))
            for one, column in zip(table.columns, cells, strict=True)
        }
    )


def parquet(table: Table, record: Record) -> bytes:
    sink = io.BytesIO()
    pq.write_table(columns(table, record), sink)
    return sink.getvalue()


def arrow(table: Table, record: Record) -> bytes:
    sink, told = io.BytesIO(), columns(table, record)
    with pa.ipc.new_file(sink, told.schema) as writer:
        writer.write_table(told)
    return sink.getvalue()


def ods(table: Table, record: Record) -> bytes:
    """As LibreOffice saves it, every cell a text."""
    rows = [[one.title for one in table.columns]]
    for row in table.rows(record, TZ):
        pairs = zip(row, table.columns, strict=True)
        rows.append([_shown(cell, column) for cell, column in pairs])
    body = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(text)}</text:p></table:table-cell>"
            for text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = "".join(f' xmlns:{one}="urn:{one}"' for one in ("office", "table", "text"))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="{table.title}">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return sink.getvalue()


def _shown(cell: Any, column: Column) -> str:
    """As our workbook has it: texts as they are, numbers and dates as a French reader sees them."""
    return text_of(cell, column, OPEN if column.kind == "text" else FRENCH)


CONTAINERS: dict[str, Callable[[Table, Record], bytes]] = {
    "csv": lambda table, record: csv(table, record, OPEN),
    "french csv": lambda table, record: csv(table, record, FRENCH),
    "xlsx": lambda _, record: written([record], "workbook"),
    "ods": ods,
    "parquet": parquet,
    "arrow": arrow,
}


def test_every_table_of_the_specification_has_a_record_here() -> None:
    names = {path.stem for path in Path("specs/tables").glob("*.json")}
    ours = {table.name.replace("_", "-") for table in TABLES}
    assert ours <= names
    assert {table.record for table in TABLES} <= set(BY_TABLE)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.name)
def test_a_table_is_deposited_in_this_container(
    store: Store, owner: Body, table: Table, container: str
) -> None:
    record = BY_TABLE[table.record]
    report = Deposits(store).deposit(
        owner.caller,
        io.BytesIO(CONTAINERS[container](table, record)),
        name=f"{table.name}.{container.rpartition(' ')[2]}",
        format="workbook" if container == "ods" else None,
        now=NOW,
    )
    assert report.rejected == 0, report.refused
    assert report.records == len(list(table.rows(record, TZ))) if "curve" in report.kinds else 1
    assert [one for one in report.receipts if one.received]
    assert report.refused == ()
