"""The applications of this installation: one line each. What is not named here is gone."""

from itertools import chain
from typing import Any

from synergie.application import Application, ClientCalls, load_parts

NAMES = ("purchase", "maintenance", "lighting", "contract", "watch", "budget")


def list_applications() -> tuple[Application, ...]:
    """The declarations of all applications, in the order of the list."""
    return load_parts(f"synergie.{name}.application:APPLICATION" for name in NAMES)


def list_declared(field: str) -> tuple[Any, ...]:
    """What every application says in *field*, application by application."""
    return tuple(chain.from_iterable(getattr(one, field) for one in list_applications()))


def find_calls(name: str) -> ClientCalls:
    """The calls that an application gives a client as *name*. AttributeError: none does."""
    calls: tuple[ClientCalls, ...] = list_declared("calls")
    for one in calls:
        if one.name == name:
            return one
    raise AttributeError(f"a client has no {name!r}")


def load_declared(field: str) -> tuple[Any, ...]:
    """The parts that every application names in *field*, application by application."""
    return load_parts(list_declared(field))
