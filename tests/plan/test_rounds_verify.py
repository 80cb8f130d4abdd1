"""The checker of rounds finds what is planted."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from synergie.maintenance.plan import rounds
from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.records.rounds import LeftOut, Round, RoundsPlan, RoundsProblem
from synergie.park.records.crew import PartCount
from synergie.schemas.plan import Phrase
from tests.plan.rounds_cases import MONDAY, at, place, problem, shift, stop, window

HOUR = timedelta(hours=1)
LAMP = PartCount(part="lamp", count=1)


@cache
def made() -> tuple[RoundsProblem, RoundsPlan]:
    """Two crews; work with a window, a skill, a network, parts; a round over its break."""
    places = [
        place("depot-a", 0, 0),
        place("depot-b", 5, 0),
        *(place(f"p{n}", n, 1) for n in range(6)),
    ]
    morning = (window(MONDAY, "08:00", "10:00"),)
    stops = [
        stop("timed", "p0", minutes=60, windows=morning, skip_eur=None),
        stop("skilled", "p1", minutes=60, skills=("platform",)),
        stop("mixed", "p2", minutes=60, network_mix="shared_neutral"),
        stop("parts", "p3", minutes=60, parts=(LAMP,)),
        stop("asked", "p4", minutes=60, crew="a1"),
        stop("cheap", "p5", minutes=300, skip_eur=Decimal(1)),
    ]
    crews = [
        shift(skills=("platform",), carries=(PartCount(part="lamp", count=1),)),
        shift("b1", "b", network_mixes=("separate",), hour_eur=Decimal(900)),
    ]
    case = problem(places, crews, stops)
    return case, rounds.solve(case, iterations=5)


def test_the_plan_as_made_has_no_fault() -> None:
    case, plan = made()
    assert rounds.faults(case, plan) == ()
    assert len(plan.rounds) == 1


def only(**changed: Any) -> RoundsPlan:
    """The plan with its one round changed."""
    _, plan = made()
    return plan.model_copy(update={"rounds": (plan.rounds[0].model_copy(update=changed),)})


def first(**changed: Any) -> RoundsPlan:
    """The plan with its first stop changed."""
    one = made()[1].rounds[0]
    return only(stops=(one.stops[0].model_copy(update=changed), *one.stops[1:]))


def base() -> Round:
    return made()[1].rounds[0]


def without(name: str) -> RoundsPlan:
    return only(stops=tuple(p for p in base().stops if p.stop != name))


def left(name: str) -> RoundsPlan:
    plan = without(name)
    more = LeftOut(stop=name, reason=Phrase(text="x"), skip_eur=Decimal(0))
    return plan.model_copy(update={"left_out": (*plan.left_out, more)})


def total(eur: str) -> RoundsPlan:
    return made()[1].model_copy(update={"objective_eur": Decimal(eur)})


FAULTS: dict[str, tuple[Callable[[], RoundsPlan], str]] = {
    "lost": (lambda: without("mixed"), "mixed is told 0 times"),
    "twice": (lambda: only(stops=(*base().stops, base().stops[0])), "is told 2 times"),
    "must": (lambda: left("mixed"), "mixed must be done and is left out"),
    "unknown": (lambda: first(stop="nobody"), "nobody is no stop"),
    "crew": (lambda: only(crew="nobody"), "nobody has no shift"),
    "skill": (lambda: only(crew="b1", organisation="b"), "b1 has not all its skills"),
    "mix": (lambda: only(crew="b1", organisation="b"), "b1 is not authorised"),
    "asked": (lambda: only(crew="b1", organisation="b"), "it is for a1"),
    "early": (lambda: first(arrives_at=base().leaves_at), "is reached at"),
    "before": (lambda: first(starts_at=base().leaves_at), "begins before the crew is there"),
    "short": (lambda: first(ends_at=base().stops[0].starts_at + HOUR / 2), "does not last 60"),
    "drive": (lambda: first(drive_m=0), "m"),
    "minutes": (lambda: first(drive_minutes=99), "takes"),
    "fixed": (lambda: first(fixed=True), "fixed is not what is done"),
    "leaves": (lambda: only(leaves_at=at(MONDAY, "06:00")), "it leaves before its shift"),
    "home": (lambda: only(returns_at=base().stops[-1].ends_at), "back before it can be"),
    "late": (lambda: only(returns_at=at(MONDAY, "17:00")), "at the latest"),
    "no-break": (lambda: only(break_at=None), "has no break"),
    "break-late": (lambda: only(break_at=at(MONDAY, "13:00")), "not in its time"),
    "break-work": (lambda: only(break_at=base().break_at and at(MONDAY, "12:29")), "not free of"),
    "cost": (lambda: only(cost_eur=base().cost_eur + Decimal("0.01")), "costs"),
    "metres": (lambda: only(distance_m=base().distance_m + 100), "drives"),
    "work": (lambda: only(work_minutes=1), "the work told is not"),
    "parts": (lambda: only(parts=()), "the parts to bring"),
    "sum": (lambda: total("1.00"), "do not add up"),
    "skip": (lambda: made()[1].model_copy(update={"left_out": (
        made()[1].left_out[0].model_copy(update={"skip_eur": Decimal(2)}),)}), "does not cost 2"),
    "worse": (lambda: made()[1].model_copy(update={"baseline_eur": Decimal(1)}), "each alone"),
    "paid": (lambda: made()[1].model_copy(update={"members": ()}), "members pay"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_planted_fault_is_found(name: str) -> None:
    plant, said = FAULTS[name]
    faults = rounds.faults(made()[0], plant())
    assert any(said in fault for fault in faults), faults


def test_a_member_that_pays_the_time_of_another_is_found() -> None:
    case, plan = made()
    stops = tuple(
        s.model_copy(update={"organisation": "b"}) if s.id == "asked" else s for s in case.stops
    )
    shared = case.model_copy(update={"stops": stops, "shifts": case.shifts[:1]})
    plan = rounds.solve(shared, iterations=5)
    assert rounds.faults(shared, plan) == ()
    a, b = plan.members
    a = a.model_copy(update={"alone_eur": None, "gain_eur": None, "cost_eur": a.cost_eur + 1})
    b = b.model_copy(update={"cost_eur": b.cost_eur - 1})
    faults = rounds.faults(shared, plan.model_copy(update={"members": (a, b)}))
    assert any("does not pay the time worked" in fault for fault in faults)


def test_a_late_stop_is_told_on_a_running_day_alone() -> None:
    case, plan = made()
    never = (window(MONDAY, "03:00", "04:00"),)
    stops = tuple(
        s.model_copy(update={"windows": never}) if s.id == "timed" else s for s in case.stops
    )
    said = Phrase(text=_text.LATE, values=("timed", "300"))
    told = plan.model_copy(update={"assumptions": (*plan.assumptions, said)})
    faults = rounds.faults(case.model_copy(update={"stops": stops}), told)
    assert any("timed begins outside its windows" in fault for fault in faults)


def test_a_closed_window_is_found() -> None:
    case, plan = made()
    never = (window(MONDAY, "03:00", "04:00"),)
    stops = tuple(
        s.model_copy(update={"windows": never}) if s.id == "timed" else s for s in case.stops
    )
    faults = rounds.faults(case.model_copy(update={"stops": stops}), plan)
    assert any("timed begins outside its windows" in fault for fault in faults)


def test_more_parts_than_the_vehicle_carries_are_found() -> None:
    case, plan = made()
    more = PartCount(part="lamp", count=2)
    stops = tuple(s.model_copy(update={"parts": (more,)}) if s.parts else s for s in case.stops)
    (one,) = plan.rounds
    plan = plan.model_copy(update={"rounds": (one.model_copy(update={"parts": (more,)}),)})
    faults = rounds.faults(case.model_copy(update={"stops": stops}), plan)
    assert any("carries 1 lamp, not 2" in fault for fault in faults)


def test_done_work_that_moved_is_found() -> None:
    case, plan = made()
    now = plan.rounds[0].stops[2].starts_at
    running = rounds.running(case, plan, now=now)
    new = rounds.replan(running, plan, iterations=1)
    assert rounds.faults(running, new) == ()
    (one,) = new.rounds
    shifted = one.stops[0].model_copy(update={"starts_at": one.stops[0].starts_at + HOUR})
    turned = one.model_copy(update={"stops": (shifted, *one.stops[1:])})
    faults = rounds.faults(running, new.model_copy(update={"rounds": (turned,)}))
    assert any("is done and has moved" in fault for fault in faults)
    swapped = one.model_copy(update={"stops": one.stops[::-1]})
    faults = rounds.faults(running, new.model_copy(update={"rounds": (swapped,)}))
    assert any("done work comes after" in fault for fault in faults)
    early = one.stops[-1].model_copy(update={"starts_at": now - HOUR})
    before = one.model_copy(update={"stops": (*one.stops[:-1], early)})
    faults = rounds.faults(running, new.model_copy(update={"rounds": (before,)}))
    assert any("begins before now" in fault for fault in faults)


def test_the_proof_of_rounds_needs_no_optional_part() -> None:
    code = (
        "import sys; import synergie.maintenance.plan.rounds.proof\n"
        "print([m for m in ('numpy', 'pyvrp', 'pulp') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
