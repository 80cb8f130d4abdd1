"""A limit in seconds that is none is refused by everything public, before it computes."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.plan.seconds import check_seconds

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
