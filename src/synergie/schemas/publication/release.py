"""A release: the sums of one closed period over the cells of a scheme, and what was hidden."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from synergie.schemas.publication.cell_scheme import Category, CellId
from synergie.schemas.wire import Wire
from synergie.units import Id, InseeCode, Instant, Many, OrganisationId, Sha256, Text

type Energy = Literal["electricity", "gas"]
"""What is summed: active energy drawn from the grid; energy of gas (PCS)."""
type Fault = Literal["mixed", "few_points", "few_enterprises", "insider", "zero", "dominated"]
"""Why a set of points may not be told.

`mixed`: two categories, or points that stay with points that move (FR-AGG-MIX). `few_points`
(FR-AGG-N), `few_enterprises` and `dominated`: one too large (FR-AGG-ENT). `insider`: an
organisation that subtracts its own points would be left with such a set. `zero`: a sum that is not
above zero, which tells that each is zero.
"""
type Licence = Literal["etalab-2.0", "odbl-1.0"]
"""SPDX identifiers of the two licences of CRPA D323-2-1: Licence Ouverte 2.0 and ODbL 1.0."""

PeriodText = Annotated[
    str,
    StringConstraints(pattern=r"^(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?$"),
    Field(examples=["2025", "2025-03"]),
]
"""A civil year, or a civil month of it."""

WattHours = Annotated[int, Field(json_schema_extra={"unit": "Wh"})]
"""Energy, watt-hours, exact."""


class ReleaseRequest(Wire):
    """What is to be computed and published."""

    scheme: Id
    """Your scheme (its `id`)."""
    energy: Energy
    """What is summed."""
    period: PeriodText
    """A closed civil month or year of Europe/Paris."""
    open_data: bool = False
    """Whether the public may read it. Every agreement it stands on must say `open_data`."""
    licence: Licence = "etalab-2.0"
    """Under which the public may use it again; of no effect without `open_data`."""


class Thresholds(Wire):
    """The rule in force when a release was made; operators may make it stricter, never weaker."""

    min_points: Annotated[int, Field(ge=10)]
    """Fewest delivery points of a set that can be told (FR-AGG-N: 10; 11 before March 2020)."""
    min_enterprises: Annotated[int, Field(ge=3)]
    """Fewest enterprises of a set of professional points (FR-AGG-ENT)."""
    max_share: Annotated[float, Field(gt=0, le=0.85, json_schema_extra={"unit": "1"})]
    """Largest share of one contributor in the sum of absolute values (FR-AGG-ENT)."""


class ReleaseCell(Wire):
    """The sum of one cell."""

    cell: CellId
    """The cell within its scheme; the same from one release to the next."""
    name: Text
    """What people call it, to be shown."""
    parent: CellId | None
    """The cell above, so that a table can be folded. Null: the one at the top."""
    insee_code: InseeCode | None
    """Commune, to put the value on a map. Null: the cell is of no single commune."""
    category: Category | None
    """Category of all its points. Null: it holds several, each published below it."""
    movements: bool
    """Whether it holds the points that join or leave in the year, and only them."""
    n_points: Annotated[int, Field(ge=1)]
    """Delivery points counted in the sum, to judge how much it stands for."""
    energy_wh: WattHours
    """The sum, Wh, exact: round it to show it."""


class SuppressionLine(Wire):
    """One cell that was not published, and why."""

    cell: CellId
    """The cell within its scheme."""
    name: Text
    """What people call it."""
    kind: Literal["primary", "complementary"] | None
    """`primary`: it may not be told by itself. `complementary`: it could, but with what else is
    published it would give away a set that may not. Null: told to the publisher only, since it
    says who is too small."""
    fault: Fault | None
    """What that set fails. Null: told to the publisher only."""
    protects: CellId | None
    """With `complementary`: the cell of the set it would give away. Null: told to the publisher
    only, or `primary`."""


class Release(Wire):
    """Sums as they were published; a record that never changes."""

    id: Id
    """Identifier given by the server."""
    owner: OrganisationId
    """The organisation that published it."""
    scheme: Id
    """The cell scheme."""
    scheme_version: Annotated[int, Field(ge=1)]
    """Its version, the same for all releases of a calendar year."""
    energy: Energy
    """What is summed."""
    period: PeriodText
    """The civil month or year of Europe/Paris."""
    version: Annotated[int, Field(ge=1)]
    """1, and one more for each correction of the same period."""
    start: Instant
    """Start of the period."""
    end: Instant
    """End of the period, excluded: how fresh the values are."""
    released_at: Instant
    """When it was computed and published."""
    cells: Many[ReleaseCell]
    """What is published, in the order of the tree."""
    hidden: Many[SuppressionLine]
    """What is not, and why."""
    optimal: bool
    """True: no choice of cells hides fewer points. False: the best that was found."""
    not_counted: Annotated[int, Field(ge=0)]
    """Points of the scheme without a whole period of readings: in no sum."""
    outside: Annotated[int, Field(ge=0)]
    """Points in no cell of the scheme: their commune is not told, or not one of its own."""
    twice: Annotated[int, Field(ge=0)]
    """Points that two organisations declare: counted once."""
    thresholds: Thresholds
    """The rule in force."""
    rules: Many[Text]
    """Identifiers of the legal rules it was checked against."""
    agreements: Many[Text]
    """The agreements it stands on, with their versions: `agr_x/2`. Empty: the owner's own data."""
    open_data: bool
    """Whether the public may read it."""
    licence: Licence | None
    """Under which. Null: it is not open."""
    sha256: Sha256
    """Of the RFC 8785 bytes of all the other fields, as everybody but its publisher reads them:
    with nothing of why a cell is hidden."""


class ReleaseAge(Wire):
    """How old the values are."""

    data_until: Instant
    """End of the period they are of."""
    released_at: Instant
    """When they were published."""
    age_days: Annotated[int, Field(ge=0, json_schema_extra={"unit": "d"})]
    """Whole days from the end of the period to now."""


class OpenRelease(Wire):
    """A release as the public reads it."""

    title: Text
    """What it is of, to be shown above the table."""
    publisher: Text
    """Name of the organisation that answers for it."""
    licence_url: Text
    """Text of the licence: what you may do with it."""
    freshness: ReleaseAge
    """How old it is."""
    release: Release
    """The release itself; why a cell is hidden is left out."""
    fields: dict[str, str]
    """What each column of the table is for."""


class OpenReleaseLine(Wire):
    """One open release in the list."""

    id: Id
    """Identifier: `/open/releases/{id}`."""
    title: Text
    """What it is of."""
    publisher: Text
    """Name of the organisation that answers for it."""
    energy: Energy
    """What is summed."""
    period: PeriodText
    """The civil month or year."""
    version: Annotated[int, Field(ge=1)]
    """Corrections of the same period count up: the highest is the newest."""
    released_at: Instant
    """When it was published."""
    licence: Licence
    """Under which it may be used again."""
