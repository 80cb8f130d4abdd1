"""A member that varies its own needs, and two that do so together: what their parts tell of others.

Running costs go in proportion to savings, `fee = F x mine / (mine + theirs)`: two exact shares give
F and theirs. A tier tells between which volumes the group stands: each other need halves the rest.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import pytest

from synergie.errors import Conflict
from synergie.exchange.purchase_needs import PurchaseNeeds
from synergie.policy.purchase_rounding import MOST_VERSIONS, round_up
from synergie.schemas.member_view import MemberView
from synergie.schemas.purchase_run import PurchasePart
from synergie.storage.store import Store
from tests.exchange.buying import Buying, needs

WIDE = Fraction(3, 2)
"""What others save is never known more nearly than that factor."""

type Seen = tuple[Fraction, Fraction, Fraction]
"""What one saves itself, and between which amounts its share lies."""


@pytest.fixture
def buying(store: Store) -> Buying:
    return Buying.of(store)


def told(view: MemberView) -> Seen:
    """What a member knows of its share: exact, or above a step and at most the next one."""
    (lot,) = view.lots
    assert lot.alone_eur is not None
    saved = Fraction(lot.alone_eur - lot.supply_eur - lot.coordinator_eur)
    most = Fraction(lot.fee_eur)
    return saved, least(most) if view.running_costs == "at_most" else most, most


def least(most: Fraction) -> Fraction:
    """The step below."""
    steps = [Fraction(one) * 10**n for n in range(7) for one in (1, 2, 5)]
    return max((one for one in steps if one < most), default=Fraction(0))


def others(seen: Sequence[Seen]) -> tuple[Fraction, Fraction] | None:
    """Between which amounts others save, by a search over what is left; None: no bound above.

    A share over another is `mine1 (theirs + mine2) / (mine2 (theirs + mine1))`, whatever F.
    """
    grid = [Fraction(11, 10) ** n for n in range(-40, 160)]
    fits = [theirs for theirs in grid if _fits(seen, theirs)]
    if not fits:
        return Fraction(1), Fraction(1)  # between two of the grid: as near as can be
    return None if fits[-1] == grid[-1] else (fits[0], fits[-1])


def _fits(seen: Sequence[Seen], theirs: Fraction) -> bool:
    """Whether some running cost gives each share that was told."""
    low = max(least * (mine + theirs) / mine for mine, least, _ in seen)
    high = min(most * (mine + theirs) / mine for mine, _, most in seen)
    return low <= high


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


def test_two_needs_of_ones_own_do_not_tell_what_the_others_save(buying: Buying) -> None:
    first, second = varied(buying, "aulnes", ["100", "260"])
    assert {first.view.running_costs, second.view.running_costs} == {"at_most"}
    found = others([told(first.view), told(second.view)])
    assert found is None or found[1] / found[0] >= WIDE


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


def test_two_members_that_vary_together_learn_no_more_of_the_third(buying: Buying) -> None:
    """All four pairs of their needs; what they save together is as one member's."""
    buying.ready()
    seen: list[Seen] = []
    for one, other in product(("100", "260"), repeat=2):
        buying.act("open_survey")
        buying.publish("aulnes", needs("aulnes", one, code="99000000000100"))
        buying.publish("bouleaux", needs("bouleaux", other, code="99000000000101"))
        buying.act("close_survey")
        plan = buying.computed()
        buying.act("propose", plan)
        parts = [told(buying.part(name, plan).view) for name in ("aulnes", "bouleaux")]
        both = sum((mine for mine, _, _ in parts), Fraction(0))
        seen += [(both, least * both / mine, most * both / mine) for mine, least, most in parts]
    found = others(seen)
    assert found is None or found[1] / found[0] >= WIDE


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
    first, second = varied(buying, "aulnes", ["100", "260"])
    for name in buying.members:
        buying.answer(name, second.plan)
    buying.act("award", second.plan)
    billed = buying.part("aulnes", second.plan)
    found = others([told(first.view), told(billed.view)])
    assert found is None or found[1] / found[0] >= WIDE


def test_amounts_are_rounded_up_to_few_steps() -> None:
    cents = [Decimal(n) / 100 for n in range(1, 200_000, 37)]
    steps = [round_up(one) for one in cents]
    assert all(one <= up for one, up in zip(cents, steps, strict=True))
    assert len(set(steps)) == 11 and all(up / low >= 2 for low, up in pairwise(sorted(set(steps))))
    assert round_up(Decimal("0.00")) == 0
