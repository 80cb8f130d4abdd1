"""Road times: a matrix that is given, or straight lines lengthened and driven at a speed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.records.rounds import RoundsProblem
from synergie.schemas.assets.location import Location

EARTH_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""

type Table = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Seconds and metres between the places that are used."""

    durations: Table
    distances: Table
    seconds: tuple[tuple[int, ...], ...]
    """The durations again, for reading one by one."""
    metres: tuple[tuple[int, ...], ...]
    farthest_m: int


def build_road_network(problem: RoundsProblem, used: Sequence[int]) -> Network:
    """The network of the places *used*, numbers in the problem, in that order."""
    if problem.matrix is not None:
        durations = _select_matrix_rows(problem.matrix.durations_s, used)
        distances = _select_matrix_rows(problem.matrix.distances_m, used)
    else:
        places = [problem.places[number].location for number in used]
        length = straight_m(places) * problem.detour
        durations = np.ceil(length * 3.6 / problem.speed_km_h).astype(np.int64)
        distances = np.rint(length).astype(np.int64)
    return Network(
        durations,
        distances,
        tuple(tuple(row) for row in durations.tolist()),
        tuple(tuple(row) for row in distances.tolist()),
        int(distances.max(initial=0)),
    )


def _select_matrix_rows(rows: Sequence[Sequence[int]], used: Sequence[int]) -> Table:
    size = len(used)
    chosen = [[rows[a][b] for b in used] for a in used]
    return np.array(chosen, dtype=np.int64).reshape(size, size)


def straight_m(places: Sequence[Location]) -> NDArray[np.float64]:
    """Great-circle distances between all places, m."""
    longitude = np.radians([place.longitude for place in places])
    latitude = np.radians([place.latitude for place in places])
    half = np.sin((latitude[:, None] - latitude) / 2) ** 2
    turn = np.sin((longitude[:, None] - longitude) / 2) ** 2
    chord = half + np.cos(latitude)[:, None] * np.cos(latitude) * turn
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.clip(chord, 0, 1))), dtype=np.float64)
