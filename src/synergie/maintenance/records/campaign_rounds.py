"""Rounds of a week under a joint maintenance plan: kept by the coordinator, told body by body."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.park.records.crew import Task
from synergie.schemas.plan import MemberId
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, Id, Instant, Many, OrganisationId, Sha256, Text


class CampaignRoundsRequest(Wire):
    """Rounds that the coordinator computed, with the problem they solve, to be kept and told."""

    problem: RoundsProblem
    """What was solved: `RoundStop.organisation` is a body, `RoundStop.asset` its cabinet or light
    point as it names it."""
    rounds: RoundsPlan
    """The rounds; the server adds each time and amount again before it keeps them."""


class CampaignRounds(Wire):
    """Rounds as they are kept. A body is told when they are, and reads its part."""

    id: Id
    """Identifier given by the server."""
    campaign: Id
    """The campaign they are for."""
    plan: Id
    """The year plan that was in force."""
    kept_at: Instant
    """When they were kept; of two for the same days the later holds."""
    first_day: CivilDate
    """First day."""
    last_day: CivilDate
    """Last day."""
    problem_sha256: Sha256 | None = None
    """SHA-256 of the problem (RFC 8785). Null: for the coordinator alone."""
    rounds_sha256: Sha256 | None = None
    """SHA-256 of the rounds (RFC 8785) with `run.seconds` zero. Null: as above."""
    problem: RoundsProblem | None = None
    """What was solved. Null in lists."""
    rounds: RoundsPlan | None = None
    """The rounds, `run.seconds` zero. Null in lists."""


class PartStop(Wire):
    """Work on an asset of the body's own."""

    stop: Key
    """The stop."""
    asset: Text
    """Cabinet or light point, as its owner names it."""
    task: Task
    """What is done."""
    ticket: Text | None
    """The ticket it answers. Null: planned work."""
    day: CivilDate | None
    """The day. Null: left for later."""
    organisation: MemberId | None
    """Whose crew comes. Null: left for later."""
    crew: Key | None
    """The crew. Null: left for later."""
    starts_at: Instant | None
    """Start of the work. Null: left for later."""
    ends_at: Instant | None
    """End of the work. Null: left for later."""


class PartRound(Wire):
    """A day of a crew of the body's own, wherever it works."""

    crew: Key
    """The crew."""
    day: CivilDate
    """The day."""
    leaves_at: Instant
    """Departure."""
    returns_at: Instant
    """Return."""
    stops: Annotated[int, Field(ge=0)]
    """How many stops, all bodies together."""


class CampaignRoundsPart(Wire):
    """What one body may see of rounds: work on its own assets, and the days of its own crews."""

    campaign: Id
    """The campaign."""
    rounds: Id
    """The rounds."""
    body: OrganisationId
    """Whose part it is."""
    first_day: CivilDate
    """First day."""
    last_day: CivilDate
    """Last day."""
    cost_eur: Euros | None
    """What it pays for these days, EUR excluding VAT. Null: others are in them, whose minutes
    would follow."""
    alone_eur: Euros | None
    """What it would pay alone, EUR. Null: it cannot."""
    stops: Many[PartStop]
    """Work on its own assets, by time; what is left for later last."""
    crews: Many[PartRound]
    """Days of its own crews."""
