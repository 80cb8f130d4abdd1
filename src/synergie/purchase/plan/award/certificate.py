"""Certificates of purchases: the whole model of a problem, and what a plan decides in it."""

from collections import defaultdict
from decimal import Decimal, localcontext
from fractions import Fraction

from synergie.errors import SolverFailed
from synergie.plan.certificate import BoundModel, PlanKind
from synergie.plan.comparison import Choice, PlanOutline
from synergie.purchase.plan.award import baskets, proof
from synergie.purchase.plan.award._draft import Draft
from synergie.purchase.plan.award._rules import compute_penalty
from synergie.purchase.plan.award._start import list_plan_columns
from synergie.purchase.plan.award.baskets import DIGITS
from synergie.purchase.plan.award.model import build_award_model
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.plan import Phrase, PlanQuantity


def build_bound_model(problem: PurchaseProblem, plan: PurchasePlan) -> BoundModel:
    """P1 to P17 of all lots. Raises SolverFailed when the plan takes what the model leaves out."""
    with localcontext(prec=DIGITS):
        book = baskets.build_book(problem)
        lots = sorted({basket.lot for basket in book.baskets})
        made = build_award_model(problem, book, lots)
        ones = list_plan_columns(made, plan)
        if not ones and book.baskets:
            raise SolverFailed("the plan takes what the model of its problem does not have")
        choice = made.choice
        decided = (*choice.takes.values(), *choice.opens.values(), *choice.alone.values())
        options = {x.basket: x for x, column in choice.takes.items() if column in ones}
        return BoundModel(
            made.model,
            {column: float(column in ones) for column in decided},
            _list_loose_rows(made),
            Fraction(compute_penalty(problem, book, options, lots)),
        )


def _list_loose_rows(made: Draft) -> frozenset[int]:
    """Rows that tie lots: with columns of several, or with one that rows of several share."""
    lot_of = {c: made.book.offers[x.offer].lot for x, c in made.choice.takes.items()}
    lot_of |= {c: made.book.offers[o].lot for (o, _), c in made.choice.opens.items()}
    lot_of |= {c: made.book.baskets[u].lot for u, c in made.choice.alone.items()}
    reached: dict[int, set[str]] = defaultdict(set)
    for row in made.model.rows:
        lots = {lot_of[c] for c, _ in row.terms if c in lot_of}
        for column, _ in row.terms:
            reached[column] |= lots
    bridges = {c for c, lots in reached.items() if len(lots) > 1 and c not in lot_of}
    return frozenset(
        i
        for i, row in enumerate(made.model.rows)
        if len({lot_of[c] for c, _ in row.terms if c in lot_of}) > 1
        or any(c in bridges for c, _ in row.terms)
    )


def outline_purchase(
    plan: PurchasePlan, _problem: PurchaseProblem | None, _other: PurchaseProblem | None
) -> PlanOutline:
    """Each member in each lot with its offer, or alone; volumes of lots and suppliers."""
    choices = {
        f"{place.member}, {place.lot}": Choice(
            Phrase(text="buys alone") if place.offer is None
            else Phrase(text="{}", values=(place.offer,)),
            place.member,
        )
        for place in plan.places
    }  # fmt: skip
    joined = [place for place in plan.places if place.offer is not None]
    quantities: dict[tuple[PlanQuantity, str | None], Decimal] = defaultdict(Decimal)
    for award in plan.awards:
        quantities["lot_eur", award.lot] += award.cost_eur
        quantities["volume_mwh", award.supplier] += award.volume_mwh
    quantities["volume_mwh", None] = sum((place.volume_mwh for place in joined), Decimal(0))
    quantities["members_joined", None] = Decimal(len({place.member for place in joined}))
    return PlanOutline(choices, quantities)


KIND = PlanKind(
    "offers", PurchaseProblem, PurchasePlan, proof.faults, outline_purchase, build_bound_model,
    "synergie.purchase.plan.sharing:purchase_game",
)  # fmt: skip
"""Pooled purchases, as `synergie plan verify` and `compare` know them."""
