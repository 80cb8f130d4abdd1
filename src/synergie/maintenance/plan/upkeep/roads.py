"""Road times from a file: what OSRM's `table` service answers, or names with rows of times.

`sources` with `location` (longitude first) or `places` with names say what the rows are; the
matrix is square. A time that is missing is told, and filled by a straight line.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput, Words
from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.records.rounds import RoadMatrix, RoundPlace
from synergie.park.plan.places import compute_distance_km, read_place
from synergie.park.records.park import SetAside
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import Phrase

SNAP_KM = 0.3
"""A place of the matrix stands for what lies this near to it: the roads pull it aside."""
_MOST_TOLD = 20

type Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Roads:
    """A matrix as it was read; NaN where there is no time."""

    name: str
    durations: Table
    """Seconds from row to column."""
    distances: Table | None
    """Metres. None: the file has none."""
    places: tuple[Location, ...] = ()
    """Where the rows are. Empty: they have names."""
    names: Mapping[str, int] = field(default_factory=dict)
    """Name → row."""

    def holes(self) -> tuple[SetAside, ...]:
        """The pairs without a time, the first twenty."""
        rows, columns = np.nonzero(np.isnan(self.durations))
        pairs = zip(rows[:_MOST_TOLD], columns[:_MOST_TOLD], strict=True)
        return tuple(
            SetAside(
                where=f"{self.name}, durations {i + 1}, {j + 1}", found="null", expected=_text.HOLE
            )
            for i, j in pairs
        )

    def row(self, place: RoundPlace) -> int | None:
        """The row that stands for *place*; None: none does."""
        if place.id in self.names:
            return self.names[place.id]
        if place.name is not None and place.name in self.names:
            return self.names[place.name]
        away = [(compute_distance_km(place.location, one), i) for i, one in enumerate(self.places)]
        nearest = min(away, default=None)
        return nearest[1] if nearest is not None and nearest[0] <= SNAP_KM else None


@dataclass(frozen=True, slots=True)
class Between:
    """A matrix for the places of a problem, and what was filled."""

    matrix: RoadMatrix
    said: tuple[Phrase, ...]


def read_roads(content: bytes, name: str) -> Roads:
    """The matrix in a JSON file. BadInput when it is none, is not square, or a time is negative."""
    try:
        told: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadInput(name, Words("not JSON"), "JSON (RFC 8259)") from error
    if not isinstance(told, dict) or not isinstance(told.get("durations"), list):
        raise BadInput(name, Words("no `durations`"), "an answer of OSRM's table service")
    durations = _parse_road_table(told["durations"], f"{name}, durations")
    distances = told.get("distances")
    known = None if distances is None else _parse_road_table(distances, f"{name}, distances")
    if known is not None and known.shape != durations.shape:
        raise BadInput(f"{name}, distances", f"{len(known)}", _text.SQUARE)
    return _build_named_roads(told, durations, known, name)


def _build_named_roads(
    told: dict[str, Any], durations: Table, distances: Table | None, name: str
) -> Roads:
    names, sources = told.get("places"), told.get("sources")
    if isinstance(names, list) and all(isinstance(one, str) for one in names):
        if len(names) != len(durations) or len(set(names)) != len(names):
            raise BadInput(f"{name}, places", f"{len(names)}", _text.SQUARE)
        return Roads(name, durations, distances, names={one: i for i, one in enumerate(names)})
    if not isinstance(sources, list) or len(sources) != len(durations):
        raise BadInput(f"{name}, sources", Words("no place for each row"), _text.PLACES)
    return Roads(name, durations, distances, places=tuple(_parse_source_places(sources, name)))


def _parse_source_places(sources: list[Any], name: str) -> list[Location]:
    found = []
    for i, one in enumerate(sources, start=1):
        at = one.get("location") if isinstance(one, dict) else None
        where = f"{name}, sources {i}"
        if not isinstance(at, list) or len(at) != 2 or not all(map(_is_number, at)):  # noqa: PLR2004
            raise BadInput(where, str(at)[:80], _text.PLACES)
        found.append(read_place(float(at[0]), float(at[1]), where))
    return found


def _parse_road_table(rows: list[Any], where: str) -> Table:
    if not rows or any(not isinstance(row, list) or len(row) != len(rows) for row in rows):
        raise BadInput(where, f"{len(rows)} rows", _text.SQUARE)
    for i, row in enumerate(rows, start=1):
        for j, cell in enumerate(row, start=1):
            if cell is not None and (not _is_number(cell) or cell < 0):
                raise BadInput(f"{where} {i}, {j}", str(cell)[:80], _text.TIMES)
    return np.array([[np.nan if c is None else c for c in row] for row in rows], np.float64)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell)


def build_road_matrix(
    roads: Roads, places: Sequence[RoundPlace], *, speed_km_h: float, detour: float
) -> Between:
    """The matrix of *places*: from the file, else straight lines lengthened by *detour*."""
    rows = [roads.row(place) for place in places]
    straight = _measure_straight_lines(places, detour)
    at = np.array([-1 if row is None else row for row in rows])
    times, metres = straight / (speed_km_h / 3.6), straight.copy()
    inside = np.ix_(at >= 0, at >= 0)
    held = roads.durations[np.ix_(at[at >= 0], at[at >= 0])]
    times[inside] = np.where(np.isnan(held), times[inside], held)
    if roads.distances is not None:
        lengths = roads.distances[np.ix_(at[at >= 0], at[at >= 0])]
        metres[inside] = np.where(np.isnan(lengths), metres[inside], lengths)
    matrix = RoadMatrix(durations_s=_round_table_up(times), distances_m=_round_table_up(metres))
    shown = (f"{detour:g}", f"{speed_km_h:g}")
    outside, holes = int((at < 0).sum()), int(np.isnan(held).sum())
    said = [Phrase(text=_text.STRAIGHT, values=(str(outside), *shown))] if outside else []
    said += [Phrase(text=_text.HOLES, values=(str(holes), *shown))] if holes else []
    return Between(matrix, tuple(said))


def _measure_straight_lines(places: Sequence[RoundPlace], detour: float) -> Table:
    """Metres between all places, lengthened; zero on the diagonal."""
    x = np.radians([place.location.longitude for place in places])
    y = np.radians([place.location.latitude for place in places])
    east = (x[:, None] - x) * np.cos((y[:, None] + y) / 2)
    found: Table = np.hypot(east, y[:, None] - y) * (180 / np.pi) * 111_200 * detour
    return found


def _round_table_up(table: Table) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(cell) for cell in row) for row in np.ceil(table))
