"""Alerts as a table that a spreadsheet opens."""

from collections.abc import Iterable

from synergie.formats.csv_text import join_rows
from synergie.formats.formulas import escape_formula
from synergie.watch.records.alert import Alert

COLUMNS = (
    "id", "cabinet", "supply_point", "site", "insee_code", "fault", "state", "first_night",
    "last_night", "ended_night", "nights", "value", "expected", "unit", "kwh",
    "eur", "ticket", "done_on", "sentence",
)  # fmt: skip
"""Fields of an alert, one a column."""
_FIGURES = frozenset({"eur"})
"""Decimals as text: a sign before them begins no formula."""


def write_alert_sheet(alerts: Iterable[Alert]) -> str:
    """A head and a row an alert (CSV, `,`, point of decimals); what is null is blank.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    rows = ([_write_cell(name, getattr(one, name)) for name in COLUMNS] for one in alerts)
    return join_rows([COLUMNS, *rows])


def _write_cell(name: str, value: object) -> object:
    if isinstance(value, str) and name not in _FIGURES:
        return escape_formula(value)
    return value
