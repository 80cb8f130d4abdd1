"""A consultation: what people are asked, what they answer, and what may be shown of it."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import GroupKind
from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, InseeCode, LongText, Many, Sha256, Share, Text

LEAST_GROUP = 10
"""No group with fewer answers is ever shown apart (decree 2020-196)."""

type _Figure = Annotated[float, Field(allow_inf_nan=False)]


class SwingQuestion(Wire):
    """One swing: from the worst to the best of the real range of this territory."""

    criterion: LightingCriterion
    """Which one."""
    label: Text
    """What it is called before people. Example: `Ciel nocturne`."""
    worst: _Figure
    """The worst of what is proposed."""
    best: _Figure
    """The best of what is proposed."""
    unit: Text
    """Unit of both, for people."""
    explained: LongText
    """What the difference means in daily life."""


class ConsultedGroup(Wire):
    """A group that a respondent may choose."""

    group: Key
    """The group."""
    kind: GroupKind
    """Who they are."""
    name: Text
    """What it is called before people."""
    population: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """How many people belong to it, for representativeness. Null: not known."""


class Consultation(Wire):
    """What people are asked. No name, no address, no age."""

    id: Key
    """The consultation; it is on each form, so that answers find it again."""
    title: Text
    """What it is called."""
    intro: LongText
    """What is decided, by whom, when; what becomes of the answers."""
    contact: Text
    """Whom to ask, and how to object. Example: `mairie, bureau 3`."""
    opens: CivilDate
    """First day."""
    closes: CivilDate
    """The day after the last one."""
    groups: Annotated[Many[ConsultedGroup], Field(min_length=1, max_length=60)]
    """Groups to choose among."""
    communes: Many[InseeCode] = ()
    """Communes to choose among. Empty: not asked."""
    questions: Annotated[Many[SwingQuestion], Field(min_length=2, max_length=13)]
    """The swings."""
    study_digest: Sha256 | None = None
    """Digest of the study whose ranges are shown. Null: none."""


class ConsultAnswer(Wire):
    """One form filled in."""

    consultation: Key
    """Which consultation."""
    number: Text
    """Number of the form, drawn when it was made or counted by the agent: it finds doubles, it is
    nobody's name."""
    group: Key | None
    """Group that was chosen. Null: none was."""
    insee_code: InseeCode | None = None
    """Commune that was chosen. Null: none was, or not asked."""
    order: Many[LightingCriterion]
    """Swings from the most important on. Empty: left blank."""
    points: Many[Annotated[int, Field(ge=0, le=100)]] = ()
    """Points 0-100 of the same swings, in the same order. Empty: only the order."""
    remark: LongText | None = None
    """Free text; never published, for the service alone. Null: nothing written."""


class GroupAnswers(Wire):
    """What may be shown of the answers of one group, or of a group in one commune."""

    group: Key | None
    """The group. Null: those too small to be shown apart, together."""
    insee_code: InseeCode | None = None
    """Commune. Null: all."""
    answers: Annotated[int, Field(ge=0, le=10**9)]
    """How many answered; never 1 to 9."""
    rate: Share | None = None
    """Share of its people. Null: their number is not known."""
    first: Many[Share] = ()
    """Share of the answers that put each question first, in the order of the questions."""
    mean_rank: Many[Annotated[float, Field(ge=1, le=13)]] = ()
    """Mean rank of each question."""


class ConsultationResult(Wire):
    """What came of a consultation."""

    consultation: Key
    """Which one."""
    answers: Annotated[int, Field(ge=0, le=10**9)]
    """Forms that count."""
    blank: Annotated[int, Field(ge=0, le=10**9)]
    """Forms without any order."""
    doubles: Annotated[int, Field(ge=0, le=10**9)]
    """Forms that came twice, counted once."""
    refused: Annotated[int, Field(ge=0, le=10**9)]
    """Rows that could not be read; the report of the file names them."""
    groups: Many[GroupAnswers]
    """Groups that are large enough, and all others together."""
    notes: Many[Phrase] = ()
    """How far it stands for people: numbers, who is missing."""
