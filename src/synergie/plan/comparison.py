"""Two plans of one kind beside each other: what moved, for whom, what it costs whom."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from pydantic import BaseModel

from synergie.errors import BadInput
from synergie.schemas.plan import (
    DecisionChange,
    MemberChange,
    Phrase,
    Plan,
    PlanComparison,
    PlanQuantity,
    PlanSide,
    QuantityChange,
)
from synergie.schemas.plan_bytes import digest

_SUBJECT = 200
"""Characters of a subject that the lines of a plan keep."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided of one subject, and whose it is."""

    chosen: Phrase
    member: str | None = None


@dataclass(frozen=True, slots=True)
class PlanOutline:
    """A plan as its decisions and its figures, whatever its kind."""

    choices: Mapping[str, Choice]
    quantities: Mapping[tuple[PlanQuantity, str | None], Decimal]
    """By quantity, of the whole plan (None) or of a part."""


type Outline[P, R] = Callable[[R, P | None, P | None], PlanOutline]
"""Of a plan, by its problem and by the one of the plan beside it, when both are known."""
type Side[P, R] = tuple[P | None, R]
"""A plan with its problem, when it is known."""


def compare_plans[P: BaseModel, R: Plan](
    outline: Outline[P, R], before: Side[P, R], after: Side[P, R]
) -> PlanComparison:
    """The plan *after* beside the plan *before*, by the *outline* of their kind.

    Raises BadInput for a problem that is not the one its plan was made of.
    """
    for name, (problem, plan) in (("before", before), ("after", after)):
        if problem is not None and digest(problem) != plan.inputs_digest:
            raise BadInput(name, digest(problem), "the problem that its plan was made of")
    first, second = outline(before[1], before[0], after[0]), outline(after[1], after[0], before[0])
    reasons = {line.subject: line.reason for line in after[1].lines}
    changes = tuple(_iterate_changes(first.choices, second.choices, reasons))
    return PlanComparison(
        before=_build_side(before[1]),
        after=_build_side(after[1]),
        same_problem=before[1].inputs_digest == after[1].inputs_digest,
        inputs=tuple(_list_input_changes(before[0], after[0])),
        quantities=tuple(
            _iterate_quantities(
                _gather_quantities(before[1], first), _gather_quantities(after[1], second)
            )
        ),
        members=tuple(_iterate_members(before[1], after[1])),
        same=len({*first.choices, *second.choices}) - len(changes),
        changes=changes,
    )


def _build_side(plan: Plan) -> PlanSide:
    return PlanSide.model_validate({name: getattr(plan, name) for name in PlanSide.model_fields})


def _list_input_changes(before: BaseModel | None, after: BaseModel | None) -> Iterator[str]:
    """Fields of the problems that differ."""
    if before is None or after is None:
        return
    for name in type(before).model_fields:
        if getattr(before, name) != getattr(after, name):
            yield name


def _gather_quantities(
    plan: Plan, outline: PlanOutline
) -> Mapping[tuple[PlanQuantity, str | None], Decimal]:
    whole: dict[tuple[PlanQuantity, str | None], Decimal] = {("cost_eur", None): plan.objective_eur}
    if plan.baseline_eur is not None:
        whole["alone_eur", None] = plan.baseline_eur
    return whole | dict(outline.quantities)


def _iterate_quantities(
    before: Mapping[tuple[PlanQuantity, str | None], Decimal],
    after: Mapping[tuple[PlanQuantity, str | None], Decimal],
) -> Iterator[QuantityChange]:
    """Those of the whole plans first, parts by name."""
    both = dict.fromkeys((*before, *after))
    for quantity, of in sorted(both, key=lambda one: (one[1] is not None, *_rank(one))):
        yield QuantityChange(
            quantity=quantity,
            of=of,
            before=before.get((quantity, of)),
            after=after.get((quantity, of)),
        )


def _rank(one: tuple[PlanQuantity, str | None]) -> tuple[int, str]:
    return get_args(PlanQuantity.__value__).index(one[0]), one[1] or ""


def _iterate_members(before: Plan, after: Plan) -> Iterator[MemberChange]:
    first, second = ({one.member: one.cost_eur for one in plan.members} for plan in (before, after))
    for name in sorted({*first, *second}):
        told, now = first.get(name), second.get(name)
        more = None if told is None or now is None else now - told
        yield MemberChange(member=name, before_eur=told, after_eur=now, difference_eur=more)


def _iterate_changes(
    before: Mapping[str, Choice], after: Mapping[str, Choice], reasons: Mapping[str, Phrase]
) -> Iterator[DecisionChange]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        told, now = (None if one is None else one.chosen for one in (old, new))
        if told == now:
            continue
        yield DecisionChange(
            subject=name,
            member=new.member if new else old.member if old else None,
            before=told,
            after=now,
            reason=reasons.get(name[:_SUBJECT]) if new else None,
        )
