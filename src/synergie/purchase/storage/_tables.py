"""The private tables of pooled purchases: who takes part, needs, offers, plans, parts."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import INTEGER, TEXT
from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_moment,
    maybe_text,
)


class PurchaseRow(Row, table=True):
    """A purchase; its coordinator owns it."""

    __tablename__ = "purchase"
    id: str = key()
    owner: str = define_text(index=True)
    version: int = define_integer()
    state: str = define_text()
    plan: str | None = maybe_text()
    """The plan that is proposed or awarded."""
    body: str = define_text()
    """PurchaseRecord as JSON."""
    history: str = define_text()
    """PurchaseSteps as a JSON list."""
    changed_at: datetime = define_moment()


class PurchaseMemberRow(Row, table=True):
    """An organisation that was invited to a purchase."""

    __tablename__ = "purchase_member"
    purchase: str = key()
    member: str = Field(primary_key=True, sa_type=TEXT, index=True)
    owner: str = define_text(index=True)
    """The coordinator."""
    invited_at: datetime = define_moment()


class PurchaseNeedsRow(Row, table=True):
    """The needs of one member in one version; a version never changes."""

    __tablename__ = "purchase_needs"
    purchase: str = key()
    owner: str = Field(primary_key=True, sa_type=TEXT, index=True)
    """The member."""
    version: int = Field(primary_key=True, sa_type=INTEGER)
    body: str | None = maybe_text()
    """NeedsRecord as JSON. Null: withdrawn."""
    sha256: str | None = maybe_text()
    n_points: int = define_integer()
    at: datetime = define_moment()
    client: str = define_text()


class PurchaseOffersRow(Row, table=True):
    """All offers of a purchase in one version; for its coordinator alone."""

    __tablename__ = "purchase_offers"
    purchase: str = key()
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text(index=True)
    body: str = define_text()
    """OffersRecord as JSON."""
    sha256: str = define_text()
    at: datetime = define_moment()


class PurchaseRunRow(Row, table=True):
    """A plan that was kept, with what it stands on; for its coordinator alone."""

    __tablename__ = "purchase_run"
    id: str = key()
    purchase: str = define_text(index=True)
    owner: str = define_text(index=True)
    body: str = define_text()
    """PurchaseRun without plan, as JSON."""
    plan: str = define_text()
    """The RFC 8785 bytes of the plan, as text."""
    rates: str | None = maybe_text()
    """By offer, which part of savings its parts tell as the running cost, a JSON object of texts;
    by offer and ` EUR/MWh`, what they tell a MWh, where nobody saves; null in it: more was
    due than another plan told. Null: kept before that was so."""
    frame: str = define_text()
    """The problem without points, members and known costs, as JSON."""


class PurchasePartRow(Row, table=True):
    """The part of one member in a plan; the member sees it once the plan was proposed."""

    __tablename__ = "purchase_part"
    plan: str = key()
    member: str = Field(primary_key=True, sa_type=TEXT, index=True)
    purchase: str = define_text()
    owner: str = define_text(index=True)
    """The coordinator."""
    body: str = define_text()
    """MemberView as JSON as the member may read it, without the sums of the group."""
    exact: str | None = maybe_text()
    """The same with exact running costs, until the award puts it in the place of `body`. Null: it
    did, or the plan was kept before running costs were rounded up."""
    sha256: str = define_text()
    needs_version: int = define_integer()
    told_at: datetime | None = maybe_moment()
    """When the plan was first proposed."""
    totals: str | None = maybe_text()
    """GroupTotals as JSON, from the award on, when they tell of nobody."""
    answer: str | None = maybe_text()
    """PartAnswer as JSON."""


class PurchaseMarketRow(Row, table=True):
    """The life of contracts, or the forward curve, in one version; a version never changes."""

    __tablename__ = "purchase_market"
    purchase: str = key()
    kind: str = key()
    """`market`, `forward`."""
    version: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text(index=True)
    """The coordinator."""
    body: str = define_text()
    """MarketRecord or ForwardRecord as JSON."""
    sha256: str = define_text()
    at: datetime = define_moment()


class PurchaseMarketPartRow(Row, table=True):
    """The part of one member in the newest version; it is told once the purchase is awarded."""

    __tablename__ = "purchase_market_part"
    purchase: str = key()
    kind: str = key()
    member: str = Field(primary_key=True, sa_type=TEXT, index=True)
    owner: str = define_text(index=True)
    """The coordinator."""
    version: int = define_integer()
    body: str = define_text()
    """MarketPart or ForwardPart as JSON."""
    sha256: str = define_text()
    at: datetime = define_moment()
