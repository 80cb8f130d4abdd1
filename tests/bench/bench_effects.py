"""Effects of lighting scenarios: one on a territory, on a million luminaires, a thousand of them.

The loop of the comparison goes over luminaires and the lit five minutes of their year. It is given
sun and local time for nothing, and timed on some luminaires, for it grows with their number.
"""

import os
import random
import resource
import subprocess
import sys
from datetime import timedelta
from functools import lru_cache, partial
from statistics import median
from zoneinfo import ZoneInfo

from synergie.lighting.plan import effects, nights
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import Park
from synergie.lighting.records.study import LightingAction, LightingScenario, LightingStudy
from synergie.schemas.assets.location import Location
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds
from tests.scenarios.effects_cases import POMPEY, cabinet, light, scenario, study

LIGHTS, CABINETS = 7_500, 191
MANY, MANY_CABINETS = 1_000_000, 20_000
_FEW = 150
_PARIS = ZoneInfo("Europe/Paris")
_DIM = scenario(LightingAction(retrofit="led", schedule="third"))


def territory(lights: int, cabinets: int, wide: float = 0.3) -> LightingStudy:
    """Cabinets spread over *wide* degrees, each with as many lights, each light with its place."""
    draw = random.Random(7)  # noqa: S311 (the same park each time)

    def place() -> Location:
        return Location(longitude=6 + wide * draw.random(), latitude=48 + wide * draw.random())

    boxes = [cabinet(f"c{n}", location=place()) for n in range(cabinets)]
    lamps = [
        light(f"l{n}", cabinet=f"c{n * cabinets // lights}", location=place())
        for n in range(lights)
    ]
    return study(lamps, boxes)


def _forget() -> None:
    """What earlier calls kept: suns and schedules."""
    for kept in (
        nights.find_lighting_runs,
        nights._compute_sun_vectors,
        nights.time_of,
        nights._build_year_evenings,
        nights.compute_power_shares,
    ):
        kept.cache_clear()
    nights._compute_cumulative_sums.cache_clear()


def one_scenario() -> Measured:
    """From the study to all columns of one scenario, nothing kept from before."""
    told = territory(LIGHTS, CABINETS)

    def act() -> None:
        _forget()
        effects.measured(told, park_of(told), _DIM)

    act()
    spent = [seconds(act) for _ in range(5)]
    setting = effects.Setting(told, park_of(told))
    again = median(seconds(lambda: setting.measured(_DIM)) for _ in range(5))
    return Measured(
        median(spent), f"{LIGHTS} lights, {CABINETS} suns; each further scenario {again:.3f} s"
    )


def against_a_loop() -> Measured:
    """The same luminaires by a loop: hours, light and energy by class of each."""
    told = territory(LIGHTS, CABINETS)

    def ours() -> None:
        _forget()
        effects.measured(told, park_of(told), _DIM)

    ours()
    clock = _clock()
    mine, theirs = [], []
    for _ in range(3):
        mine.append(seconds(ours))
        theirs.append(seconds(lambda: _loop(told, clock)) * LIGHTS / _FEW)
    return Measured(
        median(theirs) / median(mine),
        f"ours {median(mine):.3g} s, the loop {median(theirs):.4g} s "
        f"(timed on {_FEW} luminaires, times {LIGHTS // _FEW}; sun and local time given)",
    )


def _clock() -> list[tuple[int, float]]:
    """Time class and light of each step under the schedule of the bench: the same for all."""
    grid = nights.build_time_grid(2025)
    found = []
    for n in range(grid.steps):
        local = (grid.start + timedelta(seconds=300 * n)).astimezone(_PARIS)
        is_late = local.hour >= 22 or local.hour < 6
        is_low = 4 <= local.month <= 10
        found.append((2 * is_low + is_late, 0.3 if is_late else 1.0))
    return found


