"""Tables of regulated prices as a publisher hands them on, and entries that a body makes itself."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, StringConstraints, model_validator

from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Many, Text, decimal_text

type TableName = Literal[
    "turpe", "accise", "cta", "vat", "vnu", "atrd", "atrt", "gas_accise", "gas_cta", "gas_cpb",
    "atrt_terms", "gas_zi", "gas_a",
]  # fmt: skip
"""A table; its file is `<name>.csv`."""
type CellName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
"""A column of a table. Example: `c_hph`."""
type Figure = Annotated[Decimal, Strict(False), decimal_text, Field(max_digits=18)]


class GoldenCell(Wire):
    """A figure that a table must tell: what shows that it is whole, and read as it was meant."""

    table: TableName
    """The table."""
    key: Text
    """What the row is about. Example: `BTSUPCU`."""
    day: CivilDate
    """A day on which the row holds."""
    cell: CellName
    """The column."""
    value: Figure
    """What stands in it."""


class TableText(Wire):
    """One table, as its file."""

    table: TableName
    """The table."""
    csv: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    """Its file, with the head of docs/plan/tariff.md: every row with its source and its days."""


class TableBundle(Wire):
    """Tables that a publisher signs (JWS, RFC 7515; Ed25519, RFC 8037)."""

    name: Text
    """What it is called. Example: `TURPE et accises d'août 2026`."""
    version: Annotated[int, Field(ge=1)]
    """Grows with each; an older one is refused."""
    published: CivilDate
    """Day on which it was made."""
    role: Text
    """Role of who entered the figures."""
    tables: Annotated[Many[TableText], Field(min_length=1)]
    """The tables, each once."""
    golden: Annotated[Many[GoldenCell], Field(min_length=1)]
    """At least one cell a table."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        names = [one.table for one in self.tables]
        if len(names) != len(set(names)):
            raise ValueError("each table once")
        if set(names) != {one.table for one in self.golden}:
            raise ValueError("a golden cell of each table, and of no other")
        return self


class LocalEntry(Wire):
    """Cells that a body enters itself, from a text that it read; a second person confirms them."""

    table: TableName
    """The table."""
    key: Text
    """What the row is about."""
    cells: Annotated[dict[CellName, Figure], Field(min_length=1)]
    """The figures by column; those left out stay as they are."""
    valid_from: CivilDate
    """First day."""
    valid_to: CivilDate
    """The day after the last one."""
    source: Text
    """The text that was read: number, date, page."""
    entered_by: Text
    """Role of who entered them."""
    confirmed_by: Text | None = None
    """Role of who confirmed them. Null: nobody yet, and they do not hold."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.valid_from >= self.valid_to:
            raise ValueError("a period that ends after it begins")
        return self
