"""Members that vary their own needs, alone or together: what their parts tell of others.

Running costs go in proportion to savings, `fee = F x mine / (mine + theirs)`: two exact shares give
F and theirs. A part tells the rate `F / (mine + theirs)` of a first plan at most, and of the others
whether it holds there as well. A tier tells between which volumes the group stands.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import pytest

from synergie.errors import Conflict
from synergie.policy.shared_plan import round_up
from synergie.purchase.exchange.purchase_needs import PurchaseNeeds
from synergie.purchase.policy import rounding as purchase_rounding
from synergie.purchase.policy.rounding import MOST_VERSIONS
from synergie.purchase.records.member_view import MemberLot, MemberView
from synergie.purchase.records.run import PurchasePart
from synergie.storage.store import Store
from tests.exchange.buying import Buying, needs, offer

WIDE = Fraction(2)
"""After the award what others save is not known more nearly than that factor."""

type Seen = tuple[Fraction, Fraction, Fraction]
"""What a coalition saves itself, and between which parts of all savings the running cost lies."""
type Says = Callable[[Fraction, Fraction], tuple[Fraction, Fraction]]
"""From a share and what its member saves, between which rates the true one lies."""


@pytest.fixture
def buying(store: Store) -> Buying:
    return Buying.of(store)


STEPS = [Fraction(one) * Fraction(10) ** n for n in range(-6, 2) for one in (1, 2, 5)]


def first(fee: Fraction, mine: Fraction) -> tuple[Fraction, Fraction]:
    """What the rate of a first plan says: above a step and at most the next one."""
    *_, least, most = (one for one in STEPS if one <= fee / mine)
    return least, most


def again(fee: Fraction, mine: Fraction) -> tuple[Fraction, Fraction]:
    """What a rate says that was told before."""
    return Fraction(0), first(fee, mine)[1]


def exact(fee: Fraction, mine: Fraction) -> tuple[Fraction, Fraction]:
    """What a share says that is told as it is, to the cent."""
    return (fee - Fraction(1, 100)) / mine, (fee + Fraction(1, 100)) / mine


def to_the_euro(fee: Fraction, mine: Fraction) -> tuple[Fraction, Fraction]:
    """What a rate would say that is told as it is, each share rounded up."""
    return (fee - Fraction(101, 100)) / mine, fee / mine


def told(view: MemberView, says: Says, *, saved: Fraction | None = None) -> Seen:
    """What one part says of the rate; *saved*: by all who put together what they know."""
    return saved or mine(view), *says(Fraction(view.lots[0].fee_eur), mine(view))


def mine(view: MemberView) -> Fraction:
    """What a member saves itself."""
    (lot,) = view.lots
    assert lot.alone_eur is not None
    return Fraction(lot.alone_eur - lot.supply_eur - lot.coordinator_eur)


def others(seen: Sequence[Seen]) -> tuple[Fraction, Fraction | None]:
    """Between which amounts others save; None: no bound above.

    Some F gives both of two rates when `least1 (mine1 + x) <= most2 (mine2 + x)`.
    """
    low, high = Fraction(0), None
    for (mine1, least, _), (mine2, _, most) in product(seen, repeat=2):
        slope, rest = least - most, most * mine2 - least * mine1
        if slope > 0:
            high = rest / slope if high is None else min(high, rest / slope)
        elif slope < 0:
            low = max(low, rest / slope)
    return low, high


def truth(buying: Buying, plan: str, *without: str) -> Fraction:
    """What all but those save."""
    return sum(
        (
            Fraction((one.alone_eur or Decimal(0)) - one.supply_eur - one.coordinator_eur)
            for one in buying.run(plan).places
            if one.member not in without
        ),
        Fraction(0),
    )


def varied(buying: Buying, member: str, volumes: Sequence[str]) -> Iterator[PurchasePart]:
    """The part of *member* with each of these needs, all others standing still."""
    buying.ready()
    for volume in volumes:
        buying.act("open_survey")
        buying.publish(member, needs(member, volume, code="99000000000100"))
        buying.act("close_survey")
        plan = buying.computed()
        buying.act("propose", plan)
        yield buying.part(member, plan)


def test_two_needs_of_ones_own_give_no_bound_of_what_the_others_save(buying: Buying) -> None:
    one, second = varied(buying, "aulnes", ["100", "260"])
    assert {one.view.running_costs, second.view.running_costs} == {"at_most"}
    low, high = others([told(one.view, first), told(second.view, again)])
    assert high is None and low <= truth(buying, second.plan, "aulnes")


def test_exact_shares_would_tell_it_to_the_cent(buying: Buying) -> None:
    """What the attack finds in what the coordinator reads: that is how it is known to work."""
    seen = []
    plans = [part.plan for part in varied(buying, "aulnes", ["100", "260"])]
    for run in map(buying.run, plans):
        (mine,) = (one for one in run.places if one.member == "aulnes")
        alone = Fraction(mine.alone_eur or 0)
        saved, fee = alone - Fraction(mine.supply_eur), Fraction(mine.fee_eur)
        seen.append((saved, fee))
    (s1, f1), (s2, f2) = seen
    theirs = s1 * s2 * (f2 - f1) / (f1 * s2 - f2 * s1)
    true = sum(
        (Fraction(one.alone_eur or 0) - Fraction(one.supply_eur))
        for one in buying.run(plans[-1]).places
        if one.member != "aulnes"
    )
    assert abs(theirs / true - 1) < Fraction(1, 100)


def test_a_third_version_is_refused_once_parts_of_two_were_told(buying: Buying) -> None:
    """Else twenty needs find the volume of the others by the tier, to the millionth."""
    volumes = ["100", "260", "200"]
    parts = varied(buying, "aulnes", volumes)
    seen = [next(parts) for _ in range(MOST_VERSIONS)]
    with pytest.raises(Conflict, match="told"):
        next(parts)
    assert len({one.needs_version for one in seen}) == MOST_VERSIONS
    again = buying.publish("aulnes", needs("aulnes", "100", code="99000000000100"))
    assert again.version == seen[-1].needs_version + 1  # one that was told may come again
    PurchaseNeeds(buying.store).withdraw(buying.members["aulnes"].caller, buying.id, now=buying.now)


def test_needs_are_replaced_as_often_as_wanted_until_a_part_is_told(buying: Buying) -> None:
    for volume in ("100", "110", "120", "130"):
        buying.publish("aulnes", needs("aulnes", volume))


def together(buying: Buying) -> list[tuple[Fraction, PurchasePart]]:
    """What two members save together in each pair of their needs, and the part of one of them."""
    buying.ready()
    seen = []
    for one, other in product(("260", "100"), repeat=2):
        buying.act("open_survey")
        buying.publish("aulnes", needs("aulnes", one, code="99000000000100"))
        buying.publish("bouleaux", needs("bouleaux", other, code="99000000000101"))
        buying.act("close_survey")
        plan = buying.computed()
        buying.act("propose", plan)
        parts = [buying.part(name, plan) for name in ("aulnes", "bouleaux")]
        rates = [Fraction(one.view.fee_eur) / mine(one.view) for one in parts]
        assert abs(rates[0] - rates[1]) < Fraction(1, 50), "they read the same"
        seen.append((sum((mine(one.view) for one in parts), Fraction(0)), parts[0]))
    return seen


def test_two_members_that_vary_together_have_no_bound_of_what_the_rest_saves(
    buying: Buying,
) -> None:
    """All four pairs of their needs, the largest first: where the rate is told, and then holds."""
    known = [
        told(part.view, again if n else first, saved=both)
        for n, (both, part) in enumerate(together(buying))
    ]
    assert others(known)[1] is None


def test_the_attack_sees_the_rest_when_each_plan_tells_its_rate(
    buying: Buying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact rates, told anew each time: two of four plans are enough."""
    monkeypatch.setattr(purchase_rounding, "next_rate", lambda due, *_: due)
    found = together(buying)
    low, high = others([told(part.view, to_the_euro, saved=both) for both, part in found])
    true = truth(buying, found[-1][1].plan, "aulnes", "bouleaux")
    assert high is not None and low <= true * Fraction(3, 2) and high < 20 * true


