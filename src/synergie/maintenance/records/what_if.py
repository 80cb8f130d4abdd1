"""What becomes of a maintenance year when something turns out otherwise: cases and answers."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.energy.records.offer import Key
from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many

type CasePercent = Annotated[
    Decimal, Field(ge=-100, le=1000, json_schema_extra={"unit": "%"}, decimal_places=3)
]


class MaintenanceCase(Wire):
    """One thing that turns out otherwise; which fields it has depends on its kind."""

    kind: Literal["crew_days", "depot_out", "day_costs", "leaves"]
    """`crew_days`: a depot has so many crew-days a week more or fewer. `depot_out`: it has none.
    `day_costs`: crew-days cost another percentage. `leaves`: a body leaves with visits, crews."""
    depot: Key | None = None
    """The depot. Null: the case is of none, or (`day_costs`) of all."""
    organisation: MemberId | None = None
    """Who leaves. Null: nobody."""
    days: Annotated[int, Field(ge=-10_000, le=10_000)] | None = None
    """Crew-days a week more, or fewer (negative). Null: the case is of none."""
    percent: CasePercent | None = None
    """By how much day costs change, %. Null: the case is of none."""

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        needed = {
            "crew_days": (self.depot, self.days),
            "depot_out": (self.depot,),
            "day_costs": (self.percent,),
            "leaves": (self.organisation,),
        }[self.kind]
        if any(value is None for value in needed):
            raise ValueError("what a case of this kind needs: see what each field is for")
        return self


class MaintenanceCaseAnswer(Wire):
    """The best year of a case, against the plan there is."""

    case: MaintenanceCase
    """The case."""
    said: Phrase
    """The case in a sentence."""
    cost_eur: Euros | None
    """Cost of the best year found for it, EUR. Null: there is none, or time was short."""
    before_eur: Euros
    """What the same bodies pay in the plan there is, EUR."""
    at_least_eur: Euros | None
    """It costs at least so much more, EUR: its bound less `before_eur`. Null: no bound."""
    at_most_eur: Euros | None
    """It costs at most so much more, EUR: `cost_eur` less `before_eur`, or less the bound of the
    plan there is when that is of the same bodies. Null: no plan was found."""
    conflicts: Many[Phrase] = ()
    """Why there is no year. Empty: there is one, or it is not known."""
