"""What a requirement of a purchase costs: floors of gain, certainty of tiers, ways out."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.purchase.records.study import LotChange, Percent
from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many, Text

type Requirement = Literal["green_share", "max_lots", "max_mwh", "nobody_pays_more", "may_leave"]


class Blocker(Wire):
    """A place that no plan brings up to the floor."""

    member: MemberId
    """The member."""
    lot: Key
    """The lot."""
    best_percent: Percent
    """The most it can gain there, % of its cost alone, at the best prices of any tier."""


class GainFloor(Wire):
    """Whether every member can gain at least a share of what it would pay alone."""

    percent: Percent
    """The floor: each member gains at least this, % of its cost alone, in each lot it is in."""
    cost_eur: Euros | None
    """Cost of the best plan with the floor, EUR. Null: there is none."""
    extra_eur: Euros | None
    """What the floor costs the whole group, EUR. Null: it cannot be had."""
    proved: bool
    """Whether that is proved."""
    blockers: Many[Blocker]
    """When it cannot be had: who cannot reach it in any plan. Empty: only all together cannot."""
    conflicts: Many[Phrase]
    """When it cannot be had: the requirements that cannot hold together."""
    greatest_percent: Percent | None
    """The greatest floor that can be had, in tenths of a percent. Null: not sought, or none."""
    said: Phrase
    """The answer in a sentence."""


class Certainty(Wire):
    """The plan whose tiers hold even if some members take less (Bertsimas and Sim, 2004)."""

    gamma: Annotated[float, Field(ge=0, json_schema_extra={"unit": "1"})]
    """How many rows (a member in a lot) of one offer may take less at once."""
    cost_eur: Euros | None
    """Cost of the cheapest plan whose tiers hold then, EUR. Null: there is none."""
    price_eur: Euros | None
    """The price of certainty: what it costs more than the plan that trusts all volumes, EUR."""
    proved: bool
    """Whether that is proved."""
    lots: Many[LotChange]
    """The lots whose offer or tier is another than in the plan that trusts all volumes."""


class Relaxation(Wire):
    """The cost of the best plan at one value of a requirement."""

    value: Text
    """The value. Example: `0.7` for a share, `2` for a number of lots."""
    cost_eur: Euros | None
    """Cost of the best plan, EUR. Null: there is none."""
    saves_eur: Euros | None
    """What it saves against the requirement as it is, EUR. Null: one of the two has no plan."""
    proved: bool
    """Whether that is proved."""


class Frontier(Wire):
    """What a requirement costs, value by value."""

    requirement: Requirement
    """Which one."""
    about: Text | None = None
    """The supplier it is about. Null: the whole purchase."""
    points: Many[Relaxation]
    """By value, in the order asked."""


class WayOut(Wire):
    """One way to make an impossible purchase possible, tried."""

    kind: Key
    """What gives way: `floor`, `roof`, `max_lots`, `fixed`, `alone`, `may_leave`…"""
    said: Many[Phrase]
    """What has to change, in words with amounts."""
    cost_eur: Euros
    """Cost of the best plan then, EUR."""
    proved: bool
    """Whether that plan is proved to be the best one then."""
    dearer: Many[Phrase] = ()
    """Who then pays more than alone, or stays out. Empty: nobody."""


class WaysOut(Wire):
    """Why a purchase is impossible, and what makes it possible, cheapest first."""

    conflicts: Many[Phrase]
    """The requirements that cannot hold together, and by how much they would have to give."""
    ways: Many[WayOut]
    """Ways out, each tried by a solve, cheapest first."""
