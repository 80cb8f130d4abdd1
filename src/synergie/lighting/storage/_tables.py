"""The private tables of joint lighting studies: bodies, options, comparisons, parts, voices."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import TEXT
from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_moment,
    maybe_text,
)


class LightingStudyRow(Row, table=True):
    """A joint study; its coordinator owns it."""

    __tablename__ = "lighting_study"
    id: str = key()
    owner: str = define_text(index=True)
    version: int = define_integer()
    state: str = define_text()
    comparison: str | None = maybe_text()
    """The comparison of which a scenario is retained."""
    scenario: str | None = maybe_text()
    """The scenario that is retained."""
    proposed: str | None = maybe_text()
    """The comparison that bodies speak of."""
    body: str = define_text()
    """JointStudyRecord as JSON."""
    history: str = define_text()
    """JointStudySteps as a JSON list."""
    changed_at: datetime = define_moment()


class LightingBodyRow(Row, table=True):
    """An organisation that was invited to a joint study."""

    __tablename__ = "lighting_body"
    study: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    owner: str = define_text(index=True)
    """The coordinator."""
    invited_at: datetime = define_moment()


class LightingOptionsRow(Row, table=True):
    """A version of the options of a joint study; every body of it reads them."""

    __tablename__ = "lighting_options"
    id: str = key()
    study: str = define_text(index=True)
    owner: str = define_text(index=True)
    version: int = define_integer()
    published_at: datetime = define_moment()
    sha256: str = define_text()
    body: str = define_text()
    """The RFC 8785 bytes of the OptionsRecord, as text."""


class LightingComparisonRow(Row, table=True):
    """A comparison that was kept, with the problem it is of; for its coordinator alone."""

    __tablename__ = "lighting_comparison"
    id: str = key()
    study: str = define_text(index=True)
    owner: str = define_text(index=True)
    body: str = define_text()
    """KeptComparison without the comparison, as JSON."""
    problem: str = define_text()
    """The RFC 8785 bytes of the problem, as text."""
    comparison: str = define_text()
    """The RFC 8785 bytes of the comparison, as text."""


class LightingPartRow(Row, table=True):
    """The part of one body in a comparison; the body sees it once it was proposed."""

    __tablename__ = "lighting_part"
    comparison: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    study: str = define_text()
    owner: str = define_text(index=True)
    """The coordinator."""
    view: str = define_text()
    """StudyView as JSON, without the totals."""
    sha256: str = define_text()
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
    study: str = define_text()
    owner: str = define_text(index=True)
    """The coordinator."""
    voice: str = define_text()
    """StudyVoice as JSON."""


class LightingWeighingRow(Row, table=True):
    """The weighing of a comparison; every body of the joint study reads it."""

    __tablename__ = "lighting_weighing"
    comparison: str = key()
    study: str = define_text(index=True)
    owner: str = define_text(index=True)
    body: str = define_text()
    """KeptWeighing as JSON."""


class LightingConsultationRow(Row, table=True):
    """The result of a consultation that a body published."""

    __tablename__ = "lighting_consultation"
    id: str = key()
    study: str = define_text(index=True)
    body: str = define_text()
    """Who asked."""
    name: str = define_text()
    """The body's own name of the consultation: once a study and a body."""
    owner: str = define_text(index=True)
    """The coordinator."""
    published_at: datetime = define_moment()
    sha256: str = define_text()
    record: str = define_text()
    """The RFC 8785 bytes of the ConsultationRecord, as text."""
