"""One line of an invoice, as the grid operator or a supplier tells it; for control, not booking."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, ExternalId, Provenance, Text, decimal_text

_EXACT = Annotated[Decimal, Strict(False), decimal_text, Field(max_digits=21)]


class InvoiceLine(Wire):
    """What was billed for one element over one period."""

    invoice: ExternalId
    """Number of the invoice."""
    line: Text
    """Place of the line in the invoice, unique within it. Example: `1/12`."""
    supply_point: SupplyPointKey
    """The delivery point."""
    element: Text
    """Code of what is billed, as the source writes it. Example: `ACHC5SC`."""
    label: Text | None = None
    """Its words. Null: none."""
    is_energy: bool = False
    """Whether the quantity is an energy of the period: a penalty or a fee is none."""
    from_date: CivilDate | None = None
    """First day of the period. Null: a line without period."""
    to_date: CivilDate | None = None
    """The day after the last one (F12 writes the last one itself: it was moved by a day)."""
    quantity: _EXACT | None = None
    """Quantity, in `quantity_unit`. Null: none."""
    quantity_unit: Text | None = None
    """Unit of the quantity, as the source writes it. Example: `kWh`."""
    unit_price_eur: _EXACT | None = None
    """Price of one unit, euros without tax. Null: none."""
    amount_eur: Euros
    """Amount without tax, euros; negative when money comes back."""
    vat_code: Text | None = None
    """Rate or code of VAT, as the source writes it. Example: `20.00`, `NS`. Null: none."""
    source: Text
    """Name of the format it came by. Example: `enedis-f12`."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_date and self.to_date and self.from_date >= self.to_date:
            raise ValueError("a period that ends after it begins")
        return self

    @property
    def external_id(self) -> str:
        """The business key: the line of the invoice."""
        return f"{self.invoice}/{self.line}"
