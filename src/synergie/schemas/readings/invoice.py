"""An invoice as it was told, and what its control found."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, Strict

from synergie.energy.records.bill import Exact
from synergie.energy.records.tariff import Percent
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.supplier_profile import LineComponent
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, ExternalId, Many, Text, decimal_text

type Severity = Literal["blocking", "warning"]
"""`blocking`: the invoice is not to be paid as it is; `warning`: to be looked at."""
type Rule = Literal[
    "unknown-point", "wrong-market", "duplicate", "product", "total", "schedule", "network-price",
    "cta", "accise", "accise-category", "vat", "table-missing", "version-crossed", "class-mapping",
    "period-overlap", "period-gap", "energy-differs", "power-differs", "days", "reactive",
    "credit-alone", "terms-differ", "overrun-hours",
    "annex-differs", "class-season",
]  # fmt: skip
"""docs/how-to/control-an-invoice.md tells each."""
type Asked = Literal["supplier", "grid_operator", "coordinator", "member"]
"""Who can explain or mend it."""


type InvoiceKind = Literal["invoice", "credit", "correction"]
"""`credit`: a credit note, whose amounts are negative here; `correction`: it replaces another."""


class InvoiceRow(Wire):
    """One line of an invoice, as it was told; unknown is null."""

    where: Text
    """Where it stands: file and line. Example: `facture.csv, line 12`."""
    invoice: ExternalId | None = None
    """Number of the invoice. Null: not told."""
    supply_point: SupplyPointKey | None = None
    """The delivery point. Null: not told, or not a PRM."""
    point_told: Text | None = None
    """What stands for the delivery point, as it was written. Null: nothing."""
    market: Text | None = None
    """Reference of the market. Null: not told."""
    supplier: Text | None = None
    """Who bills it: name and identifiers as they were written. Null: not told."""
    tariff_code: Text | None = None
    """The tariff option (FTA), as it was written. Null: not told."""
    element: Text | None = None
    """Code of what is billed. Null: none. Example: `FCGEECHO`."""
    label: Text | None = None
    """Its words. Null: none."""
    component: LineComponent | None = None
    """What it is for, where the profile of its supplier says it. Null: by its words."""
    time_class: Text | None = None
    """Its time class, as it was written. Null: none told in a column of its own."""
    from_date: CivilDate | None = None
    """First day. Null: not told."""
    to_date: CivilDate | None = None
    """The day after the last one. Null: not told."""
    quantity: Exact | None = None
    """Quantity, in `quantity_unit`. Null: none."""
    quantity_unit: Text | None = None
    """Its unit, as it was written. Null: not told."""
    unit_price: Exact | None = None
    """Price of one unit, in `price_unit`. Null: none."""
    price_unit: Text | None = None
    """Its unit, as it was written. Null: not told (euros)."""
    amount_eur: Euros
    """Amount excluding VAT, EUR; negative when money comes back."""
    vat_percent: Percent | None = None
    """Rate of VAT. Null: not told."""
    estimated: bool | None = None
    """Whether its energy is estimated. Null: not told."""


class ToldTotals(Wire):
    """What an invoice says that it adds up to. Null: not told."""

    ht_eur: Euros | None = None
    """All excluding VAT, EUR."""
    vat_eur: Euros | None = None
    """VAT, EUR."""
    ttc_eur: Euros | None = None
    """All including VAT, EUR."""


class LotTotals(Wire):
    """Lots of a flow (F12, F15) whose lines do not make the total that it tells."""

    told_eur: Euros
    """Total that the first of them tells, EUR."""
    added_eur: Euros
    """Sum of its lines, EUR."""
    n: Annotated[int, Field(ge=1)]
    """How many lots are so."""


class InvoiceAnnex(Wire):
    """A table that an electronic invoice holds (BG-24)."""

    name: Text
    """Its file name."""
    n_rows: int
    """Lines of this invoice in it."""
    added_eur: Euros | None = None
    """What they add up to, EUR excluding VAT. Null: no table of lines."""
    is_detail: bool = False
    """Whether they stand for lines of the invoice that tell no delivery point."""


class Invoice(Wire):
    """One invoice, as one file tells it."""

    number: ExternalId
    """Its number; `-` when none is told."""
    file: Text
    """Name of the file."""
    rows: Many[InvoiceRow]
    """Its lines."""
    kind: InvoiceKind = "invoice"
    """What it is."""
    corrects: Many[ExternalId] = ()
    """Numbers of the invoices that it corrects. Empty: none."""
    annexes: Many[InvoiceAnnex] = ()
    """Tables that it holds."""
    told: ToldTotals = ToldTotals()
    """Its totals, as it tells them."""
    lots: LotTotals | None = None
    """What the reader of a flow found of the totals of its lots. Null: they agree, or there are
    none."""


class ControlRules(Wire):
    """How closely invoices are looked at."""

    eur: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, le=1000)] = Decimal("0.05")
    """Difference of an amount that is let pass, EUR."""
    eur_per_mwh: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, le=1000)] = Decimal(
        "0.05"
    )
    """Difference of a price of energy that is let pass, EUR/MWh."""
    energy_share: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, le=1)] = Decimal(
        "0.01"
    )
    """Difference of an energy that is let pass, as a share of what was measured."""
    gap_days: Annotated[int, Field(ge=0)] = 0
    """Days without an invoice that are let pass."""
    markets: Many[Text] = ()
    """References of markets that invoices may bear, besides those of the price schedules.
    Empty, and none in the schedules: not looked at."""
    known_numbers: Many[ExternalId] = ()
    """Numbers of invoices received before."""


class InvoiceFinding(Wire):
    """One thing that is wrong, or to be looked at."""

    rule: Rule
    """Which rule found it."""
    severity: Severity
    """How bad it is."""
    invoice: ExternalId
    """Number of the invoice."""
    supply_point: SupplyPointKey | None = None
    """The delivery point. Null: the whole invoice."""
    where: Text
    """File and line."""
    found: Text
    """What the invoice says."""
    expected: Text
    """What was expected. A price, an amount, a date, a reference."""
    amount_eur: Euros | None = None
    """What the invoice asks too much, EUR excluding VAT; negative: too little. Null: not an
    amount."""
    reason: Phrase
    """Why, in a sentence."""
    ask: Asked
    """Who can explain or mend it."""
    source: Text | None = None
    """Where what was expected is from: the deliberation, the law, the price schedule. Null: the
    invoice itself, or what the body knows."""


class InvoiceSum(Wire):
    """One invoice, added up again."""

    number: ExternalId
    """Its number."""
    file: Text
    """Name of the file."""
    n_rows: int
    """Lines."""
    n_points: int
    """Delivery points."""
    added_eur: Euros
    """The sum of its lines, EUR excluding VAT."""
    told_eur: Euros | None
    """Its total excluding VAT. Null: not told."""
    recomputed_eur: Euros
    """The sum of quantity times price, each rounded half up to the cent; a line without both
    counts with its amount."""
    n_recomputed: int
    """Lines with a quantity and a price."""
    net_eur: Euros | None = None
    """What is left of it, EUR excluding VAT, after the credit notes among these that are about it
    alone; 0 when a correction among them replaces it. Null: none is about it."""


class InvoiceControl(Wire):
    """What the control of invoices found."""

    invoices: Many[InvoiceSum]
    """Each, added up again."""
    findings: Many[InvoiceFinding]
    """What is wrong or to be looked at; blocking ones first."""
    n_checked: dict[Text, int]
    """How many lines or groups each rule compared: a rule that is not here looked at nothing."""
    not_checked: Many[Phrase]
    """What could not be looked at, and what would be needed."""

    @property
    def is_blocked(self) -> bool:
        """Whether one finding is blocking."""
        return any(one.severity == "blocking" for one in self.findings)
