"""Contracts on a server: what is sent, and a document as each one reads it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from synergie.contract.records.contract import ContractPoint, ContractSpan, PerformanceContract
from synergie.contract.records.mv_plan import (
    ContractWeather,
    MvPlan,
    PointBaseline,
    StaticFactor,
)
from synergie.contract.records.statement import (
    ContractAdjustment,
    GuaranteeState,
    MemberStatement,
    PriceOfYear,
    SavingsReport,
)
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, ExternalId, Id, Instant, Many, OrganisationId, Sha256, Text

type DocumentKind = Literal["plan", "statement"]
"""The plan of measurement with its contract; the statement of a year."""
type DocumentState = Literal["draft", "proposed", "signed"]
"""Seen by the client alone; signed by the client; signed by both."""

AgreementNames = Annotated[Many[Id], Field(max_length=100)]


class ContractRequest(Wire):
    """A contract whose baseline is to be made from stored readings."""

    contract: PerformanceContract
    """The contract; its `client` is who sends it, its `operator` an organisation here."""
    weather: ContractWeather | None = None
    """Of the days of the baseline, at the station of the contract. Null: only lighting."""
    static_factors: Many[StaticFactor] = ()
    """What must stay as it is."""
    agreements: AgreementNames = ()
    """Under which readings of points of others are read, at `day` or finer."""


class StatementRequest(Wire):
    """A year whose statement is to be made from stored readings."""

    year: ContractSpan
    """The days reported."""
    weather: ContractWeather | None = None
    """The weather of these days. Null: only lighting."""
    adjustments: Many[ContractAdjustment] = ()
    """What was not routine."""
    prices: Many[PriceOfYear] = ()
    """Prices and indexes of the year."""
    agreements: AgreementNames = ()
    """Under which readings of points of others are read, at `day` or finer."""


class ContractSignatureRequest(Wire):
    """One party's signature of a document."""

    signature: Annotated[str, Field(min_length=20, max_length=4096)]
    """Compact JWS as `synergie contract sign` writes it, by a key of the directory."""


class MemberContract(Wire):
    """What one member is handed of a plan: its own points, and nothing of the others."""

    contract: ExternalId
    """Number of the contract."""
    title: Text
    """What it is about."""
    operator: OrganisationId
    """Who guarantees."""
    client: OrganisationId
    """Who signs for the members."""
    runs: ContractSpan
    """The days of the guarantee."""
    points: Many[ContractPoint]
    """Its points."""
    baselines: Many[PointBaseline]
    """Their baselines, in the same order."""
    plan: Sha256
    """Digest of the plan that both parties sign."""


class ContractHead(Wire):
    """A document of a contract, without what is in it."""

    id: Id
    """Made of client, number and kind, of a statement with its days: each is made once."""
    kind: DocumentKind
    """What it is."""
    state: DocumentState
    """Where it stands."""
    owner: OrganisationId
    """The client of the contract."""
    operator: OrganisationId
    """Who guarantees."""
    contract: ExternalId
    """Number of the contract."""
    title: Text
    """What it is about."""
    from_date: CivilDate
    """First day of the guarantee, or of the days reported."""
    to_date: CivilDate
    """The day after the last one."""
    digest: Sha256
    """What is signed."""
    changed_at: Instant
    """When it was made or signed last."""

    @property
    def last_day(self) -> date:
        """The last day of the guarantee, or of the days reported."""
        return self.to_date - timedelta(days=1)


class ContractDocument(ContractHead):
    """The same with what is in it; three of the four are null."""

    plan: MvPlan | None = None
    """A plan, to the two parties."""
    statement: SavingsReport | None = None
    """A statement, to the two parties."""
    member_plan: MemberContract | None = None
    """What a member reads of a plan."""
    member_statement: MemberStatement | None = None
    """What a member reads of a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractYear:
    """The figures of one statement: of the whole to a party, to a member of its points."""

    head: ContractHead
    """The statement."""
    saved_kwh: Decimal
    """Saving, kWh."""
    half_width_kwh: Decimal | None
    """Half its interval. None: both sides are measured or agreed."""
    guaranteed_kwh: Decimal | None
    """None to a member: the guarantee is of the whole."""
    state: GuaranteeState
    """Whether the guarantee of the whole holds."""
    saved_eur: Decimal
    """What was saved, EUR."""
    saved_kgco2: Decimal
    """Emissions saved, kgCO2."""
    due_eur: Decimal
    """What the operator owes; below zero what is owed to it."""
    discussed: int
    """Adjustments that do not count yet; 0 to a member, which is not told."""

    @property
    def gap_kwh(self) -> Decimal | None:
        """Saving less guarantee. None: to a member."""
        return None if self.guaranteed_kwh is None else self.saved_kwh - self.guaranteed_kwh


def name_plan(client: str, number: str) -> str:
    """The identifier of the plan of a contract of *client*."""
    return _name_document("ctr", client, number)


def name_statement(client: str, number: str, year: ContractSpan) -> str:
    """The identifier of the statement of *year* of a contract of *client*."""
    days = year.from_date.isoformat(), year.to_date.isoformat()
    return _name_document("sta", client, number, *days)


def _name_document(prefix: str, *parts: str) -> str:
    return f"{prefix}_{sha256('\x1f'.join(parts).encode()).hexdigest()[:20]}"
