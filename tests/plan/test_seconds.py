"""A limit in seconds that is none is refused by everything public, before it computes."""

import ast
import inspect
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import synergie
from synergie.errors import BadInput, OutOfTime
from synergie.maintenance.plan.routing import route
from synergie.plan.linear import Linear
from synergie.plan.seconds import check_seconds
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import check
from tests.plan.routing_tasks import town

EXAMPLES = Path(__file__).parents[2] / "examples"

_NAMES = {"limit_s", "seconds"}


def _public(root: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions that packages below *root* show, which take a limit in seconds."""
    for found in walk_packages(root.__path__, f"{root.__name__}."):
        if "._" in found.name or not found.ispkg:
            continue
        module = import_module(found.name)
        for name in getattr(module, "__all__", ()):
            shown = getattr(module, name)
            if inspect.isfunction(shown) and _NAMES & {*inspect.signature(shown).parameters}:
                yield f"{found.name.removeprefix('synergie.')}.{name}", shown


PLANS = ("", "energy.", "park.", "purchase.", "maintenance.", "lighting.")
PUBLIC = {
    name: shown
    for subject in PLANS
    for name, shown in _public(import_module(f"synergie.{subject}plan"))
}


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("limit", [float("nan"), float("inf"), -1, -1e-9])
def test_a_limit_that_is_no_time_is_refused_before_anything_is_looked_at(
    name: str, limit: float
) -> None:
    parameters = inspect.signature(PUBLIC[name]).parameters
    (of,) = _NAMES & {*parameters}
    assert parameters[of].kind is inspect.Parameter.KEYWORD_ONLY
    given = [object() for one in parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = {
        one.name: object()
        for one in parameters.values()
        if one.kind is one.KEYWORD_ONLY and one.default is one.empty
    }
    with pytest.raises(BadInput) as refused:
        PUBLIC[name](*given, **{**named, of: limit})
    assert (refused.value.where, refused.value.found) == (of, limit)


def test_who_takes_seconds_is_known() -> None:
    assert len(PUBLIC) >= 30
    assert {
        "purchase.plan.award.solve",
        "maintenance.plan.routing.route",
        "lighting.plan.frontier.frontier",
    } <= {*PUBLIC}


@pytest.mark.parametrize("limit", [0, 0.5, 10, None])
def test_a_time_or_none_goes_through(limit: float | None) -> None:
    assert check_seconds(_told)(limit_s=limit) == limit


def _told(*, limit_s: float | None) -> float | None:
    return limit_s


def _iterate_sources() -> Iterator[Path]:
    root = Path(synergie.__file__).parent
    for plans in (root / "plan", *(root / f"{subject}plan".replace(".", "/") for subject in PLANS)):
        yield from plans.rglob("*.py")


def test_no_optimiser_reads_the_clock_of_the_wall() -> None:
    """What ends a search counts seconds of the processor: `thread_time`."""
    clocks = {"perf_counter", "monotonic", "perf_counter_ns", "monotonic_ns", "getRunTime"}
    sources = {path: path.read_text("utf-8") for path in _iterate_sources()}
    assert len(sources) > 100
    read = [
        f"{path.name}: {node}"
        for path, text in sources.items()
        for node in ast.walk(ast.parse(text))
        if getattr(node, "attr", None) in clocks or getattr(node, "name", None) in clocks
    ]
    assert read == []


def test_a_machine_that_waits_uses_no_time_of_a_purchase() -> None:
    problem = check.parse_problem((EXAMPLES / "achat-groupe.json").read_bytes())
    purchase.solve(problem, explain=False)  # the solver is loaded

    def wait() -> bool:
        time.sleep(0.3)
        return False

    assert purchase.solve(problem, limit_s=0.3, explain=False, cancel=wait).status == "proved"


def test_a_machine_that_waits_uses_no_time_of_routes() -> None:
    asked: list[int] = []

    def wait() -> bool:
        asked.append(1)
        if len(asked) < 5:
            time.sleep(0.05)
        return False

    found = route(town(), seconds=0.15, cancel=wait)
    assert found.stopped == "time"
    assert len(asked) > 5, "steps after the wait, which was longer than the limit"


def test_a_linear_programme_ends_with_its_seconds_of_the_processor() -> None:
    linear = Linear()
    for column in range(100):
        linear.column(-1.0 - column % 7, high=9.0)
    draw = np.random.default_rng(1)
    linear.require(draw.random((100, 100)), np.full(100, -np.inf), np.full(100, 40.0))
    with pytest.raises(OutOfTime):
        linear.minimise(limit_s=0)
    assert linear.minimise() is not None, "from where it was, without an end"
