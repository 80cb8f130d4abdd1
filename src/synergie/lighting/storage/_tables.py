"""The private tables of joint lighting studies: bodies, options, comparisons, parts, voices."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import TEXT
from synergie.storage.tables import Row
from synergie.storage.trust.fields import integer, key, maybe_moment, maybe_text, moment, text


class LightingStudyRow(Row, table=True):
    """A joint study; its coordinator owns it."""

    __tablename__ = "lighting_study"
    id: str = key()
    owner: str = text(index=True)
    version: int = integer()
    state: str = text()
    comparison: str | None = maybe_text()
    """The comparison of which a scenario is retained."""
    scenario: str | None = maybe_text()
    """The scenario that is retained."""
    proposed: str | None = maybe_text()
    """The comparison that bodies speak of."""
    body: str = text()
    """JointStudyRecord as JSON."""
    history: str = text()
    """JointStudySteps as a JSON list."""
    changed_at: datetime = moment()


class LightingBodyRow(Row, table=True):
    """An organisation that was invited to a joint study."""

    __tablename__ = "lighting_body"
    study: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    owner: str = text(index=True)
    """The coordinator."""
    invited_at: datetime = moment()


class LightingOptionsRow(Row, table=True):
    """A version of the options of a joint study; every body of it reads them."""

    __tablename__ = "lighting_options"
    id: str = key()
    study: str = text(index=True)
    owner: str = text(index=True)
    version: int = integer()
    published_at: datetime = moment()
    sha256: str = text()
    body: str = text()
    """The RFC 8785 bytes of the OptionsRecord, as text."""


class LightingComparisonRow(Row, table=True):
    """A comparison that was kept, with the problem it is of; for its coordinator alone."""

    __tablename__ = "lighting_comparison"
    id: str = key()
    study: str = text(index=True)
    owner: str = text(index=True)
    body: str = text()
    """KeptComparison without the comparison, as JSON."""
    problem: str = text()
    """The RFC 8785 bytes of the problem, as text."""
    comparison: str = text()
    """The RFC 8785 bytes of the comparison, as text."""


class LightingPartRow(Row, table=True):
    """The part of one body in a comparison; the body sees it once it was proposed."""

    __tablename__ = "lighting_part"
    comparison: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    study: str = text()
    owner: str = text(index=True)
    """The coordinator."""
    view: str = text()
    """StudyView as JSON, without the totals."""
    sha256: str = text()
    told_at: datetime | None = maybe_moment()
    """When the comparison was first proposed."""
    totals: str | None = maybe_text()
    """ScenarioTotals as a JSON list. Null: none may be told."""
    summed_at: datetime | None = maybe_moment()
    """When the totals were first told. Null: never."""
    answer: str | None = maybe_text()
    """StudyAnswer as JSON."""


class LightingVoiceRow(Row, table=True):
    """What one body says on a comparison."""

    __tablename__ = "lighting_voice"
    comparison: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    study: str = text()
    owner: str = text(index=True)
    """The coordinator."""
    voice: str = text()
    """StudyVoice as JSON."""


class LightingWeighingRow(Row, table=True):
    """The weighing of a comparison; every body of the joint study reads it."""

    __tablename__ = "lighting_weighing"
    comparison: str = key()
    study: str = text(index=True)
    owner: str = text(index=True)
    body: str = text()
    """KeptWeighing as JSON."""


class LightingConsultationRow(Row, table=True):
    """The result of a consultation that a body published."""

    __tablename__ = "lighting_consultation"
    id: str = key()
    study: str = text(index=True)
    body: str = text()
    """Who asked."""
    name: str = text()
    """The body's own name of the consultation: once a study and a body."""
    owner: str = text(index=True)
    """The coordinator."""
    published_at: datetime = moment()
    sha256: str = text()
    record: str = text()
    """The RFC 8785 bytes of the ConsultationRecord, as text."""
