"""Weights of groups, and what holds for most of them. No single score."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.lighting.records.effects import LightingCriterion
from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import InseeCode, LongText, Many, Sha256, Share, Text

type GroupKind = Literal["council", "agents", "citizens", "companies", "naturalists", "other"]
type _Figure = Annotated[float, Field(allow_inf_nan=False)]


class ValueBounds(Wire):
    """The fixed scale of one criterion, published before anybody weighs.

    Never the scenarios' own least and most, which would let a further scenario turn the order of
    the others.
    """

    criterion: LightingCriterion
    """Which one."""
    worst: _Figure
    """Value that counts 0."""
    best: _Figure
    """Value that counts 1."""
    steps: Many[Annotated[Many[_Figure], Field(min_length=2, max_length=2)]] = ()
    """Further points (value, worth 0 to 1) of a piecewise linear worth. Empty: a straight line."""
    source: LongText
    """Who fixed it and why."""


class Veto(Wire):
    """A value that must not be bought off."""

    criterion: LightingCriterion
    """Which one."""
    limit: _Figure
    """No worse than this."""
    reason: LongText
    """Why."""


class WeightRange(Wire):
    """What a group says of one weight."""

    criterion: LightingCriterion
    """Which one."""
    low: Share
    """At least."""
    high: Share
    """At most."""


class GroupVoice(Wire):
    """What one group said, after it saw the real ranges (swing weights)."""

    group: Key
    """The group."""
    kind: GroupKind
    """Who they are."""
    name: Text
    """What it is called."""
    insee_code: InseeCode | None = None
    """Commune, for citizens of one. Null: the whole."""
    order: Many[Annotated[Many[LightingCriterion], Field(min_length=1)]] = ()
    """Swings from the most important on; those in one place are equal. Empty: no order said, every
    weight is possible. A criterion left out comes after all that are named."""
    weights: Many[WeightRange] = ()
    """Ranges of weights that were said. Empty: none."""
    ballots: Many[Many[LightingCriterion]] = ()
    """Orders of single people, when they are known: samples are drawn over them, one order a
    person, never of a mean. Empty: one order for the group."""
    vetoes: Many[Veto] = ()
    """Thresholds of this group."""
    respondents: Annotated[int, Field(ge=0, le=10**8)] | None = None
    """How many people stand behind it. Null: not told."""
    source: LongText
    """When and how it was collected."""


class RankShare(Wire):
    """How often a scenario takes each rank."""

    scenario: Key
    """The scenario."""
    ranks: Many[Share]
    """Share of the samples in which it is first, second, …; ties are shared."""
    half_width: Share
    """95 % half-width of the first of them."""
    central_weights: Many[Annotated[float, Field(ge=0, le=1)]] = ()
    """Mean weights of the samples in which it is first, in the order of the criteria. Empty: it
    never is."""


class WeightFlip(Wire):
    """The least change of one weight that puts another scenario first."""

    criterion: LightingCriterion
    """Whose weight; the others keep their proportions."""
    from_weight: Share
    """What it is in the group's central weights."""
    to_weight: Share
    """What it must become."""
    scenario: Key
    """The scenario that is then first."""


class GroupResult(Wire):
    """What follows from what one group said."""

    group: Key
    """The group."""
    weights_mean: Many[Share]
    """Mean of the sampled weights, in the order of the criteria."""
    ranks: Many[RankShare]
    """Each scenario that is in play, in the order of the study."""
    first: Key | None
    """The scenario most often first. Null: none is in play."""
    vetoed: Many[Key] = ()
    """Scenarios that a veto of this group takes out."""
    flips: Many[WeightFlip] = ()
    """What would turn the choice, nearest first. Empty: nothing does, or `detail` is `rounded`."""


class GroupsAgreement(Wire):
    """Where two groups stand to one another."""

    groups: Annotated[Many[Key], Field(min_length=2, max_length=2)]
    """The two."""
    tau: Annotated[float, Field(ge=-1, le=1)]
    """Kendall's rank correlation of their mean ranks: 1 the same order, -1 the opposite one."""
    both_first: Key | None
    """The scenario that is most often first for both. Null: they differ."""


class Weighing(Wire):
    """Groups side by side, never averaged."""

    detail: Literal["whole", "rounded"] = "whole"
    """`rounded`: as a body of a joint study reads it, shares in tenths and correlations as 1, 0 or
    -1, without central weights and what would turn the choice: from these the effects on all, which
    may be withheld, would follow."""
    criteria: Many[LightingCriterion]
    """The criteria that are weighed, in the order of every weight."""
    bounds: Many[ValueBounds]
    """Their fixed scales, in the same order."""
    scenarios: Many[Key]
    """The scenarios in play: those that keep the constraints and are not dominated."""
    left_out: Many[Phrase] = ()
    """Criteria and scenarios that are not weighed, and why."""
    groups: Many[GroupResult]
    """Each group."""
    agreements: Many[GroupsAgreement] = ()
    """Each pair of groups."""
    robust: Many[Key] = ()
    """Scenarios that are first, for every group, in at least `robust_share` of its samples."""
    robust_share: Share = 0.5
    """That share."""
    samples: Annotated[int, Field(ge=1, le=10**8)]
    """Samples of weights for each group."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]
    """Seed of the samples."""
    inputs_digest: Sha256
    """SHA-256 of comparison, bounds and voices (RFC 8785)."""
    notes: Many[Phrase] = ()
    """What must be known to read it: representativeness, small groups, criteria unknown."""


type EvidenceKind = Literal["approval", "knapsack", "ranking", "cumulative"]


class CategoryVotes(Wire):
    """Votes on the projects of one category."""

    category: Text
    """Its name."""
    votes: Annotated[int, Field(ge=0, le=10**9)]
    """Approvals or points."""
    projects: Annotated[int, Field(ge=0, le=10**9)]
    """Projects voted on."""


class Evidence(Wire):
    """Votes on projects, from Decidim or pabulib: evidence of priorities, never weights."""

    source: LongText
    """File, vote and date."""
    kind: EvidenceKind
    """Kind of vote."""
    voters: Annotated[int, Field(ge=0, le=10**9)] | None
    """How many voted. Null: the file tells votes, not voters."""
    by_category: Many[CategoryVotes]
    """Votes by category, as the platform names them."""
    notes: Many[Phrase] = ()
    """Ballots set aside (twice, empty, unknown project) with their count."""


class LightingVoices(Wire):
    """What goes into a weighing beside the comparison."""

    bounds: Many[ValueBounds]
    """Fixed scales."""
    groups: Annotated[Many[GroupVoice], Field(min_length=1, max_length=500)]
    """The groups."""
    evidence: Many[Evidence] = ()
    """Votes elsewhere; shown, not weighed."""
