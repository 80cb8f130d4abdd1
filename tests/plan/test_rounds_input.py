"""Bad inputs of rounds: refused with place, found and expected, or set aside with the reason."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.maintenance.plan import rounds
from synergie.maintenance.records.rounds import DoneStop, RoadMatrix, RoundPlace, RoundsProblem
from synergie.schemas.assets.location import Location
from synergie.schemas.faults import faults
from tests.plan.rounds_cases import MONDAY, at, place, problem, shift, stop, window

PLACES = [place("depot-a", 0, 0), place("p1", 1, 1), place("p2", 2, 2), place("p3", -3, 1)]
STOPS = [stop("s1", "p1"), stop("s2", "p2"), stop("s3", "p3")]


def given(**changed: Any) -> RoundsProblem:
    return problem(PLACES, [shift()], STOPS).model_copy(update=changed)


def matrix(durations: Any = None, distances: Any = None) -> RoadMatrix:
    square = tuple(tuple(600 * (a != b) for b in range(4)) for a in range(4))
    return RoadMatrix(durations_s=durations or square, distances_m=distances or square)


FLAT = tuple(tuple(0 for _ in range(4)) for _ in range(4))
ROW = ((0, 1, 1, 1), (1, 0, 1), (1, 1, 0, 1), (1, 1, 1, 0))
SELF = ((0, 1, 1, 1), (1, 5, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0))
DONE = DoneStop(
    stop="s1", crew="a1", day=MONDAY, starts_at=at(MONDAY, "08:00"), ends_at=at(MONDAY, "08:30")
)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"shifts": ()}, "/shifts"),
        ({"shifts": (shift(ends_at=at(MONDAY, "07:00")),)}, "/shifts/0/ends_at"),
        ({"shifts": (shift(ends_at=at(MONDAY + timedelta(2), "07:00")),)}, "/shifts/0/ends_at"),
        ({"shifts": (shift(break_minutes=600),)}, "/shifts/0/break_minutes"),
        ({"shifts": (shift(break_minutes=180),)}, "/shifts/0/break_to"),
        ({"shifts": (shift(), shift())}, "/shifts/1/day"),
        ({"shifts": (shift(start_place="nowhere"),)}, "/shifts/0/start_place"),
        ({"shifts": (shift(day=MONDAY + timedelta(3), starts_at=at(MONDAY, "07:30")),)},
         "/shifts/0/ends_at"),
        ({"shifts": (shift().model_copy(update={"day": MONDAY - timedelta(3)}),)}, "/shifts/0/day"),
        ({"shifts": (shift(), shift(day=MONDAY + timedelta(1), starts_at=at(MONDAY, "15:00")))},
         "/shifts/1/ends_at"),
        ({"stops": (*STOPS, STOPS[0])}, "/stops/3/id"),
        ({"places": (*PLACES, PLACES[0])}, "/places/4/id"),
        ({"stops": (stop("s", "p1", windows=(window(MONDAY, "10:00", "09:00"),)),)},
         "/stops/0/windows/0/closes_at"),
        ({"matrix": matrix(durations=((0, 1), (1, 0)))}, "/matrix/durations_s"),
        ({"matrix": matrix(durations=ROW)}, "/matrix/durations_s/1"),
        ({"matrix": matrix(distances=ROW)}, "/matrix/distances_m/1"),
        ({"matrix": matrix(durations=SELF)}, "/matrix/durations_s/1/1"),
        ({"matrix": matrix(durations=FLAT)}, "/matrix/durations_s/0/1"),
        ({"done": (DONE.model_copy(update={"stop": "x"}),)}, "/done/0/stop"),
        ({"done": (DONE.model_copy(update={"crew": "x"}),)}, "/done/0/day"),
        ({"done": (DONE, DONE)}, "/done/1/stop"),
        ({"done": (DONE, DONE.model_copy(update={"stop": "s2"}))}, "/done/1/starts_at"),
    ],
    ids=[
        "no-shift", "backwards", "too-long", "long-break", "break-fits-not", "shift-twice",
        "depot-unknown", "other-day-long", "other-day", "overlap-long", "stop-twice", "place-twice",
        "window", "matrix-size", "matrix-row", "matrix-distances", "matrix-self", "matrix-hole",
        "done-unknown", "done-crew", "done-twice", "done-at-once",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_place(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        rounds.solve(given(**changed), iterations=1)
    assert refused.value.where == where
    assert refused.value.expected


def test_shifts_of_a_crew_do_not_overlap() -> None:
    night = shift(starts_at=at(MONDAY, "22:00"), ends_at=at(MONDAY + timedelta(1), "08:00"),
                  break_minutes=0)  # fmt: skip
    tuesday = MONDAY + timedelta(1)
    with pytest.raises(BadInput) as refused:
        rounds.solve(given(shifts=(night, shift(day=tuesday))), iterations=1)
    assert refused.value.where == "/shifts/1/starts_at"


@pytest.mark.parametrize("bad", [None, -1, 2.5], ids=["hole", "negative", "fraction"])
def test_a_matrix_with_holes_or_negative_times_is_refused_with_row_and_column(bad: Any) -> None:
    rows = [[0, 600], [bad, 0]]
    with pytest.raises(ValidationError) as refused:
        RoadMatrix.model_validate({"durations_s": rows, "distances_m": [[0, 1], [1, 0]]})
    (fault,) = faults(refused.value)
    assert fault.where == "/durations_s/1/0"


def exchanged(name: str) -> RoundPlace:
    right = place(name, 1, 1).location
    return RoundPlace(
        id=name, location=Location(longitude=right.latitude, latitude=right.longitude)
    )


def test_a_place_with_exchanged_coordinates_is_set_aside_and_the_rest_plans() -> None:
    turned = [*PLACES[:2], exchanged("p2"), *PLACES[3:]]
    plan = rounds.solve(given(places=tuple(turned)), iterations=1)
    (left,) = plan.left_out
    assert left.stop == "s2"
    assert left.reason.tell(str).endswith("the two look exchanged")
    assert sum(len(one.stops) for one in plan.rounds) == 2


def test_a_depot_with_exchanged_coordinates_is_refused() -> None:
    turned = [exchanged("depot-a"), *PLACES[1:]]
    with pytest.raises(BadInput) as refused:
        rounds.solve(given(places=tuple(turned)), iterations=1)
    assert refused.value.where == "/places/0/location"


def test_all_coordinates_exchanged_are_refused() -> None:
    turned = tuple(exchanged(one.id) for one in PLACES)
    with pytest.raises(BadInput) as refused:
        rounds.solve(given(places=turned), iterations=1)
    assert refused.value.where == "/places/0/location"


def test_a_ticket_told_twice_is_answered_once() -> None:
    twice = [stop(name, "p1", ticket="T1", asset="C1") for name in ("s1", "s2")]
    plan = rounds.solve(given(stops=tuple(twice)), iterations=1)
    (left,) = plan.left_out
    assert left.stop == "s2"
    assert left.reason.tell(str) == "the ticket T1 is answered by stop s1 already"
    halves = [one.model_copy(update={"instructions": one.id}) for one in twice]
    assert not rounds.solve(given(stops=tuple(halves)), iterations=1).left_out


def test_a_stop_beyond_a_days_drive_is_left_with_the_drive() -> None:
    far = [*PLACES, place("p9", 300, 0)]
    plan = rounds.solve(
        given(places=tuple(far), stops=(*STOPS, stop("s9", "p9", skip_eur=Decimal(9)))),
        iterations=1,
    )
    (left,) = plan.left_out
    assert left.stop == "s9"
    assert left.reason.text.startswith("the drive there and back takes")
    assert int(left.reason.values[0]) > int(left.reason.values[1])


def test_an_asymmetric_matrix_is_driven_as_given() -> None:
    there = ((0, 600, 9, 9), (1200, 0, 9, 9), (9, 9, 0, 9), (9, 9, 9, 0))
    plan = rounds.solve(
        given(matrix=matrix(there, there), stops=(STOPS[0],), shifts=(shift(break_minutes=0),)),
        iterations=1,
    )
    (one,) = plan.rounds
    assert one.stops[0].arrives_at - one.leaves_at == timedelta(seconds=600)
    assert one.returns_at - one.stops[0].ends_at == timedelta(seconds=1200)


def test_no_stops_make_no_rounds() -> None:
    plan = rounds.solve(given(stops=()), iterations=1)
    assert plan.rounds == ()
    assert plan.objective_eur == plan.baseline_eur == 0
