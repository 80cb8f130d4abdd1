"""A delivery point: where a contract of electricity or gas is served and metered."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from synergie.schemas.wire import Wire
from synergie.units import (
    ExternalId,
    Id,
    Instant,
    KilovoltAmperes,
    OrganisationId,
    Provenance,
    Text,
    TimeZone,
)

type Scheme = Literal["prm", "pce", "other"]
type MarketSegment = Literal[
    "C1", "C2", "C3", "C4", "C5", "P1", "P2", "P3", "P4", "T1", "T2", "T3", "T4", "TP"
]
"""Electricity: C1 to C5 drawn, P1 to P4 fed in (Enedis). Gas: the tariff option, by the yearly
quantity of reference (GRDF, ATRD7): T1 up to 6 MWh, T2 to 300, T3 to 5,000, T4 above, TP near the
transport network."""
GAS_SEGMENTS: tuple[MarketSegment, ...] = ("T1", "T2", "T3", "T4", "TP")
"""The segments of delivery points of gas."""
CODES = {
    "prm": (re.compile("[0-9]{14}"), "a PRM of 14 digits, as text (zeros in front count)"),
    "pce": (re.compile("[0-9]{14}|GI[0-9]{6}"), "a PCE of 14 digits, or GI and 6 digits"),
    "other": (re.compile("[0-9A-Za-z]{1,33}"), "1 to 33 letters and digits"),
}
"""The form of a code, by scheme, and how it is told."""
type Usage = Literal["building", "public_lighting", "water", "charging", "other"]


class SupplyPointRecord(Wire):
    """A delivery point as its owner declares it (PRM of Enedis, PCE of GRDF)."""

    scheme: Scheme
    """`prm` for electricity, `pce` for gas, `other` elsewhere."""
    code: Annotated[str, StringConstraints(min_length=1, max_length=33, pattern=r"^[0-9A-Za-z]+$")]
    """The identifier as text, zeros in front kept. PRM: 14 digits. Example: `99000000000017`."""
    site: ExternalId | None = None
    """The owner's identifier of its site. Null: not known."""
    market_segment: MarketSegment | None = None
    """C1 to C5 by connection and metering (Enedis), C5 up to 36 kVA; of gas T1 to T4, TP. Null:
    not known."""
    tariff_code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,20}$")] | None = None
    """FTA, the network tariff option. Example: `BTINFMU4`. Null: not known."""
    subscribed_power_kva: KilovoltAmperes | None = None
    """Highest subscribed power, kVA. Null: not known."""
    annual_kwh: Annotated[float | None, Field(ge=0, le=1e9, json_schema_extra={"unit": "kWh"})] = (
        None
    )
    """Consumption of the last twelve months, kWh, for its owner. Null: not known, or not yours."""
    usage: Usage | None = None
    """What it feeds. Null: not known."""
    time_zone: TimeZone = "Europe/Paris"
    """Zone of its civil days. Overseas points differ."""
    personal_data: Literal["none", "possible", "yes"]
    """Whether its curve tells of a person: `none` for lighting; `possible` counts as yes."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @model_validator(mode="after")
    def _form_of_code(self) -> Self:
        form, expected = CODES[self.scheme]
        if not form.fullmatch(self.code):
            raise ValueError(expected)
        return self

    @property
    def external_id(self) -> str:
        """The key within the owner: scheme and code. Example: `prm:99000000000017`."""
        return f"{self.scheme}:{self.code}"


class SupplyPoint(SupplyPointRecord):
    """A delivery point as the server holds it."""

    id: Id
    """Opaque identifier given by the server; safe in an address, unlike the code."""
    owner: OrganisationId
    """The organisation that declares it and decides who sees it."""
    updated_at: Instant
    """When its owner last changed it here."""
    label: Text | None = None
    """A short name to show. Null: none given."""
