"""What the lots of a tender need, summed from the needs survey (recensement)."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key, TariffCode
from synergie.purchase.records.purchase import ClassEnergy, Reservation
from synergie.schemas.assets.supply_point import MarketSegment, Usage
from synergie.schemas.plan import MemberId
from synergie.schemas.wire import Wire
from synergie.units import Many, MegawattHours, Text


class LotNeeds(Wire):
    """The needs of one lot."""

    lot: Key
    """The lot."""
    name: Text
    """Its name."""
    reserved: Reservation | None = None
    """Whom it is reserved for. Null: open to all."""
    points: Annotated[int, Field(ge=0)]
    """Delivery points in it. 0: an empty lot."""
    members: Many[MemberId]
    """Members with points in it."""
    mwh: MegawattHours
    """Energy of all its points, MWh a year."""
    classes: Many[ClassEnergy]
    """The same by time class."""
    tariff_codes: Many[TariffCode]
    """Tariff options (FTA) that offers have to price."""


class UnfitPoint(Wire):
    """A point that no lot takes, or several do."""

    point: Key
    """The point."""
    member: MemberId
    """Who pays for it."""
    market_segment: MarketSegment
    """Its segment."""
    usage: Usage
    """Its usage."""
    lots: Many[Key]
    """The lots that take it. Empty: none does."""


class LotSurvey(Wire):
    """The needs of all lots."""

    lots: Many[LotNeeds]
    """Each lot, in the order of the tender."""
    unfit: Many[UnfitPoint] = ()
    """Points that are in no lot, or in several: to be settled before the tender."""
