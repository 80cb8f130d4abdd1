"""The calls of joint lighting studies; see `calls`."""

from collections.abc import Callable, Iterable

from pydantic import BaseModel

from synergie.client.calls import Call, Noun
from synergie.client.plan_calls import (
    after_of,
    build_create_call,
    build_get_call,
    build_put_call,
    post,
)
from synergie.lighting.records.exchange import (
    JointStudy,
    JointStudyAct,
    JointStudyActRequest,
    JointStudyInputs,
    JointStudyRecord,
)
from synergie.lighting.records.kept import ComparisonRequest, KeptComparison, KeptProblem
from synergie.lighting.records.options import OptionsRecord, StudyOptions
from synergie.lighting.records.part import StudyAnswerRequest, StudyPart
from synergie.lighting.records.voice import (
    CollectedVoices,
    ConsultationRecord,
    KeptWeighing,
    PublishedConsultation,
    StudyVoice,
    VoiceRequest,
    WeighingRequest,
)
from synergie.lighting.records.weighing import GroupVoice, Weighing
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import BodiesRequest

STUDIES = Noun("lighting-studies", JointStudy, Page[JointStudy])
_OPTIONS = Noun("options", StudyOptions, Page[StudyOptions])
_COMPARISONS = Noun("comparisons", KeptComparison, Page[KeptComparison])
_CONSULTATIONS = Noun("consultations", PublishedConsultation, Page[PublishedConsultation])

type Listed[T: BaseModel] = Callable[[str | None], Call[Page[T]]]
"""From a cursor to the call of that page."""


def create(record: JointStudyRecord, key: str | None) -> Call[JointStudy]:
    """Announce a joint study."""
    return build_create_call("/v1/lighting-studies", record, key, JointStudy)


def build_change_call(study: str, record: JointStudyRecord) -> Call[JointStudy]:
    """Say anew what is studied."""
    return build_put_call(_format_study_path(study), record, JointStudy)


def invite(study: str, bodies: Iterable[str]) -> Call[JointStudy]:
    """Invite organisations."""
    return build_put_call(
        f"{_format_study_path(study)}/bodies", BodiesRequest(bodies=tuple(bodies)), JointStudy
    )


def build_step_call(
    study: str, name: JointStudyAct, comparison: str | None = None, scenario: str | None = None
) -> Call[JointStudy]:
    """Take one step; the key only marks it as repeatable, which it is by itself."""
    body = JointStudyActRequest(comparison=comparison, scenario=scenario)
    return post(f"{_format_study_path(study)}/{name}", body, JointStudy)


def inputs(study: str) -> Call[JointStudyInputs]:
    """Whose assets are open now."""
    return build_get_call(f"{_format_study_path(study)}/inputs", JointStudyInputs)


def publish_options(study: str, record: OptionsRecord, key: str | None) -> Call[StudyOptions]:
    """Publish a version of the options."""
    return build_create_call(f"{_format_study_path(study)}/options", record, key, StudyOptions)


def every_options(study: str) -> Listed[StudyOptions]:
    """From a cursor to the call of that page of versions."""
    return lambda after: build_get_call(
        f"{_format_study_path(study)}/options", Page[StudyOptions], after_of(after)
    )


def options(study: str, options_id: str) -> Call[StudyOptions]:
    """One version of the options."""
    return build_get_call(
        f"{_format_study_path(study)}{_format_path_tail(_OPTIONS, options_id)}", StudyOptions
    )


def keep(study: str, request: ComparisonRequest, key: str | None) -> Call[KeptComparison]:
    """Keep a comparison."""
    return build_create_call(
        f"{_format_study_path(study)}/comparisons", request, key, KeptComparison
    )


def build_comparisons_call(study: str) -> Listed[KeptComparison]:
    """From a cursor to the call of that page of comparisons."""
    path = f"{_format_study_path(study)}/comparisons"
    return lambda after: build_get_call(path, Page[KeptComparison], after_of(after))


