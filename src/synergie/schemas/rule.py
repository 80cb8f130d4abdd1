"""A rule of one's own in a joint plan: what every kind of it has, and what became of it."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import Euros, ExternalId, LongText

MOST_RULES = 200
"""Rules that one plan takes."""
DEAREST = 100_000
"""Most euros that one unit of a soft rule may weigh: beyond, it is a hard one."""


class Rule(Wire):
    """What every rule has: a name, whether it must hold, and why it is there."""

    id: ExternalId
    """Its name, once in the list. Example: `two-suppliers`."""
    hard: bool = True
    """Whether every plan keeps it. False: a plan may break it, at `eur` a unit."""
    eur: Annotated[Euros, Field(gt=0, le=DEAREST, decimal_places=2)] | None = None
    """Of a soft rule: what each unit by which it is not kept weighs, EUR. It is weighed beside
    the cost of the plan and never part of it. Null: the rule is hard."""
    why: LongText | None = None
    """Why it is there, and who asks for it. Null: not told."""

    @model_validator(mode="after")
    def _check_weight(self) -> Self:
        if self.hard and self.eur is not None:
            raise ValueError("no euros for a rule that must hold; they weigh a soft one")
        if not self.hard and self.eur is None:
            raise ValueError("euros a unit for a rule that may be broken")
        return self


class RulePrice(Wire):
    """What a rule costs: the best plan with it less the best plan without it, between two ends.

    With soft rules the difference counts what they weigh, beside the cost.
    """

    at_least_eur: Annotated[Euros, Field(ge=0)]
    """It costs no less, EUR: bound with it less the best plan found without it."""
    at_most_eur: Annotated[Euros, Field(ge=0)] | None
    """It costs no more, EUR: the plan with it less the bound without it. Null: no bound without."""
    cost_eur: Euros
    """How much the plan costs more than the best plan found without it, EUR, what soft rules weigh
    left out; negative when it costs less and keeps soft rules less well."""
    penalty_eur: Euros
    """The same of what the other soft rules weigh, EUR."""


class RuleOutcome(Wire):
    """One rule in a plan: what it selects, whether it holds, and what it costs."""

    rule: ExternalId
    """The rule."""
    selects: Annotated[int, Field(ge=0)]
    """How many decisions it is about. 0: it selects nothing, and changes nothing."""
    missed: Annotated[int, Field(ge=0)]
    """By how many whole units it is not kept, begun ones counted. 0: it holds, as hard ones do."""
    penalty_eur: Annotated[Euros, Field(ge=0)] = Decimal(0)
    """What that weighs, EUR: `missed` times the euros of the rule. No part of the cost."""
    price: RulePrice | None = None
    """What it costs. Null: not asked, it selects nothing, or time was short."""
    said: Phrase
    """The rule in a sentence."""
