"""What a pooled purchase decides: awards, places of members, what was refused and why."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import ClassName, Key, TariffCode, Year
from synergie.schemas.plan import MemberId, Phrase, Plan
from synergie.schemas.rule import RuleOutcome, RulePrice
from synergie.schemas.wire import Wire, is_empty, is_none
from synergie.units import Euros, Instant, Many, MegawattHours, Text


class Award(Wire):
    """An offer that is taken."""

    lot: Key
    """The lot."""
    offer: Key
    """The offer."""
    supplier: Text
    """Who won."""
    tier: Annotated[int, Field(ge=1)]
    """Which tier holds, counted from 1."""
    volume_mwh: MegawattHours
    """Total volume of the members that join, MWh a year."""
    above_floor_mwh: MegawattHours
    """How far the volume is above the floor of its tier: what may leave before prices rise."""
    to_next_mwh: MegawattHours | None
    """How much is missing to the next tier. Null: it is the last."""
    cost_eur: Euros
    """Energy, subscriptions and fixed cost, EUR a year."""
    runner_up: Key | None = None
    """The next best offer for the same members. Null: there was none."""
    runner_up_eur: Euros | None = None
    """What the next best costs more, EUR. Null: there was none."""
    flips_at_percent: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """By how much all prices of this offer may rise before the next best is as cheap, %. Null:
    there was none, or another requirement decides."""
    expires_at: Instant | None = None
    """When the offer expires: the award has to be decided before. Null: not told."""


class Place(Wire):
    """Where one member buys what it needs in one lot."""

    member: MemberId
    """The member."""
    lot: Key
    """The lot."""
    offer: Key | None
    """The offer it buys from. Null: it stays out and buys alone."""
    volume_mwh: MegawattHours
    """Its volume in the lot, MWh a year."""
    supply_eur: Euros
    """Energy and subscriptions, EUR a year; the cost alone when it stays out."""
    fee_eur: Euros
    """Its share of the fixed cost, EUR a year: in proportion to what it saves."""
    coordinator_eur: Euros = Decimal(0)
    """What it pays the coordinator for this lot, EUR."""
    alone_eur: Euros | None
    """The same need bought alone, EUR a year. Null: no offer prices it alone."""


class NotPriced(Wire):
    """An offer left out because a price that is needed is missing."""

    offer: Key
    """The offer."""
    tariff_code: TariffCode
    """FTA of the missing cell."""
    time_class: ClassName
    """Time class of the missing cell."""
    tier: Annotated[int, Field(ge=1)]
    """The tier, counted from 1."""
    year: Year | None = None
    """Civil year of the missing cell. Null: prices do not differ by year."""


class RefusedOffer(Wire):
    """An offer that the clock or a condition of the tender kept out before any model."""

    offer: Key
    """The offer."""
    where: Text
    """The row it stands in. Example: `/offers/3/valid_until`."""
    kind: Literal["expired", "not_yet_valid", "green", "empty"]
    """Why: past its validity; before it; too little green energy; no tier can be reached."""
    reason: Phrase
    """Why, in a sentence, with what was found and what was expected."""
    who: Text
    """Who can mend it: the supplier, most often."""


class PurchasePlan(Plan):
    """Who buys from whom, proven cheapest under the stated requirements."""

    awards: Many[Award]
    """The offers taken, by lot."""
    places: Many[Place]
    """Every member in every lot where it needs something."""
    not_priced: Many[NotPriced]
    """Missing cells; the tier of the offer was left out ("non chiffré"), never taken as zero."""
    refused: Many[RefusedOffer] = ()
    """Offers that could not be considered, each with its reason."""
    decide_before: Instant | None = None
    """The first moment at which an offer that is taken expires. Null: none tells."""
    binding: Many[Phrase] = ()
    """Requirements that cost something: what each would save if it were relaxed by one unit."""
    rules: Annotated[Many[RuleOutcome], Field(exclude_if=is_empty)] = ()
    """What became of each rule of one's own, in the order of the problem. `objective_eur` has
    nothing of what soft rules weigh, and `bound_eur` is of plans that miss them no more than this
    one. Empty: there were none, and it is not written."""
    rules_price: Annotated[RulePrice | None, Field(exclude_if=is_none)] = None
    """What all rules together cost; prices of single rules do not add up. Null: not asked."""