def build_comparison_call(study: str, comparison_id: str) -> Call[KeptComparison]:
    """One comparison."""
    return build_get_call(_format_comparison_path(study, comparison_id), KeptComparison)


def build_problem_call(study: str, comparison_id: str) -> Call[KeptProblem]:
    """What a comparison is of."""
    return build_get_call(f"{_format_comparison_path(study, comparison_id)}/problem", KeptProblem)


def build_parts_call(study: str, comparison_id: str) -> Listed[StudyPart]:
    """From a cursor to the call of that page of parts."""
    path = f"{_format_comparison_path(study, comparison_id)}/parts"
    return lambda after: build_get_call(path, Page[StudyPart], after_of(after))


def part(study: str, comparison_id: str) -> Call[StudyPart]:
    """One's part of a comparison."""
    return build_get_call(f"{_format_comparison_path(study, comparison_id)}/part", StudyPart)


def answer(part: StudyPart, request: StudyAnswerRequest) -> Call[StudyPart]:
    """Answer the part that was read, and no other."""
    return post(
        f"{_format_comparison_path(part.study, part.comparison)}/answer", request, StudyPart
    )


def withdraw_answer(part: StudyPart) -> Call[StudyPart]:
    """Take one's answer back."""
    return post(
        f"{_format_comparison_path(part.study, part.comparison)}/answer/withdraw", None, StudyPart
    )


def speak(part: StudyPart, groups: Iterable[GroupVoice]) -> Call[StudyVoice]:
    """Say the weights of one's groups on the part that was read."""
    body = VoiceRequest(part_sha256=part.sha256, groups=tuple(groups))
    return post(f"{_format_comparison_path(part.study, part.comparison)}/voice", body, StudyVoice)


def build_voice_call(study: str, comparison_id: str) -> Call[StudyVoice]:
    """What one said."""
    return build_get_call(f"{_format_comparison_path(study, comparison_id)}/voice", StudyVoice)


def withdraw_voice(study: str, comparison_id: str) -> Call[StudyPart]:
    """Take one's voice back."""
    return post(f"{_format_comparison_path(study, comparison_id)}/voice/withdraw", None, StudyPart)


def voices(study: str, comparison_id: str) -> Call[CollectedVoices]:
    """All voices, once they are collected."""
    return build_get_call(
        f"{_format_comparison_path(study, comparison_id)}/voices", CollectedVoices
    )


def keep_weighing(study: str, comparison_id: str, weighing: Weighing) -> Call[KeptWeighing]:
    """Keep a weighing."""
    body = WeighingRequest(weighing=weighing)
    return build_put_call(
        f"{_format_comparison_path(study, comparison_id)}/weighing", body, KeptWeighing
    )


def build_weighing_call(study: str, comparison_id: str) -> Call[KeptWeighing]:
    """The weighing."""
    return build_get_call(f"{_format_comparison_path(study, comparison_id)}/weighing", KeptWeighing)


def publish_consultation(
    study: str, record: ConsultationRecord, key: str | None
) -> Call[PublishedConsultation]:
    """Publish the result of a consultation."""
    return build_create_call(
        f"{_format_study_path(study)}/consultations", record, key, PublishedConsultation
    )


def build_consultations_call(study: str) -> Listed[PublishedConsultation]:
    """From a cursor to the call of that page of results."""
    path = f"{_format_study_path(study)}/consultations"
    return lambda after: build_get_call(path, Page[PublishedConsultation], after_of(after))


def consultation(study: str, consultation_id: str) -> Call[PublishedConsultation]:
    """One result."""
    return build_get_call(
        f"{_format_study_path(study)}{_format_path_tail(_CONSULTATIONS, consultation_id)}",
        PublishedConsultation,
    )


def _format_study_path(study: str) -> str:
    return STUDIES.get(study).path


def _format_comparison_path(study: str, comparison_id: str) -> str:
    return f"{_format_study_path(study)}{_format_path_tail(_COMPARISONS, comparison_id)}"


def _format_path_tail[M: BaseModel](noun: Noun[M], item: str) -> str:
    return noun.get(item).path.removeprefix("/v1")
