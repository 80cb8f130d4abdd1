"""A release of sums as a table that anybody may open."""

from synergie.formats.csv_text import join_rows
from synergie.formats.formulas import escape_formula
from synergie.schemas.publication.release import Release, ReleaseCell


def as_csv(release: Release) -> str:
    """The cells as a table, one row a cell; a text that would be a formula bears an apostrophe.

    RFC 4180. The hidden cells are rows, too, without numbers: a blank is no zero.
    """
    names = tuple(ReleaseCell.model_fields)
    rows: list[tuple[str, ...]] = [(*names, "status")]
    for cell in release.cells:
        row = (_format_release_cell(value) for value in cell.model_dump(mode="json").values())
        rows.append((*row, "published"))
    for line in release.hidden:
        known = {"cell": line.cell, "name": line.name}
        rows.append((*(_format_release_cell(known.get(name)) for name in names), "hidden"))
    return join_rows(rows)


def _format_release_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape_formula(value) if isinstance(value, str) else str(value)
