"""The private tables of maintenance campaigns: who takes part, plans, parts."""

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


class CampaignRow(Row, table=True):
    """A campaign; its coordinator owns it."""

    __tablename__ = "campaign"
    id: str = key()
    owner: str = define_text(index=True)
    version: int = define_integer()
    state: str = define_text()
    plan: str | None = maybe_text()
    """The plan in force."""
    proposed: str | None = maybe_text()
    """The plan that waits for answers."""
    body: str = define_text()
    """CampaignRecord as JSON."""
    history: str = define_text()
    """CampaignSteps as a JSON list."""
    changed_at: datetime = define_moment()


class CampaignBodyRow(Row, table=True):
    """An organisation that was invited to a campaign."""

    __tablename__ = "campaign_body"
    campaign: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    owner: str = define_text(index=True)
    """The coordinator."""
    invited_at: datetime = define_moment()


class CampaignRunRow(Row, table=True):
    """A plan that was kept, with the problem it solves; for its coordinator alone."""

    __tablename__ = "campaign_run"
    id: str = key()
    campaign: str = define_text(index=True)
    owner: str = define_text(index=True)
    body: str = define_text()
    """CampaignRun without plan, as JSON."""
    problem: str = define_text()
    """The RFC 8785 bytes of the problem, as text."""
    plan: str = define_text()
    """The RFC 8785 bytes of the plan, as text."""


class CampaignPartRow(Row, table=True):
    """The part of one body in a plan; the body sees it once the plan was proposed."""

    __tablename__ = "campaign_part"
    plan: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    campaign: str = define_text()
    owner: str = define_text(index=True)
    """The coordinator."""
    view: str = define_text()
    """CampaignView as JSON, without the sums."""
    exact_eur: str | None = maybe_text()
    """What the body pays, EUR, for the coordinator; the view tells it at most. Null: kept before
    that was so."""
    sha256: str = define_text()
    told_at: datetime | None = maybe_moment()
    """When the plan was first proposed."""
    totals: str | None = maybe_text()
    """CampaignTotals as JSON, once they may be told."""
    answer: str | None = maybe_text()
    """PartAnswer as JSON."""


class CampaignRoundsRow(Row, table=True):
    """Rounds that were kept, with the problem they solve; for the coordinator alone."""

    __tablename__ = "campaign_rounds"
    id: str = key()
    campaign: str = define_text(index=True)
    owner: str = define_text(index=True)
    body: str = define_text()
    """CampaignRounds without problem and rounds, as JSON."""
    problem: str = define_text()
    """The RFC 8785 bytes of the problem, as text."""
    rounds: str = define_text()
    """The RFC 8785 bytes of the rounds, as text."""


class CampaignRoundsPartRow(Row, table=True):
    """The part of one body in rounds; the body sees it at once."""

    __tablename__ = "campaign_rounds_part"
    rounds: str = key()
    body: str = Field(primary_key=True, sa_type=TEXT, index=True)
    campaign: str = define_text()
    owner: str = define_text(index=True)
    """The coordinator."""
    notice: str = define_text()
    """CampaignRounds as bodies are told, as JSON."""
    view: str = define_text()
    """CampaignRoundsPart as JSON."""
