"""Scores of offers by the published, weighted criteria of the tender (CCP R2152-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from synergie.purchase.plan.award.faults import phrase
from synergie.purchase.records.criteria import GREEN, PRICE, CriterionPoints, Scoring
from synergie.purchase.records.offer_comparison import ComparedOffer

_ONE, _ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What the note of a cost is against: the offers of the lot that may be taken."""

    least: Fraction
    highest: Fraction
    mwh: Fraction
    """Volume of the lot."""


def score_offers(
    offers: Sequence[ComparedOffer], scoring: Scoring, mwh: Decimal
) -> tuple[ComparedOffer, ...]:
    """*offers* of a lot of *mwh* with their points, scores and ranks, in the same order.

    Exact fractions, rounded once, to the hundredth, halves up. The price note is against the costs
    of the offers that may be taken. An offer without a note has no score, and says so. Ranks tell
    equal scores apart by `ties`, then by `drawn`.
    """
    priced = [one for one in offers if one.state == "priced" and one.cost_eur is not None]
    costs = [Fraction(one.cost_eur or 0) for one in priced]
    among = PriceRange(min(costs, default=_ZERO), max(costs, default=_ZERO), Fraction(mwh))
    blank = {one.offer: _list_missing_notes(one, scoring) for one in priced}
    notes = {one.offer: list_notes(one, among, scoring) for one in priced if not blank[one.offer]}
    keys = {offer: _build_rank_key(offer, mine, scoring) for offer, mine in notes.items()}
    order = sorted(keys.values())
    told = []
    for one in offers:
        if one.offer in notes:
            told.append(_add_score(one, notes[one.offer], scoring, order.index(keys[one.offer])))
        elif blank.get(one.offer):
            remark = phrase("no score: no note for {}", ", ".join(blank[one.offer]))
            told.append(one.model_copy(update={"remarks": (*one.remarks, remark)}))
        else:
            told.append(one)
    return tuple(told)


def list_notes(one: ComparedOffer, among: PriceRange, scoring: Scoring) -> dict[str, Fraction]:
    """The note of each criterion, 0 to 1 exactly, of an offer with a cost and all its notes."""
    jury = {note.criterion: note.note for note in scoring.notes if note.offer == one.offer}
    return {
        PRICE: compute_price_note(Fraction(one.cost_eur or 0), among, scoring),
        GREEN: Fraction(str(one.green_share)),
        **{each.name: Fraction(str(jury[each.name])) for each in scoring.criteria},
    }


def compute_price_note(cost: Fraction, among: PriceRange, scoring: Scoring) -> Fraction:
    """0 to 1 by the published formula; a fixed scale looks at the mean price alone."""
    least, highest = among.least, among.highest
    if scoring.price_formula == "scale":
        return _find_scale_note(cost, among.mwh, scoring)
    if cost == least:
        return _ONE
    if scoring.price_formula == "lowest_over_price":
        return max(_ZERO, least / cost) if cost > 0 else _ZERO
    if scoring.price_formula == "linear_to_highest":
        return (highest - cost) / (highest - least)
    return max(_ZERO, 1 - (cost - least) / abs(least)) if least else _ZERO


def _find_scale_note(cost: Fraction, mwh: Fraction, scoring: Scoring) -> Fraction:
    """The note of the first step that holds the mean price; without energy, of the last one."""
    for step in scoring.price_scale[:-1]:
        end = step.up_to_eur_per_mwh
        if end is not None and mwh and cost <= Fraction(end) * mwh:
            return Fraction(str(step.note))
    return Fraction(str(scoring.price_scale[-1].note))


def list_weights(scoring: Scoring) -> dict[str, int]:
    """Weight of each criterion, the price first."""
    others = {one.name: one.weight for one in scoring.criteria}
    return {PRICE: scoring.price_weight, GREEN: scoring.green_weight, **others}


def _build_rank_key(
    offer: str, notes: Mapping[str, Fraction], scoring: Scoring
) -> tuple[Fraction | int, ...]:
    """Smaller is better: the score as it is told, the notes that decide ties, the draw."""
    drawn = scoring.drawn.index(offer) if offer in scoring.drawn else len(scoring.drawn)
    ties = (-notes[name] for name in scoring.ties)
    return (-Fraction(_round_points(_sum_points(notes, scoring))), *ties, drawn)


def _sum_points(notes: Mapping[str, Fraction], scoring: Scoring) -> Fraction:
    weights = list_weights(scoring)
    return sum((note * weights[name] for name, note in notes.items()), _ZERO)


def _add_score(
    one: ComparedOffer, notes: Mapping[str, Fraction], scoring: Scoring, better: int
) -> ComparedOffer:
    """*better*: how many offers are before it."""
    points = tuple(
        CriterionPoints(criterion=name, weight=weight, points=_round_points(notes[name] * weight))
        for name, weight in list_weights(scoring).items()
        if weight
    )
    score = _round_points(_sum_points(notes, scoring))
    return one.model_copy(update={"score": score, "score_rank": better + 1, "points": points})


def _list_missing_notes(one: ComparedOffer, scoring: Scoring) -> list[str]:
    told = {note.criterion for note in scoring.notes if note.offer == one.offer}
    return [criterion.name for criterion in scoring.criteria if criterion.name not in told]


def _round_points(exact: Fraction) -> Decimal:
    return Decimal(floor(exact * 100 + Fraction(1, 2))).scaleb(-2)
