"""Scores of offers by the published, weighted criteria of the tender (CCP R2152-7)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from synergie.purchase.plan.award.faults import phrase
from synergie.purchase.records.offer_comparison import ComparedOffer, Scoring


def score_offers(offers: Sequence[ComparedOffer], scoring: Scoring) -> tuple[ComparedOffer, ...]:
    """*offers* with their scores and ranks, in the same order.

    Exact fractions, rounded once, to the hundredth, halves up. The price note is against the least
    cost among the offers that may be taken. An offer without a note has no score, and says so.
    """
    priced = [one for one in offers if one.state == "priced" and one.cost_eur is not None]
    least = min((Fraction(one.cost_eur or 0) for one in priced), default=Fraction(0))
    scores: dict[str, Decimal] = {}
    blank: dict[str, list[str]] = {}
    for one in priced:
        without = _without_note(one, scoring)
        if without:
            blank[one.offer] = without
        else:
            scores[one.offer] = _round_score(compute_offer_score(one, least, scoring))
    order = sorted(scores.values(), reverse=True)
    return tuple(_add_offer_score(one, scores.get(one.offer), order, blank) for one in offers)


def _add_offer_score(
    one: ComparedOffer, mine: Decimal | None, order: list[Decimal], blank: dict[str, list[str]]
) -> ComparedOffer:
    if mine is not None:
        return one.model_copy(update={"score": mine, "score_rank": order.index(mine) + 1})
    if one.offer in blank:
        remark = phrase("no score: no note for {}", ", ".join(blank[one.offer]))
        return one.model_copy(update={"remarks": (*one.remarks, remark)})
    return one


def _without_note(one: ComparedOffer, scoring: Scoring) -> list[str]:
    told = {note.criterion for note in scoring.notes if note.offer == one.offer}
    return [criterion.name for criterion in scoring.criteria if criterion.name not in told]


def compute_offer_score(one: ComparedOffer, least: Fraction, scoring: Scoring) -> Fraction:
    """The score of an offer that has a cost and all its notes, of 100, not rounded."""
    price = price_note(Fraction(one.cost_eur or 0), least, scoring) * scoring.price_weight
    green = Fraction(str(one.green_share)) * scoring.green_weight
    notes = {note.criterion: note.note for note in scoring.notes if note.offer == one.offer}
    others = (Fraction(str(notes[c.name])) * c.weight for c in scoring.criteria)
    return price + green + sum(others, Fraction(0))


def price_note(cost: Fraction, least: Fraction, scoring: Scoring) -> Fraction:
    """0 to 1 by the published formula; 1 for the least cost."""
    if cost == least:
        return Fraction(1)
    if scoring.price_formula == "lowest_over_price":
        return max(Fraction(0), least / cost) if cost > 0 else Fraction(0)
    return max(Fraction(0), 1 - (cost - least) / abs(least)) if least else Fraction(0)


def _round_score(exact: Fraction) -> Decimal:
    return Decimal(floor(exact * 100 + Fraction(1, 2))).scaleb(-2)
