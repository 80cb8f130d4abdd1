"""The life of the contracts of a purchase, and its forward curve, as a group keeps them."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.energy.records.offer import Key
from synergie.purchase.records.execution import (
    ExecutionReport,
    MarketExecution,
    MarketTerms,
    SiteMove,
    TunnelState,
)
from synergie.purchase.records.forward import Commodity, ForwardCurve, ForwardProblem, ForwardStudy
from synergie.purchase.records.purchase import DeliveryPeriod
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    EurosPerMWh,
    Id,
    Instant,
    Many,
    MegawattHours,
    OrganisationId,
    Sha256,
    Text,
)

MAX_CONTRACTS, MAX_MEMBERS, MAX_MOVES = 100, 5_000, 20_000


class MemberVolume(Wire):
    """What one member has of the volume of a contract."""

    member: OrganisationId
    """The member."""
    mwh: MegawattHours
    """MWh a year; 0: it has entered since."""


class MemberMove(SiteMove):
    """A delivery point of a member that enters or leaves."""

    member: OrganisationId
    """Whose it is."""


class LotExecution(MarketExecution):
    """The contract of one lot, with what each member has of it."""

    terms: MarketTerms
    """Its terms; `volume_mwh` is the sum of what its members have."""
    members: Annotated[Many[MemberVolume], Field(min_length=1, max_length=MAX_MEMBERS)]
    """Its members."""
    moves: Annotated[Many[MemberMove], Field(max_length=MAX_MOVES)] = ()
    """What entered and left, each of a member of the contract."""

    @model_validator(mode="after")
    def _check_members(self) -> Self:
        names = [one.member for one in self.members]
        if len(set(names)) < len(names):
            raise ValueError("each member of a contract once")
        if sum((one.mwh for one in self.members), Decimal(0)) != self.terms.volume_mwh:
            raise ValueError("volumes of members that add up to that of the contract")
        if not {move.member for move in self.moves} <= set(names):
            raise ValueError("moves of members of the contract")
        return self


class MarketRecord(Wire):
    """All contracts of a purchase as they go; the whole list each time."""

    contracts: Annotated[Many[LotExecution], Field(max_length=MAX_CONTRACTS)]
    """One a lot."""

    @model_validator(mode="after")
    def _check_lots(self) -> Self:
        lots = [one.terms.lot for one in self.contracts]
        if len(set(lots)) < len(lots):
            raise ValueError("each lot once")
        return self


class TunnelDay(Wire):
    """How the volume of a contract, of all its members, stands from a day on."""

    lot: Key
    """The lot."""
    day: CivilDate
    """First day."""
    state: TunnelState
    """Where the volume is then."""


class MarketPart(Wire):
    """What one member is told of the contracts that it is in."""

    contracts: Many[LotExecution]
    """Each with its own volume and moves alone."""
    tunnels: Many[TunnelDay]
    """Where the volume of all stands, by day."""


class Market(Wire):
    """The life of the contracts: whole to the coordinator, to a member its own part.

    To a member its volume is that of the contract: no tunnel, no maximum, and nothing of others but
    where the volume of all stands.
    """

    purchase: Id
    """The purchase."""
    version: Annotated[int, Field(ge=0)]
    """Counts what was kept. 0: nothing yet."""
    sha256: Sha256 | None
    """SHA-256 of what is told (RFC 8785). Null: nothing yet."""
    at: Instant | None
    """When it was kept. Null: nothing yet."""
    on: CivilDate
    """The day of the reports."""
    contracts: Many[LotExecution]
    """The contracts."""
    reports: Many[ExecutionReport]
    """How each of them stands, in their order."""
    tunnels: Many[TunnelDay]
    """From which day on the volume of all stands where, the days that are told of included."""


class ForwardRecord(Wire):
    """A forward curve with the load of the group, and the offers that are held against it."""

    problem: ForwardProblem
    """The delivery and the offers."""
    curve: ForwardCurve
    """The curve, of one day and one source."""
    load_mw: Annotated[
        Many[Annotated[float, Field(ge=0, json_schema_extra={"unit": "MW"})]],
        Field(min_length=1, max_length=200_000),
    ]
    """Load of each hour of the delivery."""
    load_name: Text
    """Where the load comes from. Example: `courbe de charge 2025`."""
    annual_mwh: MegawattHours | None = None
    """Energy a year that the load is scaled to, as a profile. Null: it is taken as it is."""


class BasePrice(Wire):
    """The mean of the curve in a civil year."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    """The year."""
    eur_per_mwh: EurosPerMWh
    """Over the hours of the delivery in it."""


class ForwardPart(Wire):
    """What a member is told of the curve: nothing of offers, nor of the load of the group."""

    delivery: DeliveryPeriod
    """Days of the delivery."""
    energy: Commodity
    """What is bought."""
    quoted_on: CivilDate
    """Day of the curve."""
    source: Text
    """Who made it."""
    years: Many[BasePrice]
    """Its mean by civil year."""


class Forward(Wire):
    """The forward curve of a purchase: whole to the coordinator, to a member its own part."""

    purchase: Id
    """The purchase."""
    version: Annotated[int, Field(ge=0)]
    """Counts what was kept. 0: nothing yet."""
    sha256: Sha256 | None
    """SHA-256 of what is told (RFC 8785). Null: nothing yet."""
    at: Instant | None
    """When it was kept. Null: nothing yet."""
    record: ForwardRecord | None
    """What it was made of. Null: nothing yet; to a member."""
    study: ForwardStudy | None
    """The offers side by side. Null: nothing yet; to a member."""
    part: ForwardPart | None
    """The curve alone. Null: nothing yet."""