def _loop(told: LightingStudy, clock: list[tuple[int, float]]) -> float:
    """A loop over luminaires and the lit steps of their year; what it finds, kWh."""
    total = 0.0
    for one in told.lights[:_FEW]:
        place = told.cabinets[int(str(one.cabinet)[1:])].location or POMPEY
        kwh, hours, light_hours = [0.0, 0.0, 0.0, 0.0], 0.0, 0.0
        runs = nights.find_lighting_runs(
            nights.build_place_cell(place.longitude, place.latitude), 2025, -3.0
        )
        for first, last in zip(*(ends.tolist() for ends in runs), strict=True):
            for time_class, share in clock[first:last]:
                kwh[time_class] += 40 * share / 12_000
                hours += 1 / 12
                light_hours += share / 12
        total += sum(kwh)
    return total


@lru_cache(maxsize=1)
def _million() -> tuple[float, float, float]:
    """Seconds, those of the columns, and peak memory (MB) of a process of its own."""
    run = [sys.executable, "-m", "tests.bench.bench_effects"]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    spent, parked, memory = map(float, told.split())
    return spent, parked, memory


def a_million() -> Measured:
    """A million luminaires behind 20,000 cabinets over eight degrees."""
    spent, parked, _ = _million()
    return Measured(spent, f"one process; of it columns of the park {parked:.1f} s")


def memory_of_a_million() -> Measured:
    """Peak memory of the same process."""
    return Measured(_million()[2] / 1024, "with the study of a million records in memory")


def swept() -> Measured:
    """A thousand scenarios on two processes, beside the same on one."""
    if (os.cpu_count() or 1) < 2:
        raise NotMeasured("needs two cores")
    told = territory(LIGHTS, CABINETS)
    names = [f"c{n}" for n in range(CABINETS)]
    draw = random.Random(3)  # noqa: S311 (the same scenarios each time)
    cases = [_random(n, names, draw) for n in range(1_000)]
    two = seconds(partial(effects.swept, told, cases, processes=2))
    one = seconds(partial(effects.swept, told, cases[:200])) * 5
    return Measured(two, f"{LIGHTS} lights; on one process {one:.1f} s (200 timed, times 5)")


def _random(n: int, names: list[str], draw: random.Random) -> LightingScenario:
    """LED in some cabinets, switched off in others."""
    some, others = draw.sample(names, 60), draw.sample(names, 90)
    return scenario(
        LightingAction(cabinets=tuple(some), retrofit="led", schedule="third"),
        LightingAction(cabinets=tuple(others), schedule="off"),
        key=f"s{n}",
    )


BENCHES = [
    Bench(
        name="effects-scenario",
        title="effects of one scenario on 7,500 luminaires, 191 cabinets, every five minutes",
        goal=Goal("<", 1),
        unit="s",
        peer="none",
        run=one_scenario,
    ),
    Bench(
        name="effects-loop",
        title="effects of one scenario on 7,500 luminaires against a loop over luminaires",
        goal=Goal(">=", 50),
        unit="×",
        peer="a Python loop over luminaires and five-minute steps",
        run=against_a_loop,
    ),
    Bench(
        name="effects-million",
        title="effects of one scenario on 1,000,000 luminaires behind 20,000 cabinets",
        goal=Goal("<", 60),
        unit="s",
        peer="none",
        run=a_million,
    ),
    Bench(
        name="effects-million-memory",
        title="peak memory of the same, with the study of a million records",
        goal=Goal("<", 4),
        unit="GB",
        peer="none",
        run=memory_of_a_million,
    ),
    Bench(
        name="effects-sweep",
        title="1,000 scenarios on 7,500 luminaires, two processes",
        goal=Goal("<", 60),
        unit="s",
        peer="none",
        run=swept,
    ),
]


def _measure() -> None:
    told = territory(MANY, MANY_CABINETS, wide=8.0)
    kept: list[Park] = []
    parked = seconds(lambda: kept.append(park_of(told)))
    spent = parked + seconds(lambda: effects.measured(told, kept[0], _DIM))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{spent:.2f} {parked:.2f} {memory:.0f}\n")


if __name__ == "__main__":
    _measure()
