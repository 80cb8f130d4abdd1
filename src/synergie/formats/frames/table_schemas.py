"""The Table Schemas of our tables, for `specs/tables/` and for whoever checks a file of ours."""

from synergie.formats._csv import TABLES, schema_text


def schema_files() -> dict[str, str]:
    """Name below `specs/tables/` → its exact text. The same at each run."""
    return {f"{table.name.replace('_', '-')}.json": schema_text(table) for table in TABLES}
