"""Rules of one's own for a maintenance year: a short list (docs/plan/maintenance.md)."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from synergie.energy.records.offer import Key
from synergie.park.records.crew import Task
from synergie.schemas.plan import MemberId
from synergie.schemas.rule import MOST_RULES, Rule
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many

type RuleWeek = Annotated[int, Field(ge=1, le=53)]
type RuleWeeks = Annotated[Many[RuleWeek], Field(max_length=53)]


class VisitSelector(Wire):
    """The visits that a rule is about: those that all its names select."""

    visit: Key | None = None
    """Only this visit (its `id`, or its cabinet). Null: any."""
    cabinet: Key | None = None
    """Only visits of this cabinet. Null: of any."""
    task: Task | None = None
    """Only visits of this task. Null: of any."""
    zone: Key | None = None
    """Only visits in this zone. Null: in any."""
    organisation: MemberId | None = None
    """Only visits that this body answers for. Null: of any."""


class VisitRuleTerms(Rule):
    """What every rule about visits has."""

    of: VisitSelector = VisitSelector()
    """What it is about. Left out: every visit."""


class VisitOrder(VisitRuleTerms):
    """M6: these visits come before those, so many weeks at least. Unit: a pair that does not."""

    kind: Literal["before"]
    """`before`."""
    then: VisitSelector
    """The visits that come after."""
    weeks: Annotated[int, Field(ge=0, le=52)] = 1
    """Weeks between at least; 0: the same week will do."""


class WeeksApart(VisitRuleTerms):
    """M7: these visits are so many weeks from those, or from each other. Unit: a pair too near."""

    kind: Literal["apart"]
    """`apart`."""
    other: VisitSelector | None = None
    """The other visits. Null: these among themselves."""
    weeks: Annotated[int, Field(ge=1, le=52)] = 1
    """Weeks apart at least; 1: not in the same week."""


class VisitSpacing(VisitRuleTerms):
    """M8: from one of these visits to the next, by their windows, so many weeks. Unit: a step.

    The order is that of the first weeks of their windows, then of their names.
    """

    kind: Literal["spacing"]
    """`spacing`."""
    least_weeks: Annotated[int, Field(ge=0, le=52)] = 0
    """Weeks from one to the next at least."""
    most_weeks: Annotated[int, Field(ge=0, le=52)] | None = None
    """Weeks from one to the next at most. Null: no limit."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.most_weeks is not None and self.least_weeks > self.most_weeks:
            raise ValueError("a least that is not above its greatest")
        return self


class FixedWeek(VisitRuleTerms):
    """M9: these visits are in that week. Unit: a visit that is in another."""

    kind: Literal["pinned"]
    """`pinned`."""
    week: RuleWeek
    """The week."""


class WeekPromise(VisitRuleTerms):
    """M9: these visits stay in the week that was promised. Unit: a visit that moves.

    Visits that nothing was promised of are not selected.
    """

    kind: Literal["keep"]
    """`keep`."""


class BarredWeeks(VisitRuleTerms):
    """M10: these visits are in none of those weeks. Unit: a visit that is."""

    kind: Literal["not_in"]
    """`not_in`."""
    weeks: Annotated[RuleWeeks, Field(min_length=1)]
    """The weeks."""


class CrewExclusion(Rule):
    """M11: crews of that depot are not sent to that zone. Unit: a crew-day that is."""

    kind: Literal["never"]
    """`never`."""
    depot: Key
    """The depot."""
    zone: Key
    """The zone."""


class VisitCount(VisitRuleTerms):
    """M12: at most so many of these visits, in each week or in some together. Unit: a visit."""

    kind: Literal["at_most"]
    """`at_most`."""
    visits: Annotated[int, Field(ge=0, le=100_000)]
    """How many at most."""
    weeks: RuleWeeks = ()
    """In these weeks together. Empty: in each week of the year by itself."""


class WorkBudget(VisitRuleTerms):
    """M13: these visits cost no more than an amount in some weeks, hours at a stated rate.

    It counts what the choice of their weeks costs and their hours on site times `rate_eur`, not
    the crew-days that a plan pays whole. Unit: a euro above it, begun ones counted.
    """

    kind: Literal["budget"]
    """`budget`."""
    max_eur: Annotated[Euros, Field(ge=0)]
    """The most, EUR."""
    rate_eur: Annotated[Euros, Field(ge=0)]
    """What a crew-hour counts, EUR."""
    weeks: RuleWeeks = ()
    """The weeks, those of a month for instance. Empty: all of them."""


type MaintenanceRule = Annotated[
    VisitOrder
    | WeeksApart
    | VisitSpacing
    | FixedWeek
    | WeekPromise
    | BarredWeeks
    | CrewExclusion
    | VisitCount
    | WorkBudget,
    Field(discriminator="kind"),
]
"""One rule of a maintenance year: its `kind` says which."""

type MaintenanceRules = Annotated[Many[MaintenanceRule], Field(max_length=MOST_RULES)]
"""The rules of a year, in the order of preference."""

RULES: TypeAdapter[tuple[MaintenanceRule, ...]] = TypeAdapter(MaintenanceRules)
"""Reads a list of rules."""
