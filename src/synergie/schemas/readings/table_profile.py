"""How a table that somebody already has is read: which column is what, how its cells are written.

Suppliers, syndicates and agents each have their own table; one profile, confirmed once and saved,
reads every file of the same head (formats.md §11).
"""

import re
from collections import Counter
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.schemas.series import Direction, SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Many, Sha256, Step, Text, decimal_text

type Layout = Literal["periods", "wide_months", "curve", "indexes", "points"]
"""`periods`: a row a point and period (bills). `wide_months`: a row a point, a column a month.
`curve`: a row a step. `indexes`: a row a register and moment. `points`: a row a delivery point."""

type TableField = Literal[
    "supply_point", "name", "commune",
    "from_date", "to_date", "month", "year", "date", "time", "datetime",
    "value", "volume", "cost", "cost_ht", "cost_ttc", "emissions",
    "tariff_class", "unit", "direction", "nature", "meter",
    "market_segment", "tariff_code", "subscribed_power", "annual_energy", "offpeak_hours",
    "supplier", "contract_end", "valid_from", "holder_siret", "usage", "member", "insee_code",
]  # fmt: skip
"""What a column holds. `value`: energy or power of the row, or the index of an `indexes` table.
`cost`: euros, with or without VAT is not said."""

type Across = Literal["points", "sites", "years", "periods", "hours", "titles"]
"""What stands as columns where others have rows."""

type TableUnit = Literal["Wh", "kWh", "MWh", "W", "kW", "VA", "kVA", "m3"]
"""Unit of a column. MWh becomes kWh, exactly; the others stay."""

REPEATED: frozenset[str] = frozenset({"value", "subscribed_power", "annual_energy"})
"""Fields that several columns may give, each for a tariff class of its own."""

POWERS: frozenset[str] = frozenset({"W", "kW"})
ENERGIES: frozenset[str] = frozenset({"Wh", "kWh", "MWh"})

Middle = Annotated[
    Decimal, Strict(False), decimal_text, Field(gt=0, max_digits=30, examples=["1240.5"])
]
"""Middle one of some numbers, as they are written. Text on the wire."""

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)


class TableColumn(Wire):
    """One column of a table that is read; those not named here are passed over."""

    name: Annotated[str, Field(min_length=1, max_length=400)]
    """Its name in the head; rows of a head are joined by ` / `. Compared without case and accents.
    Example: `Consommation / HPH (kWh)`."""
    field: TableField
    """What it holds."""
    tariff_class: Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,20}$")] | None = None
    """The class its values are of. Null: all classes together, or another column tells it."""
    unit: TableUnit | None = None
    """Unit of its numbers. Null: that of the table."""
    direction: Direction | None = None
    """Drawn or fed in, where two columns of a row are one each. Null: that of the table."""
    counts: Literal["register", "running_sum"] | None = None
    """`register`: what a dial shows at the end of each period; `running_sum`: the sum since the
    year or the list began. Both become the energies between. Null: energy of the period itself."""
    usual: Middle | None = None
    """Middle one of its numbers where it was confirmed: what a person answered holds for numbers
    like these. Null: no column of values, or nobody knows."""


class RespeltName(Wire):
    """A name in the head that is misspelt: a month as `avri 2025`."""

    name: Annotated[str, Field(min_length=1, max_length=400)]
    """As it is written."""
    meant: Annotated[str, Field(min_length=1, max_length=400)]
    """As it is read."""