def of_all(buying: Buying, volume: str) -> MemberLot:
    """What a member reads of a plan of that need of each."""
    buying.act("open_survey")
    for n, name in enumerate(buying.members):
        buying.publish(name, needs(name, volume, code=f"9900000000010{n}"))
    buying.act("close_survey")
    plan = buying.computed()
    buying.act("propose", plan)
    return buying.part("chenes", plan).view.lots[0]


def test_where_more_is_due_than_was_told_nothing_is_told_of_it_any_more(buying: Buying) -> None:
    """The rate rises as all save less: from then on each share is what its member saves."""
    buying.ready()
    gains = [of_all(buying, volume).gain_eur for volume in ("100", "1", "100")]
    assert gains[0] is not None and gains[0] > 0
    assert gains[1:] == [0, 0], "it stays so, whatever is due"


def without_alone(buying: Buying, *volumes: Sequence[str]) -> Iterator[str]:
    """A plan for each of these needs of all, with one offer that is for 320 MWh and more."""
    usual = offer(fixed_eur="230.00")
    for_many = usual | {"tiers": [usual["tiers"][1] | {"from_mwh": "320"}]}
    buying.ready()
    for some in volumes:
        buying.act("open_survey")
        for n, (name, volume) in enumerate(zip(buying.members, some, strict=True)):
            buying.publish(name, needs(name, volume, code=f"9900000000010{n}"))
        buying.bring(for_many)
        buying.act("close_survey")
        yield buying.computed()


