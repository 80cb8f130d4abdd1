"""Tables that are written: their columns, two dialects of CSV, their Table Schema."""

from synergie.formats._csv.columns import Cell, columns_of, declare_column
from synergie.formats._csv.dialect import FRENCH, OPEN, Dialect, format_row, text_of, value_of
from synergie.formats._csv.reading import blocks_of, cells_of, header_of, rows_of
from synergie.formats._csv.schema import schema_text, table_schema
from synergie.formats._csv.tables import (
    TABLES,
    Table,
    Zoned,
    check_day_range,
    convert_to_local,
    iterate_qualities,
    record_of,
    table_of,
    table_with,
)
from synergie.formats._csv.writing import write_header, write_record, write_table

__all__ = [
    "FRENCH",
    "OPEN",
    "TABLES",
    "Cell",
    "Dialect",
    "Table",
    "Zoned",
    "blocks_of",
    "cells_of",
    "check_day_range",
    "columns_of",
    "convert_to_local",
    "declare_column",
    "format_row",
    "header_of",
    "iterate_qualities",
    "record_of",
    "rows_of",
    "schema_text",
    "table_of",
    "table_schema",
    "table_with",
    "text_of",
    "value_of",
    "write_header",
    "write_record",
    "write_table",
]
