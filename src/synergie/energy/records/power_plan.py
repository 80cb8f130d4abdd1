"""What a re-fit of options and subscribed powers decides, point by point, and what to ask for."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, Strict

from synergie.energy.records.offer import Key, TariffCode
from synergie.energy.records.power import Kva, LoadSource, SubscribedKva
from synergie.schemas.plan import MemberId, Phrase, Plan
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, Hours, Many, Text, decimal_text

type PowerStatus = Literal["change", "keep", "not_compared"]
"""`change`: another option or power costs less; `keep`: nothing costs less than today;
`not_compared`: something that is needed is not known, and is named."""
type Gap = Literal["no_price", "no_energy", "no_power", "no_tariff"]
"""`no_price`: a cell of the price schedule; `no_energy`: energy by class is not known; `no_power`:
no power that may be subscribed holds what is drawn; `no_tariff`: no network tariff that day."""

Reached = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(ge=0, max_digits=9, json_schema_extra={"unit": "kVA"}, examples=["7.4"]),
]
"""A power that was reached, kVA. Text on the wire, exact."""


class PowerBill(Wire):
    """A year of one point under one option, EUR excluding VAT.

    Each amount is rounded to the cent by itself; the total is the exact sum, rounded once.
    """

    management_eur: Euros
    """Management component (CG)."""
    metering_eur: Euros
    """Metering component (CC)."""
    power_eur: Euros
    """Fixed part of the withdrawal component (CS): what the subscribed power costs."""
    energy_eur: Euros
    """Part of the withdrawal component that follows the energy (CS)."""
    overrun_eur: Euros
    """Overruns of the subscribed power (CMDPS); 0 up to 36 kVA, where the meter trips."""
    supply_eur: Euros
    """Energy, capacity, certificates and guarantees of origin, by the price schedule."""
    subscription_eur: Euros
    """Subscription of the supplier."""
    cta_eur: Euros
    """Contribution tarifaire d'acheminement, on the fixed part of the network tariff."""
    accise_eur: Euros
    """Excise duty on electricity."""
    total_eur: Euros
    """All of it."""


class OptionCost(Wire):
    """One option with its powers, and the year it gives."""

    tariff_code: TariffCode
    """FTA."""
    subscribed: Annotated[Many[SubscribedKva], Field(min_length=1)]
    """One power up to 36 kVA; one for each class above, rising."""
    overrun_hours: Hours = Decimal(0)
    """Hours above the subscribed power over the year, all classes."""
    bill: PowerBill
    """The year."""


class OptionGap(Wire):
    """An option that could not be priced: never taken as free."""

    tariff_code: TariffCode
    """FTA."""
    kind: Gap
    """What is missing."""
    reason: Phrase
    """In a sentence."""


class PowerOutcome(Wire):
    """What one delivery point is to do."""

    point: Key
    """The point."""
    member: MemberId
    """Who pays for it."""
    name: Text | None
    """Name of its site. Null: not told."""
    status: PowerStatus
    """What was found."""
    today: OptionCost | None
    """As it is subscribed today. Null: not known, or not priced."""
    best: OptionCost | None
    """The cheapest that is allowed: today's when nothing costs less. Null: none could be priced."""
    second: OptionCost | None
    """The cheapest with another option. Null: there is none."""
    saving_eur: Euros | None
    """today - best, EUR a year, before the fee of the change. Null: no comparison."""
    fee_eur: Euros = Decimal(0)
    """What the change itself costs, EUR once."""
    subscribed_kva: Kva | None
    """Highest power subscribed today. Null: not known."""
    reached_kva: Reached | None
    """Greatest power reached in the year, kVA, rounded up to a tenth. Null: not known."""
    proposed_kva: Kva | None
    """Highest power of `best`. Null: no proposal."""
    over_days_today: Annotated[int, Field(ge=0)] | None
    """Days on which today's power was exceeded. Null: not known without a curve."""
    over_days: Many[CivilDate]
    """Days on which the proposed power would have been exceeded."""
    over_known: bool
    """Whether those days could be told: not without a curve."""
    stress_eur: Euros | None
    """C4: what the proposed powers would cost more in overruns if every power were a tenth higher,
    EUR a year, rounded up. Null: not above 36 kVA, or no curve."""
    source: LoadSource | None
    """Where its load comes from. Null: not known."""
    missing_steps: Annotated[int, Field(ge=0)]
    """Steps of its curve without a value."""
    risk: Phrase | None
    """How the proposed power could be exceeded, and what happens then. Null: no proposal."""
    ask: Many[Phrase]
    """What to ask the grid operator for, word by word. Empty: nothing."""
    reasons: Many[Phrase]
    """Why."""
    questions: Many[Phrase]
    """What a person has to look at: a boundary of segments, a power that was exceeded."""
    not_priced: Many[OptionGap]
    """Options left out, each with what is missing."""


class PowerTotals(Wire):
    """The points that could be compared, together; EUR a year excluding VAT."""

    points: Annotated[int, Field(ge=0)]
    """Points of the problem."""
    compared: Annotated[int, Field(ge=0)]
    """Points whose year today is known."""
    changed: Annotated[int, Field(ge=0)]
    """Points for which a change is proposed."""
    saving_eur: Euros
    """What the changes save a year, before fees."""
    fees_eur: Euros
    """What the changes cost, once."""
    per_point_eur: Euros | None
    """(saving - fees) / compared points. Null: none is compared."""
    per_change_eur: Euros | None
    """(saving - fees) / changed points. Null: none is changed."""
    yardstick_eur: Euros
    """The real re-fit to compare with, EUR a site."""
    yardstick: Phrase
    """What that figure covers, and what ours covers."""


class PowerPlan(Plan):
    """Option and powers of every point, each proved best by looking at all that is allowed.

    The bound is the objective: options are enumerated, and powers found by an exact dynamic
    programme. Objective and baseline are those of the points that can be compared.
    """

    outcomes: Many[PowerOutcome]
    """Every point, by member and id."""
    totals: PowerTotals
    """All together."""
