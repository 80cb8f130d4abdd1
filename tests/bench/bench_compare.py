"""Scenarios of lighting side by side: how long an agent waits."""

from functools import partial
from statistics import median

from synergie.lighting.plan.compare import compare
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.samples import study as lighting_study
from tests.bench.harness import Bench, Goal, Measured, seconds

_ROUNDS = 3


def _unbilled() -> LightingStudy:
    """The six scenarios on 7,500 luminaires, whose bills are not known."""
    given = lighting_study.study()
    bare = tuple(one.model_copy(update={"terms": None}) for one in given.cabinets)
    return given.model_copy(update={"cabinets": bare})


def six() -> Measured:
    """Seconds of all effects, the law, exclusions and what beats what; bills beside."""
    given, billed = _unbilled(), lighting_study.study()
    ours = median(seconds(partial(compare, given)) for _ in range(_ROUNDS))
    return Measured(ours, f"with bills {seconds(partial(compare, billed)):.3g} s")


BENCHES = [
    Bench(
        name="compare-6x7500",
        title="Comparing 6 scenarios of 7,500 luminaires: 28 criteria, 13 communes, the law",
        goal=Goal("<=", 2),
        unit="s",
        peer="a goal in seconds, bills left aside",
        run=six,
    ),
]
