"""The simulated life of a park and the choice of its upkeep: time, truth and proof."""

import heapq
import random
import time
from functools import partial
from statistics import median

from synergie.maintenance.plan import strategy
from synergie.maintenance.plan.strategy._choices import items
from synergie.maintenance.plan.strategy._ground import DAYS, StrategyInputs
from synergie.maintenance.records.strategy import AgeCount, StrategyProblem
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.plan import strategy_cases as cases

LIGHTS, YEARS, LIVES = 7_500, 10, 100
_ROUNDS = 3


def _park(**told: object) -> StrategyProblem:
    """7,500 sodium lamps of three ages on 190 cabinets, without faults of cabinets."""
    ages = tuple(
        AgeCount(burned_hours=hours, count=LIGHTS // 3) for hours in (0.0, 20_000.0, 40_000.0)
    )
    return cases.problem(
        cases.group(lamps=ages, cabinets=190, led_power_w=40), models=cases.MODELS[:3], **told
    )


def simulation() -> Measured:
    """Seconds of 100 lives of ten years."""
    given = _park()
    policy = cases.spot(given, relamp_years=4.0)
    times = [seconds(lambda: strategy.simulate(given, policy, lives=LIVES)) for _ in range(_ROUNDS)]
    crews = _park(repairs_week=40)
    queued = seconds(lambda: strategy.simulate(crews, policy, lives=LIVES))
    return Measured(median(times), f"{LIGHTS} lights; {queued:.3g} s with crews that queue")


def against_loop() -> Measured:
    """How many times faster a life is than by a heap of events, lamp by lamp, in Python."""
    given = _park()
    policy = cases.spot(given)
    ours = median(
        seconds(lambda: strategy.simulate(given, policy, lives=LIVES)) / LIVES
        for _ in range(_ROUNDS)
    )
    peer = median(seconds(partial(_one_life, given, seed)) for seed in range(_ROUNDS))
    return Measured(peer / ours, f"a life: ours {ours * 1e3:.3g} ms, peer {peer * 1e3:.3g} ms")


def _one_life(given: StrategyProblem, seed: int) -> float:
    """Light-point-days out of one life, as a user would write it."""
    dice = random.Random(seed)  # noqa: S311 (a simulation)
    (group,) = given.groups
    model = next(m for m in given.models if m.technology == group.technology)
    scale, shape = model.scale_hours / group.burn_hours_year, model.shape
    events: list[float] = []
    for age in group.lamps:
        start = age.burned_hours / model.scale_hours
        for _ in range(age.count):
            drawn = (start**shape + dice.expovariate(1)) ** (1 / shape) - start
            heapq.heappush(events, drawn * scale)
    dark = 0.0
    while events[0] < YEARS:
        failed = heapq.heappop(events)
        delay = dice.choice((1, 5)) / DAYS
        dark += min(delay, YEARS - failed) * DAYS
        heapq.heappush(events, failed + delay + dice.weibullvariate(scale, shape))
    return dark


def truth() -> Measured:
    """How far the mean of 400 lives is from what is expected in closed form, points out, %."""
    given = _park()
    option = next(
        o
        for o in items(StrategyInputs.of(given))[0].options
        if o.relamp_years == 4 and o.led_year is None
    )
    life = strategy.simulate(given, cases.spot(given, relamp_years=4.0), lives=400, seed=1)
    told = option.gives.out / (LIGHTS * YEARS * DAYS)
    half = (life.out_share.interval.high - life.out_share.mean) / told * 100
    return Measured(abs(life.out_share.mean / told - 1) * 100, f"interval ± {half:.2g} %")


def choice() -> Measured:
    """Certified gap of 100 groups under yearly LED budgets in 60 s, %."""
    given = _territory(100)
    began = time.perf_counter()
    plan = strategy.solve(given, limit_s=60)
    spent = time.perf_counter() - began
    return Measured(float(plan.gap or 0) * 100, f"{spent:.3g} s, {plan.run.nodes} nodes")


def _territory(groups: int) -> StrategyProblem:
    dice = random.Random(1)  # noqa: S311 (made data)
    made = [
        cases.group(
            f"g{n}",
            organisation=dice.choice("abc"),
            technology=dice.choice(("SHP", "IM")),
            cabinets=dice.randint(1, 20),
            lamps=tuple(
                AgeCount(burned_hours=500.0 * dice.randint(0, 60), count=dice.randint(5, 80))
                for _ in range(3)
            ),
            led_power_w=40,
        )
        for n in range(groups)
    ]
    lamps = sum(age.count for group in made for age in group.lamps)
    budget = strategy.assumed.costs().led_eur * lamps / 8
    return cases.problem(*made, led_budgets_eur=(round(budget, 2),) * YEARS)


BENCHES = [
    Bench(
        name="strategy-simulation",
        title="simulated life: 7,500 lights, ten years, 100 lives",
        goal=Goal("<", 10),
        unit="s",
        peer="none",
        run=simulation,
    ),
    Bench(
        name="strategy-against-loop",
        title="simulated life of 7,500 lights: time of one life",
        goal=Goal(">=", 3),
        unit="×",
        peer="a heap of events in Python, points out alone",
        run=against_loop,
    ),
    Bench(
        name="strategy-truth",
        title="simulated points out against renewal theory, 400 lives",
        goal=Goal("<=", 0.5),
        unit="%",
        peer="expected value in closed form",
        run=truth,
    ),
    Bench(
        name="strategy-choice",
        title="upkeep of 100 groups under yearly LED budgets: certified gap in 60 s",
        goal=Goal("<=", 0.05),
        unit="%",
        peer="bound of HiGHS",
        run=choice,
    ),
]
