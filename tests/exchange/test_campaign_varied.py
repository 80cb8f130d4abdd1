"""A body that varies its own visits, and two that do so together: what their parts tell of others.

A crew-day is paid by hours: `share = C x mine / (mine + theirs)`. Who knows what a crew-day costs
works out `theirs` from one exact share. Each visit of another counts, hence, with a power of two.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from sqlalchemy import update

from synergie.errors import Conflict, Infeasible
from synergie.maintenance.exchange.parts import CampaignParts
from synergie.maintenance.exchange.rounds import CampaignRoundsBook
from synergie.maintenance.plan.year import _solve, proof, solve, view
from synergie.maintenance.plan.year.view import compute_exact_ceilings, floor_hours
from synergie.maintenance.records.view import CampaignView
from synergie.maintenance.storage._tables import CampaignPartRow
from synergie.storage.store import Store
from tests.exchange.maintaining import BODIES, Maintaining, named, problem, visit
from tests.exchange.test_campaign_rounds import keep, request
from tests.plan.maintenance_cases import problems
from tests.server.maintaining import rounds_problem

DAY = Fraction(400)
"""What a crew-day costs: a body that sends crews knows it."""
SHARED = "zone-aulnes"


@pytest.fixture
def made(store: Store) -> Maintaining:
    return Maintaining.of(store).ready()


def shared(**hours: str) -> Any:
    """One crew-day in one zone, in which each of these bodies has one visit of so many hours."""
    at: dict[str, Any] = {
        "zone": SHARED,
        "first_week": 2,
        "last_week": 2,
        "costs_eur": ["10.00"],
        "due_week": 2,
    }
    visits = [visit(owner, **at, hours=some) for owner, some in hours.items()]
    return problem(neighbours=[], visits=visits)


def in_two_zones(theirs: str) -> Any:
    """Crew-days that go on to a neighbour: 4 h of aulnes in the first zone, none in the second."""
    at: dict[str, Any] = {"first_week": 2, "last_week": 2, "costs_eur": ["10.00"], "due_week": 2}
    return problem(
        visits=[
            visit("aulnes", **at, zone=SHARED, hours="4.00"),
            visit("bouleaux", **at, zone=SHARED, hours=theirs),
            visit("bouleaux", 2, **at, zone="zone-bouleaux", hours="3.00"),
        ],
    )


def told(made: Maintaining, asked: Any, *readers: str) -> list[CampaignView]:
    """What *readers* are told of a plan, that is proposed, without what tells two plans apart."""
    plan = made.proposed(asked)
    views = [made.part(reader, plan).view for reader in readers]
    return [view.model_copy(update={"seal": "0" * 64}) for view in views]


def guessed(view: CampaignView, mine: str) -> Fraction:
    """The hours of all others, from what one pays beside its own visit."""
    share = Fraction(view.cost_eur) - 10
    return Fraction(mine) * (DAY / share - 1)


MINE = ("0.50", "1.00", "1.50", "2.00", "2.50", "3.00")


def test_exact_costs_would_tell_the_hours_of_the_other(made: Maintaining) -> None:
    """What the attack finds in what the coordinator reads: that is how it is known to work."""
    for mine in MINE[:2]:
        plan = made.proposed(shared(aulnes=mine, bouleaux="3.00"))
        parts = CampaignParts(made.store).page(made.coordinator.caller, made.id, plan, now=made.now)
        (part,) = (one for one in parts.items if one.body == "aulnes")
        assert part.view.costs == "exact"
        assert abs(guessed(part.view, mine) - 3) < Fraction(1, 50)


def attack(made: Maintaining, theirs: str) -> list[Fraction]:
    """What a body works out, in one plan after another, while its own hours alone change."""
    return [
        guessed(told(made, shared(aulnes=mine, bouleaux=theirs), "aulnes")[0], mine)
        for mine in MINE
    ]


def test_a_body_that_varies_its_hours_finds_a_power_of_two(made: Maintaining) -> None:
    """Six plans say the same of a visit of 3 h: it takes from 2 to 4."""
    found = attack(made, "3.00")
    assert all(abs(one - 2) < Fraction(1, 10) for one in found), found


def test_the_attack_sees_the_hours_when_they_are_not_rounded(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "floor_hours", lambda hours: hours)
    assert all(abs(one - 3) < Fraction(1, 10) for one in attack(made, "3.00"))


@pytest.mark.parametrize("mine", ["0.50", "1.50", "3.00"])
def test_hours_up_to_twice_as_many_tell_a_body_the_same(made: Maintaining, mine: str) -> None:
    few, more, most = (
        told(made, shared(aulnes=mine, bouleaux=theirs), "aulnes")
        for theirs in ("2.00", "2.75", "3.75")
    )
    assert few == more == most


def test_a_day_in_two_zones_tells_no_more_of_the_others_than_one_in_one(made: Maintaining) -> None:
    """How such a day is divided follows from the exact hours of all."""
    seen = []
    for theirs in ("4.50", "5.00", "6.00"):
        asked = in_two_zones(theirs)
        plan = solve(asked)
        assert [one.other_zone for one in plan.crews if one.other_zone], "one is in two zones"
        most = compute_exact_ceilings(asked, plan)
        assert all(one.cost_eur <= most[one.member] for one in plan.members)
        seen.append(told(made, asked, "aulnes"))
    assert all(one == seen[0] for one in seen), [one[0].cost_eur for one in seen]


SENT = ("4.25", "4.50", "5.00", "5.50", "6.00", "6.50", "7.00"), ("7.25", "7.50", "7.75")
"""Hours of another beside 4 h in one zone and 3 h in the next, that take two crew-days, and three.
Who reads its part knows of which of the two they are, and nothing nearer."""


def told_of_two_zones(made: Maintaining) -> list[list[str]]:
    """The parts that differ, in the order in which they come, of each of SENT."""
    return [
        list(dict.fromkeys(repr(told(made, in_two_zones(one), "aulnes")) for one in hours))
        for hours in SENT
    ]


def test_which_crews_come_does_not_follow_from_the_hours_of_another(made: Maintaining) -> None:
    assert [len(views) for views in told_of_two_zones(made)] == [1, 1]


def test_the_crews_that_a_solver_chose_would_follow_from_them(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_solve, "order_crews", lambda year, plan: plan)
    assert len(told_of_two_zones(made)[0]) > 1


def test_two_bodies_that_vary_together_are_told_the_same_of_the_third(made: Maintaining) -> None:
    for one, other in (("0.50", "0.50"), ("0.50", "2.50"), ("2.50", "0.50"), ("1.25", "1.75")):
        seen = [
            told(made, shared(aulnes=one, bouleaux=other, chenes=third), "aulnes", "bouleaux")
            for third in ("2.00", "3.75")
        ]
        assert seen[0] == seen[1]


@pytest.mark.parametrize("readers", [("aulnes",), ("aulnes", "bouleaux")])
def test_the_number_of_crew_days_is_one_comparison_a_plan_of_the_hours_of_all_others(
    made: Maintaining, readers: tuple[str, ...]
) -> None:
    """Two plans, of 2 h and of 3.75 h of the others, are told alike to who has any hours of its
    own but those that fill the day in one of them and not in the other: it is told whether they
    are more than its own hours leave of seven, and nothing nearer. Two who join the same."""
    shares = {"0.25": "3.00", "0.50": "3.75", "1.00": "5.00", "1.25": "5.25"}
    differ = {}
    for few, many in shares.items():
        mine = dict(zip(("bouleaux", "aulnes"), (few, many), strict=True))
        if len(readers) == 1:
            mine = {"aulnes": str(Decimal(few) + Decimal(many))}
        views = [told(made, shared(**mine, chenes=theirs), *readers) for theirs in ("2.00", "3.75")]
        differ[Decimal(few) + Decimal(many)] = views[0] != views[1]
    assert differ == {own: own + 2 <= 7 < own + Decimal("3.75") for own in differ}
    assert {*differ.values()} == {True, False}


def halved(made: Maintaining, theirs: Decimal, plans: int) -> tuple[Decimal, Decimal]:
    """Between which hours the visit of another lies, of 2 h to 4 h, after so many *plans* in which
    a body chooses its own hours anew: it is told of each whether one crew-day is enough."""
    least, most = Decimal(2), Decimal(4)
    for _ in range(plans):
        middle = (least + most) / 2
        (view,) = told(made, shared(aulnes=str(7 - middle), chenes=str(theirs)), "aulnes")
        if view.cost_eur > DAY:
            least = middle
        else:
            most = middle
    return least, most


def test_plans_halve_the_hours_of_the_others_and_tell_nothing_nearer(made: Maintaining) -> None:
    """Of 2 h to 4 h three plans leave a quarter of an hour: all hours in it are told the same."""
    least, most = halved(made, Decimal("3.10"), 3)
    assert (least, most) == (Decimal(3), Decimal("3.25"))
    for inside in ("3.01", "3.24"):
        assert halved(made, Decimal(inside), 3) == (least, most)
    for asked in ("4.00", "3.50", "3.75"):  # the hours that it chose
        views = [
            told(made, shared(aulnes=asked, chenes=theirs), "aulnes")
            for theirs in ("3.01", "3.10", "3.24")
        ]
        assert views[0] == views[1] == views[2]


@pytest.mark.parametrize("mine", ["3.00", "4.00", "5.50"])
def test_crew_days_tell_the_sum_of_the_others_and_not_how_it_is_made(
    made: Maintaining, mine: str
) -> None:
    """3.75 h of two bodies, shared out in three ways that have the same powers of two below."""
    views = [
        told(made, shared(aulnes=mine, bouleaux=one, chenes=two), "aulnes")
        for one, two in (("2.50", "1.25"), ("2.25", "1.50"), ("2.00", "1.75"))
    ]
    assert views[0] == views[1] == views[2]


def test_a_ceiling_falls_to_the_exact_cost_for_nobody_but_the_coordinator(
    made: Maintaining,
) -> None:
    plan = made.adopted(shared(aulnes="3.00", bouleaux="3.00"))
    mine = made.part("aulnes", plan)
    made.act("close")
    assert made.part("aulnes", plan).view == mine.view
    parts = CampaignParts(made.store).page(made.coordinator.caller, made.id, plan, now=made.now)
    exact = {one.body: one.view for one in parts.items}
    assert exact["aulnes"].cost_eur == Decimal("210.00") < mine.view.cost_eur
    assert (mine.view.costs, mine.view.gain_eur) == (
        "at_most",
        Decimal("410.00") - mine.view.cost_eur,
    )
    assert {one.sha256 for one in parts.items if one.body == "aulnes"} == {mine.sha256}


def test_what_is_not_shared_is_exact(made: Maintaining) -> None:
    plan = made.proposed()
    whole = sum(made.part(one, plan).view.cost_eur for one in BODIES)
    parts = CampaignParts(made.store).page(made.coordinator.caller, made.id, plan, now=made.now)
    assert whole >= sum(one.view.cost_eur for one in parts.items)
    alone = problem(neighbours=[])
    (view,) = told(made, alone, "aulnes")
    assert view.cost_eur == Decimal("411.00") == view.alone_eur


def test_a_plan_that_was_kept_with_exact_parts_is_kept_again(made: Maintaining) -> None:
    plan = made.keep(problem())
    with made.store.write() as session:
        session.connection().execute(update(CampaignPartRow).values(exact_eur=None))
    with pytest.raises(Conflict, match="stale"):
        made.act("propose", plan)


@settings(max_examples=30, deadline=None)
@given(problems())
def test_no_body_pays_more_than_it_was_told(asked: Any) -> None:
    try:
        plan = solve(asked)
    except Infeasible:
        assume(False)
    most = compute_exact_ceilings(asked, plan)
    for one in plan.members:
        assert one.cost_eur <= most[one.member] + Fraction(1, 100)
        if one.alone_eur is not None and one.cost_eur <= one.alone_eur:
            assert most[one.member] <= one.alone_eur
    assert proof.faults(asked, plan) == ()


def test_hours_are_rounded_down_to_a_power_of_two() -> None:
    hours: Sequence[Fraction] = [Fraction(n, 100) for n in range(1, 3000, 7)]
    for one in hours:
        low = floor_hours(one)
        assert low <= one < 2 * low
    powers = {floor_hours(one) for one in hours}
    assert all((p * 1024).denominator == 1 for p in powers) and len(powers) == 10
    assert floor_hours(Fraction(0)) == 0


def day_of(*minutes: int) -> Any:
    """A day of a crew of chenes, with one stop of so many minutes at each of BODIES in turn."""
    owners = BODIES[: len(minutes)]
    asked = rounds_problem(*((owner, named(owner)) for owner in owners))
    stops = [
        stop.model_copy(update={"minutes": n}) for stop, n in zip(asked.stops, minutes, strict=True)
    ]
    crew = asked.shifts[0].model_copy(update={"organisation": owners[-1]})
    return asked.model_copy(update={"stops": tuple(stops), "shifts": (crew,)})


def test_rounds_tell_no_cost_from_which_the_minutes_of_others_follow(made: Maintaining) -> None:
    """Two days that differ by one's own minutes: exact shares would tell those of the others."""
    made.adopted()
    book, who = CampaignRoundsBook(made.store), made.bodies["aulnes"].caller
    known = []
    for mine in (30, 90):
        sent = request(day_of(mine, 40, 20))
        kept = keep(made, sent)
        part = book.part(who, made.id, kept, now=made.now)
        assert part.cost_eur is None
        assert [one.organisation for one in part.stops] == ["chenes"]
        (round_,) = sent.rounds.rounds
        known.append((mine, Fraction(sent.rounds.members[0].cost_eur), Fraction(round_.cost_eur)))
    for mine, share, whole in known:
        assert round(mine * (whole / share - 1)) == 60


def test_a_body_that_is_alone_in_rounds_reads_what_it_pays(made: Maintaining) -> None:
    made.adopted()
    sent = request(day_of(30))
    part = CampaignRoundsBook(made.store).part(
        made.bodies["aulnes"].caller, made.id, keep(made, sent), now=made.now
    )
    assert part.cost_eur == sent.rounds.members[0].cost_eur
