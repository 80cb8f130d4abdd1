"""A joint maintenance plan looked at: crew-days more or fewer, fairness, shares, ways out."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.maintenance.records.maintenance import Week
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import SharingStudy
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many, Sha256

type Late = Annotated[int, Field(ge=0, le=10**12)]
type Ratio = Annotated[float, Field(ge=0, allow_inf_nan=False, json_schema_extra={"unit": "1"})]


class CrewDayWorth(Wire):
    """What the same year costs with other crew-days at one depot."""

    depot: Key
    """The depot."""
    week: Week | None
    """The only week that changes. Null: each week."""
    days: Annotated[int, Field(ge=-10_000, le=10_000)]
    """Crew-days more in that week, or in each week; negative: fewer."""
    cost_eur: Euros | None
    """Cost of the year then, EUR. Null: there is no plan then, or none was found in time."""
    saves_eur: Euros | None
    """What that saves against the plan, EUR; negative: it is dearer. The crew-days themselves are
    paid as they are used. Null: no cost."""
    late: Late | None
    """Light-point-weeks late then, in all zones. Null: no plan."""
    proved: bool
    """Whether that cost is proved least, or that there is no plan."""
    conflicts: Many[Phrase] = ()
    """Why there is no plan."""


class FairnessPoint(Wire):
    """The cheapest plan that keeps every zone within a lateness."""

    most_late: Ratio
    """The greatest lateness of a zone in it, weeks late a light point."""
    zone: Key
    """That zone."""
    cost_eur: Euros
    """Its cost, EUR."""
    late: Late
    """Light-point-weeks late in all zones."""
    proved: bool
    """Whether no cheaper plan keeps every zone so."""


class MaintenanceWay(Wire):
    """What would make an impossible year possible; confirmed by a solve."""

    kind: Literal["service", "lateness", "closed_weeks", "windows", "crew_days", "crew", "left_out"]
    """What gives way."""
    said: Phrase
    """In words."""
    cost_eur: Euros
    """What the year costs then, EUR."""
    proved: bool
    """Whether that cost is proved least."""


class MaintenanceWays(Wire):
    """Why there is no plan, and what would make one possible."""

    conflicts: Many[Phrase]
    """The requirements that clash, then by how much they would have to give. Empty: there is a
    plan."""
    ways: Many[MaintenanceWay]
    """The cheapest first."""


class MaintenanceStudy(Wire):
    """A plan looked at from all sides."""

    inputs_digest: Sha256
    """SHA-256 of the problem (RFC 8785)."""
    cost_eur: Euros
    """Cost of the plan, EUR."""
    crew_days: Many[CrewDayWorth]
    """More or fewer crew-days, by depot."""
    fairness: Many[FairnessPoint]
    """From the cheapest plan to the fairest, none of which another beats on both."""
    sharing: SharingStudy | None
    """How the cost may be shared. Null: one organisation, or too many to price every coalition."""
    said: Many[Phrase]
    """What it comes to, in sentences."""
    assumptions: Many[Phrase]
    """What was taken for granted."""
