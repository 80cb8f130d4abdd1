"""What a member reads of running costs before the award: rounded up, so that it tells little. Pure.

A share of a running cost is that cost times what the member saves, over what all save: two exact
shares, of two needs of one's own, tell both. From the award on, each amount is exact and final.
"""

from decimal import Decimal

from synergie.schemas.member_view import MemberLot, MemberView

MOST_VERSIONS = 2
"""Of how many versions of its needs a member may read a part in one purchase: one and a mending."""
_STEPS = tuple(map(Decimal, ("1", "2", "5", "10")))
_NONE = Decimal(0)


def round_view(view: MemberView) -> MemberView:
    """*view* with its share of running costs at most, its cost at most and its gain at least."""
    lots = tuple(map(_round_lot, view.lots))
    more = sum((lot.fee_eur for lot in lots), _NONE) - view.fee_eur
    gain = None if view.gain_eur is None else view.gain_eur - more
    cost = view.cost_eur + more
    rounded = {"lots": lots, "cost_eur": cost, "gain_eur": gain, "running_costs": "at_most"}
    return view.model_copy(update=rounded)


def round_up(amount: Decimal) -> Decimal:
    """The next of 1, 2, 5, 10, 20, 50… euros; 0 stays 0."""
    if amount <= 0:
        return amount
    size = max(amount, Decimal(1))
    power = Decimal(1).scaleb(size.adjusted())
    return next(step * power for step in _STEPS if step * power >= size).quantize(amount)


def _round_lot(lot: MemberLot) -> MemberLot:
    """No more than the member saves there, which it knows: who gains is not told a loss."""
    fee = round_up(lot.fee_eur)
    if lot.gain_eur is not None and lot.gain_eur >= 0:
        fee = min(fee, lot.fee_eur + lot.gain_eur)
    gain = None if lot.gain_eur is None else lot.gain_eur - (fee - lot.fee_eur)
    return lot.model_copy(update={"fee_eur": fee, "gain_eur": gain})
