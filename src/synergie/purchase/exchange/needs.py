"""From a filled perimeter to the needs of a purchase plan: points by member, lot and class."""

from collections.abc import Sequence

from synergie.purchase.plan.offers.lots import proposed
from synergie.purchase.plan.offers.needs import points_of
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.assets.perimeter import MissingCell, PerimeterRow


def needs_of(rows: Sequence[PerimeterRow]) -> tuple[PurchaseProblem, tuple[MissingCell, ...]]:
    """The problem without offers, and what kept points out.

    Lots are those of real tenders (`purchase.plan.offers.lots`); they and the offers are to be
    changed and added before a plan is made.
    """
    needs = points_of(rows, dated=False)
    problem = PurchaseProblem(points=needs.points, lots=proposed(needs.points), offers=())
    return problem, needs.missing
