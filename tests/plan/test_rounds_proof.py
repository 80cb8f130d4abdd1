"""Rounds that somebody else computed: what is spoilt in them is told, never a crash."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.maintenance.plan.rounds import proof, solve
from synergie.maintenance.records.rounds import LeftOut, RoundsPlan, RoundsProblem
from synergie.plan import record as _record
from synergie.schemas.plan import MemberOutcome, Phrase
from tests.plan.rounds_cases import place, problem, shift, stop

END = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def case() -> RoundsProblem:
    places = [place("depot-a", 0, 0), place("depot-b", 1, 0), place("p0", 1, 1), place("p1", 2, 1)]
    stops = [stop("s0", "p0", organisation="a"), stop("s1", "p1", organisation="b")]
    return problem(places, [shift(), shift("b1", "b")], stops)


@pytest.fixture(scope="module")
def plan(case: RoundsProblem) -> RoundsPlan:
    return solve(case, iterations=5)


def test_rounds_as_found_hold(case: RoundsProblem, plan: RoundsPlan) -> None:
    assert proof.faults(case, plan) == ()


def _paid(member: str, cost: Decimal, alone: str | None = None) -> MemberOutcome:
    return _record.outcome_of(member, cost, None if alone is None else Decimal(alone))


def _shared(plan: RoundsPlan, *members: MemberOutcome) -> RoundsPlan:
    more = {
        "members": members,
        "least_gain": _record.find_least_gainer(members),
        "baseline_eur": None,
    }
    return plan.model_copy(update=more)


def test_a_cost_alone_that_is_made_up_moves_no_cost(case: RoundsProblem, plan: RoundsPlan) -> None:
    """One of them is compared with alone, and pays nothing; the other pays all."""
    whole, none = plan.objective_eur, Decimal("0.00")
    wrong = _shared(plan, _paid("a", none, "999.00"), _paid("b", whole))
    assert proof.faults(case, wrong) == (
        "a does not pay its share",
        "b does not pay its share",
    )


@pytest.mark.parametrize("names", [("a",), ("a", "a"), ("a", "b", "c"), ("a", "c")])
def test_members_are_those_of_the_problem(
    case: RoundsProblem, plan: RoundsPlan, names: tuple[str, ...]
) -> None:
    parts = (plan.objective_eur, *[Decimal("0.00")] * (len(names) - 1))
    wrong = _shared(plan, *map(_paid, names, parts))
    assert proof.faults(case, wrong)


def test_a_gain_that_does_not_follow_is_found(case: RoundsProblem, plan: RoundsPlan) -> None:
    a, *others = plan.members
    wrong = a.model_copy(update={"gain_eur": Decimal("1000.00")})
    members = {"members": (wrong, *others)}
    assert proof.faults(case, plan.model_copy(update=members))[0].startswith("a: its gain")
    assert proof.faults(case, plan.model_copy(update={"least_gain": "c"}))


def test_a_time_at_the_end_of_the_calendar_is_a_fault(
    case: RoundsProblem, plan: RoundsPlan
) -> None:
    one, *others = plan.rounds
    last = one.stops[-1].model_copy(update={"ends_at": END})
    late = one.model_copy(update={"stops": (*one.stops[:-1], last)})
    wrong = plan.model_copy(update={"rounds": (late, *others)})
    assert proof.faults(case, wrong) == ("a time of it is in no calendar",)


def test_a_zone_that_does_not_exist_is_refused(case: RoundsProblem, plan: RoundsPlan) -> None:
    with pytest.raises(BadInput) as caught:
        proof.faults(case.model_copy(update={"time_zone": "Nowhere"}), plan)
    assert caught.value.where == "/time_zone"


def test_what_takes_long_to_look_at_is_refused(
    case: RoundsProblem, plan: RoundsPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    must = tuple(one.model_copy(update={"skip_eur": None}) for one in case.stops)
    asked = case.model_copy(update={"stops": must})
    left = tuple(LeftOut(stop=one.id, reason=Phrase(text="x"), skip_eur=Decimal(0)) for one in must)
    none = plan.model_copy(
        update={"rounds": (), "left_out": left, "inputs_digest": _record.digest(asked)}
    )
    assert "must be done and is left out" in " ".join(proof.faults(asked, none))
    monkeypatch.setattr(proof, "MOST_LEFT", 3)
    assert proof.faults(asked, none)[0].startswith("too much that must be done")
