"""Points of a statement as a table that a spreadsheet opens."""

from collections.abc import Mapping, Sequence

from synergie.contract.records.statement import PointSaving
from synergie.formats.csv_text import join_rows
from synergie.formats.formulas import escape_formula

COLUMNS = (
    "point", "member", "known_days", "days", "baseline_kwh", "adjustment_kwh", "measured_kwh",
    "saved_kwh", "half_width_kwh", "eur_per_mwh", "saved_eur", "saved_kgco2", "proved",
)  # fmt: skip
"""Fields of a point, one a column, after its name."""


def write_point_sheet(points: Sequence[PointSaving], names: Mapping[str, str]) -> str:
    """A head and a row a point (CSV, `,`, point of decimals); what is null is blank."""
    rows = (
        [escape_formula(names.get(one.point, "")), *(getattr(one, name) for name in COLUMNS)]
        for one in points
    )
    return join_rows([("name", *COLUMNS), *rows])
