"""A bill: what a delivery point costs over some civil days, line by line, exact."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, Strict

from synergie.energy.records.offer import ClassName, TariffCode, Year
from synergie.energy.records.tariff import Percent
from synergie.schemas.plan import Phrase
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, KilowattHours, Many, Text, decimal_text

type Component = Literal[
    "cg", "cc", "cs_fixed", "cs_energy", "cmdps", "reactive", "supply", "capacity", "cee",
    "guarantees", "subscription", "fee", "vnu", "cta", "accise", "atrd_fixed", "atrd_energy",
    "atrd_capacity", "transport", "storage", "cpb",
]  # fmt: skip
"""`cg` gestion, `cc` comptage, `cs` soutirage, `cmdps` overruns of the network tariff; then the
supply, its parts when its price tells them, and its subscription; fees; what the versement
nucléaire universel pays back; taxes. Of gas: `atrd` distribution, fixed, by energy and by daily
capacity; transport and storage where they are billed apart; `cpb` biogas certificates."""
type Exact = Annotated[Decimal, Strict(False), decimal_text, Field(max_digits=21)]

NETWORK: frozenset[Component] = frozenset(
    {
        "cg", "cc", "cs_fixed", "cs_energy", "cmdps", "reactive",
        "atrd_fixed", "atrd_energy", "atrd_capacity", "transport", "storage",
    }
)  # fmt: skip
"""Components of the network tariff (TURPE; ATRD and ATRT of gas)."""
SUPPLY: frozenset[Component] = frozenset(
    {"supply", "capacity", "cee", "guarantees", "subscription", "cpb"}
)
"""Components of the supply."""


class BillLine(Wire):
    """One component over one period of unchanged prices."""

    component: Component
    """What it is."""
    label: Text | None = None
    """Its words, when the component does not say all. Null: none."""
    time_class: ClassName | None = None
    """Time class. Null: none."""
    from_date: CivilDate
    """First day."""
    to_date: CivilDate
    """The day after the last one."""
    quantity: Exact | None
    """Quantity, in `unit`, to six decimals. Null: an amount of its own."""
    unit: Text | None
    """Unit of the quantity: `d` days of the year's amount, `kWh`, `h`, `kVArh`, `EUR`."""
    unit_price: Exact | None
    """Price of one unit, in `price_unit`. Null: not priced."""
    price_unit: Text | None
    """Unit of the price: `EUR/y`, `cEUR/kWh`, `EUR/MWh`, `EUR/h`, `%`."""
    amount_eur: Exact | None
    """Amount excluding VAT, EUR to six decimals: only totals are rounded to the cent. Null: not
    priced."""
    vat_percent: Percent
    """Rate of VAT."""
    version: CivilDate | None = None
    """Day since which the regulated price holds. Null: a price of the supply."""
    source: Text
    """Where the price comes from: the deliberation, the law, the price schedule."""


class MissingPrice(Wire):
    """A cell of the price schedule that is missing."""

    tariff_code: TariffCode
    """The tariff option."""
    time_class: ClassName
    """The time class."""
    year: Year | None
    """Civil year of delivery. Null: prices are the same every year."""
    kwh: KilowattHours
    """Energy in it, kWh; 0: none, so the bill holds all the same."""


class MissingFigure(Wire):
    """A cell of a table of regulated prices that is not known on some days."""

    table: Text
    """The table. Example: `turpe`."""
    key: Text
    """What the row is about. Example: `HTACU5`."""
    cell: Text
    """The column. Example: `cg_eur`."""
    from_date: CivilDate
    """First day that needs it."""
    to_date: CivilDate
    """The day after the last one."""


class VatAmount(Wire):
    """VAT of one rate."""

    percent: Percent
    """The rate."""
    base_eur: Euros
    """What it is taken of, EUR to the cent."""
    vat_eur: Euros
    """The tax, EUR to the cent."""


class Bill(Wire):
    """What a delivery point costs over some civil days."""

    supply_point: SupplyPointKey | None
    """The delivery point. Null: any."""
    tariff_code: TariffCode
    """FTA, the network tariff option."""
    from_date: CivilDate
    """First day."""
    to_date: CivilDate
    """The day after the last one."""
    kwh: KilowattHours
    """All active energy, kWh."""
    lines: Many[BillLine]
    """What it is made of."""
    network_eur: Euros | None
    """TURPE, EUR to the cent. Null: a line of it is not priced."""
    supply_eur: Euros | None
    """Supply and its subscription, EUR to the cent. Null: not priced, or no prices given."""
    cta_eur: Euros | None
    """CTA, EUR to the cent. Null: a line of it is not priced."""
    accise_eur: Euros | None
    """Accise, EUR to the cent. Null: a line of it is not priced."""
    other_eur: Euros | None
    """Fees, less what the versement nucléaire universel pays back, EUR to the cent. Null: a line of
    it is not priced."""
    is_estimate: bool = False
    """Whether prices of an earlier day were taken where the tables have none: for a plan, never to
    pay or to contest."""
    overruns: Literal["billed", "at_least", "unknown"] | None = None
    """How the overruns (CMDPS) above 36 kVA and in HTA are known: billed by what the operator, the
    curve of an HTA meter or curves of active and reactive power tell, a lower bound from an
    active-power curve, so that every total is one, or not at all and not billed. Null: an option
    without them."""
    not_priced: Many[MissingPrice]
    """Cells of the price schedule that are missing; with energy in one, nothing is totalled."""
    missing: Many[MissingFigure] = ()
    """Cells of the tables of regulated prices that lines would need and that are not known: those
    lines have no amount."""
    ht_eur: Euros | None
    """All excluding VAT, EUR: the bases of VAT, each rounded once, added up, as an invoice tells
    them by rate (CGI, annexe II, article 242 nonies A). Null: not priced."""
    least_ht_eur: Euros | None = None
    """What the lines that are priced make, excluding VAT, EUR: the bill is this at least. Null:
    `ht_eur` tells it, or what would be taken off is not known."""
    rounding_eur: Euros | None
    """`ht_eur` less the sum of the lines each rounded to the cent: what makes a printed bill add
    up. Null: not priced."""
    vat: Many[VatAmount]
    """VAT by rate. Empty: not priced."""
    ttc_eur: Euros | None
    """All including VAT, EUR. Null: not priced."""
    assumptions: Many[Phrase]
    """What was taken for granted."""
