"""An offer of a supplier for one lot: tiers of prices, and the conditions it is valid under."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.schemas.wire import Wire
from synergie.units import Euros, EurosPerMWh, Instant, Many, MegawattHours, Share, Text

type Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z][\w.:-]*$")]
type TariffCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,20}$", examples=["BTINFMU4"])]
type ClassName = Annotated[str, Field(pattern=r"^[A-Z]{2,6}$", examples=["HPH"])]
type Year = Annotated[int, Field(ge=2000, le=2100, examples=[2027])]
type Pricing = Literal["fixed", "indexed", "block_spot"]
"""`fixed`: the prices hold for the whole delivery. `indexed`: they follow an index from the day of
the award. `block_spot`: blocks bought ahead, the rest at the spot price of each hour."""


class PriceParts(Wire):
    """What a price is made of, EUR/MWh; the parts add up to it."""

    supply: EurosPerMWh
    """Energy alone."""
    capacity: EurosPerMWh = Decimal(0)
    """Capacity obligation; passed on as a tax share from November 2026."""
    cee: EurosPerMWh = Decimal(0)
    """Energy savings certificates (CEE, code de l'énergie L221-1)."""
    guarantees: EurosPerMWh = Decimal(0)
    """Guarantees of origin."""


class Price(Wire):
    """One cell of a price schedule (BPU)."""

    tariff_code: TariffCode
    """FTA it holds for."""
    time_class: ClassName
    """Time class it holds for."""
    eur_per_mwh: EurosPerMWh
    """EUR/MWh excluding VAT."""
    year: Year | None = None
    """Civil year of delivery it holds for. Null: every year of the delivery."""
    parts: PriceParts | None = None
    """What the price is made of. Null: not told."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = self.parts
        if parts is not None:
            total = parts.supply + parts.capacity + parts.cee + parts.guarantees
            if total != self.eur_per_mwh:
                raise ValueError(f"parts that add up to {self.eur_per_mwh}, not {total}")
        return self


class Subscription(Wire):
    """Yearly amount for each point of a tariff option."""

    tariff_code: TariffCode
    """FTA it holds for."""
    eur_per_point: Euros
    """EUR a year for each point, excluding VAT."""


class Tier(Wire):
    """The prices that hold when the lot's total volume is inside a window, ends included."""

    from_mwh: MegawattHours
    """Least total volume, MWh a year."""
    to_mwh: MegawattHours | None = None
    """Greatest total volume, MWh a year. Null: no limit. Under `from_mwh`: never reached."""
    prices: Many[Price]
    """Energy prices. A cell that is missing and needed makes the offer "not priced"; never zero."""
    subscriptions: Many[Subscription] = ()
    """Subscriptions. A tariff option left out has none."""


class VolumeTunnel(Wire):
    """What is taken beyond or below the volume of the contract is paid for (clause de volume)."""

    below: Share
    """How far under the contract's volume nothing is due, as a share of it. Example: 0.1."""
    above: Share
    """How far over it nothing is due, as a share of it."""
    below_eur_per_mwh: EurosPerMWh
    """Due for each MWh missing under the tunnel, EUR/MWh."""
    above_eur_per_mwh: EurosPerMWh
    """Due for each MWh over the tunnel, on top of its price, EUR/MWh."""


class Offer(Wire):
    """What one supplier offers for one lot. A discount across lots is not lawful (CCP L2151-1)."""

    id: Key
    """The offer, unique in the problem."""
    lot: Key
    """The lot it answers."""
    supplier: Text
    """Who offers."""
    fixed_eur: Euros = Decimal(0)
    """Cost of running the market with this offer, EUR a year, shared by the members of the lot."""
    tiers: Annotated[Many[Tier], Field(min_length=1)]
    """Its tiers, in rising order of volume; the first is what a small buyer gets."""
    valid_from: Instant | None = None
    """From when it may be taken. Null: from the opening."""
    valid_until: Instant | None = None
    """When it expires: it may be taken before, not at this moment. Null: not told."""
    pricing: Pricing = "fixed"
    """How its prices move; only fixed ones are what will be paid."""
    index: Text | None = None
    """What an indexed price follows, and how. Null: fixed. Example: `EEX Cal-27 Base`."""
    green_share: Share = 0
    """Share of its energy with guarantees of origin that its prices already hold."""
    green_eur_per_mwh: EurosPerMWh | None = None
    """Price of the green option for each further MWh with guarantees of origin. Null: it offers
    none, and cannot serve who asks for more than `green_share`."""
    tunnel: VolumeTunnel | None = None
    """What a volume other than the contract's costs. Null: nothing is due."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("an offer that ends after it begins")
        if self.pricing == "indexed" and self.index is None:
            raise ValueError("the index that the prices follow")
        return self
