"""What members read of running costs before the award: little that tells what others save. Pure.

A running cost is shared in proportion to savings: who reads two exact shares, of two needs of its
own, works out that cost and what all others save. Before the award all members read one *rate* of
an offer, at most which part of what each saves its running cost takes. It is told of the first plan
with that offer, rounded up, and stands in every later one; where more is due, nothing is told of
it any more. An offer in which nobody saves, or has a cost alone, shares by volume: its rate is EUR
a MWh, the next step above twice what is due, so that it holds when others need less. A plan of
which more is due than can be told at most is not told. From the award on, each amount is exact.

Of what the others save, one rate gives no upper bound, nor does another plan to which it applies
as well: `cost <= rate * (mine + theirs)` bounds their savings from below only, whatever a member
varies, or several together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

from synergie.policy.shared_plan import round_up
from synergie.purchase.records.member_view import MemberLot, MemberView
from synergie.purchase.records.plan import Place

MOST_VERSIONS = 2
"""Of how many versions of its needs a member may read a part in one purchase: one and a mending."""
_NONE, _CENT = Decimal(0), Decimal("0.01")

_PER_MWH = " EUR/MWh"
"""Behind the name of an offer, which has no space: its rate by volume."""
_SPARE = 2

type Rates = Mapping[str, Decimal | None]
"""By offer, which part of what each member saves is told as taken; by offer and `EUR/MWh`, what
each pays for a MWh where nobody saves. None: more was due once."""


def rates_of(places: Iterable[Place], before: Rates) -> dict[str, Decimal | None]:
    """By offer of a plan, the rate to tell, where *before* stands what was told of other plans."""
    due, saved = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    volume = defaultdict[str, Decimal](Decimal)
    for place in places:
        if place.offer is not None:
            due[place.offer] += place.fee_eur
            saved[place.offer] += _compute_lot_saving(place)
            volume[place.offer] += place.volume_mwh
    found = {}
    for one, fees in due.items():
        key, whole = (one, saved[one]) if saved[one] else (one + _PER_MWH, volume[one])
        if whole:
            found[key] = next_rate(fees / whole, key, before)
    return found


def next_rate(due: Decimal, key: str, before: Rates) -> Decimal | None:
    """The rate to tell when *due* is the exact one. None once more was due than was told."""
    if key not in before:
        return round_up(due * _SPARE if key.endswith(_PER_MWH) else due)
    told = before[key]
    return told if told is not None and due <= told else None


def list_not_covered(places: Iterable[Place], told: Rates) -> list[str]:
    """The offers of a plan of which some share is above all that may be told of it, by name.

    To tell it, at most or exactly, would give another rate of the same running cost.
    """
    return sorted(
        {
            one.offer
            for one in places
            if one.offer and one.fee_eur > _compute_largest_share(one, told)
        }
    )


def round_view(view: MemberView, told: Rates) -> MemberView:
    """*view* with its share of running costs at most, its cost at most and its gain at least."""
    lots = tuple(_round_lot(lot, told) for lot in view.lots)
    more = sum((lot.fee_eur for lot in lots), _NONE) - view.fee_eur
    gain = None if view.gain_eur is None else view.gain_eur - more
    cost = view.cost_eur + more
    rounded = {"lots": lots, "cost_eur": cost, "gain_eur": gain, "running_costs": "at_most"}
    return view.model_copy(update=rounded)


def tell_share(one: Place | MemberLot, told: Rates) -> Decimal:
    """What a member is told that it pays at most of the running cost in a lot, EUR.

    No more than it saves there, which it knows, where it saves: who gains is not told a loss.
    """
    saved, most = _compute_lot_saving(one), _compute_largest_share(one, told)
    if one.fee_eur <= saved:
        most = min(most, saved)
    return max(most, one.fee_eur).quantize(_CENT)


def _compute_largest_share(one: Place | MemberLot, told: Rates) -> Decimal:
    """Its share by the rate that is told; all that it saves where none is told any more."""
    saved, fee, offer = _compute_lot_saving(one), one.fee_eur, one.offer or ""
    for key, base in ((offer, saved), (offer + _PER_MWH, one.volume_mwh)):
        if key in told:
            rate = told[key]
            return (
                saved
                if rate is None
                else _round_up_to_euros(rate * base + (_CENT if base else _NONE))
            )
    return round_up(max(fee, Decimal(1))) if fee else fee


def _round_lot(lot: MemberLot, told: Rates) -> MemberLot:
    fee = tell_share(lot, told)
    gain = None if lot.gain_eur is None else lot.gain_eur - (fee - lot.fee_eur)
    return lot.model_copy(update={"fee_eur": fee, "gain_eur": gain})


def _compute_lot_saving(one: Place | MemberLot) -> Decimal:
    """What a member saves in a lot before its running cost, never less than nothing."""
    if one.alone_eur is None:
        return _NONE
    return max(_NONE, one.alone_eur - one.supply_eur - one.coordinator_eur)


def _round_up_to_euros(amount: Decimal) -> Decimal:
    return amount.to_integral_value(ROUND_CEILING)
