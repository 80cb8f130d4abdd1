"""Alerts as a table that a spreadsheet opens."""

from collections.abc import Iterable

from synergie.formats.csv_text import join_rows
from synergie.watch.records.alert import Alert

COLUMNS = (
    "id", "cabinet", "insee_code", "fault", "state", "first_night", "last_night", "ended_night",
    "nights", "value", "expected", "unit", "kwh", "eur", "ticket", "done_on", "sentence",
)  # fmt: skip
"""Fields of an alert, one a column."""
_FORMULA = ("=", "+", "@", "\t", "\r")


def write_alert_sheet(alerts: Iterable[Alert]) -> str:
    """A head and a row an alert (CSV, `,`, point of decimals); what is null is blank.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    rows = ([_write_cell(getattr(one, name)) for name in COLUMNS] for one in alerts)
    return join_rows([COLUMNS, *rows])


def _write_cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
