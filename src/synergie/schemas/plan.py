"""What every plan says: decided, against what, who gains, how sure, and how to run it again."""

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import Euros, ExactNumber, LongText, Many, Sha256, Text

type Status = Literal["proved", "feasible", "cancelled"]
type StopReason = Literal["proved", "time", "nodes", "cancelled"]
type MemberId = Annotated[str, Field(min_length=1, max_length=120)]


class Phrase(Wire):
    """A sentence for people: a constant English text with `{}` places, and what fills them."""

    text: LongText
    """The constant text, which a catalogue translates. Example: `cheapest of {} offers`."""
    values: Many[Text] = ()
    """What fills the places, in order."""

    def tell(self, _: Callable[[str], str]) -> str:
        """The sentence in the reader's language; `str` gives English."""
        if self.text == "{}":  # a value alone is quoted as it was written
            return self.text.format(*self.values)
        return _(self.text).format(*(_format_decimal(value, _) for value in self.values))


def _format_decimal(value: str, _: Callable[[str], str]) -> str:
    """A number with the decimal sign of the reader's language: 199,999 in French."""
    if re.fullmatch(r"-?\d+\.\d+", value, re.ASCII) is None:
        return value
    return _("{}.{}").format(*value.split("."))


class PlanLine(Wire):
    """One decision and its reason."""

    subject: Text
    """What is decided about: a lot, a member in a lot, a cabinet. Example: `lot-2`."""
    chosen: Text
    """What was chosen. Example: `offer-b`, `week 14`."""
    runner_up: Text | None = None
    """The nearest other choice. Null: there was none."""
    difference_eur: Euros | None = None
    """What the runner-up costs more, all else kept, EUR a year; negative when the whole plan is
    cheaper with a dearer choice here. Null: no runner-up."""
    binding: Text | None = None
    """The requirement that kept a cheaper choice out. Null: none did."""
    reason: Phrase
    """Why, in a sentence."""


class MemberOutcome(Wire):
    """What one member pays in the plan and would pay alone. `gain = alone - cost`."""

    member: MemberId
    """The member or organisation."""
    cost_eur: Euros
    """What it pays in the plan, EUR a year excluding VAT; all of them sum to the objective."""
    alone_eur: Euros | None
    """What it would pay alone under the assumptions of the baseline, EUR a year. Null: it cannot
    do it alone (no price, or no crew)."""
    gain_eur: Euros | None
    """What it saves, EUR a year. Null: no comparison."""


class Run(Wire):
    """What it takes to run the plan again."""

    solver: Text
    """Solver and modelling library with their versions. Example: `HiGHS 1.16.0, PuLP 4.2.0`."""
    synergie: Text
    """Version of this library."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]
    """Random seed given to the solver."""
    threads: Annotated[int, Field(ge=1, le=10_000)]
    """Threads of the solver."""
    seconds: Annotated[float, Field(ge=0, json_schema_extra={"unit": "s"})]
    """Time spent in the solver, s. The only field that differs between two runs."""
    nodes: Annotated[int, Field(ge=0, le=2**53)]
    """Branch-and-bound nodes, all solves together."""
    stop: StopReason
    """Why it stopped. A run stopped by time is not reproducible to the byte."""


class Plan(Wire):
    """What all plans have in common."""

    status: Status
    """`proved`: within `tolerance` of the optimum. `feasible`: stopped before, with a bound.
    `cancelled`: stopped on request, best so far."""
    objective_eur: Euros
    """Cost of the decisions, EUR a year excluding VAT, added again in exact decimals."""
    bound_eur: Euros | None
    """No plan can cost less: a certified lower bound, EUR a year. Null: none was proved."""
    gap: Annotated[float, Field(ge=0, json_schema_extra={"unit": "1"})] | None
    """(objective - bound) / objective: the plan is at most this share above the optimum. Null:
    no bound."""
    tolerance: Annotated[float, Field(ge=0, json_schema_extra={"unit": "1"})]
    """The gap at which a plan counts as proved."""
    baseline_eur: Euros | None
    """Cost when each acts alone, EUR a year. Null: at least one cannot."""
    baseline: Many[Phrase]
    """What the baseline assumes."""
    members: Many[MemberOutcome]
    """Who pays what, by member id."""
    least_gain: MemberId | None
    """Who gains least, EUR. Null: no comparison."""
    lines: Many[PlanLine]
    """The decisions, one a line."""
    assumptions: Many[Phrase]
    """What was taken for granted, and what was not known."""
    inputs_digest: Sha256
    """SHA-256 of the problem (RFC 8785)."""
    run: Run
    """How it was computed."""


type PlanQuantity = Literal[
    "cost_eur", "alone_eur", "lot_eur", "volume_mwh", "members_joined", "crew_days",
    "late_light_point_weeks", "distance_km", "drive_minutes", "work_minutes", "overtime_minutes",
    "stops_left_out",
]  # fmt: skip


class PlanSide(Wire):
    """One of two plans that are compared."""

    objective_eur: Euros
    """What it costs, EUR."""
    bound_eur: Euros | None
    """No plan of its problem costs less, EUR. Null: no bound."""
    status: Status
    """How sure that is."""
    inputs_digest: Sha256
    """SHA-256 of its problem (RFC 8785)."""


class QuantityChange(Wire):
    """A figure of both plans; its unit ends its name."""

    quantity: PlanQuantity
    """What is told."""
    of: Text | None
    """The depot, zone, crew, lot or supplier. Null: the whole plan."""
    before: ExactNumber | None
    """In the first plan. Null: it has no such figure."""
    after: ExactNumber | None
    """In the second plan. Null: it has no such figure."""


class MemberChange(Wire):
    """What one member pays in both plans."""

    member: MemberId
    """The member."""
    before_eur: Euros | None
    """In the first plan, EUR. Null: it has no part in it."""
    after_eur: Euros | None
    """In the second plan, EUR. Null: it has no part in it."""
    difference_eur: Euros | None
    """What it pays more in the second one, EUR. Null: it is in one of them only."""


class DecisionChange(Wire):
    """A decision that differs: a visit in another week, a stop of another crew, another offer."""

    subject: LongText
    """What is decided about: a visit, a stop, a member in a lot."""
    member: MemberId | None
    """Whose it is. Null: the problems were not given."""
    before: Phrase | None
    """In the first plan. Null: it has no such decision."""
    after: Phrase | None
    """In the second plan. Null: it has no such decision."""
    reason: Phrase | None
    """Why, by the second plan. Null: it does not say."""


class PlanComparison(Wire):
    """Two plans of one kind beside each other."""

    before: PlanSide
    """The first plan."""
    after: PlanSide
    """The second plan."""
    same_problem: bool
    """Whether both are plans of one problem: what differs is then the choice alone."""
    inputs: Many[Text]
    """Fields in which their problems differ. Empty: in none, or the problems were not given."""
    quantities: Many[QuantityChange]
    """Figures of the whole plans, then of their parts."""
    members: Many[MemberChange]
    """Who pays what, by member id."""
    same: Annotated[int, Field(ge=0)]
    """Decisions that are the same in both."""
    changes: Many[DecisionChange]
    """Those that differ, by name."""
