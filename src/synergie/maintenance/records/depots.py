"""Which depots to keep, and who is served from where: sites, customers, and the plan."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, Strict

from synergie.energy.records.offer import Key
from synergie.schemas.plan import MemberId, Plan
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many, Share, Text, decimal_text

type Amount = Annotated[
    Decimal, Strict(False), decimal_text, Field(gt=0, max_digits=15, examples=["120"])
]
"""An amount of what depots give, in the unit of the problem. Text on the wire."""
type SomeAmount = Annotated[
    Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=15, examples=["0"])
]
type YearEuros = Annotated[Euros, Field(ge=0)]


class DepotSite(Wire):
    """A place where a depot stands, or may."""

    id: Key
    """The site."""
    organisation: MemberId
    """Whose it is."""
    fixed_eur: YearEuros
    """What it costs a year when it is open, EUR: rent, staff, stock keeping."""
    capacity: Amount
    """What it can give a year, in the unit of the problem."""
    kept: bool = False
    """Whether it stays open whatever the plan: it is used for other things."""


class DepotCustomer(Wire):
    """A zone to serve."""

    id: Key
    """The zone. Example: an INSEE code."""
    organisation: MemberId
    """Who pays for it."""
    demand: Amount
    """What it asks for a year, in the unit of the problem."""
    costs_eur: Many[YearEuros | None]
    """What serving all of it costs a year, EUR, one amount a site in the order of the problem; a
    part of it costs in proportion. Null: it cannot be served from there."""
    deviation: SomeAmount | None = None
    """Standard deviation of its demand for parts over the delivery time, in the unit of the
    problem. Null: not known, no safety stock is computed."""


class DepotsProblem(Wire):
    """Sites and zones of several bodies."""

    unit: Text = "crew-day"
    """What depots give: crew-days, parts."""
    sites: Annotated[Many[DepotSite], Field(max_length=2000)]
    """The sites."""
    customers: Annotated[Many[DepotCustomer], Field(max_length=20_000)]
    """The zones."""
    single: bool = False
    """Whether each zone is served from one depot alone."""
    stock_service: Annotated[Share, Field(gt=0, lt=1)] = 0.95
    """Probability that parts last until the next delivery, for the safety stock."""
    stock_eur: YearEuros | None = None
    """What one unit of safety stock costs a year, EUR. Null: not told."""


class Served(Wire):
    """What a zone gets from a depot."""

    customer: Key
    """The zone."""
    site: Key
    """The depot."""
    amount: SomeAmount
    """How much, in the unit of the problem."""
    cost_eur: Euros
    """What serving it costs a year, EUR, rounded up to a millionth."""


class OpenSite(Wire):
    """A depot that is open in the plan."""

    site: Key
    """The site."""
    organisation: MemberId
    """Whose it is."""
    fixed_eur: Euros
    """What it costs a year, EUR."""
    used: SomeAmount
    """What it gives a year, in the unit of the problem."""
    capacity: Amount
    """What it could give."""


class SafetyStock(Wire):
    """Spare parts kept against chance.

    By the square-root law: z times the root of the sum of the variances of the zones that a depot
    serves, whose demands are independent.
    """

    together: Annotated[float, Field(ge=0)]
    """Of the depots of this plan, in the unit of the problem."""
    alone: Annotated[float, Field(ge=0)] | None
    """Of all depots with each organisation alone. Null: at least one cannot."""
    saved_eur: Euros | None
    """What that saves a year, EUR: beside the plan, not in its cost. Null: not known."""


class DepotsPlan(Plan):
    """Depots to keep open, and who is served from which, with the proof."""

    sites: Many[OpenSite]
    """The open depots, in the order of the problem."""
    closed: Many[Key]
    """The others."""
    served: Many[Served]
    """Every zone, in the order of the problem."""
    open_alone: Annotated[int, Field(ge=0)] | None
    """Depots open with each organisation alone. Null: at least one cannot."""
    stock: SafetyStock | None = None
    """Safety stock. Null: deviations are not known."""
