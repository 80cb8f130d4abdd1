"""What an application declares of itself; the core reads it and imports no application.

A part of an application is named as `module:name` and imported when it is first needed, so that
`synergie --help` and the light client do not load what they do not use.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One use of the data: what the core adds to server, client and command line for it."""

    name: str
    """Its package below `synergie`."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Each tag of its operations in the OpenAPI document, with its sentence."""
    services: tuple[str, ...] = ()
    """The class of its use cases, made by `of(store)` when the server starts."""
    routers: tuple[str, ...] = ()
    """Its `APIRouter`s below `/v1`, in the order in which their paths are tried."""
    bodies: tuple[str, ...] = ()
    """Records that its routes read by themselves, so that FastAPI does not see them."""


def load_parts(references: Iterable[str]) -> tuple[Any, ...]:
    """The parts that *references* name as `module:name`, in their order.

    ImportError or AttributeError when a declaration names what is not there.
    """
    return tuple(resolve_name(reference) for reference in references)
