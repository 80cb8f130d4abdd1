"""What both clients of joint lighting studies do alike: what is sent, what is checked."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal, Protocol

from synergie.client.calls import Call
from synergie.errors import BadInput
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.kept import ComparisonRequest, KeptComparison, KeptProblem
from synergie.lighting.records.part import StudyAnswerRequest, StudyPart
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.voice import CollectedVoices
from synergie.lighting.records.weighing import LightingVoices, ValueBounds, Weighing
from synergie.schemas.plan_bytes import digest

type Weigh = Callable[[LightingComparison, LightingVoices], Weighing]
"""What weighs voices on your machine: `synergie.lighting.plan.weigh`, with its samples and seed."""
type Listed = Callable[[str | None], Call[Any]]


class Compare(Protocol):
    """What compares scenarios on your machine: `synergie.lighting.plan.compare`."""

    def __call__(self, study: LightingStudy, /, *, cabinets: bool = False) -> LightingComparison:
        """The effects of each scenario, by cabinet, too."""


class SyncCall(Protocol):
    def __call__[T](self, call: Call[T], /) -> T: ...


class AsyncCall(Protocol):
    def __call__[T](self, call: Call[T], /) -> Awaitable[T]: ...


def build_comparison_request(
    problem: LightingStudy, compare: Compare, bounds: Iterable[ValueBounds]
) -> ComparisonRequest:
    """What is sent to be kept: effects by cabinet, and the scales of what is weighed."""
    found = compare(problem, cabinets=True)
    return ComparisonRequest(problem=problem, comparison=found, bounds=tuple(bounds))


def is_comparison_repeatable(kept: KeptComparison, told: KeptProblem, compare: Compare) -> bool:
    """Whether comparing once more gives the same bytes; BadInput for another problem's digest."""
    found = digest(told.problem)
    if found != told.problem_sha256 or found != kept.problem_sha256:
        raise BadInput("answer of the server", found, "the digest of the problem")
    return digest(compare(told.problem, cabinets=True)) == kept.comparison_sha256


def weigh_collected_voices(kept: KeptComparison, said: CollectedVoices, weigh: Weigh) -> Weighing:
    """The weighing of what was said; BadInput when nobody spoke."""
    if kept.comparison is None or said.voices is None:
        raise BadInput("answer of the server", "null", "a comparison and the voices on it")
    return weigh(kept.comparison, said.voices)


def answer_to(
    part: StudyPart, answer: Literal["accept", "decline"], scenario: str, reason: str | None
) -> StudyAnswerRequest:
    """An answer to the part that was read, and to no other."""
    return StudyAnswerRequest(
        answer=answer, scenario=scenario, part_sha256=part.sha256, reason=reason
    )
