"""Inputs of rounds that nothing can be made of: refused with place, found and expected."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone as zone_of
from synergie.errors import BadInput
from synergie.maintenance.plan.rounds import _text as text
from synergie.maintenance.plan.rounds._places import apart_m, has_swapped_coordinates, odd_places
from synergie.maintenance.records.rounds import CrewShift, RoadMatrix, RoundsProblem

_LONGEST = timedelta(hours=24)
_NEAR_M = 1000.0
"""Two places farther apart are not zero seconds from each other."""


def check_rounds_problem(problem: RoundsProblem) -> None:
    """Raises BadInput for the first thing that makes the whole problem meaningless."""
    fault = next(_iterate_problem_faults(problem), None)
    if fault is not None:
        raise fault


def _iterate_problem_faults(problem: RoundsProblem) -> Iterator[BadInput]:
    if not problem.shifts:
        yield BadInput("/shifts", 0, text.SHIFT)
    yield from _iterate_duplicate_keys(
        "/places", "/id", (place.id for place in problem.places), text.ONCE
    )
    yield from _iterate_duplicate_keys(
        "/stops", "/id", (stop.id for stop in problem.stops), text.ONCE
    )
    keys = ((shift.crew, shift.day) for shift in problem.shifts)
    yield from _iterate_duplicate_keys("/shifts", "/day", keys, text.ONE_SHIFT)
    zone = zone_of(problem.time_zone)
    for number, shift in enumerate(problem.shifts):
        yield from _iterate_shift_faults(f"/shifts/{number}", shift, zone)
    yield from _iterate_overlap_faults(problem)
    yield from _iterate_depot_faults(problem)
    yield from _iterate_window_faults(problem)
    if problem.matrix is not None:
        yield from _iterate_matrix_faults(problem, problem.matrix)
    yield from _iterate_done_stop_faults(problem)


def _iterate_duplicate_keys(
    where: str, field: str, keys: Iterable[Hashable], expected: str
) -> Iterator[BadInput]:
    seen: set[Hashable] = set()
    for number, key in enumerate(keys):
        if key in seen:
            found = " ".join(map(str, key)) if isinstance(key, tuple) else key
            yield BadInput(f"{where}/{number}{field}", found, expected)
        seen.add(key)


def _iterate_shift_faults(where: str, shift: CrewShift, zone: ZoneInfo) -> Iterator[BadInput]:
    length = shift.ends_at - shift.starts_at
    if length <= timedelta(0):
        yield BadInput(f"{where}/ends_at", shift.ends_at.isoformat(), text.AFTER)
    if length > _LONGEST:
        yield BadInput(f"{where}/ends_at", shift.ends_at.isoformat(), text.LENGTH)
    local = shift.starts_at.astimezone(zone).date()
    if local - shift.day not in {timedelta(0), timedelta(days=1)}:
        yield BadInput(f"{where}/day", shift.day.isoformat(), text.DAY)
    if not shift.break_minutes:
        return
    pause = timedelta(minutes=shift.break_minutes)
    if pause >= length:
        yield BadInput(f"{where}/break_minutes", shift.break_minutes, text.BREAK)
    latest = shift.break_to or shift.ends_at
    if (shift.break_from or shift.starts_at) + pause > latest:
        yield BadInput(f"{where}/break_to", latest.isoformat(), text.BREAK_FITS)


def _iterate_overlap_faults(problem: RoundsProblem) -> Iterator[BadInput]:
    crews: dict[str, list[tuple[int, CrewShift]]] = {}
    for number, shift in enumerate(problem.shifts):
        crews.setdefault(shift.crew, []).append((number, shift))
    for shifts in crews.values():
        ordered = sorted(shifts, key=lambda pair: pair[1].starts_at)
        for (_, first), (number, then) in pairwise(ordered):
            if then.starts_at < first.ends_at:
                where = f"/shifts/{number}/starts_at"
                yield BadInput(where, then.starts_at.isoformat(), text.APART)


def _iterate_depot_faults(problem: RoundsProblem) -> Iterator[BadInput]:
    places = {place.id: number for number, place in enumerate(problem.places)}
    odd = odd_places(problem)
    if has_swapped_coordinates(problem):
        first = problem.places[0].location
        yield BadInput("/places/0/location", f"{first.longitude} {first.latitude}", text.LONGITUDE)
    for number, shift in enumerate(problem.shifts):
        for field, place in (("start_place", shift.start_place), ("end_place", shift.end_place)):
            if place not in places:
                yield BadInput(f"/shifts/{number}/{field}", place, text.KNOWN_PLACE)
            elif places[place] in odd:
                at = problem.places[places[place]].location
                where = f"/places/{places[place]}/location"
                yield BadInput(where, f"{at.longitude} {at.latitude}", text.LONGITUDE)


def _iterate_window_faults(problem: RoundsProblem) -> Iterator[BadInput]:
    for number, stop in enumerate(problem.stops):
        for index, window in enumerate(stop.windows):
            if window.closes_at < window.opens_at:
                where = f"/stops/{number}/windows/{index}/closes_at"
                yield BadInput(where, window.closes_at.isoformat(), text.WINDOW)


def _iterate_matrix_faults(problem: RoundsProblem, matrix: RoadMatrix) -> Iterator[BadInput]:
    size = len(problem.places)
    for name, rows in (("durations_s", matrix.durations_s), ("distances_m", matrix.distances_m)):
        where = f"/matrix/{name}"
        if len(rows) != size:
            yield BadInput(where, len(rows), text.ROWS)
        for number, row in enumerate(rows):
            if len(row) != size:
                yield BadInput(f"{where}/{number}", len(row), text.COLUMNS)
            elif row[number]:
                yield BadInput(f"{where}/{number}/{number}", row[number], text.DIAGONAL)
    yield from _iterate_matrix_holes(problem, matrix)


def _iterate_matrix_holes(problem: RoundsProblem, matrix: RoadMatrix) -> Iterator[BadInput]:
    """Zero seconds between places that are far from each other: a road that is not known."""
    for row, durations in enumerate(matrix.durations_s):
        for column, seconds in enumerate(durations):
            if seconds or row == column or max(row, column) >= len(problem.places):
                continue
            one, two = problem.places[row].location, problem.places[column].location
            if apart_m(one, two) > _NEAR_M:
                yield BadInput(f"/matrix/durations_s/{row}/{column}", 0, text.HOLE)


def _iterate_done_stop_faults(problem: RoundsProblem) -> Iterator[BadInput]:
    places = {place.id for place in problem.places}
    stops = {stop.id for stop in problem.stops if stop.place in places}
    shifts = {(shift.crew, shift.day) for shift in problem.shifts}
    yield from _iterate_duplicate_keys(
        "/done", "/stop", (done.stop for done in problem.done), text.DONE_ONCE
    )
    for number, done in enumerate(problem.done):
        if done.stop not in stops:
            yield BadInput(f"/done/{number}/stop", done.stop, text.STOP)
        if (done.crew, done.day) not in shifts:
            yield BadInput(f"/done/{number}/day", f"{done.crew} {done.day}", text.CREW_DAY)
        if done.ends_at < done.starts_at:
            yield BadInput(f"/done/{number}/ends_at", done.ends_at.isoformat(), text.AFTER)
    numbered = sorted(enumerate(problem.done), key=lambda p: (p[1].crew, p[1].starts_at))
    for (_, first), (number, then) in pairwise(numbered):
        if first.crew == then.crew and then.starts_at < first.ends_at:
            yield BadInput(f"/done/{number}/starts_at", then.starts_at.isoformat(), text.ORDER)
