"""Watch of lamps: a year of a cabinet, and the night of ten thousand."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np

from synergie.energy.plan.power.curves import Curve
from synergie.measure.watch.building_judging import BuildingSupply, judge_building
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


BUILDINGS = BuildingSupply(
    subscribed_va=36_000.0,
    is_holiday=lambda day: day.month in {7, 8},
    is_public=lambda day: day.day == 14,
)  # fmt: skip


@cache
def _draw_buildings() -> list[Curve]:
    """Years of half-hours: by day three to seven times the base, by weekday and season."""
    hours = np.arange(NIGHTS * 48) / 2
    used = (hours % 24 >= 8) & (hours % 24 < 18) & (hours // 24 % 7 < 5)
    found = []
    for seed in range(DRAWN):
        noise = 1 + 0.05 * np.random.default_rng(seed).standard_normal(len(hours))
        watts = np.where(used, 3_000.0 * (3 + seed % 5), 3_000.0) * noise
        found.append(Curve(datetime(2024, 8, 31, 22, tzinfo=UTC), 1800, np.round(watts)))
    return found


def a_building_year() -> Measured:
    """Milliseconds of a processor for a building-year of half-hours: cut, learned, judged."""
    curves = _draw_buildings()
    judge_building(curves[0], None, BUILDINGS)
    begun, alerts = time.process_time(), 0
    for one in curves:
        alerts += len(judge_building(one, None, BUILDINGS).findings)
    spent = 1000 * (time.process_time() - begun) / len(curves)
    return Measured(spent, f"{alerts} alerts in {len(curves)} years")


def a_building_day() -> Measured:
    """Milliseconds of a processor for the newest day of a building, from its state."""
    days, states = NIGHTS - 1, []
    for one in _draw_buildings():
        known = Curve(one.start, one.step_s, one.watts[: days * 48])
        states.append(judge_building(known, None, BUILDINGS).state)
    begun = time.process_time()
    for one, state in zip(_draw_buildings(), states, strict=True):
        start = one.start + timedelta(days=days - 2)
        part = Curve(start, one.step_s, one.watts[(days - 2) * 48 :])
        judge_building(part, state, BUILDINGS)
    return Measured(1000 * (time.process_time() - begun) / len(states), "two days of curve given")


BENCHES = [
    Bench(
        name="measure-watch-building-year",
        title="A year of half-hours of a building, watched",
        goal=Goal("<=", 10),
        unit="ms",
        peer="bounded: 10 ms of a processor",
        run=a_building_year,
    ),
    Bench(
        name="measure-watch-building-day",
        title="The newest day of a building, judged from its state",
        goal=Goal("<=", 1),
        unit="ms",
        peer="bounded: 1 ms of a processor",
        run=a_building_day,
    ),
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
