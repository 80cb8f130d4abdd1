"""What one body may see of a comparison of lighting scenarios: its own effects, sums, its answer.

Sums over all bodies are told only where nobody's effects follow from them (secret statistique).
"""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.lighting.records.effects import (
    CabinetEffects,
    CommuneEffects,
    CriterionTold,
    Indicator,
    NotDone,
)
from synergie.lighting.records.exchange import JointStudyState
from synergie.lighting.records.weighing import ValueBounds
from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.wire import Wire
from synergie.units import (
    Euros,
    Id,
    InseeCode,
    Instant,
    LongText,
    Many,
    OrganisationId,
    Sha256,
    Text,
)


class PartScenario(Wire):
    """What one scenario does to one body."""

    scenario: Key
    """The scenario."""
    name: Text
    """What people call it."""
    summary: LongText | None
    """What it means for people. Null: nothing said."""
    excluded: bool
    """Whether it breaks a hard constraint, anywhere: it cannot be retained."""
    communes: Many[CommuneEffects]
    """Effects on the communes that are lit by nobody else."""
    cabinets: Many[CabinetEffects]
    """Effects on its own cabinets."""
    investment_eur: Euros | None
    """What it pays for the works, EUR. Null: not known, or a list of all parts."""
    bill_eur: Euros | None
    """Its bill of a year after the works, EUR excluding VAT. Null: not known, or a list of all
    parts."""
    not_done: Many[NotDone] = ()
    """What could not be done as told on its own cabinets and communes."""


class ScenarioTotals(Wire):
    """What one scenario does to all bodies together, where it tells of nobody."""

    scenario: Key
    """The scenario."""
    indicators: Many[Indicator]
    """Effects on the whole; criteria that would tell of another body are left out."""


class StudyView(Wire):
    """The part of one body in a comparison; nothing of another body is in it."""

    body: MemberId
    """The body."""
    name: Text
    """What the study is called."""
    criteria: Many[CriterionTold]
    """The indicators, with unit and direction."""
    bounds: Many[ValueBounds]
    """Fixed scales of what is weighed."""
    options: Id | None
    """The published options that the scenarios take from. Null: they take from none."""
    scenarios: Many[PartScenario]
    """Each scenario, in the order of the study."""
    shared: Many[InseeCode]
    """Communes in which another body has lights, too: no effect on them is told."""
    bodies: Annotated[int, Field(ge=1, le=10**9)]
    """How many bodies the comparison is of."""
    totals: Many[ScenarioTotals] = ()
    """Effects on all together. Empty: withheld, they would tell of another body."""
    assumptions: Many[Phrase] = ()
    """What was taken for granted; sentences that hold amounts or names are left out."""
    seal: Sha256
    """SHA-256 of the comparison's digests with a number that bodies do not know: it tells two
    comparisons apart, and confirms no guess of what is in one."""


class StudyAnswer(Wire):
    """An answer as it was given."""

    answer: Literal["accept", "decline"]
    """Whether the body takes the scenario."""
    scenario: Key
    """Which one."""
    at: Instant
    """When, by the server's clock; the journal holds it, too."""
    client: Text
    """The program that gave it."""
    reason: LongText | None
    """Why; the délibération. Null: not told."""


class StudyAnswerRequest(Wire):
    """What a body answers once voices are collected: it takes a scenario, or it does not."""

    answer: Literal["accept", "decline"]
    """Whether the body takes the scenario."""
    scenario: Key
    """Which one; none that is excluded can be taken."""
    part_sha256: Sha256
    """The digest of the part that was read."""
    reason: LongText | None = None
    """Why, for the coordinator. Null: not told."""


class StudyPart(Wire):
    """What one body may see of a comparison: its own part. For that body, and the coordinator."""

    study: Id
    """The joint study."""
    comparison: Id
    """The comparison."""
    body: OrganisationId
    """Whose part it is."""
    state: JointStudyState
    """Where the joint study stands."""
    retained: Key | None
    """The scenario of this comparison that is retained. Null: none is."""
    view: StudyView
    """The part. In the coordinator's list of all parts no cabinet, no commune and no amount stands:
    those are of assets, read under an agreement."""
    sha256: Sha256
    """SHA-256 of the part (RFC 8785) without the totals: what a voice and an answer name."""
    spoke: bool
    """Whether the body has said its weights."""
    answer: StudyAnswer | None = None
    """The body's answer. Null: none yet, or withdrawn."""
