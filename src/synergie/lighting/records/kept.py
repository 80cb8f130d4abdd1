"""A comparison of lighting scenarios with the study it is of, as the server keeps both."""

from typing import Annotated

from pydantic import Field

from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.exchange import ParkOpened
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.weighing import ValueBounds
from synergie.schemas.shared_plan import BodyMissing
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, Sha256, Text


class ComparisonRequest(Wire):
    """A comparison that the coordinator computed, with the study it is of, to be kept."""

    problem: LightingStudy
    """What was compared: `StudyCabinet.body` is a body and `StudyCabinet.id` its cabinet as it
    names it; a light of one luminaire is a light point as its owner names it. Where two bodies name
    one alike, the name of the body and a colon stand before."""
    comparison: LightingComparison
    """The effects, cabinets included; the server adds each sum again before it keeps it."""
    bounds: Annotated[Many[ValueBounds], Field(max_length=30)]
    """Fixed scales of what is weighed, told to all before anybody weighs. Empty: nothing is."""


class KeptComparison(Wire):
    """A comparison as it is kept, with the digests of what it stands on. For the coordinator."""

    id: Id
    """Identifier given by the server."""
    study: Id
    """The joint study it is for."""
    kept_at: Instant
    """When it was kept."""
    synergie: Text
    """Version of the library that computed it."""
    problem_sha256: Sha256
    """SHA-256 of the problem (RFC 8785)."""
    comparison_sha256: Sha256
    """SHA-256 of the comparison (RFC 8785): the same problem gives it again."""
    nonce: Text
    """The number that seals of parts hold: with it an auditor checks them."""
    seal: Sha256
    """SHA-256 of `nonce`, `problem_sha256` and `comparison_sha256` (RFC 8785), as parts tell it."""
    options: Id | None
    """The published options that the scenarios take from. Null: they take from none."""
    opened: Many[ParkOpened]
    """The assets that were open when it was kept, by body."""
    missing: Many[BodyMissing]
    """Bodies whose assets were not, and why."""
    bounds: Many[ValueBounds]
    """Fixed scales of what is weighed."""
    comparison: LightingComparison | None = None
    """The effects. Null in lists."""


class KeptProblem(Wire):
    """The study that a comparison is of, to the byte: compared again it gives the same bytes."""

    study: Id
    """The joint study."""
    comparison: Id
    """The comparison."""
    problem: LightingStudy
    """What was compared."""
    problem_sha256: Sha256
    """SHA-256 of the problem (RFC 8785)."""