class TableProfile(Wire):
    """How one kind of table is read. Saved under its name; found again by its fingerprint."""

    name: Text
    """Name it is saved under. Example: `Factures EDF collectivités`."""
    version: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Counts each change of the profile of that name."""
    fingerprint: Sha256 | None = None
    """SHA-256 of the head: plain names in order, months as one word. Null: given to no file."""
    layout: Layout
    """How rows and columns are laid out."""
    across: Across | None = None
    """What its columns are, where the head has a column a point, a site, a year or an hour of the
    day: it is read with a row each, under a name that is made. Null: none of these."""
    respelt: Many[RespeltName] = ()
    """Names of the head that are misspelt. Empty: none."""
    blank_point: Literal["above", "none"] = "none"
    """`above`: a row without a point is of the one above it. `none`: it is refused."""
    columns: Annotated[Many[TableColumn], Field(min_length=1, max_length=200)]
    """The columns that are read."""
    sheet: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Sheet of a workbook. Null: its first visible sheet that holds something."""
    sheets: Many[Annotated[str, Field(min_length=1, max_length=100)]] = ()
    """Sheets of one head, read one after another; the name of each is a column of its own. Empty:
    one sheet is read."""
    head_rows: Annotated[int, Field(ge=1, le=4)] = 1
    """Rows that make the head; a merged cell names each column under it."""
    separator: Literal[";", ",", "\t", "|"] | None = None
    """Between cells of a text. Null: found in its head."""
    decimal: Literal[".", ","] = ","
    """Decimal mark of numbers that are text."""
    thousands: Literal["space", ".", ",", "'"] | None = "space"
    """Between thousands; `space`: any of U+0020, U+00A0, U+202F. Null: nothing."""
    dates: Literal["dmy", "mdy", "ymd"] = "dmy"
    """Order of dates that are text. A year of four digits in front is read as such anyway; a year
    of two digits is of this century."""
    blanks: Many[str] = ("", "-", "NC", "ND", "N/A", "n.c.")
    """Cells that mean "not known", compared without the spaces around: never zero."""
    unit: TableUnit | None = None
    """Unit of values whose column tells none. Null: each tells its own, or the file is refused."""
    energy: Literal["electricity", "gas"] = "electricity"
    """What it is energy of; gas energy is kWh of gross calorific value (PCS)."""
    scheme: Literal["prm", "pce", "other"] = "prm"
    """What its identifiers are: 14 digits of Enedis, of GRDF, or others."""
    supply_point: SupplyPointKey | None = None
    """The point, where the table names none: a file of one meter. Null: a column names it."""
    direction: Direction | None = None
    """`import` is drawn from the grid, `export` is fed into it. Null: a column tells it."""
    last_day: Literal["included", "excluded"] | None = None
    """Whether the end of a period is its last day, or the day after. Null: it has no end column."""
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    """Year of months that are written without one. Null: they have one."""
    valid_from: CivilDate | None = None
    """Day from which the terms of a list of points hold, where no column says so. Null: unknown:
    the points are read, their terms are not."""
    step: Step | None = None
    """Step of a curve. Null: from the differences of its times. `P1D` in a table of periods: each
    row is the day of its date."""
    fold: Literal["order", "refuse"] = "order"
    """The hour that October repeats, in times without offset: told by the order of the rows, or
    refused."""

    confirmed: Many[Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,40}$")]] = ()
    """Codes of the doubts that its owner looked at and found right, in this file alone.
    Example: `energy-never-falls`."""

    answered: Many[Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]] | None = None
    """What a person answered when it was confirmed; the rest was told by the file itself. A later
    file that leaves open what was told is asked about. Null: nobody knows.
    Example: `["direction"]`."""
    claims: Many[Annotated[str, Field(max_length=120)]] = ()
    """Titles and names of files, their numbers left out, that say of the figures what a person said
    they are not (`coûts`, `prévisions`). Empty: none."""
    usual: Middle | None = None
    """Middle one of all numbers of columns of months. Null: there are none, or nobody knows."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        used = Counter((one.field, one.tariff_class, one.direction) for one in self.columns)
        if any(times > 1 for times in used.values()):
            raise ValueError("a field given by one column at most, or one a tariff class")
        alone = Counter(c.field for c in self.columns if c.field not in REPEATED)
        if any(times > 1 for times in alone.values()):
            raise ValueError("a field given by one column at most, or one a tariff class")
        if self.thousands == self.decimal:
            raise ValueError("another mark between thousands than the decimal mark")
        return self

    @property
    def of_one_file(self) -> bool:
        """Whether it tells a meter, a year, a day or a doubt of one file: the next may be another.

        Such a profile is used by its name only, never because a head looks the same.
        """
        told = (self.supply_point, self.year, self.valid_from)
        return bool(self.confirmed) or any(one is not None for one in told)

    def column(self, field: TableField) -> TableColumn | None:
        """The one column of *field*, or None."""
        return next((column for column in self.columns if column.field == field), None)
