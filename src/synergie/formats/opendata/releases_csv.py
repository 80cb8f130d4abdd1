"""A release of sums as a table that anybody may open."""

import csv
from io import StringIO

from synergie.formats.formulas import guarded
from synergie.schemas.release import Release, ReleaseCell


def as_csv(release: Release) -> str:
    """The cells as a table, one row a cell; a text that would be a formula bears an apostrophe.

    RFC 4180. The hidden cells are rows, too, without numbers: a blank is no zero.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = tuple(ReleaseCell.model_fields)
    writer.writerow((*names, "status"))
    for cell in release.cells:
        row = (_cell(value) for value in cell.model_dump(mode="json").values())
        writer.writerow((*row, "published"))
    for line in release.hidden:
        known = {"cell": line.cell, "name": line.name}
        writer.writerow((*(_cell(known.get(name)) for name in names), "hidden"))
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else str(value)
