"""Weights of groups over many scenarios: time, and against samples drawn one by one in Python."""

import random
from statistics import median
from typing import Any

from synergie.lighting.plan.weighing import weigh
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.weighing import LightingVoices
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.scenarios.comparisons import CRITERIA, LARGE, comparison, voice, voices

SCENARIOS, SAMPLES = 100, 10_000
_ROUNDS = 5
_FEW = 200


def _case(**said: Any) -> tuple[LightingComparison, LightingVoices]:
    """100 scenarios, none beaten: on a sphere, so that each leads for some weights."""
    dice = random.Random(7)  # noqa: S311 (an example)
    table = {}
    for number in range(SCENARIOS):
        ray = [abs(dice.gauss(0, 1)) for _ in CRITERIA]
        size = sum(part * part for part in ray) ** 0.5
        ends = (part / size for part in ray)
        table[f"s{number}"] = [
            worth if name in LARGE else 1 - worth
            for name, worth in zip(CRITERIA, ends, strict=True)
        ]
    return comparison(table), voices(voice(**said))


def time_of_weights() -> Measured:
    """Seconds of a weighing of one group."""
    order = tuple((name,) for name in CRITERIA[:6])
    given = _case(order=order)
    times = [seconds(lambda: weigh(*given, samples=SAMPLES)) for _ in range(_ROUNDS)]
    ballots = _case(ballots=[random.Random(i).sample(CRITERIA, 5) for i in range(500)])  # noqa: S311
    many = median(seconds(lambda: weigh(*ballots, samples=SAMPLES)) for _ in range(_ROUNDS))
    return Measured(median(times), f"one order; {many:.3g} s over 500 ballots")


def against_loop() -> Measured:
    """How many times faster than the same ranks by loops over lists."""
    given = _case()
    ours = median(seconds(lambda: weigh(*given, samples=SAMPLES)) for _ in range(_ROUNDS)) / SAMPLES
    table = [[row.value or 0.0 for row in one.indicators] for one in given[0].scenarios]
    peer = median(seconds(lambda: _loop(table)) for _ in range(3)) / _FEW
    return Measured(peer / ours, f"a sample: ours {ours * 1e6:.3g} µs, peer {peer * 1e6:.3g} µs")


def _loop(table: list[list[float]]) -> list[list[int]]:
    """Ranks as a user would count them."""
    dice = random.Random(1)  # noqa: S311 (a simulation)
    counts = [[0] * len(table) for _ in table]
    for _ in range(_FEW):
        drawn = [dice.expovariate(1) for _ in CRITERIA]
        whole = sum(drawn)
        weights = [one / whole for one in drawn]
        values = [sum(w * v for w, v in zip(weights, row, strict=True)) for row in table]
        for rank, place in enumerate(sorted(range(len(table)), key=lambda i: -values[i])):
            counts[place][rank] += 1
    return counts


BENCHES = [
    Bench(
        name="weighing",
        title="10,000 weight samples over 100 scenarios and 13 criteria",
        goal=Goal("<", 1),
        unit="s",
        peer="the goal of the issue",
        run=time_of_weights,
    ),
    Bench(
        name="weighing-loop",
        title="rank shares of sampled weights against loops over lists",
        goal=Goal(">=", 5),
        unit="×",
        peer="plain Python",
        run=against_loop,
    ),
]
