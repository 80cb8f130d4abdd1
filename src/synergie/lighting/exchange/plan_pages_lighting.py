"""Joint lighting studies, gathered for a page from the use cases that the API serves.

Each is read as `/v1` reads it for the same caller: the same rules and the same journal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotAllowed, NotFound
from synergie.exchange.plan_pages_names import MOST, Names, list_page_items
from synergie.lighting.exchange.comparisons import Comparisons
from synergie.lighting.exchange.consultations import Consultations
from synergie.lighting.exchange.parts import StudyParts
from synergie.lighting.exchange.studies import JointStudies
from synergie.lighting.exchange.voices import Voices
from synergie.lighting.exchange.weighings import Weighings
from synergie.lighting.records.exchange import JointStudy, JointStudyBody
from synergie.lighting.records.kept import KeptComparison
from synergie.lighting.records.part import StudyAnswer, StudyPart
from synergie.lighting.records.voice import KeptWeighing, PublishedConsultation, StudyVoice
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.compare_lighting import lighting_comparisons, study_parts
from synergie.lighting.reports.names import SYNTHETIC
from synergie.lighting.reports.report import lighting_document
from synergie.lighting.reports.study_part import part_brief, part_document, voices_of
from synergie.policy import Principal
from synergie.reports.document import Document, Section
from synergie.reports.language import choose_text
from synergie.reports.teller import build_translator
from synergie.storage.store import Store

MOST_LISTED = 200
"""Most studies that a page lists."""
MOST_AT_A_GLANCE = 20_000
"""Most light points of a study whose table the list of studies holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedStudy:
    """One joint study as the reader's organisation sees it."""

    item: JointStudy
    leader: str
    leads: bool

    @property
    def current(self) -> str | None:
        """The comparison that is read now, else the one that is decided. None: neither is."""
        return self.item.proposed or self.item.comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySide:
    """One body of a study, as far as the reader may see."""

    name: str
    body: JointStudyBody
    spoke: bool | None
    """None: not told."""
    answer: StudyAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonTold:
    """One comparison: to the coordinator each of them, to others those proposed."""

    id: str
    kept_at: datetime | None
    proposed_at: datetime | None
    missing: tuple[tuple[str, str], ...] = ()
    light_points: int | None = None
    """How many light points were open to it. None: told to the coordinator alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPageData:
    """A joint study with everything that the reader may see of it but its report."""

    shared: SharedStudy
    sides: tuple[StudySide, ...]
    comparisons: tuple[ComparisonTold, ...]
    part: StudyPart | None
    voice: StudyVoice | None
    consultations: tuple[PublishedConsultation, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonReport:
    """One comparison as its reader may see it."""

    item: JointStudy
    made: KeptComparison | None
    """None: the reader is no coordinator."""
    part: StudyPart | None
    """None: it is told whole."""
    weighing: KeptWeighing | None
    brief: LightingBrief
    document: Document


@dataclass(frozen=True, slots=True)
class ScenarioPages:
    """What the caller's organisation may see of the joint studies it takes part in."""

    store: Store

    def studies(self, caller: Principal, *, now: datetime) -> tuple[SharedStudy, ...]:
        """Every joint study that the caller takes part in, the latest step first."""
        names, book = Names(self.store, caller, now), JointStudies(self.store)
        found = list_page_items(lambda after: book.page(caller, after=after, now=now), MOST_LISTED)
        found.sort(key=lambda one: one.history[-1].at, reverse=True)
        return tuple(_build_shared_study(caller, one, names) for one in found)

    def study(self, caller: Principal, study_id: str, *, now: datetime) -> StudyPageData:
        """One of them. NotFound when it is absent, or of others: the two are the same."""
        names = Names(self.store, caller, now)
        item = JointStudies(self.store).read(caller, study_id, now=now)
        shared = _build_shared_study(caller, item, names)
        part = self.own_part(caller, shared, shared.current, now=now)
        return StudyPageData(
            shared=shared,
            sides=tuple(self._sides(caller, shared, part, names, now=now)),
            comparisons=self._comparisons(caller, shared, now=now),
            part=part,
            voice=self._voice(caller, part, now=now),
            consultations=self._consultations(caller, study_id, names, now=now),
            names=names.names_by_id(),
        )

    def outline(self, caller: Principal, study_id: str, *, now: datetime) -> StudyPageData:
        """One of them with its comparisons, without parts and results: nothing is recorded."""
        names = Names(self.store, caller, now)
        item = JointStudies(self.store).read(caller, study_id, now=now)
        shared = _build_shared_study(caller, item, names)
        return StudyPageData(
            shared=shared,
            sides=(),
            comparisons=self._comparisons(caller, shared, now=now),
            part=None,
            voice=None,
            consultations=(),
            names=names.names_by_id(),
        )

    def glance(self, caller: Principal, shared: SharedStudy, *, now: datetime) -> Document | None:
        """The current comparison of *shared*, for a list of studies; None when there is none.

        None, too, for a large one, which would keep the list waiting, and once an agreement closed.
        """
        comparison = shared.current
        if comparison is None:
            return None
        if shared.leads:
            told = self._comparisons(caller, shared, now=now)
            size = next((one.light_points for one in told if one.id == comparison), None)
            if size is None or size > MOST_AT_A_GLANCE:
                return None
        try:
            return self.report(caller, shared.item.id, comparison, now=now).document
        except (NotAllowed, NotFound):
            return None

    def report(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> ComparisonReport:
        """A comparison: whole for the coordinator, the caller's own part for another."""
        item = JointStudies(self.store).read(caller, study_id, now=now)
        if item.owner != caller.organisation:
            return self.part_report(caller, study_id, comparison, now=now)
        book = Comparisons(self.store)
        made = book.read(caller, study_id, comparison, now=now)
        problem = book.problem_of(caller, study_id, comparison, now=now).problem
        if made.comparison is None:
            raise TypeError("a comparison is kept with what it says")
        weighing = self._weighing(caller, study_id, comparison, now=now)
        names = Names(self.store, caller, now)
        names.read_all()
        brief = LightingBrief(
            made_at=made.kept_at,
            tell=build_translator(),
            study=problem,
            comparison=made.comparison,
            weighing=None if weighing is None else weighing.weighing,
            voices=None if weighing is None else voices_of(weighing),
            names=names.names_by_id(),
            banner=choose_text(*SYNTHETIC) if problem.provenance == "synthetic" else None,
        )
        return ComparisonReport(
            item=item,
            made=made,
            part=None,
            weighing=weighing,
            brief=brief,
            document=lighting_document(brief),
        )

    def part_report(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> ComparisonReport:
        """The caller's own part, recorded as read. NotFound before it was proposed."""
        item = JointStudies(self.store).read(caller, study_id, now=now)
        part = StudyParts(self.store).read(caller, study_id, comparison, now=now)
        weighing = self._weighing(caller, study_id, comparison, now=now)
        names = Names(self.store, caller, now)
        at = proposed(item).get(comparison, now)
        brief = part_brief(part, weighing, communes=names.communes(), made_at=at)
        document = part_document(part, brief, name=names.name(caller.organisation))
        return ComparisonReport(
            item=item, made=None, part=part, weighing=weighing, brief=brief, document=document
        )

    def changed(
        self, caller: Principal, study_id: str, comparison: str, other: str, *, now: datetime
    ) -> tuple[Section, ...]:
        """What *comparison* changes against *other*: of all, or of the caller's own part."""
        item = JointStudies(self.store).read(caller, study_id, now=now)
        names = Names(self.store, caller, now)
        if item.owner == caller.organisation:
            names.read_all()
            book = Comparisons(self.store)
            return lighting_comparisons(
                book.read(caller, study_id, other, now=now),
                book.read(caller, study_id, comparison, now=now),
                names=names.names_by_id(),
                communes=names.communes(),
            )
        parts = StudyParts(self.store)
        return study_parts(
            parts.read(caller, study_id, other, now=now),
            parts.read(caller, study_id, comparison, now=now),
            communes=names.communes(),
        )

    def own_part(
        self, caller: Principal, shared: SharedStudy, comparison: str | None, *, now: datetime
    ) -> StudyPart | None:
        """The caller's own part, recorded as read. None: it has none."""
        invited = {one.body for one in shared.item.bodies}
        if comparison is None or (shared.leads and caller.organisation not in invited):
            return None
        try:
            return StudyParts(self.store).read(caller, shared.item.id, comparison, now=now)
        except NotFound:
            return None

    def _sides(
        self,
        caller: Principal,
        shared: SharedStudy,
        part: StudyPart | None,
        names: Names,
        *,
        now: datetime,
    ) -> list[StudySide]:
        told = {} if part is None else {part.body: part}
        plan = shared.current
        if shared.leads and plan is not None:
            book, item = StudyParts(self.store), shared.item.id
            page = book.page
            found = list_page_items(
                lambda at: page(caller, item, plan, after=at, limit=MOST, now=now)
            )
            told = {one.body: one for one in found}
        return [
            StudySide(
                name=names.name(one.body),
                body=one,
                spoke=told[one.body].spoke if one.body in told else None,
                answer=told[one.body].answer if one.body in told else None,
            )
            for one in shared.item.bodies
        ]

    def _comparisons(
        self, caller: Principal, shared: SharedStudy, *, now: datetime
    ) -> tuple[ComparisonTold, ...]:
        """Newest first."""
        at = proposed(shared.item)
        if not shared.leads:
            told = [
                ComparisonTold(id=one, kept_at=None, proposed_at=day) for one, day in at.items()
            ]
            return tuple(sorted(told, key=lambda one: one.proposed_at or now, reverse=True))
        book, item = Comparisons(self.store), shared.item.id
        made = list_page_items(
            lambda after: book.page(caller, item, after=after, limit=MOST, now=now)
        )
        made.sort(key=lambda one: one.kept_at, reverse=True)
        return tuple(
            ComparisonTold(
                id=one.id,
                kept_at=one.kept_at,
                proposed_at=at.get(one.id),
                missing=tuple((each.body, each.reason) for each in one.missing),
                light_points=sum(each.light_points for each in one.opened),
            )
            for one in made
        )

    def _voice(
        self, caller: Principal, part: StudyPart | None, *, now: datetime
    ) -> StudyVoice | None:
        if part is None or not part.spoke:
            return None
        return Voices(self.store).read(caller, part.study, part.comparison, now=now)

    def _weighing(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> KeptWeighing | None:
        try:
            return Weighings(self.store).read(caller, study_id, comparison, now=now)
        except NotFound:
            return None

    def _consultations(
        self, caller: Principal, study_id: str, names: Names, *, now: datetime
    ) -> tuple[PublishedConsultation, ...]:
        """The results that were published, each with what it says, newest first."""
        book = Consultations(self.store)
        read = book.page
        found = list_page_items(lambda at: read(caller, study_id, after=at, limit=MOST, now=now))
        found.sort(key=lambda one: one.published_at, reverse=True)
        for one in found:
            names.name(one.body)
        return tuple(book.read(caller, study_id, one.id, now=now) for one in found)


def proposed(item: JointStudy) -> dict[str, datetime]:
    """Each comparison that was proposed, and when it was last."""
    return {
        step.comparison: step.at
        for step in item.history
        if step.act == "propose" and step.comparison
    }


def _build_shared_study(caller: Principal, item: JointStudy, names: Names) -> SharedStudy:
    return SharedStudy(
        item=item, leader=names.name(item.owner), leads=item.owner == caller.organisation
    )
