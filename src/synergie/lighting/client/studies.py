"""Joint lighting studies from a program: options, effects, voices; `client.lighting_studies`."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from synergie.client.pages import Pages
from synergie.lighting.client import _calls as calls
from synergie.lighting.client import _shared as shared
from synergie.lighting.client._shared import Compare, Listed, SyncCall, Weigh
from synergie.lighting.records.exchange import JointStudy, JointStudyInputs, JointStudyRecord
from synergie.lighting.records.kept import ComparisonRequest, KeptComparison, KeptProblem
from synergie.lighting.records.options import OptionsRecord, StudyOptions
from synergie.lighting.records.part import StudyPart
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.voice import (
    CollectedVoices,
    ConsultationRecord,
    KeptWeighing,
    PublishedConsultation,
    StudyVoice,
)
from synergie.lighting.records.weighing import GroupVoice, ValueBounds, Weighing


class LightingStudies:
    """Joint studies that you coordinate, or were invited to; iterate it for all of them.

    made = client.lighting_studies.create(JointStudyRecord(name=…, reference=…))
    client.lighting_studies.invite(made.id, ["custines"])
    kept = client.lighting_studies.compute(made.id, study, synergie.lighting.plan.compare, bounds)
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[JointStudy]:
        yield from self.all()

    def all(self) -> Pages[JointStudy]:
        """Those you coordinate or were invited to, by id, without bodies."""
        return self._pages(calls.STUDIES.listed(None))

    def options(self, study: str) -> Pages[StudyOptions]:
        """Versions of the options that were published, by id, without what they say."""
        return self._pages(calls.every_options(study))

    def comparisons(self, study: str) -> Pages[KeptComparison]:
        """Comparisons that were kept, by id, without what they say."""
        return self._pages(calls.build_comparisons_call(study))

    def parts(self, study: str, comparison: str) -> Pages[StudyPart]:
        """The part of each body with its answer, for the coordinator."""
        return self._pages(calls.build_parts_call(study, comparison))

    def consultations(self, study: str) -> Pages[PublishedConsultation]:
        """Results of consultations that bodies published, by id, without what they say."""
        return self._pages(calls.build_consultations_call(study))

    # What a coordinator does

    def create(self, record: JointStudyRecord, *, key: str | None = None) -> JointStudy:
        """Announce a joint study that you coordinate."""
        return self._call(calls.create(record, key))

    def change(self, study: str, record: JointStudyRecord) -> JointStudy:
        """Say anew what is studied together."""
        return self._call(calls.build_change_call(study, record))

    def invite(self, study: str, bodies: Iterable[str]) -> JointStudy:
        """Invite organisations; each joins by an agreement that opens its `assets` to you."""
        return self._call(calls.invite(study, bodies))

    def publish_options(
        self, study: str, record: OptionsRecord, *, key: str | None = None
    ) -> StudyOptions:
        """Publish a version of the catalogue and the schedules to every body."""
        return self._call(calls.publish_options(study, record, key))

    def inputs(self, study: str) -> JointStudyInputs:
        """Whose assets are open to you now, how many and in which state; and who is missing."""
        return self._call(calls.inputs(study))

    def keep(
        self, study: str, request: ComparisonRequest, *, key: str | None = None
    ) -> KeptComparison:
        """Keep a comparison with its study; the server adds each sum again."""
        return self._call(calls.keep(study, request, key))

    def compute(
        self,
        study: str,
        problem: LightingStudy,
        compare: Compare,
        bounds: Iterable[ValueBounds] = (),
        *,
        key: str | None = None,
    ) -> KeptComparison:
        """Compare the scenarios of *problem* on this machine by *compare*, and keep that.

        BadInput when it names a cabinet or a light point that is not open to you now.
        """
        request = shared.build_comparison_request(problem, compare, bounds)
        return self.keep(study, request, key=key)

    def comparison(self, study: str, comparison: str) -> KeptComparison:
        """One comparison, with its digests."""
        return self._call(calls.build_comparison_call(study, comparison))

    def problem(self, study: str, comparison: str) -> KeptProblem:
        """The study that a comparison is of, to the byte."""
        return self._call(calls.build_problem_call(study, comparison))

    def reproduced(self, study: str, comparison: str, compare: Compare) -> bool:
        """Whether the stored study of a comparison gives it again to the byte.

        NotAllowed when an agreement does not open its assets any more.
        """
        kept = self.comparison(study, comparison)
        told = self.problem(study, comparison)
        return shared.is_comparison_repeatable(kept, told, compare)

    def propose(self, study: str, comparison: str) -> JointStudy:
        """Let each body read its part of a comparison and say its weights."""
        return self._call(calls.build_step_call(study, "propose", comparison))

    def withdraw(self, study: str) -> JointStudy:
        """Take the comparison back that is proposed; what is retained stays."""
        return self._call(calls.build_step_call(study, "withdraw"))

    def collect(self, study: str) -> JointStudy:
        """Take no more voices: they are weighed, and bodies answer."""
        return self._call(calls.build_step_call(study, "collect"))

    def voices(self, study: str, comparison: str) -> CollectedVoices:
        """All voices once they are collected; each body sees in the journal that you read it."""
        return self._call(calls.voices(study, comparison))

    def weigh(self, study: str, comparison: str, weigh: Weigh) -> KeptWeighing:
        """Weigh the collected voices on this machine by *weigh*, and tell every body."""
        kept = self.comparison(study, comparison)
        said = self.voices(study, comparison)
        found = shared.weigh_collected_voices(kept, said, weigh)
        return self.keep_weighing(study, comparison, found)

    def keep_weighing(self, study: str, comparison: str, weighing: Weighing) -> KeptWeighing:
        """Keep a weighing and tell every body; the server adds each share again."""
        return self._call(calls.keep_weighing(study, comparison, weighing))

    def adopt(self, study: str, comparison: str, scenario: str) -> JointStudy:
        """Retain a scenario that each body has accepted."""
        return self._call(calls.build_step_call(study, "adopt", comparison, scenario))

    def close(self, study: str) -> JointStudy:
        """End a joint study."""
        return self._call(calls.build_step_call(study, "close"))

    # What every body does

    def get(self, study: str) -> JointStudy:
        """One joint study, with the bodies that you may see."""
        return self._call(calls.STUDIES.get(study))

    def published(self, study: str, options: str) -> StudyOptions:
        """One version of the options with what it says."""
        return self._call(calls.options(study, options))

    def part(self, study: str, comparison: str) -> StudyPart:
        """Your part of a comparison that was proposed."""
        return self._call(calls.part(study, comparison))

    def speak(self, part: StudyPart, groups: Iterable[GroupVoice]) -> StudyVoice:
        """Say the weights of your council, and of groups you asked, on the part you read."""
        return self._call(calls.speak(part, groups))

    def voice(self, study: str, comparison: str) -> StudyVoice:
        """What you said."""
        return self._call(calls.build_voice_call(study, comparison))

    def withdraw_voice(self, study: str, comparison: str) -> StudyPart:
        """Take your voice back while voices are taken; nothing of it stays."""
        return self._call(calls.withdraw_voice(study, comparison))

    def weighing(self, study: str, comparison: str) -> KeptWeighing:
        """The weighing, groups side by side."""
        return self._call(calls.build_weighing_call(study, comparison))

    def accept(self, part: StudyPart, scenario: str, *, reason: str | None = None) -> StudyPart:
        """Take a scenario, by the part that you read."""
        return self._call(calls.answer(part, shared.answer_to(part, "accept", scenario, reason)))

    def decline(self, part: StudyPart, scenario: str, *, reason: str | None = None) -> StudyPart:
        """Decline a scenario, by the part that you read."""
        return self._call(calls.answer(part, shared.answer_to(part, "decline", scenario, reason)))

    def withdraw_answer(self, part: StudyPart) -> StudyPart:
        """Take your answer back, while nothing is adopted."""
        return self._call(calls.withdraw_answer(part))

    def publish_consultation(
        self, study: str, record: ConsultationRecord, *, key: str | None = None
    ) -> PublishedConsultation:
        """Publish what came of a consultation of yours: counts alone, once."""
        return self._call(calls.publish_consultation(study, record, key))

    def consultation(self, study: str, consultation: str) -> PublishedConsultation:
        """One result of a consultation with what it says."""
        return self._call(calls.consultation(study, consultation))
