"""Exact Pareto points over segments, options and years."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.lighting.records.effects import LightingCriterion
from synergie.schemas.plan import Phrase, Run
from synergie.schemas.wire import Wire
from synergie.units import ExternalId, Many, Sha256, Text

type _Figure = Annotated[float, Field(allow_inf_nan=False)]


class CabinetChoice(Wire):
    """What is done behind one cabinet."""

    cabinet: ExternalId
    """The cabinet."""
    retrofit: Key | None
    """Entry of the catalogue for its luminaires. Null: they stay, or are sized."""
    is_sized: bool = False
    """Whether each of its luminaires takes the smallest entry of `sized_among` that suits its road
    (`retrofit_among`)."""
    schedule: Key | None
    """Schedule. Null: that of today."""
    year: Annotated[int, Field(ge=1950, le=2200)] | None
    """Year of the works. Null: there are none."""


class FrontierValue(Wire):
    """The value of one criterion at a point."""

    criterion: LightingCriterion
    """Which one."""
    value: _Figure
    """In the unit of the criterion."""


class LightingPlanPoint(Wire):
    """One plan that no other beats."""

    id: Key
    """The point; it opens as a scenario of this name."""
    values: Many[FrontierValue]
    """Its values."""
    choices: Many[CabinetChoice]
    """What is done."""
    sized_among: Many[Key] = ()
    """Entries of which sized luminaires take one. Empty: none is sized."""
    supported: bool | None
    """Whether a weighted sum finds it. Null: not tested."""
    is_knee: bool = False
    """The farthest from the line between the ends: a mark, not a choice."""
    gap: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None
    """Proven gap of the criterion that was minimised, as a share. Null: none proved."""


class CriterionRange(Wire):
    """Ends of one criterion on the frontier."""

    criterion: LightingCriterion
    """Which one."""
    best: _Figure
    """Its best value on the frontier."""
    worst: _Figure
    """Its worst value on the frontier."""
    worst_is_estimate: bool
    """Whether the worst is only that of the pay-off table (three criteria and more)."""


class LightingFrontier(Wire):
    """The points, and how sure it is that none is missing."""

    criteria: Many[LightingCriterion]
    """Criteria that are traded; the first one is minimised, the others step."""
    points: Many[LightingPlanPoint]
    """The points, by the first criterion."""
    ranges: Many[CriterionRange]
    """Ends of each criterion."""
    status: Literal["proved", "feasible", "cancelled"]
    """`proved`: every point within `tolerance`, and no step of the grid left out."""
    steps: Many[_Figure]
    """Step of each further criterion: between two steps points may be missing."""
    solves: Annotated[int, Field(ge=0, le=10**9)]
    """Programmes that were solved."""
    grid: Annotated[int, Field(ge=0, le=10**9)]
    """Programmes of the full grid."""
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """Gap at which a point counts as proved."""
    assumptions: Many[Phrase]
    """What was taken for granted."""
    inputs_digest: Sha256
    """SHA-256 of the problem (RFC 8785)."""
    title: Text | None = None
    """What it is called. Null: nothing."""
    run: Run
    """How it was computed."""
