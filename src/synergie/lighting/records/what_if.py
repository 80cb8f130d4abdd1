"""What becomes of scenarios of lighting when something turns out otherwise: cases and answers."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import Many

type LightingCaseKind = Literal["energy", "works", "growth", "discount", "horizon"]
"""`energy`: all unit prices of the supply. `works`: prices of retrofits and of clocks. `growth`:
the bill grows by so much a year. `discount`: another discount rate. `horizon`: so many years."""


class LightingCase(Wire):
    """One thing that turns out otherwise."""

    kind: LightingCaseKind
    """What."""
    value: Annotated[Decimal, Field(ge=-100, le=1000, decimal_places=3)]
    """By how much it changes, % (`energy`, `works`); what it is, % a year (`growth`, `discount`);
    how many years (`horizon`)."""


class ScenarioCost(Wire):
    """The net present cost of a scenario in a case."""

    scenario: Key
    """The scenario."""
    cost_eur: Annotated[float, Field(allow_inf_nan=False)] | None
    """EUR over the horizon, as the comparison counts it. Null: not known."""


class LightingCaseAnswer(Wire):
    """The scenarios in a case, each compared anew."""

    case: LightingCase
    """The case."""
    said: Phrase
    """The case in a sentence."""
    costs: Many[ScenarioCost]
    """Of every scenario, in the order of the study."""
    cheapest: Key | None
    """The one that costs least of those whose cost is known. Null: none is known."""
    changes: bool
    """Whether another one is the cheapest than in the study as it is."""
