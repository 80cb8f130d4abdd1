"""What a file holds and what would be refused of it: the public keys of `synergie check --json`."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.series import Direction
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Instant, Many, Step

Count = Annotated[int, Field(ge=0)]


class RefusedLine(Wire):
    """One row or item left out; the others are not touched by it."""

    line: Annotated[int, Field(ge=1)] | None
    """Line of the file, from 1. Null: the format has no lines; `column` says the place."""
    column: str | None
    """Column by its name, or a JSON pointer. Null: the whole line."""
    value: Annotated[str, Field(max_length=80)]
    """What was found, cut at 80 characters."""
    reason: str
    """What was expected."""
    code: str = "bad-cell"
    """Stable code of the check it fails. Example: `bad-identifier`."""


class Finding(Wire):
    """What one check of the import found in what was kept."""

    code: str
    """Stable code of the check. Example: `hole`."""
    severity: Literal["block", "refusal", "warning", "information"]
    """How grave: a block stores nothing until it is answered, a warning is to be looked at, an
    information is only told."""
    times: Count
    """How often."""
    place: str | None
    """Where first: a line, or a place in the document. Null: the whole file."""
    text: str
    """What it means, in a sentence."""
    action: str
    """What to do. Empty: nothing."""


class StepRun(Wire):
    """A stretch of a series with one step; a step change starts another."""

    step: Step
    """Length of each step, ISO 8601."""
    first: Instant | CivilDate
    """Start of its first step (a civil date from P1D on)."""
    n: Count
    """Steps in it, missing ones included."""


class SeriesSummary(Wire):
    """One series of the file."""

    id: str
    """Delivery point, quantity, form and direction; or the name the table gives."""
    quantity: str
    """What is measured."""
    unit: str
    """Unit of its values."""
    steps: Many[StepRun]
    """Its stretches of equal step, in order of time."""
    first: Instant | CivilDate
    """Start of its first step."""
    last: Instant | CivilDate
    """End of its last step, half-open."""
    readings: Count
    """Steps that have a value."""
    energy_kwh: float | None
    """Energy of all values, kWh to 3 decimals, summed exactly. Null: not an energy or a power."""
    missing: Count
    """Steps without a value: blank in the file, or absent from it. Never counted as zero."""
    civil_days_off: Count
    """Civil days whose rows do not fill the day: 46, 48 or 50 half-hours by the clock changes.
    A blank row fills its step; an absent one does not."""
    direction: Direction | None = None
    """Drawn or fed in. Null: `id` tells it, or it has none."""
    by_year: dict[str, float] = Field(default_factory=dict)
    """Energy of the periods that begin in each year, kWh: a year beside the one before. Empty: not
    a table of periods."""
    stored_by_year: dict[str, float] = Field(default_factory=dict)
    """Energy that was stored of the same point before this file, kWh by year, by the fullest
    source. Empty: none was, or no store was asked."""


class PowerSummary(Wire):
    """Powers of a lighting inventory."""

    numbers: Count = 0
    """Light points whose power is a plain number."""
    numbers_w: Count = 0
    """Sum of the plain numbers, W."""
    texts: Count = 0
    """Light points whose power is written otherwise (`286(LED)`, `250/85`); the text is kept."""
    texts_w: Count = 0
    """Sum of those that name one lamp, W; two lamps on one pole are not added up."""
    unknown: Count = 0
    """Light points whose power is blank."""


class AssetSummary(Wire):
    """The lighting assets of the file."""

    light_points: Count = 0
    """Light points."""
    cabinets: Count = 0
    """Cabinets named by the light points."""
    without_cabinet: Count = 0
    """Light points whose cabinet is not known."""
    without_location: Count = 0
    """Light points without a place."""
    sources: Annotated[dict[str, int], Field(default_factory=dict)]
    """Light points by kind of lamp (EclExt typeSource); `unknown` where the file does not tell."""
    power: PowerSummary = PowerSummary()
    """Their powers."""


class FileReport(Wire):
    """What a file is, what is in it, and what would be refused."""

    format: str
    """Name of the format. Example: `enedis-hdm-curve`."""
    records: Count
    """Rows or items kept."""
    duplicates: Count = 0
    """Rows that repeat another exactly; ignored."""
    totals: Count = 0
    """Rows of totals; passed over."""
    blanks: Count = 0
    """Rows that hold nothing, and heads that come again. Kept, duplicates, totals, blanks and
    rejected are all rows of a table."""
    rejected: Count = 0
    """Rows or items left out, those beyond the list of `refused` included."""
    refused: Many[RefusedLine]
    """Rows or items left out, in order (the first 10,000)."""
    series: Many[SeriesSummary]
    """The series in it, in order of appearance."""
    assets: AssetSummary
    """The lighting assets in it; zeros when it is not an inventory."""
    kinds: Annotated[dict[str, int], Field(default_factory=dict)]
    """Records by kind. Example: `{"meter_curve": 2, "supply_terms": 1}`."""
    findings: Many[Finding] = ()
    """What the checks found, gravest first; refusals are in `refused`."""
    warnings: Many[str]
    """What was decided, assumed or seen, in words."""

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """The doubts that store nothing until somebody answers them."""
        return tuple(one for one in self.findings if one.severity == "block")