def test_where_nobody_has_a_cost_alone_one_rate_a_mwh_is_told(buying: Buying) -> None:
    lots = []
    for plan in without_alone(buying, ("100", "100", "90"), ("260", "100", "90")):
        buying.act("propose", plan)
        for place in buying.run(plan).places:
            (lot,) = buying.part(place.member, plan).view.lots
            assert (lot.alone_eur, lot.volume_mwh) == (None, place.volume_mwh)
            assert lot.fee_eur > 2 * place.fee_eur
            lots.append(lot)
    assert len({lot.volume_mwh for lot in lots}) == 3
    assert all(abs(lot.fee_eur / lot.volume_mwh - 2) < Decimal("0.01") for lot in lots)


def test_where_more_is_due_a_mwh_than_was_told_the_purchase_begins_anew(buying: Buying) -> None:
    """Another rate would be a second equation of what all others need."""
    plans = without_alone(buying, ["260"] * 3, ["60"] * 3)
    buying.act("propose", next(plans))
    second = next(plans)
    with pytest.raises(Conflict, match="above what was told"):
        buying.act("propose", second)


def test_the_share_is_exact_from_the_award_on_and_never_above_what_was_accepted(
    buying: Buying,
) -> None:
    *_, last = varied(buying, "aulnes", ["260"])
    for name in buying.members:
        buying.answer(name, last.plan)
    accepted = buying.part("aulnes", last.plan)
    buying.act("award", last.plan)
    billed = buying.part("aulnes", last.plan)
    run = buying.run(last.plan)
    (mine,) = (one for one in run.members if one.member == "aulnes")
    assert (billed.view.running_costs, billed.view.cost_eur) == ("exact", mine.cost_eur)
    assert billed.sha256 == accepted.sha256
    assert billed.view.cost_eur < accepted.view.cost_eur
    assert accepted.view.gain_eur is not None and mine.gain_eur is not None
    assert 0 <= accepted.view.gain_eur < mine.gain_eur == billed.view.gain_eur


def test_an_award_after_another_need_leaves_what_the_others_save_wide(buying: Buying) -> None:
    one, second = varied(buying, "aulnes", ["100", "260"])
    for name in buying.members:
        buying.answer(name, second.plan)
    buying.act("award", second.plan)
    billed = buying.part("aulnes", second.plan)
    low, high = others([told(one.view, first), told(billed.view, exact)])
    assert high is None or high >= WIDE * low
    assert low <= truth(buying, second.plan, "aulnes")


def test_rates_are_rounded_up_to_few_steps() -> None:
    parts = [Decimal(n) / 10_000 for n in range(1, 20_000, 3)]
    steps = [round_up(one) for one in parts]
    assert all(one <= up for one, up in zip(parts, steps, strict=True))
    assert len(set(steps)) == 13
    assert all(up / low >= 2 for low, up in pairwise(sorted(set(steps))))
    assert round_up(Decimal("0.00")) == 0
