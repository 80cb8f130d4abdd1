"""The terms a delivery point is served under, dated: what a tender's perimeter is made of."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, Strict, StringConstraints

from synergie.schemas.assets.supply_point import MarketSegment, Usage
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, InseeCode, Many, Provenance, Siren, Siret, Text, decimal_text

type TariffClass = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]{1,20}$")]
"""Code of a time class. Example: `HPH`, `HCB`, `POINTE`, `BASE`, `HP`."""
type VoltageDomain = Literal["HTB", "HTA", "BT_ABOVE_36", "BT_UP_TO_36"]


class SubscribedPower(Wire):
    """Power subscribed in one time class."""

    tariff_class: TariffClass | None = None
    """The class. Null: the same power in all."""
    value: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=12)]
    """The power, in `unit`."""
    unit: Literal["kVA", "kW"]
    """kVA up to 250 kVA, kW above."""


class ReferenceEnergy(Wire):
    """Energy of a reference year in one time class, and how it was found."""

    tariff_class: TariffClass | None = None
    """The class. Null: all together."""
    kwh: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=21)]
    """Energy, kWh."""
    method: Literal["computed_12m", "declared", "profiled"]
    """`computed_12m`: from twelve months of readings; `declared`: told by a file."""
    from_date: CivilDate | None = None
    """First day of the twelve months. Null: not told."""
    to_date: CivilDate | None = None
    """The day after the last one."""


class SupplyTerms(Wire):
    """What is agreed for one delivery point from a date on; unknown is null, never guessed."""

    supply_point: SupplyPointKey
    """The delivery point. Example: `prm:99000000000017`."""
    valid_from: CivilDate
    """First day these terms hold (for a snapshot, the day it was made)."""
    valid_to: CivilDate | None = None
    """The day after the last one. Null: they still hold, or it is not known."""
    market_segment: MarketSegment | None = None
    """C1 to C5, P1 to P4, of gas T1 to T4, TP. Null: not told."""
    tariff_code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,20}$")] | None = None
    """The network tariff option (FTA). Example: `BTINFCU4`. Null: not told."""
    voltage_domain: VoltageDomain | None = None
    """Null: not told."""
    meter_type: Text | None = None
    """Kind of meter, as the source writes it. Null: not told."""
    calendar: Text | None = None
    """Code of the distributor's calendar. Example: `DI000003`. Null: not told."""
    subscribed_powers: Many[SubscribedPower] = ()
    """One a class, or one for all. Empty: not told."""
    connection_power_kva: (
        Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=12)] | None
    ) = None
    """Power of the connection, kVA. Null: not told."""
    offpeak_hours: Text | None = None
    """Off-peak hours as the source writes them. Example: `HC (22H50-6H50)`. Null: not told."""
    annual_energy: Many[ReferenceEnergy] = ()
    """Energy of a reference year. Empty: not known."""
    state: Text | None = None
    """State of the contract, as the source writes it. Example: `EN SERVICE`. Null: not told."""
    supplier: Text | None = None
    """Name of the supplier. Null: not told."""
    supplier_siren: Siren | None = None
    """Its SIREN. Null: not told."""
    holder_siret: Siret | None = None
    """SIRET of the body that holds the contract. Null: not told, or a person (never read)."""
    contract_end: CivilDate | None = None
    """Last day of the supply contract. Null: not told."""
    member: Text | None = None
    """Name of the body that pays, as a table names it. Null: not told."""
    site_name: Text | None = None
    """Name of the point or its site in a table. Null: not told."""
    insee_code: InseeCode | None = None
    """Commune (INSEE). Null: not told."""
    usage: Usage | None = None
    """What the point feeds. Null: not told."""
    source: Text
    """Name of the format it came by. Example: `enedis-c68`."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @property
    def external_id(self) -> str:
        """The business key: terms of a point from a date on."""
        return f"{self.supply_point}/{self.valid_from.isoformat()}"
