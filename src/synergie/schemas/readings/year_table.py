"""Energy and cost by civil year: of a point, of a site, or of all that an organisation has."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.file_source import FileSource
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.series import Direction
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, KilowattHours, Many, Text, decimal_text

type YearOrigin = Literal["curve", "register", "bill"]
"""`curve`: sums of readings; `register`: differences of indexes; `bill`: energies of periods, of
bills and of tables."""

_COUNT = Annotated[int, Field(ge=0)]
_PRICE = Annotated[Decimal, decimal_text, Field(max_digits=12, strict=False)]


class YearLine(Wire):
    """One civil year from one origin. Lines of one year tell the same energy: never add them."""

    year: Annotated[int, Field(ge=1900, le=9999)]
    """The civil year."""
    energy: Literal["electricity", "gas"]
    """What it is energy of."""
    direction: Direction
    """Drawn from the network, or fed into it."""
    origin: YearOrigin
    """Where the figure comes from."""
    energy_kwh: KilowattHours
    """Energy of what is known of the year, kWh, to the watt-hour; nothing is extrapolated."""
    points: _COUNT = 1
    """Delivery points that have a value."""
    whole_points: _COUNT
    """Those of them of which every day of the year is known."""
    months: Annotated[int, Field(ge=0, le=12)] | None = None
    """Months known whole. Null: of several points."""
    cost_eur: Euros | None = None
    """What the periods whose cost is known cost, euros. Null: none is known, or some are with VAT
    and some without."""
    vat_included: bool | None = None
    """Whether the cost includes VAT. Null: not told, or no cost."""
    cost_energy_kwh: KilowattHours | None = None
    """Energy of the periods whose cost is known, kWh. Null: no cost."""
    eur_per_kwh: _PRICE | None = None
    """Cost by that energy, euros a kWh to 4 decimals. Null: not both are known."""
    suspect: _COUNT = 0
    """Periods of it that are marked suspect."""
    estimated: _COUNT = 0
    """Periods of it that are estimated."""
    gap_percent: float | None = None
    """How far it is from the curves of the same points and year, % of the curves. Null: a curve
    itself, or not both are known whole for the same points."""
    format: Text | None = None
    """Name of the format, and the calendar's owner where it is told. Null: curves, or several."""
    sources: Many[FileSource] = ()
    """The files it comes from. Empty: curves, or several points."""


class YearTable(Wire):
    """Years of energy and cost, the newest first."""

    lines: Many[YearLine]
    """A line a year, energy, direction and origin; of one point also a line a source."""
    waiting: _COUNT = 0
    """Points or series that are not counted yet: ask again in a moment."""
    last_day: CivilDate | None = None
    """Last civil day that a bill or a register tells. Null: none does, or several points."""
    freshness: Many[FreshnessLine] = ()
    """How fresh the flows of its sources are, and why."""
