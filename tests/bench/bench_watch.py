"""Watch of lamps: a year of a cabinet, and the night of ten thousand."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache

from synergie.measure.watch.judging import begin_watch, judge_nights
from synergie.measure.watch.nights import Nights, cut_nights
from synergie.measure.watch.state import Supply
from tests.bench.harness import Bench, Goal, Measured
from tests.measure.watch.park import PLACE, STEP_S, Drawn, draw_cabinet, draw_curve

FIRST, NIGHTS, WINDOW = date(2024, 9, 1), 365, 8
CABINETS, DRAWN = 10_000, 40


@cache
def _drawn() -> list[Drawn]:
    return [draw_curve(draw_cabinet(seed), FIRST, NIGHTS) for seed in range(DRAWN)]


def _cut(drawn: Drawn, nights: int = NIGHTS) -> Nights:
    values = drawn.values[: nights * 48]
    return cut_nights(drawn.start, STEP_S, values, place=PLACE)


def a_year() -> Measured:
    """Milliseconds of a processor for a cabinet-year of half-hours: cut, learned, judged."""
    curves = _drawn()
    _cut(curves[0])  # the sun of the place, which all share
    begun, alerts = time.process_time(), 0
    for one in curves:
        nights = _cut(one)
        alerts += len(judge_nights(nights, begin_watch(nights), Supply()).findings)
    spent = 1000 * (time.process_time() - begun) / len(curves)
    return Measured(spent, f"{alerts} alerts in {len(curves)} years")


def _one_night(share: int) -> int:
    """The newest night of *share* cabinets, each with the state that the night before left."""
    states = []
    for one in _drawn():
        known = _cut(one, NIGHTS - 1)
        states.append(judge_nights(known, begin_watch(known), Supply()).state)
    begun = time.perf_counter()
    for number in range(share):
        drawn, state = _drawn()[number % DRAWN], states[number % DRAWN]
        start = drawn.values[-WINDOW * 48 :]
        at = drawn.start.timestamp() + (len(drawn.values) - len(start)) * STEP_S
        nights = cut_nights(
            type(drawn.start).fromtimestamp(at, drawn.start.tzinfo), STEP_S, start, place=PLACE
        )
        judge_nights(nights, state, Supply())
    return round(1000 * (time.perf_counter() - begun))


def a_night() -> Measured:
    """Seconds for the night of 10,000 cabinets on two processes, states as they were left."""
    cores = min(2, os.cpu_count() or 1)
    with ProcessPoolExecutor(cores) as pool:
        spent = list(pool.map(_one_night, [CABINETS // cores] * cores))
    return Measured(max(spent) / 1000, f"{cores} processes, {WINDOW} nights of each curve given")


BENCHES = [
    Bench(
        name="measure-watch-year",
        title="A year of half-hours of a cabinet, watched",
        goal=Goal("<=", 10),
        unit="ms",
        peer="bounded: 10 ms of a processor",
        run=a_year,
    ),
    Bench(
        name="measure-watch-night",
        title="The night of 10,000 cabinets, judged from their states",
        goal=Goal("<=", 60),
        unit="s",
        peer="bounded: a minute on two processors",
        run=a_night,
    ),
]
