"""A year planned again: what stayed, what moved, what each move is worth."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.maintenance.records.maintenance import MaintenancePlan, Week
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many

type MoveCount = Annotated[int, Field(ge=0, le=1_000_000)]


class VisitMove(Wire):
    """A visit that the plan before had in another week."""

    visit: Key
    """The visit (its `id`, or its cabinet)."""
    before: Week
    """The week of the plan before."""
    week: Week
    """The week now."""
    difference_eur: Euros | None
    """What the new week costs more than that one by the costs of today, crew apart, EUR. Null: the
    visit may no longer be made in the week before."""


class MoveTrade(Wire):
    """What the year costs when a move has a price: the price says how many moves it is worth."""

    move_eur: Euros
    """The price of a move, EUR: not part of what the year costs."""
    moved: MoveCount
    """Visits that move."""
    cost_eur: Euros
    """What the year costs, EUR."""
    bound_eur: Euros | None
    """No year with so many moves or fewer costs less, EUR. Null: no bound."""


class Replan(Wire):
    """A year planned again, beside the one that was told before."""

    plan: MaintenancePlan
    """The year now."""
    announced: MoveCount
    """Visits that were announced and stay in their week."""
    same: MoveCount
    """Other visits that stay in their week."""
    moves: Many[VisitMove]
    """Visits in another week, in the order of the week before. None of them was announced."""
    new: Many[Key]
    """Visits that the plan before did not have, by name."""
    gone: Many[Key]
    """Visits of the plan before that are no longer to be made, by name."""
    trades: Many[MoveTrade] = ()
    """Fewest moves first: what the year costs with each number of moves. Empty: not asked."""
