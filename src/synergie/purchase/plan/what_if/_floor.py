"""Whether each member can gain at least a share of what it would pay alone, and at what cost.

The question is asked of those who buy together in the plan, in each lot they are in: they stay,
and the cost alone that nobody may exceed is lowered by the floor (P7 and P8 of
docs/plan/purchase.md). The cost of running a market may be shared in any way that serves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from synergie.errors import BadInput
from synergie.plan.seconds import check_seconds
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.what_if import _text as text
from synergie.purchase.plan.what_if._best import (
    Best,
    find_best_plan,
    format_phrase_euros,
    format_phrase_value,
)
from synergie.purchase.records.limits import Blocker, GainFloor
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import AloneCost, PurchaseProblem
from synergie.schemas.plan import Phrase

_HUNDRED, _TENTH = Decimal(100), Decimal("0.1")
_CENT = Decimal("0.01")


@check_seconds
def gain_floor(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    percent: Decimal,
    *,
    seek: bool = True,
    limit_s: float = 60,
) -> GainFloor:
    """Whether every member can gain *percent* % of its cost alone.

    *seek* also looks for the greatest floor that can be had, when this one cannot.
    """
    if not 0 <= percent <= _HUNDRED:
        raise BadInput("/percent", percent, "a percentage from 0 to 100")
    group = _Group(problem, plan, limit_s)
    found = group.at(percent)
    extra = None if found.cost is None else found.cost - group.cost
    blockers = tuple(group.blockers(percent)) if found.plan is None else ()
    return GainFloor(
        percent=percent,
        cost_eur=None if extra is None else plan.objective_eur + extra,
        extra_eur=extra,
        proved=found.proved,
        blockers=blockers,
        conflicts=found.conflicts,
        greatest_percent=group.greatest(percent) if seek and found.plan is None else None,
        said=_describe_floor_cost(percent, extra, blockers),
    )


def _describe_floor_cost(
    percent: Decimal, extra: Decimal | None, blockers: tuple[Blocker, ...]
) -> Phrase:
    share = format_phrase_value(percent)
    if extra is not None and extra <= 0:
        return Phrase(text=text.FLOOR_FREE, values=(share,))
    if extra is not None:
        return Phrase(text=text.FLOOR_COSTS, values=(share, format_phrase_euros(extra)))
    if not blockers:
        return Phrase(text=text.FLOOR_TOGETHER, values=(share,))
    worst = min(blockers, key=lambda one: (one.best_percent, one.member))
    values = (share, worst.member, format_phrase_value(worst.best_percent))
    return Phrase(text=text.FLOOR_BLOCKED, values=values)


@dataclass(frozen=True, slots=True)
class _Group:
    """Those who buy together in the plan."""

    problem: PurchaseProblem
    plan: PurchasePlan
    limit_s: float

    @property
    def cost(self) -> Decimal:
        """What they pay in the plan, EUR."""
        alone = (place.supply_eur for place in self.plan.places if place.offer is None)
        return self.plan.objective_eur - sum(alone, Decimal(0))

    def at(self, percent: Decimal) -> Best:
        """Their best plan with the floor."""
        return find_best_plan(self._with(percent), self.plan, limit_s=self.limit_s)

    def _with(self, percent: Decimal) -> PurchaseProblem:
        """Only their needs, nobody may stay out, and what nobody may exceed is lowered."""
        inside = {(p.member, p.lot) for p in self.plan.places if p.offer is not None}
        home = _group_lots_by_segment_usage(self.problem)
        caps = tuple(
            AloneCost(
                member=place.member,
                lot=place.lot,
                eur=(place.alone_eur * (1 - percent / _HUNDRED)).quantize(_CENT, ROUND_FLOOR),
                source="-",
            )
            for place in self.plan.places
            if (place.member, place.lot) in inside and place.alone_eur is not None
        )
        points = tuple(
            point
            for point in self.problem.points
            if (point.member, home[point.market_segment, point.usage]) in inside
        )
        stays = tuple(
            member.model_copy(update={"may_leave": False}) for member in self.problem.members
        )
        return self.problem.model_copy(
            update={
                "points": points,
                "members": stays,
                "alone": caps,
                "may_leave": False,
                "nobody_pays_more": True,
            }
        )

    def bests(self) -> Iterator[Blocker]:
        """The most that each can gain in each lot, %, whatever the others do."""
        book = baskets.build_book(self.problem)
        inside = {(p.member, p.lot) for p in self.plan.places if p.offer is not None}
        most: dict[int, Decimal] = {}
        for option in book.options:
            saved = book.saved(option)
            if saved is not None:
                most[option.basket] = max(saved, most.get(option.basket, saved))
        for u, saved in sorted(most.items()):
            basket, alone = book.baskets[u], book.alone[u]
            if alone and (basket.member, basket.lot) in inside:
                share = (saved / alone * _HUNDRED).quantize(_TENTH, ROUND_FLOOR)
                yield Blocker(member=basket.member, lot=basket.lot, best_percent=share)

    def blockers(self, percent: Decimal) -> Iterator[Blocker]:
        """Who cannot reach the floor by any offer at any tier."""
        return (one for one in self.bests() if one.best_percent < percent)

    def greatest(self, percent: Decimal) -> Decimal | None:
        """The greatest floor under *percent* that can be had, in tenths of a percent."""
        shares = [one.best_percent for one in self.bests()]
        top = int(min([*shares, percent]) / _TENTH)  # whole tenths; none reaches more
        if top < 0 or self.at(Decimal(0)).plan is None:
            return None
        low, high = 0, top + 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.at(middle * _TENTH).plan is not None:
                low = middle
            else:
                high = middle
        return low * _TENTH


def _group_lots_by_segment_usage(problem: PurchaseProblem) -> dict[tuple[str, str], str]:
    """The lot that takes a segment and usage."""
    return {
        (segment, usage): lot.id
        for lot in problem.lots
        for segment in lot.market_segments
        for usage in lot.usages
    }
