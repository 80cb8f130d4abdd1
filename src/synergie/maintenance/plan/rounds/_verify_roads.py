"""Roads computed again for the checker: the matrix as given, or great circles one by one."""

from math import asin, ceil, cos, radians, sin, sqrt

from synergie.maintenance.records.rounds import RoundsProblem

_EARTH_M = 6_371_008.8


def measure_road(problem: RoundsProblem, start: int, end: int) -> tuple[int, int]:
    """Seconds and metres from place to place, by their numbers."""
    matrix = problem.matrix
    if matrix is not None:
        return matrix.durations_s[start][end], matrix.distances_m[start][end]
    length = measure_straight_line(problem, start, end) * problem.detour
    return ceil(length * 3.6 / problem.speed_km_h - 1e-6), round(length)


def measure_straight_line(problem: RoundsProblem, start: int, end: int) -> float:
    """Metres between two places."""
    one, two = problem.places[start].location, problem.places[end].location
    up = sin(radians(one.latitude - two.latitude) / 2) ** 2
    over = sin(radians(one.longitude - two.longitude) / 2) ** 2
    chord = up + cos(radians(one.latitude)) * cos(radians(two.latitude)) * over
    return 2 * _EARTH_M * asin(sqrt(min(1.0, chord)))
