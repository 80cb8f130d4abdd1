"""One row of a price schedule (bordereau de prix unitaires, BPU): a price of a tier of an offer."""

from typing import Self

from pydantic import model_validator

from synergie.energy.records.offer import (
    ClassName,
    Key,
    PriceParts,
    Pricing,
    TariffCode,
    VolumeTunnel,
    Year,
)
from synergie.schemas.wire import Wire
from synergie.units import Euros, EurosPerMWh, Instant, MegawattHours, Provenance, Share, Text


class OfferRow(Wire):
    """A price, and the conditions that the row tells; rows of one offer make it together."""

    lot: Key
    """The lot it answers."""
    supplier: Text
    """Who offers."""
    offer: Key | None = None
    """The offer. Null: the only one of this supplier for this lot."""
    from_mwh: MegawattHours
    """Least volume of its tier, MWh a year, included."""
    to_mwh: MegawattHours | None = None
    """Greatest volume of its tier, MWh a year, included. Null: no limit."""
    tariff_code: TariffCode | None = None
    """FTA it prices. Null: the row tells conditions of the offer only."""
    time_class: ClassName | None = None
    """Time class it prices; HPB and HCB for what schedules call HPE and HCE. Null: no price."""
    year: Year | None = None
    """Civil year of delivery. Null: every year."""
    eur_per_mwh: EurosPerMWh | None = None
    """Its price, all parts together, EUR/MWh excluding VAT. Null: not priced, never zero."""
    parts: PriceParts | None = None
    """What the price is made of. Null: not told."""
    subscription_eur: Euros | None = None
    """Subscription of this FTA, EUR a year and point. Null: another row tells it, or none is."""
    fixed_eur: Euros | None = None
    """Cost of running the market with this offer, EUR a year. Null: as `subscription_eur`."""
    pricing: Pricing | None = None
    """How its prices move. Null: another row tells it, or they are fixed."""
    index: Text | None = None
    """What an indexed price follows. Null: nothing is told."""
    green_share: Share | None = None
    """Share of its energy with guarantees of origin within the price. Null: not told."""
    green_eur_per_mwh: EurosPerMWh | None = None
    """Price of the green option, EUR/MWh. Null: none is told."""
    valid_from: Instant | None = None
    """From when the offer may be taken. Null: not told."""
    valid_until: Instant | None = None
    """When the offer expires. Null: not told."""
    tunnel: VolumeTunnel | None = None
    """What a volume other than the contract's costs. Null: not told."""
    provenance: Provenance
    """`synthetic` for demonstration offers."""

    @property
    def external_id(self) -> str:
        """The cell it is: two rows of one cell must agree."""
        parts = (
            self.lot, self.supplier, self.offer, self.from_mwh, self.tariff_code, self.time_class,
            self.year,
        )  # fmt: skip
        return " / ".join("" if part is None else str(part) for part in parts)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.to_mwh is not None and self.to_mwh < self.from_mwh:
            raise ValueError("a tier that ends above its beginning")
        if (self.eur_per_mwh is None) != (self.time_class is None):
            raise ValueError("a price with its time class, or neither")
        if self.time_class is not None and self.tariff_code is None:
            raise ValueError("the tariff option (FTA) of the price")
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("an offer that ends after it begins")
        return self
